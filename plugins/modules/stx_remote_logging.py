#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_remote_logging
short_description: Manage remote logging of a StarlingX system
version_added: "0.1.0"
description:
  - Sets to which server the hosts of a system send their logs, and whether they do. Changes take effect at once.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(remotelogging).
# BEGIN generated options
options:
  ip_address:
    description:
      - Address of the log server.
      - Needed before anything else is changed; it stays when remote logging is turned off.
    type: str
  enabled:
    description:
      - Whether the hosts send their logs to the server.
    type: bool
  transport:
    description:
      - How the logs are sent; sysinv's default is V(udp).
    type: str
    choices:
      - udp
      - tcp
      - tls
  port:
    description:
      - Port of the server; sysinv's default is 514.
    type: int
# END generated options
"""

EXAMPLES = r"""
- name: Send the logs to a server
  edge.infra.stx_remote_logging:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    ip_address: 10.20.30.50
    transport: tcp
    port: 601
    enabled: true

- name: Stop it
  edge.infra.stx_remote_logging:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    enabled: false
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
remote_logging:
  description: The remote logging; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    ip_address:
      description:
        - Address of the log server.
        - Needed before anything else is changed; it stays when remote logging is turned off.
      type: str
      returned: when set
      sample: 10.20.30.50
    enabled:
      description:
        - Whether the hosts send their logs to the server.
      type: bool
      returned: when set
      sample: true
    transport:
      description:
        - How the logs are sent; sysinv's default is V(udp).
      type: str
      returned: when set
      sample: tcp
    port:
      description:
        - Port of the server; sysinv's default is 514.
      type: int
      returned: when set
      sample: 514
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.settings import REMOTE_LOGGING


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, REMOTE_LOGGING)


if __name__ == "__main__":
    main()
