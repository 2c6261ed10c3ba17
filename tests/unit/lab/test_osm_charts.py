# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Charts in a KNF package: rendered as Helm does, made in the lab's cluster, refused in Helm's and the API's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from cluster_client import Cluster
from osm_client import FAST, KNF, NSD, VIM, Nbi, package

from edgelab.helm.templates import TemplateError, Templates

LAB = {**FAST, "services": ["osm", "kubernetes"], "kubernetes": {"up": True, "nodes": ["worker-0"]}}
NS = "nslcm/v1/ns_instances"
CHART = "apiVersion: v2\nname: web\nversion: 0.1.0\n"
VALUES = {"replicaCount": 1, "image": {"name": "nginx", "tag": "1.27"}, "page": {"index.html": "hello"}, "extra": False}
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: {{- toYaml .Values.labels | nindent 4 }}
spec:
  replicas: {{ .Values.replicaCount }}
  selector: {matchLabels: {app: {{ .Release.Name | quote }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name | quote }}}}
    spec:
      containers:
      - name: {{ .Chart.Name }}
        image: "{{ .Values.image.name }}:{{ .Values.image.tag | default "latest" }}"
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-page"}
data: {{- .Values.page | toYaml | nindent 2 }}
{{- if .Values.extra }}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}-extra}
spec: {ports: [{port: 80}]}
{{- end }}
"""
FILES = {"Chart.yaml": CHART, "templates/deployment.yaml": DEPLOYMENT, "templates/config.yaml": CONFIG}


class Site:
    """An OSM with the lab's own cluster registered, and one NS whose KDU ``web`` has its chart in the package."""

    def __init__(self, nbi: Nbi, lab: Any) -> None:
        self.nbi, self.cluster = nbi, Cluster(lab)
        self.vim = nbi.add("admin/v1/vims", VIM)
        kubeconfig = yaml.safe_load(Path(lab.credentials["kubernetes"]["kubeconfig"]).read_text(encoding="utf-8"))
        body = {"name": "k", "vim_account": self.vim, "k8s_version": "v1.31", "nets": {"mgmtnet": None}}
        item = nbi.add("admin/v1/k8sclusters", {**body, "credentials": kubeconfig})
        nbi.settled(f"admin/v1/k8sclusters/{item}", "ENABLED")

    def onboard(self, **files: str) -> None:
        inside = {**FILES, "values.yaml": yaml.safe_dump({**VALUES, "labels": {"tier": "edge"}}), **files}
        knf = {**KNF, "kdu": [{"name": "web", "helm-chart": "web"}]}
        extra = {f"helm-chart-v3s/web/{name}": text for name, text in inside.items()}
        self.nbi.upload("vnfpkgm/v1/vnf_packages_content", package(knf, **extra))
        self.nsd = self.nbi.upload("nsd/v1/ns_descriptors_content", package(NSD)).json()["id"]

    def create(self, **values: Any) -> tuple[str, dict[str, Any]]:
        own = {"kdu_name": "web", "kdu-deployment-name": "one", "k8s-namespace": "cdn"}
        kdu = {**own, **({"additionalParams": values} if values else {})}
        more = [{"member-vnf-index": "web", "additionalParamsForKdu": [kdu]}]
        body = {"nsName": "web", "nsdId": self.nsd, "vimAccountId": self.vim, "additionalParamsForVnf": more}
        reply = self.nbi.call("POST", NS + "_content", body).json()
        return str(reply["id"]), self.nbi.ended(reply["nslcmop_id"])

    def run(self, ns: str, operation: str, body: Any = None) -> dict[str, Any]:
        return self.nbi.ended(self.nbi.call("POST", f"{NS}/{ns}/{operation}", body or {}).json()["id"])

    def found(self) -> list[str]:
        space, names = "/namespaces/cdn/", list[str]()
        for path in (f"/apis/apps/v1{space}deployments", f"/api/v1{space}configmaps", f"/api/v1{space}services"):
            items = (self.cluster.get(path) or {"items": []})["items"]
            names += [f"{path.rsplit('/', 1)[1]}/{o['metadata']['name']}" for o in items]
        return [n for n in names if "kube-root-ca" not in n]


@pytest.fixture
def site(nbi: Nbi, lab: Any) -> Any:
    one = Site(nbi, lab)
    yield one
    nbi.clear()
    one.cluster.delete("/api/v1/namespaces/cdn")
    lab.wait(lambda: one.cluster.get("/api/v1/namespaces/cdn") is None)


def test_all_objects_of_a_chart_come_change_and_go_with_the_release(site: Site) -> None:
    site.onboard()
    ns, done = site.create(page={"index.html": "bonjour", "a": None}, replicaCount=2)
    assert done["operationState"] == "COMPLETED", done
    assert site.found() == ["deployments/one", "configmaps/one-page"]
    deployment = site.cluster.get("/apis/apps/v1/namespaces/cdn/deployments/one")
    assert deployment["spec"]["replicas"] == deployment["status"]["readyReplicas"] == 2
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:1.27"
    assert deployment["metadata"]["labels"] == {"tier": "edge", "app.kubernetes.io/managed-by": "Helm"}
    assert deployment["metadata"]["annotations"]["meta.helm.sh/release-namespace"] == "cdn"
    config = "/api/v1/namespaces/cdn/configmaps/one-page"
    assert site.cluster.get(config)["data"] == {"index.html": "bonjour"}
    [deployed] = site.nbi.get(f"{NS}/{ns}")["_admin"]["deployed"]["K8s"]
    assert deployed["kdu-model"].endswith("/pkg/helm-chart-v3s/web")

    kdu = {"member_vnf_index": "web", "kdu_name": "web"}
    site.cluster.patch(config, {"data": {"mine": "stays"}})
    change = {**kdu, "primitive": "upgrade", "primitive_params": {"extra": True, "page": {"b.html": "b"}}}
    assert site.run(ns, "action", change)["detailed-status"] == 2
    assert site.found() == ["deployments/one", "configmaps/one-page", "services/one-extra"]
    assert site.cluster.get(config)["data"] == {"index.html": "bonjour", "b.html": "b", "mine": "stays"}
    assert site.run(ns, "action", {**kdu, "primitive": "rollback", "primitive_params": {}})["detailed-status"] == 3
    assert site.found() == ["deployments/one", "configmaps/one-page"]
    assert site.cluster.get(config)["data"] == {"index.html": "bonjour", "mine": "stays"}
    assert site.run(ns, "terminate")["operationState"] == "COMPLETED"
    assert site.found() == []


