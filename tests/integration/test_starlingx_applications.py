# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""StarlingX's applications and Helm overrides: prediction, run, prediction, run; failures; refusals beforehand."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT, run_module
from .stx import Stx

LAB: dict[str, Any] = {"services": ["keystone", "sysinv"], "time_factor": 3000}
Task = tuple[str, dict[str, Any]]
_spec = importlib.util.spec_from_file_location("application_package", ROOT / "tests/unit/lab/application_package.py")
assert _spec and _spec.loader
package = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(package)

APP = "stx_application"
DEX: dict[str, Any] = {"application": "oidc-auth-apps", "chart": "dex", "namespace": "kube-system"}
VALUES: dict[str, Any] = {"config": {"issuer": "https://10.20.30.2/dex", "expiry": {"timeout": "10h"}}, "replicas": 2}
WHERE = "name=dex&namespace=kube-system"
UPLOAD, UPDATE, DELETE = "POST /v1/apps", "POST /v1/apps/update", "DELETE /v1/apps/demo"
APPLY, REMOVE = "PATCH /v1/apps/demo?directive=apply", "PATCH /v1/apps/demo?directive=remove"
CHART = f"/v1/helm_charts/oidc-auth-apps?{WHERE}"


@pytest.fixture
def stx(lab: Any, cache: Any) -> Stx:
    return Stx(lab, run_module)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with two versions of an application."""
    for version in ("1.2-3", "2.0-1"):
        (tmp_path / f"demo-{version}.tgz").write_bytes(package.tarball("demo", version))
    return tmp_path


def on_controller(stx: Stx, version: str) -> str:
    """The path of a tarball that the controller has."""
    root: Path = stx.lab.lab.services["sysinv"].world.root
    path = Path("/home/sysadmin") / f"demo-{version}.tgz"
    found = root / path.relative_to("/")
    found.parent.mkdir(parents=True, exist_ok=True)
    found.write_bytes(package.tarball("demo", version))
    return str(path)


def writes(stx: Stx) -> list[str]:
    """Write requests with their queries."""
    rows = stx.lab.control.recorded("sysinv", write=True)
    return [f"{r['method']} {r['path']}" + (f"?{r['query']}" if r.get("query") else "") for r in rows]


def demo(here: Path, version: str = "1.2-3", **more: Any) -> Task:
    return APP, {"name": "demo", "src": str(here / f"demo-{version}.tgz"), **more}


@pytest.fixture
def slowly(lab: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make whatever is done with applications take so many real seconds."""
    durations = lab.lab.services["sysinv"].world.durations
    return lambda seconds: monkeypatch.setitem(durations, "app_apply", seconds * LAB["time_factor"])


def row(stx: Stx, name: str = "demo") -> dict[str, Any]:
    return next(r for r in stx.state("apps") if r["name"] == name)


#: name of the case -> (states before it, options, action, write requests)
WALKS: dict[str, tuple[list[str], dict[str, Any], str, list[str]]] = {
    "uploaded": ([], {"state": "uploaded"}, "create", [UPLOAD]),
    "applied": ([], {}, "create", [UPLOAD, APPLY]),
    "uploaded, then applied": (["uploaded"], {}, "update", [APPLY]),
    "applied, then only uploaded": (["applied"], {"state": "uploaded"}, "update", [REMOVE]),
    "applied, then absent": (["applied"], {"state": "absent"}, "delete", [REMOVE, DELETE]),
    "uploaded, then absent": (["uploaded"], {"state": "absent"}, "delete", [DELETE]),
    "uploaded in another version": (["uploaded"], {"version": "2.0-1"}, "update", [DELETE, UPLOAD, APPLY]),
}


@pytest.mark.parametrize("case", WALKS)
def test_prediction_run_and_again(stx: Stx, here: Path, case: str) -> None:
    before, options, action, requests = WALKS[case]
    for state in before:
        stx.done(*demo(here)[:1], **{**demo(here)[1], "state": state})
    name, wanted = demo(here, **{"version": "1.2-3", **options})
    stx.forget()
    predicted = stx.done(name, check=True, **wanted)
    assert not writes(stx)
    done = stx.done(name, **wanted)
    assert (predicted["action"], predicted["changed"]) == (action, True) == (done["action"], done["changed"])
    assert predicted["diff"] == done["diff"]
    assert done["diff"]["after"]["state"] == options.get("state", "applied")
    assert [w.removesuffix("&force=True") for w in writes(stx)] == requests
    stx.forget()
    for check in (True, False):
        again = stx.done(name, check=check, **wanted)
        assert not again["changed"] and again["action"] == "none", again["diff"]
    assert not writes(stx)


