# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin on the lab: a System Controller with a thousand subclouds, one of which has a system behind it.

Several inventories are read by one process, since starting Ansible takes longer than anything else here.
"""

from __future__ import annotations

import base64
import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import SITE
from .stx import OVERRIDES

COUNT, SECRET, REGION = 1000, "canary-of-the-records", "0123456789abcdef0123456789abcdef"
LAB: dict[str, Any] = {
    "services": ["keystone", "sysinv", "dcmanager"],
    "time_factor": 30000,
    "sites": [
        {**copy.deepcopy(SITE), "name": "central", "model": "duplex"},
        {**copy.deepcopy(SITE), "name": "edge-1", "system_controller": "central"},
    ],
}
LAB["sites"][1]["hosts"][0]["name"] = "edge-0"
CENTRAL = {
    **OVERRIDES,
    "system_mode": "duplex",
    "distributed_cloud_role": "systemcontroller",
    "management_start_address": "192.168.204.2",
    "management_end_address": "192.168.204.50",
}

#: reads inventories one after the other, as ansible-inventory does, and says what each has and warns of
READER = """
import json, os, sys
from pathlib import Path
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader()
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.utils.display import Display
from ansible.vars.manager import VariableManager

told = []
Display.warning = lambda self, msg, *a, **k: told.append(str(msg))
Display.error_as_warning = lambda self, msg, exception, **k: told.append(f"{msg} {exception}")
answers = []
for path in sys.argv[1:]:
    told.clear()
    try:
        found = InventoryManager(loader=DataLoader(), sources=[path])
    except Exception as error:
        answers.append({"error": str(error), "told": list(told)})
        continue
    hosts = {str(h.name): h.vars for h in found.get_hosts()}
    groups = {str(n): [str(h.name) for h in g.hosts] for n, g in found.groups.items()}
    answers.append({"hosts": hosts, "groups": groups, "told": list(told)})
