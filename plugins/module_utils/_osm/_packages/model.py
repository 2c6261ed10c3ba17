# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys and types of a descriptor, checked as the NBI's bindings (pyangbind) check them, quirks included.

Observed on bindings made from ETSI SOL006 2.6.1 with OSM's additions:

* the first fault in the order of the descriptor's own keys is the one that the NBI names;
* ``-``, ``_`` and ``.`` in a key are the same, a prefix before ``:`` is dropped, keys with ``@`` are not looked at;
* null is no value, and an empty list is not looked at, not even under an unknown key;
* a text takes anything, a whole number takes fractions and cuts them.

For a wrong value the NBI's text goes on with the Python that its bindings consist of; that part is left out here.
"""

from __future__ import annotations

import datetime
import functools
import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from .keys_nsd import NSD
from .keys_vnfd import VNFD

#: type as the NBI names it, values
ENUMS: dict[str, tuple[str, str]] = {
    "address": ("identityref", "mac-address ip-address"),
    "affinity": ("affinity-type", "affinity anti-affinity"),
    "alarm-compare": ("relational-operation-type", "GE LE GT LT EQ NE"),
    "algorithm": ("identityref", "sha-224 sha-256 sha-384 sha-512"),
    "and-or": ("common:scaling-criteria-operation", "AND OR"),
    "availability": ("enumeration", "level-1 level-2 level-3"),
    "blacklist": ("enumeration", "upgrade rollback"),
    "bus": ("enumeration", "ide usb virtio scsi"),
    "cloud": ("enumeration", "lxd k8s"),
    "cni": ("enumeration", "calico flannel multus"),
    "compare": ("common:relational-operation-type", "GE LE GT LT EQ NE"),
    "container": ("enumeration", "aki ami ari bare docker ova ovf"),
    "data-type": ("common:parameter-data-type", "STRING INTEGER BOOLEAN"),
    "direction": ("enumeration", "ingress egress"),
    "disk": ("enumeration", "aki ami ari iso qcow2 raw vdi vhd vhdx vmdk"),
    "flow-pattern": ("flow-pattern", "line tree mesh"),
    "healing": ("recovery-type", "manual automatic"),
    "helm-version": ("enumeration", "v2 v3"),
    "interface": ("enumeration", "vnf-configuration vnf-indicator"),
    "ip-version": ("enumeration", "ipv4 ipv6"),
    "ipv6-mode": ("enumeration", "slaac dhcpv6-stateful dhcpv6-stateless"),
    "layer": ("identityref", "ethernet mpls odu2 ipv4 ipv6 pseudo-wire"),
    "lcm": (
        "identityref",
        "instantiate-vnf scale-vnf scale-vnf-to-level change-vnf-flavour terminate-vnf query-vnf heal-vnf operate-vnf"
        " modify-vnf-information",
    ),
    "mem-policy": ("enumeration", "STRICT PREFERRED"),
    "network": ("enumeration", "flat vlan vxlan gre"),
    "nic": ("enumeration", "PARAVIRT OM-MGMT PCI-PASSTHROUGH SR-IOV VIRTIO E1000 RTL8139 PCNET"),
    "page": ("enumeration", "LARGE SMALL SIZE_2MB SIZE_1GB PREFER_LARGE"),
    "policy": ("enumeration", "static dynamic"),
    "port-security": ("enumeration", "full allow-address-pairs"),
    "protocol": ("enumeration", "tcp udp icmp"),
    "recovery": ("recovery-actions", "REDEPLOY_ONLY REBOOT REBOOT_THEN_REDEPLOY"),
    "role": ("identityref", "root leaf"),
    "scaling": ("common:scaling-policy-type", "manual automatic"),
    "scope": ("affinity-scope", "nfvi-node zone-group zone nfvi-pop"),
    "script-event": (
        "internal-lifecycle-management-script-event",
        "start-instantiation end-instantiation start-scaling end-scaling start-healing end-healing start-termination"
        " end-termination start-vnf-flavour-change end-vnf-flavour-change start-vnf-operation-change"
        " end-vnf-operation-change start-vnf-ext-conn-change end-vnf-ext-conn-change start-vnfinfo-modification"
        " end-vnfinfo-modification",
    ),
    "script-type": ("enumeration", "rift"),
    "severity": ("alarm-severity-type", "LOW MODERATE CRITICAL"),
    "source": ("enumeration", "vnf em both"),
    "statistic": ("alarm-statistic-type", "AVERAGE MINIMUM MAXIMUM COUNT SUM"),
    "storage": ("identityref", "root-storage swap-storage ephemeral-storage persistent-storage"),
    "test-access": ("enumeration", "none passive-monitoring active"),
    "thread-policy": ("enumeration", "REQUIRE ISOLATE PREFER"),
    "trigger": ("common:scaling-trigger", "pre-scale-in post-scale-in pre-scale-out post-scale-out"),
}
PREFIXES = ("", "nfv:", "descriptors:", "vnf:", "persistent-storage:")
#: bits of a whole number, and the type as the NBI names it
WHOLE = {"u8": (8, "uint8"), "u16": (16, "uint16"), "u32": (32, "uint32"), "u64": (64, "uint64")}
WHOLE["ticks"] = (32, "yang:timeticks")
OTHER = {"bool": "boolean", "dec": "decimal64", "ip": "inet:ip-address", "ref": "leafref", "str": "string"}


@dataclass(frozen=True)
class Leaf:
    """A value: ``many`` for a list of values, ``type`` one of the words of the tables, ``bound`` a further limit."""

    name: str
    type: str
    many: bool
    bound: str = ""

    @property
    def called(self) -> str:
        """The type as the NBI names it."""
        if self.type.startswith("@"):
            return ENUMS[self.type[1:]][0]
        return WHOLE[self.type][1] if self.type in WHOLE else OTHER[self.type]

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of an enumeration; empty for other types."""
        return tuple(ENUMS[self.type[1:]][1].split()) if self.type.startswith("@") else ()


