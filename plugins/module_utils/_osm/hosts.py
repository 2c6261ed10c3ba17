# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""OSM's services as hosts of an inventory: what is asked for, what is kept of the records, and the hosts that follow.

Records of services hold parameters, scripts and keys in clear, so only what is named here is kept, and nothing else
ever reaches a host, a cache or an error.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from .._engine.errors import InputError
from .._engine.paths import get_path
from .dialect import OsmDialect

NS_PATH, VNF_PATH, VIM_PATH = "nslcm/v1/ns_instances", "nslcm/v1/vnf_instances", "admin/v1/vim_accounts"
#: kinds of hosts, from the outermost to the innermost
KINDS = ("ns", "vnf", "vdu", "kdu")
GROUPS = ("kind", "ns", "nsd", "vnfd", "vim", "kdu")
#: query words that are no filters: they change what the request does, or OSM makes an empty list of them
WORDS = frozenset({"METHOD", "FORCE", "ADMIN", "PUBLIC", "SET_PROJECT", "vcaStatusRefresh", "fields", "exclude_fields"})
#: how many services are named in the query for their VNFs; beyond that all VNFs are asked for
MOST_IDS = 40
#: what a host's name keeps of the names of records
_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")

NS_FIELDS = {
    "name": "name",
    "description": "description",
    "state": "nsState",
    "operational_status": "operational-status",
    "config_status": "config-status",
    "nsd": "nsd-ref",
    "vim_id": "datacenter",
}
VNF_FIELDS = {"ns_id": "nsr-id-ref", "index": "member-vnf-index-ref", "vnfd": "vnfd-ref", "vim_id": "vim-account-id"}
VDU_FIELDS = {"name": "vdu-id-ref", "count": "count-index", "vm_name": "name", "status": "status"}
KDU_FIELDS = {
    "name": "kdu-name",
    "namespace": "k8s-namespace",
    "release": "kdu-instance",
    "cluster_id": "k8s-cluster.id",
    "status": "status",
}
SERVICE_FIELDS = ("name", "type", "cluster_ip", "external_ip")
PORT_FIELDS = ("name", "port", "protocol", "nodePort", "targetPort")


def check_filters(filters: Mapping[str, Any]) -> None:
    """Refuse filters that OSM would misunderstand; raises InputError with the filter's name."""
    for kind, wanted in filters.items():
        if kind not in ("ns", "vnf") or not isinstance(wanted, Mapping):
            raise InputError(
                f"filters: {kind!r} is no kind of record with filters.",
                "Give ns and vnf, each a dictionary of path and value.",
                option="filters",
            )
        for path, value in wanted.items():
            name = f"filters.{kind}: {path!r}"
            if not isinstance(path, str) or not path or path in WORDS:
                raise InputError(
                    f"{name} is no path that OSM filters by.", "Give a path in the record.", option="filters"
                )
            members = value if isinstance(value, list) else [value]
            if not members or any(isinstance(m, (Mapping, list)) for m in members):
                raise InputError(
                    f"{name}: a filter's value is a text, a number, a truth value, null, or a list of these.",
                    "Correct the value.",
                    option="filters",
                )


