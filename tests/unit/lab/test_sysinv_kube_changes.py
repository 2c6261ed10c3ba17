# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: the upgrade of Kubernetes and the update of its root CA take each request in its state only."""

from __future__ import annotations

import time
from typing import Any

import pytest
from starlingx_client import OVERRIDES, Client, Refusal, bootstrapped, refusal

LAB: dict[str, Any] = {"services": ["keystone", "sysinv", "fm"], "time_factor": 100000}
ADDRESS = "/kube_upgrade"


@pytest.fixture
def client(lab: Any) -> Client:
    found = bootstrapped(lab, {**OVERRIDES, "kubernetes_version": "1.33.0"})
    host = lab.lab.services["sysinv"].world.rows("ihosts")[0]
    host.update(administrative="unlocked", operational="enabled", availability="available", invprovision="provisioned")
    return found


def state(client: Client, *ends: str) -> str:
    """The state once it is one of these; any at once without."""
    for _unused in range(200):
        [row] = client.list(ADDRESS)
        if not ends or row["state"] in ends:
            return str(row["state"])
        time.sleep(0.01)
    raise AssertionError(f"it is {row['state']}, not one of {ends}")


def go(client: Client, doing: str, done: str, **more: Any) -> None:
    client.patch(ADDRESS, state=doing, **more)
    assert state(client, done) == done


def host(client: Client, what: str) -> Any:
    return client.call("POST", f"/ihosts/{client.host()['uuid']}/kube_upgrade_{what}", {"force": False})


def test_the_walk_of_a_simplex_and_what_is_refused_on_it(client: Client) -> None:
    none = (400, "A kubernetes upgrade is not in progress")
    assert refusal(client.patch, ADDRESS, state="downloading-images") == none == refusal(client.call, "DELETE", ADDRESS)
    assert refusal(host, client, "kubelet") == (400, "A kubernetes upgrade is not in progress.")
    start = {"to_version": "1.35.2", "force": False}
    for version, words in (
        ("v1.30.0", "Kubernetes version v1.30.0 is not available"),
        ("v1.32.2", "The target Kubernetes version v1.32.2 is not in available state"),
    ):
        assert refusal(client.call, "POST", ADDRESS, {"to_version": version}) == (400, words)
    assert client.call("POST", ADDRESS, start)["state"] == "upgrade-started"
    assert refusal(client.call, "POST", ADDRESS, start) == (400, "A kubernetes upgrade is already in progress")
    words = "A kubernetes rootca update cannot be done while a kube upgrade is in progress"
    assert refusal(client.call, "POST", "/kube_rootca_update", {}) == (400, words)
    words = "Kubernetes upgrade must be in pre-updated-apps or upgrading-networking-failed state to upgrade networking"
    assert refusal(client.patch, ADDRESS, state="upgrading-networking") == (400, words)
    assert refusal(client.patch, ADDRESS, state="somewhere") == (400, "Invalid state somewhere supplied")
    assert client.list("/kube_versions")[-1]["target"] is True
    go(client, "downloading-images", "downloaded-images")
    go(client, "pre-updating-apps", "pre-updated-apps")
    go(client, "upgrading-networking", "upgraded-networking")
    go(client, "upgrading-storage", "upgraded-storage")
    go(client, "cordon-started", "cordon-complete", hostname="controller-0")
    words = "The kubernetes upgrade must be in the upgraded-first-master or upgrading-kubelets state to upgrade the"
    assert refusal(host, client, "kubelet") == (400, f"{words} kubelet.")
    for version in ("v1.34.1", "v1.35.2"):
        host(client, "control_plane")
        assert state(client, "upgraded-first-master")
        assert client.list("/kube_host_upgrades")[0]["control_plane_version"] == version
    assert refusal(host, client, "control_plane") == (400, "The control plane was already upgraded.")
    assert {v["state"] for v in client.list("/kube_versions")} == {"unavailable", "partial"}
    durations = client.lab.lab.services["sysinv"].world.durations
    durations["kube"] = 0.2 * LAB["time_factor"]  # not through before the next request
    host(client, "kubelet")
    del durations["kube"]
    words = "At least one host has not completed the kubelet upgrade"
    assert refusal(client.patch, ADDRESS, state="uncordon-started", hostname="controller-0") == (400, words)
    for _unused in range(100):
        if client.list("/kube_host_upgrades")[0]["status"] == "upgraded-kubelet":
            break
        time.sleep(0.01)
    words = "Kubernetes upgrade must be in uncordon-complete state to complete"
    assert refusal(client.patch, ADDRESS, state="upgrade-complete") == (400, words)
    go(client, "uncordon-started", "uncordon-complete", hostname="controller-0")
    go(client, "upgrade-complete", "upgrade-complete")
    words = "Cannot abort the kubernetes upgrade it is in upgrade-complete state"
    assert refusal(client.patch, ADDRESS, state="upgrade-aborting") == (400, words)
    go(client, "post-updating-apps", "post-updated-apps")
    client.call("DELETE", ADDRESS)
    active = [v["version"] for v in client.list("/kube_versions") if v["state"] == "active"]
    assert client.list(ADDRESS) == [] and active == ["v1.35.2"]


