#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_label
short_description: Manage labels of a StarlingX host
version_added: "0.1.0"
description:
  - Sets the Kubernetes labels of a host, and removes those with a null value or, with O(purge), those that are not named.
  - Some labels need a locked host; on an unlocked one they are refused before anything is sent, unless O(lock=allowed).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(labels).
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Label the host for SR-IOV and pinned CPUs
  edge.infra.stx_host_label:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    labels:
      sriovdp: enabled
      kube-cpu-mgr-policy: static
      obsolete:
"""

RETURN = r"""
# BEGIN generated return
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hostparts import LABELS


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, LABELS)


if __name__ == "__main__":
    main()
