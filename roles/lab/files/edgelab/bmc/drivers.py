# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's drivers, with state in memory, scaled time and media that are noted instead of fetched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from sushy_tools import error
from sushy_tools.emulator.resources import vmedia
from sushy_tools.emulator.resources.systems.base import AbstractSystemsDriver

ON = ("On", "ForceOn")
OFF = ("ForceOff", "GracefulShutdown")
RESTART = ("GracefulRestart", "ForceRestart")


class Systems(AbstractSystemsDriver):
    """Machines that are on or off; ``changed(name, on)`` is called when one has become so, after ``delay`` seconds."""

    def __init__(self, hosts: dict[str, dict[str, Any]], changed: Callable[[str, bool], None], delay: float) -> None:
        super().__init__()
        self._changed, self._delay = changed, delay
        self._timers: dict[str, threading.Timer] = {}
        self._lock = threading.Lock()
        self.table: dict[str, dict[str, Any]] = {
            name: {"name": name, "power_state": "Off", "hardware": host.get("hardware") or {}}
            for name, host in hosts.items()
        }

    def end(self) -> None:
        """Forget changes that are under way."""
        with self._lock:
            for timer in self._timers.values():
                timer.cancel()

    def _get(self, identity: str) -> dict[str, Any]:
        if identity not in self.table:
            raise error.NotFound(f"Fake system {identity} was not found")
        return self.table[identity]

    @property
    def driver(self) -> str:
        return "<edgelab>"

    @property
    def systems(self) -> list[str]:
        return list(self.table)

    def uuid(self, identity: str) -> str:
        return str(self._get(identity)["name"])

    def name(self, identity: str) -> str:
        return str(self._get(identity)["name"])

    def get_power_state(self, identity: str) -> str:
        return str(self._get(identity)["power_state"])

    def set_power_state(self, identity: str, state: str) -> None:
        """Begin a change of power; a machine that already is as wanted stays so."""
        system = self._get(identity)
        if state in RESTART:
            if system["power_state"] == "Off" and state == "GracefulRestart":
                return
            self._set(system, "Off")
            wanted = "On"
        elif state in ON or state in OFF:
            wanted = "On" if state in ON else "Off"
        else:
            raise error.NotSupportedError(f"Power state {state} is not supported")
        with self._lock:
            previous = self._timers.pop(identity, None)
            if previous:
                previous.cancel()
            if system["power_state"] != wanted:
                timer = threading.Timer(self._delay, self._set, (system, wanted))
                timer.daemon = True
                self._timers[identity] = timer
                timer.start()

    def _set(self, system: dict[str, Any], state: str) -> None:
        if system["power_state"] != state:
            system["power_state"] = state
            self._changed(system["name"], state == "On")

    def get_boot_device(self, identity: str) -> str:
        return str(self._get(identity).get("boot_device", "Hdd"))

    def set_boot_device(self, identity: str, boot_source: str) -> None:
        self._get(identity)["boot_device"] = boot_source

    def get_boot_mode(self, identity: str) -> str:
        return str(self._get(identity).get("boot_mode", "UEFI"))

    def set_boot_mode(self, identity: str, boot_mode: str) -> None:
        self._get(identity)["boot_mode"] = boot_mode

    def get_secure_boot(self, identity: str) -> bool:
        return bool(self._get(identity).get("secure_boot", False))

    def set_secure_boot(self, identity: str, secure: bool) -> None:
        self._get(identity)["secure_boot"] = secure

    def get_boot_image(self, identity: str, device: str) -> tuple[str | None, bool, bool]:
        image = self._get(identity).get("images", {}).get(device)
        return image, True, bool(image)

    def set_boot_image(
        self, identity: str, device: str, boot_image: str | None = None, write_protected: bool = True
    ) -> None:
        self._get(identity).setdefault("images", {})[device] = boot_image

    def get_nics(self, identity: str) -> list[dict[str, str]]:
        macs = [p["mac"] for p in self._get(identity)["hardware"].get("ports") or [] if p.get("mac")]
        return [{"id": mac, "mac": mac} for mac in macs]

    def get_total_memory(self, identity: str) -> int:
        return int(self._get(identity)["hardware"].get("memory_gib") or 64)

    def get_total_cpus(self, identity: str) -> int:
        hardware = self._get(identity)["hardware"]
        return int(hardware.get("sockets") or 1) * int(hardware.get("cores_per_socket") or 8)


class Media(vmedia.StaticDriver):
    """Virtual media whose image is only noted: the simulated machine does not read it."""

    def __init__(self) -> None:
        self._config: dict[str, Any] = {}
        self._devices: dict[tuple[str, str], dict[str, Any]] = {}
        self._device_types = {"Cd": {"Name": "Virtual CD", "MediaTypes": ["CD", "DVD"]}}

    def _get_device(self, identity: str, device: str) -> dict[str, Any]:
        if device not in self._device_types:
            raise error.NotFound(f"No such virtual media device {device} owned by resource {identity}")
        return self._devices.setdefault((identity, device), dict(self._device_types[device]))

    def insert_image(
        self,
        identity: str,
        device: str,
        image_url: str,
        inserted: bool = True,
        write_protected: bool = True,
        username: str | None = None,
        password: str | None = None,
    ) -> str:
        """Note an image; one that is not an address of a server is refused, as it could not be fetched."""
        parts = urlsplit(image_url or "")
        if parts.scheme not in ("http", "https", "nfs", "cifs") or not parts.hostname:
            raise error.FishyError(f"Failed fetching image from URL {image_url}: not an address", code=400)
        name = PurePosixPath(parts.path).name or "image.iso"
        self._get_device(identity, device).update(
            Image=image_url,
            ImageName=name,
            Inserted=inserted,
            WriteProtected=write_protected,
            UserName=username or "",
            Password="***" if password else "",
        )
        return name

    def eject_image(self, identity: str, device: str) -> None:
        """Take the image out; there is nothing to delete."""
        self._get_device(identity, device).update(
            Image="",
            ImageName="",
            Inserted=False,
            WriteProtected=False,
            UserName="",
            Password="",
        )

    def inserted(self, identity: str) -> str:
        """Address of the image in the virtual CD; empty when there is none."""
        return str(self._devices.get((identity, "Cd"), {}).get("Image", ""))
