# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a descriptor fits the SOL006 model, with the NBI's words for what does not.

The real NBI loads descriptors into classes generated from YANG and reports the loader's exceptions. The model's keys
are in ``sol006_vnfd.txt`` and ``sol006_nsd.txt``; this module loads a document by the same rules: unknown keys, keys of
lists and types of leaves are checked, mandatory leaves are not (the loader does not look).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

_EVENTS = "instantiation scaling healing termination vnf-flavour-change vnf-operation-change vnf-ext-conn-change"
_IDENTITIES = {
    "storage-type": "root-storage swap-storage ephemeral-storage",
    "cp-role": "root leaf",
    "checksum-algorithm": "sha-224 sha-256 sha-384 sha-512",
    "layer-protocol": "ethernet mpls odu2 ipv4 ipv6 pseudo-wire",
    "address-type": "mac-address ip-address",
    "supported-operation": "instantiate-vnf scale-vnf scale-vnf-to-level change-vnf-flavour terminate-vnf query-vnf "
    "heal-vnf operate-vnf modify-vnf-information",
}
_LIMITS = {"uint8": 2**8, "uint16": 2**16, "uint32": 2**32, "uint64": 2**64}


@dataclass
class Node:
    """A container, a list (``keys``), a leaf or a leaf list (``type``, ``many``) of the model."""

    name: str
    kind: str  # container | list | leaf
    keys: list[str] = field(default_factory=list)
    type: str = ""
    many: bool = False
    children: dict[str, Node] = field(default_factory=dict)


def _leaves(parent: Node, line: str) -> None:
    kind, _unused, names = line.partition(": ")
    for name in names.split():
        if kind == "pairs":
            pair = Node(name, "list", ["key"])
            _leaves(pair, "string: key value")
            parent.children[name] = pair
        else:
            parent.children[name] = Node(name, "leaf", type=kind.rstrip("*"), many=kind.endswith("*"))


def _read(path: Path) -> Node:
    root = Node("", "container")
    stack = [root]
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        text = line.lstrip(" ")
        del stack[len(line) - len(text) + 1 :]
        if text.startswith("- "):
            _leaves(stack[-1], text[2:])
            continue
        name, _unused, keys = text.partition(" [")
        node = Node(name, "list" if keys else "container", keys.rstrip("]").split())
        stack[-1].children[name] = node
        stack.append(node)
    return root


MODELS = {kind: _read(Path(__file__).with_name(f"sol006_{kind}.txt")) for kind in ("vnfd", "nsd")}


def load(kind: str, data: dict[str, Any], skip_unknown: bool) -> dict[str, Any]:
    """What the model keeps of a ``vnfd`` or ``nsd`` document, with its leaves in their types.

    Raises ``AttributeError``, ``KeyError``, ``ValueError`` or ``TypeError`` with the loader's text for a misfit.
    """
    if kind == "nsd":
        data["id"]
    return _container(MODELS[kind], data, skip_unknown)


def _container(node: Node, data: dict[str, Any], skip: bool) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for full_key, value in data.items():
        if "@" in str(full_key):
            continue
        key = str(full_key).rsplit(":", maxsplit=1)[-1]
        child = node.children.get(key)
        if child is None:
            _unknown(key, value, skip)
        elif isinstance(value, dict):
            # a list or a leaf has no children of its own: every key in it is unknown
            holder = child if child.kind == "container" else Node(key, "container")
            loaded = _container(holder, value, skip)
            if loaded:
                out[key] = loaded
        elif child.kind == "list":
            if isinstance(value, list):
                items = _list(child, value, skip)
                if items:
                    out[key] = items
        elif child.kind == "container":
            if value is not None and value != []:
                raise _type_error(child, "container")
        elif value is not None and value != []:
            out[key] = _leaf(child, value)
    return out


def _unknown(key: str, value: Any, skip: bool) -> None:
    if isinstance(value, list):
        if value:  # even a tolerant load stops here
            raise AttributeError("List specified that did not exist")
    elif not skip:
        if isinstance(value, dict):
            raise AttributeError(f"Invalid attribute specified ({key})")
        raise AttributeError(f"JSON object contained a key that did not exist ({key})")


