# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a package contains, for people and for modules that only look: plain data, JSON in and out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .build import Package
from .lint import images
from .order import references

#: URL schemes of a chart that names its registry itself
SCHEMES = ("http://", "https://", "oci://")


def summary(package: Package) -> dict[str, Any]:
    """What a package contains.

    Keys: ``kind``, ``id``, ``name``, ``version``, ``provider``, ``description``, ``path``, ``descriptor_file``,
    ``digest``, ``md5``, ``size`` (bytes of the archive), ``files``, ``references`` ([{kind, id}]), ``vdus``, ``kdus``,
    ``images`` (what a mirror needs: see lint.images), ``connection_points``, ``networks`` and ``vnfs`` (of an NS).
    """
    descriptor = package.descriptor
    return {
        "kind": package.kind,
        "id": package.id,
        "name": package.name,
        "version": package.version,
        "provider": _text(descriptor.get("provider") or descriptor.get("designer") or descriptor.get("vendor")),
        "description": _text(descriptor.get("description")),
        "path": package.path,
        "descriptor_file": package.descriptor_file,
        "digest": package.digest,
        "md5": package.md5,
        "size": len(package.data),
        "files": list(package.files),
        "references": [{"kind": kind, "id": name} for kind, name in references(package)],
        "vdus": [_vdu(vdu, descriptor) for vdu in _each(descriptor, "vdu")],
        "kdus": [_kdu(kdu) for kdu in _each(descriptor, "kdu")],
        "images": images(package),
        "connection_points": [_point(point, descriptor) for point in _each(descriptor, "ext-cpd")],
        "networks": [_network(link) for link in _each(descriptor, "virtual-link-desc")],
        "vnfs": list(_vnfs(descriptor)),
    }


def _each(value: Any, key: str) -> Iterator[Mapping[str, Any]]:
    listed = value.get(key) if isinstance(value, Mapping) else None
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, Mapping):
            yield entry


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _by_id(descriptor: Mapping[str, Any], key: str, wanted: Any) -> Mapping[str, Any]:
    return next((entry for entry in _each(descriptor, key) if _text(entry.get("id")) == _text(wanted)), {})


def _vdu(vdu: Mapping[str, Any], descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """A VDU with what it needs; memory and storage in GiB as the descriptor has them, None where it says nothing."""
    compute = _by_id(descriptor, "virtual-compute-desc", vdu.get("virtual-compute-desc"))
    stores = vdu.get("virtual-storage-desc")
    stores = stores if isinstance(stores, list) else [stores] if stores else []
    sizes = [_by_id(descriptor, "virtual-storage-desc", store).get("size-of-storage") for store in stores]
    cpu, memory = compute.get("virtual-cpu"), compute.get("virtual-memory")
    return {
        "id": _text(vdu.get("id")),
        "name": _text(vdu.get("name")),
        "image": _text(vdu.get("sw-image-desc")),
        "cpus": cpu.get("num-virtual-cpu") if isinstance(cpu, Mapping) else None,
        "memory_gib": memory.get("size") if isinstance(memory, Mapping) else None,
        "storage_gib": [size for size in sizes if size is not None],
        "cloud_init": _text(vdu.get("cloud-init-file")),
        "connection_points": [_text(point.get("id")) for point in _each(vdu, "int-cpd")],
    }


def _kdu(kdu: Mapping[str, Any]) -> dict[str, str]:
    """A KDU; ``repo`` is the registered repository its chart is looked for in, empty for a URL or a chart inside."""
    chart = _text(kdu.get("helm-chart"))
    repo, slash, name = chart.partition("/")
    named = bool(slash) and not chart.startswith(SCHEMES)
    return {
        "name": _text(kdu.get("name")),
        "helm_chart": chart,
        "repo": repo if named else "",
        "chart": name if named else chart,
        "juju_bundle": _text(kdu.get("juju-bundle")),
    }


def _point(point: Mapping[str, Any], descriptor: Mapping[str, Any]) -> dict[str, Any]:
    inner = point.get("int-cpd")
    inner = inner if isinstance(inner, Mapping) else {}
    return {
        "id": _text(point.get("id")),
        "vdu": _text(inner.get("vdu-id")),
        "vdu_connection_point": _text(inner.get("cpd")),
        "k8s_network": _text(point.get("k8s-cluster-net")),
        "management": bool(point.get("id")) and point.get("id") == descriptor.get("mgmt-cp"),
    }


def _network(link: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": _text(link.get("id")),
        "management": _text(link.get("mgmt-network")).lower() in ("true", "1"),
        "vim_network": _text(link.get("vim-network-name")),
    }


def _vnfs(descriptor: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The members of an NS: ``member`` is what operations call ``member-vnf-index``."""
    for df in _each(descriptor, "df"):
        for profile in _each(df, "vnf-profile"):
            yield {"member": _text(profile.get("id")), "vnfd": _text(profile.get("vnfd-id"))}
