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
