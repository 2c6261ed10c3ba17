#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_kube_info
short_description: Read what of Kubernetes runs on StarlingX
version_added: "0.1.0"
description:
  - Reads the versions that the release carries, what runs on each host, the upgrade and the update of the root CA
    that are under way, and the id of the root CA.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_kube_upgrade
  - module: edge.infra.stx_kube_rootca_update
notes:
  - Uses the StarlingX configuration API (sysinv), C(kube_versions), C(kube_host_upgrades), C(kube_upgrade) and
    C(kube_rootca_update).
  - The answer is a list with one member.
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Read the versions
  edge.infra.stx_kube_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
kube:
  description: Objects of the kind Kubernetes, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    version:
      description:
        - The version that runs everywhere; none while versions are mixed.
      type: str
      returned: when set
      sample: v1.34.1
    versions:
      description:
        - 'What the system''s release carries: C(version), its C(state) (V(active), V(available),
          V(partial) or V(unavailable)) and whether it is the C(target).'
      type: list
      returned: when set
      elements: dict
      sample:
        - version: v1.34.1
          state: active
          target: true
    hosts:
      description:
        - 'What runs on each host: C(host), C(control_plane_version), C(kubelet_version), and
          C(status) of its upgrade.'
      type: list
      returned: when set
      elements: dict
      sample:
        - host: controller-0
          control_plane_version: v1.34.1
          kubelet_version: v1.34.1
          status: null
    upgrade:
      description:
        - 'The upgrade that is under way: C(state), C(from_version), C(to_version).'
      type: dict
      returned: when set
      sample:
        state: upgraded-networking
        from_version: v1.34.1
        to_version: v1.35.2
    rootca_update:
      description:
        - 'The update of the root CA that is under way: C(state), C(from_rootca_cert), C(to_rootca_cert).'
      type: dict
      returned: when set
    rootca_cert:
      description:
        - Id of the present root CA certificate.
      type: str
      returned: when set
      sample: 8adf6a9d-1234
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.kube import KUBE


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, KUBE)


if __name__ == "__main__":
    main()
