# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a descriptor fits the SOL006 model, with the NBI's words for what does not.

The real NBI loads descriptors into classes generated from YANG and reports the loader's exceptions. The model's keys
are in ``sol006_vnfd.txt``, ``sol006_nsd.txt`` and ``sol006_nst.txt``; this module loads a document by the same rules:
unknown keys, keys of lists and types of leaves are checked, mandatory leaves are not (the loader does not look).
"""

from __future__ import annotations

import datetime
import ipaddress
import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
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
_MAC = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")
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
            parent.children[name] = Node(name, "leaf", type=kind.removesuffix("*"), many=kind.endswith("*"))


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


MODELS = {kind: _read(Path(__file__).with_name(f"sol006_{kind}.txt")) for kind in ("vnfd", "nsd", "nst")}


def load(kind: str, data: dict[str, Any], skip_unknown: bool) -> dict[str, Any]:
    """What the model keeps of a ``vnfd``, ``nsd`` or ``nst`` document, with its leaves in their types.

    Raises ``AttributeError``, ``KeyError``, ``ValueError`` or ``TypeError`` with the loader's text for a misfit.
    """
    if kind == "vnfd":
        return _container(MODELS[kind], data, skip_unknown)
    # the other two are entries of a list, with all that is asked of an entry's key
    entry = Node(kind, "list", ["id"], children=MODELS[kind].children)
    return _list(entry, [data], skip_unknown)[0]


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
        elif value == []:
            continue
        elif child.kind == "container":
            if value is not None:
                raise _type_error(child, "container")
        elif child.type.startswith("identity:") and not isinstance(value, str | list):
            # the loader looks for the colon of a prefix before it looks at anything else
            raise TypeError(f"argument of type '{type(value).__name__}' is not iterable")
        elif value is not None:
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
        values = [item[key] for key in node.keys]
        if len(values) == 1:
            if values[0] is None:
                raise KeyError("a list with a key value must have a key specified")
            hash(values[0])  # a key that cannot be one fails here, with Python's own words
            if values[0] == "":
                raise KeyError("Cannot set a null key for a list entry!")
        for key, value in zip(node.keys, values, strict=True):
            _key(node.children[key], value)
        identity = tuple(str(item[key]) for key in node.keys)
        loaded.setdefault(identity, {}).update(_container(node, item, skip))
    return list(loaded.values())


def _key(node: Node, value: Any) -> None:
    try:
        _scalar(node, value)
    except (ValueError, TypeError) as problem:
        raise KeyError(f"key value must be valid, {problem}") from None


def _leaf(node: Node, value: Any) -> Any:
    if not node.many:
        return _scalar(node, value)
    values = value if isinstance(value, list) else [value]
    if node.type in ("string", "ref") and not all(isinstance(v, str) for v in values):
        raise _type_error(node, "leafref" if node.type == "ref" else "string")
    unique = dict.fromkeys(_scalar(node, v) for v in values)
    return list(unique)


def _split(node: Node) -> tuple[str, str, str]:
    """Base type, limits, and the name the loader gives the type (``uint16~1..max=inet:port-number``)."""
    base, _unused, called = node.type.partition("=")
    base, _unused, limits = base.partition("~")
    return base, limits, called or {"ip": "inet:ip-address", "ref": "leafref"}.get(base, base)


def _scalar(node: Node, value: Any) -> Any:
    base, limits, called = _split(node)
    if base in ("string", "ref"):
        if limits and not _within(Decimal(len(str(value))), limits):
            raise _type_error(node, called)
        return str(value)
    if base == "boolean":
        if isinstance(value, bool):
            return value
        if value in ("true", "True", "1", 1):
            return True
        if value in ("false", "False", "0", 0):
            return False
        raise _type_error(node, called)
    if base == "decimal64":
        return _decimal(node, limits, value)
    if base in _LIMITS:
        return _integer(node, base, limits, value)
    if base in ("ip", "prefix", "mac"):
        if not _address(base, value):
            raise _type_error(node, called)
        return str(value)
    return _choice(node, base, value, called)


def _address(base: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if base == "mac":
        return bool(_MAC.match(value))
    try:
        if base == "ip":
            ipaddress.ip_address(value.partition("%")[0])
        else:
            ipaddress.ip_interface(value)
    except ValueError:
        return False
    return base == "ip" or "/" in value


def _decimal(node: Node, limits: str, value: Any) -> str:
    number = Decimal(int(value)) if isinstance(value, bool) else None
    if number is None and not isinstance(value, list):
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            if not limits:
                raise
    if number is None or (limits and not _within(number, limits)):
        raise _type_error(node, "decimal64")
    return format(number.normalize(), "f")


def _integer(node: Node, base: str, limits: str, value: Any) -> Any:
    if isinstance(value, list | datetime.date) and not node.many:
        number = 0  # the loader does not look into these, and keeps nothing of them
    else:
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError):
            if not limits or not isinstance(value, str):
                raise _type_error(node, _split(node)[2]) from None
            number = 0  # the loader's doubly restricted integers take any text, as 0
        else:
            if not 0 <= number < _LIMITS[base] or (limits and not _within(Decimal(number), limits)):
                raise _type_error(node, _split(node)[2])
    # RFC 7951 writes 64-bit numbers as text
    return str(number) if base == "uint64" else number


def _within(number: Decimal, limits: str) -> bool:
    low, _unused, high = limits.partition("..")
    return (low == "min" or number >= Decimal(low)) and (high == "max" or number <= Decimal(high))


def _choice(node: Node, base: str, value: Any, called: str) -> str:
    if base.startswith("identity:"):
        wanted = str(value).rpartition(":")[2]
        allowed, called = _IDENTITIES[base[9:]].split(), "identityref"
    elif base == "lcm-event":
        wanted, called = str(value), "internal-lifecycle-management-script-event"
        allowed = [f"{edge}-{e}" for e in [*_EVENTS.split(), "vnfinfo-modification"] for edge in ("start", "end")]
    else:
        wanted, called = str(value), "enumeration" if called == base else called
        allowed = base[5:-1].split("|")
    if wanted not in allowed:
        raise _type_error(node, called)
    return f"etsi-nfv-descriptors:{wanted}" if base.startswith("identity:") and not node.many else wanted


def _type_error(node: Node, kind: str) -> ValueError:
    name = node.name.replace("-", "_")
    return ValueError(
        {
            "error-string": f"{name} must be of a type compatible with {kind}",
            "defined-type": f"etsi-nfv-vnfd:{kind}" if kind in ("enumeration", "identityref") else kind,
            "generated-type": f'YANGDynClass(yang_name="{node.name}", yang_type={kind.rpartition(":")[2]!r})',
        }
    )


def put_types(data: Any, loaded: Any) -> Any:
    """Give the leaves of ``data`` the values the model made of them; keys the model dropped stay as they are.

    So do the texts of a list, but each is looked for in what the model made of the list: it raises where that is less.
    """
    if isinstance(data, list):
        return [put_types(item, loaded[index]) for index, item in enumerate(data)]
    if isinstance(data, dict):
        for key in data:
            if key in loaded:
                nested = isinstance(data[key], dict | list)
                data[key] = put_types(data[key], loaded[key]) if nested else loaded[key]
        return data
    return data
