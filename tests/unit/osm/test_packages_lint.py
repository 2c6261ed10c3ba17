# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OSM would say to a package: its words, its status, the first fault first, and the place in the descriptor.

The expected texts are those of the NBI (2026) and of the bindings that pyangbind makes from its model.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.build import Package, PackageError, build
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.lint import OLD, Finding, images, lint

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("EDGE_SHARED", ROOT.parent / "shared")) / "data"
SAMPLES = sorted(p for p in (ROOT / "inventories/simplex/.packages").iterdir() if p.is_dir())
PYANG = "Error in pyangbind validation: "

VDU: dict[str, Any] = {
    "id": "vm",
    "name": "vm",
    "sw-image-desc": "debian",
    "alternative-sw-image-desc": ["debian-aws"],
    "virtual-compute-desc": "small",
    "virtual-storage-desc": ["disk"],
    "monitoring-parameter": [{"id": "cpu", "name": "cpu"}],
    "int-cpd": [{"id": "eth0", "virtual-network-interface-requirement": [{"name": "eth0"}]}],
}
DAY12: dict[str, Any] = {
    "id": "probe",
    "config-primitive": [{"name": "grow", "execution-environment-ref": "ee"}],
    "execution-environment-list": [{"id": "ee", "juju": {"charm": "simple"}}],
}
DF: dict[str, Any] = {
    "id": "df",
    "vdu-profile": [{"id": "vm"}],
    "instantiation-level": [{"id": "one", "vdu-level": [{"vdu-id": "vm", "number-of-instances": 1}]}],
    "lcm-operations-configuration": {"operate-vnf-op-config": {"day1-2": [DAY12]}},
}
VNFD: dict[str, Any] = {
    "id": "probe",
    "product-name": "probe",
    "version": "1.0",
    "mgmt-cp": "mgmt",
    "ext-cpd": [{"id": "mgmt", "int-cpd": {"vdu-id": "vm", "cpd": "eth0"}}],
    "sw-image-desc": [
        {"id": "debian", "name": "debian-12", "image": "debian-12"},
        {"id": "debian-aws", "name": "debian-12-aws", "vim-type": "aws"},
    ],
    "virtual-compute-desc": [{"id": "small", "virtual-cpu": {"num-virtual-cpu": 1}, "virtual-memory": {"size": 1.0}}],
    "virtual-storage-desc": [{"id": "disk", "size-of-storage": 10}],
    "vdu": [VDU],
    "kdu": [{"name": "web", "helm-chart": "stable/web"}],
    "df": [DF],
}
NSD: dict[str, Any] = {
    "id": "service",
    "name": "service",
    "version": "1.0",
    "vnfd-id": ["probe"],
    "virtual-link-desc": [{"id": "mgmtnet", "mgmt-network": True}],
    "df": [
        {
            "id": "df",
            "vnf-profile": [
                {
                    "id": "p1",
                    "vnfd-id": "probe",
                    "virtual-link-connectivity": [
                        {
                            "virtual-link-profile-id": "mgmtnet",
                            "constituent-cpd-id": [
                                {"constituent-base-element-id": "p1", "constituent-cpd-id": "mgmt"}
                                | {"ip-address": ["10.0.0.1"]},
                            ],
                        }
                    ],
                }
            ],
        }
    ],
}
FILES = ("charms/simple/run", "cloud_init/web.cfg")
CONFIG = "df/0/lcm-operations-configuration/operate-vnf-op-config"
GONE = object()


def package(tmp_path: Path, document: Any, files: tuple[str, ...] = FILES, file: str = "x.yaml") -> Package:
    top = tmp_path / "pkg"
    shutil.rmtree(top, ignore_errors=True)
    for name in files:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text("x\n", encoding="utf-8")
    top.mkdir(exist_ok=True)
    (top / file).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return build(top)


def changed(sample: dict[str, Any], *changes: tuple[str, Any]) -> dict[str, Any]:
    """The sample with other values at paths whose steps are separated by ``/``; GONE removes."""
    document = copy.deepcopy(sample)
    for path, value in changes:
        node: Any = document
        *steps, last = [int(s) if s.isdigit() else s for s in path.split("/")]
        for step in steps:
            node = node[step]
        if value is GONE:
            del node[last]
        elif isinstance(node, list) and last == len(node):
            node.append(copy.deepcopy(value))
        else:
            node[last] = copy.deepcopy(value)
    return document


