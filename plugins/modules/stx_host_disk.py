#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_disk
short_description: Wipe a disk of a StarlingX host and give it a partition table
version_added: "0.1.0"
description:
  - Wipes a disk, gives it a new GPT, and waits until the host reports it as empty.
  - A disk that is empty and has a partition table is left alone, unless O(force=true).
  - The disk of the host's system and one that an OSD or a volume group uses are refused before anything is sent.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), PATCH of C(idisks).
  - What disks a host has is read with M(edge.infra.stx_host_disk_info).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  disk:
    description:
      - The disk, by path, device node, WWN or id.
    type: str
    required: true
  skip_formatting:
    description:
      - Whether to write the partition table only, and leave the rest.
    type: bool
  confirm:
    description:
      - 'Has to be true: everything on the disk is lost.'
    type: bool
    default: false
  force:
    description:
      - Whether to wipe a disk that is empty already, too.
    type: bool
    default: false
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
      - 'Such as C(hosts: [NAME]), or C(host: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Make an old disk usable
  edge.infra.stx_host_disk:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    disk: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0
    confirm: true
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
    path:
      description:
        - Path of the disk.
      type: str
      returned: when set
      sample: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0
    node:
      description:
        - Device node.
      type: str
      returned: when set
      sample: /dev/sdb
    type:
      description:
        - Type of the disk.
      type: str
      returned: when set
      sample: SSD
    size_mib:
      description:
        - Size in MiB.
      type: int
      returned: when set
      sample: 512000
    available_mib:
      description:
        - What of it is free, in MiB.
      type: int
      returned: when set
      sample: 511999
    status:
      description: The state as the API says it; a wait ends at one of V(empty).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.disks import DISK_WIPE


def main() -> None:
    """Put the declaration to work."""
    run_action(STARLINGX, DISK_WIPE)


if __name__ == "__main__":
    main()
