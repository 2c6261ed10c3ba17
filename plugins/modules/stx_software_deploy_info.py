#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_software_deploy_info
short_description: Read the deployment of software that StarlingX has
version_added: "0.1.0"
description:
  - "Reads the deployment that there is: its state, its versions, and how far each host is."
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_software_deploy
notes:
  - Uses the software management of StarlingX (service C(usm) of Keystone's catalog), C(deploy) and C(deploy_host).
  - The answer is an empty list where there is no deployment.
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Read the deployment
  edge.infra.stx_software_deploy_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
software_deploys:
  description: Objects of the kind deployment, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    state:
      description:
        - Its state.
      type: str
      returned: when set
      sample: activate-done
    from_release:
      description:
        - Version that it comes from.
      type: str
      returned: when set
      sample: 26.03.0
    to_release:
      description:
        - Version that it leads to.
      type: str
      returned: when set
      sample: 26.03.1
    reboot_required:
      description:
        - Whether hosts reboot.
      type: bool
      returned: when set
      sample: false
    hosts:
      description:
        - 'How far each host is: C(host), C(state).'
      type: list
      returned: when set
      elements: dict
      sample:
        - host: controller-0
          state: deployed
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.software_options import SOFTWARE_DEPLOY


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, SOFTWARE_DEPLOY)


if __name__ == "__main__":
    main()
