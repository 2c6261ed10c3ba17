# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where charts come from: what is pinned of a package, what an address may have, what a failed fetch is told with."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm import given, plan

from .test_plan import chart, options, packed

__all__ = ["options"]

ROLE = Path(__file__).resolve().parents[3] / "roles/openstack_helm"


def test_a_package_is_held_against_its_digest(options: dict[str, Any], tmp_path: Path) -> None:
    """One that is kept, too: a tag can be moved, and what was fetched from another place has the same name."""
    cache = plan._kept(options, "oci://registry/charts")
    packed(cache, "heat", "2026.2.0")
    file = cache / "heat-2026.2.0.tgz"
    digest = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    heat = {"source": "oci://registry/charts", "version": "2026.2.0", "digest": digest}
    options["components"] = {"heat": heat}
    assert plan.fetches(options) == [] and plan.plan(options)["faults"] == []
    heat["digest"] = f"sha256:{'0' * 64}"
    (fault,) = plan.plan(options)["faults"]
    assert fault.startswith(f"{file} is {digest}, and {heat['digest']} is wanted. "), fault
    options["stand_in"] = True
    assert plan.plan(options)["faults"] == [], "the lab's chart is another one by right"
    options["stand_in"] = False
    chart(tmp_path / "charts", "heat")
    options["components"] = {"heat": {"digest": digest}}
    (fault,) = plan.plan(options)["faults"]
    assert "is a folder, and has no digest" in fault, fault


@pytest.mark.parametrize(
    ("charts", "heat", "words"),
    [
        ("oci://registry/charts", {"digest": "0" * 64}, "heat.digest: '0000.*' is no digest. Write sha256: "),
        ("oci://registry/charts", {"digest": f"sha256:{'A' * 64}"}, "heat.digest: .* is no digest"),
        ("oci://me:Canary@registry/charts", {}, "openstack_helm_charts: the address of a registry takes no user"),
        ("oci://registry/charts", {"source": "oci://me:Canary@other/x"}, "heat.source: the address of a registry"),
        ("https://me:Canary@charts", {"source": "oci://registry/a@b"}, ""),
    ],
)
def test_what_a_source_may_be(options: dict[str, Any], charts: str, heat: dict[str, str], words: str) -> None:
    found = given.faults({**options, "charts": charts, "components": {"heat": heat}})
    assert len(found) == bool(words), found
    for fault in found:
        assert re.search(words, fault) and "Canary" not in fault, fault


# what Helm 3.17 says
@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "openstack_helm_ca_cert"),
        ("x509: certificate is valid for localhost, not registry.test", "a name that its certificate has"),
        ("tls: first record does not look like a TLS handshake", "openstack_helm_plain_http"),
        (
            "pull access denied, repository does not exist or may require authorization: authorization failed: "
            "no basic auth credentials",
            "helm registry login",
        ),
        ("registry.test:5502/charts/memcached:2026.9.0: not found", "the version is the tag"),
        ("dial tcp 127.0.0.1:5599: connect: connection refused", "let this machine reach it"),
        ('chart "nova" version "1" not found in https://charts repository', ""),
        ("exec: helm: not found", ""),
    ],
)
def test_a_failed_fetch_is_told_with_what_to_do(said: str, remedy: str) -> None:
    hints = yaml.safe_load((ROLE / "vars/main.yml").read_text(encoding="utf-8"))["openstack_helm_hints"]
    told = [hint["remedy"] for hint in hints if re.search(hint["words"], f"Error: {said} Failure when executing Helm.")]
    assert len(told) == bool(remedy), told
    assert remedy in "".join(told)


def test_paths_with_blanks_reach_helm_whole() -> None:
    """kubernetes.core.helm_pull makes one line of its options, and cuts it at blanks."""
    tasks = yaml.safe_load((ROLE / "tasks/plan.yml").read_text(encoding="utf-8"))
    block = next(task["block"] for task in tasks if "block" in task)
    pull = next(task["kubernetes.core.helm_pull"] for task in block if "kubernetes.core.helm_pull" in task)
    for option in ("destination", "chart_ca_cert"):
        assert "| quote" in pull[option], option
