#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubeadm_node
short_description: Make a host a node of a kubeadm cluster
version_added: "0.1.0"
description:
  - Looks what kubeadm has left on the host, and runs C(kubeadm init), C(kubeadm join) or C(kubeadm reset) only where
    that is needed. A host that is a node of the wanted cluster already is left as it is. Runs on the host, as root.
  - What a run of this module began and could not end, since it was killed or the power went, is taken back with
    C(kubeadm reset) and begun anew. What others began is never taken back unasked.
  - Where M(edge.infra.kubernetes_restore) has put the data of a backup, C(kubeadm init) is run over them; where
    that was ended in the middle, nothing is run.
  - kubeadm runs in a session of its own. When the connection is lost it goes on, and the next run waits for its end.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  kind:
    description:
      - V(init) for the first control-plane node, which makes the cluster.
      - V(control_plane) and V(worker) for nodes that join it.
    type: str
    choices: [init, control_plane, worker]
    required: true
  state:
    description:
      - V(present) for a node of the cluster.
      - V(absent) takes back what kubeadm has done on the host (C(kubeadm reset)). The cluster's own record of a worker
        stays; drain and delete it before.
    type: str
    choices: [present, absent]
    default: present
  endpoint:
    description: The cluster's API as C(host:port).
    type: str
    required: true
  config:
    description:
      - Documents of kubeadm's configuration, without secrets; the plan of a site renders them.
      - The token, the hashes of the CA and the key of the certificates are added to the C(JoinConfiguration).
      - Required for O(state=present), unless the host is a node already.
    type: list
    elements: dict
    default: []
  token:
    description: Bootstrap token to join with, from M(edge.infra.kubeadm_join_token).
    type: str
  ca_cert_hashes:
    description: Hashes of the cluster's CA (C(sha256:...)), by which a joining node knows the cluster.
    type: list
    elements: str
    default: []
  certificate_key:
    description: Key of the certificates that a joining control-plane node downloads.
    type: str
  keep:
    description:
      - Files that C(kubeadm reset) would take with it and that are put back after it, such as static pods of others in
        C(/etc/kubernetes/manifests) and certificates of an external etcd.
    type: list
    elements: path
    default: []
  timeout:
    description: Seconds that kubeadm may take; at the end it is killed, and the next run begins anew.
    type: int
    default: 600
  wait_timeout:
    description: Seconds to wait for another run on the same host to end.
    type: int
    default: 900
"""

EXAMPLES = r"""
- name: Make the cluster
  edge.infra.kubeadm_node:
    kind: init
    endpoint: 10.0.0.11:6443
    config:
      - apiVersion: kubeadm.k8s.io/v1beta4
        kind: InitConfiguration
      - apiVersion: kubeadm.k8s.io/v1beta4
        kind: ClusterConfiguration
        kubernetesVersion: v1.34.2
        controlPlaneEndpoint: 10.0.0.11:6443

- name: Join a worker
  edge.infra.kubeadm_node:
    kind: worker
    endpoint: 10.0.0.11:6443
    config:
      - apiVersion: kubeadm.k8s.io/v1beta4
        kind: JoinConfiguration
    token: "{{ joining.token }}"
    ca_cert_hashes: "{{ joining.ca_cert_hashes }}"
"""

RETURN = r"""
steps:
  description: What kubeadm was run for, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: [init]
node:
  description: The host as it was found before, as M(edge.infra.kubeadm_info) returns it.
  type: dict
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
  contains:
    kind:
      description: Kind of error, such as V(input) for what was refused before anything was done.
      type: str
    message:
      description: What happened, with kubeadm's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import command, host, node


def _needed(params: dict[str, Any], steps: list[str]) -> None:
    """Refuse what the steps cannot be done with."""
    if set(steps) <= {node.RESET}:
        return
    missing = [] if params["config"] else ["config"]
    if node.JOIN in steps:
        missing += [name for name in ("token", "ca_cert_hashes") if not params[name]]
        if params["kind"] == "control_plane" and not params["certificate_key"]:
            missing.append("certificate_key")
    if missing:
        raise InputError(
            f"The host is to be made a node, and not given: {', '.join(missing)}.",
            "Take token, hashes and key from edge.infra.kubeadm_join_token, and config from the plan.",
            option=missing[0],
        )


