#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud_deploy_phase
short_description: Run one phase of the deployment of a subcloud of StarlingX
version_added: "0.1.0"
description:
  - Installs, bootstraps, configures, completes, enrols, resumes, aborts or redeploys a subcloud, and waits for
    the end.
  - A phase that has ended well already is not run again, unless O(again) says so.
  - M(edge.infra.stx_subcloud) finds out by itself what comes next; this module is for who wants to go step by step.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_subcloud
  - module: edge.infra.stx_subcloud_deploy_files
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  subcloud:
    description:
      - Name of the subcloud.
      - A name or an id.
    type: str
    required: true
  phase:
    description:
      - What to do.
      - V(resume) runs every phase that is left. V(abort) stops the one that is under way.
      - V(redeploy) installs and bootstraps an offline and unmanaged subcloud anew.
    type: str
    choices:
      - install
      - bootstrap
      - configure
      - complete
      - abort
      - resume
      - enroll
      - redeploy
    required: true
  again:
    description:
      - Run the phase also where it has ended well, as after a change of the configuration.
    type: bool
    default: false
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
      - 'Such as C(subclouds: [NAME]), or C(subcloud: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Bootstrap it
  edge.infra.stx_subcloud_deploy_phase:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    subcloud: edge-7
    phase: bootstrap
    sysadmin_password: "{{ vault_sysadmin_password }}"

- name: Stop that
  edge.infra.stx_subcloud_deploy_phase:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    subcloud: edge-7
    phase: abort
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'V(run), or V(none): nothing was to be done.'
  type: str
  returned: success
reason:
  description: Why nothing was to be done.
  type: str
  returned: success
operations:
  description: The operations that were run, in their order; empty in check mode.
  type: list
  elements: dict
  returned: always, once the request was sent
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    deploy_status:
      description:
        - Its state.
      type: str
      returned: when set
      sample: bootstrap-complete
    error_description:
      description:
        - What went wrong last.
      type: str
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(bootstrap-failed),
        V(config-failed), V(create-failed), V(deploy-failed), V(deploy-prep-failed), V(ended),
        V(enroll-failed), V(init-enroll-failed), V(install-failed), V(network-reconfiguration-failed),
        V(pre-bootstrap-failed), V(pre-config-failed), V(pre-enroll-failed), V(pre-init-enroll-failed),
        V(pre-install-failed), V(rehome-failed), V(rehome-prep-failed), V(restore-failed), V(restore-prep-failed),
        V(secondary-failed), V(sw-deploy-apply-strategy-failed).
      type: str
      returned: when it exists
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

from ansible_collections.edge.infra.plugins.module_utils._engine.action import run_action
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.phases import SUBCLOUD_PHASE


def main() -> None:
    """Put the declaration to work."""
    run_action(DISTCLOUD, SUBCLOUD_PHASE)


if __name__ == "__main__":
    main()
