# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a mirror needs: images of machines, charts, and container images of charts that a package holds."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import yaml
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.build import build
from ansible_collections.edge.infra.plugins.module_utils._osm._packages.images import images

VNFD = {"vnfd": {"id": "web", "version": "1.0", "kdu": [{"name": "web", "helm-chart": "front"}], "df": [{"id": "df"}]}}
CHART = "apiVersion: v2\nname: front\nversion: 1.0.0\nappVersion: '6.1'\n"
VALUES = """
image:
  repository: ghcr.example.com/front
  pullPolicy: IfNotPresent
sidecar:
  image: {registry: quay.example.com, repository: team/side, tag: "2.0"}
proxy:
  image: docker.io/library/envoy
  tag: v1.30
initImage: busybox:1.36
pinned: {image: {repository: db, digest: "sha256:0a1b"}}
images:
  tags:
    dep_check: quay.example.com/check:v1
gitRepository: {repository: https://git.example.com/x}
none: {image: ""}
"""
TEMPLATE = """
spec:
  containers:
    - image: "nginx:1.27"
    - image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
    - name: x
      image: registry.example.com:5000/plain@sha256:ff   # by digest
"""


def package(top: Path, files: dict[str, str | bytes], document: object = None) -> Path:
    for name, data in {"web_vnfd.yaml": yaml.safe_dump(document or VNFD), **files}.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return top


def containers(top: Path) -> list[tuple[str, str, str]]:
    return [(i["name"], i["used_by"], i["where"]) for i in images(build(top)) if i["kind"] == "container"]


def test_images_of_a_chart_in_the_package(tmp_path: Path) -> None:
    chart = "helm-chart-v3s/front"
    files = {f"{chart}/Chart.yaml": CHART, f"{chart}/values.yaml": VALUES, f"{chart}/templates/a.yaml": TEMPLATE}
    top = package(tmp_path / "web", files)
    found = containers(top)
    assert {used_by for _name, used_by, _where in found} == {"web"}
    assert [(name, where.rpartition("front/")[2]) for name, _used_by, where in found] == [
        ("ghcr.example.com/front:6.1", "values.yaml"),
        ("quay.example.com/team/side:2.0", "values.yaml"),
        ("docker.io/library/envoy:v1.30", "values.yaml"),
        ("busybox:1.36", "values.yaml"),
        ("db@sha256:0a1b", "values.yaml"),
        ("quay.example.com/check:v1", "values.yaml"),
        ("nginx:1.27", "templates/a.yaml"),
        ("registry.example.com:5000/plain@sha256:ff", "templates/a.yaml"),
    ]


def test_packed_charts_and_charts_of_execution_environments(tmp_path: Path) -> None:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w:gz") as archive:
        for name, text in (("sub/Chart.yaml", CHART), ("sub/values.yaml", "image: redis:7\n")):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    ee = {"helm-charts/ee/Chart.yaml": CHART, "helm-charts/ee/values.yaml": "image: {repository: ee, tag: 1}\n"}
    packed: dict[str, str | bytes] = {
        "helm-chart-v3s/front/Chart.yaml": CHART,
        "helm-chart-v3s/front/charts/sub-1.0.tgz": plain.getvalue(),
    }
    packed["helm-charts/broken.tgz"] = b"no"
    assert containers(package(tmp_path / "web", {**ee, **packed})) == [
        ("redis:7", "web", "helm-chart-v3s/front/charts/sub-1.0.tgz/sub/values.yaml"),
        ("ee:1", "", "helm-charts/ee/values.yaml"),
    ]


def test_charts_that_do_not_parse_are_no_crash(tmp_path: Path) -> None:
    files = {"helm-chart-v3s/front/Chart.yaml": "{{", "helm-chart-v3s/front/values.yaml": "a: [\n"}
    assert containers(package(tmp_path / "web", files)) == []
