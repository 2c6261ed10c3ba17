# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""References inside a VNFD and to the files of its package: the NBI's words, status and order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .packages_samples import CONFIG, FILES, GONE, vnf

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
    assert vnf(tmp_path, ("vdu/0/cloud-init-file", "web.cfg"), files=("charms/simple/run", file)) == []


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
    assert [(f.where, f.status, f.message) for f in findings if f.level == "error"] == expected


def test_a_chart_without_a_repository_is_in_the_package(tmp_path: Path) -> None:
    """The life-cycle manager of 2026 looks for it in helm-chart-v3s, and nowhere else."""
    chart = ("kdu/0/helm-chart", "web")
    [missing] = vnf(tmp_path, chart)
    assert missing.level == "warning" and "helm-chart-v3s/web" in missing.message
    assert vnf(tmp_path, chart, files=(*FILES, "helm-chart-v3s/web/Chart.yaml")) == []
    [elsewhere] = vnf(tmp_path, chart, files=(*FILES, "helm-charts/web/Chart.yaml"))
    assert elsewhere.remedy.startswith("Move helm-charts/web to helm-chart-v3s/web")


def test_an_unknown_repository_is_a_warning(tmp_path: Path) -> None:
    chart = ("kdu/0/helm-chart", "mine/web")
    findings = vnf(tmp_path, chart, known_repos=["other"])
    assert [(f.level, f.where, f.status) for f in findings] == [("warning", "kdu[web].helm-chart", 0)]
    assert vnf(tmp_path, chart, known_repos=["mine"]) == vnf(tmp_path, chart) == []
    assert vnf(tmp_path, known_repos=[]) == [], "the life-cycle manager brings stable along"
    assert vnf(tmp_path, chart, files=(*FILES, "helm-chart-v3s/mine/web/Chart.yaml"), known_repos=[]) == []
    assert vnf(tmp_path, ("kdu/0/helm-chart", "https://charts.example.com/web-1.tgz"), known_repos=[]) == []


@pytest.mark.parametrize(
    ("path", "value", "status", "text"),
    [
        ("mgmt-cp", {}, 422, "'mgmt-cp' is a mandatory field and it is not defined"),
        ("mgmt-cp", 0, 422, "mgmt-cp='0' must match an existing ext-cpd"),
        ("ext-cpd/0/int-cpd/vdu-id", ["vm"], 400, "unhashable type: 'list'"),
        ("vdu/0/virtual-compute-desc", 0, 422, "vdu[virtual-compute-desc='0']not defined in vnfd"),
        ("vdu/0/virtual-compute-desc", ["small"], 400, "unhashable type: 'list'"),
        ("vdu/0/cloud-init-file", 0, 400, "Cloud-init defined in vnf[id=probe]:vdu[id=vm] but not present in package"),
        ("kdu/0/helm-chart", ["web"], 400, "expected string or bytes-like object, got 'list'"),
        ("kdu", "web", 400, "'str' object has no attribute 'get'"),
        ("df/0/vdu-profile", "vm", 400, "string indices must be integers"),
    ],
)
def test_what_the_nbi_makes_of_other_shapes(tmp_path: Path, path: str, value: Any, status: int, text: str) -> None:
    """Everything but null and empty shapes becomes a text; lists and mappings make its checks stumble."""
    first = vnf(tmp_path, (path, value))[0]
    assert (first.status, first.message) == (status, text)
    assert first.where and first.remedy


@pytest.mark.parametrize("key", ["sw-image-desc", "alternative-sw-image-desc/0"])
def test_an_image_that_is_not_described_fails_only_when_a_service_is_made(tmp_path: Path, key: str) -> None:
    [found] = vnf(tmp_path, (f"vdu/0/{key}", "nothing"))
    assert (found.level, found.remedy) == ("warning", "Existing: debian, debian-aws.")
    assert "there is no sw-image-desc nothing" in found.message