@dataclass
class Node:
    """A container (``keys`` None) or a list with its keys (empty: entries have none)."""

    name: str
    keys: tuple[str, ...] | None = None
    children: dict[str, Node | Leaf] = field(default_factory=dict)

    def child(self, key: str) -> Node | Leaf | None:
        """What a key of a descriptor stands for; None for an unknown one."""
        return self.children.get(_safe(str(key).rsplit(":", maxsplit=1)[-1]))


@dataclass(frozen=True)
class Fault:
    """``where`` in the descriptor; ``text`` what the NBI says after "Error in pyangbind validation: ".

    The text of what is not ``fatal`` is what the NBI says when one of its checks stumbles over it.
    """

    where: str
    text: str
    remedy: str
    fatal: bool = True


def _safe(key: str) -> str:
    return key.replace("-", "_").replace(".", "_")


@functools.cache
def model(kind: str) -> Node:
    """The tree of keys of a ``vnf`` or ``ns`` descriptor.

    A line of a table is the path of a container (``a/b``) or a list (``a/b[key]``) and its leaves: ``name`` is a text,
    ``name*`` a list of texts, ``name:u16`` a number of 16 bits, ``name:@layer`` one of ENUMS.
    """
    root = Node("")
    table = VNFD if kind == "vnf" else NSD
    for line in table.replace("\n  ", " ").strip().splitlines():
        path, *words = line.split()
        node = root
        if path != ".":
            path, bracket, keys = path.partition("[")
            *above, name = path.split("/")
            for step in above:
                inner = node.children[_safe(step)]
                if isinstance(inner, Node):
                    node = inner
            listed = tuple(k for k in keys.rstrip("]").split(",") if k) if bracket else None
            node.children[_safe(name)] = node = Node(name, listed)
        for word in words:
            name, _colon, kind_ = word.partition(":")
            bound = next((kind_[kind_.index(c) :] for c in "<>" if c in kind_), "")
            leaf = Leaf(name.rstrip("*"), kind_.removesuffix(bound) or "str", name.endswith("*"), bound)
            node.children[_safe(leaf.name)] = leaf
    return root


