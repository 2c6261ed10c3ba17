#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_peer_group_association_info
short_description: Read associations of groups of subclouds with other StarlingX System Controllers
version_added: "0.1.0"
description:
  - Reads associations, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
# END generated options
"""

EXAMPLES = r"""
- name: Read associations
  edge.infra.stx_peer_group_association_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
peer_group_associations:
  description: Objects of the kind association, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    peer_group:
      description:
        - The group of subclouds.
      type: str
      returned: when set
      sample: movable
    system_peer:
      description:
        - The other System Controller.
      type: str
      returned: when set
      sample: south
    priority:
      description:
        - Priority of the group there, 1 to 65536.
      type: int
      returned: when set
      sample: 1
    sync_status:
      description:
        - Give V(in-sync) to have it synchronised again where its group or its subclouds have
          changed.
        - Only the System Controller that leads the group can do that.
      type: str
      returned: when set
      sample: in-sync
    type:
      description:
        - V(primary), or V(non-primary).
      type: str
      returned: when set
      sample: primary
    sync_message:
      description:
        - What went wrong last.
      type: str
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(failed), V(in-sync),
        V(out-of-sync), V(unknown).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.peers import PEER_GROUP_ASSOCIATION


def main() -> None:
    """Put the declaration to work."""
    run_info(DISTCLOUD, PEER_GROUP_ASSOCIATION)


if __name__ == "__main__":
    main()
