# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection by the name of a cloud: where it is looked for, what it gives, what wins, and what is wrong with it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.module_utils._engine.arguments import Module
from ansible_collections.edge.infra.plugins.module_utils._engine.spec import options
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import CONNECTION

AUTH = {"auth_url": "https://10.20.30.2:5000/v3", "username": "operator", "password": "from-the-file"}
CLOUD: dict[str, Any] = {
    "auth": {**AUTH, "project_name": "services", "user_domain_name": "People", "project_domain_name": "Projects"},
    "region_name": "SystemController",
    "interface": "internal",
    "cacert": "/etc/ssl/edge.pem",
    "verify": True,
}


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder without a clouds.yaml, a home of its own, and no variables of anybody."""
    for name in [n for n in os.environ if n.startswith("OS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "here")
    yield tmp_path


def write(folder: Path, cloud: Any, name: str = "clouds.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(yaml.safe_dump({"clouds": {"madrid": cloud}}), encoding="utf-8")
    return folder / name


def given(**arguments: Any) -> dict[str, Any]:
    """What a module has after its options have been read."""
    with patch_module_args(arguments):
        return dict(Module(options(CONNECTION), CONNECTION).params)


def refused(capsys: pytest.CaptureFixture[str], **arguments: Any) -> dict[str, Any]:
    with pytest.raises(SystemExit):
        given(**arguments)
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_everything_comes_from_it(nowhere: Path) -> None:
    write(nowhere / "here", CLOUD)
    found = given(cloud="madrid")
    assert {k: found[k] for k in ("auth_url", "auth_username", "auth_password", "project_name")} == {
        "auth_url": AUTH["auth_url"],
        "auth_username": "operator",
        "auth_password": "from-the-file",
        "project_name": "services",
    }
    assert (found["user_domain_name"], found["project_domain_name"]) == ("People", "Projects")
    assert (found["region_name"], found["interface"], found["ca_cert"]) == (
        "SystemController",
        "internal",
        "/etc/ssl/edge.pem",
    )
    assert found["validate_certs"] is True


def test_options_win_then_the_cloud_then_the_environment(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(nowhere / "here", {"auth": AUTH})
    monkeypatch.setenv("OS_CLOUD", "madrid")
    monkeypatch.setenv("OS_USERNAME", "of-the-shell")
    monkeypatch.setenv("OS_PROJECT_NAME", "of-the-shell")
    found = given(auth_password="of-the-task")
    assert (found["auth_password"], found["auth_username"]) == ("of-the-task", "operator")
    assert (found["project_name"], found["region_name"]) == ("of-the-shell", "RegionOne")


def test_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"USERNAME": "u", "PASSWORD": "p", "AUTH_URL": "https://a/v3", "PROJECT_NAME": "j", "REGION_NAME": "r"}
    for name, value in {**names, "USER_DOMAIN_NAME": "d", "PROJECT_DOMAIN_NAME": "e", "CACERT": "/c"}.items():
        monkeypatch.setenv(f"OS_{name}", value)
    found = given()
    keys = ("auth_username", "auth_password", "auth_url", "project_name", "region_name")
    assert [found[k] for k in keys] == ["u", "p", "https://a/v3", "j", "r"]
    assert (found["user_domain_name"], found["project_domain_name"], found["ca_cert"]) == ("d", "e", "/c")


@pytest.mark.parametrize("place", ["home/.config/openstack", "elsewhere"])
def test_where_it_is_looked_for(nowhere: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(nowhere / place, {"auth": {**AUTH, "password": None}})
    write(nowhere / place, {"auth": {"password": "kept-apart"}}, "secure.yaml")
    if place == "elsewhere":
        write(nowhere / "here", {"auth": {**AUTH, "auth_url": "https://other/v3"}})
        monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(path))
    found = given(cloud="madrid")
    assert (found["auth_url"], found["auth_password"]) == (AUTH["auth_url"], "kept-apart")


@pytest.mark.parametrize(
    ("more", "option", "value"),
    [
        ({"endpoint_type": "internalURL"}, "interface", "internal"),
        ({"interface": ["admin", "public"]}, "interface", "admin"),
        ({"interface": "odd"}, "interface", "public"),
        ({"insecure": True}, "validate_certs", False),
        ({"verify": False}, "validate_certs", False),
    ],
)
def test_spellings(nowhere: Path, more: dict[str, Any], option: str, value: Any) -> None:
    write(nowhere / "here", {"auth": AUTH, **more})
    assert given(cloud="madrid")[option] == value


def test_what_is_wrong_is_told_with_the_file_and_without_a_secret(
    nowhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = refused(capsys, cloud="madrid")
    assert "There is no clouds.yaml for cloud 'madrid'. Make one of " in answer["msg"]
    path = write(nowhere / "here", {"auth": AUTH})
    answer = refused(capsys, cloud="toledo")
    assert answer["msg"] == f"{path} has no cloud 'toledo'. It has: madrid. Correct cloud."
    assert answer["error"]["option"] == "cloud"
    path.write_text("clouds:\n  madrid:\n  password: 'hidden-word\n", encoding="utf-8")
    answer = refused(capsys, cloud="madrid")
    assert answer["msg"].startswith(f"{path}, line ") and "hidden-word" not in str(answer)
    write(nowhere / "here", {"auth": {"auth_url": "https://a/v3"}})
    assert "missing required arguments: auth_password" in refused(capsys, cloud="madrid")["msg"]
