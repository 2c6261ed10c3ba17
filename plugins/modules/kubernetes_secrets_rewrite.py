#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: kubernetes_secrets_rewrite
short_description: Have every secret of a cluster written anew, with the key that is in use
version_added: "0.1.0"
description:
  - Reads all secrets through C(kubectl) on a control-plane host and writes each back as it is. The API server stores
    one anew that was encrypted with another key, or not at all, and leaves the others alone.
  - One that somebody else has changed meanwhile was written with the new key thereby, and one that is gone needs none.
  - Nothing of the secrets leaves the host. Runs there, as root.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
options:
  timeout:
    description: Seconds that reading and writing may take each.
    type: int
    default: 600
"""

EXAMPLES = r"""
- name: Write secrets with the new key
  edge.infra.kubernetes_secrets_rewrite:
  run_once: true
"""

RETURN = r"""
count:
  description: How many secrets there are.
  type: int
  returned: success
"""

import json
import re

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import host
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Kubectl

#: what need not be written any more
SETTLED = re.compile(r"^Error from server \((Conflict|NotFound)\)")


def _rewrite(timeout: float) -> int:
    kubectl = Kubectl(timeout=timeout)
    secrets = kubectl.list("secrets", "--all-namespaces")
    if not secrets:
        return 0
    body = json.dumps({"apiVersion": "v1", "kind": "List", "items": secrets})
    done = kubectl.call("replace", "-f", "-", feed=body)
    left = [line for line in done.err.splitlines() if line.strip() and not SETTLED.match(line.strip())]
    left = [line for line in left if not line.startswith("Warning:")]
    if done.status and (left or not done.err.strip()):
        raise EdgeError(
            f"Not every secret could be written anew: {done.words.rstrip('.')}.",
            "Nothing is lost: both keys are in use. See what the API server says, and run this again.",
        )
    return len(secrets)


def main() -> None:
    """Read, and write."""
    module = AnsibleModule({"timeout": {"type": "int", "default": 600}}, supports_check_mode=True)
    try:
        count = 0 if module.check_mode else _rewrite(module.params["timeout"])
    except (EdgeError, OSError) as failure:
        error = host.unreadable(failure) if isinstance(failure, OSError) else failure
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    module.exit_json(changed=True, count=count)


if __name__ == "__main__":
    main()