def _list(node: Node, items: list[Any], skip: bool) -> list[dict[str, Any]]:
    loaded: dict[tuple[str, ...], dict[str, Any]] = {}
    for item in items:
        if len(node.keys) == 1:
            if item[node.keys[0]] is None:
                raise KeyError("a list with a key value must have a key specified")
            hash(item[node.keys[0]])  # a key that cannot be one fails here, with Python's own words
        identity = tuple(str(item[key]) for key in node.keys)
        loaded.setdefault(identity, {}).update(_container(node, item, skip))
    return list(loaded.values())


def _leaf(node: Node, value: Any) -> Any:
    if not node.many:
        return _scalar(node, value)
    values = value if isinstance(value, list) else [value]
    if node.type in ("string", "ref") and not all(isinstance(v, str) for v in values):
        raise _type_error(node, "leafref" if node.type == "ref" else "string")
    unique = dict.fromkeys(_scalar(node, v) for v in values)
    return list(unique)


def _scalar(node: Node, value: Any) -> Any:
    base, _unused, limits = node.type.partition("~")
    if base in ("string", "ref"):
        return str(value)
    if base == "boolean":
        if isinstance(value, bool):
            return value
        if value in ("true", "True", "1", 1):
            return True
        if value in ("false", "False", "0", 0):
            return False
        raise _type_error(node, "boolean")
    if base == "decimal64":
        number = Decimal(str(value))
        if limits and not _within(number, limits):
            raise _type_error(node, base)
        return value if isinstance(value, str) else format(number.normalize(), "f")
    if base in _LIMITS:
        return _integer(node, base, limits, value)
    if base == "ip":
        try:
            ipaddress.ip_address(str(value).partition("%")[0])
        except ValueError:
            raise _type_error(node, "inet:ip-address") from None
        return str(value)
    return _choice(node, base, value)


def _integer(node: Node, base: str, limits: str, value: Any) -> Any:
    try:
        number = int(value)
    except (TypeError, ValueError):
        if not limits or not isinstance(value, str):
            raise _type_error(node, base) from None
        number = 0  # the loader's doubly restricted integers take any text, as 0
        return number
    if not 0 <= number < _LIMITS[base] or (limits and not _within(Decimal(number), limits)):
        raise _type_error(node, base)
    # RFC 7951 writes 64-bit numbers as text
    return str(number) if base == "uint64" else number


def _within(number: Decimal, limits: str) -> bool:
    low, _unused, high = limits.partition("..")
    return (low == "min" or number >= Decimal(low)) and (high == "max" or number <= Decimal(high))


def _choice(node: Node, base: str, value: Any) -> str:
    if base.startswith("identity:"):
        wanted = str(value).rpartition(":")[2]
        allowed, kind = _IDENTITIES[base[9:]].split(), "identityref"
    elif base == "lcm-event":
        wanted, kind = str(value), "enumeration"
        allowed = [f"{edge}-{e}" for e in [*_EVENTS.split(), "vnfinfo-modification"] for edge in ("start", "end")]
    else:
        wanted, kind = str(value), "enumeration"
        allowed = base[5:-1].split("|")
    if wanted not in allowed:
        raise _type_error(node, f"etsi-nfv-vnfd:{kind}")
    return f"etsi-nfv-descriptors:{wanted}" if base.startswith("identity:") and not node.many else wanted


def _type_error(node: Node, kind: str) -> ValueError:
    name = node.name.replace("-", "_")
    return ValueError(
        {
            "error-string": f"{name} must be of a type compatible with {kind.replace('etsi-nfv-vnfd:', '')}",
            "defined-type": kind,
            "generated-type": f'YANGDynClass(yang_name="{node.name}", yang_type={kind.rpartition(":")[2]!r})',
        }
    )


def put_types(data: Any, loaded: Any) -> Any:
    """Give the leaves of ``data`` the values the model made of them; keys the model dropped stay as they are."""
    if isinstance(data, list):
        return [put_types(item, loaded[index]) for index, item in enumerate(data)]
    if isinstance(data, dict):
        for key in data:
            if key in loaded:
                nested = isinstance(data[key], dict | list)
                data[key] = put_types(data[key], loaded[key]) if nested else loaded[key]
        return data
    return loaded if isinstance(loaded, str | int) else data
