# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of the kubelets: what a KubeletConfiguration takes, and what its validation refuses.

Source: ``pkg/kubelet/apis/config/validation``, and the CPU and memory managers of ``pkg/kubelet/cm``. The site's
settings are those of every node (``edge_kubernetes_kubelet``); those of a node (``edge_node_kubelet``) come on top.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping
from typing import Any

from ..faults import MASK, Reader, kind_of
from .kubelet_fields import (
    BOUNDS,
    CHOICES,
    CPUSET,
    DURATION,
    ENFORCED,
    EVICTIONS,
    LISTS_OF_TEXTS,
    NESTED,
    PERCENT,
    SET,
    SINCE,
    TYPE_OF,
    cpus,
    quantity,
    seconds,
)
from .ranges import parse_address
from .versions import Version

SITE, NODE = "edge_kubernetes_kubelet", "edge_node_kubelet"
PYTHON: dict[str, tuple[type, ...]] = {
    "true or false": (bool,),
    "a whole number": (int,),
    "a text": (str,),
    "a duration": (str,),
    "a dictionary of texts": (dict,),
    "a list": (list, tuple),
    "a dictionary": (dict,),
    "a number": (int, float),
}
#: memory that the kubelet keeps free unless evictionHard says otherwise
EVICTION = "100Mi"


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two documents as a merge patch does it: dictionaries one into the other, a null takes away."""
    found = copy.deepcopy(dict(below))
    for key, value in above.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(found.get(key), Mapping):
            found[key] = merged(found[key], value)
        else:
            found[key] = copy.deepcopy(value)
    return found


def in_texts(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with numbers as texts where the kubelet wants texts (``kubeReserved: {cpu: 1}``)."""
    found: dict[str, Any] = {}
    for key, value in fields.items():
        if TYPE_OF.get(key) == "a dictionary of texts" and isinstance(value, Mapping):
            value = {k: _in_text(v) for k, v in value.items()}
        found[key] = value
    return found


def _in_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


class Settings:
    """The settings of one node, with a place for each field to say where it was given."""

    def __init__(
        self,
        site: Reader,
        host: Reader | None,
        version: Version,
        pods: Mapping[int, int],
        below: Mapping[str, Any] | None = None,
    ) -> None:
        self.site, self.host, self.version, self.pods = site, host, version, pods
        self.own = _given(host, NODE) if host is not None else {}
        #: ``below`` is what the hardening sets where the site does not
        self.common = merged(below or {}, _given(site, SITE))
        self.fields = merged(self.common, self.own)

    def fault(self, key: str, message: str, remedy: str, value: Any = ..., inner: str = "") -> None:
        """Note a fault of a field, at the variable that gave it."""
        reader = self.host if self.host is not None and key in self.own else self.site
        name = f"{NODE if reader is self.host else SITE}.{key}{inner}"
        shown = self.fields.get(key) if value is ... else value
        host = reader.host if reader is self.host else ""
        reader.faults.add(name, shown, message, remedy, host)

    def warn(self, key: str, message: str, remedy: str) -> None:
        """Note a warning in the same way."""
        reader = self.host if self.host is not None and key in self.own else self.site
        name, host = (f"{NODE}.{key}", reader.host) if reader is self.host else (f"{SITE}.{key}", "")
        reader.faults.warn(name, self.fields.get(key), message, remedy, host)


def _given(reader: Reader, key: str) -> dict[str, Any]:
    part = reader.mapping(key)
    return in_texts(part.data) if part is not None else {}


