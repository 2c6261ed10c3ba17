# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of roles that an inventory mistypes are told of; whatever else is called kubernetes_ is somebody else's."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._site.options import mistyped, options

ROLES = Path(__file__).parents[3] / "roles"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("kubernetes_upgrade_forse", "kubernetes_upgrade_force"),
        ("kubernetes_backup_passfrase", "kubernetes_backup_passphrase"),
        ("kubernetes_backup_keeps", "kubernetes_backup_keep"),
    ],
)
def test_what_is_nearly_an_option_is_told_of(name: str, meant: str) -> None:
    assert mistyped([name, "ansible_host"], ROLES) == [
        f"{name}: is no option of a role, so nobody reads it. Did you mean {meant}?"
    ]
    assert mistyped([name, meant], ROLES) == [], "what a run notes beside an option"


def test_options_and_variables_of_others_are_left_alone() -> None:
    assert mistyped(options(ROLES), ROLES) == []
    assert mistyped(["kubernetes_pod_network", "kubernetes_version", "edge_kubernetes_versoin"], ROLES) == []
    assert mistyped([], Path("/nowhere")) == []


def test_options_are_those_of_defaults_and_of_specifications() -> None:
    for role in ("kubernetes_upgrade", "kubernetes_host"):
        defaults = yaml.safe_load((ROLES / role / "defaults" / "main.yml").read_text(encoding="utf-8"))
        assert set(defaults) <= options(ROLES)
    assert "kubernetes_backup_passphrase" in options(ROLES)
    assert options(Path("/nowhere")) == frozenset()
