# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin on the lab: hosts, groups, variables, requests, cache, and what must not get there."""

from __future__ import annotations

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

from .conftest import run_module
from .osm import LAB, SERVICE, VIM, Osm

assert LAB
#: what lies in records and must reach nothing that we write
CANARY = "canary-of-the-records"
LISTS = {f"GET /osm/{path}" for path in ("nslcm/v1/ns_instances", "nslcm/v1/vnf_instances", "admin/v1/vim_accounts")}


def ns(number: int, name: str = "", **more: Any) -> dict[str, Any]:
    """A record of a service as OSM keeps it, secrets included."""
    return {
        "_id": f"{number:08x}-0000-4000-8000-000000000000",
        "name": name or f"ns-{number}",
        "description": "a service",
        "nsState": "READY",
        "operational-status": "running",
        "config-status": "configured",
        "nsd-ref": "edge_ns",
        "datacenter": "vim-id",
        "instantiate_params": {"ssh_keys": [CANARY], "vnf": [{"secret": CANARY}]},
        "additionalParamsForNs": {"password": CANARY},
        "errorDetail": CANARY,
        "_admin": {"projects_read": [], "nsState": "INSTANTIATED"},
        **more,
    }


def vnf(number: int, service: dict[str, Any], index: str = "1", **more: Any) -> dict[str, Any]:
    """A record of a VNF with a machine and an application."""
    machine = {
        "vdu-id-ref": "box",
        "count-index": 0,
        "name": "vm-box",
        "status": "ACTIVE",
        "ip-address": f"10.1.{number // 250}.{number % 250 + 1}",
        "cloud-init": CANARY,
        "additionalParams": {"secret": CANARY},
        "ssh-access-required": CANARY,
        "interfaces": [
            {"name": "eth1", "ip-address": "10.2.0.1", "mgmt-vnf": False},
            {"name": "eth0", "ip-address": "10.1.0.1;fd00::1", "mac-address": "52:54:00:00:00:01", "mgmt-vnf": True},
        ],
    }
    application = {
        "kdu-name": "web",
        "k8s-namespace": "edge",
        "kdu-instance": "web-0001",
        "k8s-cluster": {"id": "cluster-id"},
        "additionalParams": json.dumps({"password": CANARY}),
        "services": [
            {"name": "web", "type": "ClusterIP", "cluster_ip": "10.96.0.7", "ports": [{"port": 80, "x": CANARY}]},
            {"name": "lb", "type": "LoadBalancer", "cluster_ip": "10.96.0.8", "external_ip": ["192.0.2.7"]},
        ],
    }
    return {
        "_id": f"{number:08x}-0000-4000-9000-000000000000",
        "nsr-id-ref": service["_id"],
        "member-vnf-index-ref": index,
        "vnfd-ref": "edge_vnf",
        "vim-account-id": "vim-id",
        "ip-address": f"10.1.{number // 250}.{number % 250 + 1}",
        "vdur": [machine],
        "kdur": [application],
        "additionalParamsForVnf": {"token": CANARY},
        "_admin": {"projects_read": []},
        **more,
    }


