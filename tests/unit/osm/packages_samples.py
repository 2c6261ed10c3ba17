# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors that OSM takes, and ways to spoil them: what the tests of the lint share."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.build import Package, build
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.lint import Finding, lint

PYANG = "Error in pyangbind validation: "

VDU: dict[str, Any] = {
    "id": "vm",
    "name": "vm",
    "sw-image-desc": "debian",
    "alternative-sw-image-desc": ["debian-aws"],
    "virtual-compute-desc": "small",
    "virtual-storage-desc": ["disk"],
    "monitoring-parameter": [{"id": "cpu", "name": "cpu"}],
    "int-cpd": [{"id": "eth0", "virtual-network-interface-requirement": [{"name": "eth0"}]}],
}
DAY12: dict[str, Any] = {
    "id": "probe",
    "config-primitive": [{"name": "grow", "execution-environment-ref": "ee"}],
    "execution-environment-list": [{"id": "ee", "juju": {"charm": "simple"}}],
}
DF: dict[str, Any] = {
    "id": "df",
    "vdu-profile": [{"id": "vm"}],
    "instantiation-level": [{"id": "one", "vdu-level": [{"vdu-id": "vm", "number-of-instances": 1}]}],
    "lcm-operations-configuration": {"operate-vnf-op-config": {"day1-2": [DAY12]}},
}
VNFD: dict[str, Any] = {
    "id": "probe",
    "product-name": "probe",
    "version": "1.0",
    "mgmt-cp": "mgmt",
    "ext-cpd": [{"id": "mgmt", "int-cpd": {"vdu-id": "vm", "cpd": "eth0"}}],
    "sw-image-desc": [
        {"id": "debian", "name": "debian-12", "image": "debian-12"},
        {"id": "debian-aws", "name": "debian-12-aws", "vim-type": "aws"},
    ],
    "virtual-compute-desc": [{"id": "small", "virtual-cpu": {"num-virtual-cpu": 1}, "virtual-memory": {"size": 1.0}}],
    "virtual-storage-desc": [{"id": "disk", "size-of-storage": 10}],
    "vdu": [VDU],
    "kdu": [{"name": "web", "helm-chart": "stable/web"}],
    "df": [DF],
}
NSD: dict[str, Any] = {
    "id": "service",
    "name": "service",
    "version": "1.0",
    "vnfd-id": ["probe"],
    "virtual-link-desc": [{"id": "mgmtnet", "mgmt-network": True}],
    "df": [
        {
            "id": "df",
            "vnf-profile": [
                {
                    "id": "p1",
                    "vnfd-id": "probe",
                    "virtual-link-connectivity": [
                        {
                            "virtual-link-profile-id": "mgmtnet",
                            "constituent-cpd-id": [
                                {"constituent-base-element-id": "p1", "constituent-cpd-id": "mgmt"}
                                | {"ip-address": ["10.0.0.1"]},
                            ],
                        }
                    ],
                }
            ],
        }
    ],
}
NST: dict[str, Any] = {
    "id": "slice",
    "name": "slice",
    "SNSSAI-identifier": {"slice-service-type": "eMBB"},
    "quality-of-service": {"id": 1},
    "netslice-subnet": [{"id": "core", "description": "the core", "is-shared-nss": False, "nsd-ref": "service"}],
    "netslice-vld": [
        {
            "id": "mgmt",
            "name": "mgmt",
            "type": "ELAN",
            "mgmt-network": True,
            "nss-connection-point-ref": [{"nss-ref": "core", "nsd-connection-point-ref": "mgmtnet"}],
        }
    ],
}
FILES = ("charms/simple/run", "cloud_init/web.cfg")
CONFIG = "df/0/lcm-operations-configuration/operate-vnf-op-config"
GONE = object()


def package(tmp_path: Path, document: Any, files: tuple[str, ...] = FILES, file: str = "x.yaml") -> Package:
    top = tmp_path / "pkg"
    shutil.rmtree(top, ignore_errors=True)
    for name in files:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text("x\n", encoding="utf-8")
    top.mkdir(exist_ok=True)
    (top / file).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return build(top)


def changed(sample: dict[str, Any], *changes: tuple[str, Any]) -> dict[str, Any]:
    """The sample with other values at paths whose steps are separated by ``/``; GONE removes."""
    document = copy.deepcopy(sample)
    for path, value in changes:
        node: Any = document
        *steps, last = [int(s) if s.isdigit() else s for s in path.split("/")]
        for step in steps:
            node = node[step]
        if value is GONE:
            del node[last]
        elif isinstance(node, list) and last == len(node):
            node.append(copy.deepcopy(value))
        else:
            node[last] = copy.deepcopy(value)
    return document


def vnf(tmp_path: Path, *changes: tuple[str, Any], files: tuple[str, ...] = FILES, **options: Any) -> list[Finding]:
    return lint(package(tmp_path, {"vnfd": changed(VNFD, *changes)}, files), **options)


def ns(tmp_path: Path, *changes: tuple[str, Any], **options: Any) -> list[Finding]:
    return lint(package(tmp_path, {"nsd": {"nsd": [changed(NSD, *changes)]}}), **options)


def nst(tmp_path: Path, *changes: tuple[str, Any], **options: Any) -> list[Finding]:
    return lint(package(tmp_path, {"nst": [changed(NST, *changes)]}), **options)
