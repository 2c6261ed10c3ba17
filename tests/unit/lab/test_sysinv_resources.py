# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: processors, memory, labels, storage, file systems, applications and service parameters."""

from __future__ import annotations

from typing import Any

import pytest
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 3000}
HOST = "/ihosts/controller-0"


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def unlock(client: Client) -> None:
    client.put_oam_on()
    client.patch(HOST, action="unlock")
    client.lab.wait(client.available, 20)


def functions(client: Client) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for cpu in sorted(client.own("icpus").values(), key=lambda c: c["cpu"]):
        found.setdefault(cpu["allocated_function"], []).append(cpu["cpu"])
    return found


# -- processors, memory, labels ---------------------------------------------------------------------------------


def modify(client: Client, body: list[dict[str, Any]]) -> Any:
    return client.call("PUT", f"/ihosts/{client.host()['uuid']}/state/host_cpus_modify", body)


def test_processors_by_count_and_by_list(client: Client) -> None:
    body = [
        {"function": "platform", "sockets": [{"0": 2}, {"1": 0}]},
        {"function": "Application-Isolated", "cpulist": "4-5,20"},
    ]
    answer = modify(client, body)
    assert len(answer["icpus"]) == 32
    found = functions(client)
    assert found["Platform"] == [0, 1, 16, 17]
    assert found["Application-isolated"] == [4, 5, 20]
    modify(client, [{"function": "platform", "sockets": [{"0": 1}]}])
    assert functions(client)["Platform"] == [0, 16]


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({"function": "platform", "sockets": [{"0": 0}]}, "Platform must have at least two cores."),
        ({"function": "platform", "sockets": [{"7": 1}]}, "There is no Processor (Socket) 7 on this host."),
        (
            {"function": "platform", "sockets": [{"0": 9}]},
            "More total logical cores requested than present on Processor 0 (16 cores).",
        ),
        (
            {"function": "vswitch", "sockets": [{"0": 1}]},
            "vSwitch cpus can only be used with a vswitch_type specified.",
        ),
        ({"function": "application-isolated", "cpulist": "99"}, "Specified cpulist contains nonexistant CPUs."),
    ],
)
def test_processor_refusals(client: Client, entry: dict[str, Any], text: str) -> None:
    assert refusal(modify, client, [entry])[1] == text


def test_memory_refusals(client: Client) -> None:
    path = client.memory(1)
    assert "must be greater than the minimum value 1000" in refusal(client.patch, path, platform_reserved_mib=100)[1]
    assert "is not within range" in refusal(client.patch, path, platform_reserved_mib=40000)[1]
    assert "max 1G pages: 47" in refusal(client.patch, path, vm_hugepages_nr_1G_pending=60)[1]
    text = refusal(client.patch, path, vm_hugepages_nr_1G_pending=2, vm_hugepages_nr_2M_pending=100)[1]
    assert text == "Processor 1: Host only supports single huge page size."
    asked = {"vswitch_hugepages_reqd": 1}
    assert refusal(client.patch, path, **asked)[1] == "Processor 1: No vswitch hugepage size specified."
    text = refusal(client.patch, path, **asked, vswitch_hugepages_size_mib=2)[1]
    assert text == "Processor 1: vSwitch huge pages must be 0 when vSwitch type is none"


def test_labels(client: Client) -> None:
    host = client.host()["uuid"]
    made = client.call("POST", f"/labels/{host}", {"sriovdp": "enabled", "zone": "a"})["labels"]
    assert {row["label_key"]: row["label_value"] for row in made} == {"sriovdp": "enabled", "zone": "a"}
    text = refusal(client.call, "POST", f"/labels/{host}", {"zone": "b"})[1]
    assert text == "Label zone exists for host controller-0. Use overwrite option to assign a new value."
    client.call("POST", f"/labels/{host}", {"zone": "b"}, overwrite="True")
    assert client.own("labels", "label_key")["zone"]["label_value"] == "b"
    text = refusal(client.call, "POST", f"/labels/{host}", {"kube-topology-mgr-policy": "mine"})[1]
    assert text == "Invalid value for kube-topology-mgr-policy label."
    text = refusal(client.call, "POST", f"/labels/{host}", {"kube-cpu-mgr-policy": "none"})[1]
    assert text == "Setting kube-cpu-mgr-policy to 'none' is not supported"
    unlock(client)
    labels = client.own("labels", "label_key")
    text = refusal(client.call, "DELETE", f"/labels/{labels['sriovdp']['uuid']}")[1]
    assert text == "Host controller-0 must be locked for label(s)=['sriovdp']."
    client.call("DELETE", f"/labels/{labels['zone']['uuid']}")


