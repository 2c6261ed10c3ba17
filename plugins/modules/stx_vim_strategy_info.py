#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_vim_strategy_info
short_description: Read the strategy that the VIM of StarlingX has
version_added: "0.1.0"
description:
  - "Reads the strategy that there is, of whatever type: its state, where it is, its stages, and why it failed."
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_vim_strategy
notes:
  - Uses the API of the VIM (service C(nfv) of Keystone's catalog), C(api/orchestration).
  - The answer is an empty list where there is no strategy.
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Read the strategy
  edge.infra.stx_vim_strategy_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
vim_strategies:
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
      sample: kube-upgrade
    state:
      description:
        - Its state.
      type: str
      returned: when set
      sample: applying
    phase:
      description:
        - The phase it is in.
      type: str
      returned: when set
      sample: apply
    percentage:
      description:
        - How far that phase is.
      type: int
      returned: when set
      sample: 40
    progress:
      description:
        - Where it is, in words.
      type: str
      returned: when set
      sample: applying, apply 40 %, stage 3 of 7 kube-upgrade-networking, step kube-upgrade-networking
    reason:
      description:
        - Why it failed.
      type: str
      returned: when set
      sample: active alarms present [ 100.101 ]
    stages:
      description:
        - 'The stages of its apply phase: C(id), C(name), C(result), and C(steps) with C(name),
          C(hosts), C(result) and C(reason).'
      type: list
      returned: when set
      elements: dict
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.vim_reading import VIM_STRATEGY


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, VIM_STRATEGY)


if __name__ == "__main__":
    main()
