#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_label
short_description: Manage labels of a StarlingX host
version_added: "0.1.0"
description:
  - Sets the Kubernetes labels of a host, and removes those with a null value or, with O(prune), those that are
    not named.
  - Some labels need a locked host; on an unlocked one they are refused before anything is sent, unless
    O(lock=allowed).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(labels).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  labels:
    description:
      - Labels with their values; a null value removes the label.
    type: dict
  prune:
    description:
      - Whether to remove labels that are not named.
    type: bool
    default: false
  lock:
    description:
      - What to do when a change needs a locked host and the host is unlocked.
      - With V(never) the change is refused before anything is sent.
      - With V(allowed) the host is locked, changed and unlocked again; it is out of service
        until it has rebooted.
    type: str
    choices:
      - never
      - allowed
    default: never
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(hosts: [NAME]), or C(host: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Label the host for SR-IOV and pinned CPUs
  edge.infra.stx_host_label:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    labels:
      sriovdp: enabled
      kube-cpu-mgr-policy: static
      obsolete:
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
host_label:
  description: The labels; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    labels:
      description:
        - Labels with their values; a null value removes the label.
      type: dict
      returned: when set
      sample:
        sriovdp: enabled
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(api), V(login) or V(timeout).
      type: str
    message:
      description: What happened, with the API's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
    status:
      description: HTTP status, where there was an answer.
      type: int
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hostparts import LABELS


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, LABELS)


if __name__ == "__main__":
    main()