class Inventory:
    """A lab whose records are put there as they are, and ``ansible-inventory`` on it."""

    def __init__(self, lab: Any, folder: Path, cache: Path) -> None:
        self.lab, self.folder, self.cache = lab, folder, cache
        self.osm = Osm(lab, run_module)
        self.known = lab.credentials["osm"]

    def put(self, *services: dict[str, Any], vnfs: tuple[dict[str, Any], ...] | list[dict[str, Any]] = ()) -> None:
        """Let OSM have exactly these records, and one VIM account."""
        store = self.lab.lab.services["osm"].store
        vim = {
            "_id": "vim-id",
            "name": "madrid-1",
            "vim_type": "dummy",
            "vim_password": CANARY,
            "config": {"k": CANARY},
        }
        [project] = [p["_id"] for p in store.all("projects").values() if p["name"] == "admin"]

        def change() -> None:
            for topic, documents in (("nsrs", services), ("vnfrs", vnfs), ("vim_accounts", [{**vim, "_admin": {}}])):
                store.all(topic).clear()
                for document in copy.deepcopy(list(documents)):
                    document["_admin"]["projects_read"] = [project]
                    store.replace(topic, document)

        self.lab.call(change)

    def clear(self) -> None:
        """Leave nothing."""
        store = self.lab.lab.services["osm"].store
        self.lab.call(lambda: [store.all(topic).clear() for topic in ("nsrs", "vnfrs", "vim_accounts")])

    def run(self, *arguments: str, name: str = "lab.osm.yml", **options: Any) -> subprocess.CompletedProcess[str]:
        """Write an inventory file, and ask for it; the record of requests begins anew."""
        self.lab.control.forget()
        content = {
            "plugin": "edge.infra.osm",
            "osm_url": self.lab.urls["osm"],
            "osm_ca_cert": str(self.lab.ca_cert),
            **options,
        }
        path = self.folder / name
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OSM_")} | {
            "OSM_USER": self.known["username"],
            "OSM_PASSWORD": self.known["password"],
            "EDGE_INFRA_CACHE": str(self.cache),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ANSIBLE_STDOUT_CALLBACK": "default",
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        }
        command = [str(Path(sys.executable).parent / "ansible-inventory"), "-i", str(path), "--list", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)

    def list(self, *arguments: str, **options: Any) -> dict[str, Any]:
        """The inventory, without marks of texts that are no templates; nothing that must stay in OSM is in it."""
        done = self.run(*arguments, **options)
        assert done.returncode == 0, done.stderr
        assert CANARY not in done.stdout + done.stderr and self.known["password"] not in done.stdout + done.stderr
        document: dict[str, Any] = json.loads(done.stdout, object_hook=lambda d: d.get("__ansible_unsafe", d))
        return document

    def hosts(self, **options: Any) -> dict[str, dict[str, Any]]:
        """Variables by host."""
        found: dict[str, dict[str, Any]] = self.list(**options)["_meta"]["hostvars"]
        return found

    def refused(self, **options: Any) -> str:
        """What it says when it ends badly: in words, and without secrets."""
        done = self.run(**options)
        assert done.returncode != 0, done.stdout
        assert "Traceback" not in done.stderr and self.known["password"] not in done.stderr
        return " ".join(done.stderr.split())


@pytest.fixture
def inventory(lab: Any, tmp_path: Path, cache: Path) -> Iterator[Inventory]:
    one = Inventory(lab, tmp_path, cache)
    one.put()
    yield one
    one.clear()


def test_services_and_their_parts_become_hosts(inventory: Inventory) -> None:
    one = ns(1, "edge web")
    inventory.put(one, vnfs=[vnf(1, one)])
    answer = inventory.list(hosts=["ns", "vnf", "vdu", "kdu"])
    found = answer["_meta"]["hostvars"]
    assert sorted(found) == ["1.edge-web", "box-0.1.edge-web", "edge-web", "web.1.edge-web"]
    service, function = found["edge-web"], found["1.edge-web"]
    assert (service["osm_kind"], service["osm_ns_name"], service["osm_ns_state"]) == ("ns", "edge web", "READY")
    assert service["osm_vim_account"] == "madrid-1" and service["osm_vim_type"] == "dummy"
    assert function["ansible_host"] == "10.1.0.2" and function["osm_vnfd"] == "edge_vnf"
    assert function["osm_vdus"][0]["interfaces"][1]["addresses"] == ["10.1.0.1", "fd00::1"]
    assert found["box-0.1.edge-web"]["osm_addresses"] == ["10.1.0.2", "10.1.0.1", "fd00::1", "10.2.0.1"]
    assert found["web.1.edge-web"]["ansible_host"] == "192.0.2.7", "from outside, before inside the cluster"
    assert found["web.1.edge-web"]["osm_kdu"]["services"][0]["ports"] == [{"port": 80}]
    members = {name: group["hosts"] for name, group in answer.items() if name.startswith("osm_")}
    everyone = sorted(found)
    assert {n: sorted(h) for n, h in members.items()} == {
        "osm_kind_ns": ["edge-web"],
        "osm_kind_vnf": ["1.edge-web"],
        "osm_kind_vdu": ["box-0.1.edge-web"],
        "osm_kind_kdu": ["web.1.edge-web"],
        "osm_ns_edge_web": everyone,
        "osm_nsd_edge_ns": everyone,
        "osm_vnfd_edge_vnf": everyone,
        "osm_vim_madrid_1": everyone,
        "osm_kdu_web": ["1.edge-web", "edge-web", "web.1.edge-web"],
    }


