# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""System Controllers that take over each other's subclouds, and the waves in which subclouds come, on paper."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._site import results
from jinja2.nativetypes import NativeEnvironment

CloudOf = Callable[[int], Any]
ROLE = Path(__file__).resolve().parents[3] / "roles/starlingx_subclouds"
NET = "edge_networks"
GROUPS = "edge_subcloud_peer_groups"
PEERS = "edge_system_peers"


def pair(cloud_of: CloudOf) -> Any:
    """Two System Controllers, central (c0, c1) and south (s0, s1), that know each other; edge-0 can move to south."""
    cloud = cloud_of(2)
    for number, name in enumerate(("c0", "c1")):
        south = cloud.hosts[f"s{number}"] = copy.deepcopy(cloud.hosts[name])
        text = json.dumps(south).replace("192.168.204", "192.168.214").replace("10.20.30", "10.20.31")
        south |= json.loads(text.replace("52:54:00:00", "52:54:00:77"))
        south |= {"edge_site_name": "south", "edge_bmc_address": f"10.20.32.{number}"}
        cloud.hosts[name][PEERS] = [{"site": "south", "gateway": "192.168.214.101"}]
        cloud.hosts[name][GROUPS] = [{"name": "movable"}]
        south[PEERS] = [{"site": "central", "gateway": "192.168.204.101", "heartbeat_interval": 30}]
        for registered in ("edge_vim", "edge_k8s_cluster"):
            if registered in south:
                south[registered]["name"] = "south"
    cloud.hosts["edge-0"]["edge_subcloud_peer_group"] = "movable"
    cloud.groups["edge_controllers"] += ["s0", "s1"]
    return cloud


def test_a_sound_pair(cloud_of: CloudOf) -> None:
    plans = pair(cloud_of).plans()
    assert [f.line for p in plans.values() for f in p.faults if f.variable != "edge_services[0].name"] == []
    found = json.loads(json.dumps(results.of_plans(list(plans.values()))))
    assert found["sites"]["central"]["peer_groups"] == [
        {"name": "movable", "peers": [{"site": "south", "priority": 1}]}
    ]
    assert found["sites"]["south"]["system_peers"] == [
        {"site": "central", "gateway": "192.168.204.101", "heartbeat_interval": 30}
    ]
    assert [found["subclouds"][n]["peer_group"] for n in ("edge-0", "edge-1")] == ["movable", ""]