# -- storage ----------------------------------------------------------------------------------------------------


def test_ceph_with_an_osd(client: Client) -> None:
    host, disks = client.host()["uuid"], client.own("idisks", "device_node")
    osd = {"ihost_uuid": host, "function": "osd", "idisk_uuid": disks["/dev/sdb"]["uuid"]}
    assert refusal(client.call, "POST", "/istors", osd)[1] == "System must have either a ceph or a ceph-rook backend"
    assert "Please set the 'confirmed' field" in refusal(client.call, "POST", "/storage_ceph", {})[1]
    backend = client.call("POST", "/storage_ceph", {"confirmed": True})
    assert (backend["name"], backend["state"]) == ("ceph-store", "configured")
    assert backend["capabilities"]["replication"] == "1"
    assert refusal(client.call, "POST", "/storage_ceph_rook", {"confirmed": True})[0] == 400
    assert client.list("/clusters")[0]["name"] == "ceph_cluster"
    assert client.list("/ceph_mon")[0]["state"] == "configured"
    text = refusal(client.call, "POST", "/istors", {**osd, "idisk_uuid": disks["/dev/sda"]["uuid"]})[1]
    assert text == "Can not associate to a rootfs disk"
    stor = client.call("POST", "/istors", osd)
    assert (stor["osdid"], stor["state"], stor["tier_name"]) == (0, "configuring-on-unlock", "storage")
    assert refusal(client.call, "POST", "/istors", osd)[1] == "Disk already assigned."
    unlock(client)
    assert client.first("istors")["state"] == "configured"
    client.lab.wait(lambda: client.call("GET", "/apps/platform-integ-apps")["status"] == "applied")


def test_rook_follows_its_application(client: Client) -> None:
    both = {"confirmed": True, "services": "block,ecblock"}
    assert "in same time" in refusal(client.call, "POST", "/storage_ceph_rook", both)[1]
    dedicated = {"confirmed": True, "deployment": "dedicated"}
    assert refusal(client.call, "POST", "/storage_ceph_rook", dedicated)[1].endswith("is not supported on AIO-SX.")
    backend = client.call("POST", "/storage_ceph_rook", {"confirmed": True})
    assert (backend["state"], backend["services"]) == ("configuring-with-app", "block,filesystem")
    assert backend["capabilities"]["failure_domain"] == "osd"
    unlock(client)
    client.call("PATCH", "/apps/rook-ceph", {"values": {}}, directive="apply")
    path = f"/storage_ceph_rook/{backend['uuid']}"
    assert client.call("GET", path)["task"] == "applying"
    client.lab.wait(lambda: client.call("GET", path)["state"] == "configured")


def test_filesystems_only_grow(client: Client) -> None:
    def grow(name: str, size: Any) -> Any:
        patch = [{"op": "replace", "path": "/name", "value": name}, {"op": "replace", "path": "/size", "value": size}]
        return client.call("PUT", f"/ihosts/{client.host()['uuid']}/host_fs/update_many", [patch])

    assert refusal(grow, "docker", 30)[1] == (
        "HostFs update failed: size for filesystem 'docker' should be bigger than 40."
    )
    assert refusal(grow, "attic", 30)[1] == "HostFs update failed: invalid filesystem 'attic'."
    assert "Not enough free space on cgts-vg" in refusal(grow, "docker", 4000)[1]
    assert grow("docker", "60") is None
    assert client.own("host_fs", "name")["docker"]["size"] == 60
    system = client.list("/isystems")[0]["uuid"]
    patch = [{"op": "replace", "path": "/name", "value": "etcd"}, {"op": "replace", "path": "/size", "value": 7}]
    client.lab.wait(lambda: client.own("host_fs", "name")["docker"]["state"] == "In-Use")
    text = refusal(client.call, "PUT", f"/isystems/{system}/controller_fs/update_many", [patch])[1]
    assert text.startswith("This operation requires controllers to be unlocked, enabled, available.")


# -- parameters and the rest -------------------------------------------------------------------------------------


def test_health_tells_what_is_missing(client: Client) -> None:
    report = client.call("GET", "/health")
    # a host that has never been unlocked is not provisioned, and the other checks leave it out
    assert "All hosts are provisioned: [Fail]\n1 Unprovisioned hosts\nAll hosts are unlocked/enabled: [OK]" in report
    unlock(client)
    assert "Fail" not in client.call("GET", "/health")
