# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is judged of hosts and their storage without asking anybody, by tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._starlingx.filesystems import (
    CONTROLLER_NAMES,
    HOST_NAMES,
    OPTIONAL,
    _sizes,
    gather_controller,
    gather_host,
)
from ansible_collections.edge.infra.plugins.module_utils._starlingx.host_actions import progress
from ansible_collections.edge.infra.plugins.module_utils._starlingx.host_rules import (
    check_host,
    mac,
    match_host,
    prepare_host,
)
from ansible_collections.edge.infra.plugins.module_utils._starlingx.host_wait import verdict
from ansible_collections.edge.infra.plugins.module_utils._starlingx.offline import tables
from ansible_collections.edge.infra.plugins.module_utils._starlingx.volumes import _number

ONLINE = {"administrative": "locked", "operational": "disabled", "availability": "online", "task": ""}
SERVING = {"administrative": "unlocked", "operational": "enabled", "availability": "available", "task": ""}


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (ONLINE, "locked/disabled/online"),
        (SERVING, "unlocked/enabled/available"),
        ({**SERVING, "availability": "degraded"}, "unlocked/enabled/degraded"),
        ({**ONLINE, "availability": "power-off"}, "locked/disabled/power-off"),
        ({**ONLINE, "task": "Rebooting"}, "Rebooting"),
        ({**ONLINE, "ihost_action": "unlock"}, "unlock"),
        ({**ONLINE, "task": "Power-Off Completed"}, "Power-Off Completed"),
        ({**ONLINE, "task": "Power-Off Failed - BMC is not accessible"}, "failed"),
        ({**SERVING, "task": "Swact: Failed"}, "failed"),
        ({**SERVING, "vim_progress_status": "services-disable-failed"}, "failed"),
        ({**SERVING, "availability": "failed", "operational": "disabled"}, "failed"),
        ({**SERVING, "task": "Configuration Failed, re-enabling"}, "Configuration Failed, re-enabling"),
        ({**ONLINE, "inv_state": "reinstalling"}, "reinstalling"),
        ({**ONLINE, "inv_state": "reinstalling", "install_state": "failed"}, "failed"),
    ],
)
def test_how_far_maintenance_is_with_a_host(host: dict[str, Any], expected: str) -> None:
    assert progress(host)["progress"] == expected


@pytest.mark.parametrize(
    ("wanted", "host", "state", "words"),
    [
        ({"availability": ["online", "available"]}, ONLINE, "reached", ""),
        ({"administrative": "unlocked"}, ONLINE, "waiting", "administrative is locked"),
        ({"install_state": "completed"}, {**ONLINE, "install_state": "completed+"}, "reached", ""),
        ({"install_state": "completed"}, {**ONLINE, "install_state": None}, "waiting", "install_state is unknown"),
        ({"task_empty": True}, {**ONLINE, "task": "Rebooting"}, "waiting", "task is Rebooting"),
        ({"task_empty": True}, {**ONLINE, "ihost_action": "lock"}, "waiting", "task is lock"),
        ({"mgmt_mac": "x"}, ONLINE, "reached", ""),
        ({"inventoried": True}, {**ONLINE, "inv_state": "inventoried"}, "reached", ""),
        ({"inventoried": True}, {**ONLINE, "inv_state": None}, "waiting", "its hardware is not known yet"),
        (
            {"availability": ["online"]},
            {**ONLINE, "availability": "offline", "install_state": "failed", "install_state_info": "no disk"},
            "failed",
            "no disk",
        ),
        ({"availability": ["failed"]}, {**SERVING, "availability": "failed"}, "reached", ""),
        ({"availability": ["available"]}, {**SERVING, "availability": "failed"}, "failed", "the host failed"),
        (
            {"availability": ["available"]},
            {**SERVING, "availability": "failed", "task": "x, re-enabling"},
            "waiting",
            "failed",
        ),
    ],
)
def test_whether_a_host_is_as_it_is_waited_for(
    wanted: dict[str, Any], host: dict[str, Any], state: str, words: str
) -> None:
    found, why = verdict(wanted, host)
    assert found == state and words in why


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "controller-2", "personality": "controller"}, "is no name of a controller"),
        ({"name": "worker-0", "personality": "storage"}, "is no name of a storage host"),
        ({"name": "storage-0", "personality": "worker"}, "is no name of a worker"),
        ({"name": "a b", "personality": "worker"}, "is no host name"),
        ({"name": "x", "mgmt_mac": "52:54:00"}, "is no MAC address"),
        ({"name": "x", "bm_type": "ipmi"}, "needs bm_address and bm_username"),
        ({"name": "x", "power_on": True, "bm_type": "none"}, "needs its board management"),
    ],
)
def test_values_of_a_host_that_are_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_host(values)


