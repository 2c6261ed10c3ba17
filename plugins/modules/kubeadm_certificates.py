#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubeadm_certificates
short_description: Renew the certificates of a kubeadm cluster's node, and have them used
version_added: "0.1.0"
description:
  - Tells until when the certificates of the host hold. On a control-plane node, where some end within O(within) days,
    runs C(kubeadm certs renew all) and starts the static pods anew, one by one, as they do not read them again.
  - A pod is started anew by an annotation in its manifest, which is never taken away for it.
  - Certificates whose authority has no key here (an external CA, an etcd of others) are named and left alone. The one
    of the kubelet rotates by itself; one that should have long ago is told.
  - Runs on the host, as root. What a run that was killed has not started anew, the next one does.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  within:
    description: Days before the end of the first certificate from which on all are renewed.
    type: int
    default: 90
  force:
    description: Whether to renew whatever time is left.
    type: bool
    default: false
  node:
    description: Name of the node in the cluster, for its static pods; the host's own name unless given.
    type: str
  timeout:
    description: Seconds that a static pod may take to be ready again, and kubeadm to renew.
    type: int
    default: 300
  wait_timeout:
    description: Seconds to wait for another run on the same host to end.
    type: int
    default: 900
"""

EXAMPLES = r"""
- name: Renew what ends within a month
  edge.infra.kubeadm_certificates:
    within: 30
"""

RETURN = r"""
certificates:
  description:
    - Each certificate with its C(name), when it C(expires), the C(days) that are left, its C(authority), whether it is
      C(renewable) here, and the C(reason) where not.
  type: list
  elements: dict
  returned: success
authorities:
  description: The same of the authorities, which are not renewed.
  type: list
  elements: dict
  returned: success
kubelet:
  description: The same of the kubelet's own, and whether it is C(overdue); empty where the host is no node.
  type: dict
  returned: success
due:
  description: Names of the certificates that are renewed, or would be in check mode.
  type: list
  elements: str
  returned: success
left:
  description: Names of those that end, too, and that somebody else has to renew, with the reason.
  type: list
  elements: str
  returned: success
restarted:
  description: Static pods that are started anew.
  type: list
  elements: str
  returned: success
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
"""

import socket
import time
from datetime import datetime
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import certificates, command, host, staticpods
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.etcd import Etcd
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl

#: pods that are still to be started anew
NOTE = "var/lib/edge.infra/certificates.json"


def look(params: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The certificates, and what is to be done about them."""
    found = certificates.find() if (host.ROOT / host.API_SERVER).exists() or _plane() else []
    ending = [one for one in found if params["force"] or one.days(now) < params["within"]]
    own = certificates.kubelet()
    waiting = [name for name in host.note(NOTE).get("pods") or [] if name in staticpods.COMPONENTS]
    due = [one.name for one in ending if one.renewable]
    pods = staticpods.present() if due else [name for name in staticpods.present() if name in waiting]
    return {
        "certificates": [one.as_dict(now) for one in found],
        "authorities": [one.as_dict(now) for one in certificates.authorities()],
        "kubelet": {**own.as_dict(now), "overdue": certificates.overdue(own, now)} if own else {},
        "due": due,
        "left": [f"{one.name}: {one.why}" for one in ending if not one.renewable],
        "restarted": pods,
    }


def _plane() -> bool:
    return host.look().kind == host.CONTROL_PLANE


def _quorum(found: dict[str, Any]) -> None:
    """etcd has to stand that the member of this node is away for a moment."""
    if not Etcd.stacked() or any(one["days"] < 0 for one in found["certificates"]):
        return  # with certificates that have ended there is no quorum to keep
    members = Etcd.here().members()
    away = [one.name or one.ident for one in members if not one.healthy and not one.learner]
    if away and len(members) > 1:
        raise EdgeError(
            f"etcd's members that are not in order: {', '.join(away)}. This node's own would be away, too.",
            "Bring them back first, or take out one that is gone for good.",
        )


def _restart(params: dict[str, Any], name: str, stamp: str) -> None:
    """Start a static pod anew and wait until the cluster has it, ready."""
    text = staticpods.manifest(name).read_text(encoding="utf-8")
    if f'{staticpods.RESTARTED}: "{stamp}"' not in text:
        staticpods.write(name, staticpods.marked(text, stamp))
    kubectl = Kubectl(timeout=20)
    node = params["node"] or socket.gethostname().lower()
    deadline = time.monotonic() + params["timeout"]
    said = ""
    while time.monotonic() < deadline:
        try:
            pod = kubectl.get("pod", f"{name}-{node}", "--namespace=kube-system") or {"metadata": {}}
            noted = (pod["metadata"].get("annotations") or {}).get(staticpods.RESTARTED, "")
            conditions = (pod.get("status") or {}).get("conditions") or []
            if noted == stamp and any(c.get("type") == "Ready" and c.get("status") == "True" for c in conditions):
                return
            said = "the cluster still has the old one" if noted != stamp else "it is not ready"
        except EdgeError as error:  # while it is the API server that starts
            said = error.message
        time.sleep(1)
    raise EdgeError(
        f"The static pod {name} of {node} was not ready again within {params['timeout']} s: {said.rstrip('.')}.",
        "Look at crictl ps -a and journalctl -u kubelet there; then run again, which goes on with it.",
    )


def renew(params: dict[str, Any], found: dict[str, Any]) -> None:
    """New certificates, and pods that use them."""
    stamp = str(host.note(NOTE).get("stamp") or "")
    if found["due"]:
        _quorum(found)
        stamp = datetime.now(certificates.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        host.keep(NOTE, {"stamp": stamp, "pods": found["restarted"]})
        command.run(["kubeadm", "certs", "renew", "all"], params["timeout"], "kubeadm certs renew")
    left = list(found["restarted"])
    for name in found["restarted"]:
        _restart(params, name, stamp)
        left.remove(name)
        host.keep(NOTE, {"stamp": stamp, "pods": left})


def main() -> None:
    """Look, and renew what is due."""
    module = AnsibleModule(
        {
            "within": {"type": "int", "default": 90},
            "force": {"type": "bool", "default": False},
            "node": {"type": "str"},
            "timeout": {"type": "int", "default": 300},
            "wait_timeout": {"type": "int", "default": 900},
        },
        supports_check_mode=True,
    )
    params = module.params
    try:
        found = after = look(params, datetime.now(certificates.UTC))
        changed = bool(found["due"] or found["restarted"])
        if changed and not module.check_mode:
            with host.alone(params["wait_timeout"]):
                found = look(params, datetime.now(certificates.UTC))
                renew(params, found)
            after = look({**params, "force": False}, datetime.now(certificates.UTC))
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    before = {one["name"]: one["expires"] for one in found["certificates"]}
    later = {one["name"]: one["expires"] for one in after["certificates"]}
    if module.check_mode:
        later = {name: "renewed" if name in found["due"] else expires for name, expires in before.items()}
    module.exit_json(
        changed=changed,
        **{**found, "certificates": after["certificates"], "kubelet": after["kubelet"]},
        diff={"before": before, "after": {**later, "restarted": found["restarted"]} if changed else later},
    )


if __name__ == "__main__":
    main()
