# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two System Controllers of one inventory that take over each other's subclouds, by the playbooks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .path import as_predicted, nothing_left
from .test_path_distributed_cloud import SAMPLE, Cloud, words

PEERS, MOVE = "edge.infra.geo_redundancy", "edge.infra.migrate_peer_group"
POOL = {"network": "192.168.214.0", "start": "192.168.214.2", "end": "192.168.214.99"}
NORTH = """
edge_system_peers: [{site: south, gateway: 192.168.214.101}]
edge_subcloud_peer_groups: [{name: movable, max_subcloud_rehoming: 5}]
"""
SOUTH = "\nedge_system_peers: [{site: central-1, gateway: 192.168.204.101}]\n"


class Pair(Cloud):
    """The sample with a second System Controller; its two subclouds are there, and can move."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        inventory = self.inventory
        central = inventory / "group_vars/edge_controllers/site.yml"
        text = central.read_text(encoding="utf-8")
        central.unlink()
        (inventory / "group_vars/north.yml").write_text(text + NORTH, encoding="utf-8")
        for mine, theirs in (("central-1", "south"), ("10.20.50.", "10.20.70."), ("192.168.204.", "192.168.214.")):
            text = text.replace(mine, theirs)
        (inventory / "group_vars/south.yml").write_text(text + SOUTH, encoding="utf-8")
        groups: dict[str, Any] = {"north": {}, "south": {}}
        for number in (0, 1):
            name, host = f"controller-{number}", (SAMPLE / f"host_vars/controller-{number}.yml").read_text("utf-8")
            other = host.replace("52:54:00:05", "52:54:00:07").replace("10.20.51.", "10.20.71.")
            (inventory / f"host_vars/south-{number}.yml").write_text(other, encoding="utf-8")
            groups["north"].setdefault("hosts", {})[name] = groups["south"].setdefault("hosts", {})[
                f"south-{number}"
            ] = None
            edge = {"subcloud_number": number + 1, "edge_site_name": f"edge-000{number + 1}"}
            edge["edge_subcloud_peer_group"] = "movable"
            (inventory / f"host_vars/edge-{number + 1}.yml").write_text(yaml.safe_dump(edge), encoding="utf-8")
        hosts = {
            "edge_controllers": {"children": groups},
            "edge_subclouds": {"hosts": {"edge-1": None, "edge-2": None}},
        }
        (inventory / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
        for part in ("between.yml", "l2sm.yml", "osm.yml", "services.yml"):
            (inventory / "group_vars/edge_subclouds" / part).unlink()
        shutil.rmtree(inventory / ".packages")

    def begin(self, time_factor: float = 20000) -> None:
        """Start the lab, with subclouds that were deployed before."""
        sites: list[dict[str, Any]] = []
        for name, prefix, more in (("central-1", "controller", {}), ("south", "south", {"management_pool": POOL})):
            hosts = [{"name": f"{prefix}-{n}", "personality": "controller", "hardware": {}} for n in (0, 1)]
            sites.append({"name": name, "model": "duplex", "hosts": hosts, **more})
        sites += [{"name": f"edge-000{n}", "model": "simplex", "hosts": [self.host(n)]} for n in (1, 2)]
        self.start_world({"time_factor": time_factor, "sites": sites, "dcmanager": {"up": ["central-1", "south"]}})
        self._ask("POST", "dcmanager/subclouds", json={"count": 2, "prefix": "edge-"})

    def states(self, side: str) -> set[tuple[str, str]]:
        """How the subclouds are on one side."""
        rows = self._ask("GET", "state")[side]["subclouds"]
        return {(row["deploy-status"], row["management-state"]) for row in rows}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The two of this file."""
    one = Pair(tmp_path_factory.mktemp("geo"))
    one.begin()
    yield one
    one.stop_lab()


def wrote(pair: Pair) -> list[str]:
    """What was sent to each dcmanager."""
    sent = [w.split()[1].split("/v1.0/") for w in pair.writes() if "dcmanager" in w]
    return [" ".join(parts) for parts in sent]


def test_it_is_set_up_as_check_says(pair: Pair) -> None:
    run = as_predicted(pair, PEERS)
    sent = wrote(pair)
    assert sorted(sent[:2]) == ["dcmanager system-peers/", "dcmanager@south system-peers/"]
    assert sent[2:] == [
        "dcmanager subcloud-peer-groups/",
        "dcmanager subclouds/edge-0001",
        "dcmanager subclouds/edge-0002",
        "dcmanager peer-group-associations/",
    ]
    assert pair.about["credentials"]["starlingx"]["password"] not in run.output


def test_it_moves_to_the_other_side_and_that_is_all(pair: Pair) -> None:
    where = ("edge_peer_group=movable", "edge_migrate_to=south")
    run = as_predicted(pair, MOVE, *where)
    nothing_left(pair, [PEERS, MOVE], *where)
    assert run.changes == {("south-0", "Move the subclouds of the group here"): 1}
    assert wrote(pair) == ["dcmanager@south subcloud-peer-groups/1/migrate"]
    assert pair.states("dcmanager") == {("secondary", "unmanaged")}
    assert pair.states("dcmanager@south") == {("complete", "managed")}
    assert "The subclouds of movable have moved to south." in words(run)
    assert pair.about["credentials"]["starlingx"]["password"] not in run.output
