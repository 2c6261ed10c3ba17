# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages, the container runtime and its registries: mistakes are told on paper, not by a role on a host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._site._kubernetes import sources
from kubeadm_site import plan

PACKAGES, RUNTIME, VERSION = "edge_kubernetes_packages", "edge_container_runtime", "edge_kubernetes_version"
REGISTRIES = f"{RUNTIME}.registries"
MIRROR = "https://mirror.example.com/v{minor}/deb/"


def registries(*rows: Any) -> dict[str, Any]:
    return {RUNTIME: {"registries": list(rows)}}


def mirrors(*rows: Any) -> dict[str, Any]:
    return registries({"name": "docker.io", "mirrors": list(rows)})


FAULTS = [
    ({PACKAGES: {"sourc": "repository"}}, f"{PACKAGES}.sourc", "no key that is known", "Did you mean source"),
    ({PACKAGES: {"url": "mirror.corp/k8s", "key": "/k"}}, f"{PACKAGES}.url", "is no URL", "{minor}"),
    ({PACKAGES: {"url": "https://m/{release}/", "key": "/k"}}, f"{PACKAGES}.url", "'release' in braces", "{version}"),
    ({PACKAGES: {"url": "https://m/{minor/", "key": "/k"}}, f"{PACKAGES}.url", "in braces", "{minor}"),
    ({PACKAGES: {"url": "https://m/{}/", "key": "/k"}}, f"{PACKAGES}.url", "'' in braces", "{minor}"),
    ({PACKAGES: {"url": MIRROR, "key": "ftp://m/key"}}, f"{PACKAGES}.key", "no URL and no file", "https"),
    (
        {PACKAGES: {"url": MIRROR, "key": "/k", "key_checksum": "abc"}},
        f"{PACKAGES}.key_checksum",
        "no digest",
        "sha256",
    ),
    ({PACKAGES: {"url": MIRROR, "trusted": "perhaps"}}, f"{PACKAGES}.trusted", "a text stands", "true or false"),
    ({VERSION: "1.22.1"}, VERSION, "older than 1.24", "edge_artifacts"),
    ({"edge_artifacts": ["/srv"]}, "edge_artifacts", "a list stands where a text", "Write a text"),
    ({RUNTIME: {"mirors": []}}, f"{RUNTIME}.mirors", "no key that is known", "registries"),
    ({RUNTIME: {"source": "vendor"}}, f"{RUNTIME}.source", "not one of the choices", "repository"),
    ({RUNTIME: {"source": "repository"}}, f"{RUNTIME}.url", "is missing", "its key"),
    ({RUNTIME: {"source": "folder"}}, f"{RUNTIME}.path", "is missing", "edge_kubernetes_packages"),
    ({RUNTIME: {"sandbox_image": "a b"}}, f"{RUNTIME}.sandbox_image", "has blanks", "one word"),
    ({RUNTIME: {"plugin_folder": "opt/cni"}}, f"{RUNTIME}.plugin_folder", "does not begin at the root", "whole path"),
    ({RUNTIME: {"settings": ["a"]}}, f"{RUNTIME}.settings", "a list stands where a dictionary", "dictionary"),
    (registries("docker.io"), f"{REGISTRIES}[0]", "a text stands where a dictionary", "dictionary"),
    (registries({"nam": "x"}), f"{REGISTRIES}[0].name", "is missing", "_default"),
    (registries({"name": "https://quay.io"}), f"{REGISTRIES}[0].name", "no host of a registry", "without a scheme"),
    (registries({"name": "../../cron.d"}), f"{REGISTRIES}[0].name", "no host of a registry", "without a scheme"),
    (registries({"name": "a.io"}, {"name": "a.io"}), f"{REGISTRIES}[1].name", "already used by", "its own"),
    (registries({"name": "a.io", "server": "a.io"}), f"{REGISTRIES}[0].server", "no scheme", "https://"),
    (mirrors("https://m"), f"{REGISTRIES}[0].mirrors[0]", "a text stands where a dictionary", "dictionary"),
    (mirrors({"url": "mirror.corp"}), f"{REGISTRIES}[0].mirrors[0].url", "no scheme", "https://mirror"),
    (mirrors({"ca_file": "/ca"}), f"{REGISTRIES}[0].mirrors[0].url", "is missing", "URL of the mirror"),
    (
        mirrors({"url": "https://m", "ca_file": "ca"}),
        f"{REGISTRIES}[0].mirrors[0].ca_file",
        "at the root",
        "whole path",
    ),
    (
        mirrors({"url": "https://m", "capabilities": ["pul"]}),
        f"{REGISTRIES}[0].mirrors[0].capabilities[0]",
        "choices",
        "pull",
    ),
    (
        mirrors({"url": "https://m", "skip_verify": "never"}),
        f"{REGISTRIES}[0].mirrors[0].skip_verify",
        "a text",
        "true or false",
    ),
]


@pytest.mark.parametrize(("changes", "variable", "message", "remedy"), FAULTS)
def test_faults(changes: dict[str, Any], variable: str, message: str, remedy: str) -> None:
    found = plan(changes).faults
    told = [fault for fault in found if fault.variable == variable and message in fault.message]
    assert told, [fault.line for fault in found]
    assert remedy in told[0].remedy


@pytest.mark.parametrize(
    "changes",
    [
        {PACKAGES: {"url": MIRROR, "key": "https://mirror.example.com/key.asc", "key_checksum": f"sha256:{'a' * 64}"}},
        {PACKAGES: {"url": "file:/srv/packages", "trusted": True}},
        {PACKAGES: {"source": "folder", "path": "/srv/p"}, RUNTIME: {"source": "folder"}},
        {VERSION: "1.22.1", "edge_artifacts": "/srv/mirror"},
        {VERSION: "1.22.1", PACKAGES: {"source": "distribution"}},
        {RUNTIME: {"source": "repository", "url": "https://c.example.com/", "key": "/k", "package": "containerd.io"}},
        registries({"name": "_default", "mirrors": [{"url": "http://10.0.0.5:5000/v2", "override_path": True}]}),
        registries({"name": "r.example.com:5000", "server": "https://r.example.com:5000"}),
    ],
)
def test_what_is_right(changes: dict[str, Any]) -> None:
    found = plan(changes)
    assert [fault.line for fault in found.faults + found.warnings] == []


def test_a_repository_that_nobody_has_signed_is_told_of() -> None:
    (told,) = plan({PACKAGES: {"url": MIRROR}}).warnings
    assert (told.variable, told.message.split(",")[0]) == (f"{PACKAGES}.url", "has no key")


def test_the_role_takes_the_same_keys() -> None:
    specs = Path(__file__).parents[4] / "roles" / "kubernetes_host" / "meta" / "argument_specs.yml"
    options = yaml.safe_load(specs.read_text(encoding="utf-8"))["argument_specs"]["install"]["options"]
    runtime = options["kubernetes_host_containerd"]["options"]
    registry = runtime["registries"]["options"]
    assert set(options["kubernetes_host_packages"]["options"]) == set(sources.REPOSITORY_KEYS)
    assert set(runtime) == set(sources.RUNTIME_KEYS)
    assert set(registry) == set(sources.REGISTRY_KEYS)
    assert set(registry["mirrors"]["options"]) == set(sources.MIRROR_KEYS)
    assert set(runtime["source"]["choices"]) == set(sources.SOURCES)
    assert set(runtime["cgroup_driver"]["choices"]) == set(sources.DRIVERS)
