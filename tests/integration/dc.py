# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A System Controller's dcmanager in the lab, and the modules of StarlingX's distributed cloud on it."""

from __future__ import annotations

import importlib.util
from typing import Any

from .conftest import ROOT

_spec = importlib.util.spec_from_file_location("dcmanager_client", ROOT / "tests/unit/lab/dcmanager_client.py")
assert _spec and _spec.loader
client = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(client)

LAB: dict[str, Any] = {"services": ["keystone", "dcmanager"], "time_factor": 30000, "dcmanager": {"up": True}}
#: secrets of a subcloud, which must be seen nowhere
CANARY, BMC_CANARY = "Kanary*Sysadmin1", "Kanary*Bmc22"
#: modules that wait for nothing
PLAIN = ("stx_system_peer", "stx_subcloud_deploy_files")


def subcloud(number: int = 1, remote: bool = True, **more: Any) -> dict[str, Any]:
    """Options of ``stx_subcloud`` for ``edge-<number>``; None leaves one out."""
    values = {
        "name": f"edge-{number}",
        "bootstrap_values": client.bootstrap(number),
        "bootstrap_address": f"10.10.{number}.12",
        "sysadmin_password": CANARY,
        "install_values": client.install(bootstrap_address=None) if remote else None,
        "bmc_password": BMC_CANARY if remote else None,
        **more,
    }
    return {k: v for k, v in values.items() if v is not None}


class Dc:
    """One System Controller: connection options, modules, and what the lab has recorded."""

    def __init__(self, lab: Any, run_module: Any) -> None:
        self.lab, self._run = lab, run_module
        lab.control.clear_faults()
        self.api = client.Client(lab)
        self.api.clear()
        lab.control.forget()

    @property
    def connection(self) -> dict[str, Any]:
        """Options that every module needs."""
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
        if not module.endswith("_info"):
            given.setdefault("wait_interval", 0.02)
        answer: dict[str, Any] = self._run(module, {k: v for k, v in given.items() if v is not None}, check)
        return answer

    def done(self, module: str, /, check: bool = False, **options: Any) -> dict[str, Any]:
        """The same, and it has to end well."""
        answer = self.module(module, check, **options)
        assert not answer.get("failed"), answer["msg"]
        return answer

    def writes(self) -> list[str]:
        """Write requests since the record was emptied, as ``METHOD path``."""
        rows = self.lab.control.recorded("dcmanager", write=True)
        return [f"{r['method']} {r['path'].removeprefix('/v1.0/')}" for r in rows]

    def reads(self) -> list[str]:
        """Reads since then."""
        rows = self.lab.control.recorded("dcmanager", write=False)
        return [r["path"].removeprefix("/v1.0/") for r in rows]

    def forget(self) -> None:
        """Forget the requests so far."""
        self.lab.control.forget()

    def seed(self, count: int, **given: Any) -> None:
        """Subclouds that were deployed before."""
        url = f"{self.lab.urls['lab']}/lab/dcmanager/subclouds"
        self.lab.control.post(url, json={"count": count, **given}, timeout=30).raise_for_status()

    def set(self, name: str, **values: Any) -> None:
        """Switch something of one subcloud."""
        url = f"{self.lab.urls['lab']}/lab/dcmanager/subclouds/{name}"
        self.lab.control.post(url, json=values, timeout=10).raise_for_status()

    def subcloud(self, name: str) -> dict[str, Any]:
        """One subcloud as it is now."""
        found: dict[str, Any] = self.api.subcloud(name)
        return found

    def fail(self, what: str, detail: str = "no route to host.", **more: Any) -> None:
        """Let something end in failure."""
        self.lab.control.fault("fail_operation", service="dcmanager", match=what, detail=detail, **more)
