# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample standard site on a lab: with a worker that does not come up, mended, grown, and shrunk.

The tests are the life of one site and run in their order.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from .path import ROOT, Site, as_predicted, lab_sites, rounds
from .test_path_duplex import AVAILABLE

HOSTS = ("controller-0", "controller-1", "worker-0", "worker-1")
OLD, NEW = "52:54:00:03:22", "52:54:00:03:32"
#: the machine that is worker-2 before another one takes its place
FIRST_MACHINE = (
    """{"edge_bmc_system": "{{ 'worker-2-old' if inventory_hostname == 'worker-2' else inventory_hostname }}"}"""
)


def with_worker(inventory: Path, block: str) -> None:
    """Add worker-2, a machine like worker-1, whose MAC addresses begin with ``block``."""
    like = (inventory / "host_vars/worker-1.yml").read_text(encoding="utf-8")
    text = like.replace("52:54:00:03:21", block).replace("10.20.51.31", "10.20.51.32")
    (inventory / "host_vars/worker-2.yml").write_text(text, encoding="utf-8")
    hosts = yaml.safe_load((inventory / "hosts.yml").read_text(encoding="utf-8"))
    hosts["edge_workers"]["hosts"]["worker-2"] = None
    (inventory / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")


def without_worker(inventory: Path) -> None:
    """Take worker-2 out of it."""
    hosts = yaml.safe_load((inventory / "hosts.yml").read_text(encoding="utf-8"))
    del hosts["edge_workers"]["hosts"]["worker-2"]
    (inventory / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    (inventory / "host_vars/worker-2.yml").unlink()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of this file. Two spare machines are there: worker-2, and the one that is there before it."""
    folder = tmp_path_factory.mktemp("standard")
    inventory = folder / "inventory"
    shutil.copytree(ROOT / "inventories/standard", inventory, ignore=shutil.ignore_patterns(".edge"))
    one = Site(folder, inventory)
    spare = []
    for name, block in (("worker-2", NEW), ("worker-2-old", OLD)):
        with_worker(inventory, block)
        spare.append({**lab_sites(inventory)[0]["hosts"][-1], "name": name})
        without_worker(inventory)
    one.start_lab(time_factor=10000, spare=spare)
    yield one
    one.stop_lab()


def test_the_first_controller_alone_leaves_what_needs_the_others(site: Site) -> None:
    """Its OSDs: StarlingX wants the third monitor before."""
    limited = {"more": ["--limit", "controller-0"]}
    built = as_predicted(site, "edge.infra.provision", **limited)
    text = " ".join(built.output.split())
    assert "are left for a run without --limit, since controller-1, worker-0 are not in service yet" in text, text
    assert site.hosts() == {"controller-0": AVAILABLE}


def test_a_worker_that_does_not_come_up_holds_up_nobody_and_is_named(site: Site) -> None:
    site.fault("fail_operation", service="sysinv", match="install worker-1", detail="no root disk")
    run = site.run("edge.infra.provision")
    text = " ".join(run.output.split())
    assert run.process.returncode != 0 and "Traceback" not in text
    assert "worker-1 failed: the installation failed: no root disk" in text and "reinstall" in text, run.output
    assert "no root disk. Look" in text and "Its BMC says: power On." in text
    hosts = site.hosts()
    assert hosts.pop("worker-1") == "locked/disabled/offline"
    assert hosts == dict.fromkeys(("controller-0", "controller-1", "worker-0"), AVAILABLE)
    done = {host for host, task in run.changes if task == "Configure what needs every host"}
    assert done == {"controller-0", "controller-1"}, "the OSDs wait for the third monitor only"


def test_it_is_taken_up_when_it_is_mended_and_another_one_is_added(site: Site) -> None:
    """The machine of the first is still on: it is restarted for another installation. Others are left alone."""
    site.no_faults()
    with_worker(site.inventory, OLD)
    mended = as_predicted(site, "edge.infra.provision", FIRST_MACHINE)
    assert {host for host, _task in mended.changes} == {"worker-1", "worker-2"}
    assert [w for w in site.writes() if "Systems/worker-1/Actions/ComputerSystem.Reset" in w]
    assert len([w for w in site.writes() if w == "POST sysinv/v1/ihosts"]) == 1
    assert site.hosts() == dict.fromkeys((*HOSTS, "worker-2"), AVAILABLE)
    state = site._ask("GET", "state")["sysinv"]
    monitors = {m["hostname"] for m in state["ceph_mon"]}
    assert monitors == {"controller-0", "controller-1", "worker-0"}
    assert [s["state"] for s in state["istors"]] == ["configured", "configured"]


def test_its_machine_is_replaced(site: Site) -> None:
    """With --limit, which leaves out controller-0."""
    without_worker(site.inventory)
    with_worker(site.inventory, NEW)
    limited = {"more": ["--limit", "worker-2"]}
    confirmed = ("edge_confirm=worker-2", "edge_replaced_bmc_system=worker-2-old")
    rounds(site, "edge.infra.replace_host", *confirmed, **limited)
    power = site._ask("GET", "state")["bmc"]
    assert (power["worker-2-old"]["power"], power["worker-2"]["power"]) == ("Off", "On")
    rows = {r["hostname"]: r["mgmt_mac"] for r in site._ask("GET", "state")["sysinv"]["ihosts"]}
    assert rows["worker-2"] == f"{NEW}:04" and site.hosts()["worker-2"] == AVAILABLE


def test_it_is_removed(site: Site) -> None:
    limited = {"more": ["--limit", "worker-2"]}
    removed = rounds(site, "edge.infra.remove_host", "edge_confirm=worker-2", **limited)
    assert [task for _host, task in removed.changes] == ["Lock the host", "Power the host off", "Delete the host"]
    assert "worker-2" not in site.hosts()
    assert "node worker-2" not in site.world()["built"]["kubernetes"]
