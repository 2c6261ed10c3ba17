# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys that secrets are encrypted with in etcd: the file of the API servers, and the order in which a key is replaced.

Source: kubernetes.io, "Encrypting Confidential Data at Rest": a new key is first given to every API server as second
key, so that each can read what another writes with it; then it becomes the first, with which is written; then all
secrets are written anew; then the old key goes. Keys have numbers, so that a file tells how far a rotation has come.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.errors import InputError

FILE = "encryption.yaml"
ADD, PROMOTE, REWRITE, DROP = "add", "promote", "rewrite", "drop"
STEPS = (ADD, PROMOTE, REWRITE, DROP)
_NAME = re.compile(r"key(\d+)")
Key = Mapping[str, str]


def fresh(number: int = 1) -> dict[str, str]:
    """A key of 32 bytes that nobody knows."""
    return {"name": f"key{number}", "secret": base64.b64encode(os.urandom(32)).decode()}


def document(keys: Sequence[Key]) -> dict[str, Any]:
    """An EncryptionConfiguration; ``identity`` reads what was stored before there was a key."""
    box = {"secretbox": {"keys": [{"name": key["name"], "secret": key["secret"]} for key in keys]}}
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "EncryptionConfiguration",
        "resources": [{"resources": ["secrets"], "providers": [box, {"identity": {}}]}],
    }


def text_of(keys: Sequence[Key]) -> str:
    """The file: JSON, which is YAML."""
    return json.dumps(document(keys), indent=2) + "\n"


def keys_of(text: str) -> list[dict[str, str]]:
    """The keys of a file in their order; none where it is no file of ours, or encrypts nothing with its first word."""
    try:
        providers = json.loads(text)["resources"][0]["providers"]
        return [{"name": str(k["name"]), "secret": str(k["secret"])} for k in providers[0]["secretbox"]["keys"]]
    except (ValueError, KeyError, IndexError, TypeError):
        return []


def _number(key: Key) -> int:
    found = _NAME.fullmatch(key["name"])
    if not found:
        raise InputError(
            f"The key {key['name']} is none of ours: ours are called key1, key2 and so on.",
            "Rotate it as it was made, or give it such a name on every control-plane node.",
        )
    return int(found[1])


def chosen(own: Mapping[str, Any], others: Sequence[Mapping[str, Any]], new: Key) -> list[Key]:
    """The keys that a control-plane host is to have before kubeadm runs: its own, else those of the others, else new.

    :param own: what M(edge.infra.kubernetes_encryption_info) says of the host: ``keys`` and ``api_server``.
    :param others: the same of every control-plane host, with ``host``, and ``away`` for one that did not answer.
    :param new: a key that is taken where nothing is there yet at all.

    Raises :class:`InputError` where a new key would lock others out of what is stored.
    """
    if own["keys"]:
        return list(own["keys"])
    there = {entry["host"]: entry["keys"] for entry in others if entry.get("keys")}
    different = {json.dumps(list(keys)): list(keys) for keys in there.values()}
    if len(different) > 1:
        raise InputError(
            f"The control-plane nodes have different keys ({', '.join(sorted(there))}): a rotation has not ended.",
            "Run edge.infra.rotate_encryption_key, which goes on where it was, and then this again.",
        )
    if different:
        return next(iter(different.values()))
    away = sorted(entry["host"] for entry in others if entry.get("away"))
    if away:
        raise InputError(
            f"No control-plane node that answers has a key, and {', '.join(away)} did not answer.",
            "A new key would be wrong if they have one: bring them back, or take them out of the inventory.",
        )
    running = sorted(entry["host"] for entry in others if entry.get("api_server") not in (None, "absent"))
    if running:
        raise InputError(
            f"There is a cluster ({', '.join(running)}), and no key on its nodes.",
            f"Put {FILE} back from a backup of a control-plane node: without it, nobody reads the cluster's secrets.",
        )
    return [new]


def rotation(found: Mapping[str, Sequence[Key]], new: Mapping[str, str]) -> dict[str, Any]:
    """What is left to do of a rotation that was begun, or all of a new one.

    :param found: keys of every control-plane host by its name, in the order of the hosts.
    :param new: a fresh key, for a new rotation; its name is given here.
    :returns: ``steps`` that are left, in order; ``keys``, what each host is to have after a step; ``resumed``.

    Raises :class:`InputError` where the keys of the hosts do not belong to one rotation.
    """
    empty = sorted(name for name, keys in found.items() if not keys)
    if empty or not found:
        raise InputError(
            f"There is no key on {', '.join(empty) or 'any host'}.",
            "Secrets are encrypted on clusters that were made with edge_kubernetes_hardening: cis only.",
        )
    known: dict[str, Key] = {key["secret"]: key for keys in found.values() for key in keys}
    ordered = sorted(known.values(), key=_number)
    names = [key["name"] for key in ordered]
    sets = {name: [key["secret"] for key in keys] for name, keys in found.items()}
    if len(ordered) > 2 or len(set(names)) != len(names):
        raise InputError(
            f"The control-plane nodes have keys that do not belong together: {', '.join(names)}.",
            f"See /etc/kubernetes/hardening/{FILE} on each: all have one key, or the same two.",
        )
    if len(ordered) == 1:
        old = ordered[0]
        newest: Key = {**new, "name": f"key{_number(old) + 1}"}
        first = ADD
    else:
        old, newest = ordered
        states = {tuple(secrets) for secrets in sets.values()}
        dropping = (newest["secret"],) in states
        if dropping and (old["secret"],) in states:
            raise InputError(
                f"Some control-plane nodes have only {old['name']}, and others only {newest['name']}.",
                "They cannot read each other's: give both keys to all, the newer first, and restart their API servers.",
            )
        promoting = (newest["secret"], old["secret"]) in states
        if promoting and (old["secret"],) in states:
            raise InputError(
                f"A control-plane node has only {old['name']}, and others write with {newest['name']} already.",
                "Was it restored from a backup? Give it both keys, restart its API server, and run this again.",
            )
        first = DROP if dropping else PROMOTE if promoting else ADD
    return {
        "resumed": len(ordered) == 2,
        "steps": list(STEPS[STEPS.index(first) :]),
        "keys": {ADD: [old, newest], PROMOTE: [newest, old], REWRITE: [newest, old], DROP: [newest]},
        "old": old["name"],
        "new": newest["name"],
    }
