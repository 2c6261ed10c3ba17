# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""containerd's configuration: the very program's default with what is wanted put over it. Runs on the controller."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError

CERTS = "/etc/containerd/certs.d"


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else json.dumps(text, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)


def dumps(document: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """A document in TOML: plain values before tables, in the order in which they are given. None is left out."""
    plain = {k: v for k, v in document.items() if not isinstance(v, Mapping) and v is not None}
    tables = {k: v for k, v in document.items() if isinstance(v, Mapping)}
    text = "".join(f"{_key(name)} = {_value(value)}\n" for name, value in plain.items())
    if path and (plain or not tables):
        text = f"\n[{'.'.join(map(_key, path))}]\n{text}"
    return text + "".join(dumps(table, (*path, name)) for name, table in tables.items())


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(value, Mapping) and isinstance(below, Mapping) else value
    return merged


def wanted(version: int, default: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """What the options mean in a configuration of a version: 2 of containerd 1.x, 3 of 2.x.

    Raises InputError for a version that nobody has looked at yet.
    """
    runc = {"runtimes": {"runc": {"options": {"SystemdCgroup": options["cgroup_driver"] == "systemd"}}}}
    folder = options["plugin_folder"]
    sandbox = options.get("sandbox_image")
    registry = {"registry": {"config_path": CERTS}}
    if version == 2:
        name = "io.containerd.grpc.v1.cri"
        cri = {**registry, "containerd": runc, "cni": {"bin_dir": folder}}
        return {"plugins": {name: {**cri, "sandbox_image": sandbox} if sandbox else cri}}
    if version == 3:
        runtime, images = "io.containerd.cri.v1.runtime", "io.containerd.cri.v1.images"
        cni = default.get("plugins", {}).get(runtime, {}).get("cni", {})
        place = {"bin_dirs": [folder]} if "bin_dirs" in cni else {"bin_dir": folder}
        pinned = {"pinned_images": {"sandbox": sandbox}} if sandbox else {}
        return {"plugins": {runtime: {"containerd": runc, "cni": place}, images: {**registry, **pinned}}}
    raise InputError(
        f"containerd's configuration is of version {version}, and 2 and 3 are known.",
        "Install containerd 1.6, 1.7 or 2.x, or put what you need into edge_container_runtime.settings yourself.",
    )


def config(text: str, options: Mapping[str, Any]) -> str:
    """The text of config.toml.

    ``text`` is what ``containerd config default`` prints; ``options`` are cgroup_driver, sandbox_image, plugin_folder
    and settings, which is put over all at the end.
    """
    default = tomllib.loads(text)
    document = merge(default, wanted(int(default.get("version", 1)), default, options))
    return "# Written by Ansible (edge.infra.kubernetes_host).\n" + dumps(
        merge(document, options.get("settings") or {})
    )


def hosts(registry: Mapping[str, Any]) -> str:
    """The text of hosts.toml of a registry: its mirrors, tried in their order before the registry itself."""
    document: dict[str, Any] = {"server": registry.get("server"), "host": {}}
    for mirror in registry.get("mirrors") or []:
        entry: dict[str, Any] = {"capabilities": list(mirror.get("capabilities") or ["pull", "resolve"])}
        if mirror.get("ca_file"):
            entry["ca"] = mirror["ca_file"]
        for key in ("skip_verify", "override_path"):
            if mirror.get(key):
                entry[key] = True
        document["host"][mirror["url"]] = entry
    return "# Written by Ansible (edge.infra.kubernetes_host).\n" + dumps(document)
