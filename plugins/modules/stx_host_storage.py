#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_storage
short_description: Manage OSDs of a StarlingX host
version_added: "0.1.0"
description:
  - Gives a disk to the storage back end as an OSD or a journal, or takes it back.
  - The disk is checked before anything is sent.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(istors).
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Have an OSD
  edge.infra.stx_host_storage:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    disk: /dev/disk/by-path/pci-0000:00:17.0-ata-2.0
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.storage import STORAGE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, STORAGE)


if __name__ == "__main__":
    main()
