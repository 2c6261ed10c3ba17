# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""sysinv: the file systems of a host and of the controllers."""

from __future__ import annotations

from typing import Any

import pytest
from starlingx_client import Client, bootstrapped, refusal

LAB = {"services": ["keystone", "sysinv"], "time_factor": 2000, "durations": {"filesystem": 400}}


@pytest.fixture
def client(lab: Any) -> Client:
    return bootstrapped(lab)


def unlock(client: Client) -> None:
    client.put_oam_on()
    client.patch("/ihosts/controller-0", action="unlock")
    client.lab.wait(client.available, 20)


def grow(client: Client, **sizes: int) -> Any:
    """Grow file systems of controller-0."""
    return client.call("PUT", f"/ihosts/{client.host()['uuid']}/host_fs/update_many", patches(sizes))


def grow_shared(client: Client, **sizes: int) -> Any:
    system = client.list("/isystems")[0]["uuid"]
    return client.call("PUT", f"/isystems/{system}/controller_fs/update_many", patches(sizes))


def patches(sizes: dict[str, int]) -> list[Any]:
    return [
        [
            {"op": "replace", "path": "/name", "value": name.replace("_", "-")},
            {"op": "replace", "path": "/size", "value": str(size)},
        ]
        for name, size in sizes.items()
    ]


def state(client: Client, name: str) -> str:
    return str(client.own("host_fs", "name")[name]["state"])


def test_several_grow_in_one_request_and_while_they_do_nothing_else_may(client: Client) -> None:
    grow(client, docker=50, scratch=20)
    assert {state(client, n) for n in ("docker", "scratch")} == {"Modifying"}
    text = refusal(grow, client, log=9)[1]
    assert text == "HostFs update failed: a LVG update is still pending, please retry again later."
    client.lab.wait(lambda: state(client, "docker") == "In-Use")
    client.lab.control.fault("fail_operation", service="sysinv", match="resize controller-0")
    grow(client, log=9)
    client.lab.wait(lambda: state(client, "log") == "Error")


def test_optional_ones_are_made_at_once_or_by_the_unlock(client: Client) -> None:
    host = client.host()["uuid"]
    body = {"ihost_uuid": host, "name": "image-conversion", "size": 10}
    assert "Unsupported filesystem" in refusal(client.call, "POST", "/host_fs", {**body, "name": "attic"})[1]
    made = client.call("POST", "/host_fs", body)
    assert made["state"] == "Creating (on unlock)"
    assert "only possible with state Ready" in refusal(grow, client, image_conversion=20)[1]
    client.call("DELETE", f"/host_fs/{made['uuid']}")  # never made: forgotten at once
    client.call("POST", "/host_fs", {**body, "name": "instances"})
    unlock(client)
    assert state(client, "instances") == "Ready"
    instances = client.own("host_fs", "name")["instances"]["uuid"]
    text = refusal(client.call, "DELETE", f"/host_fs/{instances}")[1]
    assert text == "Host must be locked to make changes to instances"
    made = client.call("POST", "/host_fs", body)
    assert made["state"] == "Creating"
    client.lab.wait(lambda: state(client, "image-conversion") == "Ready")
    client.call("DELETE", f"/host_fs/{made['uuid']}")
    client.lab.wait(lambda: "image-conversion" not in client.own("host_fs", "name"))
    assert "ceph-rook must be configured" in refusal(client.call, "POST", "/host_fs", {**body, "name": "ceph"})[1]


def test_rooks_first_osd_brings_a_file_system(client: Client) -> None:
    client.call("POST", "/storage_ceph_rook", {"confirmed": True})
    disk = client.own("idisks", "device_node")["/dev/sdb"]["uuid"]
    client.call("POST", "/istors", {"ihost_uuid": client.host()["uuid"], "idisk_uuid": disk})
    made = client.own("host_fs", "name")["ceph"]
    assert (made["size"], made["capabilities"]) == (20, {"functions": ["osd"]})


def test_what_the_controllers_share_grows_in_service_only(client: Client) -> None:
    assert refusal(grow_shared, client, etcd=7)[1] == (
        "This operation requires controllers to be unlocked, enabled, available. "
        "Current status is locked, disabled, online. ."
    )
    unlock(client)
    assert refusal(grow_shared, client, etcd=5)[1].endswith("'etcd' should be bigger than 5 ")
    assert refusal(grow_shared, client, platform=20)[1].startswith(
        "backup size of 25 is insufficient for host controller-0. Minimum backup size of 35 is required"
    )
    grow(client, backup=35)
    assert "pending LVG updates" in refusal(grow_shared, client, platform=20)[1]
    client.lab.wait(lambda: state(client, "backup") == "In-Use")
    assert "exceeds growth limit of" in refusal(grow_shared, client, extension=900)[1]
    grow_shared(client, platform=20, etcd=7)
    rows = client.by("/controller_fs", "name")
    assert rows["platform"]["state"] == "{'status': 'drbd_fs_resizing_in_progress'}"
    assert refusal(grow_shared, client, extension=2)[1].startswith("A drbd sync operation is currently in progress")
    assert "there is a drdb filesystem resize in progress" in refusal(grow, client, log=9)[1]
    client.lab.wait(lambda: client.by("/controller_fs", "name")["etcd"]["state"] == "{'status': 'available'}")
