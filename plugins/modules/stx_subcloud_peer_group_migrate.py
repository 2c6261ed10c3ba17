#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud_peer_group_migrate
short_description: Move the subclouds of a group to this StarlingX System Controller
version_added: "0.1.0"
description:
  - Moves the subclouds of a peer group here, as after the loss of the System Controller that had them, and
    waits until each is managed.
  - Where none is to be moved, nothing is done. What could not be moved is tried again by the next run.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_subcloud_peer_group
  - module: edge.infra.stx_subcloud_info
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  subcloud_peer_group:
    description:
      - Name of the group.
      - A name or an id.
    type: str
    required: true
  sysadmin_password:
    description:
      - Password of the user sysadmin on its subclouds.
    type: str
    required: true
  when_busy:
    description:
      - 'What to do while its subclouds or those of another group are moving: dcmanager moves
        one group at a time.'
      - With V(wait) that is waited for and then the present state is looked at; O(wait_timeout)
        counts for it, too.
      - With V(fail) the task is refused.
    type: str
    choices:
      - wait
      - fail
    default: wait
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
- name: Take over
  edge.infra.stx_subcloud_peer_group_migrate:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    subcloud_peer_group: movable
    sysadmin_password: "{{ vault_sysadmin_password }}"
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
    state:
      description:
        - How far it is.
      type: str
      returned: when set
      sample: complete
    total_subclouds:
      description:
        - How many subclouds the group has.
      type: int
      returned: when set
      sample: 12
    complete:
      description:
        - How many of them are here.
      type: int
      returned: when set
      sample: 12
    rehome_failed:
      description:
        - How many could not be moved.
      type: int
      returned: when set
      sample: 0
    status:
      description: The state as the API says it; a wait ends at one of V(complete), V(failed),
        V(idle).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.migration import PEER_GROUP_MIGRATE


def main() -> None:
    """Put the declaration to work."""
    run_action(DISTCLOUD, PEER_GROUP_MIGRATE)


if __name__ == "__main__":
    main()
