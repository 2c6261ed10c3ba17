# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each rule on hosts, registrations, networks, packages and services: one change, one fault, its message and remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan

HW, IF = "edge_hardware", "edge_interfaces"
NETS = [{"name": "physnet0", "type": "vlan"}, {"name": "physnet1", "type": "vlan"}]


def vxlan(**more: Any) -> dict[str, Any]:
    return {"name": "physnet0", "type": "vxlan", "port_num": 4789, "multicast_group": "239.0.2.1", **more}


HARDWARE = [
    ({f"{HW}.memory_gib": 32}, f"{HW}.memory_gib", "needs 64 GiB of memory, and this one has 32 GiB", "virtual_system"),
    ({f"{HW}.cores_per_socket": 6}, f"{HW}.cores_per_socket", "needs 8 cores per socket", "larger machine"),
    ({f"{HW}.disks[0].size_gib": 240}, f"{HW}.disks[0].size_gib", "root disk of 500 GB", "larger machine"),
    ({f"{HW}.disks[0].type": "HDD"}, f"{HW}.disks[0].type", "type SSD or NVME", "larger machine"),
    ({f"{HW}.disks[1].size_gib": 100}, f"{HW}.disks", "a disk of 500 GB for Ceph", "larger machine"),
    ({f"{HW}.ports[0].speed": 100}, f"{HW}.ports[0].speed", "uses port enp0s3 for oam", "faster port"),
    ({f"{HW}.ports[1].speed": 1000}, f"{HW}.ports[1].speed", "needs 10000 Mbit/s", "faster port"),
    ({f"{HW}.ports[1].mac": "52:54"}, f"{HW}.ports[1].mac", "is no MAC address", "six pairs"),
    (
        {f"{HW}.ports[1].mac": "52:54:00:00:00:01"},
        f"{HW}.ports[1].mac",
        "already used by edge_hardware.ports[0]",
        "own",
    ),
    ({f"{HW}.memory_gib": "lots"}, f"{HW}.memory_gib", "a text stands where a number", "Write a number"),
    ({f"{HW}.sockets": 0}, f"{HW}.sockets", "is out of bounds", "at least 1"),
    ({f"{HW}.disks": "sda"}, f"{HW}.disks", "a text stands where a list of dictionaries", "Write a list"),
    ({f"{HW}.colour": "red"}, f"{HW}.colour", "no key that is known", "The keys are sockets"),
    ({"edge_osds": [{"disk": "/dev/sda"}]}, "edge_osds[0].disk", "is the root disk", "another disk"),
    ({"edge_osds": [{"disk": "/dev/sdz"}]}, "edge_osds[0].disk", "is no disk of edge_hardware.disks", "by-path/two"),
    ({"edge_osds": [{"disk": "/dev/sdb"}] * 2}, "edge_osds[1].disk", "already the disk of edge_osds[0]", "once"),
    ({"edge_osds": []}, "edge_osds", "at least one OSD", "edge_storage_backend to none"),
    ({"edge_storage_backend": "none"}, "edge_osds", "OSDs need a storage backend", "leave edge_osds out"),
    ({"edge_storage_backend": "zfs"}, "edge_storage_backend", "not one of the choices", "ceph, ceph-rook, none"),
    ({"edge_memory[0].numa": 2}, "edge_memory[0].numa", "has 2 NUMA nodes", "below 2"),
    ({"edge_memory[0].hugepages_1g": 60}, "edge_memory[0].hugepages_1g", "exceed node 0's 49152 MiB", "less"),
    (
        {"edge_memory[0].platform_reserved_mib": 900},
        "edge_memory[0].platform_reserved_mib",
        "no less than 1000",
        "10000",
    ),
    (
        {"edge_memory[0].platform_reserved_mib": 9000},
        "edge_memory[0].platform_reserved_mib",
        "needs 1000 MiB more",
        "leave it out",
    ),
    ({"edge_memory[0].hugepages_2m": 10}, "edge_memory[0].hugepages_2m", "of one size only", "1 GiB or 2 MiB"),
    ({"edge_memory[0].vswitch_hugepages": 1}, "edge_memory[0].vswitch_hugepages", "must be 0", "ovs-dpdk"),
    ({"edge_cpu[0].numa": {0: 9, 1: 0}}, "edge_cpu", "9 cores are assigned on NUMA node 0", "fewer"),
    ({"edge_cpu[0].numa": {0: 8, 1: 8}}, "edge_cpu", "no core is left", "fewer"),
    ({"edge_cpu[0].numa": {0: 0}}, "edge_cpu[0].numa", "needs 1 physical cores", "or more"),
    ({"edge_cpu[0].numa": {4: 2, 0: 1}}, "edge_cpu[0].numa.4", "has 2 NUMA nodes", "below 2"),
    ({"edge_cpu[0].cpulist": "1"}, "edge_cpu[0]", "exclude each other", "exactly one"),
    ({"edge_cpu[0].function": "network"}, "edge_cpu[0].function", "not one of the choices", "platform, vswitch"),
    ({"edge_cpu[0].function": "vswitch"}, "edge_cpu[0].function", "only be used with a virtual switch", "ovs-dpdk"),
    ({"edge_cpu[1].cpulist": "30-40"}, "edge_cpu[1].cpulist", "logical CPUs 0 to 31", "that exist"),
    ({"edge_cpu[1].cpulist": "four"}, "edge_cpu[1].cpulist", "is no list of CPUs", "4-7,9"),
]
INTERFACES = [
    ({f"{IF}[2].vf_count": 16}, f"{IF}[2].vf_count", "has 8 virtual functions", "Give 8 or less"),
    ({f"{IF}[2].vf_count": 0}, f"{IF}[2].vf_count", "at least one virtual function", "1 or more"),
    ({f"{IF}[2].vf_driver": "magic"}, f"{IF}[2].vf_driver", "not one of the choices", "netdevice, vfio"),
    ({f"{HW}.ports[2].driver": ""}, f"{IF}[2].port", "has no driver", "edge_hardware.ports[2].driver"),
    ({f"{IF}[1].vf_count": 2}, f"{IF}[1].vf_count", "class data has no virtual functions", "pci-sriov"),
    ({f"{IF}[1].port": "eth7"}, f"{IF}[1].port", "is no port of edge_hardware.ports", "enp0s3, enp0s8, enp0s9"),
    ({f"{IF}[1].name": "Data0"}, f"{IF}[1].name", "is no name of an interface", "lower case"),
    ({f"{IF}[1].name": "a-name-that-is-too-long"}, f"{IF}[1].name", "is no name of an interface", "15"),
    ({f"{IF}[1].name": "oam0"}, f"{IF}[1].name", "already used by edge_interfaces[0]", "own"),
    ({f"{IF}[1].mtu": 1400}, f"{IF}[1].mtu", "below the MTU of data network physnet0, 1500", "Give 1500"),
    ({"edge_data_networks[0]": vxlan()}, f"{IF}[1].mtu", "1500 and 74 for vxlan", "Give 1574"),
    ({f"{IF}[1].data_networks": ["physnet0", "physnet1"]}, f"{IF}[1].data_networks", "one data network", "Leave one"),
    (
        {f"{IF}[1].data_networks": ["physnet9"]},
        f"{IF}[1].data_networks",
        "no network of edge_data_networks",
        "physnet0",
    ),
    ({f"{IF}[1].data_networks": []}, f"{IF}[1].data_networks", "carries no data network", "Name one"),
    ({f"{IF}[1].class": "fast"}, f"{IF}[1].class", "not one of the choices", "platform, data"),
    ({f"{IF}[1].clas": "data"}, f"{IF}[1].clas", "no key that is known", "Did you mean class"),
    ({f"{IF}[0].networks": ["oam", "mgmt"]}, f"{IF}[0].networks", "stays on the loopback interface", "Take mgmt out"),
    ({f"{IF}[0].networks": ["oam", "storag"]}, f"{IF}[0].networks", "storag is no platform network", "Choose among"),
    ({f"{IF}[0].networks": ["oam", "pxeboot"]}, f"{IF}[0].networks", "does not share", "of its own"),
    ({f"{IF}[0].networks": []}, IF, "no interface carries the network oam", "networks: [oam]"),
    ({IF: {}}, IF, "a dictionary stands where a list", "Write a list"),
    ({f"{IF}[1]": "data0"}, f"{IF}[1]", "a text stands where a dictionary", "Write a dictionary"),
    ({f"{IF}[1].ipv4_mode": "bootp"}, f"{IF}[1].ipv4_mode", "not one of the choices", "dhcp"),
    (
        {"edge_data_networks": [*NETS, {"name": "none", "type": "flat"}]},
        "edge_data_networks[2].name",
        "is no name",
        "letters",
    ),
    (
        {"edge_data_networks": [*NETS, NETS[1]]},
        "edge_data_networks[2].name",
        "already used by edge_data_networks[1]",
        "own",
    ),
    ({"edge_data_networks[0].type": "gre"}, "edge_data_networks[0].type", "not one of the choices", "vxlan"),
    ({"edge_data_networks[0].ttl": 2}, "edge_data_networks[0].ttl", "belongs to vxlan", "Leave it out"),
    ({"edge_labels.kube-cpu-mgr-policy": "dynamic"}, "edge_labels.kube-cpu-mgr-policy", "not one of", "static, none"),
    (
        {"edge_labels": {"sriovdp": "enabled", "a b": "c"}},
        "edge_labels.a b",
        "is no key of a Kubernetes label",
        "letters",
    ),
    ({"edge_labels": {"sriovdp": "enabled", "x": "b c"}}, "edge_labels.x", "no value of a Kubernetes label", "63"),
    ({"edge_labels": ["sriovdp"]}, "edge_labels", "a list stands where a dictionary", "Write a dictionary"),
]
NETWORK_SPEC = "edge_l2sm_networks[0]"
OTHERS = [
    ({"edge_model": "triplex"}, "edge_model", "no deployment model that is known", "Choose one of simplex"),
    ({"edge_personality": "worker"}, "edge_personality", "a simplex has no host of this personality", "controller"),
    ({"edge_personality": "boss"}, "edge_personality", "not one of the choices", "controller, worker, storage"),
    ({"edge_site_name": "Madrid 1"}, "edge_site_name", "is no DNS label", "lower case"),
    ({"edge_site_description": "Nodo de Alcobendas, señal"}, "edge_site_description", "ASCII", "without accents"),
    ({"edge_site_location": "Köln"}, "edge_site_location", "the system's location, and this has ö", "without accents"),
    ({"edge_site_contact": "Zoë"}, "edge_site_contact", "ASCII characters only", "without accents"),
    ({"edge_site_latitude": "90.5"}, "edge_site_latitude", "no number of degrees", "-90 to 90"),
    ({"edge_site_longitude": "1e2"}, "edge_site_longitude", "no number of degrees", "in digits"),
    ({"edge_site_longitude": "\u0661"}, "edge_site_longitude", "no number of degrees", "in digits"),
    ({"edge_site_latitude": "north"}, "edge_site_latitude", "no number of degrees", "-90 to 90"),
    ({"edge_timezone": "Far/a way"}, "edge_timezone", "is no time zone", "Europe/Madrid"),
    ({"edge_dns_servers": None}, "edge_dns_servers", "is missing", "one to three"),
    ({"edge_dns_servers": ["10.0.0.1"] * 4}, "edge_dns_servers", "has 4 servers", "one to three"),
    ({"edge_dns_servers": ["dns.example"]}, "edge_dns_servers[0]", "is no address", "not its name"),
    ({"edge_dns_servers": "10.0.0.1"}, "edge_dns_servers", "a text stands where a list", "Write a list"),
    ({"edge_ntp_servers": ["a b"]}, "edge_ntp_servers[0]", "no host name and no address", "Correct"),
    ({"edge_ntp_servers": list("abcd")}, "edge_ntp_servers", "has 4 servers", "at most three"),
    ({"edge_osm_url": "nbi.example"}, "edge_osm_url", "is no URL", "https://nbi.example.com:443"),
    ({"edge_osm_validate_certs": "maybe"}, "edge_osm_validate_certs", "true or false is wanted", "Write true or false"),
    ({"edge_bmc_address": "10.20.31.300"}, "edge_bmc_address", "no address and no host name", "10.20.31.10"),
    ({"edge_vim.name": "a,b"}, "edge_vim.name", "OSM takes no ,", "letters"),
    ({"edge_vim.url": "dummy"}, "edge_vim.url", "is no URL", "http://localhost/dummy"),
    ({"edge_vim.description": "it's"}, "edge_vim.description", "no quotes", "leave quotes out"),
    ({"edge_vim.password": "p" * 61}, "edge_vim.password", "longer than the 60", "shorter"),
    ({"edge_vim.pasword": "x"}, "edge_vim.pasword", "no key that is known", "Did you mean password"),
    ({"edge_k8s_cluster.k8s_version": "new"}, "edge_k8s_cluster.k8s_version", "is no version", "v1.31"),
    ({"edge_k8s_cluster.k8s_version": 1.31}, "edge_k8s_cluster.k8s_version", "is a number to YAML", "in quotes"),
    ({"edge_k8s_cluster.name": 5}, "edge_k8s_cluster.name", "is a number to YAML", "in quotes"),
    ({"edge_k8s_cluster.nets": {}}, "edge_k8s_cluster.nets", "OSM wants one", "{mgmtnet: null}"),
    (
        {"edge_k8s_cluster.deployment_methods": {"helm-chart-v3": True}},
        "edge_k8s_cluster.deployment_methods.juju-bundle",
        "OSM wants both",
        "Give both",
    ),
    ({"edge_k8s_cluster.namespace": "Kube"}, "edge_k8s_cluster.namespace", "no name of a namespace", "lower case"),
    ({"edge_helm_repos[0].url": "charts"}, "edge_helm_repos[0].url", "is no URL", "https://charts"),
    ({"edge_helm_repos[0].type": "zip"}, "edge_helm_repos[0].type", "not one of the choices", "helm-chart"),
    (
        {"edge_l2sm_overlay.provider.domain": ["a", "b"]},
        "edge_l2sm_overlay.provider.domain",
        "names 2 domains, and the operator works with exactly one",
        "Give one",
    ),
    ({"edge_l2sm_overlay.nodes": ["worker-7"]}, "edge_l2sm_overlay.nodes[0]", "no node of the cluster", "controller-0"),
    (
        {"edge_l2sm_overlay.interface_count": 1},
        "edge_l2sm_overlay.interface_count",
        "there are 2 networks",
        "2 or more",
    ),
    (
        {"edge_l2sm_overlay.links": [{"endpoint_a": "controller-0", "endpoint_b": "controller-0"}]},
        "edge_l2sm_overlay.links[0].endpoint_b",
        "links a node with itself",
        "two nodes",
    ),
    ({"edge_l2sm_manifest_checksum": "abc"}, "edge_l2sm_manifest_checksum", "is no digest", "sha256:"),
    ({"edge_l2sm_allowed_cidrs": ["10.0.0.1"]}, "edge_l2sm_allowed_cidrs[0]", "is no subnet", "a prefix"),
    ({"edge_l2sm_settle": "soon"}, "edge_l2sm_settle", "a text stands where a number", "0 or more"),
    ({"edge_l2sm_manifest": ""}, "edge_l2sm_manifest", "is missing", "operator's manifest"),
    (
        {f"{NETWORK_SPEC}.pod_address_range": "10.9.0.0/25"},
        f"{NETWORK_SPEC}.pod_address_range",
        "not inside",
        "10.100.1.0/24",
    ),
    (
        {f"{NETWORK_SPEC}.network_cidr": "10.100.1.0/25", f"{NETWORK_SPEC}.pod_address_range": "10.100.1.0/24"},
        f"{NETWORK_SPEC}.pod_address_range",
        "not inside network_cidr",
        "They look swapped",
    ),
    (
        {f"{NETWORK_SPEC}.network_cidr": "10.0.0.0/16", f"{NETWORK_SPEC}.pod_address_range": "10.0.0.0/20"},
        f"{NETWORK_SPEC}.pod_address_range",
        "last byte only",
        "/24 or longer",
    ),
    (
        {NETWORK_SPEC: {"name": "one", "network_cidr": "10.0.0.0/16"}},
        f"{NETWORK_SPEC}.network_cidr",
        "65536 addresses to assign",
        "Give a pod_address_range",
    ),
    ({"edge_services[0].parameters": {"vlds": []}}, "edge_services[0].parameters.vlds", "no key", "Did you mean vld"),
    ({"edge_l2sm_networks[1].name": "one"}, "edge_l2sm_networks[1].name", "whatever their namespace", "own"),
    ({f"{NETWORK_SPEC}.type": "vpn"}, f"{NETWORK_SPEC}.type", "not one of the choices", "vnet, ext-vnet, vlink"),
    ({"edge_services[0].nsd": "web"}, "edge_services[0].nsd", "no package has an NSD", "Name one of web_ns"),
    ({"edge_services[0].name": "a;b"}, "edge_services[0].name", "OSM takes no ;", "letters"),
    (
        {"edge_packages": ["web_ns"]},
        "edge_packages[0]",
        "names the VNFD web_knf, and no package has it",
        "Add the package",
    ),
    ({"edge_packages": ["web_knf", "web_ns", "nowhere"]}, "edge_packages[2]", "was not read", "folder or an archive"),
    ({"edge_packages": "web_knf"}, "edge_packages", "a text stands where a list", "Write a list"),
]
EXTRA = "edge_bootstrap_overrides"
OVERRIDES = [
    ({EXTRA: {"system_mode": "duplex"}}, f"{EXTRA}.system_mode", "is rendered from edge_model", "Set edge_model"),
    (
        {EXTRA: {"external_oam_subnet": "10.0.0.0/24"}},
        f"{EXTRA}.external_oam_subnet",
        "is rendered from edge_networks.oam.subnet",
        "take it out",
    ),
    (
        {EXTRA: {"distributed_cloud_role": "systemcontroller"}},
        f"{EXTRA}.distributed_cloud_role",
        "a simplex cannot be a System Controller",
        "two controllers",
    ),
    ({EXTRA: {"calico_mtu": 100}}, f"{EXTRA}.calico_mtu", "out of bounds", "576 to 9216"),
    ({EXTRA: {"calico_dataplane": "eBPF"}}, f"{EXTRA}.calico_dataplane", "not one of the choices", "Iptables"),
    ({EXTRA: {"virtual_system": "yes"}}, f"{EXTRA}.virtual_system", "not true or false", "without quotes"),
    ({EXTRA: {"docker_no_proxy": ["*.x"]}}, f"{EXTRA}.docker_no_proxy[0]", "has a wildcard", "List each"),
    ({EXTRA: {"docker_http_proxy": "proxy"}}, f"{EXTRA}.docker_http_proxy", "is no URL", "http://proxy"),
    ({EXTRA: {"docker_registries": {"dcoker.io": {}}}}, f"{EXTRA}.docker_registries.dcoker.io", "no key", "docker.io"),
    (
        {EXTRA: {"docker_registries": {"docker.io": {"url": "https://r.example"}}}},
        f"{EXTRA}.docker_registries.docker.io.url",
        "has a scheme",
        "only the name",
    ),
    (
        {EXTRA: {"docker_registries": {"docker.io": {"username": "u"}}}},
        f"{EXTRA}.docker_registries.docker.io.password",
        "come together",
        "both or none",
    ),
    ({EXTRA: {"ssl_ca_cert": "ca.pem"}}, f"{EXTRA}.ssl_ca_cert", "is no absolute path", "from the root on"),
    (
        {EXTRA: {"etcd_root_ca_cert": "/ca.pem"}},
        f"{EXTRA}.etcd_root_ca_key",
        "come together",
        "leave etcd_root_ca_cert",
    ),
    (
        {EXTRA: {"apiserver_oidc": {"client_id": "x", "issuer_url": "y"}}},
        f"{EXTRA}.apiserver_oidc.username_claim",
        "missing",
        "Give it",
    ),
    (
        {EXTRA: {"apiserver_extra_args": "x"}},
        f"{EXTRA}.apiserver_extra_args",
        "where a dictionary",
        "Write a dictionary",
    ),
    ({EXTRA: []}, EXTRA, "a list stands where a dictionary", "Write a dictionary"),
]


