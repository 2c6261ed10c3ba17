# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.mistyped``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: mistyped
short_description: Names of variables that are nearly those of this collection
version_added: "0.1.0"
description:
  - Ansible takes every name for a variable, so a mistyped one is none that anybody reads. C(openstack_helm_feature)
    would let an OpenStack be installed without the feature, and nobody would be told.
  - A name is told when no role and no playbook of this collection knows it, and one that they know is like it.
    Names of your own are left alone otherwise; one that begins with C(edge_) also beside the one that it is like.
author:
  - The edge.infra authors (@edge-infra)
options:
  _input:
    description: Names of variables, as the lookup C(ansible.builtin.varnames) gives them.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Refuse variables that nobody reads
  ansible.builtin.assert:
    that: odd | length == 0
    fail_msg: "{{ odd | join(' ') }}"
  vars:
    odd: "{{ lookup('ansible.builtin.varnames', '^openstack_helm_').split(',') | edge.infra.mistyped }}"
"""

RETURN = r"""
_value:
  description: A sentence for each of them.
  type: list
  elements: str
  sample: ["edge_kubeconfg is no variable of edge.infra, so nobody reads it: did you mean edge_kubeconfig?"]
"""

import difflib
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._site.names import HOST_VARIABLES, SITE_VARIABLES

COLLECTION = Path(__file__).resolve().parents[2]
#: where names of variables stand
PLACES = ("playbooks/*.yml", "roles/*/defaults/main.yml", "roles/*/vars/main.yml", "roles/*/meta/argument_specs.yml")
#: how the names begin that are looked at
BEGIN = ("openstack_helm_", "openstack_vim_", "osm_adopt_", "awx_project_", "edge_")
#: how like one that is known the rest of a name is to be taken for a mistake
LIKE = 0.85
_NAME = re.compile(rf"\b(?:{'|'.join(BEGIN)})[a-z0-9_]*[a-z0-9]\b")


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Every name that a role, a playbook or the plan of a site speaks of."""
    found = {*SITE_VARIABLES, *HOST_VARIABLES}
    for place in PLACES:
        for file in COLLECTION.glob(place):
            found |= set(_NAME.findall(file.read_text(encoding="utf-8")))
    return frozenset(found)


def mistyped(names: Iterable[Any]) -> list[str]:
    """A sentence for each name that is nearly one of ours."""
    given, found = {str(name) for name in names}, []
    for name in sorted(given - known()):
        begin = next((one for one in BEGIN if name.startswith(one)), "")
        # options of roles are always given, by their defaults
        others = known() - given if begin == "edge_" else known()
        like = {one[len(begin) :]: one for one in sorted(others) if begin and one.startswith(begin)}
        for rest in difflib.get_close_matches(name[len(begin) :], like, n=1, cutoff=LIKE):
            found.append(f"{name} is no variable of edge.infra, so nobody reads it: did you mean {like[rest]}?")
    return found


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"mistyped": mistyped}
