# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection by its name in ``clouds.yaml``, the file that OpenStack's tools share.

Source: the format that openstacksdk reads (2026): ``clouds.<name>`` with ``auth``, ``region_name``, ``interface``,
``cacert`` and ``verify``; secrets may be in ``secure.yaml`` beside it. The first file that is found counts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._engine.errors import InputError
from .._engine.lazy import Lazily

yaml: Any = Lazily("yaml")

#: option -> key of ``auth``
AUTH = {
    "auth_url": "auth_url",
    "auth_username": "username",
    "auth_password": "password",
    "project_name": "project_name",
    "user_domain_name": "user_domain_name",
    "project_domain_name": "project_domain_name",
}
#: option -> key of the cloud
PLAIN = {"region_name": "region_name", "interface": "interface", "ca_cert": "cacert", "validate_certs": "verify"}
INTERFACES = ("public", "internal", "admin")


def files() -> list[Path]:
    """Where openstacksdk looks, in its order."""
    given = os.environ.get("OS_CLIENT_CONFIG_FILE")
    folders = [Path.cwd(), Path.home() / ".config/openstack", Path("/etc/openstack")]
    found = [folder / f"clouds.{ending}" for folder in folders for ending in ("yaml", "yml")]
    return [*([Path(given)] if given else []), *found]


def _read(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.", "Correct the file.", option="cloud") from None
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)  # the words of the error repeat the line, which may be a secret
        where = f", line {place.line + 1}" if place else ""
        raise InputError(f"{path}{where} is no YAML.", "Correct the file.", option="cloud") from None
    clouds = document.get("clouds") if isinstance(document, Mapping) else None
    return dict(clouds) if isinstance(clouds, Mapping) else {}


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = [k for k, v in one.items() if isinstance(v, Mapping) and isinstance(other.get(k), Mapping)]
    return {**one, **other, **{k: _merged(one[k], other[k]) for k in both}}


def connection(name: str) -> dict[str, Any]:
    """The options of the connection that a cloud has; raises :class:`InputError` where there is no such cloud."""
    if not yaml:
        return {}
    places = [path for path in files() if path.is_file()]
    if not places:
        raise InputError(
            f"There is no clouds.yaml for cloud {name!r}.",
            f"Make one of {', '.join(map(str, files()[:5:2]))}, or give auth_url and auth_password instead of cloud.",
            option="cloud",
            value=name,
        )
    clouds = _read(places[0])
    if not isinstance(clouds.get(name), Mapping):
        known = ", ".join(map(str, clouds)) or "none"
        raise InputError(
            f"{places[0]} has no cloud {name!r}.", f"It has: {known}. Correct cloud.", option="cloud", value=name
        )
    secure = next((p for e in ("yaml", "yml") if (p := places[0].with_name(f"secure.{e}")).is_file()), None)
    hidden = _read(secure).get(name) if secure else None
    cloud = _merged(clouds[name], hidden if isinstance(hidden, Mapping) else {})
    return _options(cloud)


def _options(cloud: Mapping[str, Any]) -> dict[str, Any]:
    auth = cloud.get("auth")
    # what is not in auth may be beside it, too
    known = {**cloud, **(auth if isinstance(auth, Mapping) else {})}
    found = {option: known.get(key) for option, key in AUTH.items()}
    found |= {option: cloud.get(key) for option, key in PLAIN.items()}
    if isinstance(found["interface"], list):
        found["interface"] = next(iter(found["interface"]), None)
    kind = str(found["interface"] or cloud.get("endpoint_type") or "").removesuffix("URL")
    found["interface"] = kind if kind in INTERFACES else None
    if "insecure" in cloud and found["validate_certs"] is None:
        found["validate_certs"] = not cloud["insecure"]
    return {option: value for option, value in found.items() if value is not None}