def vnf(tmp_path: Path, *changes: tuple[str, Any], files: tuple[str, ...] = FILES, **options: Any) -> list[Finding]:
    return lint(package(tmp_path, {"vnfd": changed(VNFD, *changes)}, files), **options)


def ns(tmp_path: Path, *changes: tuple[str, Any], **options: Any) -> list[Finding]:
    return lint(package(tmp_path, {"nsd": {"nsd": [changed(NSD, *changes)]}}), **options)


def test_the_samples_of_this_file_are_good(tmp_path: Path) -> None:
    assert vnf(tmp_path, known_repos=["stable"]) == []
    assert ns(tmp_path, known_vnfds={"probe": VNFD}) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_the_samples_of_the_inventory_are_good(sample: Path) -> None:
    known = {p.id: p.descriptor for p in map(build, SAMPLES) if p.kind == "vnf"}
    assert lint(build(sample), known_vnfds=known) == []


def verdicts() -> list[tuple[str, int, str]]:
    """Rows of the table of what a real NBI answered."""
    table = SHARED / "osm-packages/NBI-VERDICTS.md"
    if not table.exists():
        return []
    rows = re.findall(r"^\| `(.+?)` \| (\d+) \| (.+?) \|$", table.read_text(encoding="utf-8"), re.MULTILINE)
    return [(file, int(status), detail) for file, status, detail in rows]


@pytest.mark.shared
@pytest.mark.parametrize(("file", "status", "detail"), verdicts() or [("none", 0, "")])
def test_verdicts_of_the_real_nbi(tmp_path: Path, file: str, status: int, detail: str) -> None:
    if file == "none":
        pytest.skip(f"{SHARED} with the verdicts of a real NBI is not there (EDGE_SHARED)")
    path = SHARED / file
    if path.suffix != ".gz":
        # one descriptor at a time, with what lies beside it
        shutil.copytree(path.parent, tmp_path / "pkg")
        (tmp_path / "pkg").chmod(0o755)
        for other in (tmp_path / "pkg").glob("*.yaml"):
            if other.name != path.name:
                other.unlink()
        path = tmp_path / "pkg"
    built = build(path)
    findings = lint(built, known_vnfds={"hackfest_basic-vnf"})
    if built.kind == "nst":
        assert [f.level for f in findings] == ["warning"], "slice templates are not uploaded by this collection"
    elif status == 201:
        assert [f for f in findings if f.level == "error"] == []
    else:
        assert (findings[0].level, findings[0].status, findings[0].message) == ("error", status, detail)
        assert findings[0].remedy and findings[0].where


STRUCTURE: list[tuple[str, Any, str, str]] = [
    # path, value, the NBI's text, place
    ("bogus", 1, "JSON object contained a key that did not exist (bogus)", "bogus"),
    ("bogus", {"a": 1}, "Invalid attribute specified (bogus)", "bogus"),
    ("bogus", [1], "List specified that did not exist", "bogus"),
    ("vdu/0/bogus", None, "JSON object contained a key that did not exist (bogus)", "vdu[vm].bogus"),
    ("x:bogus", 1, "JSON object contained a key that did not exist (bogus)", "x:bogus"),
    ("vdu/0/id", GONE, "'id'", "vdu[0]"),
    ("vdu/0/int-cpd/0/virtual-network-interface-requirement/0/name", GONE, "'name'", "vdu[vm].int-cpd[eth0]"),
    ("vdu/0/id", ["vm"], "unhashable type: 'list'", "vdu[0].id"),
    ("vdu/0/id", None, "'a list with a key value must have a key specified'", "vdu[0].id"),
    ("vdu/0/id", "", "'Cannot set a null key for a list entry!'", "vdu[0].id"),
    ("vdu", {"id": "vm"}, "JSON object contained a key that did not exist (id)", "vdu.id"),
    ("vdu", [["vm"]], "list indices must be integers or slices, not str", "vdu[0]"),
    ("vdu", [None], "'NoneType' object is not subscriptable", "vdu[0]"),
    ("vdu/0/virtual-storage-desc", [1], "virtual_storage_desc must be of a type compatible with leafref", "vdu[vm]"),
    ("virtual-compute-desc/0/virtual-cpu", 4, "virtual_cpu must be of a type compatible with container", "virtual-c"),
    (
        "virtual-compute-desc/0/virtual-cpu/num-virtual-cpu",
        0,
        "num_virtual_cpu must be of a type compatible with uint16",
        "virtual-compute-desc[small].virtual-cpu.num-virtual-cpu",
    ),
    (
        "virtual-compute-desc/0/virtual-memory/size",
        "much",
        "size must be of a type compatible with decimal64",
        "virtual-compute-desc[small].virtual-memory.size",
    ),
    (
        "virtual-storage-desc/0/size-of-storage",
        "10GB",
        "size_of_storage must be of a type compatible with uint64",
        "virtual-storage-desc[disk].size-of-storage",
    ),
    (
        "vdu/0/int-cpd/0/trunk-mode",
        "yes",
        "trunk_mode must be of a type compatible with boolean",
        "vdu[vm].int-cpd[eth0]",
    ),
    (
        "ext-cpd/0/layer-protocol",
        ["ip"],
        "layer_protocol must be of a type compatible with identityref",
        "ext-cpd[mgmt]",
    ),
    ("ext-cpd/0/role", 5, "argument of type 'int' is not iterable", "ext-cpd[mgmt].role"),
    ("kdu/0/helm-version", "v4", "helm_version must be of a type compatible with enumeration", "kdu[web].helm-version"),
    ("df/0/instantiation-level/0/vdu-level/0/vdu-id", GONE, "'vdu-id'", "df[df].instantiation-level[one].vdu-level[0]"),
    (
        "df/0/instantiation-level/0/vdu-level/1",
        {"vdu-id": "vm"},
        "list index out of range",
        "df[0].instantiation-level",
    ),
    ("vdu/0/virtual-storage-desc", ["disk", "disk"], "list index out of range", "vdu[0].virtual-storage-desc"),
]


