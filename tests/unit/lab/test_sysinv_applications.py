# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: applications and Helm overrides, their walks, and what is refused of them in its own words."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from application_package import tarball, upload
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
NOTHING: dict[str, Any] = {"values": {}}
DEX = {"name": "dex", "namespace": "kube-system"}


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


@pytest.fixture
def demo(client: Client) -> Client:
    client.call("POST", "/apps", upload())
    reach(client, "uploaded")
    return client


def reach(client: Client, status: str, name: str = "demo") -> dict[str, Any]:
    def there() -> Any:
        app = client.by("/apps", "name").get(name)
        return client.call("GET", f"/apps/{name}") if app and app["status"] == status else None

    app: dict[str, Any] = client.lab.wait(there)
    return app


def direct(client: Client, directive: str, name: str = "demo", **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.call("PATCH", f"/apps/{name}", NOTHING, directive=directive, **query)
    return answer


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"tarfile": "/home/me/demo.zip"}, "unrecognizable tar file extension. Supported extensions are: .tgz and"),
        ({"tarfile": "/home/me/demo-1.tgz"}, "upload rejected: failed to extract tar file 1754500000.0-demo"),
        (upload(**{"metadata.yaml": "app_name: demo\n"}), "name or/and version is/are not included in the tar file"),
        (upload(**{"metadata.yaml": "{"}), "Application-upload rejected: metadata validation failed."),
        (
            upload(**{"fluxcd-manifests__kustomization.yaml": None}),
            "Application-upload rejected: Application-upload rejected: FluxCD manifest structure is not present",
        ),
        (upload(**{"charts__web-1.0.tgz": None, "charts__x": ""}), "tar file contains no Helm charts of expected file"),
        (upload(**{"checksum.md5": "00 metadata.yaml\n"}), "Application-upload rejected: checksum validation failed."),
        (upload("snmp"), "Application-upload rejected: application snmp already exists."),
    ],
)
def test_uploads_refused(client: Client, body: dict[str, Any], text: str) -> None:
    status, words = refusal(client.call, "POST", "/apps", body)
    assert status == 400 and text in words


def test_what_a_list_and_a_single_one_show(demo: Client) -> None:
    listed = demo.by("/apps", "name")["demo"]
    assert set(listed) == {
        *("name", "app_version", "manifest_name", "manifest_file", "status", "progress", "active"),
    }
    assert {"created_at", "updated_at"} <= set(demo.call("GET", "/apps/demo"))
    assert refusal(demo.call, "GET", "/apps/other") == (404, "No application with name other.")


def test_directives_and_where_they_start_from(demo: Client) -> None:
    for directive in ("apply", "remove", "abort"):
        words = f"Application-{directive} rejected: application not found."
        assert refusal(direct, demo, directive, "other") == (400, words)
    assert refusal(direct, demo, "delete")[0] == 403
    while_uploaded = "rejected: operation is not allowed while the current status is uploaded."
    assert refusal(direct, demo, "remove") == (400, f"Application-remove {while_uploaded}")
    assert refusal(direct, demo, "abort") == (400, f"Application-abort {while_uploaded}")
    values = {"values": {"mode": "normal"}}
    words = refusal(demo.call, "PATCH", "/apps/demo", values, directive="apply")[1]
    assert words == "Application-apply rejected: Mode is not supported for app demo."
    assert direct(demo, "apply")["status"] == "applying"
    assert refusal(direct, demo, "apply")[1] == "Application-apply rejected: install/update is already in progress."
    app = reach(demo, "applied")
    assert (app["progress"], app["active"]) == ("completed", True)
    assert "while the current status is applied" in refusal(demo.call, "DELETE", "/apps/demo")[1]
    assert direct(demo, "remove")["status"] == "removing"
    assert reach(demo, "uploaded")["active"] is False
    assert demo.send("DELETE", "/apps/demo").status_code == 204
    assert demo.send("GET", "/apps/demo").status_code == 404


def test_an_abort_takes_a_moment_and_ends_in_failure(demo: Client) -> None:
    direct(demo, "apply")
    assert direct(demo, "abort")["status"] == "applying"
    assert reach(demo, "apply-failed")["progress"] == "operation aborted by user"
    direct(demo, "remove")
    direct(demo, "abort")
    assert reach(demo, "remove-failed")["progress"] == "operation aborted by user"
    assert "while the current status is remove-failed" in refusal(direct, demo, "apply")[1]
    demo.lab.control.fault("fail_operation", service="sysinv", match="remove demo")
    direct(demo, "remove", force="True")
    assert reach(demo, "uploaded")["progress"].startswith("Application remove failed. Status forced to 'uploaded'.")


