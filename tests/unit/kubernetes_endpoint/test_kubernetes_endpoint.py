# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address of a cluster: what is refused, who has it on the wire, and what the programs are given to read."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_endpoint import look, rules, wire
from jinja2 import Environment, FileSystemLoader

ROLE = Path(__file__).resolve().parents[3] / "roles" / "kubernetes_endpoint"
MEMBERS = [
    {"host": "one", "node": "n-one", "kind": "init", "addresses": ["10.0.0.11", "fd00::11"]},
    {"host": "two", "node": "n-two", "kind": "control_plane", "addresses": ["10.0.0.12", "fd00::12"]},
    {"host": "three", "node": "n-three", "kind": "control_plane", "addresses": ["10.0.0.13", "fd00::13"]},
    {"host": "four", "node": "n-four", "kind": "worker", "addresses": ["10.0.0.14", "fd00::14"]},
]
OPTIONS: dict[str, Any] = {
    "method": "keepalived",
    "address": "10.0.0.10",
    "port": 8443,
    "interface": "",
    "host": "two",
    "addresses": ["10.0.0.12", "fd00::12"],
    "members": MEMBERS,
}
STATE: dict[str, Any] = {
    **look.sides(OPTIONS),
    "interface": "eth0",
    "node": False,
    "record": {},
    "holds": "",
    "near": True,
    "opened": False,
    "owners": {"10.0.0.10": [], "10.0.0.11": ["02:00:00:00:00:11"], "10.0.0.13": []},
    "foreign": [],
    "listening": [],
    "services": {"haproxy.service": "active", "keepalived.service": "active"},
    "kubeconfig": "",
    "health": "",
}


def test_a_bare_host_is_fine() -> None:
    """Nothing is in the way, and nothing is missing at the end."""
    assert rules.precheck(STATE, OPTIONS) == []
    assert rules.verify(STATE, OPTIONS) == []


@pytest.mark.parametrize(
    ("state", "options", "words"),
    [
        ({"interface": ""}, {}, ["none of its addresses (10.0.0.12, fd00::12)", "edge_node_addresses"]),
        ({"interface": ""}, {"interface": "bond7"}, ["no interface bond7"]),
        ({}, {"addresses": ["fd00::12"]}, ["no IPv4 address"]),
        ({}, {"addresses": ["10.0.0.12"], "address": "fd00::10"}, ["no IPv6 address"]),
        ({"holds": "eth0"}, {}, ["has 10.0.0.10 itself, on eth0"]),
        ({"owners": {"10.0.0.10": ["02:00:00:00:00:99"]}}, {}, ["taken: 02:00:00:00:00:99", "free address"]),
        ({"near": False, "opened": True}, {}, ["something answers on port 8443"]),
        ({"listening": [{"port": 8443, "process": "java"}]}, {}, ["has java listening on port 8443"]),
        ({"foreign": ["/etc/haproxy/haproxy.cfg"]}, {}, ["/etc/haproxy/haproxy.cfg of somebody else's"]),
        ({"record": {"method": "kube_vip"}}, {}, ["by kube-vip from an earlier run"]),
    ],
)
def test_what_is_in_the_way(state: dict[str, Any], options: dict[str, Any], words: list[str]) -> None:
    """Each fault alone, with what to do."""
    found = rules.precheck({**STATE, **state}, {**OPTIONS, **options})
    assert len(found) == 1
    assert all(word in found[0] for word in words)


@pytest.mark.parametrize(
    "state",
    [
        {"owners": {"10.0.0.10": ["02:00:00:00:00:11"], "10.0.0.11": ["02:00:00:00:00:11"]}},
        {"holds": "eth0", "record": {"method": "keepalived"}},
        {"holds": "eth0", "node": True},
        {"listening": [{"port": 8443, "process": "haproxy"}]},
    ],
)
def test_what_is_ours_is_not_in_the_way(state: dict[str, Any]) -> None:
    """An address that a control-plane node has, by our own doing."""
    assert rules.precheck({**STATE, **state}, OPTIONS) == []