def test_a_service_that_osm_has_instantiated(inventory: Inventory) -> None:
    inventory.clear()
    inventory.osm.onboarded()
    inventory.osm.done("osm_ns", **SERVICE)
    found = inventory.hosts()
    assert {h["osm_kind"] for h in found.values()} == {"ns", "vnf"}
    assert {h["osm_vim_account"] for h in found.values()} == {VIM["name"]}
    inventory.osm.clear()


def test_defaults_and_addresses(inventory: Inventory) -> None:
    one = ns(1)
    empty = vnf(2, one, "2", **{"ip-address": None, "vdur": [], "kdur": []})
    inventory.put(one, vnfs=[vnf(1, one), empty])
    found = inventory.hosts()
    assert sorted(found) == ["1.ns-1", "2.ns-1", "ns-1"]
    assert "ansible_host" not in found["2.ns-1"] and found["2.ns-1"]["osm_addresses"] == []
    assert sorted(inventory.hosts(with_address=True)) == ["1.ns-1", "ns-1"]
    answer = inventory.list(groups_by=["vim"], group_prefix="edge_")
    assert set(answer) == {"_meta", "all", "edge_vim_madrid_1"}


def test_names_that_osm_has_twice(inventory: Inventory) -> None:
    twins = [ns(1, "twin"), ns(2, "twin"), ns(3, "other")]
    inventory.put(*twins, vnfs=[vnf(1, twins[0])])
    assert sorted(inventory.hosts()) == ["1.twin-00000001", "other", "twin-00000001", "twin-00000002"]


def test_a_thousand_vnfs_in_three_lists(inventory: Inventory) -> None:
    services = [ns(n) for n in range(250)]
    inventory.put(*services, vnfs=[vnf(4 * n + i, s, str(i)) for n, s in enumerate(services) for i in range(4)])
    answer = inventory.list()
    assert len(answer["_meta"]["hostvars"]) == 1250 and len(answer["osm_kind_vnf"]["hosts"]) == 1000
    assert set(inventory.osm.asked()) == LISTS and len(inventory.osm.asked()) == 3
    assert inventory.osm.logins() == 1
    inventory.list()
    assert inventory.osm.logins() == 0, "the token is kept"


def test_filters_are_osms(inventory: Inventory) -> None:
    services = [ns(1), ns(2, **{"nsd-ref": "other_ns"}), ns(3, nsState="BROKEN"), ns(4, shared=True)]
    vnfs = [vnf(n, s, **({"vnfd-ref": "other_vnf"} if n == 4 else {})) for n, s in enumerate(services, 1)]
    inventory.put(*services, vnfs=vnfs)

    def names(**filters: Any) -> list[str]:
        return sorted(h["osm_ns_name"] for h in inventory.hosts(hosts=["vnf"], filters=filters).values())

    assert names(ns={"nsState": "BROKEN"}) == ["ns-3"]
    rows = inventory.lab.control.recorded("osm", method="GET")
    assert [r["path"] for r in rows] and len(rows) == 3
    assert names(ns={"name": ["ns-1", "ns-2"], "nsd-ref.neq": "other_ns"}) == ["ns-1"]
    assert names(ns={"shared": True}) == ["ns-4"], "a truth value is one, and no text"
    assert names(vnf={"vnfd-ref": "other_vnf"}) == ["ns-4"]
    both = inventory.hosts(filters={"vnf": {"vnfd-ref": "other_vnf"}})
    assert sorted(both) == ["1.ns-4", "ns-4"]
    assert names(ns={"name": "nobody"}) == []
    assert len(inventory.osm.asked()) == 1, "no service, nothing more to ask for"