def check_settings(settings: Settings, cores: int | None) -> None:
    """Every rule; ``cores`` are the logical CPUs of the node, where they are known."""
    sound: dict[str, Any] = {}
    for key, value in settings.fields.items():
        if value is not None and _check_field(settings, key, value):
            sound[key] = value
    for key, choices in CHOICES.items():
        if key in sound and sound[key] not in choices:
            near = difflib.get_close_matches(str(sound[key]).lower(), {c.lower(): c for c in choices}, n=1)
            meant = next((c for c in choices if near and c.lower() == near[0]), "")
            hint = f"Did you mean {meant}? " if meant else ""
            settings.fault(key, "is not one of the choices.", f"{hint}Choose one of {', '.join(choices)}.")
    for key, (least, most) in BOUNDS.items():
        if key in sound and (sound[key] < least or (most is not None and sound[key] > most)):
            bounds = f"from {least} to {most}" if most is not None else f"of at least {least}"
            settings.fault(key, "is out of bounds.", f"Give a number {bounds}.")
    _check_managers(settings, sound, cores)
    _check_memory(settings, sound)
    _check_reserves(settings, sound)
    _check_others(settings, sound)


def _check_field(settings: Settings, key: str, value: Any) -> bool:
    """Whether a field is known, of its type, and not one that something else sets."""
    if key in SET:
        settings.fault(key, f"is not set here: {SET[key]}.", "Leave it out.")
        return False
    kind = TYPE_OF.get(key)
    if kind is None:
        near = difflib.get_close_matches(key, TYPE_OF, n=1, cutoff=0.8)
        if near:
            settings.fault(key, "is no field of a KubeletConfiguration.", f"Did you mean {near[0]}?")
        else:
            message = "is no field of a KubeletConfiguration that is known here: a kubelet that does not know it"
            settings.warn(key, f"{message} leaves it out.", "Look at the documentation of its release.")
        return False
    since = SINCE.get(key, 0)
    if settings.version.minor < since:
        message = f"is a field from 1.{since} on, and this is {settings.version.text}: the kubelet would leave it out."
        settings.fault(key, message, "Leave it out, or take a later release.")
        return False
    wrong = not isinstance(value, PYTHON[kind]) or (isinstance(value, bool) and kind != "true or false")
    if wrong or (kind == "a duration" and not DURATION.fullmatch(value)):
        said = kind_of(value) if wrong else "another text"
        sample = "90s" if kind == "a duration" else kind
        settings.fault(key, f"{said} stands where {kind} is wanted.", f"Write {sample}.")
        return False
    if MASK in str(value):
        message = "looks like a secret by its name or its value, and the plan's files hold none."
        settings.fault(key, message, "Give the path of a file with it.", None)
        return False
    return _check_inside(settings, key, value)


