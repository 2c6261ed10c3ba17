#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_license
short_description: Install the license of a StarlingX system
version_added: "0.1.0"
description:
  - Installs a license where the system has none, or another one. The license is not shown anywhere.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(license).
  - A license cannot be removed.
# BEGIN generated options
options:
  src:
    description:
      - File with the license, on the machine that runs the task.
      - Needed to create the object.
    type: path
# END generated options
"""

EXAMPLES = r"""
- name: Install the license
  edge.infra.stx_license:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    src: /root/edge.lic
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
license:
  description: The license; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    installed:
      description:
        - Whether there is a license.
      type: bool
      returned: when set
      sample: true
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.keepsakes import LICENSE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, LICENSE)


if __name__ == "__main__":
    main()
