# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network services: NS instances and their operations.

Source: NBI of OSM (2026), ``nslcm/v1``. ``DELETE ns_instances_content/<id>`` of an instance that is not instantiated
answers 204
and deletes nothing, so ``ns_instances/<id>`` is used there; names are not unique; an instance counts as INSTANTIATED
early, also when its building failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.field import Field
from .._engine.paths import get_path
from .._engine.plan import Change
from .._engine.resource import Resource, Wait
from .._engine.uses import Use
from .common import DELETING, NAME_TEXT, NOTE_TEXT, PLAIN_TEXT
from .dialect import forced
from .helm_values import KDUS, upgrade
from .instantiate import advise, check, request, termination
from .operations import NS_OPERATION
from .parameters import ONCE, PARAMETERS

CONTENT = "osm/nslcm/v1/ns_instances_content"
INSTANCES = "osm/nslcm/v1/ns_instances"


#: where a slice names its NS instances
MEMBER = "_admin.nsrs-detailed-list.*.nsrId"


def _view(live: Document) -> Document:
    """The record with ``instantiated`` and one ``condition`` out of the several states that OSM keeps."""
    state, operation = live.get("nsState"), live.get("currentOperation") or "IDLE"
    condition = state if operation == "IDLE" else str(operation)
    if state in ("BROKEN", "DEGRADED"):
        condition = state
    return {
        **live,
        "instantiated": get_path(live, "_admin.nsState", "") == "INSTANTIATED"
        and state != "NOT_INSTANTIATED"
        and not _ends(live),
        "condition": condition,
        "reason": _reason(live),
        "nsd_ref": live.get("nsd-id") or get_path(live, "nsd._id", None),
    }


def _ends(live: Document) -> bool:
    """Whether it is being terminated: OSM instantiates it, or removes its record, only afterwards."""
    return live.get("currentOperation") == "TERMINATING"


def _reason(live: Document) -> str:
    """OSM's own words: what went wrong, and in which operation and stage."""
    detail, where = str(live.get("errorDetail") or "").strip(), str(live.get("errorDescription") or "").strip(" .")
    return f"{detail.rstrip('.')} ({where})" if detail and where else detail or where


class NsSender:
    """Create and instantiate in one request; terminate and remove in one."""

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST ``ns_instances_content`` (or only the record, when it is not to be instantiated)."""
        if payload.get("instantiated", True):
            answer = dialect.http.json("POST", CONTENT, json=self._request(payload))
        else:
            answer = dialect.http.json("POST", INSTANCES, json=self._request(payload))
        return Sent(id=answer.get("id") or answer["_id"], operation=answer.get("nslcmop_id", ""))

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Instantiate what is only a record, terminate it and keep the record, or upgrade KDUs of what runs."""
        if "kdus" in payload and "instantiated" not in payload:
            return upgrade(dialect, change, payload)
        if payload.get("instantiated", True):
            body = self._request({**_present(change), **change.wanted.values, **payload})
            answer = dialect.http.json("POST", f"{INSTANCES}/{change.id}/instantiate", json=body)
        else:
            body = self._end(change, autoremove=False)
            answer = dialect.http.json("POST", f"{INSTANCES}/{change.id}/terminate", json=body)
        return Sent(id=change.id, operation=answer["id"])

    def delete(self, dialect: Any, change: Change) -> Sent:
        """Terminate with removal, or remove the record of what is not instantiated."""
        if change.wanted.force:
            dialect.http.json("DELETE", f"{INSTANCES}/{change.id}{forced(change)}")
            return Sent(id=change.id)
        if _view(change.live or {})["instantiated"] and termination(change.wanted.values):
            body = self._end(change, autoremove=True)
            answer = dialect.http.json("POST", f"{INSTANCES}/{change.id}/terminate", json=body)
            return Sent(id=change.id, operation=answer["id"])
        if _view(change.live or {})["instantiated"]:
            answer = dialect.http.json("DELETE", f"{CONTENT}/{change.id}") or {}
            return Sent(id=change.id, operation=str(answer.get("_id", "")))
        dialect.http.json("DELETE", f"{INSTANCES}/{change.id}")
        return Sent(id=change.id)

    @staticmethod
    def _end(change: Change, autoremove: bool) -> dict[str, Any]:
        return {"autoremove": autoremove, **termination(change.wanted.values)}

    @staticmethod
    def _request(values: Mapping[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {"nsName": values["name"], "nsdId": _id(values["nsd"])}
        body["vimAccountId"] = _id(values["vim_account"])
        # the NBI wants the key, and takes an empty text only as null
        body["nsDescription"] = values.get("description") or values["name"]
        return {**body, **request(values)}


def _id(value: Any) -> str:
    return str(getattr(value, "id", value))


def _present(change: Change) -> dict[str, Any]:
    return change.resource.read(change.live) if change.live else {}


NS = Resource(
    kind="ns",
    module="osm_ns",
    title="NS instance",
    path="nslcm/v1/ns_instances",
    plural="ns_instances",
    id_key="_id",
    fields=(
        Field(
            "name",
            ("Name of the NS instance.", "OSM allows several of one name; then give the id of the one that is meant."),
            required=True,
            identity=True,
            limit=NAME_TEXT,
            sample="edge-web",
        ),
        Field(
            "nsd",
            "Id of the NS descriptor (or the package's id in OSM).",
            api="nsd_ref",
            required=True,
            reference="ns_package",
            limit=PLAIN_TEXT,
            create_only=True,
            sample="edge_web_ns",
        ),
        Field(
            "vim_account",
            "Name or id of the VIM account to run on.",
            api="datacenter",
            required=True,
            reference="vim_account",
            limit=PLAIN_TEXT,
            create_only=True,
            sample="madrid-1",
        ),
        Field("description", ("Text for people, set at creation.", ONCE), local=True, told=True, limit=NOTE_TEXT),
        Field(
            "instantiated",
            (
                "Whether the service should run.",
                "With V(false) only its record is kept; a running service is terminated.",
            ),
            type="bool",
            default=True,
        ),
        KDUS,
        *PARAMETERS,
    ),
    after=("vnf_package", "cluster", "k8s_cluster", "k8s_repo", "pdu"),
    view=_view,
    # OSM does not terminate a member of a slice
    used_by=(Use("slice", MEMBER, query="_admin.nsrs-detailed-list.ANYINDEX.nsrId={values}", optional=True),),
    check=check,
    advise=advise,
    sender=NsSender(),
    operation=NS_OPERATION,
    force=(
        "OSM drops its records of the service and of its operations without a word to the infrastructure: machines,"
        " networks and Helm releases of the service go on, and nobody removes them any more.",
    ),
    doubles="_admin.created",
    deleting=DELETING,
    ends_first=_ends,
    gone_timeout=1800,
    ready=Wait(
        path="condition",
        done=frozenset({"READY", "NOT_INSTANTIATED"}),
        failed=frozenset({"BROKEN", "DEGRADED"}),
        reason=("reason", "detailed-status"),
        remedy="edge.infra.osm_ns_operation_info tells what each of its operations did. Mend the cause first. Where its"
        " instantiation or termination has failed, remove it (state: absent) and make it again (state: present), or let"
        " the role osm_site do both (osm_site_replace_failed: true). Where machines of it broke later,"
        " edge.infra.osm_ns_heal makes them anew, and the others go on.",
        timeout=3600,
    ),
)
