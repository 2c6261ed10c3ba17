# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain HTTP to the lab's Kubernetes API, for tests that look at bodies, codes and headers."""

from __future__ import annotations

from typing import Any

import requests
import yaml

L2SM = "/apis/l2sm.l2sm.k8s.local/v1/namespaces/default"


class Cluster:
    """A session with the administrator's token (or another one)."""

    def __init__(self, lab: Any, token: str | None = None) -> None:
        self.url = lab.urls["kubernetes"]
        self.session = requests.Session()
        self.session.trust_env = False  # an environment's CA bundle would be used in place of the lab's
        self.session.verify = lab.ca_cert
        self.session.headers["User-Agent"] = "cluster-client/1"
        given = lab.credentials["kubernetes"]["token"] if token is None else token
        if given:
            self.session.headers["Authorization"] = f"Bearer {given}"

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> requests.Response:
        """One request with a JSON body."""
        return self.session.request(method, self.url + path, json=body, params=params, timeout=10)

    def get(self, path: str, **params: Any) -> Any:
        """A body, or None for 404."""
        reply = self.call("GET", path, **params)
        if reply.status_code == 404:
            return None
        assert reply.status_code == 200, reply.text
        return reply.json()

    def create(self, path: str, body: Any, **params: Any) -> Any:
        """A new object."""
        reply = self.call("POST", path, body, **params)
        assert reply.status_code == 201, reply.text
        return reply.json()

    def delete(self, path: str, **params: Any) -> requests.Response:
        """Delete, whatever the answer."""
        return self.call("DELETE", path, **params)

    def patch(self, path: str, body: Any, kind: str = "merge", **params: Any) -> requests.Response:
        """PATCH as ``merge``, ``json``, ``strategic`` or ``apply``."""
        media = {
            "merge": "application/merge-patch+json",
            "json": "application/json-patch+json",
            "strategic": "application/strategic-merge-patch+json",
            "apply": "application/apply-patch+yaml",
        }[kind]
        text = yaml.safe_dump(body) if kind == "apply" else None
        headers = {"Content-Type": media}
        if text is not None:
            return self.session.patch(self.url + path, data=text, params=params, headers=headers, timeout=10)
        return self.session.patch(self.url + path, json=body, params=params, headers=headers, timeout=10)

    def apply(self, path: str, body: Any, manager: str = "tester", **params: Any) -> requests.Response:
        """Server-side apply."""
        return self.patch(path, body, "apply", fieldManager=manager, **params)


def definition(**spec_properties: Any) -> dict[str, Any]:
    """A definition of ``widgets.example.org`` whose spec has these properties."""
    schema = {
        "type": "object",
        "properties": {
            "spec": {"type": "object", "required": ["size"], "properties": spec_properties},
            "status": {"type": "object", "properties": {"phase": {"type": "string"}}},
        },
    }
    version = {"name": "v1", "served": True, "storage": True, "subresources": {"status": {}}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.org"},
        "spec": {
            "group": "example.org",
            "scope": "Namespaced",
            "names": {"kind": "Widget", "plural": "widgets"},
            "versions": [{**version, "schema": {"openAPIV3Schema": schema}}],
        },
    }
