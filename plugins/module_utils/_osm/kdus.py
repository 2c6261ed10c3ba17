# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Upgrading the Helm release of a KDU: values and chart.

Two habits of the LCM of 2026 are kept out of the user's way by sending the whole set of values with
``kdu_reset_values``, and the chart, each time: without the first, an upgrade sends the values of the instantiation
along and so undoes earlier upgrades; without the second, it drops the chart's version and so takes the latest one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.action import Facts, Steps
from .._engine.compare import MASK, project
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.redact import veil
from .ns_actions import ns_action
from .operations import (
    MEMBER,
    TIMEOUT,
    kdu_of,
    must_run,
    operate,
    shown,
    vnf_of,
)
from .releases import check_values, history, merged


def _check(values: Mapping[str, Any]) -> None:
    for option in ("values", "secret_values"):
        check_values(option, option, values.get(option) or {})
    wants = [n for n in ("values", "secret_values", "chart") if values.get(n) is not None]
    if values.get("rollback"):
        if wants:
            raise InputError(
                f"rollback: it goes back to the revision before and takes no {', '.join(wants)}.",
                "Leave these options out, or rollback.",
                options=wants,
            )
    elif not wants:
        raise InputError("values: nothing to upgrade.", "Give values, chart, or rollback: true.", option="values")


def _upgrade(values: Mapping[str, Any], facts: Facts) -> Steps:
    must_run(facts)
    vnf = vnf_of(facts, values.get("member_vnf_index"))
    kdu = kdu_of(vnf, values.get("kdu_name"))
    body: dict[str, Any] = {"member_vnf_index": vnf["member-vnf-index-ref"], "kdu_name": kdu["kdu-name"]}
    if values.get("timeout") is not None:
        body["timeout_ns_action"] = values["timeout"]
    now = history(facts, vnf, kdu)[-1]
    if values.get("rollback"):
        body |= {"primitive": "rollback", "primitive_params": {}}
        return Steps((operate(facts, "action", body),), before={"release": "present"}, after={"release": "rolled back"})
    open_values, secret = values.get("values") or {}, values.get("secret_values") or {}
    wanted = merged(open_values, secret)
    chart = values.get("chart") or now.chart
    reset = bool(values.get("reset_values"))
    whole = wanted if reset else None if now.values is None else merged(now.values, wanted)
    known = now.values or {}
    before: dict[str, Any] = {"chart": now.chart, "values": veil(project(open_values, known))}
    after: dict[str, Any] = {"chart": chart, "values": veil(open_values)}
    if before["values"] == after["values"] and project(open_values, known) != open_values:
        after["values"] = {**after["values"], "(hidden values)": "differ"}
    if secret:
        hit = project(secret, known) == secret
        before["secret_values"], after["secret_values"] = MASK, MASK if hit else f"{MASK} (differs)"
    if reset:
        before["further values"] = sorted(set(known) - set(wanted))
        after["further values"] = []
    if whole is not None and whole == now.values and chart == now.chart:
        return Steps(reason="the release has these values and this chart", before=before, after=after)
    notes: tuple[str, ...] = ()
    if now.values is None and not reset:
        notes = (
            f"KDU {kdu['kdu-name']}: after an upgrade that failed half-way OSM's records do not tell the values of the"
            " release; those that are not given here stay as Helm has them, or go back to those of the instantiation.",
        )
    params = {**(wanted if whole is None else whole), "kdu_model": chart}
    if whole is not None:
        params["kdu_reset_values"] = "true"
    if values.get("atomic") is False:
        params["kdu_atomic_upgrade"] = "false"
    body |= {"primitive": "upgrade", "primitive_params": params}
    return Steps((operate(facts, "action", body),), before=before, after=after, notes=notes)


NS_KDU_UPGRADE = ns_action(
    "ns_kdu_upgrade",
    "upgrading",
    (
        MEMBER,
        Field("kdu_name", "Which KDU of the VNF; not needed where it has one only.", sample="web"),
        Field(
            "values",
            (
                "Helm values that the release should have; what is not named stays as it is.",
                "Compared with those of the instantiation and of the upgrades since then, as OSM's records tell them.",
            ),
            type="dict",
            sample={"replicaCount": 2},
        ),
        Field("secret_values", "Further Helm values, which are never shown.", type="dict", secret=True),
        Field(
            "reset_values",
            "Whether values that are not named go back to the chart's own.",
            type="bool",
            default=False,
        ),
        Field(
            "chart",
            "The chart with its version (C(repository/chart:version)); the present one otherwise, version and all.",
            sample="podinfo/podinfo:6.7.1",
        ),
        Field("atomic", "Whether Helm takes a failed upgrade back.", type="bool", default=True),
        Field("rollback", "Go back to the revision before instead; changed each time.", type="bool", default=False),
        TIMEOUT,
    ),
    "Mend the cause and run again; with atomic: true Helm has taken the failed upgrade back.",
    kind="action",
    steps=_upgrade,
    check=_check,
    result=lambda operation: {"revision": shown(operation).get("detailed_status")},
    returns=(Field("revision", "The new revision of the Helm release.", type="raw"),),
)