@pytest.mark.parametrize(("path", "value", "text", "where"), STRUCTURE)
def test_keys_and_types(tmp_path: Path, path: str, value: Any, text: str, where: str) -> None:
    first = vnf(tmp_path, (path, value))[0]
    assert (first.level, first.status, first.message) == ("error", 422, PYANG + text)
    assert first.where.startswith(where)
    assert first.remedy


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("etsi-nfv-vnfd:description", "prefixed"),
        ("product_name", "underscore"),
        ("description", None),
        ("vdu/0/int-cpd/0/trunk-mode", "true"),
        ("ext-cpd/0/layer-protocol", "vnf:ipv4"),
        ("virtual-compute-desc/0/virtual-memory/size", "1.5"),
        ("@note", {"x": 1}),
        ("_admin", {"x": 1}),
        ("onboardingState", "ONBOARDED"),
        ("bogus", None),
    ],
)
def test_what_the_nbi_takes(tmp_path: Path, path: str, value: Any) -> None:
    assert vnf(tmp_path, (path, value)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [("bogus", []), ("sw-image-desc", "debian"), ("virtual-compute-desc/0/virtual-cpu/num-virtual-cpu", 1.5)],
)
def test_what_the_nbi_takes_and_hardly_anybody_means(tmp_path: Path, path: str, value: Any) -> None:
    findings = vnf(tmp_path, (path, value))
    assert [(f.level, f.where.split("[")[0]) for f in findings] == [("warning", path.split("/")[0])]


def test_the_first_fault_is_the_first_in_the_document(tmp_path: Path) -> None:
    findings = vnf(tmp_path, ("df/0/zzz", 1), ("ext-cpd/0/aaa", 1), ("vdu/0/mmm", 1))
    assert [f.where for f in findings] == ["ext-cpd[mgmt].aaa", "vdu[vm].mmm", "df[df].zzz"]


def test_a_likely_key_is_proposed(tmp_path: Path) -> None:
    assert "cloud-init-file" in vnf(tmp_path, ("vdu/0/cloud-init-fiel", "web.cfg"))[0].remedy


def test_identifiers_come_before_keys(tmp_path: Path) -> None:
    first = vnf(tmp_path, ("vdu/1", VDU), ("bogus", 1))[0]
    assert (first.status, first.message) == (422, "Error: identifier id 'vm' is not unique and repeats at '.vdu[1]'")


