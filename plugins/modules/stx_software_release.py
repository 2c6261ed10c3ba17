#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_software_release
short_description: Upload and delete releases of the software of StarlingX
version_added: "0.1.0"
description:
  - Uploads a patch, or the ISO of a release with its signature, and waits until the release is available; or deletes
    a release that is not in use.
  - A release that the system has already, in whatever state, is not uploaded again.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_software_release_info
  - module: edge.infra.stx_software_deploy
notes:
  - Uses the software management of StarlingX (service C(usm) of Keystone's catalog), C(release).
# BEGIN generated options
options:
  name:
    description:
      - Id of the release.
    type: str
    required: true
  src:
    description:
      - 'The release''s files: a C(.patch), or an C(.iso) with its C(.sig).'
      - Needed to create the object.
    type: list
    elements: path
  remote_src:
    description:
      - The files are on the active controller already.
      - 'An ISO is better copied there first: what is sent along is read into memory.'
    type: bool
    default: false
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
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
- name: Upload a patch
  edge.infra.stx_software_release:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: starlingx-26.03.1
    src: [/root/starlingx-26.03.1.patch]

- name: Take in a release that lies on the controller
  edge.infra.stx_software_release:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: starlingx-26.09.0
    src: [/home/sysadmin/starlingx-26.09.0.iso, /home/sysadmin/starlingx-26.09.0.sig]
    remote_src: true

- name: Delete it
  edge.infra.stx_software_release:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: starlingx-26.03.1
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
software_release:
  description: The software release; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Id of the release.
      type: str
      returned: when set
      sample: starlingx-26.03.1
    sw_version:
      description:
        - Its version.
      type: str
      returned: when set
      sample: 26.03.1
    component:
      description:
        - What it is a release of.
      type: str
      returned: when set
      sample: starlingx
    reboot_required:
      description:
        - Whether hosts reboot when it is deployed.
      type: bool
      returned: when set
      sample: true
    summary:
      description:
        - What it is.
      type: str
      returned: when set
      sample: Fixes of the platform
    requires:
      description:
        - Releases that have to be deployed before.
      type: list
      returned: when set
      elements: str
      sample:
        - starlingx-26.03.0
    status:
      description: The state as the API says it; a wait ends at one of V(available), V(committed),
        V(deployed), V(deploying), V(removing), V(unavailable), V(upload-failed).
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.software_release import RELEASE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, RELEASE)


if __name__ == "__main__":
    main()
