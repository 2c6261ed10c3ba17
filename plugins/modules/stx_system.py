#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_system
short_description: Manage the description and settings of a StarlingX system
version_added: "0.1.0"
description:
  - Sets the name, place, time zone and a few settings of the whole system.
  - A system always exists, so options that are not given are left alone.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(isystems).
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Describe the system
  edge.infra.stx_system:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: madrid-1
    location: Madrid, rack 7
    latitude: "40.4168"
    longitude: "-3.7038"
    timezone: Europe/Madrid
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.system import SYSTEM


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, SYSTEM)


if __name__ == "__main__":
    main()
