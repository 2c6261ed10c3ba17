# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample's subclouds on a lab whose System Controller is up: waves, a failed phase, an offline one, a new one.

The tests are the life of one cloud and run in their order.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from jinja2.nativetypes import NativeEnvironment

from .path import ROOT, Playbook, Site, as_predicted, rounds

SAMPLE = ROOT / "inventories/distributed_cloud"
SUBCLOUDS, REGISTER = "edge.infra.subclouds", "edge.infra.register"


def read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def rendered(value: Any, **known: Any) -> Any:
    """A value with its expressions evaluated, as Ansible would."""
    if isinstance(value, dict):
        return {k: rendered(v, **known) for k, v in value.items()}
    if isinstance(value, list):
        return [rendered(v, **known) for v in value]
    return NativeEnvironment().from_string(value).render(known) if isinstance(value, str) and "{{" in value else value


class Cloud(Site):
    """The sample, and a lab in which its System Controller is up."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, folder / "cloud")
        shutil.copytree(SAMPLE, self.inventory)
        (self.inventory / "group_vars/edge_subclouds/services.yml").write_text("edge_services: []\n", encoding="utf-8")
        gateways = {f"edge-{n}": {"name": "controller-0", "ip_address": f"192.0.2.{n}"} for n in (1, 2)}
        between = {
            "provider": {"name": "idco", "domain": ["192.0.2.9"]},
            "sites": [{"name": n, "gateway": g, "provider_name": f"idco-{n}"} for n, g in gateways.items()],
            "networks": [{"name": "video", "network_cidr": "10.60.0.0/24"}],
        }
        file = self.inventory / "group_vars/edge_subclouds/between.yml"
        file.write_text(yaml.safe_dump({"edge_l2sm_domain": between}), encoding="utf-8")

    def host(self, number: int) -> dict[str, Any]:
        """The machine of a subcloud, as the lab knows it."""
        hardware = read(SAMPLE / "group_vars/edge_subclouds/machine.yml")["edge_hardware"]
        name = f"edge-{number}"
        return {"name": name, "personality": "controller", "hardware": rendered(hardware, subcloud_number=number)}

    def sites(self) -> list[dict[str, Any]]:
        """The systems of the lab: the System Controller first."""
        central: dict[str, Any] = {"name": "central-1", "model": "duplex", "hosts": []}
        for name in ("controller-0", "controller-1"):
            hardware = read(SAMPLE / f"host_vars/{name}.yml")["edge_hardware"]
            central["hosts"] += [{"name": name, "personality": "controller", "hardware": hardware}]
        edges = [
            {"name": f"edge-{n}", "model": "simplex", "system_controller": "central-1", "hosts": [self.host(n)]}
            for n in (1, 2)
        ]
        return [central, *edges]

    def begin(self, time_factor: float = 20000) -> None:
        """Start the lab."""
        world = {"sites": self.sites(), "dcmanager": {"up": True}, "l2sm_providers": ["idco"]}
        self.start_world({"time_factor": time_factor, **world})

    def joined(self) -> int:
        """How many edge devices of subclouds the provider has in the network between them."""
        return len(self._ask("GET", "state")["l2sm-provider@idco"]["networks"]["video"]["endpoints"])

    def subclouds(self) -> dict[str, tuple[str, str, str]]:
        """What dcmanager says of each: deployment, availability, management."""
        keys = ("deploy-status", "availability-status", "management-state")
        return {s["name"]: tuple(s[k] for k in keys) for s in self._ask("GET", "state")["dcmanager"]["subclouds"]}

    def power(self, host: str, on: bool) -> None:
        """The power button, and what the System Controller sees of it."""
        about, wanted = self.about, "online" if on else "offline"
        account = about["credentials"]["bmc"]
        with requests.Session() as session:
            session.trust_env = False
            session.post(
                f"{about['urls']['bmc']}/redfish/v1/Systems/{host}/Actions/ComputerSystem.Reset",
                json={"ResetType": "On" if on else "ForceOff"},
                auth=(account["username"], account["password"]),
                verify=about["ca_cert"],
                timeout=20,
            ).raise_for_status()
        for _attempt in range(400):
            if self.subclouds()[host][1] == wanted:
                return
            time.sleep(0.05)
        raise AssertionError(f"{host} is not {wanted}: {self.subclouds()}")


#: one wave for all, which is quicker
TOGETHER = '{"edge_subcloud_canaries": []}'
GOOD = ("complete", "online", "managed")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The cloud of this file."""
    one = Cloud(tmp_path_factory.mktemp("dc"))
    one.begin()
    yield one
    one.stop_lab()