def faults(kind: str, descriptor: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults in keys and types, in the NBI's order; those that are not ``fatal`` it takes, cutting or dropping."""
    if kind == "ns":
        # an NSD is an entry of a list, so its id is looked at first
        if "id" not in descriptor:
            yield Fault("", "'id'", "The descriptor needs an id.")
            return
        yield from _key(descriptor["id"], Leaf("id", "str", False), "id", 1)
        descriptor = {k: v for k, v in descriptor.items() if k != "id"}
    yield from _walk(descriptor, model(kind), "")


def _walk(value: Mapping[Any, Any], node: Node, path: str) -> Iterator[Fault]:
    for key, inner in value.items():
        where = f"{path}.{key}" if path else str(key)
        if not isinstance(key, str):
            text = f"argument of type '{type(key).__name__}' is not iterable"
            yield Fault(where, text, "Keys are text: put it in quotes, or correct the indentation.")
            continue
        if "@" in key:
            continue
        short = key.split(":")[-1]
        child = node.child(short)
        if isinstance(inner, list) and not inner:
            if child is None:
                yield _unknown(where, short, node, "", fatal=False)
            continue
        if child is None:
            if isinstance(inner, dict):
                text = f"Invalid attribute specified ({short})"
            elif isinstance(inner, list):
                text = "List specified that did not exist"
            else:
                text = f"JSON object contained a key that did not exist ({short})"
            yield _unknown(where, short, node, text)
        elif isinstance(child, Leaf):
            yield from _leaf(inner, child, where, node)
        else:
            yield from _inside(inner, child, where)


def _unknown(where: str, key: str, node: Node, text: str, fatal: bool = True) -> Fault:
    import difflib

    known = [child.name for child in node.children.values()]
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        return Fault(where, text, f"There is no such key; is {close[0]} meant?", fatal)
    shown = ", ".join(sorted(known)) if known else "none"
    return Fault(where, text, f"There is no such key here. Known: {shown}.", fatal)


def _inside(value: Any, node: Node, where: str) -> Iterator[Fault]:
    """A value where the model has a container or a list."""
    if isinstance(value, dict):
        if node.keys is None:
            yield from _walk(value, node, where)
        else:
            yield from _walk(value, Node(node.name), where)
            if not value:
                yield Fault(where, "", "OSM drops this: it must be a list.", fatal=False)
    elif node.keys is None:
        if value is not None:
            yield Fault(where, _incompatible(node.name, "container"), "It must be a mapping of keys to values.")
    elif not isinstance(value, list):
        if value is not None:
            kind = type(value).__name__
            text = f"'{kind}' object " + ("has no attribute 'get'" if kind == "str" else "is not iterable")
            yield Fault(where, text if value != "" else "", "OSM drops this: it must be a list.", fatal=False)
    else:
        for number, entry in enumerate(value):
            yield from _entry(entry, node, where, number)


def _entry(entry: Any, node: Node, where: str, number: int) -> Iterator[Fault]:
    keys = node.keys or ()
    place = f"{where}[{number}]"
    if not isinstance(entry, dict):
        kind = type(entry).__name__
        text = f"'{kind}' object is not subscriptable"
        if isinstance(entry, str):
            text = "string indices must be integers"
        elif isinstance(entry, list):
            text = "list indices must be integers or slices, not str"
        yield Fault(place, text, f"An entry must be a mapping with {', '.join(keys) or 'keys'}.")
        return
    for key in keys:
        if key not in entry:
            yield Fault(place, f"'{key}'", f"Each entry of {node.name} needs {key}.")
            return
    shown = [str(entry[key]) for key in keys]
    if shown and not any(isinstance(entry[key], (dict, list)) or entry[key] in (None, "") for key in keys):
        place = f"{where}[{','.join(shown)}]"
    for key in keys:
        yield from _key(entry[key], node.children[_safe(key)], f"{place}.{key}", len(keys))
    # keys are settled; only a mapping given to one of several is looked into
    rest = {k: v for k, v in entry.items() if k not in keys or (isinstance(v, dict) and len(keys) > 1)}
    yield from _walk(rest, node, place)


def _key(value: Any, leaf: Node | Leaf, where: str, count: int) -> Iterator[Fault]:
    """The value of a list's key; the bindings check it before anything else of the entry."""
    if isinstance(leaf, Node):
        return
    if isinstance(value, (dict, list)) and count == 1:
        yield Fault(where, f"unhashable type: '{type(value).__name__}'", "It must be a text.")
    elif value is None and count == 1:
        yield Fault(where, "'a list with a key value must have a key specified'", "Give it a value.")
    elif value == "" and count == 1:
        yield Fault(where, "'Cannot set a null key for a list entry!'", "Give it a value.")
    elif not _fits(value, leaf):
        text = f"key value must be valid, {_incompatible(leaf.name, leaf.called)}"
        yield Fault(where, text, _remedy(leaf))


def _leaf(value: Any, leaf: Leaf, where: str, node: Node) -> Iterator[Fault]:
    if isinstance(value, dict):
        if value:
            yield from _walk(value, Node(leaf.name), where)
        else:
            yield Fault(where, "", f"OSM drops this: it must be {_article(leaf)}.", fatal=False)
        return
    if value is None:
        return
    if leaf.called == "identityref" and not isinstance(value, (str, list)):
        text = f"argument of type '{type(value).__name__}' is not iterable"
        yield Fault(where, text, _remedy(leaf))
        return
    given = value
    if leaf.called == "identityref" and isinstance(value, str) and ":" in value:
        given = value.split(":", 1)[1]
    values = given if leaf.many and isinstance(given, list) else [given]
    if not all(_fits(v, leaf, member=isinstance(value, list)) for v in values):
        if leaf.type == "dec" and not leaf.bound and not isinstance(value, list):
            yield Fault(where, "[<class 'decimal.ConversionSyntax'>]", _remedy(leaf))
        else:
            yield Fault(where, _incompatible(leaf.name, leaf.called), _remedy(leaf))
        return
    if not leaf.many and isinstance(value, list):
        yield Fault(where, "", f"OSM takes this, but it should be {_article(leaf)}, not a list.", fatal=False)
    elif leaf.type in WHOLE and not leaf.many and not _whole(value):
        yield Fault(where, "", "OSM takes this, but it should be a whole number.", fatal=False)


def _whole(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and value.strip().isdigit()
    )


def _fits(value: Any, leaf: Leaf, member: bool = False) -> bool:
    """Whether the bindings take a value; ``member`` when it is one of a list of values."""
    if leaf.choices:
        prefixes = PREFIXES if leaf.called == "identityref" else ("",)
        return isinstance(value, str) and any(value == p + c for p in prefixes for c in leaf.choices)
    if leaf.type in ("str", "ref"):
        return isinstance(value, str) or not leaf.many
    if leaf.type == "bool":
        return (
            value in (0, 1)
            if isinstance(value, (int, float))
            else value in ("0", "1", "true", "false", "True", "False")
        )
    if leaf.type == "ip":
        return isinstance(value, str) and _address(value)
    return _decimal(value, leaf) if leaf.type == "dec" else _number(value, leaf)


def _address(value: str) -> bool:
    try:
        ipaddress.ip_address(value.partition("%")[0])
    except ValueError:
        return False
    return True


def _decimal(value: Any, leaf: Leaf) -> bool:
    if isinstance(value, list):
        return False
    if isinstance(value, (datetime.date, bool)):
        return leaf.bound != "<=1" or isinstance(value, bool)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return False
    if leaf.bound == "<=1":
        return 0 <= number <= 1
    return number >= 0 or not leaf.bound


def _number(value: Any, leaf: Leaf) -> bool:
    bits, _name = WHOLE[leaf.type]
    if isinstance(value, (list, datetime.date)):
        return True
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        # where a number has a limit of its own, some versions of the bindings let words pass; nobody means them
        return False
    return (1 if leaf.bound == ">0" else 0) <= number < 1 << bits


def _incompatible(name: str, called: str) -> str:
    return f"{_safe(name)} must be of a type compatible with {called}"


def _article(leaf: Leaf) -> str:
    if leaf.choices:
        return f"one of {', '.join(leaf.choices)}"
    words = {"bool": "true or false", "dec": "a number", "ip": "an IP address", "str": "a text", "ref": "a text"}
    return words.get(leaf.type, f"a whole number of {WHOLE.get(leaf.type, (32, ''))[0]} bits")


def _remedy(leaf: Leaf) -> str:
    if leaf.many:
        return f"Each value must be {_article(leaf)}" + (", in quotes." if leaf.type in ("str", "ref") else ".")
    return f"It must be {_article(leaf)}."
