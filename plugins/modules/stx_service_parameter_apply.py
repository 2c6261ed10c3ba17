#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_service_parameter_apply
short_description: Make a service of StarlingX use its parameters
version_added: "0.1.0"
description:
  - Tells a service to use its parameters as they are.
  - M(edge.infra.stx_service_parameter) does this after a change; this one is for when that failed, or after tasks with
    C(apply=false).
  - It cannot be told whether the service uses them already, so this always counts as a change.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
attributes:
  idempotent:
    support: none
    details: Whether it is used already cannot be told, so each run sends the request.
notes:
  - Uses the StarlingX configuration API (sysinv), C(service_parameter/apply).
# BEGIN generated options
options:
  service:
    description:
      - The service.
    type: str
    required: true
  section:
    description:
      - The section, where only the parameters of one have changed.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Use the parameters of Docker
  edge.infra.stx_service_parameter_apply:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    service: docker
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
service_parameter_apply:
  description: The use of the parameters of; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    service:
      description:
        - The service.
      type: str
      returned: when set
      sample: docker
    section:
      description:
        - The section, where only the parameters of one have changed.
      type: str
      returned: when set
      sample: proxy
    applied:
      description:
        - Whether the service was told to use them.
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.service_parameters import SERVICE_APPLY


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, SERVICE_APPLY)


if __name__ == "__main__":
    main()
