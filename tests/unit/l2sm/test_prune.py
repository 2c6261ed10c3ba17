# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks that a document does not name any more, as the results and errors of a run tell of them."""

from __future__ import annotations

from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.apply import Applier, Outcome
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import ApiError
from ansible_collections.edge.infra.plugins.module_utils._engine.module import _many, _tell_where
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey
from ansible_collections.edge.infra.plugins.module_utils._engine.wait import Waiting
from ansible_collections.edge.infra.plugins.module_utils._l2sm.resources import NETWORK, SERVICE
from ansible_collections.edge.infra.plugins.module_utils._l2sm.review import review

from .test_apply import Recorded, live, wanted

OURS: dict[str, Any] = {"f:spec": {"f:type": {}}}


def test_a_pruned_network_says_where_its_removal_comes_from() -> None:
    networks = [live("kept", owned=OURS, type="vnet"), live("old", owned=OURS, type="vnet")]
    dialect = Recorded(networks=networks)
    dialect.prunes = True
    survey = Survey(dialect)
    changes = review(survey.plan([wanted(NETWORK, name="kept", type="vnet")]), survey)
    kept, pruned = changes
    assert (kept.wanted.origin, pruned.wanted.origin) == ("", "prune") and pruned.action == "delete"
    rows = _many([Outcome(c, "done", c.live) for c in changes])["results"]
    assert [r.get("origin") for r in rows] == [None, "prune"]

    def refuse(*_what: Any, **_how: Any) -> Any:
        raise ApiError("The cluster refused it with 403.", status=403)

    dialect.sender = lambda resource: type("No", (), {"delete": refuse, "update": refuse})()  # type: ignore[assignment]
    outcomes = Applier(dialect, survey, Waiting(False)).apply([pruned])
    _tell_where(outcomes)
    assert str(outcomes[0].error).startswith("prune: network old of default: The cluster refused it")


def test_networks_of_a_service_are_its_own() -> None:
    """The document of a site does not speak of them, and that of the service not of others."""
    mine = {SERVICE: "cdn"}

    def left(*named: Any) -> list[str]:
        rows = [live(name, owned=OURS, type="vnet") for name in ("site", "site-old", "cdn-a", "cdn-old")]
        for row in rows:
            if row["metadata"]["name"].startswith("cdn"):
                row["metadata"]["labels"] = {"app": "x", **mine}
        dialect = Recorded(networks=rows)
        dialect.prunes = True
        survey = Survey(dialect)
        changes = review(survey.plan(list(named)), survey)
        return sorted(str(c.wanted.values["name"]) for c in changes if c.action == "delete")

    assert left(wanted(NETWORK, name="site", type="vnet")) == ["site-old"]
    assert left(wanted(NETWORK, name="cdn-a", type="vnet", labels=mine)) == ["cdn-old"]
    assert left(wanted(NETWORK, name="site", type="vnet"), wanted(NETWORK, name="cdn-a", type="vnet", labels=mine)) == [
        "cdn-old",
        "site-old",
    ]
