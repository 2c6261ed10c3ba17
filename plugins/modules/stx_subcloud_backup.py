#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud_backup
short_description: Back up, restore and clean up subclouds of a StarlingX System Controller
version_added: "0.1.0"
description:
  - Makes a backup of a subcloud, or of those of a group, removes backups, or restores subclouds from them, and waits.
  - Subclouds of a group that dcmanager would refuse now are left out and reported.
  - A subcloud has to be deployed, online and managed for a backup, and unmanaged for a restoration.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  idempotent:
    support: partial
    details:
      - dcmanager does not tell which backups there are. Each run makes, removes or restores one, unless O(max_age)
        finds the last one young enough.
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
  subcloud:
    description:
      - Name of the subcloud.
    type: str
  group:
    description:
      - Name or id of a group, for all of its subclouds.
    type: str
  state:
    description:
      - With V(created) a backup is made, with V(absent) those of O(release) are removed, and
        with V(restored) the subcloud is restored from one.
      - dcmanager does not tell which backups there are, so each run does it, unless O(max_age)
        says otherwise.
    type: str
    choices:
      - created
      - absent
      - restored
    default: created
  max_age:
    description:
      - With C(state=created), leave out subclouds whose last backup is younger than so many
        hours.
    type: float
  local_only:
    description:
      - The backup is kept on the subcloud itself, or is removed or restored from there.
    type: bool
    default: false
  registry_images:
    description:
      - Take the images of its registry along; with O(local_only) alone.
    type: bool
    default: false
  release:
    description:
      - Release of the backups that are removed; of a restoration, the one to install.
    type: str
  values:
    description:
      - 'Further values of the backup or the restoration: a dictionary, or the path of a YAML
        file.'
    type: raw
  with_install:
    description:
      - Install the subcloud anew before it is restored.
    type: bool
    default: false
  auto:
    description:
      - Restore from within the installation, without a connection to the System Controller.
    type: bool
    default: false
  factory:
    description:
      - Restore the state that it came with from the factory.
    type: bool
    default: false
  on_site:
    description:
      - The restoration is begun on site.
    type: bool
    default: false
  sysadmin_password:
    description:
      - Password of the user sysadmin on the subclouds.
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
# END generated options
"""

EXAMPLES = r"""
- name: Back the canaries up, unless that was done today
  edge.infra.stx_subcloud_backup:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    group: canary
    max_age: 24
    sysadmin_password: "{{ vault_sysadmin_password }}"

- name: Install a subcloud anew and restore it
  edge.infra.stx_subcloud_backup:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    subcloud: edge-7
    state: restored
    with_install: true
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
subcloud_backup:
  description: The backup as it is at the end, or in check mode would be.
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.backups import BACKUP
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.operations import run_operation


def main() -> None:
    """Put the declaration to work."""
    run_operation(DISTCLOUD, BACKUP)


if __name__ == "__main__":
    main()