def test_an_abort_before_and_after_networking(client: Client) -> None:
    client.call("POST", ADDRESS, {"to_version": "1.34.1"})
    words = "Kubernetes upgrade must be in upgrade-complete, post-updating-apps-failed, post-updated-apps or"
    assert refusal(client.call, "DELETE", ADDRESS) == (400, f"{words} upgrade-aborted state to delete")
    assert client.patch(ADDRESS, state="upgrade-aborting")["state"] == "upgrade-aborted"
    client.call("DELETE", ADDRESS)
    client.call("POST", ADDRESS, {"to_version": "1.34.1"})
    go(client, "downloading-images", "downloaded-images")
    go(client, "pre-updating-apps", "pre-updated-apps")
    go(client, "upgrading-networking", "upgraded-networking")
    client.lab.control.fault("fail_operation", service="sysinv", match="kube-upgrade upgrade-aborting")
    go(client, "upgrade-aborting", "upgrade-aborting-failed")
    go(client, "upgrade-aborting", "upgrade-aborted")


def test_health_stands_against_a_start(client: Client) -> None:
    client.lab.lab.services["sysinv"].world.rows("apps")[0]["status"] = "apply-failed"
    words = "System is not in a valid state for kubernetes upgrade. Run system health-query-kube-upgrade for more"
    assert refusal(client.call, "POST", ADDRESS, {"to_version": "1.34.1"}) == (400, f"{words} details.")
    report = client.call("GET", "/health/kube-upgrade")
    assert "All kubernetes applications are in a valid state: [Fail]" in report and "No alarms: [Fail]" in report
    assert "No alarms: [OK]" in client.call("GET", "/health/kube-upgrade", relaxed="True")
    words = "System is not healthy. Run 'system health-query-kube-upgrade --rootca' for more details."
    assert refusal(client.call, "POST", "/kube_rootca_update", {}) == (400, words)


def test_refusals_of_the_root_ca(client: Client) -> None:
    ca = "/kube_rootca_update"
    me = f"/ihosts/{client.host()['uuid']}/kube_update_ca"
    head = "kube-rootca-host-update phase trust-both-cas rejected: "
    assert refusal(client.call, "POST", me, {"phase": "trust-both-cas"}) == (400, f"{head}No update in progress.")
    assert client.call("POST", f"{ca}/generate_cert", {})["error"] == "Kubernetes root CA update not started"
    client.call("POST", ca, {})
    assert refusal(client.call, "POST", ca, {}) == (400, "A kubernetes rootca update is already in progress")
    assert refusal(client.call, "POST", me, {"phase": "trust-both-cas"})[1] == f"{head}no new root CA cert found."
    for body, words in (
        ({"expiry_date": "soon"}, "expiry_date soon doesn't match format YYYY-MM-DD"),
        ({"expiry_date": "2020-01-01"}, "New k8s rootCA should have at least 24 hours of validation before expiry."),
        ({"subject": "C=ES"}, "The CN=<commonName> parameter is required to be specified in subject argument"),
    ):
        assert refusal(client.call, "POST", f"{ca}/generate_cert", body) == (400, words)
    assert client.call("POST", f"{ca}/generate_cert", {})["success"]
    assert client.call("POST", f"{ca}/generate_cert", {})["error"] == "A new root CA certificate already exists"
    with pytest.raises(Refusal, match="not allowed when cluster update is in state: update-new-rootca-cert-generated"):
        client.call("POST", f"{ca}/pods", {"phase": "trust-both-cas"})
    with pytest.raises(Refusal, match="only allowed when in state: updated-pods-trust-both-cas"):
        client.call("POST", me, {"phase": "update-certs"})
    with pytest.raises(Refusal, match="Expect to find cluster update state updated-pods-trust-new-ca"):
        client.patch(ca, state="update-completed")
    assert client.patch(ca, state="update-aborted")["state"] == "update-aborted"
    with pytest.raises(Refusal, match="The update has already been aborted"):
        client.patch(ca, state="update-aborted")
