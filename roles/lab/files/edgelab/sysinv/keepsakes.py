# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licence, and the images in the system's registry."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .wire import Rejected, Row, framework_error
from .world import World

LICENSE, IMAGES = "license", "registry_image"
#: name, tag and content; a removal takes every tag of the same content
BUNDLED = (
    ("docker.io/starlingx/dex", "v2.37.0", "sha256:01"),
    ("docker.io/starlingx/dex", "stable", "sha256:01"),
    ("docker.io/starlingx/dex", "v2.41.1", "sha256:02"),
    ("quay.io/calico/node", "v3.29.1", "sha256:03"),
    ("registry.k8s.io/pause", "3.10", "sha256:04"),
)


def route(world: World, base: str, request: web.Request, path: list[str], body: Any) -> web.StreamResponse | None:
    """The answer to a request below ``/license`` or ``/registry_image``; None for every other address."""
    match request.method, path:
        case "GET", ["license", "get_license_file"]:
            kept = world.tables.get(LICENSE)
            none = "License file not found. A license may not have been installed."
            return web.json_response({"content": kept[0]["content"] if kept else "", "error": "" if kept else none})
        case "POST", ["license", "install_license"]:
            return web.json_response(_install(world, body if isinstance(body, dict) else {}))
        case "GET", ["registry_image"]:
            for name in request.query:
                if name not in ("filter_out_untagged", "image_name"):
                    raise Rejected(f'Unknown argument: "{name}"')
            return web.json_response({"registry_images": _listed(world, request.query.get("image_name"))})
        case "DELETE", ["registry_image"]:
            _remove(world, request.query.get("image_name_and_tag", ""))
            return web.Response(status=204)
        case "POST", ["registry_image"]:
            if "garbage_collect" in request.query:
                table = _images(world)
                table[:] = [r for r in table if r["tag"] is not None]
            return web.json_response(None)
        case _, ["license" | "registry_image", *_rest]:
            return framework_error(request, 404 if len(path) > 1 or path[0] == "license" else 405, "")
    return None


def _install(world: World, form: Row) -> Row:
    content = form.get("file")
    if not isinstance(content, bytes):
        return {"success": "", "error": "Error: No file uploaded"}
    fault = world.faults.take("fail_operation", "sysinv", "install license")
    if fault:
        return {"success": "", "error": fault.detail}
    world.tables[LICENSE] = [{"content": content.decode("utf-8", "replace")}]
    return {"success": "Success: new license installed", "error": ""}


def _images(world: World) -> list[Row]:
    bundled = [{"name": name, "tag": tag, "digest": digest} for name, tag, digest in BUNDLED]
    return world.tables.setdefault(IMAGES, bundled)


def _listed(world: World, name: str | None) -> list[Row]:
    table = _images(world)
    if name is None:
        return [{"name": n, "tag": None} for n in dict.fromkeys(r["name"] for r in table)]
    return [{"name": name, "tag": r["tag"]} for r in table if r["name"] == name and r["tag"] is not None]


def _remove(world: World, named: str) -> None:
    name, _colon, tag = named.partition(":")
    if named.count(":") != 1:
        raise Rejected("Image name and tag must be of form name:tag")
    table = _images(world)
    found = next((r for r in table if (r["name"], r["tag"]) == (name, tag)), None)
    if found is None:
        raise Rejected(f"No tag found for image: {name}")
    for row in table:
        if (row["name"], row["digest"]) == (name, found["digest"]):
            row["tag"] = None  # its name stays until the garbage is collected
