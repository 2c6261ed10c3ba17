#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_kube_rootca_update
short_description: Replace the root CA of Kubernetes of StarlingX
version_added: "0.1.0"
description:
  - "Makes a new root CA and brings it to every host and pod: both are trusted, certificates are made anew, then only
    the new one is trusted."
  - Goes on from whatever state the update is in, and tries again what has failed. O(phase) ends it earlier, and
    O(state=aborted) gives it up.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  idempotent:
    support: partial
    details:
      - Without O(replaces) each run makes a new root CA.
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_kube_info
  - module: edge.infra.stx_certificate
  - module: edge.infra.stx_vim_strategy
notes:
  - Uses the StarlingX configuration API (sysinv), C(kube_rootca_update) and C(ihosts).
  - Who signs in to the cluster with the old root CA needs the new one afterwards; a kubeconfig is to be fetched anew.
  - Check mode tells every step that is left.
# BEGIN generated options
options:
  replaces:
    description:
      - Id of the root CA certificate that is to be replaced, as M(edge.infra.stx_kube_info)
        tells it.
      - While the present one has another id, nothing is to be done. Without it each run makes
        a new root CA.
    type: str
  expiry_date:
    description:
      - Last day of the new certificate; by default it is valid for as long as the present one.
    type: str
  subject:
    description:
      - Subject of the new certificate.
    type: str
  phase:
    description:
      - Go no further than this state of sysinv; the whole way otherwise.
    type: str
    choices:
      - update-started
      - update-new-rootca-cert-generated
      - updated-host-trust-both-cas
      - updated-pods-trust-both-cas
      - updated-host-update-certs
      - updated-host-trust-new-ca
      - updated-pods-trust-new-ca
  state:
    description:
      - With V(complete) the root CA is replaced.
      - With V(aborted) an update that is in progress is given up. Certificates may then not
        be fully updated, and another update mends that.
    type: str
    choices:
      - complete
      - aborted
    default: complete
  force:
    description:
      - Start in spite of alarms that do not stand against management actions.
    type: bool
    default: false
  ignore_alarms:
    description:
      - Numbers of alarms in spite of which to start.
    type: list
    elements: str
  wait:
    description:
      - Whether to wait until the object is ready, or gone.
      - The states meanwhile are shown where the standard output callback is P(edge.infra.stages#callback).
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most; the default depends on the kind of object.
    type: int
  wait_interval:
    description:
      - Longest pause between two looks, in seconds; the first looks come sooner.
    type: float
    default: 5.0
# END generated options
"""

EXAMPLES = r"""
- name: Replace the root CA that is there now, once
  edge.infra.stx_kube_rootca_update:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    replaces: 8adf6a9d-1234
    expiry_date: "2036-12-31"
    subject: C=ES O=Edge CN=kubernetes

- name: Give up an update
  edge.infra.stx_kube_rootca_update:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    state: aborted
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'V(run), or V(none): nothing was to be done.'
  type: str
  returned: success
reason:
  description: Why nothing was to be done.
  type: str
  returned: success
steps:
  description: What was done, or in check mode would be, in its order.
  type: list
  elements: str
  returned: always, once the API was asked
kube_rootca_update:
  description: The update of the root CA of Kubernetes as it is at the end, or in check mode
    would be.
  type: dict
  returned: success
  contains:
    state:
      description:
        - State of the update; none when it is through.
      type: str
      returned: when set
      sample: updated-host-update-certs
    rootca_cert:
      description:
        - Id of the root CA certificate.
      type: str
      returned: when set
      sample: 8adf6a9d-1234
    hosts:
      description:
        - 'How far each host is: C(host), C(state).'
      type: list
      returned: when set
      elements: dict
      sample:
        - host: controller-0
          state: updated-host-update-certs
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

from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.flow import run_flow
from ansible_collections.edge.infra.plugins.module_utils._starlingx.kube_rootca import KUBE_ROOTCA


def main() -> None:
    """Put the declaration to work."""
    run_flow(STARLINGX, KUBE_ROOTCA)


if __name__ == "__main__":
    main()
