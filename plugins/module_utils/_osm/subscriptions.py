# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subscriptions to what happens to network services.

Source: NBI of OSM (2026), ``nslcm/v1/subscriptions``. There is no way to change one, and two are the same when end
point, filter and user are the same. Observed: before it takes one, OSM asks the end point with GET and wants 204; a
subscription without a filter is refused with the bare words ``'filter'``; of the filter by instance the first word
counts only; one without kinds of notifications is taken, and never notifies anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import ApiError, InputError
from .._engine.field import Compare, Field
from .._engine.limits import Text
from .._engine.paths import get_path, set_path
from .._engine.plan import Change
from .._engine.resource import Resource
from .common import PASSWORD_TEXT, PLAIN_TEXT, URL_TEXT
from .limits import no_operators

SUBSCRIPTIONS = "osm/nslcm/v1/subscriptions"
OPERATION, COMPONENT = "NsLcmOperationOccurrenceNotification", "NsChangeNotification"
IDENTIFIER = "instances"
BY = ("nsdIds", "vnfdIds", "pnfdIds", "nsInstanceIds", "nsInstanceNames")
_STATES = ("PROCESSING", "COMPLETED", "PARTIALLY_COMPLETED", "FAILED", "FAILED_TEMP", "ROLLING_BACK", "ROLLED_BACK")
_VNF_STEPS = (
    "INSTANTIATE",
    "SCALE",
    "SCALE_TO_LEVEL",
    "CHANGE_FLAVOUR",
    "TERMINATE",
    "HEAL",
    "OPERATE",
    "CHANGE_EXT_CONN",
    "MODIFY_INFO",
)
_STEPS = ("INSTANTIATE", "SCALE", "UPDATE", "TERMINATE", "HEAL")


class SubscriptionSender:
    """POST and DELETE; a change of who signs in at the end point is both."""

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST it; OSM visits the end point first."""
        body = _document(change.wanted.values)
        try:
            return Sent(id=dialect.http.json("POST", SUBSCRIPTIONS, json=body)["id"])
        except ApiError as error:
            if "notification URL" in str(error.details.get("detail")):
                error.remedy = "OSM asks it with GET, from where OSM runs, and wants the status 204."
            raise

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Remove it and make it again: there is no other way, as OSM compares all but the password.

        Where the end point refuses OSM's visit, it stays removed, and the error says so.
        """
        self.delete(dialect, change)
        try:
            return self.create(dialect, change, payload)
        except ApiError as error:
            error.message += " The subscription as it was has been removed for this: nobody is notified any more."
            error.remedy = f"{error.remedy} Run again once that is mended, and it is made.".lstrip()
            raise

    def delete(self, dialect: Any, change: Change) -> Sent:
        """DELETE."""
        dialect.http.json("DELETE", f"{SUBSCRIPTIONS}/{change.id}")
        return Sent(id=change.id)


