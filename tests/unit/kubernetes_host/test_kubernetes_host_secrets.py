# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password of a proxy or of a registry is in a file for root, and in no result, whatever is asked for."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.plan import plan
from ansible_collections.edge.infra.plugins.modules import kubernetes_host_files

from .test_kubernetes_host import SETTINGS, STATE, over

PROXY = "http://site:s3cret%25word@proxy.example.com:3128"


def written(check: bool = False, **given: Any) -> str:
    """All that the module answers."""
    out = io.StringIO()
    arguments = {**given, "_ansible_check_mode": check, "_ansible_diff": True}
    with patch_module_args(arguments), contextlib.redirect_stdout(out), pytest.raises(SystemExit):
        kubernetes_host_files.main()
    return out.getvalue()


def test_files_with_the_password_of_a_proxy_are_for_root_alone(tmp_path: Path) -> None:
    files = plan(STATE, over(SETTINGS, proxy={"http": PROXY}))["files"]
    secret = {file["path"]: file for file in files if "s3cret" in file["content"]}
    assert sorted(secret) == [
        "/etc/apt/apt.conf.d/90edge-kubernetes",
        "/etc/systemd/system/containerd.service.d/edge-proxy.conf",
    ]
    assert {file["mode"] for file in secret.values()} == {"0600"}
    assert not [
        file for file in plan(STATE, over(SETTINGS, proxy={"http": "http://p.example:3128"}))["files"] if "mode" in file
    ]
    given = [{**file, "path": str(tmp_path / Path(file["path"]).name)} for file in secret.values()]
    for check in (True, False):
        said = written(check, files=given)
        assert json.loads(said)["changed"] and "s3cret" not in said
    assert "s3cret" in (tmp_path / "edge-proxy.conf").read_text(encoding="utf-8")
    assert "s3cret" not in written(files=[{**given[0], "content": "none\n"}]), "the one of before"
    assert "s3cret" not in written(absent=[given[1]["path"]])


@pytest.mark.parametrize("name", ["password", "auth", "identitytoken", "identity_token"])
def test_what_containerd_tells_a_registry_is_hidden(tmp_path: Path, name: str) -> None:
    text = f'[plugins.x.registry.configs."r.example.com".auth]\nusername = "site"\n{name} = "hunter2hunter2"\n'
    said = written(files=[{"path": str(tmp_path / "config.toml"), "content": text, "mode": "0600"}])
    assert "r.example.com" in said and "hunter2" not in said


def test_containerd_is_not_run_by_a_module_that_returns_its_environment() -> None:
    roles = Path(__file__).resolve().parents[3] / "roles"
    files = [path for part in ("tasks", "handlers") for path in roles.glob(f"kubernetes_*/{part}/*.yml")]
    units = [line for path in files for line in re.findall(r"systemd(?:_service)?:\n +name: (\S+)", path.read_text())]
    assert "kubelet.service" in units and not [unit for unit in units if "containerd" in unit]
