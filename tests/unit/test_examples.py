# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Examples in the documentation of the modules of StarlingX and L2S-M can be copied: each has its connection.

Those of OSM are run in ``tests/integration/test_osm_examples.py``.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

MODULES = Path(__file__).parents[2] / "plugins/modules"
#: what a connection is made of, by prefix of the modules; the bootstrap goes through Ansible's own connection
CONNECTION = {"stx_": {"auth_url", "auth_password"}, "l2sm_": {"kubeconfig"}}
WITHOUT = {"stx_bootstrap", "stx_target_playbook"}
NAMES = sorted(p.stem for prefix in CONNECTION for p in MODULES.glob(f"{prefix}*.py"))


@pytest.mark.parametrize("module", NAMES)
def test_each_example_has_its_connection(module: str) -> None:
    tree = ast.parse((MODULES / f"{module}.py").read_text(encoding="utf-8"))
    [text] = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES"
    ]
    given = [task[f"edge.infra.{module}"] for task in yaml.safe_load(text) if f"edge.infra.{module}" in task]
    wanted = next(options for prefix, options in CONNECTION.items() if module.startswith(prefix))
    assert given
    for options in given if module not in WITHOUT else ():
        assert wanted <= set(options), options
