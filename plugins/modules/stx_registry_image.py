#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_registry_image
short_description: Remove images from the registry of StarlingX
version_added: "0.1.0"
description:
  - Removes an image from the registry that a system keeps on its controllers.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_registry_image_info
notes:
  - Uses the StarlingX configuration API (sysinv), C(registry_image).
  - The registry removes the content of an image, so every other tag of the same content goes with it.
  - Whether an application still needs the image is not looked at.
# BEGIN generated options
options:
  name:
    description:
      - Name of the image in the system's registry.
    type: str
    required: true
  tag:
    description:
      - Its tag.
    type: str
    required: true
  garbage_collect:
    description:
      - After the removal, have the registry free the space.
      - It is read-only for minutes meanwhile; nobody tells when that has ended.
    type: bool
    default: false
  state:
    description:
      - The image is removed.
    type: str
    choices:
      - absent
    default: absent
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
- name: Remove an image that is no longer used
  edge.infra.stx_registry_image:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: docker.io/starlingx/dex
    tag: v2.37.0
    garbage_collect: true
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
registry_image:
  description: The image; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the image in the system's registry.
      type: str
      returned: when set
      sample: docker.io/starlingx/dex
    tag:
      description:
        - Its tag.
      type: str
      returned: when set
      sample: v2.37.0
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.keepsakes import REGISTRY_IMAGE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, REGISTRY_IMAGE)


if __name__ == "__main__":
    main()
