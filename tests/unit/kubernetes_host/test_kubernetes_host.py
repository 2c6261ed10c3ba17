# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host for Kubernetes: what is refused of it, what it is given, and containerd's configuration; by tables."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host import containerd
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.look import Host
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.plan import plan
from ansible_collections.edge.infra.plugins.module_utils._kubernetes_host.rules import faults, is_version

ROLE = Path(__file__).resolve().parents[3] / "roles" / "kubernetes_host"
FAMILIES = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))["__kubernetes_host_families"]

STATE: dict[str, Any] = {
    "system": {"id": "debian", "version": "12", "name": "Debian 12", "family": "debian"},
    "container": "",
    "name": "one",
    "machine_id": "a",
    "product_uuid": "b",
    "memory_mib": 4000,
    "cpus": 4,
    "addresses": ["10.0.0.11"],
    "cgroup": {"version": 2, "controllers": ["cpu", "cpuset", "memory", "pids"]},
    "swap": {"active": [], "fstab": [], "units": []},
    "modules": {"overlay": True},
    "sysctls": {"net.ipv4.ip_forward": "1"},
    "firewall": {"active": "", "ports": []},
    "listening": [],
    "packages": {},
    "services": {"containerd.service": "active", "systemd-timesyncd.service": "active"},
    "containerd_default": "version = 2",
    "containerd_config": False,
    "plugins": ["bridge", "host-local", "loopback", "portmap"],
    "node": False,
    "record": {},
    "clock": {"lowest": -0.1, "highest": 0.1},
}
SETTINGS: dict[str, Any] = {
    "host": "one",
    "version": "1.34.2",
    "minimum": {"memory_mib": 1700, "cpus": 2},
    "addresses": ["10.0.0.11"],
    "swap": "off",
    "modules": ["overlay"],
    "sysctls": {"net.ipv4.ip_forward": 1},
    "ports": ["6443/tcp", "30000-32767/tcp"],
    "local_ports": ["10257/tcp"],
    "clock_skew": 2,
    "kubelet": {},
    "packages": {"url": "https://packages.example.com/v{minor}/", "key": "https://packages.example.com/key"},
    "package_source": "repository",
    "containerd": {},
    "containerd_options": {"cgroup_driver": "systemd", "sandbox_image": "", "plugin_folder": "/opt/cni/bin"},
    "containerd_source": "distribution",
    "keys": [],
    "cni": {},
    "cni_source": "distribution",
    "extra_packages": [],
    "time": {},
    "proxy": {},
    "plugins": True,
    "family": FAMILIES["debian"],
}
HELD = {name: {"version": "1.34.2-1.1", "held": True} for name in ("kubelet", "kubeadm", "kubectl")}


