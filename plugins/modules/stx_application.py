#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_application
short_description: Manage applications of StarlingX
version_added: "0.1.0"
description:
  - Uploads, applies, updates, removes or deletes an application, and waits for each step.
  - What another task or the platform has under way with the application is waited for first.
  - A failure is told with the application's own progress text. Running again goes on from what is there; an upload
    that failed is made anew.
  - Another version of an application that is only uploaded replaces it, and its Helm overrides go with it.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_application_apply
  - module: edge.infra.stx_application_abort
  - module: edge.infra.stx_helm_override
notes:
  - Uses the StarlingX configuration API (sysinv), C(apps).
  - With O(wait=false) only the first step is begun, such as the upload of what is to be applied; run again for the
    next one.
  - The platform applies some applications again by itself, as when a host is unlocked. That is waited for, and
    is no change.
# BEGIN generated options
options:
  name:
    description:
      - Name of the application.
    type: str
    required: true
  version:
    description:
      - Version that is wanted.
      - 'Not needed where O(src) is a file of this machine: its C(metadata.yaml) tells it.'
      - Without either, any version will do that is there.
    type: str
  src:
    description:
      - 'The application''s tarball (C(.tgz) or C(.tar.gz)): a file of the machine that runs
        the task, or a URL from which the controller fetches it.'
      - Needed for another version, too. The update of an applied application takes no file
        of this machine, since sysinv does not.
      - Needed to create the object.
    type: str
  remote_src:
    description:
      - O(src) is a path on the controller itself.
    type: bool
    default: false
  state:
    description:
      - What the application should be.
      - With V(applied) it is uploaded and applied, or updated where it is applied in another
        version.
      - With V(uploaded) it is there, and removed from the cluster if it is applied.
      - With V(absent) it is removed from the cluster and deleted.
    type: str
    choices:
      - applied
      - uploaded
      - absent
    default: applied
  images:
    description:
      - Put its images into the system's registry when it is uploaded.
    type: bool
  reuse_user_overrides:
    description:
      - Whether an update keeps the users' Helm overrides; the application decides otherwise.
    type: bool
  reuse_attributes:
    description:
      - Whether an update keeps which charts are enabled; the application decides otherwise.
    type: bool
  force:
    description:
      - When it is removed, skip the application's own checks, and take it for uploaded also
        where removing it failed.
      - What is left of it in the cluster then is yours to clean up.
    type: bool
    default: false
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
- name: Have an application that comes with the system
  edge.infra.stx_application:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: oidc-auth-apps
    version: 26.09-1
    src: /usr/local/share/applications/helm/oidc-auth-apps-26.09-1.tgz
    remote_src: true

- name: Upload a tarball of this machine without applying it
  edge.infra.stx_application:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: metrics-demo
    src: files/metrics-demo-1.2-3.tgz
    state: uploaded

- name: Update it to another version
  edge.infra.stx_application:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: metrics-demo
    version: 1.3-0
    src: https://files.example.com/metrics-demo-1.3-0.tgz
    reuse_user_overrides: true
    wait_timeout: 7200

- name: Remove and delete it
  edge.infra.stx_application:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: metrics-demo
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
application:
  description: The application; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the application.
      type: str
      returned: when set
      sample: oidc-auth-apps
    version:
      description:
        - Version that is wanted.
        - 'Not needed where O(src) is a file of this machine: its C(metadata.yaml) tells it.'
        - Without either, any version will do that is there.
      type: str
      returned: when set
      sample: 26.09-1
    state:
      description:
        - What the application should be.
        - With V(applied) it is uploaded and applied, or updated where it is applied in another
          version.
        - With V(uploaded) it is there, and removed from the cluster if it is applied.
        - With V(absent) it is removed from the cluster and deleted.
      type: str
      returned: when set
      sample: applied
    progress:
      description:
        - Its own words on how far it is.
      type: str
      returned: when set
      sample: completed
    active:
      description:
        - Whether it is in use.
      type: bool
      returned: when set
      sample: true
    manifest_name:
      description:
        - Name of its manifest.
      type: str
      returned: when set
      sample: oidc-auth-apps-fluxcd-manifests
    status:
      description: The state as the API says it; a wait ends at one of V(applied), V(apply-failed),
        V(remove-failed), V(upload-failed), V(uploaded).
      type: str
      returned: when it exists
operation:
  description: Id of the operation that OSM answered the change with.
  type: str
  returned: when something was changed and OSM gave one
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.applications import APPLICATION


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, APPLICATION)


if __name__ == "__main__":
    main()