def _check_inside(settings: Settings, key: str, value: Any) -> bool:
    """Whether what is in a list or a dictionary has the right type, and is known."""
    sound = True

    def told(inner: Any, where: str, message: str, remedy: str) -> None:
        nonlocal sound
        sound = False
        settings.fault(key, message, remedy, inner, where)

    if key in LISTS_OF_TEXTS:
        for number, item in enumerate(value):
            if not isinstance(item, str) or not item:
                told(item, f"[{number}]", f"{kind_of(item)} stands where a text is wanted.", "Write a text, in quotes.")
            elif key == "clusterDNS" and parse_address(item) is None:
                told(item, f"[{number}]", "is no address.", "Give the address of a name server.")
    elif TYPE_OF[key] == "a dictionary of texts":
        for name, text in value.items():
            if not isinstance(text, str):
                told(text, f".{name}", f"{kind_of(text)} stands where a text is wanted.", "Write a text, in quotes.")
            elif key in EVICTIONS and quantity(text) is None and not PERCENT.fullmatch(text):
                told(text, f".{name}", "is no amount and no percentage.", "Give one such as 200Mi or 10%.")
    elif key == "featureGates":
        for name, switch in value.items():
            if not isinstance(switch, bool):
                told(
                    switch,
                    f".{name}",
                    f"{kind_of(switch)} stands where true or false is wanted.",
                    "Write one of these.",
                )
    for name, below in value.items() if key in NESTED else ():
        known = NESTED[key].get(str(name))
        if known is None:
            near = difflib.get_close_matches(str(name), NESTED[key], n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            told(below, f".{name}", "is no key that is known here.", f"{hint}The keys are {', '.join(NESTED[key])}.")
        elif known and not isinstance(below, Mapping):
            told(below, f".{name}", f"{kind_of(below)} stands where a dictionary is wanted.", "Write a dictionary.")
        for inner in below if known and isinstance(below, Mapping) else ():
            if inner not in (known or ()):
                remedy = f"The keys are {', '.join(known or ())}."
                told(below[inner], f".{name}.{inner}", "is no key that is known here.", remedy)
    return sound


def _check_managers(settings: Settings, sound: Mapping[str, Any], cores: int | None) -> None:
    listed = str(sound.get("reservedSystemCPUs") or "")
    numbers = cpus(listed) if CPUSET.fullmatch(listed) else set()
    if listed and not numbers:
        settings.fault("reservedSystemCPUs", "is no list of CPUs.", "Write one such as 0-1,8.")
        return
    if listed and cores is not None and max(numbers) >= cores:
        settings.fault("reservedSystemCPUs", f"names CPU {max(numbers)}, and the machine has {cores}.", "Correct it.")
    if listed and cores is not None and len(numbers) >= cores:
        settings.fault("reservedSystemCPUs", f"leaves none of {cores} CPUs for pods.", "Reserve fewer.")
    for key in ("systemReservedCgroup", "kubeReservedCgroup"):
        if listed and sound.get(key):
            settings.fault(key, "does not go with reservedSystemCPUs.", "Give one of the two.")
    if sound.get("cpuManagerPolicy") != "static":
        return
    reserved = sum(quantity((sound.get(key) or {}).get("cpu", 0)) or 0 for key in ("kubeReserved", "systemReserved"))
    if not listed and reserved <= 0:
        message = "wants CPUs that are kept for the system, or the kubelet does not start."
        settings.fault(
            "cpuManagerPolicy", message, "Give reservedSystemCPUs, or cpu in kubeReserved or systemReserved."
        )


def _check_memory(settings: Settings, sound: Mapping[str, Any]) -> None:
    key = "reservedMemory"
    total, seen = 0.0, set()
    rows = sound.get(key) or []
    for number, row in enumerate(rows):
        limits = row.get("limits") if isinstance(row, Mapping) else None
        if not isinstance(limits, Mapping) or isinstance(row.get("numaNode"), bool):
            settings.fault(
                key, "is no reserve of a NUMA node.", "Write {numaNode: 0, limits: {memory: 1Gi}}.", row, f"[{number}]"
            )
            continue
        for name, text in limits.items():
            inner = f"[{number}].limits.{name}"
            size = quantity(text)
            if name != "memory" and not str(name).startswith("hugepages-"):
                settings.fault(key, "is no kind of memory.", "Choose memory or hugepages-<size>.", text, inner)
            elif size is None or size <= 0:
                settings.fault(key, "is no amount of memory.", "Give one such as 1Gi.", text, inner)
            elif (row.get("numaNode"), name) in seen:
                settings.fault(key, f"is given twice for node {row.get('numaNode')}.", "Give it once.", text, inner)
            else:
                seen.add((row.get("numaNode"), name))
                total += size if name == "memory" else 0
    if sound.get("memoryManagerPolicy") != "Static":
        return
    parts = [(sound.get(name) or {}).get("memory", 0) for name in ("kubeReserved", "systemReserved")]
    # a dictionary of thresholds takes the place of the defaults, unless they are to be merged
    standard = EVICTION if "evictionHard" not in sound or sound.get("mergeDefaultEvictionSettings") else "0"
    eviction = str((sound.get("evictionHard") or {}).get("memory.available", standard))
    needed = [quantity(text) for text in parts]
    # a threshold in percent is one of the machine's memory, which only the machine knows
    kept = quantity(eviction)
    if not rows:
        message = "wants reservedMemory, or the kubelet does not start."
        remedy = "Give memory by NUMA node: the sum of kubeReserved, systemReserved and evictionHard."
        settings.fault("memoryManagerPolicy", message, remedy)
    elif kept is not None and None not in needed:
        wanted = kept + sum(part or 0 for part in needed)
        if abs(wanted - total) >= 1:
            message = (
                f"adds up to {total / 2**20:g} MiB of memory, and kubeReserved, systemReserved and evictionHard to"
                f" {wanted / 2**20:g} MiB: the kubelet does not start unless both are the same."
            )
            settings.fault(key, message, "Let them add up to the same.", None)


def _check_reserves(settings: Settings, sound: Mapping[str, Any]) -> None:
    key = "enforceNodeAllocatable"
    listed = list(sound.get(key) or [])
    for name in listed:
        if name not in ENFORCED:
            settings.fault(key, f"{name!r} is not one of the choices.", f"Choose of {', '.join(ENFORCED)}.")
        cgroup = {"system": "systemReservedCgroup", "kube": "kubeReservedCgroup"}.get(str(name).partition("-")[0])
        if name in ENFORCED and cgroup and not sound.get(cgroup):
            settings.fault(key, f"{name} wants {cgroup}.", f"Give {cgroup}, or take {name} out.")
    for name in ("system-reserved", "kube-reserved"):
        if {name, f"{name}-compressible"} <= set(listed):
            settings.fault(key, f"{name} and {name}-compressible exclude each other.", "Give one of the two.")
    if "none" in listed and len(listed) > 1:
        settings.fault(key, "none excludes the others.", "Give none alone, or leave it out.")
    for name in ("kubeReserved", "systemReserved"):
        for what, text in (sound.get(name) or {}).items():
            if quantity(text) is None:
                settings.fault(name, "is no amount.", "Give one such as 500m or 1Gi.", text, f".{what}")


def _check_others(settings: Settings, sound: Mapping[str, Any]) -> None:
    high, low = sound.get("imageGCHighThresholdPercent", 85), sound.get("imageGCLowThresholdPercent", 80)
    if low >= high:
        key = "imageGCLowThresholdPercent" if "imageGCLowThresholdPercent" in sound else "imageGCHighThresholdPercent"
        settings.fault(key, f"images are removed from {high} % down to {low} %, which is no less.", "Let low be less.")
    if sound.get("serializeImagePulls", True) and sound.get("maxParallelImagePulls", 1) > 1:
        settings.fault("maxParallelImagePulls", "is for serializeImagePulls: false.", "Give that, too.")
    whole, critical = (
        seconds(str(sound.get(k, "0"))) for k in ("shutdownGracePeriod", "shutdownGracePeriodCriticalPods")
    )
    if critical > whole:
        settings.fault("shutdownGracePeriodCriticalPods", "is longer than shutdownGracePeriod.", "Shorten it.")
    factor = sound.get("memoryThrottlingFactor", 1)
    if not 0 < factor <= 1:
        settings.fault("memoryThrottlingFactor", "is out of bounds.", "Give a number above 0, and up to 1.")
    if sound.get("runOnce"):
        settings.fault("runOnce", "lets the kubelet end after one look.", "Leave it out.")
    mode = (sound.get("authorization") or {}).get("mode")
    if mode == "AlwaysAllow":
        settings.fault("authorization", "lets everybody do everything with the kubelet.", "Set Webhook.", mode, ".mode")
    anonymous = ((sound.get("authentication") or {}).get("anonymous") or {}).get("enabled")
    if anonymous is True:
        settings.fault(
            "authentication", "lets everybody ask the kubelet.", "Set it to false.", True, ".anonymous.enabled"
        )
    pods = sound.get("maxPods")
    mask = settings.pods.get(4)
    if isinstance(pods, int) and mask is not None and pods > 2 ** (32 - mask) - 2:
        message = f"is more than the {2 ** (32 - mask) - 2} addresses of a node's /{mask}."
        settings.warn("maxPods", message, "Give fewer, or a shorter node-cidr-mask-size-ipv4.")
