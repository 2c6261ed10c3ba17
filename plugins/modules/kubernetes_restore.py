#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_restore
short_description: Put the data of a backup on a host, for kubeadm init to run over
version_added: "0.1.0"
description:
  - Checks an archive of M(edge.infra.kubernetes_archive), puts the authorities and the keys of encryption at rest where
    they were, and has etcd's own program make the data of a cluster with this one member. M(edge.infra.kubeadm_node)
    with O(edge.infra.kubeadm_node#module:kind=init) then runs C(kubeadm init) over them.
  - Refuses a host that is a node of a cluster, and a kubeadm of another version than that of the archive's cluster.
  - What was killed in the middle is taken back and begun anew. Runs on the host, as root.
  - The snapshot is restored by C(etcdutl) or C(etcdctl) of the host, where its release is that of the archive's etcd,
    and otherwise by that in the image of etcd that kubeadm names, run by C(ctr) of containerd.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  archive:
    description: The archive, a file on the host. Not looked at in check mode.
    type: path
    required: true
  sha256:
    description: Its SHA-256, by which a second run knows that it has been restored.
    type: str
    required: true
  passphrase:
    description: What it was encrypted with.
    type: str
  site:
    description: Name of the site that it has to be of.
    type: str
    required: true
  node:
    description: Name of the node, which its etcd member gets, too.
    type: str
    required: true
  address:
    description: Address of the node, at which other members will find this one.
    type: str
    required: true
  config:
    description: Documents of kubeadm's configuration of the node, which name the images.
    type: list
    elements: dict
    default: []
  wait_timeout:
    description: Seconds to wait for another run on the same host to end.
    type: int
    default: 900
"""

EXAMPLES = r"""
- name: Put the data of the backup in their places
  edge.infra.kubernetes_restore:
    archive: /var/lib/edge.infra/madrid-2_kubernetes_backup_2026_11_20_04_00_00.tgz
    sha256: 2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90
    site: madrid-2
    node: node-1
    address: 10.0.0.11
"""

RETURN = r"""
state:
  description:
    - What was found. V(begin) for an empty host, V(again) where a restore was ended in the middle, V(go on) where all
      data are in their places already, V(done) where the control plane is that of this archive.
  type: str
  returned: success
manifest:
  description: What the archive says of itself; empty where it was not read.
  type: dict
  returned: success
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(input) for what was refused before anything was done.
      type: str
    message:
      description: What happened.
      type: str
    remedy:
      description: What to do about it.
      type: str
"""

from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import archive, host, restore


def _wanted(params: dict[str, Any]) -> restore.Wanted:
    address = params["address"]
    shown = f"[{address}]" if ":" in address else address
    data = restore.DATA
    for document in params["config"]:
        if document.get("kind") == "ClusterConfiguration":
            data = ((document.get("etcd") or {}).get("local") or {}).get("dataDir") or data
    return restore.Wanted(
        archive=Path(params["archive"]),
        sum=params["sha256"],
        passphrase=params["passphrase"] or "",
        site=params["site"],
        node=params["node"],
        peer=f"https://{shown}:2380",
        documents=params["config"],
        data=data,
    )


def _run(params: dict[str, Any], check: bool) -> tuple[str, dict[str, Any]]:
    """What was found, and what the archive says."""
    found = restore.state(params["sha256"])
    if found in (restore.DONE, restore.GO_ON) or check:
        return found, {}
    wanted = _wanted(params)
    if archive.sha256(wanted.archive) != wanted.sum:
        raise InputError(f"{wanted.archive.name} is not the archive of that SHA-256.", "Bring it to the host again.")
    with host.alone(params["wait_timeout"]):
        found = restore.state(params["sha256"])
        return found, restore.prepare(wanted, found)


def main() -> None:
    """Look, and do what is left to do."""
    module = AnsibleModule(
        {
            "archive": {"type": "path", "required": True},
            "sha256": {"type": "str", "required": True},
            "passphrase": {"type": "str", "no_log": True},
            "site": {"type": "str", "required": True},
            "node": {"type": "str", "required": True},
            "address": {"type": "str", "required": True},
            "config": {"type": "list", "elements": "dict", "default": []},
            "wait_timeout": {"type": "int", "default": 900},
        },
        supports_check_mode=True,
    )
    try:
        found, manifest = _run(module.params, module.check_mode)
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    changed = found in (restore.BEGIN, restore.AGAIN)
    kept = {key: value for key, value in manifest.items() if key != "files"}
    diff = {"before": {"restored": not changed}, "after": {"restored": True}}
    module.exit_json(changed=changed, state=found, manifest=kept, diff=diff)


if __name__ == "__main__":
    main()