ASPECT: dict[str, Any] = {"id": "grow", "aspect-delta-details": {"deltas": [{"id": "d", "vdu-delta": [{"id": "vm"}]}]}}
REFERENCES: list[tuple[list[tuple[str, Any]], int, str]] = [
    ([("mgmt-cp", GONE)], 422, "'mgmt-cp' is a mandatory field and it is not defined"),
    ([("mgmt-cp", "nope")], 422, "mgmt-cp='nope' must match an existing ext-cpd"),
    (
        [("vdu/0/cloud-init-file", "other.cfg")],
        400,
        "Cloud-init defined in vnf[id=probe]:vdu[id=vm] but not present in package",
    ),
    ([("df", GONE)], 400, "'df'"),
    ([(f"{CONFIG}/day1-2", GONE)], 400, "'day1-2'"),
    ([("ext-cpd/0/int-cpd/cpd", "eth9")], 422, "ext-cpd[id='mgmt']:int-cpd must match an existing vdu int-cpd"),
    (
        [("vdu/0/int-cpd/0/int-virtual-link-desc", "lan")],
        422,
        "vdu[id='vm']:int-cpd[id='eth0']:int-virtual-link-desc='lan' must match an existing int-virtual-link-desc",
    ),
    (
        [("df/0/virtual-link-profile", [{"id": "lan", "flavour": "f"}])],
        422,
        "df[id='df']:virtual-link-profile='lan' must match an existing int-virtual-link-desc",
    ),
    (
        [("df/0/monitoring-parameter", [{"id": "cpu", "name": "cpu"}])],
        422,
        "Duplicated monitoring-parameter id in df[id='df']:monitoring-parameter[id='cpu']",
    ),
    ([("df/0/scaling-aspect", [{"id": "grow"}])], 400, "'NoneType' object has no attribute 'get'"),
    (
        [
            ("df/0/scaling-aspect", [ASPECT]),
            ("df/0/scaling-aspect/0/aspect-delta-details/deltas/0/vdu-delta/0/id", "z"),
        ],
        422,
        "df[id='df']:scaling-aspect[id='grow']:aspect-delta-details[delta='d']: vdu-id='z' not defined in vdu",
    ),
    (
        [
            ("df/0/scaling-aspect", [ASPECT]),
            (
                "df/0/scaling-aspect/0/scaling-policy",
                [{"name": "p", "scaling-criteria": [{"name": "c", "vnf-monitoring-param-ref": "ram"}]}],
            ),
        ],
        422,
        "df[id='df']:scaling-aspect[id='grow']:scaling-policy[name='p']:scaling-criteria[name='c']: "
        "vnf-monitoring-param-ref='ram' not defined in any monitoring-param",
    ),
    (
        [
            ("df/0/scaling-aspect", [ASPECT]),
            (
                "df/0/scaling-aspect/0/scaling-config-action",
                [{"trigger": "post-scale-out", "vnf-config-primitive-name-ref": "shrink"}],
            ),
        ],
        422,
        "df[id='df']:scaling-aspect[id='grow']:scaling-config-action:vnf-config-primitive-name-ref='shrink' "
        "does not match any day1-2 configuration:config-primitive:name",
    ),
    (
        [
            ("df/0/lcm-operations-configuration", GONE),
            ("df/0/scaling-aspect", [ASPECT]),
            (
                "df/0/scaling-aspect/0/scaling-config-action",
                [{"trigger": "post-scale-out", "vnf-config-primitive-name-ref": "grow"}],
            ),
        ],
        422,
        "'day1-2 configuration' not defined in the descriptor but it is referenced by "
        "df[id='df']:scaling-aspect[id='grow']:scaling-config-action",
    ),
    (
        [("df/0/healing-aspect", [{"id": "h", "healing-policy": [{"event-name": "e", "vdu-id": "z"}]}])],
        422,
        "df[id='df']:healing-aspect[id='h']:healing-policy[name='e']: vdu-id='z' not defined in vdu",
    ),
    (
        [("vdu/0/alarm", [{"alarm-id": "a", "vnf-monitoring-param-ref": "ram"}])],
        422,
        "vdu[id='vm']:alarm[id='a']:vnf-monitoring-param-ref='ram' not defined in any monitoring-param",
    ),
    ([("vdu/0/virtual-storage-desc", GONE)], 400, "'NoneType' object is not iterable"),
    ([("vdu/0/virtual-storage-desc", ["tape"])], 422, "vdu[virtual-storage-desc='tape']not defined in vnfd"),
    ([("vdu/0/virtual-compute-desc", "huge")], 422, "vdu[virtual-compute-desc='huge']not defined in vnfd"),
]


@pytest.mark.parametrize(("changes", "status", "text"), REFERENCES)
def test_references_in_a_vnfd(tmp_path: Path, changes: list[tuple[str, Any]], status: int, text: str) -> None:
    first = vnf(tmp_path, *changes)[0]
    assert (first.level, first.status, first.message) == ("error", status, text)
    assert first.where and first.remedy


