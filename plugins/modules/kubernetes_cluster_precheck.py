#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_cluster_precheck
short_description: Check whether OSM can take over a cluster that somebody else has made
version_added: "0.1.0"
description:
  - Looks at a context of a kubeconfig, and whether it works for somebody who has neither this machine's files nor its
    programs nor its loopback interface, as OSM has not.
  - Then asks the cluster, with what OSM would be given, for its version, for the rights of the user, for nodes, a
    default storage class and what gives addresses to services of the type LoadBalancer.
  - Fails with all faults at once, each with its remedy. Reads only; a program that the kubeconfig names is not run.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
options:
  kubeconfig:
    description: Path of the kubeconfig, on the machine where the module runs.
    type: path
    required: true
  context:
    description: The context in it; the current one unless given.
    type: str
    default: ""
  server:
    description: URL by which OSM reaches the API, in place of the one in the kubeconfig.
    type: str
    default: ""
  tls_server_name:
    description: A name that the API's certificate has, where that of O(server) is not in it.
    type: str
    default: ""
  same_machine:
    description: Whether OSM runs on this machine, and reaches addresses that only this machine has.
    type: bool
    default: false
  least_hours:
    description: For how many hours the credentials have to hold at least; OSM keeps a copy of them.
    type: float
    default: 24
  k8s_version:
    description: What is to be registered as the version; whatever the cluster has unless given.
    type: str
    default: ""
  juju:
    description: Whether OSM is to prepare Juju bundles, which need a default storage class.
    type: bool
    default: false
  timeout:
    description: Seconds for an answer of the API.
    type: float
    default: 15
requirements:
  - PyYAML
  - kubernetes
"""

EXAMPLES = r"""
- name: Look at a cluster before it is registered
  edge.infra.kubernetes_cluster_precheck:
    kubeconfig: /home/edge/lyon.kubeconfig
    context: admin@lyon
  delegate_to: localhost
  register: lyon

- name: Say what it is
  ansible.builtin.debug:
    msg: "{{ lyon.cluster.version }}, {{ lyon.cluster.nodes.ready }} nodes"
"""

RETURN = r"""
cluster:
  description: What was found; without the part that has not been looked at where something was in the way before.
  type: dict
  returned: always
  contains:
    context:
      description: The context that was looked at.
      type: str
    server:
      description: URL of the API.
      type: str
    credentials:
      description: 'How its user signs in: V(token), V(certificate), V(exec), V(auth-provider), V(password) or V(none).'
      type: str
    expires:
      description: Until when that holds, in UTC; empty where the file does not tell.
      type: str
    version:
      description: Version of the API server.
      type: str
    k8s_version:
      description: The same as OSM keeps it, such as V(v1.31).
      type: str
    administrator:
      description: Whether the user may do everything.
      type: bool
    nodes:
      description: Numbers of nodes, C(ready) and C(all).
      type: dict
    storage_classes:
      description: Names of the storage classes.
      type: list
      elements: str
    default_storage_class:
      description: The default one; empty for none.
      type: str
    load_balancer:
      description: What gives addresses to services of the type LoadBalancer; empty where nothing is known.
      type: str
faults:
  description: What is in the way.
  type: list
  elements: dict
  returned: always
  contains:
    message:
      description: What it is.
      type: str
    remedy:
      description: What to do about it.
      type: str
    option:
      description: What it is about, such as V(kubeconfig), V(context), V(server), V(rights) or V(storage).
      type: str
msg:
  description: The result in words.
  type: str
  returned: always
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
"""

import importlib.util
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.edge.infra.plugins.module_utils._adopt import kubeconfig, rules
from ansible_collections.edge.infra.plugins.module_utils._adopt.kubeconfig import Chosen, Fault
from ansible_collections.edge.infra.plugins.module_utils._adopt.look import look, resolved
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubernetes.connection import Connection


def _asked(module: AnsibleModule, chosen: Chosen) -> tuple[dict[str, Any], list[Fault], list[str]]:
    """What the cluster tells to whoever has this kubeconfig alone."""
    import yaml

    params = module.params
    file = Path(module.tmpdir) / "kubeconfig"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(yaml.safe_dump(chosen.document()))
    connection = Connection({"kubeconfig": str(file), "timeout": params["timeout"]})
    try:
        return look(connection, params["k8s_version"], params["juju"])
    finally:
        connection.close()
        file.unlink()


def _failed(faults: Sequence[Fault], path: str) -> InputError:
    text = "\n".join(f"- {f.message} {f.remedy}" for f in faults)
    return InputError(f"{path}: OSM cannot take over this cluster:\n{text}", faults=[f.as_dict() for f in faults])


def _run(module: AnsibleModule, found: dict[str, Any]) -> list[Fault]:
    """Look; ``found`` is filled, also where the look ends early."""
    params = module.params
    path = params["kubeconfig"]
    picked = kubeconfig.choose(kubeconfig.read(path), params["context"], path)
    chosen, faults = kubeconfig.complete(picked, Path(path).parent, params["server"], params["tls_server_name"])
    same = params["same_machine"]
    signing, more, warnings = rules.judge(chosen, datetime.now(rules.UTC), timedelta(hours=params["least_hours"]), same)
    server = str(chosen.cluster.get("server") or "")
    found |= {"context": chosen.context, "server": server, "credentials": signing.kind, "expires": signing.told()}
    faults += more
    if not same and not faults and (reason := resolved(server)):
        text = f"clusters[{chosen.cluster_name}].server is {server}, and {reason}: OSM would look there in vain."
        faults.append(Fault(text, "Name the URL by which OSM reaches the API in edge_kubeconfig_server.", "server"))
    if not faults:  # else it is not what OSM would be given
        cluster, more, others = _asked(module, chosen)
        found |= cluster
        faults += more
        warnings += others
    for text in warnings:
        module.warn(text)
    return faults


def main() -> None:
    """Look, and fail where something is in the way."""
    texts = {"type": "str", "default": ""}
    module = AnsibleModule(
        {
            "kubeconfig": {"type": "path", "required": True},
            "context": texts,
            "server": texts,
            "tls_server_name": texts,
            "same_machine": {"type": "bool", "default": False},
            "least_hours": {"type": "float", "default": 24},
            "k8s_version": texts,
            "juju": {"type": "bool", "default": False},
            "timeout": {"type": "float", "default": 15},
        },
        supports_check_mode=True,
    )
    for library, name in (("yaml", "PyYAML"), ("kubernetes", "kubernetes")):
        if importlib.util.find_spec(library) is None:
            module.fail_json(msg=missing_required_lib(name))
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    failure: EdgeError | None = None
    try:
        faults = _run(module, found)
        if faults:
            failure = _failed(faults, module.params["kubeconfig"])
    except EdgeError as error:
        failure = error
        faults = [Fault(error.message, error.remedy, str(error.details.get("option") or "cluster"))]
    told = [f.as_dict() for f in faults]
    if failure:
        module.fail_json(msg=str(failure), cluster=found, faults=told, error=failure.as_dict())
    module.exit_json(
        changed=False, cluster=found, faults=told, msg=f"OSM can take over {found['context']} at {found['server']}."
    )


if __name__ == "__main__":
    main()
