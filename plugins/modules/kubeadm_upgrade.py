#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubeadm_upgrade
short_description: Upgrade what kubeadm has made of a host
version_added: "0.1.0"
description:
  - Runs C(kubeadm upgrade apply) on the first control-plane node, and C(kubeadm upgrade node) on every other, where the
    node is not at the wanted release yet. Runs on the host, as root, with the wanted release's kubeadm installed.
  - The cluster's configuration is the one that the cluster itself keeps; what has changed in an inventory since is not
    part of it.
  - kubeadm runs in a session of its own. When the connection is lost it goes on, and the next run waits for its end.
    What one left that was killed is gone on with, also where it had just taken the manifest of a static pod away.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  kind:
    description: What the host is; V(init) for the control-plane node that is the first to be upgraded.
    type: str
    choices: [init, control_plane, worker]
    required: true
  version:
    description: The release that is wanted, such as V(1.34.2).
    type: str
    required: true
  state:
    description:
      - V(upgraded) brings the host there.
      - V(recovered) only puts back manifests of static pods that an upgrade which was killed has taken away, so that
        the API server can be asked again.
    type: str
    choices: [upgraded, recovered]
    default: upgraded
  kubelet:
    description:
      - Version that the node's kubelet tells the cluster. The kubelet comes last, so a node whose kubelet is at the
        wanted release has its kubeadm part behind it.
    type: str
    default: ""
  cluster_version:
    description: Version of the cluster's own configuration, for O(kind=init).
    type: str
    default: ""
  ignore_preflight:
    description: Findings of kubeadm's preflight that may be, by their names.
    type: list
    elements: str
    default: []
  certificate_renewal:
    description: Whether kubeadm makes new certificates for the control plane, as it does by itself.
    type: bool
    default: true
  timeout:
    description: Seconds that kubeadm may take; at the end it is killed, and the next run goes on.
    type: int
    default: 1200
  wait_timeout:
    description: Seconds to wait for another run on the same host to end.
    type: int
    default: 1200
"""

EXAMPLES = r"""
- name: Upgrade the control plane of the first node
  edge.infra.kubeadm_upgrade:
    kind: init
    version: 1.34.2
"""

RETURN = r"""
command:
  description: What kubeadm was run with, or would be in check mode; empty where the host is there already.
  type: str
  returned: success
before:
  description: Versions of the static pods before, by their names.
  type: dict
  returned: success
put_back:
  description: Manifests that a killed upgrade had taken away.
  type: list
  elements: str
  returned: success
output:
  description: The last lines that kubeadm printed, without secrets.
  type: list
  elements: str
  returned: when it ran
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import command, host, staticpods, upgrade
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.versions import Version, parse

#: what the last upgrade began, and whether it ended well
NOTE = "var/lib/edge.infra/kubeadm_upgrade.json"


def planned(params: dict[str, Any], wanted: Version) -> tuple[list[str], dict[str, str]]:
    """(command, versions of the static pods); no command where the host is there already."""
    before = {name: upgrade.tag(image) or image.rpartition(":")[2] for name, image in staticpods.images().items()}
    kind = params["kind"]
    plane = {name: version for name, version in before.items() if name != "etcd"}
    noted = host.note(NOTE)
    behind = [name for name, version in plane.items() if not upgrade.at(version, wanted)]
    if kind != "worker" and not plane:
        raise InputError(
            f"There are no static pods of a control plane in /{host.MANIFESTS}.",
            "Run it on a control-plane node that kubeadm has made.",
            option="kind",
        )
    ended = noted.get("version") == str(wanted) and noted.get("ended") is True
    there = ended or upgrade.at(params["kubelet"], wanted)
    begun = noted.get("version") == str(wanted) and noted.get("ended") is False
    stored = params["cluster_version"]
    if kind == "init" and stored and not upgrade.at(stored, wanted):
        there = False
    if there and not behind and not begun:
        return [], before
    given = ["kubeadm", "upgrade", *(["apply", wanted.tag, "--yes"] if kind == "init" else ["node"])]
    if not params["certificate_renewal"]:
        given.append("--certificate-renewal=false")
    if params["ignore_preflight"]:
        given.append(f"--ignore-preflight-errors={','.join(params['ignore_preflight'])}")
    if staticpods.patches() and wanted.minor >= 22:
        given.append(f"--patches=/{staticpods.PATCHES}")
    return given, before


def _new_enough(wanted: Version) -> None:
    """kubeadm itself comes first."""
    said = command.run(["kubeadm", "version", "-o", "short"], 30, "kubeadm version").strip()
    if not upgrade.at(said, wanted):
        raise InputError(
            f"kubeadm on this host is {said}, and {wanted.tag} is to be upgraded to with its own kubeadm.",
            "Install it before: role edge.infra.kubernetes_upgrade does.",
        )


def _do(params: dict[str, Any], wanted: Version, given: list[str]) -> str:
    _new_enough(wanted)
    noted = {"version": str(wanted), "kind": params["kind"]}
    host.keep(NOTE, {**noted, "ended": False})
    output = command.run(given, params["timeout"], " ".join(given[:3]))
    host.keep(NOTE, {**noted, "ended": True})
    return output


def main() -> None:
    """Look, put back, upgrade."""
    module = AnsibleModule(
        {
            "kind": {"type": "str", "choices": ["init", "control_plane", "worker"], "required": True},
            "version": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["upgraded", "recovered"], "default": "upgraded"},
            "kubelet": {"type": "str", "default": ""},
            "cluster_version": {"type": "str", "default": ""},
            "ignore_preflight": {"type": "list", "elements": "str", "default": []},
            "certificate_renewal": {"type": "bool", "default": True},
            "timeout": {"type": "int", "default": 1200},
            "wait_timeout": {"type": "int", "default": 1200},
        },
        supports_check_mode=True,
    )
    params, said = module.params, ""
    try:
        wanted = parse(params["version"])
        only = params["state"] == "recovered"
        lost = staticpods.lost() if host.note(NOTE).get("ended") is False else {}
        given, before = ([], {}) if only or lost else planned(params, wanted)
        if (given or lost) and not module.check_mode:
            with host.alone(params["wait_timeout"]):
                lost = staticpods.lost() if host.note(NOTE).get("ended") is False else {}
                staticpods.put_back(lost)
                given, before = ([], {}) if only else planned(params, wanted)
                said = _do(params, wanted, given) if given else ""
        elif lost and not only:
            given = ["kubeadm", "upgrade"]
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    after = {name: version if name == "etcd" else wanted.tag for name, version in before.items()} if given else before
    module.exit_json(
        changed=bool(given or lost),
        command=" ".join(given),
        before=before,
        put_back=sorted(lost),
        diff={"before": {"versions": before}, "after": {"versions": after, "command": " ".join(given)}},
        **({"output": command.tail(said)} if said else {}),
    )


if __name__ == "__main__":
    main()
