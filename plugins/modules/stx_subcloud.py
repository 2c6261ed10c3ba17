#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud
short_description: Deploy, manage and delete a subcloud of a StarlingX System Controller
version_added: "0.1.0"
description:
  - Brings a subcloud to where it is wanted, and waits. It is added (with remote installation, without, or by
    enrolment), online, managed, changed, or deleted.
  - What an earlier run or somebody else has begun is waited for; a deployment that has stopped goes on from the
    phase in which it did.
  - If a phase fails, the task says which, with dcmanager's last error and the next command.
  - Before it is deleted a subcloud is unmanaged, and the task waits until it is offline; dcmanager powers
    nothing off.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_subcloud_deployment
  - module: edge.infra.stx_subcloud_info
  - module: edge.infra.stx_subcloud_deploy_phase
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  name:
    description:
      - Name of the subcloud.
    type: str
    required: true
  description:
    description:
      - Text for people.
    type: str
  location:
    description:
      - Text for people.
    type: str
  group:
    description:
      - Group of the subcloud; dcmanager puts it into C(Default) where none is given.
      - A name or an id.
    type: str
  peer_group:
    description:
      - Group of subclouds that can move to another System Controller; an empty text takes it
        out again.
      - Needs O(bootstrap_values) and O(bootstrap_address), and a subcloud that is online and
        managed.
      - A name or an id.
    type: str
  management_state:
    description:
      - Whether the System Controller manages the subcloud.
      - Managing needs a subcloud that is deployed and online, unless O(force) says otherwise.
      - Without O(deploy_config) it is online once its first controller has been configured
        and unlocked.
    type: str
    choices:
      - managed
      - unmanaged
  bootstrap_values:
    description:
      - 'Bootstrap values: a dictionary, or the path of a YAML file of the machine that runs
        the task.'
    type: raw
  install_values:
    description:
      - 'Install values, with which the machine is installed through its BMC: a dictionary,
        or the path of a YAML file. Without them the machine has to be installed already.'
      - On a subcloud that is deployed they are compared, and kept for its next installation.
    type: raw
  deploy_config:
    description:
      - File with the configuration for the deployment manager, on the machine that runs the
        task.
      - Its files have to be on the System Controller (M(edge.infra.stx_subcloud_deploy_files)).
    type: path
  cloud_init_config:
    description:
      - Tar archive with cloud-init files for an enrolment.
    type: path
  bootstrap_address:
    description:
      - Address at which the installed machine is reached; that of O(install_values) where those
        have one.
    type: str
  sysadmin_password:
    description:
      - Password of the user sysadmin on the subcloud. Needed to deploy it, and to go on with
        a deployment.
    type: str
  bmc_password:
    description:
      - Password of the BMC; needed with O(install_values).
    type: str
  release:
    description:
      - Release to install; that of the System Controller where none is given.
    type: str
  enroll:
    description:
      - Enrol a machine that was installed in the factory, instead of installing and bootstrapping
        it.
    type: bool
    default: false
  on_site:
    description:
      - The first part of the enrolment is done on site.
    type: bool
  migrate:
    description:
      - Take over a subcloud of another System Controller.
    type: bool
  secondary:
    description:
      - Only keep the record, for the day on which the subcloud moves here.
    type: bool
  resume:
    description:
      - Go on with a deployment that has failed or was aborted, from the phase in which it stopped.
      - Otherwise the task fails, and says in which phase that was.
    type: bool
    default: true
  force:
    description:
      - Manage the subcloud although it is not deployed or not online.
    type: bool
    default: false
  wait_online:
    description:
      - Whether a deployment ends when the subcloud is online, and not before.
      - 'V(false) where later tasks configure and unlock it: until then it cannot be online.'
      - 'Unless O(wait_timeout) is given: an hour at most once it is deployed, two with O(deploy_config).'
    type: bool
    default: true
  confirm_name:
    description:
      - With C(state=absent), the name of the subcloud once more, so that none is deleted by
        mistake.
      - 'dcmanager deletes what is offline: power its controllers off. That is waited for 15
        minutes, or for O(wait_timeout).'
    type: str
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  update_secret:
    description:
      - When to send secrets to an object that exists.
      - The API does not give secrets back in a form that could be compared, so with V(always)
        the task reports C(changed) each time.
    type: str
    choices:
      - on_create
      - always
    default: on_create
  wait:
    description:
      - Whether to wait until the object is ready, or gone.
      - The states meanwhile are shown where the standard output callback is P(edge.infra.stages#callback).
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most; the default depends on the kind of object.
    type: int
  wait_interval:
    description:
      - Longest pause between two looks, in seconds; the first looks come sooner.
    type: float
    default: 5.0
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(subcloud_groups: [NAME]), or C(subcloud_group: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Have a subcloud, installed through its BMC, online and managed
  edge.infra.stx_subcloud:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    name: edge-7
    group: canary
    location: Toledo
    bootstrap_values: files/edge-7-bootstrap-values.yml
    install_values: files/edge-7-install-values.yml
    sysadmin_password: "{{ vault_sysadmin_password }}"
    bmc_password: "{{ vault_bmc_password }}"
    management_state: managed

- name: Enrol one that was installed in the factory
  edge.infra.stx_subcloud:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    name: edge-8
    enroll: true
    bootstrap_values: files/edge-8-bootstrap-values.yml
    install_values: files/edge-8-install-values.yml
    sysadmin_password: "{{ vault_sysadmin_password }}"
    bmc_password: "{{ vault_bmc_password }}"

- name: Delete it (its controllers are powered off elsewhere)
  edge.infra.stx_subcloud:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    name: edge-8
    state: absent
    confirm_name: edge-8
"""

RETURN = r"""
steps:
  description:
    - What was sent, or in check mode would be, in its order.
    - One of V(add), V(remove) (before it is added anew), V(resume), V(configure), V(complete), V(enroll), V(update),
      V(manage), V(unmanage) and V(delete).
  type: list
  elements: str
  returned: always, once dcmanager was asked
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
subcloud:
  description: The subcloud; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the subcloud.
      type: str
      returned: when set
      sample: edge-7
    description:
      description:
        - Text for people.
      type: str
      returned: when set
      sample: Shop in Toledo
    location:
      description:
        - Text for people.
      type: str
      returned: when set
      sample: Toledo
    group:
      description:
        - Group of the subcloud; dcmanager puts it into C(Default) where none is given.
      type: str
      returned: when set
      sample: canary
    peer_group:
      description:
        - Group of subclouds that can move to another System Controller; an empty text takes
          it out again.
        - Needs O(bootstrap_values) and O(bootstrap_address), and a subcloud that is online
          and managed.
      type: str
      returned: when set
      sample: movable
    management_state:
      description:
        - Whether the System Controller manages the subcloud.
        - Managing needs a subcloud that is deployed and online, unless O(force) says otherwise.
        - Without O(deploy_config) it is online once its first controller has been configured
          and unlocked.
      type: str
      returned: when set
      sample: managed
    install_values:
      description:
        - 'Install values, with which the machine is installed through its BMC: a dictionary,
          or the path of a YAML file. Without them the machine has to be installed already.'
        - On a subcloud that is deployed they are compared, and kept for its next installation.
      type: str
      returned: when set
      sample:
        bmc_address: 10.20.1.1
        install_type: 2
    deploy_status:
      description:
        - How far its deployment is.
      type: str
      returned: when set
      sample: complete
    availability_status:
      description:
        - V(online) or V(offline), by the System Controller's audit.
      type: str
      returned: when set
      sample: online
    sync_status:
      description:
        - V(in-sync), V(out-of-sync) or V(unknown).
      type: str
      returned: when set
      sample: in-sync
    endpoints:
      description:
        - The sync status of each endpoint.
      type: dict
      returned: when set
      sample:
        platform: in-sync
        software: out-of-sync
    error_description:
      description:
        - What went wrong last.
      type: str
      returned: when set
      sample: No errors present
    software_version:
      description:
        - Its release.
      type: str
      returned: when set
      sample: '26.09'
    backup_status:
      description:
        - How its last backup went.
      type: str
      returned: when set
    prestage_status:
      description:
        - How its last prestaging went.
      type: str
      returned: when set
    region_name:
      description:
        - Name of its region, made by dcmanager.
      type: str
      returned: when set
    management_subnet:
      description:
        - Its management network.
      type: str
      returned: when set
      sample: 192.168.101.0/24
    management_start_ip:
      description:
        - First address there.
      type: str
      returned: when set
    management_end_ip:
      description:
        - Last address there.
      type: str
      returned: when set
    management_gateway_ip:
      description:
        - Gateway there.
      type: str
      returned: when set
    systemcontroller_gateway_ip:
      description:
        - Gateway to it in the System Controller's management network.
      type: str
      returned: when set
      sample: 192.168.204.101
    created_at:
      description:
        - When it was added, in UTC.
      type: str
      returned: when set
    updated_at:
      description:
        - When its record changed last, in UTC.
      type: str
      returned: when set
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(api), V(login) or V(timeout).
      type: str
    message:
      description: What happened, with the API's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
    status:
      description: HTTP status, where there was an answer.
      type: int
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.running import run_subcloud


def main() -> None:
    """Put the declaration to work."""
    run_subcloud(DISTCLOUD)


if __name__ == "__main__":
    main()
