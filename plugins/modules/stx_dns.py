#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_dns
short_description: Manage the name servers of a StarlingX system
version_added: "0.1.0"
description:
  - Sets the name servers of the system, and applies them.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(idns).
# BEGIN generated options
options:
  servers:
    description:
      - Addresses of the name servers, at most three, in the order in which they are asked.
    type: list
    elements: str
# END generated options
"""

EXAMPLES = r"""
- name: Set the name servers
  edge.infra.stx_dns:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    servers:
      - 10.20.30.1
      - 8.8.8.8
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
dns:
  description: The DNS configuration; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    servers:
      description:
        - Addresses of the name servers, at most three, in the order in which they are asked.
      type: list
      returned: when set
      elements: str
      sample:
        - 8.8.8.8
        - 8.8.4.4
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.system import DNS


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, DNS)


if __name__ == "__main__":
    main()