def test_what_is_no_filter_is_refused_before_anything_is_asked(inventory: Inventory) -> None:
    inventory.put(ns(1))
    text = inventory.refused(filters={"ns": {"METHOD": "DELETE"}})
    assert "'METHOD'" in text and "filters" in text
    assert inventory.lab.control.recorded("osm") == []
    assert len(inventory.osm.all("nsrs")) == 1


def test_what_is_no_option_is_refused_before_anything_is_asked(inventory: Inventory) -> None:
    for key, told in (("host", "Is hosts meant?"), ("osm_user", "Is osm_username meant?"), ("zzz", "lists them")):
        text = inventory.refused(**{key: ["ns"]})
        assert f"lab.osm.yml: there is no option '{key}'." in text and told in text, text
        assert not inventory.lab.control.recorded("osm")


def test_constructed(inventory: Inventory) -> None:
    one = ns(1)
    inventory.put(one, vnfs=[vnf(1, one)])
    options = {
        "hosts": ["vnf"],
        "strict": True,
        "compose": {"ansible_user": "'ubuntu'", "where": "osm_vim_account ~ '/' ~ osm_ns_name"},
        "groups": {"first": "osm_member_vnf_index == '1'"},
        "keyed_groups": [{"key": "osm_vim_type", "prefix": "cloud"}],
    }
    answer = inventory.list(**options)
    host = answer["_meta"]["hostvars"]["1.ns-1"]
    assert (host["ansible_user"], host["where"]) == ("ubuntu", "madrid-1/ns-1")
    assert answer["first"]["hosts"] == answer["cloud_dummy"]["hosts"] == ["1.ns-1"]
    for wrong in (
        {"compose": {"x": "osm_nothing.y"}},
        {"groups": {"x": "osm_nothing.y"}},
        {"keyed_groups": [{"key": "osm_nothing.y"}]},
    ):
        text = inventory.refused(**{**options, **wrong})
        assert "1.ns-1" in text and "osm_nothing" in text
        assert "1.ns-1" in inventory.hosts(**{**options, **wrong, "strict": False})


def test_rules_may_speak_of_the_hosts_name(inventory: Inventory) -> None:
    one = ns(1, "web")
    inventory.put(one, ns(2, "api"), vnfs=[vnf(1, one)])
    answer = inventory.list(
        strict=True,
        compose={"fqdn": "inventory_hostname ~ '.example.com'", "short": "inventory_hostname_short"},
        groups={"front": "inventory_hostname == 'web'", "composed": "fqdn == 'api.example.com'"},
        keyed_groups=[
            {"key": "inventory_hostname", "prefix": "host"},
            {"key": "fqdn", "prefix": "at"},
            {"key": "inventory_hostname_short", "prefix": "short"},
        ],
    )
    found = answer["_meta"]["hostvars"]
    assert {name: (v["fqdn"], v["short"]) for name, v in found.items()} == {
        "web": ("web.example.com", "web"),
        "1.web": ("1.web.example.com", "1"),
        "api": ("api.example.com", "api"),
    }
    assert answer["front"]["hosts"] == ["web"] and answer["composed"]["hosts"] == ["api"]
    assert answer["host_web"]["hosts"] == answer["at_web_example_com"]["hosts"] == ["web"]
    assert answer["host_1_web"]["hosts"] == answer["short_1"]["hosts"] == ["1.web"]
    assert not [group for group in answer if group.endswith("_") or "__" in group], "no name that only we gave a host"


