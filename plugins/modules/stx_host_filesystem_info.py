#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_filesystem_info
short_description: Read file systems of a host of StarlingX
version_added: "0.1.0"
description:
  - Reads the file systems of a host with their sizes in GiB and states.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(host_fs).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
# END generated options
"""

EXAMPLES = r"""
- name: Read file systems of a host
  edge.infra.stx_host_filesystem_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
  register: found
"""

RETURN = r"""
# BEGIN generated return
host_filesystems:
  description: Objects of the kind file systems, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    filesystems:
      description:
        - File systems with their sizes in GiB, which only grow. What is not named stays as
          it is.
        - C(ceph), C(image-conversion) and C(instances) are made where they do not exist, and
          removed with a null value.
        - C(instances) changes on a locked host only and excludes the volume group C(nova-local);
          C(ceph) needs the storage back end C(ceph-rook).
      type: dict
      returned: when set
      sample:
        docker: 60
        scratch: 20
    states:
      description:
        - What sysinv is doing with each of them.
      type: dict
      returned: when set
      sample:
        docker: In-Use
    status:
      description: The state as the API says it; a wait ends at one of V(failed), V(settled).
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.filesystems import HOST_FILESYSTEM


def main() -> None:
    """Put the declaration to work."""
    run_info(STARLINGX, HOST_FILESYSTEM)


if __name__ == "__main__":
    main()
