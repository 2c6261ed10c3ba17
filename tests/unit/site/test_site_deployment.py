# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration of a site as resources of the Deployment Manager, beside the samples that come with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._site import files

SHARED = Path(os.environ.get("EDGE_SHARED") or Path(__file__).parents[4] / "shared")
SAMPLES = SHARED / "data" / "starlingx" / "deploy_config"
#: what the schema has (v1, 2026) and none of the samples uses
UNUSED = {
    ("HostProfile", "spec.interfaces.ethernet.vfCount"),
    ("HostProfile", "spec.interfaces.ethernet.vfDriver"),
    ("HostProfile", "spec.interfaces.ethernet.mtu"),
    ("HostProfile", "spec.interfaces.bond.mtu"),
    ("HostProfile", "spec.interfaces.vlan.mtu"),
    ("HostProfile", "spec.interfaces.vlan.platformNetworks"),
    ("HostProfile", "spec.memory.node"),
    ("HostProfile", "spec.memory.functions.function"),
    ("HostProfile", "spec.memory.functions.pageCount"),
    ("HostProfile", "spec.memory.functions.pageSize"),
    ("HostProfile", "spec.storage.filesystems.name"),
    ("HostProfile", "spec.storage.filesystems.size"),
    # the samples have it with the host, beside its profile
    ("HostProfile", "spec.storage.monitor.size"),
    ("System", "spec.dnsServers"),
    ("System", "spec.storage.backends.replicationFactor"),
    ("System", "spec.storage.filesystems.name"),
    ("System", "spec.storage.filesystems.size"),
}


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """The paths of what is no dictionary and no list of them; labels are names of the user's."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            free = path.endswith((".labels", "stringData"))
            yield from leaves(inner, f"{path}.*" if free else f"{path}.{key}".lstrip("."))
    elif isinstance(value, list) and value:
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path


def words(documents: Any) -> set[tuple[str, str]]:
    return {(d["kind"], path) for d in documents if d for path in leaves({k: d[k] for k in d if k != "kind"})}


def deployed(site: Any, **changes: Any) -> list[dict[str, Any]]:
    plan = site.plan({"*:edge_deploy_config": True, **changes})
    assert [f.line for f in plan.faults] == []
    text = files.render(plan.documents["deploy-config.yml"])
    return list(yaml.safe_load_all(text))


RICH = {
    "c0,c1:edge_site_contact": "noc@example.com",
    "worker-0:edge_filesystems": {"docker": 60},
    "worker-0:edge_partitions": [{"disk": "/dev/sdb", "size_gib": 100}],
    "worker-0:edge_volume_groups": ["nova-local"],
    "worker-0:edge_physical_volumes": [{"device": "/dev/disk/by-path/two-part1", "volume_group": "nova-local"}],
    "*:edge_controller_filesystems": {"docker-distribution": 30},
    "*:edge_storage_replication": 2,
}


@pytest.mark.parametrize("model", ["duplex", "standard", "standard_storage"])
def test_it_speaks_in_the_words_of_the_samples(site_of: Callable[[str], Any], model: str) -> None:
    if not SAMPLES.is_dir():
        pytest.skip(f"the samples of the Deployment Manager are not at {SAMPLES}")
    known = {word for path in SAMPLES.glob("*.yaml") for word in words(yaml.safe_load_all(path.read_text()))}
    assert words(deployed(site_of(model), **RICH)) - known - UNUSED == set()


def test_every_host_has_a_profile_and_its_mac(site_of: Callable[[str], Any]) -> None:
    documents = deployed(site_of("standard"), **RICH)
    by_name: dict[tuple[str, str], Any] = {(d["kind"], d["metadata"]["name"]): d.get("spec") for d in documents}
    first, worker = by_name["Host", "controller-0"], by_name["Host", "worker-0"]
    assert first["match"] == {"bootMAC": "52:54:00:00:00:03"}
    assert worker == {"overrides": {"bootMAC": "52:54:00:00:14:03"}, "profile": "worker-0-profile"}
    profile = by_name["HostProfile", "worker-0-profile"]
    assert profile["personality"] == "worker" and profile["subfunctions"] == ["worker"]
    assert profile["storage"] == {
        "filesystems": [{"name": "docker", "size": 60}],
        "monitor": {"size": 20},
        "volumeGroups": [
            {
                "name": "nova-local",
                "physicalVolumes": [{"path": "/dev/disk/by-path/two", "size": 100, "type": "partition"}],
            }
        ],
    }
    assert profile["memory"][0]["functions"] == [
        {"function": "platform", "pageCount": 2560000, "pageSize": "4KB"},
        {"function": "vm", "pageCount": 4, "pageSize": "1GB"},
    ]
    lo = by_name["HostProfile", "controller-0-profile"]["interfaces"]["ethernet"][0]
    assert lo == {"class": "none", "name": "lo", "platformNetworks": [], "port": {"name": "lo"}}
    osds = by_name["HostProfile", "controller-1-profile"]["storage"]["osds"]
    assert osds == [{"function": "osd", "path": "/dev/disk/by-path/two"}]
    assert by_name["System", "madrid-1"]["storage"]["filesystems"] == [{"name": "docker-distribution", "size": 30}]


def test_it_has_no_secret_and_is_made_only_where_it_is_wanted(site_of: Callable[[str], Any]) -> None:
    documents = deployed(site_of("duplex"))
    (endpoint,) = [d for d in documents if d["kind"] == "Secret"]
    assert endpoint["stringData"]["OS_PASSWORD"] == "{{ vault_admin_password }}"
    assert endpoint["stringData"]["OS_AUTH_URL"] == "http://192.168.204.1:5000/v3"
    assert "-secret" not in str(documents)
    assert "deploy-config.yml" not in site_of("duplex").plan().documents


def test_what_it_cannot_say_is_told(site_of: Callable[[str], Any]) -> None:
    site = site_of("duplex")
    changes = {"*:edge_deploy_config": True, "*:edge_site_location": "Madrid, rack 7"}
    plan = site.plan(changes)
    told = {(w.variable, w.host) for w in plan.warnings}
    assert told == {("edge_site_location", ""), *(("edge_cpu", name) for name in site.hosts)}
    (system,) = [d for d in plan.documents["deploy-config.yml"] if d["kind"] == "System"]
    assert "location" not in system["spec"]


def test_a_subcloud_has_it_beside_its_values(cloud_of: Callable[[int], Any]) -> None:
    plan = cloud_of(1).plans({"edge-0:edge_deploy_config": True})["edge-0"]
    assert plan.faults == []
    documents = plan.documents["subcloud/deploy-config.yml"]
    (profile,) = [d for d in documents if d["kind"] == "HostProfile"]
    ports = {
        i["name"]: i["platformNetworks"]
        for i in profile["spec"]["interfaces"]["ethernet"]
        if "port" in i and "platformNetworks" in i
    }
    assert ports == {"lo": ["cluster-host"], "oam0": ["oam"], "mgmt0": ["mgmt"]}