print(json.dumps(answers, default=str))
"""


class World:
    """The lab, and inventories of it."""

    def __init__(self, lab: Any, folder: Path) -> None:
        self.lab, self.folder, self.written = lab, folder, 0

    @property
    def known(self) -> dict[str, str]:
        """The System Controller's account."""
        found: dict[str, str] = self.lab.lab.systems["central"].credentials["starlingx"]
        return found

    def prepare(self) -> None:
        """A System Controller with subclouds: edge-1 is a system of the lab, the others are records alone."""
        lab = self.lab
        central, edge = (lab.lab.systems[name] for name in ("central", "edge-1"))
        if central.life.stage != "off":
            return
        lab.call(central.life.install)
        lab.call(central.life.bootstrap, CENTRAL)
        lab.call(edge.life.install)
        known = self.known
        account = {"admin_username": known["username"], "admin_password": known["password"]}
        lab.call(
            edge.life.bootstrap, {**OVERRIDES, **account, "distributed_cloud_role": "subcloud", "region_name": REGION}
        )
        url = f"{lab.urls['lab']}/lab/dcmanager/subclouds"
        lab.control.post(url, json={"count": COUNT, "prefix": "sc"}, timeout=30).raise_for_status()
        world = lab.lab.services["dcmanager"].world
        secret = base64.b64encode(SECRET.encode()).decode()

        def change() -> None:
            group = dict(world.groups[1], id=2, name="canary")
            world.groups[2] = group
            rows = list(world.subclouds.values())
            world.rename(rows[0], "edge-1")
            rows[0].update({"region-name": REGION, "group_id": 2})
            rows[1].update({"availability-status": "offline", "group_id": 2, "description": "{{ 7 * 7 }}"})
            rows[2].update({"management-state": "unmanaged", "deploy-status": "install-failed"})
            rows[3].update({"error-description": SECRET, "_drift": ("platform",)})
            install = {"bootstrap_address": "10.10.1.12", "bmc_password": secret, "bmc_username": SECRET}
            rows[4]["data_install"] = json.dumps(install)
            rows[5]["name"] = "all"
            for row in rows[:6]:
                world.audit(row)

        lab.call(change)

    def write(self, name: str = "", **options: Any) -> Path:
        """A file of an inventory; None leaves an option out."""
        self.written += 1
        content = {
            "plugin": "edge.infra.starlingx",
            "auth_url": self.lab.urls["keystone"],
            "ca_cert": str(self.lab.ca_cert),
            **options,
        }
        path = self.folder / (name or f"{self.written}.starlingx.yml")
        kept = {k: v for k, v in content.items() if v is not None}
        path.write_text(yaml.safe_dump(kept), encoding="utf-8")
        return path

    def read(self, *paths: Path, **environment: str) -> list[dict[str, Any]]:
        """What each inventory says; the record of requests begins anew. No secret is in any of it."""
        self.lab.control.forget()
        known = self.known
        values = {k: v for k, v in os.environ.items() if not k.startswith("OS_")} | {
            "OS_USERNAME": known["username"],
            "OS_PASSWORD": known["password"],
            "EDGE_INFRA_CACHE": str(self.folder / "tokens"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
            "ANSIBLE_STDOUT_CALLBACK": "default",
            **environment,
        }
        command = [sys.executable, "-c", READER, *map(str, paths)]
        done = subprocess.run(command, env=values, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        text = done.stdout + done.stderr
        for secret in (SECRET, base64.b64encode(SECRET.encode()).decode(), known["password"]):
            assert secret not in text
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    def asked(self) -> list[str]:
        """Requests since then, sign-ins as LOGIN."""
        rows = self.lab.control.recorded()
        return ["LOGIN" if r["method"] == "POST" else f"{r['service']} {r['path']}" for r in rows]


@pytest.fixture
def world(lab: Any, tmp_path: Path) -> Iterator[World]:
    one = World(lab, tmp_path)
    one.prepare()
    yield one


def test_a_thousand_subclouds_in_five_lists_and_none_from_the_cache(world: World) -> None:
    kept = world.folder / "kept"
    options = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(kept)}
    path = world.write(**options)
    first, second = world.read(path, path)
    assert "error" not in first, first
    lists = ["dcmanager /v1.0/subcloud-groups/", "dcmanager /v1.0/subclouds/"]
    assert sorted(world.asked()) == ["LOGIN", *lists, *(f"sysinv /v1/{n}" for n in ("iextoam", "ihosts", "isystems"))]
    assert first == second, "from the cache"
    hosts, groups = first["hosts"], first["groups"]
    assert len(hosts) == COUNT + 1 and len(groups["stx_kind_subcloud"]) == COUNT
    [controller] = groups["stx_kind_host"]
    assert hosts[controller]["stx_personality"] == "controller" and controller.startswith("controller-0.")
    assert groups["stx_personality_controller"] == [controller]
    assert hosts[controller]["ansible_host"] == hosts[controller]["stx_oam_address"]
    assert sorted(groups["stx_subcloud_group_canary"]) == ["edge-1", "sc0002"]
    assert groups["stx_availability_status_offline"] == ["sc0002"]
    assert groups["stx_management_state_unmanaged"] == groups["stx_deploy_status_install_failed"] == ["sc0003"]
    assert "sc0004" in groups["stx_sync_status_out_of_sync"] and len(groups["stx_sync_status_in_sync"]) == COUNT - 3
    assert hosts["sc0005"]["ansible_host"] == "10.10.1.12"
    assert hosts["sc0009"]["ansible_host"] == hosts["sc0009"]["stx_management_address"] == "10.128.9.2"
    assert hosts["sc0002"]["stx_description"] == "{{ 7 * 7 }}"
    [other] = [name for name in hosts if name.startswith("all-")]
    assert any(other in text for text in first["told"])
    for file in (p for p in kept.rglob("*") if p.is_file()):
        text = file.read_text(encoding="utf-8")
        assert SECRET not in text and world.known["password"] not in text and "bmc_pass" not in text


def test_hosts_behind_subclouds_filters_and_a_cloud_by_its_name(world: World, tmp_path: Path) -> None:
    edge = world.lab.lab.systems["edge-1"]
    way = {"auth_url": f"'{edge.url('keystone')}' if stx_subcloud == 'edge-1' else 'https://127.0.0.1:9'"}
    behind = {"hosts": ["subcloud", "subcloud_host"], "subcloud_connection": way}
    constructed = {
        "strict": True,
        "compose": {"label": "stx_subcloud ~ '/' ~ inventory_hostname_short"},
        "groups": {"first": "stx_subcloud == 'edge-1'"},
        "keyed_groups": [{"key": "stx_kind", "prefix": "is", "parent_group": "kinds"}],
    }
    known = world.known
    auth = {"auth_url": world.lab.urls["keystone"], "username": known["username"], "password": known["password"]}
    clouds = {"clouds": {"central": {"auth": auth, "cacert": str(world.lab.ca_cert)}}}
    (tmp_path / "clouds.yaml").write_text(yaml.safe_dump(clouds), encoding="utf-8")
    canary, two, controllers, untrusted, wrong, other = world.read(
        world.write(**behind, filters={"subcloud": {"subcloud_group": "canary"}}),
        world.write(**behind, **constructed, filters={"subcloud": {"subcloud": ["edge-1", "sc0007"]}}),
        world.write(cloud="central", auth_url=None, ca_cert=None, hosts=["host"], qualified=False),
        world.write(ca_cert=None),
        world.write(auth_password="not this one"),
        world.write(name="other.yml"),
        OS_CLIENT_CONFIG_FILE=str(tmp_path / "clouds.yaml"),
    )
    assert sorted(canary["hosts"]) == ["controller-0.edge-1", "edge-1", "sc0002"]
    machine = canary["hosts"]["controller-0.edge-1"]
    assert (machine["stx_region"], machine["stx_subcloud"], machine["ansible_host"]) == (REGION, "edge-1", "10.20.30.2")
    assert canary["hosts"]["edge-1"]["stx_oam_address"] == "10.20.30.2"
    assert canary["groups"]["stx_subcloud_edge_1"] == ["controller-0.edge-1"]
    assert canary["told"] == ["Hosts of subclouds that are offline are left out: sc0002."]
    assert sorted(two["hosts"]) == ["controller-0.edge-1", "edge-1", "sc0007"]
    assert two["hosts"]["controller-0.edge-1"]["label"] == "edge-1/controller-0"
    assert sorted(two["groups"]["first"]) == ["controller-0.edge-1", "edge-1"]
    assert sorted(two["groups"]["is_subcloud"]) == ["edge-1", "sc0007"] and "kinds" in two["groups"]
    [told] = two["told"]
    assert told.startswith("Hosts of subcloud sc0007 are left out: ") and "127.0.0.1:9" in told
    assert list(controllers["hosts"]) == ["controller-0"]
    lists = [row for row in world.asked() if row.startswith("sysinv@edge-1")]
    assert len(lists) == 6, "three of the one subcloud that answers, for each inventory"
    assert "ca_cert" in untrusted["error"] + " ".join(untrusted["told"])
    text = wrong["error"] + " ".join(wrong["told"])
    assert "auth_username and auth_password" in text and "not this one" not in text
    assert "error" in other, "a file of another name is left to others"


#: what is wrong -> what is told; nothing is asked for these
REFUSED: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "no option": ({"host": ["subcloud"]}, ("there is no option 'host'", "Is hosts meant?")),
    "no filter": ({"filters": {"subcloud": {"state": "x"}}}, ("filters.subcloud", "'state'", "deploy_status")),
    "no way": ({"subcloud_connection": {"url": "x"}}, ("subcloud_connection", "auth_url")),
    "no url": ({"auth_url": None}, ("auth_url is missing", "OS_AUTH_URL")),
    "no cloud": ({"cloud": "zzz"}, ("clouds.yaml", "zzz")),
}


def test_what_is_wrong_is_told_in_words(world: World) -> None:
    answers = world.read(*(world.write(**options) for options, _told in REFUSED.values()))
    for answer, (name, (_options, words)) in zip(answers, REFUSED.items(), strict=True):
        assert all(word in answer["error"] + " ".join(answer["told"]) for word in words), (name, answer)
    assert world.asked() == []