def query(wanted: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """A query string and the headers it needs: OSM takes values for texts unless told that they are YAML."""
    rows = [(path, m) for path, value in wanted.items() for m in (value if isinstance(value, list) else [value])]
    typed = any(not isinstance(m, str) and m is not None for _path, m in rows)
    pairs = [(path, "" if m is None else json.dumps(m) if typed else str(m)) for path, m in rows]
    text = f"?{urlencode(pairs)}" if pairs else ""
    return text, {"Query-String-Format": "yaml"} if typed else {}


def _list(dialect: OsmDialect, path: str, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    text, headers = query(wanted)
    found = dialect.http.json("GET", f"osm/{path}{text}", headers=headers)
    return [d for d in found if isinstance(d, dict)] if isinstance(found, list) else []


def read(dialect: OsmDialect, filters: Mapping[str, Any]) -> dict[str, Any]:
    """What an inventory keeps of OSM's records, in three list requests, whatever their number."""
    check_filters(filters)
    ns_filter, vnf_filter = dict(filters.get("ns") or {}), dict(filters.get("vnf") or {})
    services = [_kept_ns(d) for d in _list(dialect, NS_PATH, ns_filter)]
    ids = {s["id"] for s in services}
    if ns_filter and len(ids) <= MOST_IDS and "nsr-id-ref" not in vnf_filter:
        vnf_filter["nsr-id-ref"] = sorted(ids)
    vnfs: list[dict[str, Any]] = []
    if ids:
        vnfs = [v for v in map(_kept_vnf, _list(dialect, VNF_PATH, vnf_filter)) if v["ns_id"] in ids]
    if filters.get("vnf"):  # a service none of whose VNFs is wanted is not wanted either
        services = [s for s in services if s["id"] in {v["ns_id"] for v in vnfs}]
    vims = _list(dialect, VIM_PATH, {}) if services else []
    named = {str(v.get("_id")): {"name": v.get("name"), "type": v.get("vim_type")} for v in vims}
    return {"ns": services, "vnf": vnfs, "vim": named}


def _pick(record: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    return {name: get_path(record, path, None) for name, path in fields.items()}


def _kept_ns(record: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": str(record.get("_id")), **_pick(record, NS_FIELDS)}


def _kept_vnf(record: Mapping[str, Any]) -> dict[str, Any]:
    vdus = []
    for vdu in record.get("vdur") or []:
        cards = [_card(i) for i in vdu.get("interfaces") or [] if isinstance(i, Mapping)]
        vdus.append({**_pick(vdu, VDU_FIELDS), "addresses": addresses(vdu.get("ip-address")), "interfaces": cards})
    kdus = []
    for kdu in record.get("kdur") or []:
        services = [_service(s) for s in kdu.get("services") or [] if isinstance(s, Mapping)]
        kdus.append({**_pick(kdu, KDU_FIELDS), "addresses": addresses(kdu.get("ip-address")), "services": services})
    own = {"id": str(record.get("_id")), "addresses": addresses(record.get("ip-address"))}
    return {**own, **_pick(record, VNF_FIELDS), "vdus": vdus, "kdus": kdus}


def _card(interface: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": interface.get("name"),
        "addresses": addresses(interface.get("ip-address")),
        "mac": interface.get("mac-address"),
        "management": bool(interface.get("mgmt-vnf") or interface.get("mgmt-interface")),
    }


def _service(service: Mapping[str, Any]) -> dict[str, Any]:
    ports = [p for p in service.get("ports") or [] if isinstance(p, Mapping)]
    kept = {name: service.get(name) for name in SERVICE_FIELDS}
    return {**kept, "ports": [{k: p[k] for k in PORT_FIELDS if k in p} for p in ports]}


def addresses(value: Any) -> list[str]:
    """The addresses in a record's ``ip-address``: one, several with ``;`` between them, a list, or none."""
    if isinstance(value, list):
        return [a for member in value for a in addresses(member)]
    return [a.strip() for a in str(value or "").split(";") if a.strip()]


def _of_kdu(kdu: Mapping[str, Any]) -> list[str]:
    """Where a KDU is reached: at its management service, at services with an address of their own, at the others."""
    outside = [a for s in kdu["services"] for a in addresses(s["external_ip"])]
    inside = [a for s in kdu["services"] for a in addresses(s["cluster_ip"]) if a != "None"]
    return list(dict.fromkeys([*kdu["addresses"], *outside, *inside]))


def _of_vdu(vdu: Mapping[str, Any]) -> list[str]:
    cards = sorted(vdu["interfaces"], key=lambda c: not c["management"])
    return list(dict.fromkeys([*vdu["addresses"], *(a for c in cards for a in c["addresses"])]))


def _of_vnf(vnf: Mapping[str, Any]) -> list[str]:
    parts = [*(a for d in vnf["vdus"] for a in _of_vdu(d)), *(a for k in vnf["kdus"] for a in _of_kdu(k))]
    return list(dict.fromkeys([*vnf["addresses"], *parts]))


def fit(name: Any) -> str:
    """A record's name as part of a host's name."""
    return _UNFIT.sub("-", str(name)).strip("-") or "unnamed"


def unique(labels: Sequence[tuple[str, Any]]) -> list[str]:
    """One name for each label and its suffix: labels that are there once stay, the others get their suffix.

    Where that does not tell them apart either, they are numbered.
    """
    times, names = Counter(label for label, _suffix in labels), list[str]()
    taken = {label for label, count in times.items() if count == 1}
    for label, suffix in labels:
        name = plain = label if times[label] == 1 else f"{label}-{suffix}"
        number = 1
        while times[label] > 1 and name in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name)
        names.append(name)
    return names


def _tops(
    services: Sequence[Mapping[str, Any]], reserved: Container[str], warn: Callable[[str], None]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Services with their hosts' names, which are no groups' names: Ansible takes such a host for the group."""
    names = unique([(fit(s["name"]), s["id"][:8]) for s in services])
    for name, service in zip(names, services, strict=True):
        if name in reserved:
            free = f"{name}-{service['id'][:8]}"
            while free in reserved or free in names:
                free += "-ns"
            warn(f"The service {service['name']} is called as a group or as this machine: its host is {free}.")
            name = free
        yield name, service


def hosts(
    found: Mapping[str, Any],
    kinds: Sequence[str],
    reserved: Container[str] = (),
    warn: Callable[[str], None] = lambda text: None,
) -> Iterator[tuple[str, dict[str, Any], dict[str, list[str]]]]:
    """Name, variables, and names to group by, of every host of these kinds.

    Names go from the inside to the outside (``kdu.index.service``) and are unique: where OSM has several services of
    one name, or a service several VNFs of one index, each of them has the beginning of its id in it; parts of a VNF
    that are called alike have their place in it. ``reserved`` has names that no host may have; ``warn`` takes a
    sentence about each name that is not the expected one.
    """
    members: dict[str, list[Mapping[str, Any]]] = {}
    for vnf in found["vnf"]:
        members.setdefault(vnf["ns_id"], []).append(vnf)
    for top, service in _tops(found["ns"], reserved if "ns" in kinds else (), warn):
        inside = sorted(members.get(service["id"], []), key=lambda v: (str(v["index"]), v["id"]))
        common = {
            "osm_ns_id": service["id"],
            "osm_ns_name": service["name"],
            "osm_ns_state": service["state"],
            "osm_nsd": service["nsd"],
        }
        by = {"ns": [str(service["name"])], "nsd": [str(service["nsd"])]}
        if "ns" in kinds:
            yield top, *_ns_host(service, inside, common, by, found["vim"])
        indexes = unique([(fit(v["index"]), v["id"][:8]) for v in inside])
        for index, vnf in zip(indexes, inside, strict=True):
            if index != fit(vnf["index"]):
                warn(f"The service {service['name']} has several VNFs {vnf['index']}: one of them is {index}.{top}.")
            for name, values, groups in _vnf_hosts(vnf, index, kinds, found["vim"], warn):
                yield f"{name}.{top}", {**common, **values}, {**by, **groups}


def _vim(vims: Mapping[str, Any], identity: Any) -> dict[str, Any]:
    vim = vims.get(str(identity)) or {}
    return {"osm_vim_id": identity, "osm_vim_account": vim.get("name"), "osm_vim_type": vim.get("type")}


def _named(*names: Any) -> list[str]:
    return sorted({str(n) for n in names if n})


def _address(found: Sequence[str]) -> dict[str, Any]:
    return {"osm_addresses": list(found), **({"ansible_host": found[0]} if found else {})}


def _ns_host(
    service: Mapping[str, Any],
    inside: Sequence[Mapping[str, Any]],
    common: Mapping[str, Any],
    by: Mapping[str, list[str]],
    vims: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    values = {
        **common,
        **_vim(vims, service["vim_id"]),
        **_address([a for vnf in inside for a in _of_vnf(vnf)]),
        "osm_kind": "ns",
        "osm_id": service["id"],
        "osm_description": service["description"],
        "osm_operational_status": service["operational_status"],
        "osm_config_status": service["config_status"],
        "osm_vnfs": [{"index": v["index"], "id": v["id"], "vnfd": v["vnfd"]} for v in inside],
    }
    groups = {
        **by,
        "kind": ["ns"],
        "vnfd": _named(*(v["vnfd"] for v in inside)),
        "vim": _named(*(_vim(vims, i)["osm_vim_account"] for i in (service["vim_id"], *(v["vim_id"] for v in inside)))),
        "kdu": _named(*(k["name"] for v in inside for k in v["kdus"])),
    }
    return values, groups


def _vnf_hosts(
    vnf: Mapping[str, Any], index: str, kinds: Sequence[str], vims: Mapping[str, Any], warn: Callable[[str], None]
) -> Iterator[tuple[str, dict[str, Any], dict[str, list[str]]]]:
    common = {
        **_vim(vims, vnf["vim_id"]),
        "osm_vnf_id": vnf["id"],
        "osm_vnfd": vnf["vnfd"],
        "osm_member_vnf_index": vnf["index"],
    }
    by = {"vnfd": _named(vnf["vnfd"]), "vim": _named(common["osm_vim_account"])}
    if "vnf" in kinds:
        values = {**common, **_address(_of_vnf(vnf)), "osm_kind": "vnf", "osm_id": vnf["id"]}
        values |= {"osm_vdus": vnf["vdus"], "osm_kdus": vnf["kdus"]}
        yield index, values, {**by, "kind": ["vnf"], "kdu": _named(*(k["name"] for k in vnf["kdus"]))}
    labels = [f"{fit(d['name'])}-{d['count']}" for d in vnf["vdus"]] + [fit(k["name"]) for k in vnf["kdus"]]
    names = unique([(label, place) for place, label in enumerate(labels)])
    machines = len(vnf["vdus"])
    for place, (name, label) in enumerate(zip(names, labels, strict=True)):
        if name != label and ("vdu" if place < machines else "kdu") in kinds:
            warn(f"The VNF {vnf['index']} ({vnf['id']}) has several parts {label}: one of them is {name}.{index}.")
    for name, vdu in zip(names[:machines], vnf["vdus"], strict=True) if "vdu" in kinds else ():
        values = {**common, **_address(_of_vdu(vdu)), "osm_kind": "vdu", "osm_id": vnf["id"], "osm_vdu": vdu}
        yield f"{name}.{index}", values, {**by, "kind": ["vdu"], "kdu": []}
    for name, kdu in zip(names[machines:], vnf["kdus"], strict=True) if "kdu" in kinds else ():
        values = {**common, **_address(_of_kdu(kdu)), "osm_kind": "kdu", "osm_id": vnf["id"], "osm_kdu": kdu}
        yield f"{name}.{index}", values, {**by, "kind": ["kdu"], "kdu": _named(kdu["name"])}
