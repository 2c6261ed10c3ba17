# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in the documentation of OSM's modules are run: predicted, and done where the lab can hold it."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import run_module
from .osm import LAB, PACKAGES, ROOT, SAMPLES, VIM, Osm, package
from .osm_rows import CLOUD
from .osm_services import PRIMITIVE, probe
from .test_osm_pdus import NSD, VNFD, EndPoint, end_point
from .test_osm_slices import SLICE, template

assert LAB and end_point
MODULES = sorted(p.stem for p in (ROOT / "plugins/modules").glob("osm_*.py"))
#: examples that are only predicted, and why
CHECKED = {"osm_vim_account": "the clouds are not there"}
#: and those that are about something new; that name is there already
RENAMED = {"osm_k8s_cluster": {"madrid-1": "example"}, "osm_cluster": {"madrid-1": "example"}}
#: what else has to be away first, since it uses what the examples remove
IN_THE_WAY: dict[str, dict[str, list[dict[str, Any]]]] = {
    "osm_cluster_profile": {"clusters": [{"name": "edge-1"}]},
    "osm_slice_template": {"slices": [{"name": "edge-slice"}]},
    "osm_vnf_package": {
        "slices": [{"name": "edge-slice"}],
        "ns_instances": [{"name": "edge-web"}],
        "slice_templates": [{"descriptor_id": "edge_slice"}],
        "ns_packages": [{"descriptor_id": "edge_web_ns"}],
    },
}
#: a key as it may look, for options that take a file's content
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
_BUILT: dict[int, tuple[Path, list[str]]] = {}
_RESTORED: set[int] = set()


def examples(module: str) -> list[dict[str, Any]]:
    """The tasks in a module's documentation that use the module."""
    tree = ast.parse((ROOT / f"plugins/modules/{module}.py").read_text(encoding="utf-8"))
    [text] = [
        ast.literal_eval(n.value)
        for n in tree.body
        if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "EXAMPLES"
    ]
    tasks = yaml.safe_load(text)
    return [t[f"edge.infra.{module}"] or {} for t in tasks if f"edge.infra.{module}" in t]


def filled(value: Any, folder: Path, osm: Osm, url: str) -> Any:
    """The same with what the reader's own play would have: secrets, files, packages, an end point."""
    if isinstance(value, dict):
        return {k: filled(v, folder, osm, url) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(v, folder, osm, url) for v in value]
    if not isinstance(value, str):
        return value
    if "from_json" in value:
        return {"type": "service_account", "private_key": "canary-of-a-file"}
    value = re.sub(r"\{\{ lookup\([^}]*\}\}", PEM, value)
    value = re.sub(r"\{\{ vault_\w+ \}\}", "Canary-0f-the-vault", value)
    assert "{{" not in value, value
    if value.endswith("/kubeconfig"):
        return osm.kubeconfig
    if value.startswith("http://10.20.30.8"):
        return url
    if value.startswith(("packages/", "/srv/edge/", "/var/lib/edge/")):
        return str(folder / Path(value).name)
    return value


def prepare(folder: Path) -> list[str]:
    """Packages as the examples have them; the paths of those that are onboarded."""

    def touch(descriptor: dict[str, Any]) -> None:
        probe(descriptor)
        flavour = descriptor["df"][0]["lcm-operations-configuration"]["operate-vnf-op-config"]["day1-2"][0]
        flavour["config-primitive"] = [{**PRIMITIVE, "parameter": [{"name": "filename"}]}]

    paths = [package(folder / "edge_probe_vnf", SAMPLES / "edge_probe_vnf", touch)]
    paths += [package(folder / p.name, p) for p in (*PACKAGES.values(), SAMPLES / "edge_probe_ns")]
    paths.append(template(folder / "edge_slice"))
    words: dict[str, tuple[Any, str]] = {
        "edge_vm_vnf": ({"vnfd": VNFD}, "machine"),
        "edge_vm_ns": ({"nsd": {"nsd": [NSD]}}, "vm"),
    }
    for name, (document, part) in words.items():
        text = json.dumps(document).replace('"wall"', f'"{part}"').replace("wall_", "edge_vm_")
        (folder / name).mkdir()
        (folder / name / f"{name}.yaml").write_text(text, encoding="utf-8")
        paths.append(str(folder / name))
    for name in ("web_knf", "web_ns.tar.gz"):
        shutil.copytree(PACKAGES["vnf" if "knf" in name else "ns"], folder / name)
    (folder / "madrid-1").mkdir()
    document = {"vim_accounts": [{**VIM, "name": "from-a-file"}]}
    (folder / "madrid-1/vims.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return paths


def restore(osm: Osm, packages: list[str]) -> None:
    """Make what earlier examples have removed."""
    osm.site()
    profile = {"name": "observability", "type": "app", "description": "Metrics and logs"}
    service = {"vim_account": "madrid-1"}
    resources = {
        "vim_accounts": [{**VIM, "name": "madrid-2"}, CLOUD],
        "cluster_profiles": [profile],
        "projects": [{"name": "edge"}, {"name": "lab"}],
        "roles": [{"name": "edge_operator", "permissions": {"tokens": True}}],
        "ns_instances": [{**service, "name": f"edge-{n}", "nsd": f"edge_{n}_ns"} for n in ("web", "probe")],
        "slices": [SLICE],
    }
    osm.done("osm_deployment", resources=resources, packages=packages)


@pytest.fixture
def osm(lab: Any, cache: Path, tmp_path_factory: pytest.TempPathFactory, module: str) -> Osm:
    found = Osm(lab, run_module, keep=id(lab) in _BUILT)
    if id(lab) not in _BUILT:
        folder = tmp_path_factory.mktemp("examples")
        _BUILT[id(lab)] = folder, prepare(folder)
    if not module.endswith("_info") or id(lab) not in _RESTORED:
        restore(found, _BUILT[id(lab)][1])
        _RESTORED.add(id(lab))
    return found


@pytest.mark.parametrize("module", MODULES)
def test_examples(osm: Osm, end_point: EndPoint, module: str) -> None:
    """Each is predicted and done, on what the ones before it have made."""
    found = examples(module)
    assert found, "a module's documentation has an example"
    folder = _BUILT[id(osm.lab)][0]
    if module in IN_THE_WAY:
        gone = {k: [{**e, "state": "absent"} for e in entries] for k, entries in IN_THE_WAY[module].items()}
        osm.done("osm_deployment", resources=gone)
    for options in found:
        given = filled({k: v for k, v in options.items() if k not in osm.connection}, folder, osm, end_point.url)
        if module in RENAMED:
            given["name"] = RENAMED[module].get(given["name"], given["name"])
        for check in (True,) if module in CHECKED else (True, False):
            if module == "osm_package_info":  # it has no connection
                answer = run_module(module, given, check)
            else:
                answer = osm.module(module, check=check, **{k: v for k, v in given.items() if v is not None})
            osm.excused(answer)
            assert not answer.get("failed"), (check, options, answer["msg"])
            assert "canary" not in json.dumps(answer).lower()
            assert not check or osm.writes() == []
