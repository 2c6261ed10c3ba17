# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages and network services: what is named exists, and fits together.

Reading a package is the caller's work (``descriptors.read``); here only what was read is judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .faults import Reader, masked
from .registration import check_name, check_text

#: options of osm_ns that are only for the instantiation; they may stand below ``parameters`` too
PARAMETERS = (
    "vnf",
    "vld",
    "additional_params",
    "additional_params_for_vnf",
    "k8s_namespace",
    "ssh_keys",
    "timeout_deploy",
    "instantiated",
    "kdus",
    "secret_params",
    "wim_account",
    "use_wim",
    "config_template",
    "config_units",
    "vdu_image",
    "placement_engine",
    "placement_constraints",
    "timeout_terminate",
    "skip_terminate_primitives",
)
SERVICE_KEYS = ("name", "nsd", "vim_account", "description", "parameters", *PARAMETERS)
CHART = re.compile(r"(?P<repo>[a-z0-9][a-z0-9-]+)/[a-z0-9-]+")


@dataclass(frozen=True)
class Package:
    """What the plan wants to know of a package; ``problem`` says why nothing else is known."""

    kind: str = ""
    id: str = ""
    #: ids of the VNFDs that an NSD names
    references: tuple[str, ...] = ()
    #: Helm charts of the KDUs, as written
    charts: tuple[str, ...] = ()
    #: networks of the cluster that a KNF asks for
    nets: tuple[str, ...] = ()
    problem: str = ""
    remedy: str = field(default="")
    findings: tuple[tuple[str, str], ...] = ()


def check_packages(site: Reader, read: Mapping[str, Package]) -> list[dict[str, Any]]:
    """The variable ``edge_packages``: readable, ids unique, NSDs name VNFDs that are onboarded with them.

    ``edge_onboarded_elsewhere`` lists ids of descriptors that OSM has already.
    """
    rows: list[dict[str, Any]] = []
    known: dict[tuple[str, str], str] = {}
    elsewhere = set(site.texts("edge_onboarded_elsewhere"))
    paths = site.texts("edge_packages")
    for number, path in enumerate(paths):
        variable = f"edge_packages[{number}]"
        package = read.get(path, Package(problem="was not read.", remedy="Give a folder or an archive."))
        if package.problem:
            site.faults.add(variable, path, package.problem, package.remedy, site.host)
            continue
        for message, remedy in package.findings:
            site.faults.add(variable, path, message, remedy, site.host)
        key = (package.kind, package.id)
        if key in known:
            message = f"its descriptor's id {package.id} is already that of {known[key]}."
            site.faults.add(
                variable, path, message, "Name each package once, and give each descriptor its own id.", site.host
            )
        known.setdefault(key, variable)
        rows.append({"path": path, "kind": package.kind, "id": package.id, "references": list(package.references)})
    vnfds = {package_id for kind, package_id in known if kind == "vnf"} | elsewhere
    declared = site.data.get("edge_helm_repos")
    repos = {str(r.get("name")) for r in declared if isinstance(r, Mapping)} if isinstance(declared, list) else set()
    cluster = site.data.get("edge_k8s_cluster")
    nets = cluster.get("nets") if isinstance(cluster, Mapping) else None
    for number, path in enumerate(paths):
        package = read.get(path, Package())
        variable = f"edge_packages[{number}]"
        for vnfd in package.references:
            if vnfd not in vnfds:
                site.faults.add(
                    variable,
                    path,
                    f"its NSD {package.id} names the VNFD {vnfd}, and no package has it.",
                    f"Add the package of {vnfd} to edge_packages, or its id to edge_onboarded_elsewhere if OSM has it"
                    " already.",
                    site.host,
                )
        for chart in package.charts:
            match = CHART.fullmatch(chart)
            if match and match["repo"] not in repos:
                message = f"its KDU takes the chart {chart}, and no repository {match['repo']} is declared here."
                remedy = "Add it to edge_helm_repos, unless OSM has it already."
                site.faults.warn(variable, path, message, remedy, site.host)
        missing = len(package.nets) - len(nets) if isinstance(nets, Mapping) else 0
        if missing > 0:
            names = ", ".join(package.nets)
            message = f"it wants {len(package.nets)} networks of a cluster ({names}), and there are {len(nets or ())}."
            site.faults.warn(variable, path, message, "Add them to edge_k8s_cluster.nets.", site.host)
    # VNFDs first: OSM takes an NSD only when its VNFDs are there
    return sorted(rows, key=lambda row: (row["kind"] != "vnf", row["id"]))


def check_services(site: Reader, packages: list[dict[str, Any]], vim: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The variable ``edge_services``: names OSM takes, NSDs that are onboarded, the VIM account of the site."""
    rows = []
    seen: dict[str, str] = {}
    nsds = [row["id"] for row in packages if row["kind"] == "ns"]
    known = {*nsds, *site.texts("edge_onboarded_elsewhere")}
    # of packages that could not be read, nobody knows what they hold
    given = site.data.get("edge_packages") or []
    broken = not isinstance(given, list) or len(packages) < len(given)
    for part in site.mappings("edge_services", SERVICE_KEYS):
        check_name(part, "name", required="Name the service.")
        part.unique("name", seen, "the service's name")
        nsd = part.text("nsd", required="Name the NSD.")
        if nsd is not None and nsd not in known and not broken:
            part.fault(
                "nsd",
                "no package has an NSD of this id.",
                f"Name one of {', '.join(nsds) or 'none is onboarded'}; or add its package to edge_packages, or its id"
                " to edge_onboarded_elsewhere if OSM has it already.",
            )
        account = part.text("vim_account", default=(vim or {}).get("name"))
        if account is None:
            part.fault("vim_account", "is missing.", "Name a VIM account.", None)
        elif vim and account != vim.get("name"):
            part.warn("vim_account", f"is not the site's own, {vim.get('name')}.", "Look whether that is meant.")
        check_text(part, "description")
        part.mapping("parameters", known=PARAMETERS)
        rows.append({**masked(part.data), "vim_account": account})
    return rows
