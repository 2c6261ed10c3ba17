# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documented state after the bootstrap, and errors of sysinv decoded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._starlingx import dialect, offline
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import CONNECTION
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import offline as offline_dialect
from ansible_collections.edge.infra.plugins.module_utils._starlingx.configuration import expand
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hostparts import CPU
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hosts import HOST
from ansible_collections.edge.infra.plugins.module_utils._starlingx.interfaces import INTERFACE
from ansible_collections.edge.infra.plugins.module_utils._starlingx.storage import DISK


class Answer:
    """An HTTP answer with a body."""

    def __init__(self, body: Any) -> None:
        self.text = body if isinstance(body, str) else json.dumps(body)

    def json(self) -> Any:
        return json.loads(self.text)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error_message": json.dumps({"faultcode": "Client", "faultstring": "no", "debuginfo": None})}, "no"),
        ({"error_message": json.dumps({"faultstring": "no route"})}, "no route"),
        ({"error_message": {"faultstring": "plain"}}, "plain"),
        ({"error_message": "not JSON"}, '{"error_message": "not JSON"}'),
        ({"error": {"code": 401, "title": "Unauthorized", "message": "Log in."}}, "Log in."),
        ("<html>502</html>", "<html>502</html>"),
        (["list"], '["list"]'),
    ],
)
def test_words_of_an_error(body: Any, words: str) -> None:
    assert dialect.words(Answer(body)) == words


def test_a_patch_is_a_list_and_truth_values_are_words() -> None:
    assert dialect.patch({"a": 1, "b": True}) == [
        {"op": "replace", "path": "/a", "value": 1},
        {"op": "replace", "path": "/b", "value": "true"},
    ]


def test_defaults_of_the_bootstrap() -> None:
    found = offline.tables({}, {})
    assert found["idns"][0]["nameservers"] == "8.8.8.8,8.8.4.4"
    oam = found["iextoam"][0]
    assert [oam[k] for k in ("oam_subnet", "oam_gateway_ip", "oam_floating_ip")] == [
        "10.10.10.0/24",
        "10.10.10.1",
        "10.10.10.2",
    ]
    assert "oam_c0_ip" not in oam
    assert [i["ifname"] for i in found["iinterfaces"]] == ["lo"]


def test_overrides_change_it() -> None:
    overrides = {
        "system_mode": "duplex",
        "external_oam_subnet": "10.1.0.0/24,fd00::/64",
        "external_oam_floating_address": "10.1.0.5,fd00::5",
        "dns_servers": ["9.9.9.9"],
        "timezone": "Europe/Madrid",
    }
    found = offline.tables(overrides, {})
    oam = found["iextoam"][0]
    assert oam["oam_floating_ip"] == "10.1.0.5,fd00::5"
    assert oam["oam_c1_ip"] == "10.1.0.7,fd00::7"
    assert oam["oam_gateway_ip"] == "10.1.0.1,fd00::1"
    assert found["isystems"][0]["timezone"] == "Europe/Madrid"


@pytest.mark.parametrize(("threads", "platform"), [(1, 2), (2, 1)])
def test_platform_cores_depend_on_threads(threads: int, platform: int) -> None:
    params = {"hardware": {"sockets": 1, "cores_per_socket": 8, "threads_per_core": threads}}
    live = offline_dialect(params).fetch(CPU, offline.HOST)[0]
    assert live["functions"][0]["function"] == "platform"
    assert live["functions"][0]["numa"] == {"0": platform}


def test_what_the_task_names_is_there_when_nothing_is_known_of_the_machine() -> None:
    params = {
        "interfaces": [{"name": "oam0", "port": "enp0s3"}],
        "resources": {"host_storages": [{"disk": "/dev/sdb"}]},
    }
    found = offline_dialect(params)
    assert [d["port"] for d in found.fetch(INTERFACE, offline.HOST)] == [None, "enp0s3"]
    assert [d["device_path"] for d in found.fetch(DISK, offline.HOST)] == ["/dev/sdb"]
    assert HOST.state_of(found.fetch(HOST, "")[0]) == "locked/disabled/online"


