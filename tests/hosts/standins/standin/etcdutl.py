# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program ``etcdutl``: snapshot restore, snapshot status and version, for snapshots of the stand-in's etcd."""

from __future__ import annotations

import json
import secrets
import zlib

from .etcdsnapshot import VERSION, unpack
from .host import Host, Refusal

_RESTORE = {"data-dir", "name", "initial-cluster", "initial-cluster-token", "initial-advertise-peer-urls"}
_RESTORE |= {"skip-hash-check", "wal-dir", "bump-revision", "mark-compacted"}
_SWITCHES = {"skip-hash-check", "mark-compacted", "help"}


def _parse(words: list[str], known: set[str]) -> tuple[dict[str, str], list[str]]:
    flags: dict[str, str] = {}
    plain, rest = [], list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            plain.append(word)
            continue
        name, equal, value = word.lstrip("-").partition("=")
        name = {"w": "write-out", "h": "help"}.get(name, name)
        if name not in known | {"write-out", "help"}:
            raise Refusal(f"Error: unknown flag: --{name}")
        flags[name] = value if equal or name in _SWITCHES else rest.pop(0)
    return flags, plain


def _restore(host: Host, words: list[str]) -> None:
    flags, plain = _parse(words, _RESTORE)
    if "help" in flags:
        host.say("Usage:\n  etcdutl snapshot restore <filename> --data-dir {output dir} [options] [flags]\n\nFlags:")
        for name in sorted(_RESTORE):
            host.say(f"      --{name}")
        return
    if len(plain) != 1:
        raise Refusal("Error: snapshot restore requires exactly one argument")
    name = flags.get("name", "default")
    peer = flags.get("initial-advertise-peer-urls", "http://localhost:2380")
    cluster = dict(pair.split("=", 1) for pair in flags.get("initial-cluster", f"{name}={peer}").split(","))
    if name not in cluster:
        raise Refusal(f'Error: couldn\'t find local name "{name}" in the initial cluster configuration')
    if cluster[name] != peer:
        raise Refusal(
            f"Error: --initial-cluster has {name}={cluster[name]} but missing from --initial-advertise-peer-urls={peer}"
        )
    folder = flags.get("data-dir", f"{name}.etcd")
    place = host.path(folder)
    if place.exists() and any(place.iterdir()):
        raise Refusal(f'Error: data-dir "{folder}" not empty or could not be read')
    try:
        found = unpack(host.path(plain[0]).read_bytes(), plain[0])
    except ValueError as error:
        raise Refusal(f"Error: {error}") from error
    members = [
        {"ID": secrets.token_hex(8), "name": one, "peerURLs": [url], "clientURLs": []} for one, url in cluster.items()
    ]
    own = next(m for m in members if m["name"] == name)
    state = {"cluster": secrets.token_hex(8), "id": own["ID"], "members": members, "revision": found["revision"]}
    host.write(f"{folder}/member/standin.json", json.dumps({**state, "restored": found["objects"]}))
    print(f'info\trestored snapshot\t{{"path": "{plain[0]}", "data-dir": "{folder}"}}', file=host.err)


def _status(host: Host, words: list[str]) -> None:
    flags, plain = _parse(words, set())
    if len(plain) != 1:
        raise Refusal("Error: snapshot status requires exactly one argument")
    data = host.path(plain[0]).read_bytes()
    try:
        found = unpack(data, plain[0])
    except ValueError as error:
        raise Refusal(f"Error: {error}") from error
    known = {
        "hash": zlib.crc32(data[:-32]),
        "revision": found["revision"],
        "totalKey": len(found["objects"]),
        "totalSize": len(data) - 32,
    }
    if flags.get("write-out") == "json":
        host.say(json.dumps(known, separators=(",", ":")))
        return
    host.say(f"{known['hash']:x}, {known['revision']}, {known['totalKey']}, {known['totalSize'] // 1000} kB")


def main(host: Host, words: list[str]) -> int:
    """Run a command; returns the exit status."""
    try:
        if words[:1] == ["version"]:
            host.say(f"etcdutl version: {VERSION}\nAPI version: {VERSION.rpartition('.')[0]}")
        elif words[:2] == ["snapshot", "restore"]:
            _restore(host, words[2:])
        elif words[:2] == ["snapshot", "status"]:
            _status(host, words[2:])
        else:
            raise Refusal(f'Error: unknown command "{" ".join(words[:2])}" for "etcdutl" (or not played)')
    except (Refusal, OSError) as error:
        print(error if isinstance(error, Refusal) else f"Error: {error}", file=host.err)
        return 1
    return 0
