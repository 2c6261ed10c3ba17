#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud_prestage
short_description: Bring the software of a release to subclouds of StarlingX in advance
version_added: "0.1.0"
description:
  - Brings packages and images of a release to a subcloud, or to those of a group, before it is installed or
    deployed there, and waits.
  - Subclouds that have the release already are left alone; those that are offline or not managed are left out
    and reported.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_dc_strategy
  - module: edge.infra.stx_subcloud_info
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  subcloud:
    description:
      - Name of the subcloud.
    type: str
  group:
    description:
      - Name or id of a group, for all of its subclouds.
    type: str
  release:
    description:
      - Release whose software is brought to the subcloud, such as V(26.09); the System Controller's
        otherwise.
    type: str
  for_install:
    description:
      - It is for an installation.
    type: bool
    default: false
  for_sw_deploy:
    description:
      - It is for a software deployment.
    type: bool
    default: false
  force:
    description:
      - Ignore alarms that stand against it.
    type: bool
    default: false
  again:
    description:
      - Do it also where the release is there already.
    type: bool
    default: false
  sysadmin_password:
    description:
      - Password of the user sysadmin on the subclouds.
    type: str
    required: true
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
# END generated options
"""

EXAMPLES = r"""
- name: Prestage the next release
  edge.infra.stx_subcloud_prestage:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    group: canary
    release: "26.09"
    for_sw_deploy: true
    sysadmin_password: "{{ vault_sysadmin_password }}"
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
steps:
  description: What was done, or in check mode would be, in its order.
  type: list
  elements: str
  returned: always, once the API was asked
subcloud_prestage:
  description: The prestaging as it is at the end, or in check mode would be.
  type: dict
  returned: success
  contains:
    subclouds:
      description:
        - 'What became of each subcloud: V(done), V(unchanged), V(skipped) or V(failed).'
      type: dict
      returned: when set
      sample:
        edge-7: done
    skipped:
      description:
        - Subclouds that were left out because dcmanager would refuse, with C(name) and C(reason).
      type: list
      returned: when set
      elements: dict
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.backups import PRESTAGE
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.operations import run_operation


def main() -> None:
    """Put the declaration to work."""
    run_operation(DISTCLOUD, PRESTAGE)


if __name__ == "__main__":
    main()
