# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys and types of a descriptor, checked as the NBI's bindings (pyangbind) check them, quirks included.

Observed on bindings made from ETSI SOL006 2.6.1 with OSM's additions:

* the first fault in the order of the descriptor's own keys is the one that the NBI names;
* ``-``, ``_`` and ``.`` in a key are the same, a prefix before ``:`` is dropped, keys with ``@`` are not looked at;
* null is no value, and an empty list is not looked at, not even under an unknown key;
* a text takes anything, a whole number takes fractions and cuts them, and keeps 0 of a list or a date;
* where a whole number has limits of its own, words pass, too, as 0.

For a wrong value the NBI's text goes on with the Python that its bindings consist of; that part is left out here.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .keys_nsd import NSD
from .keys_nst import NST
from .keys_vnfd import VNFD
from .leaves import WHOLE, Leaf, article, fits, incompatible, is_whole, is_word, remedy, safe

TABLES = {"vnf": VNFD, "ns": NSD, "nst": NST}


@dataclass
class Node:
    """A container (``keys`` None) or a list with its keys (empty: entries have none)."""

    name: str
    keys: tuple[str, ...] | None = None
    children: dict[str, Node | Leaf] = field(default_factory=dict)

    def child(self, key: str) -> Node | Leaf | None:
        """What a key of a descriptor stands for; None for an unknown one."""
        return self.children.get(safe(str(key).rsplit(":", maxsplit=1)[-1]))


@dataclass(frozen=True)
class Fault:
    """``where`` in the descriptor; ``text`` what the NBI says after "Error in pyangbind validation: ".

    The text of what is not ``fatal`` is what the NBI says when one of its checks stumbles over it.
    """

    where: str
    text: str
    remedy: str
    fatal: bool = True


@functools.cache
def model(kind: str) -> Node:
    """The tree of keys of a ``vnf``, ``ns`` or ``nst`` descriptor.

    A line of a table is the path of a container (``a/b``) or a list (``a/b[key]``) and its leaves: ``name`` is a text,
    ``name*`` a list of texts, ``name:u16`` a number of 16 bits, ``name:@layer`` one of ENUMS.
    """
    root = Node("")
    for line in TABLES[kind].replace("\n  ", " ").strip().splitlines():
        path, *words = line.split()
        node = root
        if path != ".":
            path, bracket, keys = path.partition("[")
            *above, name = path.split("/")
            for step in above:
                inner = node.children[safe(step)]
                if isinstance(inner, Node):
                    node = inner
            listed = tuple(k for k in keys.rstrip("]").split(",") if k) if bracket else None
            node.children[safe(name)] = node = Node(name, listed)
        for word in words:
            name, _colon, kind_ = word.partition(":")
            bound = next((kind_[kind_.index(c) :] for c in "<>" if c in kind_), "")
            leaf = Leaf(name.rstrip("*"), kind_.removesuffix(bound) or "str", name.endswith("*"), bound)
            node.children[safe(leaf.name)] = leaf
    return root


def faults(kind: str, descriptor: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults in keys and types, in the NBI's order; those that are not ``fatal`` it takes, cutting or dropping."""
    if kind in ("ns", "nst"):
        # these are entries of a list, so their id is looked at first
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
            yield Fault(where, incompatible(node.name, "container"), "It must be a mapping of keys to values.")
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
        yield from _key(entry[key], node.children[safe(key)], f"{place}.{key}", len(keys))
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
    elif not fits(value, leaf):
        text = f"key value must be valid, {incompatible(leaf.name, leaf.called)}"
        yield Fault(where, text, remedy(leaf))


def _leaf(value: Any, leaf: Leaf, where: str, node: Node) -> Iterator[Fault]:
    if isinstance(value, dict):
        if value:
            yield from _walk(value, Node(leaf.name), where)
        else:
            yield Fault(where, "", f"OSM drops this: it must be {article(leaf)}.", fatal=False)
        return
    if leaf.called == "identityref" and not isinstance(value, (str, list)):
        text = f"argument of type '{type(value).__name__}' is not iterable"
        yield Fault(where, text, remedy(leaf))
        return
    if value is None:
        return
    given = value
    if leaf.called == "identityref" and isinstance(value, str) and ":" in value:
        given = value.split(":", 1)[1]
    values = given if leaf.many and isinstance(given, list) else [given]
    if not all(fits(v, leaf, member=isinstance(value, list)) for v in values):
        if leaf.type == "dec" and not leaf.bound and not isinstance(value, list):
            yield Fault(where, "[<class 'decimal.ConversionSyntax'>]", remedy(leaf))
        else:
            yield Fault(where, incompatible(leaf.name, leaf.called), remedy(leaf))
        return
    if not leaf.many and isinstance(value, list):
        yield Fault(where, "", f"OSM takes this, but it should be {article(leaf)}, not a list.", fatal=False)
    elif leaf.type in WHOLE and not leaf.many and not is_whole(value):
        kept = "as 0" if is_word(value, leaf) else "cut"
        yield Fault(where, "", f"OSM takes this ({kept}), but it should be {article(leaf)}.", fatal=False)
