#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_physical_volume
short_description: Manage physical volumes of a StarlingX host
version_added: "0.1.0"
description:
  - Gives disks and partitions to volume groups, and takes them away. The host does that when it is unlocked the
    next time; a controller's C(cgts-vg) grows at once.
  - What concerns C(nova-local) changes on a locked host only; on an unlocked one that is refused before anything is
    sent, unless O(lock=allowed).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ipvs).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  device:
    description:
      - The disk or partition, by path, device node or id.
    type: str
    required: true
  volume_group:
    description:
      - Name of the volume group that it belongs to. Volumes of C(cgts-vg) cannot be removed
        again.
      - 'Cannot be changed later: remove the object and create it again.'
      - Needed to create the object.
    type: str
  lock:
    description:
      - What to do when a change needs a locked host and the host is unlocked.
      - With V(never) the change is refused before anything is sent.
      - With V(allowed) the host is locked, changed and unlocked again; it is out of service
        until it has rebooted.
    type: str
    choices:
      - never
      - allowed
    default: never
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
  edge.infra.stx_host_physical_volume:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    device: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0-part1
    volume_group: nova-local
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
host_physical_volume:
  description: The physical volume; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    device:
      description:
        - The disk or partition, by path, device node or id.
      type: str
      returned: when set
      sample: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0-part1
    volume_group:
      description:
        - Name of the volume group that it belongs to. Volumes of C(cgts-vg) cannot be removed
          again.
      type: str
      returned: when set
      sample: nova-local
    type:
      description:
        - Whether it is a disk or a partition.
      type: str
      returned: when set
      sample: partition
    status:
      description: The state as the API says it; a wait ends at one of V(adding), V(failed),
        V(provisioned), V(unprovisioned).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.volumes import VOLUME


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, VOLUME)


if __name__ == "__main__":
    main()
