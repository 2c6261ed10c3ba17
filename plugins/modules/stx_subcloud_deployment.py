#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud_deployment
short_description: Deploy many subclouds of a StarlingX System Controller in waves
version_added: "0.1.0"
description:
  - Takes a document of groups and subclouds, plans it as one graph, and brings each subcloud to where it is wanted.
  - Canaries come first, then group after group, so many at once, and no more are begun when too many have failed.
  - All subclouds are read with one request, and so is each look while waiting, however many there are.
  - A subcloud that has to be online and is not is skipped and reported; the next run picks it up. Where a run
    was stopped, or killed, the next one goes on.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_subcloud
  - module: edge.infra.stx_subcloud_info
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  resources:
    description:
      - What should exist, by kind.
    type: dict
    required: true
    suboptions:
      subcloud_groups:
        description:
          - Objects of the kind subcloud group.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Name of the group.
            type: str
            required: true
          description:
            description:
              - Text for people.
              - Needed to create the object.
            type: str
          update_apply_type:
            description:
              - Whether an orchestrated operation goes through its subclouds side by side or
                one after the other.
              - Needed to create the object.
            type: str
            choices:
              - parallel
              - serial
          max_parallel_subclouds:
            description:
              - How many of its subclouds are dealt with at once, 1 to 5000.
              - Needed to create the object.
            type: int
          state:
            description:
              - Whether the object should exist.
            type: str
            choices:
              - present
              - absent
            default: present
      subclouds:
        description:
          - Objects of the kind subcloud.
        type: list
        elements: dict
        suboptions:
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
              - Group of subclouds that can move to another System Controller; an empty text
                takes it out again.
              - Needs O(resources.subclouds[].bootstrap_values) and O(resources.subclouds[].bootstrap_address),
                and a subcloud that is online and managed.
              - A name or an id.
            type: str
          management_state:
            description:
              - Whether the System Controller manages the subcloud.
              - Managing needs a subcloud that is deployed and online, unless O(resources.subclouds[].force)
                says otherwise.
              - Without O(resources.subclouds[].deploy_config) it is online once its first controller
                has been configured and unlocked.
            type: str
            choices:
              - managed
              - unmanaged
          bootstrap_values:
            description:
              - 'Bootstrap values: a dictionary, or the path of a YAML file of the machine that
                runs the task.'
            type: raw
          install_values:
            description:
              - 'Install values, with which the machine is installed through its BMC: a dictionary,
                or the path of a YAML file. Without them the machine has to be installed already.'
              - On a subcloud that is deployed they are compared, and kept for its next installation.
            type: raw
          deploy_config:
            description:
              - File with the configuration for the deployment manager, on the machine that
                runs the task.
              - Its files have to be on the System Controller (M(edge.infra.stx_subcloud_deploy_files)).
            type: path
          cloud_init_config:
            description:
              - Tar archive with cloud-init files for an enrolment.
            type: path
          bootstrap_address:
            description:
              - Address at which the installed machine is reached; that of O(resources.subclouds[].install_values)
                where those have one.
            type: str
          sysadmin_password:
            description:
              - Password of the user sysadmin on the subcloud. Needed to deploy it, and to go
                on with a deployment.
            type: str
          bmc_password:
            description:
              - Password of the BMC; needed with O(resources.subclouds[].install_values).
            type: str
          release:
            description:
              - Release to install; that of the System Controller where none is given.
            type: str
          enroll:
            description:
              - Enrol a machine that was installed in the factory, instead of installing and
                bootstrapping it.
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
              - Go on with a deployment that has failed or was aborted, from the phase in which
                it stopped.
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
              - 'V(false) where later tasks configure and unlock it: until then it cannot be
                online.'
              - 'Unless O(wait_timeout) is given: an hour at most once it is deployed, two with
                O(resources.subclouds[].deploy_config).'
            type: bool
            default: true
          confirm_name:
            description:
              - With C(state=absent), the name of the subcloud once more, so that none is deleted
                by mistake.
              - 'dcmanager deletes what is offline: power its controllers off. That is waited
                for 15 minutes, or for O(wait_timeout).'
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
              - The API does not give secrets back in a form that could be compared, so with
                V(always) the task reports C(changed) each time.
            type: str
            choices:
              - on_create
              - always
            default: on_create
  parallel:
    description:
      - How many subclouds are dealt with at once; the others wait for their turn.
    type: int
    default: 10
  max_failures:
    description:
      - How many subclouds may fail while the run still begins further ones.
      - When more have failed, those that are under way are waited for, and the rest is skipped
        and reported.
    type: int
    default: 0
  canaries:
    description:
      - Names of subclouds that come first. If one of them fails, nothing else is begun.
    type: list
    elements: str
  by_group:
    description:
      - Whether the groups come one after the other, in the order of the document.
    type: bool
    default: true
  offline_wait:
    description:
      - Seconds for which a subcloud that has to be online, and is not, is waited for.
      - After that it is skipped and reported; a later run picks it up.
    type: int
    default: 120
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
- name: Deploy two groups, a canary first, five at a time
  edge.infra.stx_subcloud_deployment:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    parallel: 5
    max_failures: 2
    canaries: [edge-1]
    resources:
      subcloud_groups:
        - name: south
          description: Shops in the south
          update_apply_type: parallel
          max_parallel_subclouds: 10
      subclouds:
        - name: edge-1
          group: south
          bootstrap_values: files/edge-1-bootstrap-values.yml
          install_values: files/edge-1-install-values.yml
          sysadmin_password: "{{ vault_sysadmin_password }}"
          bmc_password: "{{ vault_bmc_password }}"
          management_state: managed
        - name: edge-2
          group: south
          bootstrap_values: files/edge-2-bootstrap-values.yml
          install_values: files/edge-2-install-values.yml
          sysadmin_password: "{{ vault_sysadmin_password }}"
          bmc_password: "{{ vault_bmc_password }}"
          management_state: managed
