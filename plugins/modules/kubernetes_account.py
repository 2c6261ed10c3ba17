#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_account
short_description: A service account of a cluster for somebody outside of it
version_added: "0.1.0"
description:
  - Makes a service account, a cluster role with the rules that are given, its binding, and a token that holds until it
    is ended. Runs on a control-plane host, as root; the admin's kubeconfig stays there.
  - The token is kept by the cluster in a Secret of its own, which every release from 1.20 on fills. A new one is a
    further Secret, so that the old one can be ended after the new one is in use.
  - In check mode, on a host without a cluster everything counts as created.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  name:
    description: Name of the account.
    type: str
    required: true
  namespace:
    description: Namespace of the account, which is made where it is not there.
    type: str
    default: edge-infra
  action:
    description:
      - V(present) makes the account, and a token where it has none.
      - V(rotate) makes a further token.
      - V(read) returns a kubeconfig with the newest token; a secret. Changes nothing.
      - V(retire) ends all tokens but the newest.
      - V(absent) removes the account and all of its tokens, role and binding; the namespace stays.
    type: str
    choices: [present, rotate, read, retire, absent]
    default: present
  rules:
    description:
      - Rules of the cluster role, as the API has them; a key V(reason) is for people.
      - A rule with a list V(namespaces) holds in these only, by a role in each. They are made where they are not there,
        and stay; roles in namespaces that no rule names any more are removed.
      - A rule that allows everything is refused.
    type: list
    elements: dict
    default: []
  server:
    description: URL of the API in the kubeconfig. Required for V(read).
    type: str
  cluster:
    description: Name of the cluster in the kubeconfig.
    type: str
    default: kubernetes
  timeout:
    description: Seconds for the cluster to answer and to fill the token's Secret.
    type: int
    default: 60
  kubeconfig:
    description: File on the host.
    type: path
    default: /etc/kubernetes/admin.conf
"""

EXAMPLES = r"""
- name: Have an account that may look at pods
  edge.infra.kubernetes_account:
    name: watcher
    rules:
      - {reason: it draws them, apiGroups: [""], resources: [pods], verbs: [get, list, watch]}
      - {reason: it reads their logs, apiGroups: [""], resources: [pods/log], verbs: [get], namespaces: [shop]}

- name: Read its kubeconfig
  edge.infra.kubernetes_account:
    name: watcher
    action: read
    server: https://10.0.0.10:6443
  register: watcher
  no_log: true
"""

RETURN = r"""
token:
  description: Name of the Secret with the newest token; empty where there is none yet.
  type: str
  returned: success
retired:
  description: Names of the Secrets whose tokens were ended.
  type: list
  elements: str
  returned: when O(action) is V(retire)
objects:
  description: What was done, as M(edge.infra.kubectl_apply) tells it.
  type: list
  elements: dict
  returned: success
content:
  description: The kubeconfig as text. A secret.
  type: str
  returned: when O(action) is V(read) and there is a token
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import account, apply, host, objects
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl

_DOING = (apply.CREATED, apply.CHANGED, apply.REMOVED)


def _told(outcomes: list[apply.Outcome], **more: Any) -> dict[str, Any]:
    failed = [o for o in outcomes if o.action == apply.FAILED]
    if failed:
        lines = " ".join(f"{objects.title(o.document)}: {o.words.rstrip('.')}." for o in failed)
        raise EdgeError(f"The account could not be made: {lines}", "Correct what the API says, and run again.")
    before = {objects.title(o.document): "there" for o in outcomes if o.action in (apply.CHANGED, apply.REMOVED)}
    after = {
        objects.title(o.document): sorted(o.fields) or o.action
        for o in outcomes
        if o.action in (apply.CREATED, apply.CHANGED)
    }
    return {
        "changed": any(o.action in _DOING for o in outcomes),
        "objects": [o.as_dict() for o in outcomes],
        "diff": {"before": before, "after": after},
        **more,
    }


def _run(module: AnsibleModule) -> dict[str, Any]:
    params, check = module.params, module.check_mode
    name, namespace, action = params["name"], params["namespace"], params["action"]
    kubectl = Kubectl(params["kubeconfig"])
    found = host.look()
    wanted = account.documents(name, namespace, params["rules"])
    if check and (not kubectl.there() or (found.ours and not found.whole)):
        if action in ("present", "rotate"):
            fresh = [*wanted, account.secret(name, namespace, 1)]
            return _told([apply.Outcome(d, apply.CREATED) for d in fresh], token="")
        return _told([], token="", **({"retired": []} if action == "retire" else {}))
    applier = apply.Applier(kubectl, check=check, seconds=20 if check else params["timeout"])
    if action in ("present", "rotate"):
        outcomes, which = account.made(kubectl, name, namespace, params["rules"], action == "rotate", applier)
        return _told(outcomes, token=f"{name}-token-{which}")
    numbers = account.tokens(kubectl, name, namespace)
    newest = f"{name}-token-{numbers[-1]}" if numbers else ""
    if action == "absent":
        secrets = [account.secret(name, namespace, n) for n in numbers]
        within = account.elsewhere(kubectl, name, namespace)
        own = account.documents(name, namespace, [])[1:]
        return _told(applier.removed([*own, *within, *secrets]), token="")
    if action == "retire":
        ended = account.retired(kubectl, name, namespace, check)
        gone = [account.secret(name, namespace, n) for n in numbers[:-1]]
        return _told([apply.Outcome(d, apply.REMOVED) for d in gone], token=newest, retired=ended)
    if not newest and check:
        return _told([], token="")
    if not newest:
        raise EdgeError(f"The account {namespace}/{name} has no token.", "Make one first: action present.")
    token = account.read(kubectl, name, namespace, numbers[-1], params["timeout"])
    content = account.kubeconfig(params["cluster"], params["server"], name, namespace, token)
    return _told([], token=newest, content=content)


def main() -> None:
    """Look, and do what is left to do."""
    module = AnsibleModule(
        {
            "name": {"type": "str", "required": True},
            "namespace": {"type": "str", "default": "edge-infra"},
            "action": {
                "type": "str",
                "choices": ["present", "rotate", "read", "retire", "absent"],
                "default": "present",
            },
            "rules": {"type": "list", "elements": "dict", "default": []},
            "server": {"type": "str"},
            "cluster": {"type": "str", "default": "kubernetes"},
            "timeout": {"type": "int", "default": 60},
            "kubeconfig": {"type": "path", "default": "/etc/kubernetes/admin.conf"},
        },
        required_if=[("action", "read", ["server"])],
        supports_check_mode=True,
    )
    try:
        result = _run(module)
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    module.exit_json(**result)


if __name__ == "__main__":
    main()
