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
