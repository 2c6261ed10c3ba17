#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_application_info
short_description: Read applications of StarlingX
version_added: "0.1.0"
description:
  - Reads the applications of the system, or one of them.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(apps).
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read all applications
  edge.infra.stx_application_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found

- name: Read one
  edge.infra.stx_application_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: oidc-auth-apps
  register: found
"""

RETURN = r"""
# BEGIN generated return
applications:
  description: Objects of the kind application, without secrets.
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
        - Name of the application.
      type: str
      returned: when set
      sample: oidc-auth-apps
    version:
      description:
        - Version that is wanted.
        - 'Not needed where C(src) is a file of this machine: its C(metadata.yaml) tells it.'
        - Without either, any version will do that is there.
      type: str
      returned: when set
      sample: 26.09-1
    state:
      description:
        - What the application should be.
        - With V(applied) it is uploaded and applied, or updated where it is applied in another
          version.
        - With V(uploaded) it is there, and removed from the cluster if it is applied.
        - With V(absent) it is removed from the cluster and deleted.
      type: str
      returned: when set
      sample: applied
    progress:
      description:
        - Its own words on how far it is.
      type: str
      returned: when set
      sample: completed
    active:
      description:
        - Whether it is in use.
      type: bool
      returned: when set
      sample: true
    manifest_name:
      description:
        - Name of its manifest.
      type: str
      returned: when set
      sample: oidc-auth-apps-fluxcd-manifests
    status:
      description: The state as the API says it; a wait ends at one of V(applied), V(apply-failed),
        V(remove-failed), V(upload-failed), V(uploaded).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.applications import APPLICATION


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, APPLICATION)


if __name__ == "__main__":
    main()