def _alone(found: host.Found, timeout: float) -> None:
    """Refuse to take back a cluster that others have joined, whatever became of the run that made it."""
    if found.note.get("action") != node.INIT or host.ADMIN not in found.traces:
        return  # what was begun was to join a cluster that others have made
    given = [
        "kubectl",
        "--kubeconfig",
        str(host.ROOT / host.ADMIN),
        "--request-timeout=10s",
        "get",
        "nodes",
        "-o",
        "name",
    ]
    try:
        nodes = command.run(given, timeout, "kubectl get nodes").split()
    except EdgeError:
        return  # there is no cluster that could be asked
    if len(nodes) > 1:
        raise InputError(
            f"The run that made this cluster did not end, and it has {len(nodes)} nodes by now: it is not reset.",
            f"If it is in order, remove /{host.NOTE} on this host and run again; otherwise reset its nodes one by one.",
        )


def _do(step: str, params: dict[str, Any]) -> str:
    if step == node.RESET:
        found = host.look()
        (host.ROOT / host.RESTORE).unlink(missing_ok=True)  # what was restored goes, too
        host.remember(action=step, kind=found.kind, endpoint=params["endpoint"], ended=False)
        with host.kept(params["keep"]):
            output = command.run(command.RESET, params["timeout"], "kubeadm reset")
        host.forget()
        return output
    documents = node.with_secrets(params["config"], params["kind"], params["endpoint"], params)
    if host.look().restoring:
        documents = node.over_data(documents)
    host.remember(action=step, kind=params["kind"], endpoint=params["endpoint"], ended=False)
    with command.configuration(documents, host.ROOT / "run") as path:
        output = command.run(["kubeadm", step, "--config", str(path)], params["timeout"], f"kubeadm {step}")
    host.remember(action=step, kind=params["kind"], endpoint=params["endpoint"], ended=True)
    return output


def _planned(params: dict[str, Any]) -> tuple[host.Found, list[str]]:
    found = host.look()
    if params["state"] == "absent":
        return found, [node.RESET] if found.kind != host.NONE else []
    return found, node.steps(found, params["kind"], params["endpoint"])


def main() -> None:
    """Look, and do what is left to do."""
    module = AnsibleModule(
        {
            "kind": {"type": "str", "choices": ["init", "control_plane", "worker"], "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "endpoint": {"type": "str", "required": True},
            "config": {"type": "list", "elements": "dict", "default": []},
            "token": {"type": "str", "no_log": True},
            "ca_cert_hashes": {"type": "list", "elements": "str", "default": []},
            "certificate_key": {"type": "str", "no_log": True},
            "keep": {"type": "list", "elements": "path", "default": []},
            "timeout": {"type": "int", "default": 600},
            "wait_timeout": {"type": "int", "default": 900},
        },
        supports_check_mode=True,
    )
    params, said = module.params, ""
    try:
        found, steps = _planned(params)
        if steps and not module.check_mode:
            with host.alone(params["wait_timeout"]):
                found, steps = _planned(params)  # another run may just have ended
                _needed(params, steps)
                if steps[:1] == [node.RESET] and params["state"] == "present":
                    _alone(found, params["timeout"])
                for step in steps:
                    said = _do(step, params)
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    after = host.NONE if params["state"] == "absent" else node.KINDS[params["kind"]][1]
    diff = {"before": {"node": found.kind}, "after": {"node": after if steps else found.kind, "steps": steps}}
    result = {"output": command.tail(said)} if said else {}
    module.exit_json(changed=bool(steps), steps=steps, node=found.as_dict(), diff=diff, **result)


if __name__ == "__main__":
    main()