def _document(values: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for f in SUBSCRIPTION.fields:
        if values.get(f.name) not in (None, [], {}) and f.api:
            set_path(body, f.path, values[f.name])
    if values.get("username"):
        body["authentication"]["authType"] = "basic"
    else:  # an empty name: nobody signs in
        body.pop("authentication", None)
    return body


def _sorted(value: Any) -> Any:
    """Lists in one order: OSM sorts some of them."""
    if isinstance(value, Mapping):
        return {key: _sorted(inner) for key, inner in value.items()}
    return sorted(map(str, value)) if isinstance(value, list) else value


def _text(words: Mapping[str, Any]) -> str:
    """A filter, by option, as one text."""
    given = {name: _sorted(words[name]) for name in (f.name for f in FILTERS) if words.get(name)}
    return json.dumps(given, sort_keys=True) if given else ""


def _text_of(live: Document) -> str:
    return _text({f.name: get_path(live, f.path, None) for f in FILTERS})


def _match(values: Mapping[str, Any], documents: Sequence[Document]) -> Sequence[Document]:
    """Those with the same end point and filter; to remove one, its id or the end point alone will do."""
    uri = values.get("callback_uri")
    found = [d for d in documents if d.get("_id") == uri]
    if found:
        return found
    same_uri = [d for d in documents if d.get("CallbackUri") == uri]
    if not any(values.get(f.name) for f in FILTERS):
        return same_uri
    return [d for d in same_uri if _text_of(d) == _text(values)]


def _prepare(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """The filter as one text, too: it is a part of what tells a subscription from others."""
    words = {f.name: _sorted(values[f.name]) for f in FILTERS if values.get(f.name) is not None}
    return {**values, **words, "filter": _text(words)}


_no_operators = no_operators(IDENTIFIER, kept=True)


def _check(values: Mapping[str, Any]) -> None:
    _no_operators(values)
    kinds = values.get("notification_types") or []
    if not kinds:
        raise InputError(
            "notification_types: without any, OSM would never notify anybody.",
            "Say what it is about.",
            option="notification_types",
        )
    for kind, names in ((OPERATION, OPERATION_FILTERS), (COMPONENT, COMPONENT_FILTERS)):
        if kind in kinds and not any(values.get(n) for n in names):
            raise InputError(
                f"notification_types: {kind} needs at least one of {', '.join(names)}.", "Give one.", option=names[0]
            )
    instances = values.get(IDENTIFIER)
    if instances is not None and (len(instances) != 1 or not set(instances) <= set(BY)):
        raise InputError(
            f"{IDENTIFIER}: OSM looks at one word only, which is one of {', '.join(BY)}.",
            "Give exactly one; make a subscription for each.",
            option=IDENTIFIER,
        )
    for word, given in (instances or {}).items():
        if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
            text = f"{IDENTIFIER}.{word}: it is no list of texts."
            raise InputError(text, "Give OSM's ids (or names) in a list.", option=IDENTIFIER)
    if values.get("password") and not values.get("username"):
        raise InputError("password: it belongs to a user.", "Give username, too.", option="username")


def _words(name: str, doc: str, api: str, *choices: str) -> Field:
    return Field(
        name,
        doc,
        type="list",
        elements="str",
        choices=choices,
        api=f"filter.{api}",
        compare=Compare.UNORDERED,
    )


FILTERS = (
    _words(
        "notification_types",
        "What it is about. Needed to create it.",
        "notificationTypes",
        OPERATION,
        COMPONENT,
        "NsIdentifierCreationNotification",
        "NsIdentifierDeletionNotification",
    ),
    _words("operation_types", "Of these operations only.", "operationTypes", "INSTANTIATE", "SCALE", *_STEPS[2:]),
    _words("operation_states", "Of operations in these states only.", "operationStates", *_STATES),
    _words("component_types", "Of changes of these components only.", "nsComponentTypes", "VNF", "NS", "PNF"),
    _words(
        "component_operations",
        "Of changes by these operations only.",
        "lcmOpNameImpactingNsComponent",
        *(f"VNF_{step}" for step in _VNF_STEPS),
        *(f"NS_{step}" for step in _STEPS),
    ),
    _words(
        "component_states",
        "Of changes in these states only.",
        "lcmOpOccStatusImpactingNsComponent",
        "START",
        "COMPLETED",
        "PARTIALLY_COMPLETED",
        "FAILED",
        "ROLLED_BACK",
    ),
    Field(
        IDENTIFIER,
        (
            "Of these services only: a dictionary with one of " + ", ".join(f"C({b})" for b in BY) + ", and a list of"
            " OSM's ids (or names) of them.",
        ),
        type="dict",
        api="filter.nsInstanceSubscriptionFilter",
        sample={"nsdIds": ["f3b0a7ee-4a25-4a4a-9f8b-1c9c1f3b0a7e"]},
    ),
)
OPERATION_FILTERS = ("operation_types", "operation_states")
COMPONENT_FILTERS = ("component_types", "component_operations", "component_states")


def _view(live: Document) -> Document:
    """With the filter in order, and as the text that tells subscriptions of one end point from another."""
    return {**live, "filter": _sorted(live.get("filter") or {}), "edgeFilter": _text_of(live)}


SUBSCRIPTION = Resource(
    kind="ns_subscription",
    module="osm_ns_subscription",
    title="NS subscription",
    path="nslcm/v1/subscriptions",
    id_key="_id",
    fields=(
        Field(
            "callback_uri",
            (
                "The end point that is notified. Together with the filter it tells one subscription from another.",
                "With C(state=absent) it may be the id of the subscription, or the end point without a filter where it"
                " has one subscription only.",
            ),
            required=True,
            identity=True,
            api="CallbackUri",
            limit=replace(URL_TEXT, pattern=r"https?://[^\s/].*", hint="begin with https:// or http://"),
            sample="http://10.20.30.8:8080/osm",
        ),
        Field("filter", "The filter as one text.", api="edgeFilter", derived=True, identity=True),
        *FILTERS,
        Field(
            "username",
            (
                "User that OSM signs in with at the end point; with an empty one it does not sign in.",
                "A change removes the subscription and makes it again.",
            ),
            api="authentication.paramsBasic.userName",
            limit=Text(most=PLAIN_TEXT.most, clear=True),
        ),
        Field(
            "password",
            (
                "Password of that user.",
                "OSM returns it encrypted, so it is not compared: see C(update_secret).",
            ),
            api="authentication.paramsBasic.password",
            secret=True,
            limit=PASSWORD_TEXT,
        ),
    ),
    view=_view,
    match=_match,
    prepare=_prepare,
    check=_check,
    sender=SubscriptionSender(),
)
