# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters for the keys that secrets of a cluster are encrypted with."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: kubernetes_encryption
short_description: What is left to do so that the control-plane nodes have the right keys
version_added: "0.1.0"
description:
  - Tells which keys a host is to have before kubeadm runs, what is left of a rotation, or what is in the file of keys.
  - What it returns is secret, and so is what it is given.
author:
  - The edge.infra authors (@edge-infra)
positional: _input, wanted
options:
  _input:
    description:
      - For V(install) what M(edge.infra.kubernetes_encryption_info) returns of the host itself.
      - For V(rotate) what it returns of each control-plane host, by their names.
      - For V(file) the keys in their order.
    type: raw
    required: true
  wanted:
    description: What is wanted.
    type: str
    choices: [install, rotate, file]
    required: true
  others:
    description: For V(install), the results of a loop over the names of every control-plane host.
    type: list
    elements: dict
    default: []
  fresh:
    description: A key that nobody has, where one is needed.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: See what is left of a rotation
  ansible.builtin.set_fact:
    rotation: "{{ looked | edge.infra.kubernetes_encryption('rotate', fresh=encryption.fresh) }}"
  no_log: true
"""

RETURN = r"""
_value:
  description:
    - V(install) a dictionary with the C(keys); V(rotate) one with C(steps) that are left, C(keys) by step, C(resumed),
      the names C(old) and C(new). Both have C(fault), the words for what stands against it. V(file) the text.
  type: raw
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._hardening import keys


def _entry(result: Mapping[str, Any]) -> dict[str, Any]:
    """One of the results of a loop over hosts."""
    return {
        "host": str(result.get("item", "")),
        "keys": result.get("keys_in_order") or [],
        "api_server": result.get("api_server"),
        "away": "keys_in_order" not in result,
    }


def kubernetes_encryption(
    given: Any,
    wanted: str,
    others: Sequence[Mapping[str, Any]] = (),
    fresh: Mapping[str, str] | None = None,
) -> Any:
    """One of the three."""
    try:
        if wanted == "install":
            own = {"keys": given.get("keys_in_order") or [], "api_server": given.get("api_server")}
            return {"fault": "", "keys": keys.chosen(own, [_entry(result) for result in others], fresh or {})}
        if wanted == "rotate":
            found = {host: entry.get("keys_in_order") or [] for host, entry in given.items()}
            return {"fault": "", **keys.rotation(found, fresh or {})}
        if wanted == "file":
            return keys.text_of(given)
    except EdgeError as error:
        return {"fault": str(error), "keys": [], "steps": []}  # said by a task that is not hidden
    raise AnsibleFilterError(f"kubernetes_encryption knows nothing of {wanted!r}. Choose install, rotate or file.")


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"kubernetes_encryption": kubernetes_encryption}
