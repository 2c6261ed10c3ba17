# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which order packages go up: what is named by another one first. Deletion is the same backwards."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from .build import Package
from .errors import PackageError

#: what the descriptor of a kind of package is called, in the order of uploads
NAMES = {"vnf": "VNFD", "ns": "NSD", "nst": "slice template"}


def references(package: Package) -> list[tuple[str, str]]:
    """What a package's descriptor names in other packages: (kind, id), each once, as written."""
    descriptor = package.descriptor
    found: list[tuple[str, str]] = []
    if package.kind == "ns":
        found += [("vnf", name) for name in _names(descriptor.get("vnfd-id"))]
        found += [("ns", name) for name in _names(descriptor.get("nested-nsd-id"))]
        # the form before SOL006, which OSM refuses anyway: then for that reason, and not for its order
        found += [("vnf", name) for name in _inner(descriptor, "constituent-vnfd", "vnfd-id-ref")]
    elif package.kind == "nst":
        found += [("ns", name) for name in _inner(descriptor, "netslice-subnet", "nsd-ref")]
    return list(dict.fromkeys(found))


def _names(value: Any) -> Iterator[str]:
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, (str, int, float)) and not isinstance(entry, bool):
            yield str(entry)


def _inner(descriptor: Mapping[str, Any], key: str, name: str) -> Iterator[str]:
    listed = descriptor.get(key)
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, Mapping):
            yield from _names(entry.get(name))


def upload_order(
    packages: Sequence[Package], known_vnfds: Collection[str] = (), known_nsds: Collection[str] = ()
) -> list[Package]:
    """The packages in an order in which each one's references are there before it.

    The order depends on kinds and ids alone, not on the order they are given in.

    :param known_vnfds: ids of VNFDs that OSM has already; ``known_nsds`` of NSDs.
    :raises PackageError: two packages with one id (names both paths), a reference to nothing (names both), a circle.
    """
    by_key = _by_key(packages)
    there = {("vnf", str(name)) for name in known_vnfds} | {("ns", str(name)) for name in known_nsds}
    ordered: list[Package] = []
    done: set[tuple[str, str]] = set()
    for kind in NAMES:
        for key in sorted(key for key in by_key if key[0] == kind):
            _visit(key, by_key, there, ordered, done, [])
    return ordered


def delete_order(packages: Sequence[Package]) -> list[Package]:
    """The packages in an order in which nothing is deleted that another one still refers to.

    References to packages that are not among them do not matter here.
    """
    everything = {reference for package in packages for reference in references(package)}
    known = [{name for kind_, name in everything if kind_ == kind} for kind in ("vnf", "ns")]
    return list(reversed(upload_order(packages, *known)))


def _by_key(packages: Sequence[Package]) -> dict[tuple[str, str], Package]:
    found: dict[tuple[str, str], Package] = {}
    for package in packages:
        other = found.setdefault((package.kind, package.id), package)
        if other is not package:
            raise PackageError(
                f"{_called(other)} and {_called(package)} have the same id, and OSM keeps each id once.",
                "Leave one of them out, or give it an id of its own.",
                where="id",
            )
    return found


def _visit(
    key: tuple[str, str],
    by_key: Mapping[tuple[str, str], Package],
    there: Collection[tuple[str, str]],
    ordered: list[Package],
    done: set[tuple[str, str]],
    above: list[tuple[str, str]],
) -> None:
    if key in done:
        return
    package = by_key[key]
    if key in above:
        circle = " -> ".join(name for _kind, name in [*above[above.index(key) :], key])
        raise PackageError(f"NSDs refer to one another in a circle: {circle}.", "Remove one of the references.")
    for reference in references(package):
        if reference in by_key:
            _visit(reference, by_key, there, ordered, done, [*above, key])
        elif reference not in there:
            kind, name = reference
            raise PackageError(
                f"{_called(package)} names the {NAMES[kind]} {name!r}, and no package has it.",
                f"Add the package of {name}, or correct the reference. {_candidates(kind, by_key, there)}",
                where=f"{package.descriptor_file}: {name}",
            )
    done.add(key)
    ordered.append(package)


def _called(package: Package) -> str:
    return f"{NAMES[package.kind]} {package.id!r}" + (f" ({package.path})" if package.path else "")


def _candidates(kind: str, by_key: Collection[tuple[str, str]], there: Collection[tuple[str, str]]) -> str:
    names = sorted({name for kind_, name in [*by_key, *there] if kind_ == kind})
    return f"There are: {', '.join(names) or 'none'}."
