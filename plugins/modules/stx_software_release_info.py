#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_software_release_info
short_description: Read the releases of the software of StarlingX
version_added: "0.1.0"
description:
  - Reads the releases that the system has, and their states.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_software_release
notes:
  - Uses the software management of StarlingX (service C(usm) of Keystone's catalog), C(release).
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read the releases
  edge.infra.stx_software_release_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
software_releases:
  description: Objects of the kind software release, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Id of the release.
      type: str
      returned: when set
      sample: starlingx-26.03.1
    sw_version:
      description:
        - Its version.
      type: str
      returned: when set
      sample: 26.03.1
    component:
      description:
        - What it is a release of.
      type: str
      returned: when set
      sample: starlingx
    reboot_required:
      description:
        - Whether hosts reboot when it is deployed.
      type: bool
      returned: when set
      sample: true
    summary:
      description:
        - What it is.
      type: str
      returned: when set
      sample: Fixes of the platform
    requires:
      description:
        - Releases that have to be deployed before.
      type: list
      returned: when set
      elements: str
      sample:
        - starlingx-26.03.0
    status:
      description: The state as the API says it; a wait ends at one of V(available), V(committed),
        V(deployed), V(deploying), V(removing), V(unavailable), V(upload-failed).
      type: str
      returned: when it exists
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.software_release import RELEASE


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, RELEASE)


if __name__ == "__main__":
    main()