C, S = "c0,c1:", "s0,s1:"
GATEWAY = "edge_systemcontroller_gateway"
#: south with a second family
TWO = {
    f"{S}{NET}.management.subnet": "192.168.214.0/24,fd00:214::/64",
    f"{S}{NET}.management.start": "192.168.214.2,fd00:214::2",
    f"{S}{NET}.management.end": "192.168.214.50,fd00:214::50",
}
#: changes, site of the fault, variable, words of the message
WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({f"{C}{PEERS}[0].site": "east"}, "central", f"{PEERS}[0].site", "is no site of this inventory"),
    ({f"{C}{PEERS}[0].site": "edge-1"}, "central", f"{PEERS}[0].site", "is no System Controller"),
    ({f"{C}{PEERS}[0].site": "central"}, "central", f"{PEERS}[0].site", "this System Controller itself"),
    ({f"{S}{PEERS}": []}, "central", f"{PEERS}[0].site", "a peer that knows it"),
    ({f"{C}{PEERS}[0].gateway": ""}, "central", f"{PEERS}[0].gateway", "is missing"),
    ({f"{C}{PEERS}[0].gateway": "192.168.204.101"}, "central", f"{PEERS}[0].gateway", "is outside of the management"),
    ({f"{C}{PEERS}[0].gateway": "192.168.214.2"}, "central", f"{PEERS}[0].gateway", "gives to its own hosts"),
    ({f"{C}{PEERS}[0].gateway": "192.168.214.255"}, "central", f"{PEERS}[0].gateway", "is the broadcast address of"),
    ({"edge-0:edge_systemcontroller_gateway": "192.168.204.0"}, "edge-0", GATEWAY, "is the network address of"),
    ({f"{C}{PEERS}[0].gateway": "fd00:214::65", **TWO}, "central", f"{PEERS}[0].gateway", "edge-0, which can move"),
    ({f"{C}{PEERS}[0].heartbeat_interval": 5}, "central", f"{PEERS}[0].heartbeat_interval", "out of bounds"),
    ({f"{C}{PEERS}[0].heartbeat_policy": "alarm"}, "central", f"{PEERS}[0].heartbeat_policy", "no key"),
    ({f"{C}{GROUPS}[0].name": "None"}, "central", f"{GROUPS}[0].name", "no name of a group"),
    ({f"{C}{GROUPS}": [{"name": "movable"}] * 2}, "central", f"{GROUPS}[1].name", "already used"),
    ({f"{C}{GROUPS}[0].peers": [{"site": "east"}]}, "central", f"{GROUPS}[0].peers[0].site", "is none of"),
    (
        {f"{C}{GROUPS}[0].peers": [{"site": "south", "priority": 1}, {"site": "x", "priority": 1}]},
        "central",
        f"{GROUPS}[0].peers[1].priority",
        "who takes over",
    ),
    (
        {f"{C}{GROUPS}[0].peers": [{"site": "south", "priority": 0}]},
        "central",
        f"{GROUPS}[0].peers[0].priority",
        "bounds",
    ),
    ({f"{S}{GROUPS}": [{"name": "movable"}]}, "south", f"{GROUPS}[0].name", "is a group of site central, too"),
    ({f"edge-1:{GROUPS}": [{"name": "x", "peers": []}]}, "edge-1", GROUPS, "only a System Controller"),
    ({"edge-0:edge_subcloud_peer_group": "x"}, "edge-0", "edge_subcloud_peer_group", "no group of site central"),
    (
        {"edge-0:edge_system_controller": "south", "edge-0:edge_systemcontroller_gateway": "192.168.214.101"},
        "edge-0",
        "edge_subcloud_peer_group",
        "is a group of site central, and the subcloud is one of south",
    ),
    (
        {"edge-0:edge_subcloud_management_state": "unmanaged"},
        "edge-0",
        "edge_subcloud_peer_group",
        "only a subcloud that is managed",
    ),
    # where it can move to it has to fit, too
    (
        {f"edge-0:{NET}.cluster_host": {"subnet": "192.168.214.0/26"}},
        "edge-0",
        f"{NET}.cluster_host.subnet",
        "the subnet management of its System Controller south",
    ),
    (
        {
            "edge-1:edge_system_controller": "south",
            "edge-1:edge_systemcontroller_gateway": "192.168.214.101",
            f"edge-1:{NET}.management.subnet": "10.150.0.0/24",
            f"edge-1:{NET}.management.gateway": "10.150.0.1",
            f"edge-1:{NET}.management.start": "10.150.0.40",
            f"edge-1:{NET}.management.end": "10.150.0.60",
        },
        "edge-1",
        f"{NET}.management.start",
        "overlaps",
    ),
]


@pytest.mark.parametrize("case", WRONG, ids=[f"{site} {variable} {words}" for _c, site, variable, words in WRONG])
def test_what_dcmanager_would_refuse_of_a_pair(cloud_of: CloudOf, case: Any) -> None:
    changes, site, variable, words = case
    faults = pair(cloud_of).plans(changes)[site].faults
    assert [f for f in faults if f.variable == variable and words in f.message], [f.line for f in faults]


WAYS: list[tuple[dict[str, Any], str, str]] = [
    ({"edge_subcloud_deployment": "enrol"}, "edge_subcloud_deployment", "is not one of the choices"),
    (
        {"edge_subcloud_deployment": "enroll", "edge_subcloud_install": False},
        "edge_subcloud_deployment",
        "through its BMC",
    ),
    ({"edge_subcloud_management_state": "no"}, "edge_subcloud_management_state", "is not one of the choices"),
]


@pytest.mark.parametrize("case", WAYS, ids=[words for _c, _v, words in WAYS])
def test_how_a_subcloud_is_added_is_seen_before_the_first(cloud_of: CloudOf, case: Any) -> None:
    changes, variable, words = case
    cloud = cloud_of(2)
    for name in ("edge-0", "edge-1"):
        cloud.hosts[name] |= changes
    found = [f for plan in cloud.plans().values() for f in plan.faults if f.variable == variable]
    assert found and words in found[0].message


def _unrolled(lazy: Callable[..., Any]) -> Callable[..., list[Any]]:
    @functools.wraps(lazy)
    def unrolled(*given: Any, **more: Any) -> list[Any]:
        return list(lazy(*given, **more))

    return unrolled


