#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_peer_group_association
short_description: Associate groups of subclouds with another StarlingX System Controller
version_added: "0.1.0"
description:
  - Associates a peer group with a system peer, which brings the group and its subclouds there as secondary
    ones, and waits until the two are in sync.
  - One whose synchronisation has failed is synchronised again.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_system_peer
  - module: edge.infra.stx_subcloud_peer_group
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  peer_group:
    description:
      - The group of subclouds.
      - A name or an id.
    type: str
    required: true
  system_peer:
    description:
      - The other System Controller.
      - A name or an id.
    type: str
    required: true
  priority:
    description:
      - Priority of the group there, 1 to 65536.
      - Needed to create the object.
    type: int
  sync_status:
    description:
      - Give V(in-sync) to have it synchronised again where its group or its subclouds have
        changed.
      - Only the System Controller that leads the group can do that.
    type: str
    choices:
      - in-sync
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
  assume:
    description:
      - Names, by kind, of objects that earlier tasks of the same check run would have made.
      - They count as existing while this task is planned in check mode. Ignored in a real run.
      - A key is the name of a kind, in the singular as results have it or in the plural as
        documents have it; a value is a list of names. Modules that take C(kubeconfig) know
        this key, too, with paths of files that will be there. The result C(assume) of a module
        for many kinds can be given as it is.
      - 'Such as C(subcloud_peer_groups: [NAME]), or C(subcloud_peer_group: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Keep the group in the south, too
  edge.infra.stx_peer_group_association:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    peer_group: movable
    system_peer: south
    priority: 1
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
peer_group_association:
  description: The association; empty when it does not exist (any more).
  type: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.peers import PEER_GROUP_ASSOCIATION


def main() -> None:
    """Put the declaration to work."""
    run(DISTCLOUD, PEER_GROUP_ASSOCIATION)


if __name__ == "__main__":
    main()
