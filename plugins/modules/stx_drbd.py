#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_drbd
short_description: Manage how the controllers of StarlingX synchronise their file systems
version_added: "0.1.0"
description:
  - Sets how much of the link between two controllers their synchronisation (DRBD) may use. Changes take effect at once.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(drbdconfig).
# BEGIN generated options
options:
  link_util:
    description:
      - Percent of the link that a synchronisation may use, from 5 to 80.
    type: int
  rtt_ms:
    description:
      - Time of a round trip between the controllers, in milliseconds, from 0.2 to 20.
    type: float
  secure:
    description:
      - Whether the controllers authenticate each other; releases before 2026 do not know it.
    type: bool
# END generated options
"""

EXAMPLES = r"""
- name: Let a synchronisation use at most 60 percent of the link
  edge.infra.stx_drbd:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    link_util: 60
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
drbd:
  description: The DRBD configuration; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    link_util:
      description:
        - Percent of the link that a synchronisation may use, from 5 to 80.
      type: int
      returned: when set
      sample: 40
    rtt_ms:
      description:
        - Time of a round trip between the controllers, in milliseconds, from 0.2 to 20.
      type: float
      returned: when set
      sample: 0.2
    secure:
      description:
        - Whether the controllers authenticate each other; releases before 2026 do not know
          it.
      type: bool
      returned: when set
      sample: false
    num_parallel:
      description:
        - How many file systems are synchronised at the same time; fixed by the platform.
      type: int
      returned: when set
      sample: 1
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.settings import DRBD


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, DRBD)


if __name__ == "__main__":
    main()
