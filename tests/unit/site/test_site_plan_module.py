# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module: check, run, check, run; every fault in one message; no secret in what it returns or writes."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.modules import site_plan

NSD = "nsd: {nsd: [{id: web_ns, vnfd-id: [web_knf]}]}"
SECRETS = ("sysadmin-secret", "admin-secret", "osm-secret", "bmc-secret", "vim-secret")


class Module:
    """Runs the module in this process, as Ansible would call it."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path, site: dict[str, Any]) -> None:
        self.capsys, self.folder, self.site = capsys, folder, site

    def run(self, *, check: bool = False, **options: Any) -> dict[str, Any]:
        params = {
            "hosts": {"controller-0": self.site},
            "destination": str(self.folder / ".edge"),
            "folder": str(self.folder),
            **options,
            "_ansible_check_mode": check,
            "_ansible_diff": True,
        }
        self.capsys.readouterr()
        with patch_module_args(json.loads(json.dumps(params))), pytest.raises(SystemExit):
            site_plan.main()
        return dict(json.loads(self.capsys.readouterr().out))


@pytest.fixture
def module(capsys: pytest.CaptureFixture[str], tmp_path: Path, site: dict[str, Any]) -> Module:
    for name, text in (("web_knf", "vnfd: {id: web_knf}"), ("web_ns", NSD)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "descriptor.yaml").write_text(text)
    return Module(capsys, tmp_path, site)


def rendered(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.glob(".edge/**/*")) if p.is_file()}


def test_check_run_check_run(module: Module) -> None:
    predicted = module.run(check=True)
    assert predicted["changed"] is True
    assert rendered(module.folder) == {}
    happened = module.run()
    assert happened["changed"] is True
    assert happened["diff"] == predicted["diff"]
    files = rendered(module.folder)
    names = {*happened["documents"]["madrid-1"], "picture.svg"}
    assert set(files) == {f".edge/madrid-1/plan/{name}" for name in names}
    assert {d["after"] for d in happened["diff"]} == set(files.values())
    for check in (True, False):
        again = module.run(check=check)
        assert (again["changed"], again["diff"]) == (False, [])
    assert rendered(module.folder) == files


def test_a_change_changes_one_file_and_a_lost_host_takes_its_files_along(module: Module) -> None:
    module.run()
    module.site["edge_services"] = []
    changed = module.run()
    assert [Path(d["after_header"]).name for d in changed["diff"]] == ["services.yml"]
    foreign = module.folder / ".edge/madrid-1/plan/notes.yml"
    foreign.write_text("mine: true\n")
    renamed = module.run(hosts={"other": module.site})
    assert renamed["changed"] is True
    assert not (module.folder / ".edge/madrid-1/plan/hosts/controller-0.yml").exists()
    assert foreign.exists(), "what the plan did not render is not its to remove"


def test_files_are_for_their_owner_only(module: Module) -> None:
    module.run()
    assert {p.stat().st_mode & 0o777 for p in module.folder.glob(".edge/**/*.*") if p.is_file()} == {0o600}


def test_every_fault_is_in_one_message_and_nothing_is_written(module: Module) -> None:
    module.site["edge_model"] = "triplex"
    module.site["edge_osm_password"] = ""
    module.site["edge_packages"] = ["web_knf", "web_ns", "missing"]
    result = module.run()
    assert result["failed"] is True
    lines = result["msg"].splitlines()
    assert lines[0] == "There are 3 faults in the site's variables:"
    assert len(lines) == 4
    assert (
        "- edge_model = 'triplex': is no deployment model that is known. Choose one of simplex, duplex, duplex-direct,"
        " standard, standard_storage, kubeadm."
    ) in lines
    assert {f["variable"] for f in result["faults"]} == {"edge_model", "edge_osm_password", "edge_packages[2]"}
    assert rendered(module.folder) == {}


def test_no_secret_is_returned_or_written(module: Module) -> None:
    texts = [json.dumps(module.run()), *rendered(module.folder).values()]
    module.site["edge_model"] = ""
    texts.append(json.dumps(module.run()))
    assert not [secret for secret in SECRETS for text in texts if secret in text]


def test_warnings_do_not_stop_it(module: Module) -> None:
    module.site["edge_helm_repo"] = module.site.pop("edge_helm_repos")
    result = module.run()
    assert result["changed"] is True
    remarks = {r["variable"]: r["remedy"] for r in result["remarks"]}
    assert remarks["edge_helm_repo"] == "Did you mean edge_helm_repos?"


def test_a_destination_that_is_a_file_is_said(module: Module) -> None:
    (module.folder / "file").write_text("")
    result = module.run(destination=str(module.folder / "file"))
    assert result["failed"] is True
    assert "cannot be written" in result["msg"]
    assert "Set another destination" in result["msg"]


def test_a_missing_library_is_named(module: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "netaddr", None)
    result = module.run()
    assert result["failed"] is True
    assert "netaddr" in result["msg"]
    assert "install" in result["msg"].lower()


@pytest.mark.parametrize("given", [None, "text", [None, {}], [{"variable": "edge_vim"}]])
def test_what_could_not_be_read_may_be_told_in_any_form(module: Module, given: Any) -> None:
    result = module.run(unreadable={"controller-0": given})
    assert bool(result.get("failed")) is isinstance(given, list)
    assert all({"variable", "message", "remedy"} <= set(fault) for fault in result["faults"])


def test_what_is_wrong_in_a_package_is_a_fault_of_its_variable(module: Module) -> None:
    errors = [
        {"level": "error", "where": "df[0]", "message": "lacks a thing", "remedy": "Add it.", "status": 422},
        {"level": "error", "where": "", "message": "loop is a link.", "remedy": "Remove it.", "status": 0},
        {"level": "warning", "where": "x", "message": "odd", "remedy": "", "status": 0},
    ]
    rows = [{"path": str(module.folder / "web_knf"), "acceptable": False, "findings": errors}, {"path": "/elsewhere"}]
    found = module.run(packages=rows)["faults"]
    assert [(f["variable"], f["value"], f["message"], f["remedy"]) for f in found] == [
        ("edge_packages[0]", "web_knf", "OSM would refuse it: lacks a thing (at df[0]).", "Add it."),
        ("edge_packages[0]", "web_knf", "loop is a link.", "Remove it."),
    ]
    assert module.run()["faults"] == []


def test_a_package_in_another_encoding_or_a_zip(module: Module) -> None:
    (module.folder / "web_knf/descriptor.yaml").write_bytes(b"vnfd:\n  id: caf\xe9\n")
    [fault] = [f for f in module.run()["faults"] if f["variable"] == "edge_packages[0]"]
    assert "descriptor.yaml is no text in UTF-8: byte 0xe9 in line 2" in fault["message"]
    shutil.rmtree(module.folder / "web_knf")
    with zipfile.ZipFile(module.folder / "web_knf", "w") as bundle:
        bundle.writestr("web/descriptor.yaml", "vnfd: {id: web_knf}")
    assert module.run()["faults"] == []


def test_a_picture_goes_with_what_it_showed_and_others_stay(module: Module) -> None:
    module.run()
    folder = module.folder / ".edge/madrid-1/plan"
    drawn = (folder / "picture.svg").read_text(encoding="utf-8")
    (folder / "cloud.svg").write_text(drawn, encoding="utf-8")
    (folder / "mine.svg").write_text("<svg/>", encoding="utf-8")
    changed = module.run()
    assert [Path(d["before_header"]).name for d in changed["diff"]] == ["cloud.svg"]
    assert not (folder / "cloud.svg").exists() and (folder / "mine.svg").exists()
    module.site["edge_interfaces"][0]["name"] = "oam9"
    assert "picture.svg" in [Path(d["after_header"]).name for d in module.run()["diff"]]


def test_a_report_is_written_once_also_of_faults_and_predicted(module: Module) -> None:
    folder = module.folder / "shown"
    predicted = module.run(check=True, report=str(folder))
    assert not folder.exists() and predicted["report"] == str(folder / "plan.html")
    happened = module.run(report=str(folder), overview=True)
    assert happened["diff"] == predicted["diff"]
    assert [d["prepared"].split(":")[0] for d in happened["diff"] if "prepared" in d] == [
        str(folder / name) for name in ("plan.html", "plan.json")
    ]
    files = {path.name: path for path in folder.iterdir()}
    assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o600}
    kept = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    assert json.loads(kept["plan.json"]) == happened["overview"] and happened["pictures"][0] not in kept["plan.json"]
    assert [site["name"] for site in happened["overview"]["sites"]] == ["madrid-1"]
    for check in (True, False):
        assert module.run(check=check, report=str(folder))["changed"] is False
    module.site["edge_model"] = "triplex"
    result = module.run(check=True, report=str(folder))
    assert result["failed"] and files["plan.html"].read_text(encoding="utf-8") == kept["plan.html"]
    result = module.run(report=str(folder))
    assert result["failed"] and result["msg"].endswith(f"The report is {folder / 'plan.html'} .")
    told = files["plan.html"].read_text(encoding="utf-8")
    assert "1 fault: nothing was rendered" in told and "triplex" in told
    assert not [secret for secret in SECRETS for text in (*kept.values(), told) if secret in text]


def test_a_report_that_cannot_be_written_says_so(module: Module) -> None:
    (module.folder / "file").write_text("")
    result = module.run(report=str(module.folder / "file" / "below"))
    assert result["failed"] and "The report cannot be written to" in result["msg"], result["msg"]
