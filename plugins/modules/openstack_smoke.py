#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: openstack_smoke
short_description: Try an OpenStack with a machine, and take it away again
version_added: "0.1.0"
description:
  - Makes a server on a network from an image, waits until it is C(ACTIVE) with an address, and removes it and
    what was made for it.
  - What a run that was killed has left (servers and networks of the project whose names begin with C(edge-
    smoke-)) is removed first; that alone counts as a change. So one trial at a time runs in a project.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.openstack
attributes:
  check_mode:
    description: Looks for the image, the flavor and leftovers; makes nothing.
    support: full
  diff_mode:
    description: What is made is gone at the end, so there is nothing to show.
    support: none
  idempotent:
    description: Each run makes a server and removes it, and leaves nothing that has changed.
    support: full
seealso:
  - module: edge.infra.openstack_info
options:
  image:
    description:
      - Name or id of the image. Needed with O(state=present).
    type: str
  flavor:
    description:
      - Name or id of the flavor; the smallest with a disk unless given.
    type: str
  network:
    description:
      - Name or id of the network; one of its own that leads nowhere (192.0.2.0/28) unless given.
    type: str
  availability_zone:
    description:
      - Zone in which the server is made, also C(ZONE:HOST).
    type: str
  state:
    description:
      - With V(absent) only what earlier runs have left is removed.
    type: str
    choices: [present, absent]
    default: present
  assume:
    description:
      - In check mode, images that the same run would make.
    type: list
    elements: str
    default: []
  wait_timeout:
    description:
      - Seconds to wait for the server, and for its end.
    type: int
    default: 300
"""

EXAMPLES = r"""
- name: A machine on trial
  edge.infra.openstack_smoke:
    auth_url: https://10.20.30.2:5000/v3
    auth_username: osm
    auth_password: "{{ vault_openstack_osm_password }}"
    project_name: osm
    ca_cert: files/openstack-ca.pem
    image: cirros
    network: management
"""

RETURN = r"""
smoke:
  description: What the server was like; empty in check mode and with O(state=absent).
  type: dict
  returned: success
  contains:
    server:
      description: Its name.
      type: str
    image:
      description: Name of the image.
      type: str
    flavor:
      description: Name of the flavor.
      type: str
    network:
      description: Name of the network.
      type: str
    host:
      description: Where it ran, where the user may see that.
      type: str
    addresses:
      description: Its addresses.
      type: list
      elements: str
    seconds:
      description: Seconds until it was C(ACTIVE).
      type: float
removed:
  description: What earlier runs had left, and was removed, or would be.
  type: list
  elements: str
  returned: success
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

from ansible_collections.edge.infra.plugins.module_utils._engine.errors import NotFoundError
from ansible_collections.edge.infra.plugins.module_utils._openstack.connect import Cloud
from ansible_collections.edge.infra.plugins.module_utils._openstack.module import run
from ansible_collections.edge.infra.plugins.module_utils._openstack.smoke import Smoke


def work(cloud: Cloud, options: dict[str, Any], check: bool) -> dict[str, Any]:
    """Remove what is left; make a server, and remove it."""
    trial = Smoke(cloud, options)
    left = trial.leftovers()
    names = [f"{kind[:-1]} {row['name']}" for kind, rows in left.items() for row in rows]
    if not check:
        trial.clear(left)
    answer: dict[str, Any] = {"changed": bool(names), "removed": names, "smoke": {}}
    if options["state"] == "absent":
        return answer
    if check:
        for look in (trial.image, trial.flavor):
            try:
                look()
            except NotFoundError:
                if options["image"] not in options["assume"]:
                    raise
        return answer
    return {**answer, "smoke": trial.run()}


def main() -> None:
    """A machine on trial."""
    run(
        {
            "image": {"type": "str"},
            "flavor": {"type": "str"},
            "network": {"type": "str"},
            "availability_zone": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "assume": {"type": "list", "elements": "str", "default": []},
            "wait_timeout": {"type": "int", "default": 300},
        },
        work,
        required_if=[("state", "present", ["image"])],
    )


if __name__ == "__main__":
    main()
