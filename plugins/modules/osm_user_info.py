#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_user_info
short_description: Read users of OSM
version_added: "0.1.0"
description:
  - Lists users of OSM, without secrets.
  - Sends one list request (OSM has no paging).
  - References are told by name, for which their kinds are listed too.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.osm
# BEGIN generated options
options:
  name:
    description:
      - Only the one with this name.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read them all
  edge.infra.osm_user_info:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
  register: found
"""

RETURN = r"""
# BEGIN generated return
users:
  description: Objects of the kind user, without secrets.
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
        - Name that the user signs in with.
      type: str
      returned: when set
      sample: edge-operator
    project_roles:
      description:
        - 'What the user may do where: all of it, unless C(append=true). What is not given here
          is taken away, and an empty list takes away everything.'
        - What is there already is neither removed nor added again, so that two runs at once
          do no harm.
      type: list
      returned: when set
      elements: dict
      sample:
        - project: edge
          role: project_user
    email:
      description:
        - Address for one-time passwords. OSM can change it, and not remove it.
      type: str
      returned: when set
      sample: operator@example.com
    domain_name:
      description:
        - Domain of the user (for back ends that have domains).
      type: str
      returned: when set
    must_change_password:
      description:
        - Whether OSM asks for a new password at the next login.
        - OSM does so for every user that an administrator makes, and refuses programs until
          it is done. With V(false) the user is made with a throw-away password, which is changed
          to C(password) at once; this is the one change that OSM can do. For accounts of programs.
        - A password runs out after OSM's own time (30 days, unless configured); then this is
          V(true) again.
      type: bool
      returned: when set
    unlock:
      description:
        - With V(true), a user that OSM has locked after too many wrong passwords is unlocked.
        - V(false) changes nothing. The user that the task signs in as must be an administrator.
      type: bool
      returned: when set
    user_status:
      description:
        - 'OSM''s own word for the user''s state: V(active), V(always-active), V(locked) or
          V(expired).'
      type: str
      returned: when set
      sample: active
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
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.users import USER


def main() -> None:
    """Put the declaration to work."""
    run_info(OSM, USER)


if __name__ == "__main__":
    main()