@pytest.mark.parametrize(("changes", "variable", "message", "remedy"), HARDWARE + INTERFACES + OTHERS + OVERRIDES)
def test_one_mistake_is_one_fault(
    planned: Callable[..., SitePlan], changes: dict[str, Any], variable: str, message: str, remedy: str
) -> None:
    faults = planned(changes).faults
    assert [f.variable for f in faults] == [variable], [f.line for f in faults]
    assert message in faults[0].message
    assert remedy in faults[0].remedy


@pytest.mark.parametrize(
    "variable", ["edge_sysadmin_password", "edge_admin_password", "edge_osm_password", "edge_bmc_password"]
)
@pytest.mark.parametrize("value", ["", None])
def test_a_missing_secret_says_where_to_put_it(planned: Callable[..., SitePlan], variable: str, value: Any) -> None:
    (fault,) = planned({variable: value}).faults
    assert (fault.variable, fault.host) == (variable, "controller-0")
    assert f"Define vault_{variable} in group_vars/all/vault.yml" in fault.remedy
    assert planned({variable: value}, check_secrets=False).faults == []


def test_the_published_password_is_refused_and_not_repeated(planned: Callable[..., SitePlan]) -> None:
    (fault,) = planned({"edge_admin_password": "St8rlingXCloud*"}).faults
    assert "publishes" in fault.message
    assert "St8rlingXCloud" not in fault.line


def test_a_virtual_machine_needs_no_server_hardware(planned: Callable[..., SitePlan]) -> None:
    small = {
        "edge_hardware.memory_gib": 32,
        "edge_hardware.cores_per_socket": 4,
        "edge_hardware.disks[0].size_gib": 240,
    }
    assert {f.variable for f in planned(small).faults} >= set(small)
    assert planned({**small, "edge_bootstrap_overrides": {"virtual_system": True}}).faults == []


def test_a_disk_sold_as_500_gb_is_enough(planned: Callable[..., SitePlan]) -> None:
    assert planned({"edge_hardware.disks[0].size_gib": 466}).faults == []
