# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.awx_exported``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: awx_exported
short_description: Objects of AWX as lists that collections of configuration as code read
version_added: "0.1.0"
description:
  - Makes one list C(controller_*) for each kind, as YAML. Secrets are left out.
  - What AWX is to evaluate is marked as C(!unsafe), so that a play that reads the file does not.
author:
  - The edge.infra authors (@edge-infra)
options:
  _input:
    description: What is wanted, from P(edge.infra.awx_objects#filter).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Keep them in a file
  ansible.builtin.copy:
    dest: "{{ playbook_dir }}/controller.yml"
    content: "{{ wanted | edge.infra.awx_exported }}"
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The lists, as the text of a file of variables.
  type: str
"""

import json
from collections.abc import Callable
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._awx.objects import exported


def awx_exported(wanted: Any) -> str:
    """The lists as YAML, in which templates are texts."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes no anchors, which no reader wants to follow."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, data: str) -> Any:
        return dumper.represent_scalar("!unsafe" if "{{" in data else "tag:yaml.org,2002:str", data)

    Dumper.add_representer(str, text)
    return yaml.dump(json.loads(json.dumps(exported(wanted))), Dumper=Dumper, sort_keys=False, width=1000)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"awx_exported": awx_exported}
