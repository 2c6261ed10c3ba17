# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests for a slice, and how they are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.compare import with_ids
from .._engine.dialect import Document, Sent
from .._engine.errors import FailedStateError
from .._engine.paths import get_path
from .._engine.plan import Change
from .._engine.spelling import to_api
from .dialect import forced
from .instantiate import plain
from .instantiate import request as ns_request
from .slice_operations import SLICE_OPERATION
from .slice_parameters import LINKS
from .slice_records import condition, left_behind

CONTENT = "osm/nsilcm/v1/netslice_instances_content"
INSTANCES = "osm/nsilcm/v1/netslice_instances"
#: option -> key of the request, where the value is sent as it is
REQUEST = {
    "description": "nsiDescription",
    "ssh_keys": "ssh_keys",
    "additional_params": "additionalParamsForNsi",
    "timeout_deploy": "timeout_nsi_deploy",
}


class SliceSender:
    """Create and instantiate in one request; terminate and remove in one, as far as OSM can."""

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST ``netslice_instances_content`` (or only the record, when it is not to be instantiated)."""
        path = CONTENT if payload.get("instantiated", True) else INSTANCES
        answer = dialect.http.json("POST", path, json=request(payload))
        return Sent(id=answer.get("id") or answer["_id"], operation=answer.get("nsilcmop_id", ""))

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Instantiate what is only a record, or terminate it and keep the record."""
        verb = "instantiate" if payload.get("instantiated", True) else "terminate"
        begun = _begun(dialect, change.id, verb)
        if begun:
            return Sent(id=change.id, operation=SLICE_OPERATION.id_of(begun))
        body: dict[str, Any] = {}
        if verb == "instantiate":
            given = get_path(change.live or {}, "instantiation_parameters", {})
            body.update({key: given[key] for key in ("nsiName", "nstId", "vimAccountId")})
            body.update({k: v for k, v in request({**change.wanted.values}, False).items() if k.startswith("timeout")})
        answer = dialect.http.json("POST", f"{INSTANCES}/{change.id}/{verb}", json=body)
        return Sent(id=change.id, operation=answer["id"])

    def delete(self, dialect: Any, change: Change) -> Sent:
        """Terminate with removal; remove the record of what is not instantiated, or only seems to be."""
        live = change.live or {}
        if change.wanted.force or left_behind(live):
            dialect.http.json("DELETE", f"{INSTANCES}/{change.id}?FORCE=True")
            return Sent(id=change.id)
        if condition(live) == "NOT_INSTANTIATED":
            dialect.http.json("DELETE", f"{INSTANCES}/{change.id}{forced(change)}")
            return Sent(id=change.id)
        begun = _begun(dialect, change.id, "terminate")
        if begun is None:
            answer = dialect.http.json("DELETE", f"{CONTENT}/{change.id}") or {}
            return Sent(id=change.id, operation=str(answer.get("_id", "")))
        if not get_path(begun, "operationParams.autoremove", False):
            raise FailedStateError(
                f"slice {change.wanted.name}: somebody else has just had it terminated, and OSM keeps its record.",
                "Run again once that has ended: the record is removed then.",
                reason="terminating",
            )
        return Sent(id=change.id, operation=SLICE_OPERATION.id_of(begun))


def _begun(dialect: Any, nsi_id: str, kind: str) -> Document | None:
    """The operation of that kind which is under way, as the answer to the request for it may have been lost.

    A second termination is taken, and where it comes to its turn after the first, OSM never ends it.
    """
    operations: Sequence[Document] = dialect.fetch(SLICE_OPERATION, nsi_id)
    for operation in operations:
        if operation.get("lcmOperationType") == kind and not SLICE_OPERATION.is_at_rest(operation):
            return operation
    return None


def request(values: Mapping[str, Any], whole: bool = True) -> dict[str, Any]:
    """The request for a slice (or, not ``whole``, only what does not tell which one it is)."""
    body: dict[str, Any] = {}
    if whole:
        ids = with_ids({k: values[k] for k in ("template", "vim_account")})
        body = {"nsiName": values["name"], "nstId": ids["template"], "vimAccountId": ids["vim_account"]}
    body.update({key: values[name] for name, key in REQUEST.items() if values.get(name) is not None})
    if values.get("description") == "":
        del body["nsiDescription"]
    if values.get("secret_params"):
        body["additionalParamsForNsi"] = {**body.get("additionalParamsForNsi", {}), **values["secret_params"]}
    if values.get("subnets"):
        body["netslice-subnet"] = [_subnet(s) for s in values["subnets"]]
    if values.get("links"):
        body["netslice-vld"] = to_api(LINKS, plain(values["links"]))
    return body


def _subnet(values: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"id": values["id"]}
    if values.get("vim_account"):
        body["vimAccountId"] = with_ids(values["vim_account"])
    return {**body, **ns_request(values)}
