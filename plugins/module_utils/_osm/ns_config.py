# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""NS configuration templates: parameters of an instantiation that OSM keeps for an NSD.

Source: NBI of OSM (2026), ``nsd/v1/ns_config_template``, read in its source. Names are unique across all projects; a
change (``PUT template_content``) replaces the configuration as a whole and must not name the NSD, not even the same
one; only three parts are taken; a VNF without VDUs makes it trip; an empty configuration is taken, and can never be
changed again. Templates vanish with their NSD, without a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .._engine.compare import with_ids
from .._engine.dialect import Document, Sent
from .._engine.errors import ApiError, InputError
from .._engine.field import Field
from .._engine.plan import CREATE, NONE, Change
from .._engine.resource import Resource
from .._engine.spelling import to_api
from .._engine.uses import Use
from .common import PLAIN_TEXT
from .dialect import forced
from .instantiate import GIVEN, plain
from .instantiate import check_kept as check_parameters

#: where an NS instance has the template that it was made with
USED = "instantiate_params.nsConfigTemplateId"
CONFLICT = 409
TEMPLATES = "osm/nsd/v1/ns_config_template"
#: option -> part of the configuration
PARTS = {"vnf": "vnf", "vld": "vld", "additional_params_for_vnf": "additionalParamsForVnf"}


class TemplateSender:
    """POST, PUT of the content, DELETE; all synchronous."""

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST it."""
        body = {"name": payload["name"], "nsdId": payload["nsd"], "config": _config(payload)}
        try:
            return Sent(id=dialect.http.json("POST", TEMPLATES, json=body)["id"])
        except ApiError as error:
            if error.status != 422 or "already exist" not in str(error.details.get("detail")):
                raise
            # another run was quicker; everywhere else OSM says so with 409
            error.details["status"] = CONFLICT
            raise

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PUT the whole configuration: what is not spoken of stays."""
        body = {"config": _config({**change.resource.read(change.live or {}), **payload})}
        dialect.http.json("PUT", f"{TEMPLATES}/{change.id}/template_content", json=body)
        return Sent(id=change.id)

    def delete(self, dialect: Any, change: Change) -> Sent:
        """DELETE; refused while an NS was made with it."""
        dialect.http.json("DELETE", f"{TEMPLATES}/{change.id}{forced(change)}")
        return Sent(id=change.id)


def _config(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: to_api(GIVEN[name], with_ids(values[name])) for name, key in PARTS.items() if values.get(name)}


def _prepare(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    return {n: plain(v) if n in PARTS else v for n, v in values.items()}


def _check(values: Mapping[str, Any]) -> None:
    check_parameters({n: v for n, v in values.items() if n in PARTS})
    for number, vnf in enumerate(values.get("vnf") or []):
        if not vnf.get("vdu"):
            raise InputError(
                f"vnf[{number}]: OSM takes VNFs with a vdu in a template only.",
                "Give parameters of its VDUs, or those of this VNF in osm_ns.",
                option="vnf",
            )


def _not_empty(values: Mapping[str, Any], live: Document) -> Mapping[str, Any]:
    """Refuse what would leave an empty configuration."""
    present = live.get("config") or {}
    left = any(values.get(name) if name in values else present.get(key) for name, key in PARTS.items())
    if any(present.values()) and not left:
        raise _empty(values.get("name"), "Keep something in it, or remove it (state: absent).")
    return values


def _empty(name: Any, remedy: str) -> InputError:
    return InputError(
        f"{name}: nothing would be in the template, and OSM could not change such a one again.", remedy, option="vnf"
    )


def review(changes: list[Change]) -> list[Change]:
    """The same plan; a new template that says nothing has become a refusal."""
    return [_reviewed(c) if c.resource is NS_CONFIG_TEMPLATE and c.action == CREATE else c for c in changes]


def _reviewed(change: Change) -> Change:
    if change.refusal or any(change.payload.get(name) for name in PARTS):
        return change
    error = _empty(change.wanted.name, "Give one of " + ", ".join(PARTS) + ".")
    return replace(change, action=NONE, payload={}, refusal=error)


def _open(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The same options at every depth, but for secret ones: OSM shows a template to whoever asks."""
    return tuple(replace(f, options=_open(f.options)) for f in fields if not f.secret)


def _part(name: str, doc: str, **changes: Any) -> Field:
    text = (doc, "Replaced as a whole; an empty list takes it out of the template.")
    return replace(GIVEN[name], doc=text, local=False, api=f"config.{PARTS[name]}", **changes)


NS_CONFIG_TEMPLATE = Resource(
    kind="ns_config_template",
    module="osm_ns_config_template",
    title="NS configuration template",
    path="nsd/v1/ns_config_template",
    id_key="_id",
    fields=(
        Field(
            "name",
            "Name of the template, unique across all projects.",
            required=True,
            identity=True,
            limit=PLAIN_TEXT,
            sample="edge-small",
        ),
        Field(
            "nsd",
            "The NSD that it is for: its id, or the package's id in OSM.",
            api="nsdId",
            required=True,
            create_only=True,
            reference="ns_package",
            limit=PLAIN_TEXT,
            sample="edge_vm_ns",
        ),
        _part("vnf", "Parameters per VNF; OSM takes VNFs with C(vdu) only."),
        _part("vld", "Parameters per virtual link of the service."),
        _part(
            "additional_params_for_vnf",
            "Parameters per VNF, VDU and KDU. They are shown: secrets belong into the services.",
            options=_open(GIVEN["additional_params_for_vnf"].options),
        ),
    ),
    prepare=_prepare,
    check=_check,
    adapt=_not_empty,
    sender=TemplateSender(),
    used_by=(Use("ns", USED, query=f"{USED}={{values}}"),),
    force=("Services that were made with it go on.",),
)
