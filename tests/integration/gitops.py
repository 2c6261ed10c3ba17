# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of GitOps share: files, the sample repository of OSM Ops, the playbook, a Git server."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from .osm import CLUSTER, VIM, Osm, shared


def write(folder: Path, name: str, document: Any) -> Path:
    """A YAML file."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return file


def repository(tmp_path: Path, osm: Osm) -> Path:
    """The sample repository of OSM Ops, beside a cluster for it."""
    osm.done("osm_vim_account", **{**VIM, "name": "mylocation1"})
    osm.done("osm_k8s_cluster", **{**CLUSTER, "vim_account": "mylocation1"}, kubeconfig=osm.kubeconfig)
    folder = tmp_path / "repository"
    shutil.copytree(shared("osmops/repo-1"), folder)
    # the one thing that OSM refuses since then: a version in the name of the chart
    vnfd = folder / "_deployment_/osm-pkgs/openldap_knf/openldap_vnfd.yaml"
    vnfd.write_text(vnfd.read_text(encoding="utf-8").replace("openldap:1.2.7", "openldap"), encoding="utf-8")
    return folder


class Gitops:
    """A Git repository, and the playbook on it."""

    def __init__(self, osm: Osm, folder: Path, cache: Path) -> None:
        self.osm, self.folder, self.cache = osm, folder, cache
        self.work = folder / "work"
        self.repository = folder / "origin"
        self.repository.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> str:
        """Run git in the repository."""
        names = ["-c", "user.name=Ada & Bob", "-c", "user.email=ada@example.com"]
        done = subprocess.run(
            ["git", *names, *words], cwd=self.repository, capture_output=True, text=True, timeout=60, check=True
        )
        return done.stdout.strip()

    def commit(self, subject: str, **files: Any) -> str:
        """Write files (None removes one), commit, and return the commit's id."""
        for name, document in files.items():
            file = self.repository / f"{name}.yaml"
            if document is None:
                file.unlink()
            else:
                write(self.repository, f"{name}.yaml", document)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", subject)
        return self.git("rev-parse", "HEAD")

    def run(
        self,
        *words: str,
        check: bool = False,
        environment: dict[str, str] | None = None,
        playbook: str = "edge.infra.gitops",
        **given: Any,
    ) -> Any:
        """Run the playbook (or another one with its variables): (exit code, output, report)."""
        known = self.osm.connection
        extra = {
            "osm_gitops_repository": str(self.repository),
            "osm_gitops_work_dir": str(self.work),
            "osm_gitops_name": "Madrid <b>",
            "osm_gitops_validate_certs": known.get("osm_validate_certs", True),
            **given,
        }
        command = [str(Path(sys.executable).parent / "ansible-playbook"), playbook, "-e", json.dumps(extra)]
        command += ["--check", "--diff"] if check else []
        self.osm.lab.control.forget()
        done = subprocess.run(
            [*command, *words],
            env={
                **os.environ,
                **self.osm.environment,
                "EDGE_INFRA_CACHE": str(self.cache),
                "ANSIBLE_LOCALHOST_WARNING": "false",
                "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
                "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote"),
                **(environment or {}),
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        file = self.work / "report/report.json"
        report = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        assert known["osm_password"] not in done.stdout + done.stderr + json.dumps(report)
        return done.returncode, done.stdout + done.stderr, report

    @property
    def last(self) -> Any:
        """The report of the last run that changed something or failed."""
        return json.loads((self.work / "report/last-change.json").read_text(encoding="utf-8"))

    @property
    def page(self) -> str:
        """The report for people."""
        return (self.work / "report/report.html").read_text(encoding="utf-8")


@contextlib.contextmanager
def git_server(folder: Path, user: str, password: str) -> Iterator[str]:
    """Serve a repository over HTTP to who has the password; yields its URL."""
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *words: Any) -> None:
            super().__init__(*words, directory=str(folder))

        def do_GET(self) -> None:
            if self.headers.get("Authorization") == wanted:
                super().do_GET()
                return
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