def test_an_update_keeps_what_it_is_told_to_keep(stx: Stx, here: Path) -> None:
    stx.done(*demo(here)[:1], **demo(here)[1])
    chart = {"application": "demo", "chart": "web", "namespace": "demo"}
    stx.done("stx_helm_override", **chart, values={"a": 1}, enabled=False)
    src = on_controller(stx, "2.0-1")
    wanted = {"name": "demo", "version": "2.0-1", "src": src, "remote_src": True, "reuse_user_overrides": True}
    stx.forget()
    assert stx.done(APP, check=True, **wanted)["diff"]["after"]["version"] == "2.0-1"
    done = stx.done(APP, **wanted)
    assert writes(stx) == [UPDATE] and done["application"]["version"] == "2.0-1"
    assert not stx.done(APP, **wanted)["changed"]
    kept = stx.done("stx_helm_override_info", application="demo")["helm_overrides"]
    assert [(o["values"], o["enabled"]) for o in kept] == [({"a": 1}, True)]


def test_an_update_that_goes_back_is_a_failure_in_its_own_words(stx: Stx, here: Path) -> None:
    stx.done(*demo(here)[:1], **demo(here)[1])
    src = on_controller(stx, "2.0-1")
    wanted = {"name": "demo", "version": "2.0-1", "src": src, "remote_src": True}
    stx.lab.control.fault("fail_operation", service="sysinv", match="update demo")
    answer = stx.module(APP, **wanted)
    assert answer["failed"] and answer["changed"]
    assert "Application update from version 1.2-3 to version 2.0-1 aborted." in answer["msg"], answer["msg"]
    assert row(stx)["app_version"] == "1.2-3"
    assert not stx.done(APP, name="demo", version="1.2-3", src=src, remote_src=True)["changed"]
    assert stx.done(APP, **wanted)["changed"]


#: (state before, what fails, options, words, state after the next run)
FAILING: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "upload": ("", "upload demo", {"state": "uploaded"}, "upload-failed: no room"),
    "apply": ("uploaded", "apply demo", {}, "apply-failed: no room"),
    "remove": ("applied", "remove demo", {"state": "absent"}, "remove-failed: no room"),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_failure_is_told_and_the_next_run_goes_on(stx: Stx, here: Path, case: str) -> None:
    before, what, options, words = FAILING[case]
    if before:
        stx.done(*demo(here)[:1], **{**demo(here)[1], "state": before})
    stx.lab.control.fault("fail_operation", service="sysinv", match=what, detail="no room")
    name, wanted = demo(here, **options)
    answer = stx.module(name, **wanted)
    assert answer["failed"] and f"demo failed: {words}" in answer["msg"], answer["msg"]
    assert stx.done(name, check=True, **wanted)["changed"]
    assert stx.done(name, **wanted)["changed"]
    assert not stx.done(name, **wanted)["changed"]


def test_what_failed_to_be_removed_is_removed_before_it_is_applied(stx: Stx, here: Path) -> None:
    stx.done(*demo(here)[:1], **demo(here)[1])
    stx.lab.control.fault("fail_operation", service="sysinv", match="remove demo")
    assert stx.module(APP, name="demo", state="absent")["failed"]
    stx.forget()
    assert stx.done(*demo(here)[:1], **demo(here)[1])["application"]["state"] == "applied"
    assert writes(stx) == [REMOVE, APPLY]
    stx.lab.control.fault("fail_operation", service="sysinv", match="remove demo")
    assert stx.done(APP, name="demo", state="absent", force=True)["changed"]


def test_what_is_under_way_is_waited_for(stx: Stx, here: Path, slowly: Any) -> None:
    stx.done(*demo(here, state="uploaded")[:1], **demo(here, state="uploaded")[1])
    slowly(0.5)
    begun = stx.done(*demo(here)[:1], **demo(here, wait=False)[1])
    assert begun["changed"] and row(stx)["status"] == "applying"
    stx.forget()
    waited = stx.done(*demo(here)[:1], **demo(here)[1])
    assert not waited["changed"] and waited["application"]["status"] == "applied" and not writes(stx)
    stx.done(*demo(here)[:1], **demo(here, wait=False, state="uploaded")[1])
    assert stx.done(APP, name="demo", state="absent")["changed"]
    assert [w.partition("?")[0] for w in writes(stx)] == ["PATCH /v1/apps/demo", "DELETE /v1/apps/demo"]


