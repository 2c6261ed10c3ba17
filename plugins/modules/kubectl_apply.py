#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubectl_apply
short_description: Apply manifests to a cluster through kubectl on its control-plane node
version_added: "0.1.0"
description:
  - Compares objects with what the cluster has, by what its API server says (C(kubectl apply --dry-run=server)), and
    sends those that differ. Runs on a control-plane host, as root, so that the admin's kubeconfig never leaves it.
  - Manifests are read on the controller; the host needs no library for YAML.
  - In check mode, on a host without kubectl or a cluster everything counts as created, and so do objects whose
    namespace or definition is one of the manifest's own.
  - A webhook or a kind that is not served yet, as right after an installation, is tried again until O(timeout). An
    object that fails does not keep the others from being applied; all that failed are told of together.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  src:
    description: Manifests on the controller.
    type: list
    elements: path
    default: []
  files:
    description:
      - Manifests on the host.
      - One that is not there is an error, but in check mode, where it may be one that the run would write.
    type: list
    elements: path
    default: []
  content:
    description: A manifest as text.
    type: str
  documents:
    description: Objects.
    type: list
    elements: dict
    default: []
  predicted:
    description:
      - Whether O(files) would be written by this run; in check mode they are not read then, and count as changed.
    type: bool
    default: false
  images:
    description: Images to use instead of the manifest's, by the manifest's name without a tag.
    type: dict
    default: {}
  image_repository:
    description: Registry (and path) that all other images are taken from, with the path that they have in their own.
    type: str
    default: ""
  pod_networks:
    description:
      - The pods' ranges, to be put in where flannel (C(net-conf.json)), Calico (C(CALICO_IPV4POOL_CIDR), operator's
        C(Installation)) or Cilium (C(cluster-pool-ipv4-cidr)) have them.
    type: list
    elements: str
    default: []
  annotations:
    description: Annotations to add, by C(Kind name) of an object or, for all objects of a kind, by C(Kind).
    type: dict
    default: {}
  arguments:
    description: Arguments to add to containers, as lists by the name of the container.
    type: dict
    default: {}
  state:
    description: Whether the objects should exist. They are removed in the opposite order.
    type: str
    choices: [present, absent]
    default: present
  server_side:
    description:
      - Whether the server merges, with the field manager C(edge.infra).
      - Objects too large for the annotation that kubectl keeps are always merged by the server.
    type: bool
    default: false
  force_conflicts:
    description: Whether fields that others manage are taken over, where the server merges.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until deployments, daemonsets, stateful sets, definitions and API services of the manifest have
        come up.
      - A daemonset's pods on nodes of which nothing is heard any more are not waited for.
    type: bool
    default: false
  wait_timeout:
    description: Seconds to wait for that; at the end, the pods' own reasons are told.
    type: int
    default: 300
  timeout:
    description: Seconds for which what is not ready yet (API server, webhooks, new kinds) is tried again.
    type: int
    default: 180
  kubeconfig:
    description: File on the host.
    type: path
    default: /etc/kubernetes/admin.conf
  bundle:
    description: Set by the action plugin.
    type: str
  unread:
    description: Set by the action plugin.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Have a network
  edge.infra.kubectl_apply:
    files: [/var/lib/edge.infra/manifests/flannel.yaml]
    pod_networks: [10.244.0.0/16]
    wait: true

- name: A pool of addresses
  edge.infra.kubectl_apply:
    documents:
      - apiVersion: metallb.io/v1beta1
        kind: IPAddressPool
        metadata: {name: default, namespace: metallb-system}
        spec: {addresses: [10.0.0.50-10.0.0.60]}
"""

RETURN = r"""
objects:
  description: The objects, in the order in which they are applied.
  type: list
  elements: dict
  returned: success
  contains:
    kind:
      description: Kind.
      type: str
    namespace:
      description: Namespace as the manifest gives it; empty where it gives none.
      type: str
    name:
      description: Name.
      type: str
    action:
      description: V(created), V(changed), V(unchanged), V(removed), V(absent), or V(failed).
      type: str
    fields:
      description: Paths of the fields that differ.
      type: list
      elements: str
    words:
      description: What the API said of one that failed.
      type: str
