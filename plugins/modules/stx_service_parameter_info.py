#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_service_parameter_info
short_description: Read service parameters of StarlingX
version_added: "0.1.0"
description:
  - Reads service parameters, without those that are secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(service_parameter).
# BEGIN generated options
options:
  service:
    description:
      - Only the one with this service.
    type: str
  section:
    description:
      - Only the one with this section.
    type: str
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read the parameters of the proxy of Docker
  edge.infra.stx_service_parameter_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    service: docker
    section: proxy
  register: found
"""

RETURN = r"""
# BEGIN generated return
service_parameters:
  description: Objects of the kind service parameter, without secrets.
  type: list
  elements: dict
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
        - The section of the service's parameters.
      type: str
      returned: when set
      sample: proxy
    name:
      description:
        - Name of the parameter.
      type: str
      returned: when set
      sample: http_proxy
    value:
      description:
        - Its value; a number or a truth value is written as text.
      type: str
      returned: when set
      sample: http://10.20.30.9:3128
    personality:
      description:
        - With C(resource), the hosts that a parameter is for which StarlingX does not know
          itself.
      type: str
      returned: when set
      sample: worker
    resource:
      description:
        - Name in Puppet's data of a parameter that StarlingX does not know itself.
      type: str
      returned: when set
      sample: platform::compute::grub::params::keys
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.service_parameters import SERVICE_PARAMETER


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, SERVICE_PARAMETER)


if __name__ == "__main__":
    main()
