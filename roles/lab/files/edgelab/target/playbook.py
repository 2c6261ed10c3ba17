# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in of the target's own bootstrap playbook: only ``ansible.builtin``, only what the machine would do."""

from __future__ import annotations

import json

_PLAYBOOK = """---
# Stands in for the playbook that a StarlingX installation brings along: reads the same files, lets the lab do the work.
- name: Bootstrap
  hosts: localhost
  connection: local
  gather_facts: false
  vars:
    lab_url: @URL@
    lab_host: @HOST@
    root: @ROOT@
  tasks:
    - name: Find the override files
      ansible.builtin.set_fact:
        lab_files: >-
          {{ [override_files_dir | default(root ~ '/home/sysadmin', true)]
             | product([inventory_hostname ~ '.yml', 'secrets.yml']) | map('join', '/') | select('exists') | list }}

    - name: Read the user overrides and secrets
      ansible.builtin.include_vars:
        file: "{{ item }}"
        name: "lab_overrides_{{ index }}"
      loop: "{{ lab_files }}"
      loop_control:
        index_var: index
        label: "{{ item | basename }}"
      no_log: "{{ item is search('secrets.yml') }}"

    - name: Validate the configuration and begin
      ansible.builtin.uri:
        url: "{{ lab_url }}/lab/hosts/{{ lab_host }}/bootstrap"
        method: POST
        body_format: json
        body: "{{ lab_overrides_0 | default({}) | combine(lab_overrides_1 | default({})) }}"
        status_code: [202, 400]
      register: lab_begun
      no_log: true

    - name: Fail if the configuration is refused
      ansible.builtin.fail:
        msg: "{{ lab_begun.json.detail }}"
      when: lab_begun.status == 400

    - name: Wait for the services of the controller
      ansible.builtin.uri:
        url: "{{ lab_url }}/lab/hosts/{{ lab_host }}/bootstrap?wait=60"
        timeout: 90
      register: lab_end
      until: lab_end.json.state | default('running') != 'running'
      retries: 60
      delay: 1

    - name: Fail if the controller has not come up
      ansible.builtin.fail:
        msg: "{{ lab_end.json.detail }}"
      when: lab_end.json.state == 'failed'

    - name: Mark the bootstrap as finished
      ansible.builtin.file:
        path: "{{ root }}/etc/platform/.bootstrap_completed"
        state: touch
        mode: "0644"
"""


def bootstrap_playbook(url: str, host: str, root: str) -> str:
    """The playbook for one machine. ``url`` is the lab's own service."""
    text = _PLAYBOOK
    for mark, value in (("@URL@", url), ("@HOST@", host), ("@ROOT@", root)):
        text = text.replace(mark, json.dumps(value))
    return text