def test_which_host_is_meant() -> None:
    hosts = [
        {"uuid": "1", "hostname": "controller-0", "mgmt_mac": "52:54:00:00:00:01"},
        {"uuid": "2", "hostname": None, "mgmt_mac": "52:54:00:00:00:02"},
    ]
    assert mac("52-54-00-00-00-AB") == "52:54:00:00:00:ab"
    for values, expected in (
        ({"name": "controller-0"}, ["1"]),
        ({"name": "2"}, ["2"]),
        ({"name": "controller-1"}, []),
        ({"name": "controller-1", "mgmt_mac": "52-54-00-00-00-02"}, ["2"]),
        ({"name": "controller-0", "mgmt_mac": "52:54:00:00:00:02"}, ["1"]),
        ({"mgmt_mac": "52:54:00:00:00:09"}, []),
    ):
        assert [h["uuid"] for h in match_host(values, hosts)] == expected
    assert prepare_host({"name": "w", "mgmt_mac": "x", "state": "absent"}, {}) == {"name": "w", "state": "absent"}
    with pytest.raises(InputError, match="name: is missing"):
        prepare_host({"state": "absent"}, {})


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ({"attic": 1}, "is no file system here"),
        ({"docker": None}, "cannot be removed"),
        ({"docker": 0}, "cannot have the size 0"),
        ({"docker": 1.5}, "cannot have the size 1.5"),
        ({"docker": True}, "cannot have the size True"),
    ],
)
def test_sizes_that_are_refused(sizes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        _sizes({"filesystems": sizes}, HOST_NAMES, OPTIONAL)
    with pytest.raises(InputError, match="ceph is no file system here"):
        _sizes({"filesystems": {"ceph": 20}}, CONTROLLER_NAMES, ())


class Lists:
    """Answers of sysinv."""

    def __init__(self, **rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def list(self, path: str, quick: bool = False) -> list[dict[str, Any]]:
        return self._rows.get(path.rsplit("/", 1)[-1], [])


@pytest.mark.parametrize(
    ("state", "provisioned", "expected"),
    [
        ("In-Use", "provisioned", "settled"),
        ("Modifying", "provisioned", "changing"),
        ("Modifying", "provisioning", "changing"),
        ("Modifying", "unprovisioned", "settled"),  # it happens with the first unlock
        ("Error", "provisioned", "failed"),
        ("Creating (on unlock)", "unprovisioned", "settled"),
    ],
)
def test_how_far_the_file_systems_of_a_host_are(state: str, provisioned: str, expected: str) -> None:
    rows = [{"uuid": "f", "name": "docker", "size": 40, "state": state}]
    lists = Lists(host_fs=rows, ihosts=[{"uuid": "h", "invprovision": provisioned}])
    assert gather_host(lists, "h", False)[0]["progress"] == expected


def test_a_controllers_state_is_the_text_of_a_dictionary() -> None:
    def found(state: str) -> dict[str, Any]:
        rows = [{"uuid": "f", "name": "etcd", "size": 5, "state": state, "isystem_uuid": "s"}]
        return dict(gather_controller(Lists(controller_fs=rows), "", False)[0])

    assert found("{'status': 'available'}")["states"] == {"etcd": "available"}
    assert found("{'status': 'drbd_fs_resizing_in_progress'}")["progress"] == "changing"
    assert found("{'status': 'drbd_fs_update_error'}")["progress"] == "failed"
    assert found("odd")["states"] == {"etcd": "odd"}


def test_numbers_of_partitions() -> None:
    assert _number({"device_path": "/dev/disk/by-path/pci-0000:00:0d.0-ata-2.0-part12"}) == 12
    assert _number({"device_path": None, "device_node": "/dev/nvme0n1p3"}) == 3
    assert _number({}) == 0


def test_what_is_there_after_the_bootstrap() -> None:
    found = tables({"docker_fs_size": 60}, {}, [{"device": "0000:b4:00.0"}, {"device": "/dev/sdb1"}])
    assert {r["name"]: r["size"] for r in found["host_fs"]}["docker"] == 60
    assert [d["pciaddr"] for d in found["pci_devices"]] == ["0000:b4:00.0"]