"""

RETURN = r"""
summary:
  description:
    - How many subclouds were V(unchanged), V(done), V(failed) and V(skipped).
    - C(stopped) says why no more were begun, where that was so.
  type: dict
  returned: once dcmanager was asked
failed_subclouds:
  description: Each subcloud that failed, with its phase, state, dcmanager's last error and the next command.
  type: list
  elements: dict
  returned: once dcmanager was asked
  sample:
    - name: edge-2
      phase: bootstrap
      state: bootstrap-failed
      reason: FAILED bootstrapping playbook of (edge-2).
      next_command: dcmanager subcloud deploy resume edge-2 --sysadmin-password PASSWORD
skipped_subclouds:
  description: Each subcloud that was left alone, with the reason.
  type: list
  elements: dict
  returned: once dcmanager was asked
offline_subclouds:
  description: Names of the subclouds of the document that are offline now.
  type: list
  elements: str
  returned: once dcmanager was asked
statistics:
  description: Requests and bytes of the run, sign-ins aside.
  type: dict
  returned: once dcmanager was asked
# BEGIN generated return
results:
  description: What became of each object, in the order of the document.
  type: list
  elements: dict
  returned: always, unless the document itself was refused
  contains:
    kind:
      description: Kind of the object.
      type: str
    name:
      description: Its name.
      type: str
    action:
      description: V(none), V(create), V(update), V(replace) or V(delete).
      type: str
    status:
      description: V(unchanged), V(done), V(failed) or V(skipped).
      type: str
    changed:
      description: Whether something was written.
      type: bool
    object:
      description: The object, as its own module returns it.
      type: dict
    error:
      description: Why it failed or was skipped.
      type: dict
assume:
  description: Names of the objects created, or that would be, by kind; for C(assume) of later
    tasks.
  type: dict
  returned: success
  sample:
    vim_account:
      - madrid-1
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.running import run_deployment


def main() -> None:
    """Put the declaration to work."""
    run_deployment(DISTCLOUD)


if __name__ == "__main__":
    main()
