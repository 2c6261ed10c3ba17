#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubeadm_join_token
short_description: What a host needs to join a kubeadm cluster, for a short time
version_added: "0.1.0"
description:
  - Makes a bootstrap token that ends by itself, and tells the hashes of the cluster's CA; for control-plane nodes also
    uploads the certificates and tells their key, which kubeadm forgets after two hours. Runs on a control-plane node,
    as root.
  - Everything it returns is secret; give the task C(no_log=true).
  - O(state=absent) ends a token before its time.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
attributes:
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - Each run with O(state=present) makes another token.
options:
  state:
    description: V(present) makes a token, V(absent) ends the one that O(token) names.
    type: str
    choices: [present, absent]
    default: present
  token:
    description: The token that is to end. Required for O(state=absent).
    type: str
  ttl:
    description: Seconds after which the token ends by itself.
    type: int
    default: 900
  control_plane:
    description: Whether control-plane nodes are to join with it, for which the certificates are uploaded.
    type: bool
    default: false
  timeout:
    description:
      - Seconds that each command may take, and for which it is tried again while no API server answers, as after the
        power was away.
    type: int
    default: 120
"""

EXAMPLES = r"""
- name: Make a token for the workers
  edge.infra.kubeadm_join_token:
  register: joining
  no_log: true

- name: End it
  edge.infra.kubeadm_join_token:
    token: "{{ joining.token }}"
    state: absent
  no_log: true
"""

RETURN = r"""
token:
  description: The token, which is a secret.
  type: str
  returned: for O(state=present), except in check mode
ca_cert_hashes:
  description: Hashes of the cluster's CA.
  type: list
  elements: str
  returned: for O(state=present), except in check mode
certificate_key:
  description: Key of the uploaded certificates, which is a secret.
  type: str
  returned: for O(control_plane=true), except in check mode
"""

import base64
import hashlib
import re
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import command, host
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl

TOKEN = re.compile(r"^[a-z0-9]{6}\.[a-z0-9]{16}$", re.M)
KEY = re.compile(r"^[0-9a-f]{64}$", re.M)


def _found(pattern: re.Pattern[str], output: str, what: str) -> str:
    matches = pattern.findall(output)
    if not matches:
        raise EdgeError(
            f"kubeadm printed no {what}.", "Try it by hand on this host; its version may print it otherwise."
        )
    return str(matches[-1])


def ca_hash(timeout: float) -> str:
    """The hash by which a joining node knows the CA: SHA-256 of its public key (RFC 7469), in kubeadm's form."""
    path = host.ROOT / host.CA
    pem = command.run(["openssl", "x509", "-pubkey", "-noout", "-in", str(path)], timeout, "openssl x509")
    body = "".join(line for line in pem.splitlines() if line and not line.startswith("-----"))
    return f"sha256:{hashlib.sha256(base64.b64decode(body)).hexdigest()}"


def uploaded(timeout: float) -> str:
    """Have the certificates in the cluster, for two hours; the key that they are encrypted with.

    By the configuration that the cluster has: without one, kubeadm goes by its defaults, by which what an external etcd
    needs is left out (kubernetes/kubeadm issue 1886), and asks the Internet for a release.
    """
    found = Kubectl().get("configmap", "kubeadm-config", "--namespace=kube-system") or {}
    text = str((found.get("data") or {}).get("ClusterConfiguration") or "")
    version = re.search(r"^apiVersion:\s*(kubeadm\.k8s\.io/\w+)\s*$", text, re.M)
    if not version:
        raise EdgeError(
            "The cluster has no configuration of kubeadm's.", "Look at: kubectl -n kube-system get cm kubeadm-config."
        )
    own = re.search(r"--advertise-address=([0-9a-fA-F.:]+)", host.text(host.API_SERVER))
    document: dict[str, Any] = {
        "apiVersion": version[1],
        "kind": "InitConfiguration",
        # whatever the host is called: no node is made
        "nodeRegistration": {"name": "node", "criSocket": command.SOCKET},
    }
    if own:  # a host without a default route has no address that kubeadm would find
        document["localAPIEndpoint"] = {"advertiseAddress": own[1]}
    given = ["kubeadm", "init", "phase", "upload-certs", "--upload-certs", "--config"]
    with host.alone(timeout), command.configuration([document], host.ROOT / "run", text) as path:
        output = command.run_patiently([*given, str(path)], timeout, "kubeadm init phase upload-certs", timeout)
    return _found(KEY, output, "certificate key")


def main() -> None:
    """Make a token, or end one."""
    module = AnsibleModule(
        {
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "token": {"type": "str", "no_log": True},
            "ttl": {"type": "int", "default": 900},
            "control_plane": {"type": "bool", "default": False},
            "timeout": {"type": "int", "default": 120},
        },
        required_if=[("state", "absent", ["token"])],
        supports_check_mode=True,
    )
    params, timeout = module.params, module.params["timeout"]
    try:
        found = host.look()
        if found.kind != host.CONTROL_PLANE and not module.check_mode:
            raise InputError(
                "This host is no control-plane node.", "Run the task on one, such as the first of edge_controllers."
            )
        if module.check_mode:
            module.exit_json(changed=True)
        if params["state"] == "absent":
            identity = params["token"].split(".")[0]  # what ps shows is not the secret half
            output = command.run_patiently(
                ["kubeadm", "token", "delete", identity], timeout, "kubeadm token delete", timeout
            )
            module.exit_json(changed="deleted" in output)
        if params["ttl"] < 60 or params["ttl"] > 86400:
            raise InputError("ttl: a token lives for 60 to 86400 seconds.", "Correct it.", option="ttl")
        given = ["kubeadm", "token", "create", "--ttl", f"{params['ttl']}s", "--description", "edge.infra: for joining"]
        result: dict[str, Any] = {"ca_cert_hashes": [ca_hash(timeout)]}
        output = command.run_patiently(given, timeout, "kubeadm token create", timeout)
        token = _found(TOKEN, output, "token")
        if params["control_plane"]:
            result["certificate_key"] = uploaded(timeout)
        module.exit_json(changed=True, token=token, **result)
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict())


if __name__ == "__main__":
    main()
