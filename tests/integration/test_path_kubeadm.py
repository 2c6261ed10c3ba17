# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample site of kubeadm against the lab, whose cluster stands for its hosts: from the plan to a service."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from .path import ROOT, Site, nothing_left, rounds


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of this file."""
    secrets = ("-e", "site_plan_check_secrets=false")
    one = Site(tmp_path_factory.mktemp("kubeadm"), ROOT / "inventories/kubeadm", secrets)
    one.start_lab(time_factor=10000)
    yield one
    one.stop_lab()


def test_check_run_check_run(site: Site) -> None:
    """What check predicts is what happens, and then nothing is left to do."""
    built = rounds(site, "edge.infra.kubeadm")
    assert not [p for p in site.folder.glob("run-*.log") if "[WARNING]" in p.read_text(encoding="utf-8")]
    world = site.world()["built"]
    assert {"node node-1", "node node-2"} <= set(world["kubernetes"])
    assert {"K8s cluster madrid-2 (ENABLED)", "network service edge-web (READY)"} <= set(world["osm"])
    assert {host for host, _task in built.changes} == {"node-1"}, "the stages are one host's"
    # what is done on real hosts is done nowhere here
    assert not [t for s in built.stages for t in s["tasks"] if t["task"] == "Look what kubeadm has left"]


def test_a_label_is_the_only_thing_that_moves(site: Site) -> None:
    """A value that changes in the inventory reaches the cluster, and nothing else does."""
    labels = json.dumps({"edge_node_labels": {"edge.example.com/site": "toledo"}})
    again = site.done("edge.infra.provision", labels)
    assert set(again.changes) == {("node-1", "Have the cluster in the lab")}
    nothing_left(site, "edge.infra.provision", labels)


def test_the_cdn_service_on_the_rehearsed_site(site: Site) -> None:
    """Its download lasts long enough to be cut at any pace of the lab, and the site's own networks are left alone."""
    done = site.done("edge.infra.cdn")
    assert {"Make the two networks", "Cut the router while the client downloads"} <= set(done.tasks())
    told = json.loads(next(site.folder.rglob("cdn/result.json")).read_text(encoding="utf-8"))
    assert told["cutoff"]["stalled_seconds"] >= 1 and told["cutoff"]["bytes"] == 64 * 2**20
    nothing_left(site, "edge.infra.cdn")
    # neither takes the networks of the other for leftovers
    alone = site.done("edge.infra.network", "l2sm_prune_networks=true")
    assert not alone.tasks() and "not named any more: v-network" not in alone.output + done.output
