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

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import command, host

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
        result = {"ca_cert_hashes": [ca_hash(timeout)]}
        output = command.run_patiently(given, timeout, "kubeadm token create", timeout)
        token = _found(TOKEN, output, "token")
        if params["control_plane"]:
            upload = ["kubeadm", "init", "phase", "upload-certs", "--upload-certs"]
            output = command.run_patiently(upload, timeout, "kubeadm init phase upload-certs", timeout)
            module.exit_json(
                changed=True, token=token, certificate_key=_found(KEY, output, "certificate key"), **result
            )
        module.exit_json(changed=True, token=token, **result)
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict())


if __name__ == "__main__":
    main()