def waves(rows: dict[str, str], order: list[str], size: int, canaries: list[str], limit: list[str]) -> dict[str, int]:
    """What the role's own expression makes of subclouds (host: group) in a play with these hosts."""
    tasks = yaml.safe_load((ROLE / "tasks/waves.yml").read_text(encoding="utf-8"))
    text = tasks[0]["ansible.builtin.set_fact"]["starlingx_subclouds_waves"]
    known = yaml.safe_load((ROLE / "vars/main.yml").read_text(encoding="utf-8"))
    jinja = NativeEnvironment()
    for name in ("map", "select", "selectattr"):  # lists in Ansible, which may be gone through twice
        jinja.filters[name] = _unrolled(jinja.filters[name])
    jinja.filters["flatten"] = lambda many: [x for one in many for x in one]
    planned = {
        "subclouds": {f"site-{n}": {"host": n, "group": g} for n, g in rows.items()},
        "sites": {"central": {"subcloud_groups": [{"name": n} for n in order]}},
    }
    given = {
        **{k: v for k, v in known.items() if "{" not in str(v)},
        "starlingx_subclouds_canaries": canaries,
        "starlingx_subclouds_wave_size": size,
        "ansible_play_hosts_all": limit,
        "groups": {"edge_subclouds": list(rows)},
        "site_plan_planned": planned,
    }
    found: Any = jinja.from_string(text).render(given)  # a native value
    return dict(found)


def test_the_order_of_waves() -> None:
    rows = {"a": "shops", "b": "pilots", "c": "shops", "d": "Default", "e": "shops", "f": "pilots"}
    everybody = [*rows, "controller-0"]
    order = ["pilots", "shops"]
    # groups in the order of the System Controller, those it does not name after them; a wave has one group
    assert waves(rows, order, 2, [], everybody) == {"b": 1, "f": 1, "a": 2, "c": 2, "e": 3, "d": 4}
    # canaries come first, whatever their group, and do not count in it
    assert waves(rows, order, 2, ["c", "d"], everybody) == {"c": 0, "d": 0, "b": 1, "f": 1, "a": 2, "e": 2}
    # --limit leaves others out, canaries too
    assert waves(rows, order, 1, ["b"], ["a", "c"]) == {"a": 2, "c": 3}


def documents(planned: dict[str, Any], **variables: Any) -> dict[str, Any]:
    """What the role's own expression gives to dcmanager of the subcloud edge-1."""
    known = yaml.safe_load((ROLE / "vars/main.yml").read_text(encoding="utf-8"))
    jinja = NativeEnvironment()
    jinja.filters |= {"dict2items": lambda m: [{"key": k, "value": v} for k, v in m.items()]}
    jinja.filters |= {"items2dict": lambda rows: {r["key"]: r["value"] for r in rows}}
    jinja.filters |= {"combine": lambda one, other, recursive=False: {**one, **other}}
    values = {"name": "edge-1", "location": "Madrid"}
    row = {"group": "shops", "bootstrap_values": values, "bootstrap_address": "10.60.1.2", "install": True}
    row |= {"install_values": {"install_type": 2}, "deploy_config": [], **planned}
    given = {
        "site_plan_planned": {"subclouds": {"edge-1": row}, "hosts": {"edge-1": {"site": "edge-1"}}},
        "hostvars": {
            "edge-1": {"edge_sysadmin_password": "s", "edge_bmc_password": "b", "inventory_dir": "/i", **variables}
        },
        "starlingx_subclouds_hosts": ["edge-1"],
        "starlingx_subclouds_more": {},
    }
    found: Any = jinja.from_string(known["starlingx_subclouds_of"]).render(given)
    assert len(found) == 1
    return dict(found[0])


def test_what_dcmanager_is_given_of_each_way_to_add_a_subcloud() -> None:
    plain = documents({})
    assert (plain["wait_online"], plain["install_values"], plain["location"]) == (False, {"install_type": 2}, "Madrid")
    assert "install_values" not in documents({"install": False})
    # the Deployment Manager's configuration is a file, and brings it online; so does an enrolment, with it or without
    configured = documents({"deploy_config": [{"kind": "System"}]})
    assert configured["deploy_config"] == "/i/.edge/edge-1/to-dcmanager.yml" and "wait_online" not in configured
    enrolled = documents({}, edge_subcloud_deployment="enroll")
    assert enrolled["enroll"] is True and not {"wait_online", "deploy_config"} & set(enrolled)
    both = documents({"deploy_config": [{"kind": "System"}]}, edge_subcloud_deployment="enroll", edge_work_dir="/w")
    assert both["enroll"] is True and both["deploy_config"] == "/w/to-dcmanager.yml"


