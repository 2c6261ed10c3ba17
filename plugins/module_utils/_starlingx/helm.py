# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helm overrides: what a user sets for a chart of an application.

Source: sysinv's ``helm_charts`` (2026). The overrides are YAML text. A change without ``reuse_values`` takes away what
was set before, also one that only speaks of the chart's attributes; and a change for a chart that does not exist is
taken and kept without a word. So both are dealt with here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from .._engine.dialect import Document, Sent
from .._engine.errors import InputError, NotFoundError
from .._engine.field import Field
from .._engine.lazy import Lazily
from .._engine.plan import Change
from .._engine.resource import Resource
from .._engine.survey import Survey
from .dialect import Lists, StarlingxDialect

yaml: Any = Lazily("yaml")

_MORE = ("user_overrides", "system_overrides", "combined_overrides")


class Chart(Mapping[str, Any]):
    """A chart of the list; its overrides are asked for when somebody looks at them."""

    def __init__(self, lists: Any, application: str, name: str, namespace: str, enabled: bool) -> None:
        self._lists, self._application = lists, application
        self._known: dict[str, Any] = {
            "id": f"{name}/{namespace}",
            "name": name,
            "namespace": namespace,
            "enabled": enabled,
        }

    def __getitem__(self, key: str) -> Any:
        if key in _MORE and key not in self._known and not hasattr(self._lists, "http"):
            return {}  # a system that is yet to be
        if key in _MORE and key not in self._known:
            path = address(self._application, self._known["name"], self._known["namespace"])
            answer = self._lists.http.json("GET", path)
            self._known.update({k: parsed(answer.get(k)) for k in _MORE})
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(("id", "name", "namespace", "enabled", *_MORE))

    def __len__(self) -> int:
        return 4 + len(_MORE)


def address(application: str, chart: str, namespace: str) -> str:
    """Where the overrides of a chart are."""
    return f"helm_charts/{application}?{urlencode({'name': chart, 'namespace': namespace})}"


def parsed(text: Any) -> Any:
    """Overrides as a dictionary; what is no dictionary stays as it is."""
    if not text:
        return {}
    try:
        found = yaml.safe_load(str(text))
    except yaml.YAMLError:
        return text
    return found if found is not None else {}


def gather(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """The charts of an application, one for each namespace; none of one that will only be uploaded."""
    if not scope:
        return []
    charts = lists.list(f"helm_charts?{urlencode({'app_name': scope})}", quick)
    return [
        Chart(lists, scope, str(c["name"]), str(space), str(on).lower() == "true")
        for c in charts
        for space, on in zip(c.get("namespaces") or [], c.get("enabled") or [], strict=False)
    ]


def canonical(value: Any) -> Any:
    """Values in one spelling: whole numbers are whole, a truth value is none of them, the order of keys is nothing."""
    return json.dumps(_whole(value), sort_keys=True, default=str) if value else None


def _whole(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def merged(below: Any, above: Any) -> Any:
    """Values as Helm puts one set over another: dictionaries are merged, anything else is replaced."""
    if not (isinstance(below, Mapping) and isinstance(above, Mapping)):
        return above
    return {**below, **{k: merged(below.get(k), v) for k, v in above.items()}}


def _adapt(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """With ``reuse_values``, what is wanted is what is set now, with the given values over it."""
    if not values.get("reuse_values") or values.get("values") is None:
        return values
    return {**values, "values": merged(live["user_overrides"], values["values"])}


def review(change: Change, survey: Survey) -> NotFoundError | None:
    """sysinv would take overrides for any chart; only those that the application has are of use."""
    if change.live is not None or not change.refusal:
        return None
    known = [f"{d['name']} in {d['namespace']}" for d in survey.documents(change.resource, change.wanted.scope)]
    values = change.wanted.values
    return NotFoundError(
        f"chart: application {values['application']} has no chart {values['chart']!r} in namespace"
        f" {values['namespace']!r}.",
        f"Its charts: {', '.join(sorted(known)) or 'none'}. Correct chart or namespace.",
        option="chart",
        value=values["chart"],
    )


class OverrideSender:
    """PATCH what is set as a whole; DELETE where nothing is to be left."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Charts come with their application."""
        raise InputError("A chart cannot be created.")

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Send what differs; what is not spoken of stays."""
        wanted = change.wanted.values
        path = address(change.wanted.scope, wanted["chart"], wanted["namespace"])
        if set(payload) == {"values"} and not payload["values"] and not wanted.get("reapply"):
            dialect.http.json("DELETE", path)
            return Sent(id=change.id)
        keep = "values" not in payload
        flags = {"reuse_values": keep, "reset_values": not keep}
        if wanted.get("reapply"):
            flags["reapply"] = True  # older servers know no such word
        files = [yaml.safe_dump(payload["values"], default_flow_style=False)] if payload.get("values") else []
        attributes = {"enabled": str(payload["enabled"]).lower()} if "enabled" in payload else {}
        body = {"flags": flags, "values": {"files": files, "set": []}, "attributes": attributes}
        dialect.http.json("PATCH", path, json=body)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Charts go with their application."""
        raise InputError("A chart cannot be removed.")


HELM_OVERRIDE = Resource(
    kind="helm_override",
    module="stx_helm_override",
    title="chart",
    path="helm_charts",
    naming="{chart} in {namespace}",
    verbs=frozenset({"update"}),
    adapt=_adapt,
    sender=OverrideSender(),
    after=("application",),
    fields=(
        Field(
            "application",
            "Name of the application.",
            scope=True,
            required=True,
            reference="application",
            sample="oidc-auth-apps",
        ),
        Field("chart", "Name of the chart.", api="name", identity=True, required=True, sample="dex"),
        Field("namespace", "Its namespace.", identity=True, required=True, sample="kube-system"),
        Field(
            "values",
            (
                "The user's overrides, all of them; V({}) takes them away.",
                "The diff hides what looks like a secret by its key; C(no_log) of the task hides everything.",
            ),
            type="dict",
            api="user_overrides",
            normalize=canonical,
            sample={"replicas": 2},
        ),
        Field(
            "reuse_values",
            "Put O(values) over what is set, as Helm does, instead of replacing it.",
            type="bool",
            default=False,
            local=True,
        ),
        Field("enabled", "Whether the chart is installed with its application.", type="bool", sample=True),
        Field(
            "reapply",
            (
                "Ask the system to apply the application again after a change.",
                "It does so only for an applied application that declares this trigger, and does not tell whether it"
                " does; M(edge.infra.stx_application_apply) applies it in any case.",
            ),
            type="bool",
            default=False,
            local=True,
        ),
        Field("system_overrides", "What the system sets.", type="dict", read_only=True, sample={"replicas": 1}),
        Field(
            "combined_overrides",
            "What comes of both.",
            type="dict",
            read_only=True,
            sample={"replicas": 2},
        ),
    ),
)