def over(base: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A copy with other values; a__b is b in a."""
    copy = deepcopy(base)
    for path, value in more.items():
        *above, last = path.split("__")
        place = copy
        for key in above:
            place = place[key]
        place[last] = value
    return copy


def before(state: dict[str, Any] | None = None, settings: dict[str, Any] | None = None, **others: Any) -> list[str]:
    return faults(over(STATE, **state or {}), over(SETTINGS, **settings or {}), others, False)


def test_a_host_that_is_right_is_not_refused() -> None:
    assert before() == []


@pytest.mark.parametrize(
    ("state", "settings", "words"),
    [
        ({"system__version": "11"}, {}, "not supported. Install one of: debian 12/13"),
        ({"system": {"id": "gentoo", "version": "2", "name": "Gentoo", "family": ""}}, {}, "Gentoo is not supported"),
        (
            {"system": {"id": "rocky", "version": "9.6", "name": "Rocky", "family": "redhat"}},
            {},
            "has no containerd. Set edge_container_runtime.source",
        ),
        ({"memory_mib": 1500}, {}, "has 1500 MiB of memory"),
        ({"cpus": 1}, {}, "has 1 CPUs"),
        ({}, {"addresses": ["10.0.0.12"]}, "has no address 10.0.0.12 (it has: 10.0.0.11)"),
        ({"swap__active": ["/dev/sda2"]}, {"swap": "refuse"}, "swap is on (/dev/sda2)"),
        ({"swap__fstab": ["/swap none swap sw 0 0"]}, {"swap": "refuse"}, "returns at the next start (/swap)"),
        ({"swap__units": ["zramswap.service"]}, {"swap": "refuse"}, "returns at the next start (zramswap.service)"),
        ({"cgroup__controllers": ["cpu", "cpuset", "pids"]}, {}, "no control group for memory"),
        ({"cgroup__version": 1}, {"version": "1.35.0"}, "version 1 of the control groups"),
        ({"listening": [{"port": 6443, "protocol": "tcp", "process": "nginx"}]}, {}, "nginx listens on port 6443/tcp"),
        ({"listening": [{"port": 10257, "protocol": "tcp", "process": ""}]}, {}, "a process listens on port 10257"),
        ({"node": True, "packages": {"kubelet": {"version": "1.33.1-1.1", "held": True}}}, {}, "Upgrade the cluster"),
    ],
)
def test_what_is_wrong_is_refused(state: dict[str, Any], settings: dict[str, Any], words: str) -> None:
    found = before(state, settings)
    assert len(found) == 1 and words in found[0]


@pytest.mark.parametrize(
    ("state", "settings"),
    [
        ({"system__version": "13"}, {}),
        ({"system": {"id": "ubuntu", "version": "24.04", "name": "Ubuntu", "family": "debian"}}, {}),
        # the role ends it
        ({"swap__active": ["/dev/sda2"], "swap__fstab": ["/swap none swap sw 0 0"]}, {}),
        ({"swap__active": ["/dev/sda2"]}, {"swap": "keep"}),
        ({"cgroup__version": 1}, {}),
        ({"cgroup__version": 1}, {"version": "1.35.0", "kubelet": {"failCgroupV1": False}}),
        ({"listening": [{"port": 6443, "protocol": "tcp", "process": "kube-apiserver"}]}, {}),
        ({"listening": [{"port": 6443, "protocol": "udp", "process": "nginx"}]}, {}),
        # something of the range of node ports may be taken
        ({"listening": [{"port": 30080, "protocol": "tcp", "process": "nginx"}]}, {}),
        ({"node": True, "listening": [{"port": 6443, "protocol": "tcp", "process": "haproxy"}]}, {}),
        # no node yet: another release is replaced
        ({"packages": {"kubelet": {"version": "1.33.1-1.1", "held": True}}}, {}),
    ],
)
def test_what_is_right_or_mended_is_not_refused(state: dict[str, Any], settings: dict[str, Any]) -> None:
    assert before(state, settings) == []


def test_everything_is_told_at_once() -> None:
    assert len(before({"memory_mib": 1, "cpus": 1, "addresses": [], "system__version": "8"})) == 4


def test_hosts_are_compared() -> None:
    two = over(STATE, name="two", machine_id="c", product_uuid="d")
    assert before(None, None, one=STATE, two=two) == []
    assert "are all called one" in before(None, None, two=over(two, name="one"))[0]
    assert "the same /etc/machine-id" in before(None, None, two=over(two, machine_id="a"))[0]
    assert "the same product_uuid" in before(None, None, two=over(two, product_uuid="b"))[0]
    # containers all have that of their machine
    assert before({"container": "podman"}, None, two=over(two, product_uuid="b")) == []


def test_clocks_are_compared_by_what_is_certain() -> None:
    two = over(STATE, name="two", machine_id="c", product_uuid="d")
    told = before(None, None, two=over(two, clock={"lowest": 35.0, "highest": 35.4}))
    assert "at least 35 s behind that of two, and edge_clock_skew is 2" in told[0]
    assert "ahead" in before(None, None, two=over(two, clock={"lowest": -40, "highest": -35}))[0]
    # a slow connection tells little
    assert before(None, None, two=over(two, clock={"lowest": 1.0, "highest": 9.0})) == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"modules": {"overlay": False}}, "lacks the module overlay"),
        ({"sysctls": {"net.ipv4.ip_forward": "0"}}, "sysctl net.ipv4.ip_forward is 0, and not 1"),
        ({"swap__active": ["/dev/zram0"]}, "there is still swap: /dev/zram0"),
        ({"services": {"containerd.service": "failed", "systemd-timesyncd.service": "active"}}, "containerd is failed"),
        ({"services__systemd-timesyncd.service": "inactive"}, "systemd-timesyncd is not active"),
        ({"packages": {**HELD, "kubelet": {"version": "1.34.2-1.1", "held": False}}}, "kubelet is not held"),
        ({"packages": {**HELD, "kubelet": {"version": "1.34.20-1.1", "held": True}}}, "kubelet is 1.34.20-1.1"),
        ({"packages": {k: HELD[k] for k in ("kubelet", "kubeadm")}}, "kubectl is not installed"),
        ({"plugins": ["bridge", "loopback"]}, "lacks host-local, portmap"),
    ],
)
def test_what_is_not_in_effect_is_told(state: dict[str, Any], words: str) -> None:
    assert faults(over(STATE, packages=HELD), SETTINGS, {}, True) == []
    found = faults(over(STATE, **{"packages": HELD, **state}), SETTINGS, {}, True)
    assert len(found) == 1 and words in found[0]


def test_a_version_is_no_beginning_of_another() -> None:
    assert is_version("1.34.2-1.1", "1.34.2") and is_version("1.34.2", "1.34.2") and is_version("1:1.34.2-1", "1.34.2")
    assert not is_version("1.34.20-1.1", "1.34.2") and not is_version("1.34.2.1-1", "1.34.2")


def test_a_bare_host_is_given_everything_and_a_second_run_nothing() -> None:
    first = plan(STATE, SETTINGS)
    assert first["install"][-3:] == ["kubelet=1.34.2-*", "kubeadm=1.34.2-*", "kubectl=1.34.2-*"]
    assert {"containerd", "containernetworking-plugins", "conntrack", "systemd-timesyncd"} <= set(first["install"])
    assert first["record"]["packages"] == sorted([*first["names"], "cri-tools", "kubernetes-cni"])
    there = {name: {"version": "1", "held": False} for name in first["names"]} | HELD
    second = plan(over(STATE, packages=there, record=first["record"]), SETTINGS)
    assert not any(second[key] for key in ("install", "hold", "sysctls", "units", "ports", "swapoff", "fstab", "told"))
    assert second["record"] == first["record"] and second["files"] == first["files"]


def test_an_upgrade_touches_what_it_names_and_holds_it_again() -> None:
    there = {name: {"version": "1.33.4-1.1", "held": True} for name in ("kubeadm", "kubelet", "kubectl")}
    found = plan(over(STATE, packages=there), {**SETTINGS, "only": ["kubeadm"]})
    assert found["install"] == ["kubeadm=1.34.2-*"] and found["hold"] == ["kubeadm"]
    assert not any(found[key] for key in ("sysctls", "units", "ports", "swapoff"))
    done = over(STATE, packages=there | {"kubeadm": {"version": "1.34.2-1.1", "held": True}})
    assert plan(done, {**SETTINGS, "only": ["kubeadm"]})["hold"] == []
    assert plan(done, {**SETTINGS, "only": ["kubelet", "kubectl"]})["hold"] == ["kubelet", "kubectl"]


def test_what_was_there_before_is_not_noted_as_ours() -> None:
    there = {"containerd": {"version": "1.6.20", "held": False}}
    found = plan(over(STATE, packages=there, containerd_config=True), SETTINGS)
    assert "containerd" not in found["record"]["packages"] and found["keep"] and found["record"]["config"]
    # the second run does not take our own configuration for the user's
    again = plan(over(STATE, packages=there, containerd_config=True, record=found["record"]), SETTINGS)
    assert not again["keep"] and again["record"]["config"]


def test_another_build_of_the_release_is_left_and_another_release_replaced() -> None:
    other = HELD | {"kubelet": {"version": "1.34.20-1.1", "held": True}}
    assert [n for n in plan(over(STATE, packages=other), SETTINGS)["install"] if n.startswith("kube")] == [
        "kubelet=1.34.2-*"
    ]


def test_only_what_a_firewall_does_not_let_in_is_opened() -> None:
    state = over(STATE, firewall={"active": "firewalld", "ports": ["6000-7000/tcp", "ssh", "30000-32767/udp"]})
    assert plan(state, SETTINGS)["ports"] == ["30000-32767/tcp"]
    assert plan(STATE, SETTINGS)["ports"] == []


def test_a_container_sets_what_is_of_its_network() -> None:
    settings = over(SETTINGS, sysctls={"net.ipv4.ip_forward": 1, "vm.overcommit_memory": 1})
    state = over(STATE, sysctls={"net.ipv4.ip_forward": "0", "vm.overcommit_memory": "0"})
    assert plan(state, settings)["sysctls"] == ["net.ipv4.ip_forward=1", "vm.overcommit_memory=1"]
    assert plan(over(state, container="podman"), settings)["sysctls"] == ["net.ipv4.ip_forward=1"]
    assert plan(over(state, container="podman"), settings)["time"] == {}


def files(**settings: Any) -> dict[str, str]:
    return {entry["path"]: entry["content"] for entry in plan(STATE, over(SETTINGS, **settings))["files"]}


def test_repositories_are_written_for_each_family() -> None:
    apt = files()["/etc/apt/sources.list.d/edge-kubernetes.sources"]
    assert "URIs: https://packages.example.com/v1.34/\nSuites: /\n" in apt
    assert "Signed-By: /etc/apt/keyrings/edge-kubernetes.asc" in apt and "Trusted" not in apt
    dnf = files(family=FAMILIES["redhat"])["/etc/yum.repos.d/edge-kubernetes.repo"]
    assert "gpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/edge-kubernetes.asc\nexclude=kubelet" in dnf
    vendor = {
        "url": "https://packages.example.com/docker",
        "suite": "bookworm",
        "components": "stable",
        "trusted": True,
    }
    found = files(containerd=vendor, containerd_source="repository")["/etc/apt/sources.list.d/edge-containerd.sources"]
    assert "Suites: bookworm\nComponents: stable\nTrusted: yes\n" in found


def test_a_folder_is_the_only_source() -> None:
    found = files(package_source="folder", packages={"path": "/srv"})
    assert "/etc/apt/sources.list.d/edge-kubernetes.sources" not in found
    assert "URIs: file:/var/cache/edge-infra/packages" in found["/etc/apt/sources.list.d/edge-folder.sources"]


def test_a_proxy_is_for_containerd_and_our_own_repositories() -> None:
    found = files(proxy={"http": "http://proxy.example.com:3128", "no_proxy": ["10.0.0.0/8", "a%b"]})
    unit = found["/etc/systemd/system/containerd.service.d/edge-proxy.conf"]
    assert 'Environment="HTTPS_PROXY=http://proxy.example.com:3128"' in unit
    assert 'Environment="NO_PROXY=10.0.0.0/8,a%%b"' in unit
    assert 'Acquire::https::Proxy::packages.example.com "http' in found["/etc/apt/apt.conf.d/90edge-kubernetes"]
    assert not [path for path in files() if "proxy" in path or "apt.conf" in path]


OLD = """
version = 2
root = "/var/lib/containerd"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "old"
  max_concurrent_downloads = 3
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
    BinaryName = ""
    SystemdCgroup = false
[timeouts]
  "io.containerd.timeout.shim.load" = "5s"
"""
NEW = """
version = 3
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "old"
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["/opt/cni/bin", "/x"]
"""
OPTIONS = {"cgroup_driver": "systemd", "sandbox_image": "pause:3.10", "plugin_folder": "/opt/cni/bin", "settings": {}}


def test_containerd_1_keeps_its_default_and_gets_what_is_wanted() -> None:
    cri = {
        "max_concurrent_downloads": 9,
        "containerd": {"runtimes": {"crun": {"options": {"BinaryName": "/usr/bin/crun"}}}},
    }
    options = {**OPTIONS, "settings": {"plugins": {"io.containerd.grpc.v1.cri": cri}}}
    found = tomllib.loads(containerd.config(OLD, options))
    was = tomllib.loads(OLD)
    assert found["timeouts"] == was["timeouts"] and found["root"] == was["root"]
    part = found["plugins"]["io.containerd.grpc.v1.cri"]
    assert part["sandbox_image"] == "pause:3.10" and part["max_concurrent_downloads"] == 9
    assert part["cni"] == {"bin_dir": "/opt/cni/bin", "conf_dir": "/etc/cni/net.d"}
    assert part["registry"]["config_path"] == "/etc/containerd/certs.d"
    runtimes = part["containerd"]["runtimes"]
    assert runtimes["runc"]["options"] == {"BinaryName": "", "SystemdCgroup": True}
    assert runtimes["crun"]["options"]["BinaryName"] == "/usr/bin/crun"


def test_containerd_2_has_other_places() -> None:
    plugins = tomllib.loads(containerd.config(NEW, OPTIONS))["plugins"]
    runtime, images = plugins["io.containerd.cri.v1.runtime"], plugins["io.containerd.cri.v1.images"]
    assert images["pinned_images"]["sandbox"] == "pause:3.10" and images["snapshotter"] == "overlayfs"
    assert images["registry"]["config_path"] == "/etc/containerd/certs.d"
    assert runtime["cni"]["bin_dirs"] == ["/opt/cni/bin"] and "bin_dir" not in runtime["cni"]
    older = tomllib.loads(
        containerd.config(NEW.replace('bin_dirs = ["/opt/cni/bin", "/x"]', 'bin_dir = "/x"'), OPTIONS)
    )
    assert older["plugins"]["io.containerd.cri.v1.runtime"]["cni"] == {"bin_dir": "/opt/cni/bin"}


def test_a_configuration_of_tomorrow_is_refused() -> None:
    with pytest.raises(InputError, match="version 4"):
        containerd.config("version = 4", OPTIONS)


def test_what_is_written_reads_the_same() -> None:
    document = {
        "a b": 'quo"te\\ \n',
        "list": [1, {"x": True, "y.z": "é"}],
        "float": 1.5,
        "empty": {},
        "deep": {"er": {"un.der": {"k": [[], ["v"]]}}},
    }
    assert tomllib.loads(containerd.dumps(document)) == document


def test_mirrors_are_asked_in_their_order() -> None:
    mirrors: list[dict[str, Any]] = [
        {"url": "https://b.example.com", "ca_file": "/ca.pem"},
        {"url": "http://a.example.com", "skip_verify": True, "capabilities": ["pull"]},
    ]
    found = tomllib.loads(
        containerd.hosts({"name": "docker.io", "server": "https://c.example.com", "mirrors": mirrors})
    )
    assert found["server"] == "https://c.example.com" and list(found["host"]) == [m["url"] for m in mirrors]
    assert found["host"]["https://b.example.com"] == {"capabilities": ["pull", "resolve"], "ca": "/ca.pem"}
    assert found["host"]["http://a.example.com"] == {"capabilities": ["pull"], "skip_verify": True}


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def test_swap_is_found_wherever_it_comes_from(tmp_path: Path) -> None:
    write(tmp_path, "proc/swaps", "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n")
    write(
        tmp_path, "etc/fstab", "# /old none swap sw 0 0\nUUID=1 / ext4 defaults 0 1\n/dev/sda2\tnone\tswap\tsw\t0\t0\n"
    )
    write(tmp_path, "run/systemd/generator/dev-sda2.swap", "[Unit]\nSourcePath=/etc/fstab\n")
    write(tmp_path, "etc/systemd/zram-generator.conf", "[zram0]\n")
    units = "dev-sda2.swap generated -\ndev-sdb1.swap enabled -\nzramswap.service enabled -\nssh.service enabled -\n"
    found = Host(tmp_path).swap(units)
    assert found["active"] == ["/dev/sda2"] and len(found["fstab"]) == 1
    assert found["units"] == ["dev-sdb1.swap", "dev-zram0.swap", "zramswap.service"]
    masked = "dev-sdb1.swap masked enabled\nzramswap.service masked enabled\ndev-zram0.swap masked enabled\n"
    assert Host(tmp_path).swap(masked)["units"] == []


def test_a_host_is_read_from_its_files(tmp_path: Path) -> None:
    write(tmp_path, "etc/os-release", 'ID="rocky"\nVERSION_ID="9.6"\nPRETTY_NAME="Rocky Linux 9.6"\n')
    write(tmp_path, "proc/meminfo", "MemTotal:        4096000 kB\n")
    write(tmp_path, "proc/filesystems", "nodev\toverlay\n")
    write(tmp_path, "proc/sys/net/ipv4/ip_forward", "1\n")
    write(tmp_path, "proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t1\t1\t1\nmemory\t2\t1\t0\n")
    write(tmp_path, "etc/edge-infra/kubernetes_host.json", "not json")
    host = Host(tmp_path)
    assert host.system()["family"] == "redhat" and host.memory() == 4000
    assert host.has_module("overlay") and not host.has_module("br_netfilter")
    assert host.sysctl("net.ipv4.ip_forward") == "1" and host.sysctl("no.such") == ""
    assert host.cgroup() == {"version": 1, "controllers": ["cpu"]}
    assert host.record() == {}