def test_applied_again_and_stopped(stx: Stx, slowly: Any) -> None:
    name = {"application": "nginx-ingress-controller"}
    assert stx.done("stx_application_apply", check=True, **name)["changed"] and not writes(stx)
    done = stx.done("stx_application_apply", **name)
    assert (done["action"], done["operations"][0]["status"]) == ("run", "applied")
    idle = stx.done("stx_application_abort", **name)
    assert not idle["changed"] and "is applied" in idle["reason"]
    slowly(60)
    stx.done("stx_application_apply", **name, wait=False)
    busy = stx.module("stx_application_apply", **name)
    assert busy["failed"] and "is applying, and cannot be applied now" in busy["msg"]
    stopped = stx.done("stx_application_abort", **name)
    assert stopped["operations"][0]["progress"] == "operation aborted by user" and stopped["changed"]


#: (options, words of the refusal)
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no tarball": ({"name": "demo"}, "does not exist yet; creating it needs src"),
    "not there": ({"name": "demo", "src": "/nowhere/demo.tgz"}, "src: /nowhere/demo.tgz does not exist on the machine"),
    "relative": ({"name": "demo", "src": "demo.tgz", "remote_src": True}, "src: demo.tgz is no absolute path"),
    "another application": ({"name": "other", "src": "demo-1.2-3.tgz"}, "is the tarball of demo, not of other"),
    "another version": ({"name": "demo", "src": "demo-1.2-3.tgz", "version": "9"}, "has version 1.2-3, not 9"),
    "no tarball at all": ({"name": "demo", "src": "none.tgz"}, "cannot be read as a tarball"),
    "ending": ({"name": "demo", "src": "none.zip"}, "is not called *.tgz or *.tar.gz"),
    "update without": ({"name": "snmp", "version": "9"}, "src: application snmp is uploaded in version 26.09-1"),
    "update from here": ({"name": "cert-manager", "src": "cert.tgz"}, "takes the tarball of an update by URL or from"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_anything_is_sent(stx: Stx, here: Path, case: str) -> None:
    options, words = REFUSED[case]
    (here / "none.tgz").write_bytes(b"none")
    (here / "cert.tgz").write_bytes(package.tarball("cert-manager", "27.03-1"))
    src = options.get("src")
    if src and not src.startswith("/") and not options.get("remote_src"):
        options = {**options, "src": str(here / src)}
    for check in (True, False):
        answer = stx.module(APP, check, **options)
        assert answer["failed"] and words in answer["msg"], answer["msg"]
    assert not writes(stx)


def test_sysinvs_own_words_where_only_it_can_tell(stx: Stx, here: Path) -> None:
    (here / "bare-1.tgz").write_bytes(package.tarball("bare", "1", **{"fluxcd-manifests__kustomization.yaml": None}))
    answer = stx.module(APP, name="bare", src=str(here / "bare-1.tgz"))
    assert answer["failed"] and "FluxCD manifest structure is not present" in answer["msg"]
    answer = stx.module(APP, name="gone", src="/home/sysadmin/gone.tgz", remote_src=True)
    assert answer["failed"] and "failed to extract tar file" in answer["msg"]


def test_info(stx: Stx) -> None:
    found = {a["name"]: a for a in stx.done("stx_application_info")["applications"]}
    assert found["cert-manager"]["status"] == "applied" and found["snmp"]["state"] == "uploaded"
    assert [a["version"] for a in stx.done("stx_application_info", name="snmp")["applications"]] == ["26.09-1"]


#: name of the case -> (overrides before it, options, write requests, values and enabled after it)
OVERRIDES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str], tuple[Any, bool]]] = {
    "set": ({}, {"values": VALUES}, [f"PATCH {CHART}"], (VALUES, True)),
    "replaced": ({"values": VALUES}, {"values": {"replicas": 1}}, [f"PATCH {CHART}"], ({"replicas": 1}, True)),
    "added": (
        {"values": VALUES},
        {"values": {"replicas": 3, "config": {"expiry": {"interval": "6h"}}}, "reuse_values": True},
        [f"PATCH {CHART}"],
        (
            {
                "replicas": 3,
                "config": {**VALUES["config"], "expiry": {"timeout": "10h", "interval": "6h"}},
            },
            True,
        ),
    ),
    "a truth value": ({"values": {"a": 1}}, {"values": {"a": True}}, [f"PATCH {CHART}"], ({"a": True}, True)),
    "switched off": ({"values": VALUES}, {"enabled": False}, [f"PATCH {CHART}"], (VALUES, False)),
    "both": ({"values": VALUES}, {"enabled": False, "values": {}}, [f"PATCH {CHART}"], ({}, False)),
    "taken away": ({"values": VALUES}, {"values": {}}, [f"DELETE {CHART}"], ({}, True)),
}