def test_an_update_comes_from_a_url_or_from_the_controller(demo: Client) -> None:
    body = upload(version="2.0-1")
    assert refusal(demo.call, "POST", "/apps/update", body)[1] == (
        "Application-update rejected: application tar file /home/me/demo-2.0-1.tgz does not exist."
    )
    root = demo.lab.lab.services["sysinv"].world.root
    path = root / "home/me/demo-2.0-1.tgz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tarball(version="2.0-1"))
    assert "while the current status is uploaded" in refusal(demo.call, "POST", "/apps/update", body)[1]
    direct(demo, "apply")
    reach(demo, "applied")
    flags = {**body, "reuse_user_overrides": True}  # a text is wanted
    assert "invalid reuse_user_overrides setting" in refusal(demo.call, "POST", "/apps/update", flags)[1]
    demo.lab.control.fault("fail_operation", service="sysinv", match="update demo")
    assert demo.call("POST", "/apps/update", body)["app_version"] == "2.0-1"
    assert "update is already in progress" in refusal(demo.call, "POST", "/apps/update", body)[1]
    app = reach(demo, "applied")
    assert app["app_version"] == "1.2-3" and app["progress"].startswith(
        "Application update from version 1.2-3 to version 2.0-1 aborted. Application recover to version 1.2-3 completed"
    )
    demo.call("POST", "/apps/update", body)
    app = reach(demo, "applied")
    assert app["progress"] == "Application update from version 1.2-3 to version 2.0-1 completed."
    assert "the version 2.0-1 is already applied" in refusal(demo.call, "POST", "/apps/update", body)[1]
    path.unlink()


@pytest.fixture
def site() -> Iterator[str]:
    """A web server with two tarballs."""
    files = {"/demo-1.2-3.tgz": tarball(), "/none.tgz": b"nothing"}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in files else 404)
            self.end_headers()
            self.wfile.write(files.get(self.path, b""))

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_the_controller_fetches_what_has_a_url(client: Client, site: str) -> None:
    made = client.call("POST", "/apps", {"tarfile": f"{site}/demo-1.2-3.tgz"})
    assert made["name"].startswith("app-name-placeholder-") and made["status"] == "uploading"
    assert reach(client, "uploaded")["app_version"] == "1.2-3"
    for name, words in (("gone.tgz", "error code = 404"), ("none.tgz", "failed to extract tar file none.tgz.")):
        client.call("POST", "/apps", {"tarfile": f"{site}/{name}", "name": "late", "app_version": "1"})
        assert words in reach(client, "upload-failed", "late")["progress"]
        client.call("DELETE", "/apps/late")


def test_overrides_and_their_traps(client: Client) -> None:
    path = "/helm_charts/oidc-auth-apps"
    charts = client.list("/helm_charts", app_name="oidc-auth-apps")
    assert charts[0] == {"name": "dex", "namespaces": ["kube-system"], "enabled": ["true"]}
    body = {"flags": {"reset_values": True}, "values": {"files": ["b: 1\na: {x: 1}\n"]}, "attributes": {}}
    assert client.call("PATCH", path, body, **DEX)["user_overrides"] == "a:\n  x: 1\nb: 1\n"
    more = {"flags": {"reuse_values": True, "reset_values": False}, "values": {"set": ["a.y=2"]}, "attributes": {}}
    assert client.call("PATCH", path, more, **DEX)["user_overrides"] == "a:\n  x: 1\n  y: '2'\nb: 1\n"
    shown = client.call("GET", path, **DEX)
    assert (shown["attributes"], shown["system_overrides"]) == (None, "{replicas: 1}\n")
    assert shown["combined_overrides"].endswith("b: 1\nreplicas: 1\n")
    # sysinv's own way to switch a chart off takes the values along
    client.call("PATCH", path, {"flags": {}, "values": {}, "attributes": {"enabled": "false"}}, **DEX)
    shown = client.call("GET", path, **DEX)
    assert (shown["attributes"], shown["user_overrides"]) == ("enabled: false\n", None)
    # and it takes values for a chart that nobody has
    client.call("PATCH", path, body, name="dx", namespace="kube-system")
    assert "dx" not in {c["name"] for c in client.list("/helm_charts", app_name="oidc-auth-apps")}
    assert client.send("DELETE", path, **DEX).status_code == 204


@pytest.mark.parametrize(
    ("change", "query", "text"),
    [
        ({}, {"name": ""}, "Name must be specified."),
        ({}, {"namespace": ""}, "Namespace must be specified."),
        ({"flags": {"reuse_values": True}}, {}, "'reuse_values' and 'reset_values' cannot both be True."),
        ({"flags": {"reapply": True, "reapply_all": True}}, {}, "'reapply' and 'reapply_all' cannot both be True."),
        ({"values": {"set": ["a=1,b=2"]}}, {}, "One (or more) set overrides contains multiple values."),
        ({"values": {"files": ["- 1"]}}, {}, "Unable to update the helm chart attributes for chart dex under"),
        ({"attributes": {"size": "1"}}, {}, "Invalid chart attribute: size must be one of [enabled]"),
    ],
)
def test_overrides_refused(client: Client, change: dict[str, Any], query: dict[str, str], text: str) -> None:
    body = {"flags": {}, "values": {}, "attributes": {}, **change}
    status, words = refusal(client.call, "PATCH", "/helm_charts/oidc-auth-apps", body, **{**DEX, **query})
    assert status == 400 and text in words


def test_overrides_of_what_is_not_there(client: Client) -> None:
    assert refusal(client.call, "GET", "/helm_charts/other", **DEX) == (400, "Application other not found.")
    assert refusal(client.call, "GET", "/helm_charts", app_name="other")[1].endswith("No application with name other.")
    client.call("POST", "/apps", upload())
    words = refusal(client.call, "GET", "/helm_charts", app_name="demo")[1]
    assert words.endswith("currently in uploading state. Wait until the upload process finishes.")
    reach(client, "uploaded")
    assert client.list("/helm_charts", app_name="demo") == [
        {"name": "web", "namespaces": ["demo"], "enabled": ["true"]}
    ]