def words(run: Playbook) -> str:
    return " ".join(run.output.split())


def test_a_failed_canary_stops_the_rest_and_says_how_to_go_on(cloud: Cloud) -> None:
    cloud.fault("fail_operation", service="dcmanager", match="subcloud edge-1 bootstrap$", detail="no route to host.")
    run = cloud.run(SUBCLOUDS)
    text = words(run)
    assert run.process.returncode != 0 and cloud.subclouds().keys() == {"edge-1"}
    assert "Phase bootstrap (bootstrap-failed)" in text and "no route to host" in text
    assert "Next: run again, or dcmanager subcloud deploy resume edge-1" in text
    assert "subcloud edge-2 was not begun, because the canary edge-1 failed" in text


def test_the_next_run_goes_on_as_check_predicts(cloud: Cloud) -> None:
    cloud.no_faults()
    built = as_predicted(cloud, SUBCLOUDS, more=["--limit", "edge-1"])
    assert cloud.subclouds() == {"edge-1": GOOD}
    assert [w for w in cloud.writes() if "resume" in w and "edge-1" in w], "it goes on, and is not added anew"
    secret = cloud.about["credentials"]["starlingx"]["password"]
    assert built.output and not [p for p in cloud.folder.glob("run-*.log") if secret in p.read_text(encoding="utf-8")]


def test_a_new_subcloud_moves_nothing_else_and_an_offline_one_is_left(cloud: Cloud) -> None:
    cloud.power("edge-1", False)
    cloud.forget()
    run = cloud.done([SUBCLOUDS, REGISTER], TOGETHER)
    assert "subcloud edge-1 is offline: it is left as it is, and picked up by a later run" in words(run)
    assert cloud.subclouds()["edge-2"] == GOOD
    told = [w for w in cloud.writes() if "dcmanager" in w.split()[1]]
    assert told and all("edge-2" in w or w.endswith("/subclouds/") for w in told), told
    assert not [w for w in cloud.writes() if "sysinv@edge-1" in w]
    assert {h for h, _task in run.changes} == {"edge-2"}
    clusters = {k for k in cloud.world()["built"]["osm"] if k.startswith("K8s cluster")}
    assert clusters == {"K8s cluster edge-2 (ENABLED)"}


def test_a_wave_that_fails_as_a_whole_in_a_later_stage_is_told_and_stops_the_next_one_only(cloud: Cloud) -> None:
    """The stage alone, with the waves that it makes itself: the canary's is one of them."""
    cloud.power("edge-1", True)
    cloud.fault("refuse", service="osm", match="POST .*k8sclusters", status=500, detail="the database is away")
    run = cloud.run(REGISTER)
    text = words(run)
    assert run.process.returncode != 0 and "the database is away" in text
    assert "subcloud edge-2 was not begun, because the canary edge-1 failed" in text
    reported = [t["task"] for s in run.stages for t in s["tasks"] if t["status"] == "failed" and t["host"] == "edge-1"]
    assert reported == ["Register the site with OSM", "Say which subclouds failed"]


def test_it_is_picked_up_when_it_is_back_and_nothing_else_is_left_to_do(cloud: Cloud) -> None:
    cloud.no_faults()
    cloud.forget()
    run = cloud.done([SUBCLOUDS, REGISTER], TOGETHER)
    assert run.changes == {("edge-1", "Register the site with OSM"): 1}
    assert not [w for w in cloud.writes() if not w.split()[1].startswith("osm/")]
    looked = [r for r in cloud.recorded(service="dcmanager") if "/subclouds/" in r["path"]]
    assert len(looked) == 2, "two lists for all of them: what there is, and what is to be done"


def test_one_is_deleted_by_name(cloud: Cloud) -> None:
    """And what it has at the provider that joins it with the other one goes, too."""
    cloud.done("edge.infra.network", TOGETHER)
    assert cloud.joined() == 2
    gone = rounds(cloud, "edge.infra.decommission", "edge_confirm=edge-2", more=["--limit", "edge-2"])
    assert [w for w in cloud.writes() if "DELETE dcmanager" in w] and {h for h, _task in gone.changes} == {"edge-2"}
    assert cloud.subclouds() == {"edge-1": GOOD}
    assert ("edge-2", "Take the cluster out of networks between clusters") in gone.changes and cloud.joined() == 1
    central = cloud.run("edge.infra.decommission", "edge_confirm=central-1", more=["--limit", "edge_controllers"])
    assert central.process.returncode != 0 and "is the System Controller of edge-1. " in words(central)