images:
  description: Images that the objects name.
  type: list
  elements: str
  returned: success
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
"""

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import apply, host, objects
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl


def _there(kubectl: Kubectl) -> bool:
    """Whether there is a cluster to be asked in check mode: not on a bare host, nor where init is to begin anew."""
    found = host.look()
    if not kubectl.there() or (found.ours and not found.whole):
        return False
    try:
        kubectl.call("version", "--client", "-o", "json")
    except InputError:
        return False
    return True


def _diff(outcomes: Sequence[apply.Outcome], unread: Sequence[str]) -> dict[str, Any]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for one in outcomes:
        name = objects.title(one.document)
        if one.action == apply.CREATED:
            after[name] = "created"
        elif one.action == apply.REMOVED:
            before[name] = "there"
        elif one.action == apply.CHANGED:
            before[name] = {path: pair[0] for path, pair in one.fields.items()}
            after[name] = {path: pair[1] for path, pair in one.fields.items()}
    for name in unread:
        after[name] = "is applied"
    return {"before": before, "after": after}


def _faults(outcomes: Sequence[apply.Outcome]) -> EdgeError | None:
    failed = [o for o in outcomes if o.action == apply.FAILED]
    if not failed:
        return None
    lines = [f"{objects.title(o.document)}: {o.words.rstrip('.')}." for o in failed]
    done = [o for o in outcomes if o.action in (apply.CREATED, apply.CHANGED, apply.REMOVED)]
    return EdgeError(
        f"{len(failed)} of {len(outcomes)} objects failed: {' '.join(lines)}",
        "Correct them in the manifest, or what they need in the cluster, and run again"
        + (f"; the other {len(done)} are done." if done else "."),
        objects=[o.as_dict() for o in failed],
    )


def _run(module: AnsibleModule, documents: list[objects.Document]) -> dict[str, Any]:
    params, present = module.params, module.params["state"] == "present"
    kubectl = Kubectl(params["kubeconfig"])
    if module.check_mode and not _there(kubectl):
        action = apply.CREATED if present else apply.ABSENT
        return _result([apply.Outcome(d, action) for d in documents], params["unread"] if present else [])
    applier = apply.Applier(
        kubectl,
        server_side=params["server_side"],
        force=params["force_conflicts"],
        check=module.check_mode,
        seconds=min(params["timeout"], 20) if module.check_mode else params["timeout"],
        unread=bool(params["unread"]),
    )
    if not present:
        outcomes = applier.removed(documents) if documents else []
    else:
        outcomes = applier.planned(documents) if documents else []
        if not module.check_mode:
            applier.apply(outcomes)
    result = _result(outcomes, params["unread"] if present else [])
    error = _faults(outcomes)
    if error:
        module.fail_json(msg=str(error), error=error.as_dict(), **result)
    if present and params["wait"] and not module.check_mode:
        for text in applier.wait(documents, params["wait_timeout"]):
            module.warn(text)
    return result


def _result(outcomes: Sequence[apply.Outcome], unread: Sequence[str]) -> dict[str, Any]:
    doing = (apply.CREATED, apply.CHANGED, apply.REMOVED)
    return {
        "changed": bool(unread) or any(o.action in doing for o in outcomes),
        "objects": [o.as_dict() for o in outcomes],
        "diff": _diff(outcomes, unread),
    }


def main() -> None:
    """Compare, and do what is left to do."""
    module = AnsibleModule(
        {
            # the first ones are for the action plugin, which hands over objects (bundle) and what it could not read
            "src": {"type": "list", "elements": "path", "default": []},
            "files": {"type": "list", "elements": "path", "default": []},
            "content": {"type": "str"},
            "documents": {"type": "list", "elements": "dict", "default": []},
            "predicted": {"type": "bool", "default": False},
            "images": {"type": "dict", "default": {}},
            "image_repository": {"type": "str", "default": ""},
            "pod_networks": {"type": "list", "elements": "str", "default": []},
            "annotations": {"type": "dict", "default": {}},
            "arguments": {"type": "dict", "default": {}},
            "bundle": {"type": "str", "no_log": True},
            "unread": {"type": "list", "elements": "str", "default": []},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "server_side": {"type": "bool", "default": False},
            "force_conflicts": {"type": "bool", "default": False},
            "wait": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 300},
            "timeout": {"type": "int", "default": 180},
            "kubeconfig": {"type": "path", "default": "/etc/kubernetes/admin.conf"},
        },
        supports_check_mode=True,
    )
    try:
        if not module.params["bundle"]:
            raise InputError(
                "There is no bundle.", "Run the module as a task, whose action plugin reads the manifests."
            )
        documents = json.loads(zlib.decompress(base64.b64decode(module.params["bundle"])))
        result = _run(module, objects.ordered(documents))
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    module.exit_json(**result)


if __name__ == "__main__":
    main()
