#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_memory
short_description: Manage the memory of a StarlingX host
version_added: "0.1.0"
description:
  - Sets the memory that the platform reserves on a NUMA node, and its huge pages.
  - Huge pages take effect with the next unlock; what is pending counts as present.
  - Needs a locked host; on an unlocked one changes are refused before anything is sent, unless O(lock=allowed).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(imemorys).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  numa:
    description:
      - Number of the NUMA node.
    type: int
    required: true
  platform_reserved_mib:
    description:
      - Memory for the platform, in MiB.
    type: int
  hugepages_2m:
    description:
      - Huge pages of 2 MiB for applications.
    type: int
  hugepages_1g:
    description:
      - Huge pages of 1 GiB for applications.
    type: int
  vswitch_hugepages:
    description:
      - Huge pages for the virtual switch.
    type: int
  vswitch_hugepage_size_mib:
    description:
      - 'Size of those, in MiB: 2 or 1024.'
    type: int
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
- name: Have four huge pages of 1 GiB on NUMA node 0
  edge.infra.stx_host_memory:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    numa: 0
    platform_reserved_mib: 12000
    hugepages_1g: 4
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
host_memory:
  description: The memory; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    numa:
      description:
        - Number of the NUMA node.
      type: int
      returned: when set
      sample: 0
    platform_reserved_mib:
      description:
        - Memory for the platform, in MiB.
      type: int
      returned: when set
      sample: 9000
    hugepages_2m:
      description:
        - Huge pages of 2 MiB for applications.
      type: int
      returned: when set
      sample: 0
    hugepages_1g:
      description:
        - Huge pages of 1 GiB for applications.
      type: int
      returned: when set
      sample: 4
    vswitch_hugepages:
      description:
        - Huge pages for the virtual switch.
      type: int
      returned: when set
      sample: 0
    vswitch_hugepage_size_mib:
      description:
        - 'Size of those, in MiB: 2 or 1024.'
      type: int
      returned: when set
      sample: 2
    total_mib:
      description:
        - Memory for applications, in MiB.
      type: int
      returned: when set
      sample: 47000
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hostparts import MEMORY


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, MEMORY)


if __name__ == "__main__":
    main()
