#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_registry_image_info
short_description: Read images in the registry of StarlingX
version_added: "0.1.0"
description:
  - Reads the names of the images in the registry that a system keeps on its controllers, or the tags of one of them.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_registry_image
notes:
  - Uses the StarlingX configuration API (sysinv), C(registry_image).
  - Without O(name) the images have no tags, since the API has no list of both.
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
  tag:
    description:
      - Only the one with this tag.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read the names of all images
  edge.infra.stx_registry_image_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
  register: found

- name: Read the tags of one
  edge.infra.stx_registry_image_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: docker.io/starlingx/dex
  register: found
"""

RETURN = r"""
# BEGIN generated return
registry_images:
  description: Objects of the kind image, without secrets.
  type: list
  elements: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.keepsakes import REGISTRY_IMAGE


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, REGISTRY_IMAGE)


if __name__ == "__main__":
    main()