def test_charms_of_the_vnf_and_of_its_vdus(tmp_path: Path) -> None:
    text = "Charm defined in vnf[id=probe] but not present in package"
    for changes in ([], [(f"{CONFIG}/day1-2/0/id", "vm")]):
        findings = vnf(tmp_path, *changes, files=("cloud_init/web.cfg",))
        assert [(f.status, f.message) for f in findings] == [(400, text)]
        assert "simple" in findings[0].remedy
    assert vnf(tmp_path, files=("Scripts/charms/simple/run",)) == []


@pytest.mark.parametrize("file", ["cloud_init/web.cfg", "Scripts/cloud_init/web.cfg"])
def test_cloud_init_in_the_package(tmp_path: Path, file: str) -> None:
    assert vnf(tmp_path, ("vdu/0/cloud-init-file", "web.cfg"), files=("charms/a", file)) == []


@pytest.mark.parametrize(
    ("chart", "good"),
    [
        ("stable/openldap", True),
        ("openldap", True),
        ("ab/c", True),
        ("a/c", False),
        ("s/openldap", False),
        ("Stable/openldap", False),
        ("stable/openldap:1.2.7", False),
        ("stable/open_ldap", False),
        ("stable/-ldap", False),
        ("a-b", False),
        ("ab-c", True),
        ("stable/a/b", False),
        ("https://charts.example.com/web-1.0.tgz", True),
        ("oci://registry.example.com/charts/web", True),
        ("https:web", False),
        ("stable/" + "a" * 60 + ":1", False),
    ],
)
def test_helm_charts(tmp_path: Path, chart: str, good: bool) -> None:
    findings = vnf(tmp_path, ("kdu/0/helm-chart", chart))
    expected = [] if good else [("kdu[web].helm-chart", 422, f"helm-chart '{chart}' is not valid")]
    assert [(f.where, f.status, f.message) for f in findings] == expected


def test_an_unknown_repository_is_a_warning(tmp_path: Path) -> None:
    findings = vnf(tmp_path, known_repos=["other"])
    assert [(f.level, f.where, f.status) for f in findings] == [("warning", "kdu[web].helm-chart", 0)]
    assert vnf(tmp_path, ("kdu/0/helm-chart", "https://charts.example.com/web-1.tgz"), known_repos=[]) == []


PROFILE = "df/0/virtual-link-profile"
PROTOCOL = {"id": "l", "virtual-link-desc-id": "mgmtnet", "virtual-link-protocol-data": {"l3-protocol-data": {}}}
GRAPH: dict[str, Any] = {
    "id": "g",
    "vnf-profile-id": ["p1"],
    "nfp-position-element": [{"id": "e1"}],
    "nfpd": [
        {
            "id": "n",
            "position-desc-id": [
                {
                    "id": "d",
                    "nfp-position-element-id": ["e1"],
                    "match-attributes": [
                        {"id": "m", "source-ip-address": "10.0.0.1", "destination-ip-address": "10.0.0.9"}
                    ],
                }
            ],
        }
    ],
}
POSITION = "vnffgd/0/nfpd/0/position-desc-id/0"
NS_FAULTS: list[tuple[list[tuple[str, Any]], int, str]] = [
    ([("df", [])], 422, PYANG + "list index out of range"),
    ([("df", {"id": "x"})], 422, PYANG + "0"),
    ([("df", ["x"])], 422, PYANG + "'str' object has no attribute 'get'"),
    ([("df/0/id", GONE)], 422, PYANG + "'id'"),
    ([("bogus", 1)], 422, PYANG + "JSON object contained a key that did not exist (bogus)"),
    ([("vnfd-id", [7])], 422, PYANG + "vnfd_id must be of a type compatible with leafref"),
    (
        [(PROFILE, [PROTOCOL]), (f"{PROFILE}/0/virtual-link-protocol-data/l3-protocol-data/name", "x")],
        422,
        "Error at df[id='df']:virtual-link-profile[id='l']:virtual-link-protocol-data You cannot set a "
        "virtual-link-protocol-data when mgmt-network is True",
    ),
    (
        [("df/0/vnf-profile/0/vnfd-id", "other")],
        422,
        "Error at df[id='df']:vnf_profile[id='p1']:vnfd-id='other' does not match any vnfd-id",
    ),
    ([("vnfd-id", ["probe", "ghost"])], 409, "Descriptor error at 'vnfd-id'='ghost' references a non existing vnfd"),
    ([("df/0/vnf-profile/0/vnfd-id", GONE)], 400, "'vnfd-id'"),
    (
        [("df/0/vnf-profile/0/virtual-link-connectivity/0/constituent-cpd-id/0/constituent-cpd-id", "eth7")],
        422,
        "Error at df[id='df']:vnf-profile[id='p1']:virtual-link-connectivity[virtual-link-profile-id='mgmtnet']:"
        "constituent-cpd-id='eth7' references a non existing ext-cpd:id inside vnfd 'probe'",
    ),
    (
        [("vnffgd", [GRAPH])],
        422,
        "Error at vnffgd match-attributes:destination-ip-address='10.0.0.9' does not match any ip-address",
    ),
    (
        [("vnffgd", [GRAPH]), (f"{POSITION}/match-attributes/0/destination-ip-address", "10.0.0.1")],
        422,
        "Error at vnffgd match-attributes:source-ip-address and destination-ip-address should not match",
    ),
    (
        [("vnffgd", [GRAPH]), (f"{POSITION}/nfp-position-element-id", ["e2"])],
        422,
        "Error at vnffgd nfpd[id='n']:nfp-position-element-id='e2' does not match any nfp-position-element",
    ),
]