def test_two_that_have_the_address_are_one_too_many() -> None:
    """A stranger is found beside the node that has it."""
    owners = {"10.0.0.10": ["02:00:00:00:00:11", "02:00:00:00:00:99"], "10.0.0.11": ["02:00:00:00:00:11"]}
    found = rules.precheck({**STATE, "record": {"method": "keepalived"}, "owners": owners}, OPTIONS)
    assert len(found) == 1
    assert "02:00:00:00:00:99" in found[0]
    assert "00:11" not in found[0]


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ({"resolved": [], "routed": False}, "cannot resolve"),
        ({"resolved": ["192.0.2.1"], "routed": False}, "no way to"),
        ({"resolved": ["192.0.2.1"], "routed": True}, ""),
    ],
)
def test_a_load_balancer_has_to_be_found(state: dict[str, Any], word: str) -> None:
    """Before the first node is there, its name and a way are all that can be asked for."""
    found = rules.precheck({**STATE, **state}, {**OPTIONS, "method": "external", "address": "api.example"})
    assert [word in text for text in found] == ([True] if word else [])


@pytest.mark.parametrize(
    ("method", "state", "words"),
    [
        ("keepalived", {"services": {"haproxy.service": "active"}}, ["does not run keepalived"]),
        ("keepalived", {"health": "timed out"}, ["not answered at 10.0.0.10 port 8443: timed out", "journalctl"]),
        ("kube_vip", {"kubeconfig": "/etc/kubernetes/super-admin.conf"}, ["super-admin.conf for kube-vip"]),
        ("external", {"health": "refused"}, ["load balancer"]),
        ("none", {"health": "refused"}, ["kube-apiserver"]),
    ],
)
def test_what_is_not_in_effect(method: str, state: dict[str, Any], words: list[str]) -> None:
    """Each with where to look."""
    found = rules.verify({**STATE, **state}, {**OPTIONS, "method": method})
    assert len(found) == 1
    assert all(word in found[0] for word in words)


def test_sides() -> None:
    """Addresses of the endpoint's family, and no worker."""
    six = look.sides({**OPTIONS, "address": "fd00::10"})
    assert (six["own"], six["peers"], six["rank"]) == ("fd00::12", ["fd00::11", "fd00::13"], 1)
    assert look.sides(OPTIONS)["servers"] == [
        {"name": "n-one", "address": "10.0.0.11"},
        {"name": "n-two", "address": "10.0.0.12"},
        {"name": "n-three", "address": "10.0.0.13"},
    ]


def test_arp_is_asked_without_a_sender() -> None:
    """A question of RFC 5227 changes nobody's cache; an answer says who has the address, and no other frame does."""
    mac = bytes.fromhex("020000000012")
    frame = wire.question(mac, "10.0.0.10")
    assert len(frame) == 42
    assert frame[28:32] == bytes(4)
    assert wire.answer(frame, "10.0.0.10") == ""
    said = mac + bytes.fromhex("020000000099") + frame[12:20] + struct.pack("!H", 2)
    said += bytes.fromhex("020000000099") + bytes([10, 0, 0, 10]) + mac + bytes(4)
    assert wire.answer(said, "10.0.0.10") == "02:00:00:00:00:99"
    assert wire.answer(said, "10.0.0.11") == ""
    assert wire.answer(b"short", "10.0.0.10") == ""


def test_the_interface_is_that_of_the_node() -> None:
    """By its addresses, however they are written, or by the name that was given."""
    links = {
        "lo": [{"address": "127.0.0.1", "prefix": 8}],
        "eth1": [{"address": "10.0.0.12", "prefix": 24}, {"address": "fd00::12", "prefix": 64}],
    }
    assert wire.place(links, ["fd00:0::12"]) == "eth1"
    assert wire.place(links, ["10.9.9.9"]) == ""
    assert wire.place(links, ["10.0.0.12"], "lo") == "lo"
    assert wire.place(links, ["10.0.0.12"], "eth9") == ""
    assert look.near(links["eth1"], "10.0.0.10")
    assert not look.near(links["eth1"], "10.0.1.10")


def test_a_configuration_of_others_is_known(tmp_path: Path) -> None:
    """One that serves something and is not ours; the distribution's own serves nothing."""
    host = look.Host(tmp_path)
    assert look.foreign(host) == []
    for name in (look.HAPROXY, look.KEEPALIVED):
        (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / look.HAPROXY).write_text("global\ndefaults\n  mode http\n", encoding="utf-8")
    (tmp_path / look.KEEPALIVED).write_text(f"# {look.MARK}\nvrrp_instance a {{\n}}\n", encoding="utf-8")
    assert look.foreign(host) == []
    (tmp_path / look.HAPROXY).write_text("frontend web\n  bind *:80\n", encoding="utf-8")
    assert look.foreign(host) == ["/etc/haproxy/haproxy.cfg"]


def test_health_without_a_cluster(tmp_path: Path) -> None:
    """No CA, no question."""
    assert "no CA" in look.health("127.0.0.1", 1, tmp_path)


