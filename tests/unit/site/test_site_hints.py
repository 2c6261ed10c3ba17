# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors name a site's variable beside the module's option, and the variables are the ones that the roles read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.api import Api
from ansible_collections.edge.infra.plugins.module_utils._engine.hints import with_variables
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import L2SM
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SITE_VARIABLES
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX

ROLES = Path(__file__).parents[3] / "roles"


def test_the_options_that_are_spoken_of_are_translated() -> None:
    known = {"osm_url": "edge_osm_url", "ca_cert": "edge_ca", "url": "never"}
    assert with_variables("Check osm_url.", known) == "Check osm_url. (In a site's inventory: osm_url is edge_osm_url.)"
    for text in ("OSM refused: no.", "Give osm_ca_cert.", "Set edge_osm_url.", "the osm_urls"):
        assert with_variables(text, known) == text


@pytest.mark.parametrize(("api", "role"), [(OSM, "osm_site"), (STARLINGX, "starlingx_host"), (L2SM, "l2sm")])
def test_the_roles_take_these_options_from_these_variables(api: Api, role: str) -> None:
    options = {f.name for f in api.connection}
    defaults = (ROLES / role / "defaults/main.yml").read_text(encoding="utf-8")
    own = (ROLES / role / "vars/main.yml").read_text(encoding="utf-8") if (ROLES / role / "vars").exists() else ""
    tasks = "".join(path.read_text(encoding="utf-8") for path in (ROLES / role / "tasks").glob("*.yml"))
    assert api.variables and set(api.variables) <= options
    for option, told in api.variables.items():
        for variable in re.findall(r"edge_\w+", told):
            assert variable in SITE_VARIABLES
        handed_on = re.search(rf"^ +{option}: .*?\b({role}_\w+)", tasks, re.MULTILINE)
        assert handed_on, option
        (default,) = re.findall(rf"^{handed_on[1]}: .*$", defaults, re.MULTILINE)
        behind = [
            line for name in re.findall(r"__\w+", default) for line in re.findall(rf"^{name}: .*$", own, re.MULTILINE)
        ]
        assert told.split()[0] in " ".join([default, *behind])
