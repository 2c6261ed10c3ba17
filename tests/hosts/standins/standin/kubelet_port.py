# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kubelet serves at its port, and what it wants of the kernel before it starts."""

from __future__ import annotations

import ssl
from typing import Any

from . import pki
from .host import Host, Refusal
from .serving import Answer, server_context

CERT, KEY = "/var/lib/kubelet/pki/kubelet.crt", "/var/lib/kubelet/pki/kubelet.key"
#: what a kubelet with protectKernelDefaults finds so, or ends
KERNEL = {
    "vm/overcommit_memory": 1,
    "vm/panic_on_oom": 0,
    "kernel/panic": 10,
    "kernel/panic_on_oops": 1,
    "kernel/keys/root_maxkeys": 1000000,
    "kernel/keys/root_maxbytes": 25000000,
}


def context(host: Host, name: str) -> ssl.SSLContext:
    """TLS with a certificate that the kubelet signs itself, when it has none."""
    if not host.has(CERT):
        cert, key = pki.new_ca(f"{name}-ca", "ECDSA-P256", 365)
        host.write(KEY, pki.key_pem(key))
        host.write(CERT, pki.cert_pem(cert), 0o644)
    return server_context(host.path(CERT), host.path(KEY))


def answer(settings: dict[str, Any]) -> Answer:
    """No stand-in shows anything of its pods; who asks without a name is told as the real one does."""
    anonymous = ((settings.get("authentication") or {}).get("anonymous") or {}).get("enabled", True)
    everything = (settings.get("authorization") or {}).get("mode", "AlwaysAllow") == "AlwaysAllow"
    if not anonymous:
        return 401, "Unauthorized"
    if everything:
        return 200, {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": None}
    return 403, "Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy)"


def check_kernel(host: Host, settings: dict[str, Any]) -> None:
    """A kubelet that is not to change kernel parameters ends where they are not as it wants them."""
    if not settings.get("protectKernelDefaults"):
        return
    wrong = []
    for name, wanted in KERNEL.items():
        text = host.read(f"/proc/sys/{name}").strip() if host.has(f"/proc/sys/{name}") else "0"
        if text != str(wanted):
            wrong.append(f"invalid kernel flag: {name}, expected value: {wanted}, actual value: {text}")
    if wrong:
        listed = f"[{', '.join(wrong)}]" if len(wrong) > 1 else wrong[0]
        raise Refusal(f'"command failed" err="failed to start ContainerManager: {listed}"')