#: what was found of a subcloud -> what becomes of it, and words of the reason
FOUND: dict[str, tuple[dict[str, Any], str, str]] = {
    "none": ({}, "begun", ""),
    "as it should be": ({"status": "complete", "availability": "online", "managed": True, "steps": []}, "begun", ""),
    "away": ({"status": "complete", "availability": "offline", "managed": True, "steps": []}, "offline", "later run"),
    "moved": (
        {"status": "secondary", "availability": "offline", "managed": False, "steps": []},
        "offline",
        "has moved to",
    ),
    "not seen": ({}, "left", "its System Controller region-0 could not be looked at"),
    "refused": ({"status": "restore-failed", "managed": False, "steps": [], "refused": "no way."}, "failed", "no way."),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_becomes_of_a_subcloud_by_what_was_found(case: str) -> None:
    found, state, words = FOUND[case]
    [task, *_more] = yaml.safe_load((ROLE / "tasks/begin.yml").read_text(encoding="utf-8"))
    known = yaml.safe_load((ROLE / "vars/main.yml").read_text(encoding="utf-8"))
    given: dict[str, Any] = {"starlingx_subclouds_found": found, "starlingx_subclouds_stop": ""}
    given["starlingx_subclouds_sc"] = {} if case == "not seen" else {"starlingx_subclouds_survey": []}
    given["starlingx_subclouds_central"] = "region-0"
    jinja = NativeEnvironment()
    deployed = known["starlingx_subclouds_deployed"]
    for name, text in {"starlingx_subclouds_deployed": deployed, **task["vars"]}.items():
        given[name] = jinja.from_string(str(text).strip()).render(given)
    outcome = task["ansible.builtin.set_fact"]["starlingx_subclouds_outcome"]
    assert jinja.from_string(outcome["state"]).render(given) == state
    assert words in str(jinja.from_string(outcome["reason"]).render(given))


def left_out(play: list[str]) -> list[str]:
    """Hosts that the plan looks at beside those of a play, by the role's own expression."""
    known = yaml.safe_load((ROLE.parent / "site_plan/vars/main.yml").read_text(encoding="utf-8"))
    jinja = NativeEnvironment()
    jinja.filters |= {
        "extract": lambda key, container: container[key],
        "flatten": lambda many: [x for one in many for x in one],
        "intersect": lambda one, other: [x for x in one if x in other],
        "difference": lambda one, other: [x for x in one if x not in other],
    }
    peers = {"north": ["south"], "south": ["north"]}
    hosts: dict[str, dict[str, Any]] = {name: {"edge_system_controller": "north"} for name in ("edge-1", "edge-2")}
    hosts["e-1"] = {"edge_system_controller": "lonely"}
    for site in ("north", "south", "lonely"):
        hosts[f"{site}-0"] = {"edge_site_name": site}
        if site in peers:
            hosts[f"{site}-0"][PEERS] = [{"site": name} for name in peers[site]]
    groups = {
        "edge_subclouds": ["edge-1", "edge-2", "e-1"],
        "edge_controllers": ["north-0", "south-0", "lonely-0"],
    }
    given = {"ansible_play_hosts_all": play, "hostvars": hosts, "groups": groups, "site_plan_groups": groups}
    found: Any = jinja.from_string(known["site_plan_left_out"]).render(given)
    return list(found)


def test_limit_leaves_out_no_system_controller_that_stands_in_for_another() -> None:
    assert left_out(["edge-1"]) == ["north-0", "south-0"]
    assert left_out(["north-0"]) == ["south-0"] and left_out(["south-0"]) == ["north-0"]
    assert left_out(["e-1"]) == ["lonely-0"]
    assert left_out(["lonely-0"]) == []


ONLINE = {"deploy_status": "complete", "availability_status": "online", "management_state": "managed"}
#: (row of dcmanager, group that it shall have, who leads that group) -> what becomes of it
JOINING: list[tuple[dict[str, Any], str, str, str]] = [
    (ONLINE, "movable", "", "ready"),  # the group is only predicted
    (ONLINE, "movable", "own", "ready"),
    (ONLINE, "movable", "other", "away"),  # dcmanager refuses who would join a group that is led elsewhere
    ({**ONLINE, "peer_group": "3"}, "movable", "other", "ready"),  # nothing to do
    ({**ONLINE, "peer_group": "3"}, "", "own", "ready"),  # it leaves
    (ONLINE, "", "own", ""),
    ({**ONLINE, "availability_status": "offline"}, "movable", "own", "waiting"),
    ({"deploy_status": "installing"}, "movable", "own", "waiting"),
    ({**ONLINE, "deploy_status": "secondary"}, "movable", "other", ""),
    ({}, "movable", "own", "waiting"),
]


@pytest.mark.parametrize("case", JOINING)
def test_who_can_join_a_peer_group(case: tuple[dict[str, Any], str, str, str]) -> None:
    row, group, leader, outcome = case
    tasks = yaml.safe_load((ROLE / "tasks/peer_groups.yml").read_text(encoding="utf-8"))
    task = next(t for t in tasks if t["name"] == "See which subclouds can join or leave")
    jinja = NativeEnvironment()
    given: dict[str, Any] = {
        "starlingx_subclouds_present": {"subclouds": [{"name": "edge-1", **row}] if row else []},
        "site_plan_planned": {
            "subclouds": {"edge-1": {"system_controller": "north", "peer_group": group, "host": "edge-1-0"}}
        },
        "starlingx_subclouds_own": "north",
        "starlingx_subclouds_uuids": {"north": "own", "south": "other"},
        "groups": {"edge_subclouds": ["edge-1-0"]},
        "starlingx_subclouds_movable": {
            "results": [{"item": {"name": "movable"}, "subcloud_peer_group": {"leader_id": leader} if leader else {}}]
        },
        "dict": dict,
    }
    jinja.filters["zip"] = zip
    given |= {name: jinja.from_string(text).render(given) for name, text in task["vars"].items()}
    found: Any = jinja.from_string(task["ansible.builtin.set_fact"]["starlingx_subclouds_joining"]).render(given)
    assert found == {**{k: [] for k in ("ready", "waiting", "away")}, **_outcome(outcome)}


def _outcome(kind: str) -> dict[str, list[str]]:
    return {kind: ["edge-1-0" if kind == "ready" else "edge-1"]} if kind else {}


#: (another gateway, what is done to the subcloud, its group before and after, leader) -> synchronised
FORESEEN = [
    (False, "none", "", "movable", "own", False),
    (True, "none", "7", "movable", "own", True),
    (True, "none", "7", "movable", "other", False),  # who does not lead it synchronises nothing
    (False, "update", "", "movable", "own", True),
    (False, "update", "7", "", "own", True),
    (False, "update", "8", "second", "own", False),  # another group's
]


@pytest.mark.parametrize("case", FORESEEN)
@pytest.mark.parametrize("check", [True, False])
def test_a_check_foresees_that_a_group_will_be_out_of_sync(
    check: bool, case: tuple[bool, str, str, str, str, bool]
) -> None:
    gateway, action, before, group, leader, foreseen = case
    tasks = yaml.safe_load((ROLE / "tasks/peer_groups.yml").read_text(encoding="utf-8"))
    task = next(t for t in tasks if t["name"] == "Associate the groups with other System Controllers")
    jinja = NativeEnvironment()
    jinja.filters |= {"extract": lambda key, container: container[key]}
    jinja.tests["changed"] = lambda result: result["changed"]
    given: dict[str, Any] = {
        "item": ({"name": "movable"}, {"site": "south", "priority": 1}),
        "ansible_check_mode": check,
        "starlingx_subclouds_own": "north",
        "starlingx_subclouds_uuids": {"north": "own", "south": "other"},
        "starlingx_subclouds_movable": {
            "results": [{"item": {"name": "movable"}, "subcloud_peer_group": {"id": "7", "leader_id": leader}}]
        },
        "starlingx_subclouds_peered": {
            "results": [{"item": "south", "diff": {"before": {"gateway_address": "x"} if gateway else {}}}]
        },
        "starlingx_subclouds_joined": {"results": [{"name": "edge-1", "action": action}]},
        "starlingx_subclouds_present": {"subclouds": [{"name": "edge-1", "peer_group": before}]},
        "site_plan_planned": {"subclouds": {"edge-1": {"peer_group": group}}},
        "starlingx_subclouds_associated": {"changed": False},
    }
    for name, text in task["vars"].items():
        given[name] = jinja.from_string(text).render(given)
    assert bool(jinja.from_string(f"{{{{ {task['changed_when']} }}}}").render(given)) is (foreseen and check)
