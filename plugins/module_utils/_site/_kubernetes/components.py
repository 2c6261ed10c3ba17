# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of API server, controller manager and scheduler, and an etcd of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..faults import MASK, Reader
from .names import SUBDOMAIN
from .ranges import parse_address
from .versions import Version

NAMES = {
    "api_server": "apiServer",
    "controller_manager": "controllerManager",
    "scheduler": "scheduler",
}
VOLUME_KEYS = ("name", "hostPath", "mountPath", "readOnly", "pathType")
FLAG = re.compile(r"[a-z][a-z0-9-]*")
RANGES = "edge_kubernetes_networks"
#: flags that kubeadm writes from other variables: it would take an extra argument instead, and say nothing
SET: dict[str, dict[str, str]] = {
    "api_server": {
        "advertise-address": "edge_node_addresses",
        "secure-port": "edge_kubernetes_endpoint.port",
        "service-cluster-ip-range": f"{RANGES}.services",
        "etcd-servers": "edge_kubernetes_etcd.endpoints",
        "etcd-cafile": "edge_kubernetes_etcd.ca_file",
        "etcd-certfile": "edge_kubernetes_etcd.cert_file",
        "etcd-keyfile": "edge_kubernetes_etcd.key_file",
    },
    "controller_manager": {
        "cluster-cidr": f"{RANGES}.pods",
        "service-cluster-ip-range": f"{RANGES}.services",
    },
    "scheduler": {},
}


@dataclass
class Component:
    """Extra arguments in order, a name as often as it has values; volumes; names of the API server's certificate."""

    arguments: list[tuple[str, str]] = field(default_factory=list)
    volumes: list[dict[str, Any]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def argument(self, name: str) -> str | None:
        """The last value of an argument."""
        return next((value for own, value in reversed(self.arguments) if own == name), None)


def read_component(site: Reader, name: str, version: Version) -> Component:
    """One of the variables ``edge_kubernetes_api_server``, ``_controller_manager``, ``_scheduler``."""
    component = Component()
    keys = ("extra_args", "extra_volumes", *(("cert_sans",) if name == "api_server" else ()))
    part = site.mapping(f"edge_kubernetes_{name}", known=keys)
    if part is None:
        return component
    given = part.mapping("extra_args")
    if given is not None:
        for flag in given.data:
            component.arguments += [(flag, value) for value in _values(given, flag, name, version)]
    modes = (component.argument("authorization-mode") or "").split(",")
    if name == "api_server" and given is not None and "AlwaysAllow" in modes:
        given.fault("authorization-mode", "lets everybody do everything.", "Leave AlwaysAllow out: Node,RBAC.")
    if name == "api_server" and given is not None and component.argument("anonymous-auth") == "false":
        message = (
            "shuts out kubeadm's own probes of the API server, and nodes that join by a token: they ask anonymously."
        )
        remedy = "Leave it out; from 1.31 on a file for authentication-config can let them ask these few paths only."
        given.warn("anonymous-auth", message, remedy)
    seen: dict[str, str] = {}
    for volume in part.mappings("extra_volumes", VOLUME_KEYS):
        volume.text("name", required="Name the volume.")
        volume.unique("name", seen, "the volume's name")
        for key in ("hostPath", "mountPath"):
            check_path(volume, key, required="Give the path.")
        volume.truth("readOnly")
        component.volumes.append(dict(volume.data))
    component.names = part.texts("cert_sans")
    for number, text in enumerate(component.names):
        if parse_address(text) is None and not SUBDOMAIN.fullmatch(text.removeprefix("*.")):
            path = f"{part.name('cert_sans')}[{number}]"
            part.faults.add(path, text, "is no address and no DNS name.", "Correct it.", part.host)
    return component


def _values(given: Reader, flag: str, name: str, version: Version) -> list[str]:
    """The values of an argument as texts; faults leave none."""
    if not FLAG.fullmatch(flag):
        bare = flag.lstrip("-").split("=")[0]
        remedy = f"Write {bare}: value." if FLAG.fullmatch(bare) else "Write it as on the command line, without dashes."
        given.fault(flag, "is no name of an argument: kubeadm adds the dashes.", remedy)
        return []
    if flag in SET[name]:
        given.fault(flag, f"is set from {SET[name][flag]}.", "Set it there, and leave it out here.")
        return []
    value = given.data[flag]
    if isinstance(value, (list, tuple)):
        if not version.lists:
            message = f"has several values, which kubeadm takes from 1.31 on, and this is {version.text}."
            given.fault(flag, message, "Give one text.")
            return []
        values = list(value)
    else:
        values = [value]
    found = []
    if not values:
        given.fault(flag, "has no value.", "Give one, or leave it out.")
    for one in values:
        if one is None or isinstance(one, (Mapping, list, tuple)):
            given.fault(flag, "is no text.", "Write it as on the command line, in quotes.")
            return []
        text = str(one).lower() if isinstance(one, bool) else str(one)
        if MASK in text:
            message = "looks like a secret by its name or its value, and the plan's files hold none."
            given.fault(flag, message, "Put the secret into a file on the host, and give the file's path.", None)
            return []
        found.append(text)
    return found


def check_path(reader: Reader, key: str, required: str = "") -> str:
    """A path from the root on; empty, and a fault, where it is none."""
    text = reader.text(key, required=required)
    if text is None:
        return ""
    if not text.startswith("/"):
        reader.fault(key, "does not begin at the root.", "Give the whole path on the host, such as /etc/etcd/ca.crt.")
        return ""
    return text


def read_etcd(site: Reader) -> dict[str, Any]:
    """The variable ``edge_kubernetes_etcd`` as kubeadm's ``external``; empty where each control-plane node has one."""
    part = site.mapping("edge_kubernetes_etcd", known=("endpoints", "ca_file", "cert_file", "key_file", "source"))
    if part is None or not part.data:
        return {}
    endpoints = part.texts("endpoints")
    if not endpoints and not part.given("endpoints"):
        part.fault("endpoints", "is missing.", "Give the URL of each member, such as https://10.0.0.21:2379.", None)
    for number, text in enumerate(endpoints):
        path = f"{part.name('endpoints')}[{number}]"
        if not re.fullmatch(r"https?://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?/?", text):
            part.faults.add(path, text, "is no URL.", "Write one such as https://10.0.0.21:2379.", part.host)
        elif not text.startswith("https://"):
            message = "is not encrypted: everybody on the way reads and writes the whole cluster."
            part.faults.add(path, text, message, "Let etcd listen with TLS, and give https.", part.host)
        if text in endpoints[:number]:
            part.faults.add(path, text, "is named twice.", "Name each member once.", part.host)
    if endpoints and len(endpoints) % 2 == 0:
        message = f"names {len(endpoints)} members: an even number bears no more losses than one less."
        part.fault("endpoints", message, f"Take {len(endpoints) - 1} or {len(endpoints) + 1}.", len(endpoints))
    files = {
        "caFile": check_path(part, "ca_file", required="Give the CA of etcd's certificates."),
        "certFile": check_path(part, "cert_file", required="Give the API servers' certificate for etcd."),
        "keyFile": check_path(part, "key_file", required="Give the key of that certificate."),
    }
    part.text("source")  # a folder on the controller, which the role copies from
    return {"endpoints": endpoints, **files}