def rendered(name: str, **more: Any) -> str:
    """A file of the role for the second control-plane node."""
    address = str(more.get("kubernetes_endpoint_address", "10.0.0.10"))
    given = {
        "__kubernetes_endpoint_mark": look.MARK,
        "__kubernetes_endpoint_state": {**STATE, **look.sides({**OPTIONS, "address": address})},
        "__kubernetes_endpoint_script": "/usr/libexec/keepalived/edge-kubernetes-api",
        "__kubernetes_endpoint_hosts": "/var/lib/edge.infra/kube-vip.hosts",
        "__kubernetes_endpoint_kubeconfig": "/etc/kubernetes/admin.conf",
        "inventory_hostname": "two",
        "kubernetes_endpoint_address": "10.0.0.10",
        "kubernetes_endpoint_port": 8443,
        "kubernetes_endpoint_bind_port": 6443,
        "kubernetes_endpoint_router_id": 10,
        "kubernetes_endpoint_image": "registry.example/kube-vip:v0.9.2",
        **more,
    }
    files = Environment(loader=FileSystemLoader(ROLE / "templates"), trim_blocks=True, autoescape=False)
    return files.get_template(name).render(given)


def test_haproxy_of_either_family() -> None:
    """Listens where clients come, and passes on to every API server."""
    text = rendered("haproxy.cfg.j2")
    assert text.startswith(f"# {look.MARK}")
    assert "bind 0.0.0.0:8443" in text
    assert [line.split()[1:] for line in text.splitlines() if line.strip().startswith("server ")] == [
        ["n-one", "10.0.0.11:6443"],
        ["n-two", "10.0.0.12:6443"],
        ["n-three", "10.0.0.13:6443"],
    ]
    six = rendered("haproxy.cfg.j2", kubernetes_endpoint_address="fd00::10")
    assert "bind [::]:8443 v4v6" in six
    assert "server n-one [fd00::11]:6443" in six


def test_keepalived_of_either_family() -> None:
    """Speaks to the other control-plane nodes, and to nobody else; the first of them goes before the second."""
    text = rendered("keepalived.conf.j2")
    assert text.startswith(f"# {look.MARK}")
    for line in ("unicast_src_ip 10.0.0.12", "check_unicast_src", "nopreempt", "init_fail", "priority 149"):
        assert f"    {line}\n" in text
    assert "        10.0.0.11\n        10.0.0.13\n    }" in text
    assert "10.0.0.10/32 dev eth0" in text
    six = rendered("keepalived.conf.j2", kubernetes_endpoint_address="fd00::10")
    assert "fd00::10/128 dev eth0" in six
    assert "unicast_src_ip fd00::12" in six
    assert "10.0.0." not in six
    assert text.count("{") == text.count("}")


def test_the_script_asks_the_own_server_and_the_way_through_haproxy() -> None:
    """A program of the shell, with brackets for IPv6."""
    text = rendered("kubernetes-api.sh.j2")
    assert text.startswith("#!/bin/sh\n# ")
    assert "'https://10.0.0.12:6443/readyz'" in text
    assert "--connect-to '::10.0.0.12:8443' 'https://10.0.0.10:8443/readyz'" in text
    six = rendered("kubernetes-api.sh.j2", kubernetes_endpoint_address="fd00::10")
    assert "'https://[fd00::12]:6443/readyz'" in six
    assert "--connect-to '::[fd00::12]:8443' 'https://[fd00::10]:8443/readyz'" in six


@pytest.mark.parametrize(("address", "prefix"), [("10.0.0.10", "32"), ("fd00::10", "128")])
def test_the_pod_of_kube_vip(address: str, prefix: str) -> None:
    """Every value is a text, as the API wants it; a file that is not there yet is not made a folder."""
    pod = yaml.safe_load(rendered("kube-vip.yaml.j2", kubernetes_endpoint_address=address))
    container = pod["spec"]["containers"][0]
    values = {entry["name"]: entry.get("value") for entry in container["env"]}
    assert values.pop("vip_nodename") is None
    assert all(isinstance(value, str) for value in values.values())
    assert (values["address"], values["vip_subnet"], values["vip_cidr"]) == (address, prefix, prefix)
    assert values["vip_interface"] == "eth0"
    assert {entry["hostPath"]["type"] for entry in pod["spec"]["volumes"]} == {"File"}
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/etc/kubernetes/admin.conf", "/etc/hosts"}
    assert "127.0.0.1 localhost kubernetes\n" in rendered("kube-vip.hosts.j2")
