# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object of every kind that OSM's modules declare: how it is made, how it is changed, and what it needs.

Each has the secrets that its kind can have, all with CANARY in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.edge.infra.plugins.module_utils._engine.paths import get_path
from ansible_collections.edge.infra.plugins.module_utils._osm.api import DECLARED

from .osm import CLUSTER, PACKAGES, SERVICE, VIM, Osm, package
from .test_osm_accounts import SDN, VCA, WIM
from .test_osm_pdus import FILTER, NSD, PDU, VNFD
from .test_osm_pdus import TEMPLATE as CONFIG
from .test_osm_slices import SLICE, template

CANARY = "canary"
CLOUD = {**VIM, "name": "cloud-1", "type": "azure", "url": "https://management.example.com"}
BY_KIND = {r.kind: r for r in DECLARED}


@dataclass(frozen=True)
class Row:
    """``first`` makes it and ``second`` changes it; ``topic`` and ``key`` find it in the simulated NBI."""

    kind: str
    topic: str
    first: Mapping[str, Any]
    second: Mapping[str, Any] = field(default_factory=dict)
    key: str = "name"
    #: what says which one, in its removal
    named: tuple[str, ...] = ("name",)

    @property
    def module(self) -> str:
        """Its module."""
        return str(BY_KIND[self.kind].module)

    @property
    def gone(self) -> dict[str, Any]:
        """The options of its removal."""
        return {**{n: self.first[n] for n in self.named}, "state": "absent"}

    @property
    def steps(self) -> list[tuple[dict[str, Any], int]]:
        """Made, changed, removed: options, and how many there are afterwards."""
        changed = [({**self.first, **self.second}, 1)] if self.second else []
        return [(dict(self.first), 1), *changed, (self.gone, 0)]

    def count(self, osm: Osm, name: str) -> int:
        """How many of that name there are."""
        return sum(get_path(d, self.key, "") == name for d in osm.all(self.topic))


def _with_id(identity: str, /, **changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda d: d.update({"id": identity, **changes})


def rows(osm: Osm, folder: Path, end_point: str) -> dict[str, Row]:
    """A row for each kind, by kind; the packages are written to ``folder``."""
    paths = {
        "vnf 1": package(folder / "1/row_knf", PACKAGES["vnf"], _with_id("row_knf")),
        "vnf 2": package(folder / "2/row_knf", PACKAGES["vnf"], _with_id("row_knf", description="second")),
        "ns 1": package(folder / "1/row_ns", PACKAGES["ns"], _with_id("row_ns")),
        "ns 2": package(folder / "2/row_ns", PACKAGES["ns"], _with_id("row_ns", description="second")),
        "nst 1": template(folder / "1/row_nst", id="row_nst", name="row_nst"),
        "nst 2": template(folder / "2/row_nst", id="row_nst", name="row_nst", **{"quality-of-service": {"id": "2"}}),
    }
    repo = {"type": "helm-chart", "url": "https://charts.example.com/row", "username": "me"}
    secret = {"config": {"admin_password": "canary-of-the-config"}}
    one = {"description": "changed"}
    cluster = {"vim_account": "cloud-1", "k8s_version": "1.31", "node_count": 2, "node_size": "small"}
    hidden = {"ssh_keys": ["canary-of-the-keys"]}
    user = {"name": "row-user", "password": "Canary-0f-the-user"}
    granted = [{"project": "admin", "role": "project_user"}]
    call = {"callback_uri": end_point, **FILTER, "username": "me"}
    table = [
        Row("project", "projects", {"name": "row-project", "quotas": {"nsds": 3}}, {"quotas": {"nsds": 4}}),
        Row("role", "roles", {"name": "row-role", "permissions": {"tokens": True}}, {"permissions": {"nsds": True}}),
        Row("user", "users", {**user, "project_roles": granted}, {"email": "row@example.com"}, "username"),
        Row("vca", "vca", {**VCA, "name": "row-vca"}, {"endpoints": ["10.20.30.9:17070"]}),
        Row("vim_account", "vim_accounts", {**VIM, **secret, "name": "row-vim"}, one),
        Row("wim_account", "wim_accounts", {**WIM, "name": "row-wim"}, one),
        Row("sdn_controller", "sdns", {**SDN, "name": "row-sdn"}, one),
        Row("k8s_cluster", "k8sclusters", {**CLUSTER, "name": "row-cluster", "kubeconfig": osm.kubeconfig}, one),
        Row("k8s_repo", "k8srepos", {**repo, "name": "row-repo", "password": "canary-of-the-repo"}),
        Row(
            "cluster_profile",
            "k8sapp",
            {"name": "row-profile", "type": "app", "description": "x"},
            one,
            named=("name", "type"),
        ),
        Row("cluster", "clusters", {**cluster, "name": "row-edge"}, {"node_count": 3}),
        Row("osm_repo", "osmrepos", {"name": "row-packages", "url": "https://packages.example.com"}, one),
        Row("vnf_package", "vnfds", {"path": paths["vnf 1"]}, {"path": paths["vnf 2"]}, "id", ("path",)),
        Row("ns_package", "nsds", {"path": paths["ns 1"]}, {"path": paths["ns 2"]}, "id", ("path",)),
        Row("slice_template", "nsts", {"path": paths["nst 1"]}, {"path": paths["nst 2"]}, "id", ("path",)),
        Row(
            "ns_config_template",
            "ns_config_template",
            {**CONFIG, "name": "row-small"},
            {"vld": [{"name": "mgmtnet", "vim_network_name": "external"}]},
        ),
        Row("pdu", "pdus", {**PDU, "name": "row-pdu"}, one),
        Row(
            "ns_subscription",
            "subscriptions",
            {**call, "password": "canary-of-the-end-point"},
            {"username": "other"},
            "CallbackUri",
            ("callback_uri", *FILTER),
        ),
        Row("ns", "nsrs", {**SERVICE, "name": "row-ns", "secret_params": hidden}, {"instantiated": False}),
        Row("slice", "nsis", {**SLICE, "name": "row-slice", "secret_params": hidden}, {"instantiated": False}),
    ]
    return {row.kind: row for row in table}


def name_of(row: Row) -> str:
    """What the row's object is called in OSM."""
    return str(row.first.get("name") or row.first.get("callback_uri") or Path(row.first["path"]).name)


def world(osm: Osm, folder: Path) -> None:
    """What the rows need: a site, a cloud, packages of services and of a slice."""
    osm.onboarded()
    paths = [template(folder / "edge_slice")]
    for name, document in (("wall_vnf", {"vnfd": VNFD}), ("wall_ns", {"nsd": {"nsd": [NSD]}})):
        (folder / name).mkdir(parents=True)
        (folder / name / f"{name}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
        paths.append(str(folder / name))
    osm.done("osm_deployment", resources={"vim_accounts": [CLOUD]}, packages=paths)
