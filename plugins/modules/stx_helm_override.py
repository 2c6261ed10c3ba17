#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_helm_override
short_description: Manage Helm overrides of an application of StarlingX
version_added: "0.1.0"
description:
  - Sets what a user overrides in the values of a chart, and whether the chart is installed at all.
  - What is set is compared as values, not as text. A task that speaks of O(enabled) only leaves the values as they are.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_application
  - module: edge.infra.stx_application_apply
notes:
  - Uses the StarlingX configuration API (sysinv), C(helm_charts).
  - Overrides take effect when the application is applied the next time.
  - sysinv would keep overrides of a chart that the application does not have; the module refuses them.
# BEGIN generated options
options:
  application:
    description:
      - Name of the application.
      - A name or an id.
    type: str
    required: true
  chart:
    description:
      - Name of the chart.
    type: str
    required: true
  namespace:
    description:
      - Its namespace.
    type: str
    required: true
  values:
    description:
      - The user's overrides, all of them; V({}) takes them away.
      - The diff hides what looks like a secret by its key; C(no_log) of the task hides everything.
    type: dict
  reuse_values:
    description:
      - Put O(values) over what is set, as Helm does, instead of replacing it.
    type: bool
    default: false
  enabled:
    description:
      - Whether the chart is installed with its application.
    type: bool
  reapply:
    description:
      - Ask the system to apply the application again after a change.
      - It does so only for an applied application that declares this trigger, and does not
        tell whether it does; M(edge.infra.stx_application_apply) applies it in any case.
    type: bool
    default: false
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(applications: [NAME]), or C(application: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Override values of a chart
  edge.infra.stx_helm_override:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    application: oidc-auth-apps
    chart: dex
    namespace: kube-system
    values:
      replicas: 2
      config:
        issuer: https://10.20.30.2:30556/dex

- name: Add to what is set
  edge.infra.stx_helm_override:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    application: oidc-auth-apps
    chart: dex
    namespace: kube-system
    reuse_values: true
    values:
      config:
        expiry:
          idTokens: 10h

- name: Leave a chart out of the application
  edge.infra.stx_helm_override:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    application: platform-integ-apps
    chart: cephfs-provisioner
    namespace: kube-system
    enabled: false

- name: Take all overrides of a chart away
  edge.infra.stx_helm_override:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    application: oidc-auth-apps
    chart: dex
    namespace: kube-system
    values: {}
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
helm_override:
  description: The chart; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    chart:
      description:
        - Name of the chart.
      type: str
      returned: when set
      sample: dex
    namespace:
      description:
        - Its namespace.
      type: str
      returned: when set
      sample: kube-system
    values:
      description:
        - The user's overrides, all of them; V({}) takes them away.
        - The diff hides what looks like a secret by its key; C(no_log) of the task hides everything.
      type: dict
      returned: when set
      sample:
        replicas: 2
    enabled:
      description:
        - Whether the chart is installed with its application.
      type: bool
      returned: when set
      sample: true
    system_overrides:
      description:
        - What the system sets.
      type: dict
      returned: when set
      sample:
        replicas: 1
    combined_overrides:
      description:
        - What comes of both.
      type: dict
      returned: when set
      sample:
        replicas: 2
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.helm import HELM_OVERRIDE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, HELM_OVERRIDE)


if __name__ == "__main__":
    main()
