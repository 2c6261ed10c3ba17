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
from dataclasses import dataclass
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
CONTENT = {"vnf": "vnfpkgm/v1/vnf_packages", "ns": "nsd/v1/ns_descriptors", "nst": "nst/v1/netslice_templates"}
TEMPLATE: dict[str, Any] = {
    "id": "slice",
    "name": "slice",
    "SNSSAI-identifier": {"slice-service-type": "URLLC"},
    "quality-of-service": {"id": 1, "resource-type": "GBR", "priority-level": 2},
    "netslice-subnet": [
        {
            "id": "web",
            "is-shared-nss": False,
            "nsd-ref": "",
            "instantiation-parameters": {
                "vimAccountId": "madrid-1",
                "vld": [{"name": "mgmtnet", "ip-profile": {"ip-version": "ipv4", "subnet-address": "10.0.0.0/24"}}],
                "vnf": [
                    {
                        "member-vnf-index": "1",
                        "vdu": [{"id": "vm", "interface": [{"name": "eth0", "mac-address": "52:54:00:00:00:01"}]}],
                    }
                ],
            },
        }
    ],
    "netslice-connection-point": [{"name": "out", "floating-ip-required": True}],
    "netslice-vld": [
        {
            "id": "mgmt",
            "type": "ELAN",
            "root-bandwidth": 100,
            "nss-connection-point-ref": [{"nss-ref": "web", "nsd-connection-point-ref": "mgmtnet"}],
        }
    ],
    "netslicefgd": [{"id": "f", "classifier": [{"id": "c", "match-attributes": [{"id": "m", "source-port": 80}]}]}],
}
VALUES: list[Any] = ["x", "", 5, 0, -1, 1.5, True, None, [], {}, ["x"], [5], [{}], {"x": 1}, {"x": [1]}, "5", [None]]
#: mutations per sample; each is one change at one place
MUTATIONS = 60


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


@dataclass
class Known:
    """What the NBI has while packages are tried."""

    vnfds: dict[str, Any]
    nsds: set[str]


def predicted(package: Package, known: Known) -> tuple[int, str]:
    errors = [f for f in lint(package, known_vnfds=known.vnfds, known_nsds=known.nsds) if f.level == "error"]
    return (errors[0].status, errors[0].message) if errors else (201, "")


def same(ours: tuple[int, str], theirs: tuple[int, str]) -> bool:
    """Whether two answers agree; of a wrong type the NBI also tells the Python that its bindings consist of."""
    if ours[0] != theirs[0] or "must be of a type compatible with" not in ours[1]:
        # Python names the type of a wrong index since 3.11
        return ours == (theirs[0], theirs[1].replace("integers, not 'str'", "integers"))
    told = re.sub(r"\{?\\*'error-string\\*': \\*'|\\*', \\*'defined-type.*", "", theirs[1])
    return ours[1] == told.replace("validation: '", "validation: ")


def places(value: Any) -> list[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [spot for key, entry in inner for spot in [(value, key), *places(entry)]]


def mutated(document: Any, chance: random.Random) -> tuple[Any, str]:
    changed = copy.deepcopy(document)
    # not the envelope, and not the descriptor's id: without it there is no package to speak of
    inside = places(root(changed))
    spots = [(node, key) for node, key in inside if node is not root(changed)]
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
    if "nst" in document:
        return document["nst"][0]
    return document["vnfd"] if "vnfd" in document else document["nsd"]["nsd"][0]


@pytest.fixture
def known(lab: Any) -> Any:
    """The NBI with the samples in it."""
    nbi = Nbi(lab)
    packages = sorted(map(build, SAMPLES), key=lambda p: p.kind == "ns")
    identities = [(package.kind, nbi.upload(package).json()["id"]) for package in packages]
    vnfds = {package.id: package.descriptor for package in packages if package.kind == "vnf"}
    yield Known(vnfds, {package.id for package in packages if package.kind == "ns"})
    for kind, identity in reversed(identities):
        nbi.remove(kind, identity)


def source(tmp_path: Path, sample: Path | None) -> Path:
    """A sample's folder; None stands for a slice template around the sample NSD."""
    if sample is not None:
        return sample
    nsd = next(package.id for package in map(build, SAMPLES) if package.kind == "ns")
    template = copy.deepcopy(TEMPLATE)
    template["netslice-subnet"][0]["nsd-ref"] = nsd
    folder = tmp_path / "template"
    folder.mkdir()
    (folder / "slice_nstd.yaml").write_text(yaml.safe_dump({"nst": [template]}), encoding="utf-8")
    return folder


@pytest.mark.parametrize("sample", [*SAMPLES, None], ids=lambda p: p.name if p else "template")
def test_mutations_of_the_samples(tmp_path: Path, lab: Any, known: Known, sample: Path | None) -> None:
    origin = source(tmp_path, sample)
    nbi, original = Nbi(lab), build(origin)
    folder = tmp_path / original.folder / "mutant"
    folder.mkdir(parents=True)
    for name in original.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((origin / name).read_bytes())
    chance = random.Random(original.id)
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
        if not same(ours, theirs):
            differences.append(f"{what}: lint {ours}, NBI {theirs[0], theirs[1][:200]}")
    assert refused > MUTATIONS // 10
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("sample", [*SAMPLES, None], ids=lambda p: p.name if p else "template")
def test_the_samples_are_taken_once_what_they_need_is_there(tmp_path: Path, lab: Any, sample: Path | None) -> None:
    nbi, package = Nbi(lab), build(source(tmp_path, sample))
    theirs = nbi.answer(package)
    assert predicted(package, Known({}, set())) == theirs
    assert theirs[0] == (201 if package.kind == "vnf" else 409)


def test_what_the_kinds_need_is_asked_for_in_the_same_words(tmp_path: Path, lab: Any, known: Known) -> None:
    """A template is taken beside its NSD, and keeps it there."""
    nbi, package = Nbi(lab), build(source(tmp_path, None))
    reply = nbi.upload(package)
    assert (reply.status_code, predicted(package, known)) == (201, (201, ""))
    nsds = nbi.http.get(f"{nbi.base}{CONTENT['ns']}", timeout=30).json()
    kept = nbi.http.delete(f"{nbi.base}{CONTENT['ns']}/{nsds[0]['_id']}", timeout=30)
    assert kept.json()["detail"] == "There is at least one NetSlice Template referencing this descriptor"
    nbi.remove("nst", reply.json()["id"])
