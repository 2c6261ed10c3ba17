#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: openstack_vim_info
short_description: Compare an OpenStack with what a VIM account needs of it
version_added: "0.1.0"
description:
  - Looks at a project with its user, roles and quota, at flavors, images and networks, and tells for each
    what is to be done about it.
  - The role P(edge.infra.openstack_vim#role) has it done by the modules of C(openstack.cloud). Some of these
    take no part in check mode, and each signs in by itself, so this one looks at everything at once.
  - What the role has made carries a mark, C(edge.infra), as a tag or in its description; that is how C(ours)
    is known.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.openstack
seealso:
  - module: edge.infra.openstack_info
options:
  project:
    description:
      - The project, with C(name), C(domain) and C(description); that of the connection unless given.
    type: dict
  user:
    description:
      - The user of that project, with C(name), C(domain), C(description) and C(roles).
    type: dict
  quota:
    description:
      - Limits of the project by the names that M(openstack.cloud.quota) has for them.
    type: dict
  flavors:
    description:
      - Flavors, each with C(name), C(vcpus), C(ram), C(disk), C(ephemeral), C(extra_specs) and
        C(description).
    type: list
    elements: dict
    default: []
  images:
    description:
      - Images, each with C(name), C(min_disk), C(min_ram), C(visibility), C(properties) and C(sha512).
    type: list
    elements: dict
    default: []
  networks:
    description:
      - Networks, each with C(name), what M(openstack.cloud.network) takes, and C(subnets).
    type: list
    elements: dict
    default: []
  removal:
    description:
      - Whether this is about removing all of it; nothing is compared then, and the servers of the project are
        looked for.
    type: bool
    default: false
  check_without_api:
    description:
      - In check mode, take an OpenStack that does not answer for one that the same run would install.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Compare
  edge.infra.openstack_vim_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_username: admin
    auth_password: "{{ vault_openstack_password }}"
    project_name: admin
    project:
      name: osm
    user:
      name: osm
      roles: [member]
    quota:
      instances: 20
    flavors:
      - {name: osm.small, vcpus: 1, ram: 1024, disk: 10}
"""

RETURN = r"""
plan:
  description: What is to be done.
  type: dict
  returned: success
  contains:
    projects:
      description:
        - Each kind is a list of what is wanted, with C(name), C(id), C(action) (V(none), V(create),
          V(update), V(replace)), C(changes), C(ours), C(description) and C(wanted), what was declared.
      type: list
      elements: dict
    users:
      description: As C(projects).
      type: list
      elements: dict
    flavors:
      description: As C(projects).
      type: list
      elements: dict
    images:
      description: As C(projects).
      type: list
      elements: dict
    networks:
      description: As C(projects).
      type: list
      elements: dict
    subnets:
      description: As C(projects), with the name of the C(network).
      type: list
      elements: dict
    roles:
      description: Roles that the user lacks.
      type: list
      elements: str
    quota:
      description: Limits that are others.
      type: dict
    servers:
      description: Names of the project's servers, with O(removal).
      type: list
      elements: str
requests:
  description: Number of requests beside the login.
  type: int
  returned: success
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(api), V(login), V(unreachable) or V(timeout).
      type: str
    message:
      description: What happened, with the URL and the words of the API.
      type: str
    remedy:
      description: What to do about it.
      type: str
    option:
      description: The option that it is about, where there is one.
      type: str
    status:
      description: HTTP status, where there was an answer.
      type: int
"""

from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._engine.errors import UnreachableError
from ansible_collections.edge.infra.plugins.module_utils._openstack import wanted
from ansible_collections.edge.infra.plugins.module_utils._openstack.connect import Cloud
from ansible_collections.edge.infra.plugins.module_utils._openstack.module import run

ITEMS: dict[str, Any] = {"type": "list", "elements": "dict", "default": []}


def work(cloud: Cloud, options: dict[str, Any], check: bool) -> dict[str, Any]:
    """Look, and compare."""
    names = ("project", "user", "quota", "flavors", "images", "networks", "removal")
    asked = {name: options[name] for name in names}
    try:
        found = wanted.read(cloud, asked)
    except UnreachableError:
        if not (check and options["check_without_api"]):
            raise
        found = wanted.nothing()
    return {"plan": wanted.plan(asked, found, cloud.url)}


def main() -> None:
    """Compare."""
    run(
        {
            "project": {"type": "dict"},
            "user": {"type": "dict"},
            "quota": {"type": "dict"},
            "flavors": ITEMS,
            "images": ITEMS,
            "networks": ITEMS,
            "removal": {"type": "bool", "default": False},
            "check_without_api": {"type": "bool", "default": False},
        },
        work,
    )


if __name__ == "__main__":
    main()
