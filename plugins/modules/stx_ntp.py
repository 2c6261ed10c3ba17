#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_ntp
short_description: Manage the time servers of a StarlingX system
version_added: "0.1.0"
description:
  - Sets the time servers of the system, and applies them.
  - A time server by name needs a name server first, see M(edge.infra.stx_dns).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(intp).
# BEGIN generated options
options:
  servers:
    description:
      - Names or addresses of the time servers, at most three.
    type: list
    elements: str
# END generated options
"""

EXAMPLES = r"""
- name: Set the time servers
  edge.infra.stx_ntp:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    servers:
      - 0.pool.ntp.org
      - 1.pool.ntp.org
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
ntp:
  description: The NTP configuration; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    servers:
      description:
        - Names or addresses of the time servers, at most three.
      type: list
      returned: when set
      elements: str
      sample:
        - 0.pool.ntp.org
        - 1.pool.ntp.org
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.system import NTP


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, NTP)


if __name__ == "__main__":
    main()
