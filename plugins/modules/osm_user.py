#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_user
short_description: Manage users of OSM
version_added: "0.1.0"
description:
  - Creates users of Open Source MANO, changes or removes them. OSM does so at once.
  - C(project_roles) is all that a user may do, unless C(append=true).
  - The user that the task signs in as is never removed, and C(admin) never loses the role that lets it in.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
# BEGIN generated options
options:
  name:
    description:
      - Name that the user signs in with.
    type: str
    aliases:
      - username
    required: true
  password:
    description:
      - 'Password: at least eight characters with a lower and an upper case letter, a digit
        and one of C(!@#$%^&*()-_=+{};:,<.>).'
      - 'OSM keeps a hash of it, so it is not compared: see C(update_secret).'
      - OSM (2026) can change a password once only. A further change is refused; remove the
        user and create it again.
      - Needed to create the object.
    type: str
  project_roles:
    description:
      - 'What the user may do where: all of it, unless C(append=true). What is not given here
        is taken away, and an empty list takes away everything.'
      - What is there already is neither removed nor added again, so that two runs at once do
        no harm.
    type: list
    elements: dict
    suboptions:
      project:
        description:
          - Name or id of the project.
        type: str
        required: true
      role:
        description:
          - Name or id of the role.
        type: str
        required: true
  append:
    description:
      - Whether C(project_roles) is added to what the user has, and nothing is taken away.
    type: bool
    default: false
  email:
    description:
      - Address for one-time passwords. OSM can change it, and not remove it.
    type: str
  domain_name:
    description:
      - Domain of the user (for back ends that have domains).
      - 'Cannot be changed later: remove the object and create it again.'
    type: str
  must_change_password:
    description:
      - Whether OSM asks for a new password at the next login.
      - OSM does so for every user that an administrator makes, and refuses programs until it
        is done. With V(false) the user is made with a throw-away password, which is changed
        to C(password) at once; this is the one change that OSM can do. For accounts of programs.
      - A password runs out after OSM's own time (30 days, unless configured); then this is
        V(true) again.
    type: bool
  unlock:
    description:
      - With V(true), a user that OSM has locked after too many wrong passwords is unlocked.
      - V(false) changes nothing. The user that the task signs in as must be an administrator.
    type: bool
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  update_secret:
    description:
      - When to send secrets to an object that exists.
      - The API does not give secrets back in a form that could be compared, so with V(always)
        the task reports C(changed) each time.
    type: str
    choices:
      - on_create
      - always
    default: on_create
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
      - 'Such as C(projects: [NAME]), or C(project: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: A person, who has to choose a password at the first login
  edge.infra.osm_user:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: jane
    password: "{{ vault_first_password }}"
    project_roles:
      - project: edge
        role: edge_operator

- name: An account for a program, ready to be used
  edge.infra.osm_user:
    name: automation
    password: "{{ vault_automation_password }}"
    must_change_password: false
    project_roles:
      - project: edge
        role: project_admin

- name: One more project for Jane
  edge.infra.osm_user:
    name: jane
    project_roles:
      - project: lab
        role: project_user
    append: true

- name: Too many wrong passwords
  edge.infra.osm_user:
    name: jane
    unlock: true
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
user:
  description: The user; empty when it does not exist (any more).
  type: dict
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
from ansible_collections.edge.infra.plugins.module_utils._osm.api import OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.users import USER


def main() -> None:
    """Put the declaration to work."""
    run(OSM, USER)


if __name__ == "__main__":
    main()