@pytest.mark.parametrize(
    ("file", "text", "values", "said"),
    [
        (
            "templates/a.yaml",
            "a: 1\nb: {{ lookup 1 }}",
            {},
            'parse error at (web/templates/a.yaml:2): function "lookup"',
        ),
        (
            "templates/a.yaml",
            "\n{{ .Values.no.such }}",
            {},
            'template: web/templates/a.yaml:2:3: executing "web/templates/a.yaml" at <.Values.no.such>: nil pointer',
        ),
        ("templates/a.yaml", "a: b: c", {}, "YAML parse error on web/templates/a.yaml: error converting YAML to JSON"),
        ("templates/a.yaml", "kind: ConfigMap", {}, "error validating data: [apiVersion not set]"),
        (
            "templates/a.yaml",
            "apiVersion: cdn.example/v1\nkind: Cache\nmetadata: {name: c}",
            {},
            'no matches for kind "Cache" in version "cdn.example/v1"\nensure CRDs are installed first',
        ),
        ("Chart.yaml", "name: web", {}, "validation: chart.metadata.apiVersion is required"),
        (
            "values.yaml",
            yaml.safe_dump({**VALUES, "labels": {}}),
            {"replicaCount": -1},
            "INSTALLATION FAILED: release one failed, and has been uninstalled due to atomic being set: "
            'Deployment.apps "one" is invalid: spec.replicas: Invalid value: -1',
        ),
    ],
)
def test_what_helm_refuses_ends_the_operation_with_its_words(
    site: Site, file: str, text: str, values: dict[str, Any], said: str
) -> None:
    site.onboard(**{file: text})
    _ns, done = site.create(**values)
    assert done["operationState"] == "FAILED"
    assert done["errorMessage"].count("INSTALLATION FAILED") == 1 and said in done["errorMessage"], done["errorMessage"]
    assert site.found() == []


def test_objects_of_others_are_not_taken_over(site: Site) -> None:
    site.onboard()
    site.cluster.create("/api/v1/namespaces", {"metadata": {"name": "cdn"}})
    site.cluster.create("/api/v1/namespaces/cdn/configmaps", {"metadata": {"name": "one-page"}, "data": {"a": "b"}})
    ns, done = site.create()
    assert 'ConfigMap "one-page" in namespace "cdn" exists and cannot be imported' in done["errorMessage"]
    assert site.run(ns, "terminate")["operationState"] == "COMPLETED"
    assert site.found() == ["configmaps/one-page"]


DATA = {"Release": {"Name": "edge-1"}, "Values": {"on": True, "n": 12345678.0, "nets": [{"name": "a"}, {"name": "b"}]}}


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("{{ .Release.Name | trunc 4 | quote }}", '"edge"'),
        ("a\n{{- /* not shown */ -}}\n b", "ab"),
        ("{{ if not .Values.on }}x{{ else if eq .Release.Name `edge-1` }}y{{ else }}z{{ end }}", "y"),
        ("{{ range $i, $n := .Values.nets }}{{ $i }}{{ $n.name }}{{ $.Release.Name }} {{ end }}", "0aedge-1 1bedge-1 "),
        ("{{ with .Values.none }}x{{ else }}y{{ end }}", "y"),
        ('{{ $x := printf "%s-%d" .Release.Name 3 }}{{ $x }}', "edge-1-3"),
        ("{{ define `n` }}<{{ .Release.Name }}>{{ end }}{{ include `n` . | upper }}", "<EDGE-1>"),
        ("{{ .Values.n }} {{ int .Values.n }} {{ .Values.none }}", "1.2345678e+07 12345678 "),
        ("{{ toYaml .Values.nets | indent 1 }}", " - name: a\n - name: b"),
    ],
)
def test_templates_are_rendered_as_go_renders_them(text: str, rendered: str) -> None:
    templates = Templates()
    templates.add("w/templates/a.yaml", text)
    assert templates.render("w/templates/a.yaml", DATA) == rendered


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ if .Values.on }}", "parse error at (f:1): unexpected EOF"),
        ("\n{{ end }}", "parse error at (f:2): unexpected {{end}}"),
        ("{{ .Values", "parse error at (f:1): unclosed action"),
        ("{{ }}", "parse error at (f:1): missing value for command"),
        ("{{ $nobody }}", 'parse error at (f:1): undefined variable "$nobody"'),
        ('{{ include "none" . }}', 'error calling include: template: no template "none"'),
        ('{{ required "give a name" .Values.none }}', "execution error at (f:1:3): give a name"),
        ("{{ eq .Values.n 1 }}", "error calling eq: incompatible types for comparison"),
        ("{{ .Release.Name.x }}", "at <.Release.Name.x>: can't evaluate field x"),
    ],
)
def test_templates_are_refused_as_go_refuses_them(text: str, said: str) -> None:
    templates = Templates()
    with pytest.raises(TemplateError) as refused:
        templates.add("f", text)
        templates.render("f", DATA)
    assert said in str(refused.value)