def test_groups_that_are_called_as_their_hosts(inventory: Inventory) -> None:
    """Ansible would take such a host for the group, so it is called otherwise."""
    inventory.put(ns(1, "web"), ns(2, "front"))
    options = {
        "groups": {"front": "inventory_hostname == 'web'"},
        "keyed_groups": [{"key": "inventory_hostname", "separator": "", "parent_group": "each"}],
    }
    done = inventory.run(**options, strict=True)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert sorted(answer["_meta"]["hostvars"]) == ["front-00000002", "web-00000001"]
    assert "The service web is called as a group" in " ".join(done.stderr.split())
    assert answer["web_00000001"]["hosts"] == ["web-00000001"]
    assert not set(answer) & set(answer["_meta"]["hostvars"])


def test_the_cache(inventory: Inventory, tmp_path: Path) -> None:
    one = ns(1)
    inventory.put(one, vnfs=[vnf(1, one)])
    kept = tmp_path / "kept"
    options = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(kept)}
    first = inventory.list(**options)
    assert len(inventory.osm.asked()) == 3
    inventory.put()
    assert inventory.list(**options) == first and inventory.osm.asked() == [] and inventory.osm.logins() == 0
    assert inventory.hosts(**options, filters={"ns": {"name": "x"}}) == {}, "another question has another answer"
    assert inventory.list("--flush-cache", **options)["_meta"]["hostvars"] == {}
    files = [p for p in tmp_path.rglob("*") if p.is_file() and inventory.cache not in p.parents]
    assert any(kept in p.parents for p in files)
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert CANARY not in text and inventory.known["password"] not in text, path


def test_what_users_write_is_no_template(inventory: Inventory) -> None:
    one = ns(1, "{{ 7 * 7 }}", description="{{ lookup('pipe', 'echo run') }}")
    inventory.put(one)
    [host] = inventory.hosts(compose={"text": "osm_description"}).values()
    assert host["osm_description"] == host["text"] == one["description"]


def test_connection_errors_have_words(inventory: Inventory, tmp_path: Path) -> None:
    assert "osm_url" in inventory.refused(osm_url="https://127.0.0.1:9")
    text = inventory.refused(osm_password="wrong")
    assert "osm_username and osm_password" in text and "wrong" not in text.split("lab.osm.yml", 1)[-1]
    assert "osm_ca_cert" in inventory.refused(osm_ca_cert=None)
    text = inventory.refused(osm_url="https://canary-token@127.0.0.1:9")
    assert "https://********@127.0.0.1:9" in text and "canary" not in text


def test_options_may_be_templates(inventory: Inventory) -> None:
    inventory.put(ns(1))
    template = "{{ lookup('ansible.builtin.env', 'OSM_PASSWORD') }}"
    assert list(inventory.hosts(osm_password=template)) == ["ns-1"]


def test_other_files_are_left_to_others(inventory: Inventory) -> None:
    assert "osm.yml" not in inventory.refused(name="other.yml") or inventory.osm.asked() == []


def test_services_that_are_called_as_groups_and_vnfs_of_one_index(inventory: Inventory) -> None:
    names = ["all", "ungrouped", "localhost", "osm_kind_ns", "cloud_dummy", "web"]
    services = [ns(number, name) for number, name in enumerate(names, 1)]
    inventory.put(*services, vnfs=[vnf(1, services[5]), vnf(2, services[5])])
    keyed = [{"key": "osm_vim_type", "prefix": "cloud"}]
    done = inventory.run(keyed_groups=keyed)
    assert done.returncode == 0, done.stderr
    found = sorted(json.loads(done.stdout)["_meta"]["hostvars"])
    expected = [f"{name}-0000000{number}" for number, name in enumerate(names[:5], 1)]
    assert found == sorted([*expected, "web", "1-00000001.web", "1-00000002.web"])
    told = " ".join(done.stderr.split())
    assert "The service all is called as a group" in told and "cloud_dummy-00000005" in told
    assert "several VNFs 1" in told
