# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: disks, partitions, volume groups and physical volumes."""

from __future__ import annotations

from typing import Any

import pytest
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 2000, "durations": {"partition": 200}}
READY, IN_USE, CREATING = 0, 1, 2


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def disk(client: Client, node: str = "/dev/sdb") -> dict[str, Any]:
    return client.own("idisks", "device_node")[node]


def partition(client: Client, gib: int, node: str = "/dev/sdb", **more: Any) -> dict[str, Any]:
    body = {"ihost_uuid": client.host()["uuid"], "idisk_uuid": disk(client, node)["uuid"], "size_mib": gib * 1024}
    return dict(client.call("POST", "/partitions", {**body, **more}))


def ready(client: Client, part: dict[str, Any]) -> None:
    client.lab.wait(lambda: client.call("GET", f"/partitions/{part['uuid']}")["status"] == READY)


def group(client: Client, name: str) -> dict[str, Any]:
    return dict(client.call("POST", "/ilvgs", {"ihost_uuid": client.host()["uuid"], "lvm_vg_name": name}))


def volume(client: Client, of: dict[str, Any], device: dict[str, Any]) -> dict[str, Any]:
    ids = {"ihost_uuid": client.host()["uuid"], "ilvg_uuid": of["uuid"], "disk_or_part_uuid": device["uuid"]}
    return dict(client.call("POST", "/ipvs", ids))


def unlock(client: Client) -> None:
    client.put_oam_on()
    client.patch("/ihosts/controller-0", action="unlock")
    client.lab.wait(client.available, 20)


def lock(client: Client) -> None:
    client.patch("/ihosts/controller-0", action="lock")
    client.lab.wait(lambda: client.walk()[0] == "locked")


def test_partitions_are_made_one_after_the_other_and_only_the_last_goes(client: Client) -> None:
    assert refusal(partition, client, 0)[1] == "Partition size must be greater than 0."
    assert refusal(partition, client, 900)[1] == "Requested size 900 GiB is larger than the 499.999 GiB available."
    assert "does not support the requested" in refusal(partition, client, 1, type_guid="x")[1]
    first = partition(client, 10)
    assert (first["status"], first["device_node"]) == (CREATING, "/dev/sdb1")
    assert refusal(partition, client, 10)[1] == (
        "Cannot create a partition while the current status of another partition is 'Creating'. "
        "Wait for the operation to finish."
    )
    ready(client, first)
    second = partition(client, 20)
    ready(client, second)
    assert second["device_path"].endswith("-part2")
    assert disk(client)["available_mib"] == 500 * 1024 - 1 - 30 * 1024
    path = f"/partitions/{second['uuid']}"
    assert "Only the last partition" in refusal(client.call, "DELETE", f"/partitions/{first['uuid']}")[1]
    assert "unprovisioned host" in refusal(client.patch, path, size_mib=30 * 1024)[1]
    unlock(client)
    assert refusal(client.patch, path, size_mib=15 * 1024)[1].endswith("current size: 15 GiB <= 20.0 GiB")
    assert client.patch(path, size_mib=30 * 1024)["status"] == 5
    ready(client, second)
    client.call("DELETE", path)
    client.lab.wait(lambda: not client.list("/partitions", idisk_uuid=disk(client)["uuid"])[1:])
    client.lab.control.fault("fail_operation", service="sysinv", match="partition /dev/sdb2")
    broken = partition(client, 5)
    client.lab.wait(lambda: client.call("GET", f"/partitions/{broken['uuid']}")["status"] == 10)
    assert "last partition has an error status" in refusal(partition, client, 5)[1]


def test_groups_and_volumes_wait_for_the_unlock(client: Client) -> None:
    part = partition(client, 10)
    assert refusal(group, client, "cgts-vg")[1] == "cgts-vg volume group already exists"
    assert "must be" in refusal(group, client, "attic")[1]
    nova = group(client, "nova-local")
    assert nova["vg_state"] == "adding"
    assert refusal(group, client, "nova-local")[1] == "Volume Group (nova-local) already present"
    ready(client, part)
    made = volume(client, nova, part)
    assert (made["pv_type"], made["pv_state"]) == ("partition", "adding")
    assert "is currently associated" in refusal(client.call, "DELETE", f"/partitions/{part['uuid']}")[1]
    assert "already in use by another physical volume" in refusal(volume, client, nova, part)[1]
    assert refusal(volume, client, nova, disk(client))[1].endswith("because disk contains other partitions.")
    assert refusal(volume, client, nova, disk(client, "/dev/sda"))[1] == (
        "Cannot assign the rootfs disk to a physical volume."
    )
    instances = {"ihost_uuid": client.host()["uuid"], "name": "instances", "size": 10}
    assert "while volume group nova-local is enabled" in refusal(client.call, "POST", "/host_fs", instances)[1]
    unlock(client)
    assert client.call("GET", f"/partitions/{part['uuid']}")["status"] == IN_USE
    assert client.call("GET", f"/ilvgs/{nova['uuid']}")["vg_state"] == "provisioned"
    assert refusal(client.call, "DELETE", f"/ipvs/{made['uuid']}")[1] == "Host must be locked"
    lock(client)
    client.call("DELETE", f"/ilvgs/{nova['uuid']}")
    assert client.call("GET", f"/ipvs/{made['uuid']}")["pv_state"] == "removing"
    assert "already marked for removal" in refusal(client.call, "DELETE", f"/ipvs/{made['uuid']}")[1]
    assert "set to be deleted" in refusal(volume, client, nova, part)[1]
    client.patch("/ihosts/controller-0", action="unlock")
    client.lab.wait(client.available, 20)
    assert not [g for g in client.own("ilvgs").values() if g["lvm_vg_name"] == "nova-local"]
    assert client.call("GET", f"/partitions/{part['uuid']}")["status"] == READY


def test_the_systems_own_group_grows_in_service(client: Client) -> None:
    unlock(client)
    cgts = client.own("ilvgs", "lvm_vg_name")["cgts-vg"]
    part = partition(client, 50)
    assert "not in an acceptable state" in refusal(volume, client, cgts, part)[1]
    ready(client, part)
    made = volume(client, cgts, part)
    client.lab.wait(lambda: client.call("GET", f"/ipvs/{made['uuid']}")["pv_state"] == "provisioned")
    grown = client.call("GET", f"/ilvgs/{cgts['uuid']}")
    assert grown["lvm_vg_avail_size"] == cgts["lvm_vg_avail_size"] + 50 * 2**30
    assert "cannot be removed from the cgts-vg" in refusal(client.call, "DELETE", f"/ipvs/{made['uuid']}")[1]
    assert refusal(client.call, "DELETE", f"/ilvgs/{cgts['uuid']}")[1] == "cgts-vg volume group cannot be deleted"


def test_wiping(client: Client) -> None:
    def wipe(node: str, table: str = "gpt") -> Any:
        return client.patch(f"/idisks/{disk(client, node)['uuid']}", partition_table=table, skip_formatting="False")

    assert refusal(wipe, "/dev/sda")[1] == "ERROR: Cannot wipe and GPT format the rootfs disk."
    assert refusal(wipe, "/dev/sdb", "msdos")[1] == "Only gpt disk formatting is supported."
    part = partition(client, 10)
    ready(client, part)
    wipe("/dev/sdb")
    client.lab.wait(lambda: disk(client)["available_mib"] == 500 * 1024 - 1)
    part = partition(client, 10)
    ready(client, part)
    volume(client, group(client, "nova-local"), part)
    assert refusal(wipe, "/dev/sdb")[1].startswith("ERROR: Can only wipe and GPT format a disk that is not used")