@pytest.mark.parametrize("case", OVERRIDES)
def test_overrides(stx: Stx, case: str) -> None:
    before, options, requests, after = OVERRIDES[case]
    if before:
        stx.done("stx_helm_override", **DEX, **before)
    stx.forget()
    predicted = stx.done("stx_helm_override", check=True, **DEX, **options)
    assert not writes(stx)
    done = stx.done("stx_helm_override", **DEX, **options)
    assert predicted["changed"] and done["changed"] and predicted["diff"] == done["diff"]
    assert writes(stx) == requests
    stx.forget()
    for check in (True, False):
        assert not stx.done("stx_helm_override", check=check, **DEX, **options)["changed"]
    reads = [r["path"] for r in stx.lab.control.recorded("sysinv")]
    assert len(reads) == 6 and not writes(stx), reads  # applications, charts, the one chart
    found = stx.done("stx_helm_override_info", **DEX)["helm_overrides"]
    assert [(o["values"], o["enabled"]) for o in found] == [after]
    assert found[0]["combined_overrides"]["replicas"] == after[0].get("replicas", 1)


def test_overrides_refused_and_applied(stx: Stx, slowly: Any) -> None:
    slowly(60)
    answer = stx.module("stx_helm_override", **{**DEX, "chart": "dx"}, values={"a": 1})
    assert answer["failed"] and "has no chart 'dx' in namespace 'kube-system'" in answer["msg"]
    assert "Its charts: dex in kube-system, oidc-client in kube-system" in answer["msg"] and not writes(stx)
    answer = stx.module("stx_helm_override", **{**DEX, "application": "dx"}, values={"a": 1})
    assert answer["failed"] and "there is no application called 'dx'" in answer["msg"]
    ingress = {"application": "nginx-ingress-controller", "chart": "ingress-nginx", "namespace": "kube-system"}
    stx.done("stx_helm_override", **ingress, values={"a": 1}, reapply=True)
    assert row(stx, "nginx-ingress-controller")["status"] == "applying"


def test_a_check_before_the_bootstrap(stx: Stx, here: Path, tmp_path: Path) -> None:
    (tmp_path / "edge.lic").write_text("license")
    tasks: list[tuple[str, dict[str, Any], bool]] = [
        (APP, {"name": "cert-manager"}, False),
        (APP, {"name": "snmp", "version": "26.09-1"}, True),
        (*demo(here), True),
        ("stx_helm_override", {**DEX, "values": {"replicas": 2}}, True),
        ("stx_helm_override", {**DEX, "values": {}}, False),
        ("stx_license", {"src": str(tmp_path / "edge.lic")}, True),
        ("stx_registry_image", {"name": "none", "tag": "1"}, False),
    ]
    stx.lab.call(stx.lab.lab.close, "keystone", "sysinv")
    before = [stx.done(name, check=True, **options, check_without_api=True) for name, options, _changes in tasks]
    stx.lab.call(stx.lab.lab.open, "keystone", "sysinv")
    after = [stx.done(name, check=True, **options) for name, options, _changes in tasks]
    assert [p["changed"] for p in before] == [c for _name, _options, c in tasks] == [p["changed"] for p in after]
    assert [p["action"] for p in before] == [p["action"] for p in after]


@pytest.mark.parametrize("match", ["POST /v1/apps", "PATCH /v1/apps/demo", "DELETE /v1/apps/demo"])
def test_a_lost_answer_is_not_a_second_request(stx: Stx, here: Path, match: str) -> None:
    stx.lab.control.fault("drop_after", service="sysinv", match=match)
    assert stx.done(*demo(here)[:1], **demo(here)[1])["application"]["status"] == "applied"
    assert stx.done(APP, name="demo", state="absent")["changed"]
    assert writes(stx) == [UPLOAD, APPLY, REMOVE, DELETE] and not [a for a in stx.state("apps") if a["name"] == "demo"]
