# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What OSM would refuse a package for, said before it is uploaded, in its own words and in its own order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .build import Package

OLD = "ERROR: Unsupported descriptor format. Please, use an ETSI SOL006 descriptor."
CHART = re.compile(r"^[a-z0-9]+([a-z0-9-]*[a-z0-9])+/[a-z0-9]+([a-z0-9-]*[a-z0-9])*$")
URL = re.compile(r"^[a-z][a-z0-9+.-]*://\S+$")


@dataclass(frozen=True)
class Finding:
    """One fault. ``status`` is what OSM would answer, ``message`` its words."""

    level: str
    where: str
    message: str
    remedy: str = ""
    status: int = 0


def lint(package: Package, known_vnfds: Collection[str] | None = None) -> list[Finding]:
    """Findings in the order in which OSM would meet them; ``known_vnfds`` None leaves references unchecked."""
    old = next((f for f in [_old_form(package)] if f), None)
    if old:
        return [old]
    checks = _vnfd(package) if package.kind == "vnf" else _nsd(package, known_vnfds)
    return list(checks)


def _old_form(package: Package) -> Finding | None:
    document = package.document
    key = {"vnf": "vnfd", "ns": "nsd"}.get(package.kind)
    if key is None or (isinstance(document, Mapping) and key in document):
        return None
    remedy = "Rewrite the descriptor in the SOL006 form (releases of OSM since 9 take no other)."
    return Finding("error", package.descriptor_file, OLD, remedy, 422)


def _each(value: Any) -> Iterator[Mapping[str, Any]]:
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, Mapping):
            yield entry


def _vnfd(package: Package) -> Iterator[Finding]:
    vnfd = package.descriptor
    external = {str(c.get("id")) for c in _each(vnfd.get("ext-cpd"))}
    if vnfd.get("vdu") and not vnfd.get("mgmt-cp"):
        text = "'mgmt-cp' is a mandatory field and it is not defined"
        yield Finding("error", "mgmt-cp", text, "Name the ext-cpd that management uses.", 422)
    if vnfd.get("mgmt-cp") and vnfd["mgmt-cp"] not in external:
        text = f"mgmt-cp='{vnfd['mgmt-cp']}' must match an existing ext-cpd"
        yield Finding("error", "mgmt-cp", text, f"Existing: {', '.join(sorted(external)) or 'none'}.", 422)
    for kdu in _each(vnfd.get("kdu")):
        chart = kdu.get("helm-chart")
        if chart and not CHART.match(str(chart)) and not URL.match(str(chart)):
            remedy = (
                "Write REPOSITORY/CHART in lower case, without a version (that is given at instantiation), or an URL."
            )
            yield Finding(
                "error", f"kdu[{kdu.get('name')}].helm-chart", f"helm-chart '{chart}' is not valid", remedy, 422
            )
    for vdu in _each(vnfd.get("vdu")):
        file = vdu.get("cloud-init-file")
        if file and not {f"cloud_init/{file}", f"Scripts/cloud_init/{file}"} & set(package.files):
            text = f"Cloud-init defined in vnf[id={package.id}]:vdu[id={vdu.get('id')}] but not present in package"
            yield Finding("error", f"vdu[{vdu.get('id')}].cloud-init-file", text, f"Put it at cloud_init/{file}.", 400)
    for df in _each(vnfd.get("df")):
        day12 = df.get("lcm-operations-configuration", {})
        operate = day12.get("operate-vnf-op-config", {}) if isinstance(day12, Mapping) else {}
        for entry in _each(operate.get("day1-2") if isinstance(operate, Mapping) else None):
            for environment in _each(entry.get("execution-environment-list")):
                charm = environment.get("juju")
                if charm and not any(f.startswith(("charms/", "Scripts/charms/")) for f in package.files):
                    text = f"Charm defined in vnf[id={package.id}] but not present in package"
                    yield Finding("error", "day1-2", text, f"Put the charm {charm.get('charm', '')} into charms/.", 400)
                    return


def _nsd(package: Package, known: Collection[str] | None) -> Iterator[Finding]:
    declared = [str(v) for v in package.descriptor.get("vnfd-id") or []]
    for df in _each(package.descriptor.get("df")):
        for profile in _each(df.get("vnf-profile")):
            if profile.get("vnfd-id") not in declared:
                text = (
                    f"Error at df[id='{df.get('id')}']:vnf_profile[id='{profile.get('id')}']:"
                    f"vnfd-id='{profile.get('vnfd-id')}' does not match any vnfd-id"
                )
                yield Finding("error", "df", text, f"Declared: {', '.join(declared) or 'none'}.", 422)
    for vnfd in declared:
        if known is not None and vnfd not in known:
            text = f"Descriptor error at 'vnfd-id'='{vnfd}' references a non existing vnfd"
            yield Finding("error", "vnfd-id", text, f"Onboard the package of {vnfd} first.", 409)
