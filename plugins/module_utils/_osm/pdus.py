# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Physical deployment units: machines that are there already, and that VNFs take instead of making some.

Source: NBI of OSM (2026), ``pdu/v1``; everything is synchronous, names need not be unique. A VNF's VDU with a
``pdu-type`` takes a free PDU of that type whose ``vim_accounts`` has the id of the VNF's VIM account and which has
interfaces of the same names. A list can be replaced, but not with an empty one: its members are removed one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.dialect import Sent
from .._engine.errors import InputError
from .._engine.field import Compare, Field
from .._engine.plan import Change
from .._engine.resource import Resource
from .common import DESCRIPTION, SHORT_TEXT, used_by_vnfs
from .dialect import AccountSender
from .parameters import IP, MAC


class PduSender(AccountSender):
    """As accounts, with a way to empty a list."""

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST the whole object, without empty lists: OSM refuses these."""
        return super().create(dialect, change, {n: v for n, v in payload.items() if v != []})

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH what differs."""
        payload = dict(payload)
        if payload.get("vim_accounts") == []:
            members = range(len((change.live or {}).get("vim_accounts") or []))
            payload["vim_accounts"] = {f"$[{i}]": None for i in members}
        return super().update(dialect, change, payload)


def _prepare(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """The interfaces with what was said of them only."""
    interfaces = values.get("interfaces")
    if interfaces is None:
        return values
    return {**values, "interfaces": [{k: v for k, v in i.items() if v is not None} for i in interfaces]}


def _check(values: Mapping[str, Any]) -> None:
    interfaces = values.get("interfaces")
    if interfaces is None:
        return
    names = [str(i.get("name")) for i in interfaces]
    twice = sorted({n for n in names if names.count(n) > 1})
    if not names:
        raise InputError("interfaces: a PDU has at least one.", "Give its interfaces.", option="interfaces")
    if twice:
        raise InputError(f"interfaces: {', '.join(twice)} is given twice.", "Give each once.", option="interfaces")


PDU = Resource(
    kind="pdu",
    module="osm_pdu",
    title="PDU",
    path="pdu/v1/pdu_descriptors",
    id_key="_id",
    fields=(
        Field(
            "name",
            ("Name of the PDU.", "OSM allows several of one name; then give the id of the one that is meant."),
            required=True,
            identity=True,
            limit=SHORT_TEXT,
            sample="firewall-1",
        ),
        Field(
            "type",
            "Type of the PDU; VDUs with this C(pdu-type) can take it.",
            required=True,
            limit=SHORT_TEXT,
            sample="firewall",
        ),
        Field(
            "interfaces",
            (
                "Its interfaces. Those of the VDU are found by their names.",
                "The list is replaced as a whole: an interface, or a word of one, that is not given goes away.",
            ),
            type="list",
            elements="dict",
            required=True,
            compare=Compare.UNORDERED,
            options=(
                Field("name", "Name, as in the VNFD.", required=True, limit=SHORT_TEXT, sample="mgmt"),
                Field("mgmt", "Whether the PDU is managed over it.", type="bool", default=False),
                Field("ip_address", "Its address.", api="ip-address", required=True, limit=IP, sample="10.20.30.50"),
                Field("mac_address", "Its MAC address.", api="mac-address", limit=MAC),
                Field("type", "Kind of interface.", choices=("overlay", "underlay")),
                Field(
                    "vim_network_name",
                    "Network at the VIM that it is connected to, by name.",
                    api="vim-network-name",
                    limit=SHORT_TEXT,
                ),
                Field("vim_network_id", "The same, by the VIM's id.", api="vim-network-id", limit=SHORT_TEXT),
            ),
        ),
        Field(
            "vim_accounts",
            ("VIM accounts whose VNFs can take it, by name or id.", "Without any none can; an empty list removes all."),
            type="list",
            elements="str",
            reference="vim_account",
            sample=["madrid-1"],
        ),
        Field("shared", "Whether it is shared; OSM keeps this and makes nothing of it.", type="bool"),
        DESCRIPTION,
    ),
    prepare=_prepare,
    check=_check,
    sender=PduSender(),
    used_by=(used_by_vnfs("vdur.*.pdu-id", "vdur.ANYINDEX.pdu-id"),),
    force=("OSM forgets the PDU; the VNFs that use it keep its addresses.",),
    doubles="_admin.created",
)
