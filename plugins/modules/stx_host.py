#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host
short_description: Manage a host of StarlingX, and lock or unlock it
version_added: "0.1.0"
description:
  - Sets the description and the board management of a host, and locks or unlocks it.
  - Waits until the host is unlocked, enabled and available (or locked). On a simplex the APIs go away during an unlock; that is waited through.
  - A host that fails ends the task at once with what maintenance says about it.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ihosts).
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Put the configured host into service, and wait for it
  edge.infra.stx_host:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: controller-0
    location: rack 7, unit 12
    administrative: unlocked
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hosts import HOST


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, HOST)


if __name__ == "__main__":
    main()
