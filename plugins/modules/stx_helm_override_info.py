#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_helm_override_info
short_description: Read Helm overrides of an application of StarlingX
version_added: "0.1.0"
description:
  - Reads the charts of an application, whether they are installed, what users and the system override in their values,
    and what comes of both.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(helm_charts), with a request for each chart.
# BEGIN generated options
options:
  application:
    description:
      - Name of the application.
      - A name or an id.
    type: str
    required: true
  chart:
    description:
      - Only the one with this chart.
    type: str
  namespace:
    description:
      - Only the one with this namespace.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read all charts of an application
  edge.infra.stx_helm_override_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    application: oidc-auth-apps
  register: found
"""

RETURN = r"""
# BEGIN generated return
helm_overrides:
  description: Objects of the kind chart, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    chart:
      description:
        - Name of the chart.
      type: str
      returned: when set
      sample: dex
    namespace:
      description:
        - Its namespace.
      type: str
      returned: when set
      sample: kube-system
    values:
      description:
        - The user's overrides, all of them; V({}) takes them away.
        - The diff hides what looks like a secret by its key; C(no_log) of the task hides everything.
      type: dict
      returned: when set
      sample:
        replicas: 2
    enabled:
      description:
        - Whether the chart is installed with its application.
      type: bool
      returned: when set
      sample: true
    system_overrides:
      description:
        - What the system sets.
      type: dict
      returned: when set
      sample:
        replicas: 1
    combined_overrides:
      description:
        - What comes of both.
      type: dict
      returned: when set
      sample:
        replicas: 2
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.helm import HELM_OVERRIDE


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, HELM_OVERRIDE)


if __name__ == "__main__":
    main()
