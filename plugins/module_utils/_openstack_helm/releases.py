# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases as Helm keeps them in a cluster, and what a run would do with each."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .._engine.errors import EdgeError
from .secrecy import MASKED, masked
from .values import leaves

#: which of a release's Secrets are wanted: those of earlier revisions are many, and say nothing of today
SELECTOR = "owner=helm,status!=superseded"
PENDING = ("pending-install", "pending-upgrade", "pending-rollback")


@dataclass(frozen=True)
class Live:
    """One revision of a release."""

    name: str
    revision: int
    status: str
    chart: str
    version: str
    values: dict[str, Any] = field(repr=False)
    description: str = ""
    since: str = ""
    #: whether each test of its chart has passed with this revision
    tested: bool = True


def decoded(item: Mapping[str, Any]) -> Live:
    """A revision out of its Secret (``sh.helm.release.v1.NAME.vN``): JSON, gzipped, in base64, in a Secret's base64."""
    name = str((item.get("metadata") or {}).get("name"))
    try:
        raw = base64.b64decode(base64.b64decode(item["data"]["release"]))
        document = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
        info, about = document["info"], document["chart"]["metadata"]
        return Live(
            str(document["name"]),
            int(document["version"]),
            str(info["status"]),
            str(about["name"]),
            str(about["version"]),
            document.get("config") or {},
            str(info.get("description") or ""),
            str(info.get("last_deployed") or ""),
            all(_passed(hook) for hook in document.get("hooks") or ()),
        )
    except (KeyError, TypeError, ValueError, OSError, binascii.Error) as error:
        raise EdgeError(
            f"Secret {name}: this is no release of Helm 3 or 4 ({type(error).__name__}: {error}).",
            "Remove it, or restore it from a backup of the cluster.",
        ) from None


def _passed(hook: Mapping[str, Any]) -> bool:
    """Whether a hook is no test, or one that Helm has noted to have succeeded with this revision."""
    return "test" not in (hook.get("events") or ()) or (hook.get("last_run") or {}).get("phase") == "Succeeded"


def latest(items: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Live]]:
    """The newest revision of each release, and the newest deployed one (``last``, ``deployed``)."""
    result: dict[str, dict[str, Live]] = {}
    for live in sorted((decoded(item) for item in items), key=lambda one: one.revision):
        mine = result.setdefault(live.name, {})
        mine["last"] = live
        if live.status == "deployed":
            mine["deployed"] = live
    return result


def plain(value: Any) -> Any:
    """Values as they come back from JSON, where every key is a text."""
    if isinstance(value, Mapping):
        return {_key(k): plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def differences(before: Any, after: Any, origins: Mapping[str, str]) -> list[str]:
    """Values that differ, one a line, without secrets: ``conf.nova.DEFAULT.debug: false -> true (inventory)``."""
    old, new = dict(leaves(plain(before))), dict(leaves(plain(after)))
    old_shown, new_shown = dict(leaves(masked(plain(before)))), dict(leaves(masked(plain(after))))
    result = []
    for path in sorted({*old, *new}):
        if not path or (path in old and path in new and _same(old[path], new[path])):
            continue
        one = _shown(old_shown[path]) if path in old else "(not set)"
        other = _shown(new_shown[path]) if path in new else "(not set)"
        place = ".".join(path)
        told = f" ({origins[place]})" if place in origins else ""
        result.append(f"{place}: {one} -> {other}{told}")
    return result


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _shown(value: Any) -> str:
    if value == MASKED:
        return MASKED
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version.split("+", 1)[0].split("-", 1)[0]))


def age(since: str, now: datetime) -> float:
    """Seconds since a moment in Helm's notation; endless where it is none."""
    text = re.sub(r"(\.\d{6})\d*", r"\1", since.replace("Z", "+00:00"))
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        return float("inf")
    return (now - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds()


def change(
    release: Mapping[str, Any], live: Mapping[str, Live], now: datetime, downgrade: bool = False
) -> dict[str, Any]:
    """What a run would do with one release.

    :param release: from the plan.
    :param live: its newest revision (``last``) and the newest deployed one (``deployed``), if there are any.
    :returns: ``action`` (``none``, ``install``, ``upgrade``), ``recover`` (``""``, ``rollback``, ``uninstall``) with
        ``revision`` and ``age`` where an operation was cut off before, ``reasons``, ``differs``, ``fault``, and
        ``untested`` where the tests of its chart have not passed with what is there.
    """
    result: dict[str, Any] = {
        "name": release["name"],
        "release": release["release"],
        "namespace": release["namespace"],
        "action": "none",
        "recover": "",
        "revision": 0,
        "age": 0,
        "reasons": [],
        "differs": [],
        "fault": "",
        "status": "",
        "failed": False,
        "untested": False,
    }
    last = live.get("last")
    if last is None or last.status == "uninstalled":
        return {**result, "action": "install", "reasons": ["it is not installed"]}
    result |= {"status": last.status, "revision": last.revision, "untested": not last.tested}
    base = live.get("deployed")
    if last.status in PENDING or last.status == "uninstalling":
        result["age"] = int(min(age(last.since, now), 10**9))
        result["reasons"] = [f"an operation was cut off ({last.status}, revision {last.revision}, {last.since})"]
        if base is None or last.status == "uninstalling":
            return {**result, "recover": "uninstall", "action": "install"}
        result |= {"recover": "rollback", "revision": base.revision}
    elif last.status == "failed":
        result |= {"failed": True, "action": "upgrade"}
        result["reasons"] = [f"its last operation failed ({last.description or 'without a reason'})"]
        base = last
    base = base or last
    if base.chart != release["chart"]:
        result["fault"] = (
            f"The release {release['release']} is one of the chart {base.chart}, and {release['chart']} is wanted. "
            f"Give the component another release, or remove that one first."
        )
    if base.version != release["version"]:
        result |= {
            "action": "upgrade",
            "reasons": [*result["reasons"], f"chart {base.version} -> {release['version']}"],
        }
        if _order(release["version"]) < _order(base.version) and not downgrade and not result["fault"]:
            result["fault"] = (
                f"The release {release['release']} has version {base.version} of its chart, and {release['version']} "
                f"is older: its database may be too new for it. Set openstack_helm_allow_downgrade if it is meant."
            )
    differs = differences(base.values, release["values"], release["origins"])
    if differs:
        many = f"{len(differs)} values differ" if len(differs) > 1 else "1 value differs"
        result |= {"action": "upgrade", "differs": differs, "reasons": [*result["reasons"], many]}
    return result