def test_overrides_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "localhost.yml"
    path.write_text("dns_servers: [1.1.1.1]\n", encoding="utf-8")
    assert offline.read_overrides(str(path)) == {"dns_servers": ["1.1.1.1"]}
    assert offline.read_overrides(None) == {}
    with pytest.raises(InputError, match="bootstrap_overrides"):
        offline.read_overrides(str(tmp_path / "missing.yml"))
    path.write_text("- a\n", encoding="utf-8")
    with pytest.raises(InputError, match="not a dictionary"):
        offline.read_overrides(str(path))


def test_short_options_become_declarations() -> None:
    params = {
        "host": "controller-0",
        "lock": "never",
        "prune_labels": False,
        "dns_servers": ["9.9.9.9"],
        "labels": {},
        "interfaces": [{"name": "oam0", "port": "enp0s3"}],
        "storage_backend": "none",
        "administrative": "unlocked",
    }
    found = expand(params)
    assert found["dns"] == [{"servers": ["9.9.9.9"]}]
    assert found["host_interfaces"] == [{"host": "controller-0", "lock": "never", "name": "oam0", "port": "enp0s3"}]
    assert found["hosts"] == [{"name": "controller-0", "administrative": "unlocked"}]
    assert not found.get("storage_backends") and not found.get("host_storages")


def test_service_parameters_of_the_bootstrap() -> None:
    overrides = {"docker_http_proxy": "http://10.0.0.9:3128", "docker_registries": {"quay.io": {"url": "10.0.0.8/q"}}}
    rows = offline.tables(overrides, {})["service_parameter"]
    found = {(r["service"], r["section"], r["name"]): r["value"] for r in rows}
    assert found["platform", "maintenance", "heartbeat_period"] == "1000"
    assert found["docker", "quay-registry", "url"] == "10.0.0.8/q"
    assert found["docker", "proxy", "http_proxy"] == "http://10.0.0.9:3128" and len(found) == 10


def test_networks_and_their_pools() -> None:
    overrides = {"external_oam_subnet": "10.9.0.0/24, fd00::/64", "external_oam_gateway_address": "10.9.0.9"}
    found = offline.tables(overrides, {})
    pools = {p["name"]: p for p in found["addrpools"]}
    assert {"oam-ipv4", "oam-ipv6", "pxeboot", "management-ipv4", "cluster-pod-subnet-ipv4"} <= set(pools)
    first, second = pools["oam-ipv4"], pools["oam-ipv6"]
    assert (first["gateway_address"], first["floating_address"]) == ("10.9.0.9", "10.9.0.2")
    assert (second["gateway_address"], second["family"]) == ("fd00::1", 6)
    oam = next(n for n in found["networks"] if n["name"] == "oam")
    assert (oam["pool_uuid"], oam["primary_pool_family"]) == (first["uuid"], "IPv4")
    assert "admin" not in [n["name"] for n in found["networks"]]
    assert [n["dynamic"] for n in found["networks"] if n["name"] in ("mgmt", "oam")] == [True, False]


# -- further hosts ----------------------------------------------------------------------------------------------------

MACHINE = {
    "mgmt_mac": "52:54:00:01:20:04",
    "personality": "worker",
    "sockets": 1,
    "cores_per_socket": 16,
    "ports": [{"name": "enp0s8", "mac": "52:54:00:01:20:08"}, {"name": "enp0s4", "mac": "52:54:00:01:20:04"}],
}
UNLOCK = {"resources": {"hosts": [{"name": "worker-0", "administrative": "unlocked"}]}}


def interfaces_of(dialect: Any, host: str) -> dict[str, tuple[Any, ...]]:
    """A host's interfaces on paper by name: class, port, networks."""
    found = dialect.fetch(INTERFACE, f"host-{host}")
    return {i["ifname"]: (i["ifclass"], i["port"], i["networks"]) for i in found}


def test_a_further_host_on_paper_has_booted_from_the_network() -> None:
    found = offline_dialect({**UNLOCK, "hardware": MACHINE, "bootstrap_overrides": {"system_mode": "duplex"}})
    hosts = {h["hostname"]: h for h in found.fetch(HOST, "")}
    assert set(hosts) == {"controller-0", "worker-0"}
    assert (hosts["worker-0"]["personality"], hosts["worker-0"]["mgmt_mac"]) == ("worker", "52:54:00:01:20:04")
    assert interfaces_of(found, "worker-0") == {
        "mgmt0": ("platform", "enp0s4", ["net-mgmt"]),
        "enp0s8": (None, "enp0s8", []),
    }
    # controller-0 has another machine
    assert [i["ifname"] for i in found.fetch(INTERFACE, offline.HOST)] == ["lo"]


