#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_application_apply
short_description: Apply an application of StarlingX again
version_added: "0.1.0"
description:
  - Applies an application, also one that is applied already, as after a change of its Helm overrides, and waits for
    the end.
author:
  - The edge.infra authors (@edge-infra)
attributes:
  idempotent:
    support: none
    details:
      - Each run applies the application again.
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_application
  - module: edge.infra.stx_helm_override
notes:
  - Uses the StarlingX configuration API (sysinv), PATCH of C(apps) with the directive C(apply).
  - M(edge.infra.stx_application) applies an application that is not applied yet, and leaves it alone otherwise.
# BEGIN generated options
options:
  application:
    description:
      - Name of the application.
      - A name or an id.
    type: str
    required: true
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
- name: Let an application take up its overrides
  edge.infra.stx_application_apply:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    application: oidc-auth-apps
    wait_timeout: 3600
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
operations:
  description: The operations that were run, in their order; empty in check mode.
  type: list
  elements: dict
  returned: always, once the request was sent
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    version:
      description:
        - Its version.
      type: str
      returned: when set
    progress:
      description:
        - Its own words on how far it is.
      type: str
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(applied), V(apply-failed),
        V(remove-failed), V(upload-failed), V(uploaded).
      type: str
      returned: when it exists
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

from ansible_collections.edge.infra.plugins.module_utils._engine.action import run_action
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.applications import APPLICATION_APPLY


def main() -> None:
    """Put the declaration to work."""
    run_action(STARLINGX, APPLICATION_APPLY)


if __name__ == "__main__":
    main()
