# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bootstrapped simplex in the lab, and StarlingX's modules on it."""

from __future__ import annotations

from typing import Any

DISK = "/dev/disk/by-path/pci-0000:00:17.0-ata-2.0"
OVERRIDES: dict[str, Any] = {
    "system_mode": "simplex",
    "dns_servers": ["10.20.30.1"],
    "external_oam_subnet": "10.20.30.0/24",
    "external_oam_gateway_address": "10.20.30.1",
    "external_oam_floating_address": "10.20.30.2",
}
DATA_NETWORKS: list[dict[str, Any]] = [
    {"name": "physnet0", "type": "vlan"},
    {"name": "physnet1", "type": "vlan", "description": "access"},
]
INTERFACES: list[dict[str, Any]] = [
    {"name": "oam0", "port": "enp0s3", "class": "platform", "networks": ["oam"]},
    {"name": "data0", "port": "enp0s8", "class": "data", "mtu": 1500, "data_networks": ["physnet0"]},
    {
        "name": "sriov0",
        "port": "enp0s9",
        "class": "pci-sriov",
        "vf_count": 8,
        "vf_driver": "netdevice",
        "data_networks": ["physnet1"],
    },
]
#: everything that the inventory of a simplex says, by the bulk module's options
SITE: dict[str, Any] = {
    "host": "controller-0",
    "system": {"name": "madrid-1", "location": "Madrid", "latitude": "40.4168", "timezone": "Europe/Madrid"},
    "dns_servers": ["10.20.30.1", "8.8.8.8"],
    "ntp_servers": ["0.pool.ntp.org", "1.pool.ntp.org"],
    "oam": {"subnet": "10.20.30.0/24", "gateway": "10.20.30.1", "floating": "10.20.30.2"},
    "data_networks": DATA_NETWORKS,
    "interfaces": INTERFACES,
    "labels": {"sriovdp": "enabled", "kube-cpu-mgr-policy": "static"},
    "cpu": [{"function": "platform", "numa": {"0": 2, "1": 0}}, {"function": "application-isolated", "cpulist": "4-7"}],
    "memory": [{"numa": 0, "hugepages_1g": 4, "platform_reserved_mib": 12000}],
    "storage_backend": "ceph",
    "osds": [{"disk": DISK}],
    "administrative": "unlocked",
}


#: modules that may have to wait
WAITING = (
    "stx_host_configuration",
    "stx_host",
    "stx_host_interface",
    "stx_host_storage",
    "stx_storage_backend",
    "stx_datanetwork",
    "stx_address",
    "stx_route",
    "stx_address_pool",
    "stx_service_parameter",
    "stx_ptp_instance",
    "stx_ptp_interface",
    "stx_ptp_parameter",
    "stx_network",
    "stx_network_address_pool",
    "stx_application",
    "stx_application_apply",
    "stx_application_abort",
    "stx_certificate",
    "stx_registry_image",
)


class Stx:
    """One bootstrapped simplex: its connection options, its modules and what the lab has recorded."""

    def __init__(self, lab: Any, run_module: Any) -> None:
        self.lab, self._run = lab, run_module
        if hasattr(type(lab), "fresh"):  # a system of which only the environment tells
            lab.fresh()
            return
        lab.control.clear_faults()
        lab.call(lab.lab.services["sysinv"].bootstrapped, "controller-0", OVERRIDES)
        lab.control.forget()

    @property
    def connection(self) -> dict[str, Any]:
        """Options that every module needs."""
        if hasattr(type(self.lab), "fresh"):
            return dict(self.lab.connection)
        known = self.lab.credentials["starlingx"]
        return {
            "auth_url": f"{self.lab.urls['keystone']}/v3",
            "auth_username": known["username"],
            "auth_password": known["password"],
            "ca_cert": self.lab.ca_cert,
        }

    def module(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run a module with the connection's options."""
        given = {**self.connection, **options}
        if module in WAITING:
            given.setdefault("wait_interval", 0.1)
        given = {k: v for k, v in given.items() if v is not None}
        if hasattr(type(self.lab), "before"):
            self.lab.before(module, check, options, lambda: self._run(module, given, True))
        answer: dict[str, Any] = self._run(module, given, check)
        return answer

    def done(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        """The same, and it has to end well."""
        answer = self.module(module, check, **options)
        assert not answer.get("failed"), answer["msg"]
        return answer

    def state(self, table: str) -> list[dict[str, Any]]:
        """A table of the simulated sysinv."""
        rows: list[dict[str, Any]] = self.lab.control.state("sysinv").get(table, [])
        return rows

    def writes(self) -> list[str]:
        """Write requests since the last call, as ``METHOD path``."""
        rows = self.lab.control.recorded("sysinv", write=True)
        return [f"{r['method']} {r['path']}" for r in rows]

    def forget(self) -> None:
        """Forget the requests so far."""
        self.lab.control.forget()

    def logins(self) -> int:
        """Sign-ins since the record was emptied."""
        return len([r for r in self.lab.control.recorded("keystone") if r["method"] == "POST"])
