# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a package before its upload is what the simulated NBI says to it.

Both were written from observations of the real one, without sharing anything, so a difference is a mistake of one.
"""

from __future__ import annotations

import copy
import random
import re
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.build import Package, PackageError, build
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.lint import lint

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted(p for p in (ROOT / "inventories/simplex/.packages").iterdir() if p.is_dir())
LAB: dict[str, Any] = {"services": ["osm"], "osm": {"throttle": False, "password_rounds": 4}}
CONTENT = {"vnf": "vnfpkgm/v1/vnf_packages", "ns": "nsd/v1/ns_descriptors"}
VALUES: list[Any] = ["x", "", 5, 0, -1, 1.5, True, None, [], {}, ["x"], [5], [{}], {"x": 1}, {"x": [1]}, "5", [None]]
#: mutations per sample; each is one change at one place
MUTATIONS = 60
STUMBLED = re.compile(r"'\w+' object |(string|list) ind(ex|ices) |unhashable type")

#: where the real NBI (its own code, on bindings made from its model) is stricter or laxer than the simulated one
KNOWN = (
    "Cannot set a null key",  # an empty key of a list: refused
    "at 'kdu'",  # no list: refused
    "at 'num-virtual-cpu'",  # a list: taken
)


class Nbi:
    """Uploads packages and removes them again."""

    def __init__(self, lab: Any) -> None:
        self.base, self.http = lab.urls["osm"] + "/osm/", lab.session()
        self.http.headers["Accept"] = "application/json"
        reply = self.http.post(self.base + "admin/v1/tokens", json=lab.credentials["osm"], timeout=30)
        assert reply.ok, reply.text
        self.http.headers["Authorization"] = f"Bearer {reply.json()['id']}"

    def upload(self, package: Package) -> requests.Response:
        return self.http.post(
            f"{self.base}{CONTENT[package.kind]}_content",
            data=package.data,
            headers={"Content-Type": "application/gzip", "Content-File-MD5": package.md5},
            timeout=30,
        )

    def remove(self, kind: str, identity: str) -> None:
        assert self.http.delete(f"{self.base}{CONTENT[kind]}/{identity}", timeout=30).ok

    def answer(self, package: Package) -> tuple[int, str]:
        """Status and detail; what was taken is removed."""
        reply = self.upload(package)
        if reply.status_code == 201:
            self.remove(package.kind, reply.json()["id"])
            return 201, ""
        return reply.status_code, reply.json()["detail"]


def predicted(package: Package, known: dict[str, Any]) -> tuple[int, str]:
    errors = [f for f in lint(package, known_vnfds=known) if f.level == "error"]
    return (errors[0].status, errors[0].message) if errors else (201, "")


def same(ours: tuple[int, str], theirs: tuple[int, str]) -> bool:
    """Whether two answers agree; the NBI wraps its bindings' words into the Python they consist of."""
    if ours[0] == theirs[0] == 400 and STUMBLED.match(ours[1]) and STUMBLED.match(theirs[1]):
        # which of its checks comes to a wrong shape first is nothing that anybody needs to know
        return True
    start = "Error in pyangbind validation: "
    if ours[0] != theirs[0] or not ours[1].startswith(start):
        return ours == theirs
    text = ours[1].removeprefix(start).removeprefix("key value must be valid, ")
    # Python 3.11 names the type of the wrong index, 3.10 does not
    return theirs[1].startswith(start) and text in theirs[1].replace("\\", "")


def places(value: Any) -> list[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [spot for key, entry in inner for spot in [(value, key), *places(entry)]]


def mutated(document: Any, chance: random.Random) -> tuple[Any, str]:
    changed = copy.deepcopy(document)
    # not the envelope, and not the descriptor's id: without it there is no package to speak of
    spots = [(node, key) for node, key in places(changed)[1:] if not (node is root(changed) or key == "nsd")]
    spots += [(root(changed), key) for key in root(changed) if key != "id"]
    node, key = chance.choice(spots)
    kind = chance.choice(["value", "value", "key", "drop"])
    if kind == "drop":
        del node[key]
    elif kind == "key" and isinstance(node, dict):
        key, node["bogus"] = "bogus", copy.deepcopy(chance.choice(VALUES))
    else:
        node[key] = copy.deepcopy(chance.choice(VALUES))
    return changed, f"{kind} at {key!r}"


def root(document: Any) -> Any:
    return document["vnfd"] if "vnfd" in document else document["nsd"]["nsd"][0]


@pytest.fixture
def known(lab: Any) -> Any:
    """The VNFDs that the NBI has while NSDs are tried."""
    nbi = Nbi(lab)
    packages = [p for p in map(build, SAMPLES) if p.kind == "vnf"]
    identities = [nbi.upload(package).json()["id"] for package in packages]
    yield {package.id: package.descriptor for package in packages}
    for identity in identities:
        nbi.remove("vnf", identity)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_mutations_of_the_samples(tmp_path: Path, lab: Any, known: dict[str, Any], sample: Path) -> None:
    nbi, original = Nbi(lab), build(sample)
    folder = tmp_path / original.folder
    folder.mkdir()
    for name in original.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((sample / name).read_bytes())
    chance = random.Random(sample.name)
    base = copy.deepcopy(original.document)
    # another id: the sample itself is there already
    root(base)["id"] = "mutant"
    differences, refused = [], 0
    for _number in range(MUTATIONS):
        document, what = mutated(base, chance)
        (folder / original.descriptor_file).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
        try:
            package = build(folder)
        except PackageError:
            continue
        ours, theirs = predicted(package, known), nbi.answer(package)
        refused += theirs[0] != 201
        difference = f"{what}: lint {ours}, NBI {theirs[0], theirs[1][:200]}"
        if not same(ours, theirs) and not any(text in difference for text in KNOWN):
            differences.append(difference)
    assert refused > MUTATIONS // 10
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_the_samples_are_taken(lab: Any, sample: Path) -> None:
    nbi, package = Nbi(lab), build(sample)
    theirs = nbi.answer(package)
    assert predicted(package, {}) == theirs
    assert theirs[0] == (201 if package.kind == "vnf" else 409)
