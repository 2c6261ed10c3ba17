#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_dc_strategy_info
short_description: Read the orchestrated strategy of a StarlingX System Controller
version_added: "0.1.0"
description:
  - Reads the strategy that there is, with its steps, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  type:
    description:
      - Only the one with this type.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read the strategy that there is, with its steps
  edge.infra.stx_dc_strategy_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
dc_strategies:
  description: Objects of the kind strategy, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    type:
      description:
        - Its type.
      type: str
      returned: when set
      sample: sw-deploy
    state:
      description:
        - Its state.
      type: str
      returned: when set
      sample: applying
    apply_type:
      description:
        - Side by side, or one after the other.
      type: str
      returned: when set
      sample: parallel
    max_parallel_subclouds:
      description:
        - How many at once.
      type: int
      returned: when set
      sample: 2
    stop_on_failure:
      description:
        - Whether it stops at the first failure.
      type: bool
      returned: when set
      sample: false
    extra_args:
      description:
        - What belongs to its type.
      type: dict
      returned: when set
      sample:
        release_id: starlingx-26.09.1
    steps:
      description:
        - Each step, with C(subcloud), C(stage), C(state), C(details), C(started_at) and C(finished_at).
      type: list
      returned: when set
      elements: dict
      sample:
        - subcloud: edge-7
          stage: Apply
          state: initial
          details: ''
    created_at:
      description:
        - When it was made, in UTC.
      type: str
      returned: when set
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.strategies import DC_STRATEGY


def main() -> None:
    """Put the declaration to work."""
    run_info(DISTCLOUD, DC_STRATEGY)


if __name__ == "__main__":
    main()
