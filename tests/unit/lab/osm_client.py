# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the simulated NBI share: a logged-in client, samples, and a stand-in for a Kubernetes API."""

from __future__ import annotations

import base64
import io
import json
import ssl
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests
import yaml
from conftest import RunningLab

#: only the NBI, quick passwords, no throttle
FAST: dict[str, Any] = {"services": ["osm"], "osm": {"throttle": False, "password_rounds": 4}}

VIM = {
    "name": "madrid-1",
    "vim_url": "https://keystone.example:5000/v3",
    "vim_type": "dummy",
    "vim_user": "admin",
    "vim_password": "s3cret",
    "vim_tenant_name": "admin",
}
KNF = {"id": "web_knf", "product-name": "web", "version": "1.0", "mgmt-cp": "mgmt"} | {
    "ext-cpd": [{"id": "mgmt", "k8s-cluster-net": "mgmtnet"}],
    "kdu": [{"name": "web", "helm-chart": "stable/web"}],
    "k8s-cluster": {"nets": [{"id": "mgmtnet"}]},
    "df": [{"id": "default-df"}],
}
NSD = {"id": "web_ns", "name": "web_ns", "version": "1.0", "vnfd-id": ["web_knf"]} | {
    "virtual-link-desc": [{"id": "mgmtnet", "mgmt-network": True}],
    "df": [
        {
            "id": "default-df",
            "vnf-profile": [
                {
                    "id": "web",
                    "vnfd-id": "web_knf",
                    "virtual-link-connectivity": [
                        {
                            "virtual-link-profile-id": "mgmtnet",
                            "constituent-cpd-id": [
                                {"constituent-base-element-id": "web", "constituent-cpd-id": "mgmt"}
                            ],
                        }
                    ],
                }
            ],
        }
    ],
}


class Nbi:
    """A client that speaks JSON and keeps no cookies; ``path`` is what follows ``/osm/``."""

    def __init__(self, lab: RunningLab, **login: str) -> None:
        self.lab = lab
        self.base = lab.urls["osm"] + "/osm/"
        self.http = lab.session()
        self.http.headers["Accept"] = "application/json"
        reply = self.call("POST", "admin/v1/tokens", login or lab.credentials["osm"])
        assert reply.status_code == 200, reply.text
        self.token: dict[str, Any] = reply.json()
        self.http.headers["Authorization"] = f"Bearer {self.token['id']}"

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send a request; ``body`` goes as JSON."""
        self.http.cookies.clear()
        return self.http.request(method, self.base + path, json=body, timeout=30, **options)

    def get(self, path: str) -> Any:
        """The document behind a URL."""
        reply = self.call("GET", path)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def refused(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """Status and detail of a refusal, whose body has the three keys of one."""
        reply = self.call(method, path, body, **options)
        assert reply.status_code >= 400, reply.text
        problem = reply.json()
        assert set(problem) == {"code", "status", "detail"}
        assert problem["status"] == reply.status_code
        return reply.status_code, problem["detail"]

    def add(self, path: str, body: Any) -> str:
        """Create something; its id."""
        reply = self.call("POST", path, body)
        assert reply.status_code in (201, 202), reply.text
        return str(reply.json()["id"])

    def upload(self, path: str, data: bytes, method: str = "POST", **headers: str) -> requests.Response:
        """Send an archive."""
        self.http.cookies.clear()
        kind = {"Content-Type": "application/gzip", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.http.request(method, self.base + path, data=data, headers=kind, timeout=30)

    def settled(self, path: str, *states: str) -> dict[str, Any]:
        """An account once it is in one of ``states``."""

        def probe() -> dict[str, Any] | None:
            found = self.get(path)
            return found if found["_admin"]["operationalState"] in states else None

        return self.lab.wait(probe)  # type: ignore[no-any-return]

    def ended(self, op_id: str) -> dict[str, Any]:
        """An NS operation once it is over."""

        def probe() -> dict[str, Any] | None:
            found = self.get(f"nslcm/v1/ns_lcm_op_occs/{op_id}")
            return found if found["operationState"] != "PROCESSING" else None

        return self.lab.wait(probe)  # type: ignore[no-any-return]

    def gone(self, path: str) -> None:
        """Wait until a URL answers 404."""
        self.lab.wait(lambda: self.call("GET", path).status_code == 404)

    def clear(self) -> None:
        """Remove everything that tests make, whatever its state."""
        for path in (
            "nslcm/v1/ns_instances",
            "nst/v1/netslice_templates",
            "nsd/v1/ns_descriptors",
            "vnfpkgm/v1/vnf_packages",
            *(f"admin/v1/{topic}" for topic in ("k8sclusters", "k8srepos", "osmrepos", "wim_accounts", "sdns")),
            *(f"admin/v1/{topic}" for topic in ("vim_accounts", "vca")),
        ):
            for item in self.get(path):
                assert self.call("DELETE", f"{path}/{item['_id']}?FORCE").status_code == 204


def pack(files: dict[str, bytes | str]) -> bytes:
    """A gzip tar of these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def package(descriptor: dict[str, Any], folder: str = "pkg", **files: str) -> bytes:
    """A package around one descriptor (NSDs are told by their ``vnfd-id``); ``files`` are more files of the folder."""
    document = {"nsd": {"nsd": [descriptor]}} if "vnfd-id" in descriptor else {"vnfd": descriptor}
    extra = {f"{folder}/{name}": text for name, text in files.items()}
    return pack({f"{folder}/descriptor.yaml": yaml.safe_dump(document), **extra})


class Kubernetes:
    """A stand-in API server: version, namespaces and deployments, behind a token."""

    def __init__(self, lab: RunningLab, token: str = "right") -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.token = token
        #: what deployments say of themselves; None: nothing
        self.status: dict[str, Any] | None = None
        self.ca = lab.lab.authority.ca_file.read_bytes()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Keep the test's output clean."""

            def _reply(self, status: int, body: Any) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                if self.headers.get("Authorization") != f"Bearer {outer.token}":
                    self._reply(401, {"kind": "Status", "reason": "Unauthorized", "message": "Unauthorized"})
                    return
                self._reply(*outer.answer(self.command, self.path, body))

            do_GET = do_POST = do_PUT = do_DELETE = _serve

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context: ssl.SSLContext = lab.lab.authority.server_context()
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """Status and document."""
        if path == "/version":
            return 200, {"gitVersion": "v1.31.5"}
        if path == "/api/v1/namespaces" and method == "GET":
            return 200, {"kind": "NamespaceList", "items": []}
        if method == "POST":
            key = f"{path}/{body['metadata']['name']}"
            if key in self.objects:
                return 409, {"kind": "Status", "reason": "AlreadyExists", "message": "already exists"}
            self.objects[key] = body
            return 201, body
        if path not in self.objects:
            return 404, {"kind": "Status", "reason": "NotFound", "message": f"{path} not found"}
        if method == "DELETE":
            return 200, self.objects.pop(path)
        if method == "PUT":
            self.objects[path] = body
        return 200, {**self.objects[path], **({"status": self.status} if self.status else {})}

    def kubeconfig(self, token: str | None = None) -> dict[str, Any]:
        """Credentials for it."""
        authority = base64.b64encode(self.ca).decode()
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "lab",
            "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab"}}],
            "clusters": [{"name": "lab", "cluster": {"server": self.url, "certificate-authority-data": authority}}],
            "users": [{"name": "lab", "user": {"token": token or self.token}}],
        }

    def stop(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()