def test_management_on_a_vlan_leaves_the_port_to_the_pxe_boot() -> None:
    tagged = {"host": "worker-0", "name": "mgmt0", "type": "vlan", "vlan_id": 7, "uses": ["pxeboot0"]}
    found = offline_dialect({"resources": {"host_interfaces": [tagged]}, "hardware": MACHINE})
    interfaces = interfaces_of(found, "worker-0")
    assert interfaces["pxeboot0"] == ("platform", "enp0s4", ["net-pxeboot"])
    assert interfaces["mgmt0"] == ("platform", None, ["net-mgmt"])


@pytest.mark.parametrize(
    ("personality", "standard", "reserved", "functions"),
    [
        ("worker", True, 7000, {"platform": {"0": 1}}),
        ("storage", True, 1000, {"platform": {"0": 16}}),
        ("controller", True, 1000, {"platform": {"0": 16}}),
        ("controller", False, 10000, {"platform": {"0": 1}}),
    ],
)
def test_what_a_host_reserves_depends_on_what_it_does(
    personality: str, standard: bool, reserved: int, functions: dict[str, Any]
) -> None:
    machine = {**MACHINE, "personality": personality, "standard": standard}
    paper = offline.Paper({**UNLOCK, "hardware": machine})
    assert paper.list("ihosts/host-worker-0/imemorys")[0]["platform_reserved_mib"] == reserved
    live = offline_dialect({**UNLOCK, "hardware": machine}).fetch(CPU, "host-worker-0")[0]
    shown = {f["function"]: f["numa"] for f in live["functions"] if f.get("numa")}
    assert {k: v for k, v in shown.items() if k in functions} == functions


def test_a_host_that_is_to_be_added_is_not_there() -> None:
    added = {"name": "worker-0", "personality": "worker", "mgmt_mac": MACHINE["mgmt_mac"], "administrative": "locked"}
    assert [h["hostname"] for h in offline_dialect(added).fetch(HOST, "")] == ["controller-0"]


@pytest.mark.parametrize(
    ("row", "on_paper"),
    [
        (None, True),
        ({"hostname": "worker-0", "uuid": "w", "inv_state": None, "mgmt_mac": MACHINE["mgmt_mac"]}, True),
        ({"hostname": "worker-0", "uuid": "w", "inv_state": "inventoried", "mgmt_mac": MACHINE["mgmt_mac"]}, False),
        ({"hostname": "worker-0", "uuid": "w", "inv_state": "inventoried", "mgmt_mac": "52:54:00:01:99:04"}, True),
    ],
)
def test_the_api_is_believed_for_hosts_that_it_has(
    monkeypatch: pytest.MonkeyPatch, row: dict[str, Any] | None, on_paper: bool
) -> None:
    """One that is not there, is not installed, or has another machine by now, is predicted."""
    first = {"hostname": "controller-0", "uuid": "c", "inv_state": "inventoried"}
    rows = [first, *([row] if row else [])]

    def lists(self: Any, path: str, quick: bool = False) -> list[Any]:
        return rows if path == "ihosts" else ["live"]

    monkeypatch.setattr(dialect.StarlingxDialect, "list", lists)
    params = {f.name: f.default for f in CONNECTION} | {"auth_url": "https://192.0.2.1:5000", "auth_password": "x"}
    found = offline.PredictingDialect(params | {**UNLOCK, "hardware": MACHINE, "check_without_api": True}, {}, {})
    hosts = {h["hostname"]: h["uuid"] for h in found.list("ihosts")}
    assert hosts == {"controller-0": "c", "worker-0": "host-worker-0" if on_paper else "w"}
    assert found.list("ihosts/c/iinterfaces") == ["live"]
    assert (found.list(f"ihosts/{hosts['worker-0']}/iinterfaces") == ["live"]) is not on_paper