@pytest.mark.parametrize(("changes", "status", "text"), NS_FAULTS)
def test_faults_of_an_nsd(tmp_path: Path, changes: list[tuple[str, Any]], status: int, text: str) -> None:
    first = ns(tmp_path, *changes, known_vnfds={"probe": VNFD})[0]
    assert (first.level, first.status, first.message) == ("error", status, text)
    assert first.where and first.remedy


def test_references_are_left_alone_when_nothing_is_known(tmp_path: Path) -> None:
    assert ns(tmp_path) == []
    assert [f.status for f in ns(tmp_path, known_vnfds=[])] == [409]


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"vnfd:vnfd-catalog": {"vnfd": [VNFD]}}, OLD),
        ({"vnfd-catalog": {"vnfd": [VNFD]}}, OLD),
        ({"nsd:nsd-catalog": {"nsd": [NSD]}}, OLD),
    ],
)
def test_the_form_before_sol006(tmp_path: Path, document: dict[str, Any], text: str) -> None:
    assert [(f.status, f.message) for f in lint(package(tmp_path, document))] == [(422, text)]


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"vnfd": [VNFD]}, "'vnfd' must be dict"),
        ({"nsd": {"nsd": [NSD, NSD]}}, "'nsd' must be a list of only one element"),
        ({"nsd": [NSD]}, "'list' object has no attribute 'get'"),
    ],
)
def test_bad_envelopes(tmp_path: Path, document: dict[str, Any], text: str) -> None:
    """Building may refuse them already; the words and the status are the NBI's either way."""
    try:
        found = lint(package(tmp_path, document))[0]
    except PackageError as error:
        assert (error.status, error.message) == (400, text)
    else:
        assert (found.status, found.message) == (400, text)


def test_json_descriptors_fail_in_the_nbi(tmp_path: Path) -> None:
    first = lint(package(tmp_path, {"vnfd": VNFD}, file="x.json"))[0]
    assert (first.status, first.message) == (400, "'str' object has no attribute 'read'")
    assert ".yaml" in first.remedy


def test_images(tmp_path: Path) -> None:
    assert images(package(tmp_path, {"vnfd": VNFD})) == [
        {"kind": "vm", "name": "debian-12", "used_by": "vm", "vim_type": ""},
        {"kind": "vm", "name": "debian-12-aws", "used_by": "vm", "vim_type": "aws"},
        {"kind": "helm-chart", "name": "stable/web", "used_by": "web", "vim_type": ""},
    ]
    assert images(package(tmp_path, {"nsd": {"nsd": [NSD]}})) == []


@pytest.mark.parametrize("value", [None, 0, "", "x", [], {}, [None], ["x"], [[]], [{}], {"x": 1}, True, 1.5])
def test_no_shape_is_a_crash(tmp_path: Path, value: Any) -> None:
    """Whatever stands at a key, there are findings or none, but no exception."""
    for key in VNFD.keys() - {"id"}:
        vnf(tmp_path, (key, value))
    for key in VDU:
        vnf(tmp_path, (f"vdu/0/{key}", value))
    for key in DF:
        vnf(tmp_path, (f"df/0/{key}", value))
    for key in NSD.keys() - {"id"}:
        ns(tmp_path, (key, value), known_vnfds={"probe": VNFD})
    for key in NSD["df"][0]["vnf-profile"][0]:
        ns(tmp_path, (f"df/0/vnf-profile/0/{key}", value), known_vnfds={"probe": VNFD})
