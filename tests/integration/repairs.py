# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster whose repairs are checked, for the tests of the failure modes."""

from __future__ import annotations

from typing import Any

from .conftest import run_module
from .l2sm import CORE, OVERLAY, Cluster

OPERATOR = "/apis/apps/v1/namespaces/l2sm-system/deployments/l2sm-controller-manager"
NADS = "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions"
POOL = {"name": "pool", "type": "vnet", "network_cidr": "10.9.0.0/24", "pod_address_range": "10.9.0.0/29"}


class Repaired(Cluster):
    """A cluster whose repairs are checked: what is predicted is what is done, and nothing is left to mend."""

    def repair(self, check: bool = False, **options: Any) -> dict[str, Any]:
        """One run of the module."""
        given = {"sdn_url": self.lab.urls["l2sm"], "settle": 0.05, **options}
        return self("l2sm_repair", check=check, **given)

    def findings(self, **options: Any) -> list[tuple[str, str]]:
        """Mode and object of everything that check mode finds."""
        answer = self.repair(check=True, **options)
        assert not answer.get("failed"), answer
        return [(f["mode"], f["object"]) for f in answer["findings"]]

    def mends(self, *expected: tuple[str, str], **options: Any) -> dict[str, Any]:
        """Check, run, check, run, with these findings."""
        predicted = self.repair(check=True, **options)
        assert predicted["changed"] is True and self.writes() == [], predicted
        assert sorted({(f["mode"], f["object"]) for f in predicted["findings"]}) == sorted(expected), predicted
        assert {f["status"] for f in predicted["findings"] if f["mendable"]} == {"found"}
        done = self.repair(**options)
        assert done["changed"] is True and not done.get("failed"), done
        assert {f["status"] for f in done["findings"] if f["mendable"]} == {"mended"}, done
        for check in (True, False):
            still = self.repair(check=check, **options)
            assert still["changed"] is False and self.writes() == [], still
        return done

    def restart_sdn(self) -> None:
        """The SDN controller forgets everything."""
        before = self.lab.control.state("l2sm")["restarts"]
        self.lab.control.post(self.lab.urls["lab"] + "/lab/l2sm/restart", timeout=10)
        state = self.lab.control.state
        self.lab.wait(lambda: state("l2sm")["restarts"] == before + 1 and state("l2sm")["up"], 20)

    def labels(self, attachment: str) -> dict[str, str]:
        """The labels of an attachment."""
        found: dict[str, str] = self.call("GET", f"{NADS}/{attachment}")["metadata"]["labels"]
        return found

    def plugged(self, network: str, count: int) -> None:
        """Wait until a network has so many ports."""
        self.lab.wait(lambda: len(self.endpoints().get(network, ())) == count, 20)

    def without_pod(self, name: str) -> None:
        """Remove a pod and wait until it is gone."""
        self.call("DELETE", f"/api/v1/namespaces/default/pods/{name}")
        self.lab.wait(lambda: name not in self.pod_names(), 20)

    def runs(self, name: str) -> bool:
        """Whether the containers of a pod run."""
        return bool(self.call("GET", f"/api/v1/namespaces/default/pods/{name}")["status"].get("phase") == "Running")

    def pod_names(self) -> list[str]:
        """Names of the pods of the default namespace."""
        return [p["metadata"]["name"] for p in self.call("GET", "/api/v1/namespaces/default/pods")["items"]]


def with_an_overlay(lab: Any) -> Repaired:
    """A cluster with the operator, an overlay of three interfaces, and one network."""
    found = Repaired(lab, run_module)
    found.needs("a running operator")
    found.install()
    found.clean()
    made = found(
        "l2sm_deployment",
        resources={"overlays": [{**OVERLAY, "interface_count": 3}], "networks": [CORE]},
        wait_timeout=20,
    )
    assert not made.get("failed"), made
    return found
