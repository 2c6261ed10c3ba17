# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a kubeconfig may be told, and what not."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._osm.kubeconfigs import readable

SERVER = "https://10.0.0.1:6443"
NAMES = {"v1", "Config", "site", SERVER, "admin@site", "admin", "default", "kube", "aws", "AWS_PROFILE"}


def kubeconfig(user: dict[str, Any], **cluster: Any) -> dict[str, Any]:
    """One of each."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "admin@site",
        "preferences": {"x": "canary-preference"},
        "clusters": [{"name": "site", "cluster": {"server": SERVER, **cluster}}],
        "contexts": [
            {"name": "admin@site", "context": {"cluster": "site", "user": "admin", "namespace": "kube"}},
            {"name": "default", "context": {"cluster": "site", "user": "admin"}},
        ],
        "users": [{"name": "admin", "user": user}],
    }


def test_names_and_addresses_are_told_and_the_rest_is_not() -> None:
    user = {
        "client-certificate-data": "canary-certificate",
        "client-key-data": "canary-key",
        "token": "canary-token",
        "password": "canary-password",
        "exec": {
            "command": "aws",
            "args": ["eks", "get-token", "--cluster-name", "site", "canary-argument"],
            "env": [{"name": "AWS_PROFILE", "value": "canary-value"}],
        },
        "auth-provider": {"config": {"id-token": "canary-id"}},
    }
    content = kubeconfig(user, **{"proxy-url": "http://canary:3128", "certificate-authority-data": "canary-ca"})
    assert readable(content) == NAMES | {"eks"}


def test_short_values_of_the_environment_and_what_minikube_adds_are_told() -> None:
    added = {"last-update": "Fri, 21 Nov 2025", "provider": "minikube.sigs.k8s.io", "version": "v1.37", "x": "canary"}
    extensions = [{"name": "cluster_info", "extension": added}]
    user = {"exec": {"command": "aws", "env": [{"name": "A", "value": "prod"}, {"name": "B", "value": "canary"}]}}
    told = readable(kubeconfig(user, extensions=extensions))
    assert told >= {"prod", "cluster_info", "v1.37", "minikube.sigs.k8s.io"} and "canary" not in told


@pytest.mark.parametrize("secret", ["token", "password", "client-key-data", "unknown"])
def test_a_secret_that_is_also_a_name_is_a_secret(secret: str) -> None:
    assert readable(kubeconfig({secret: "site"})) == NAMES - {"site", "aws", "AWS_PROFILE"}


@pytest.mark.parametrize("url", ["https://user:canary@10.0.0.1:6443", "https://canary@10.0.0.1:6443"])
def test_a_server_with_a_password_in_its_address_is_not_told(url: str) -> None:
    assert not [text for text in readable(kubeconfig({}, server=url)) if "canary" in text]


@pytest.mark.parametrize("content", [None, "text", [], {"token": "canary"}, {"users": "canary"}, {"kind": ["canary"]}])
def test_what_is_no_kubeconfig_has_nothing_to_tell(content: Any) -> None:
    assert readable(content) == set()
