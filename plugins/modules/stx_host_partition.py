#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_partition
short_description: Manage partitions of a StarlingX host's disks
version_added: "0.1.0"
description:
  - Makes, grows and removes partitions, and waits until the host has done so. A host that was never in service
    makes them when it is unlocked; that is not waited for.
  - StarlingX numbers the partitions of a disk itself, and grows and removes only the last one.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(partitions).
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
  number:
    description:
      - 'Number of the partition on its disk. StarlingX numbers them itself: a new one gets
        the next number.'
      - The root disk's first ones are the installer's.
    type: int
    default: 1
  size_gib:
    description:
      - Size in GiB. Only the last partition of a disk can grow, and none shrinks.
    type: int
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
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
- name: A partition for virtual machines
  edge.infra.stx_host_partition:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    disk: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0
    size_gib: 100

- name: Remove it
  edge.infra.stx_host_partition:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    disk: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0
    number: 1
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
host_partition:
  description: The partition; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    disk:
      description:
        - The disk, by path, device node, WWN or id.
      type: str
      returned: when set
      sample: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0
    number:
      description:
        - 'Number of the partition on its disk. StarlingX numbers them itself: a new one gets
          the next number.'
        - The root disk's first ones are the installer's.
      type: int
      returned: when set
      sample: 1
    size_gib:
      description:
        - Size in GiB. Only the last partition of a disk can grow, and none shrinks.
      type: int
      returned: when set
    path:
      description:
        - Path of the partition.
      type: str
      returned: when set
    node:
      description:
        - Device node.
      type: str
      returned: when set
      sample: /dev/sdb1
    status:
      description: The state as the API says it; a wait ends at one of V(Creating (on unlock)),
        V(Error), V(In-Use), V(Internal script error), V(Missing GPT Table), V(Ready).
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.volumes import PARTITION


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, PARTITION)


if __name__ == "__main__":
    main()
