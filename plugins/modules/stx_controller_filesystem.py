#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_controller_filesystem
short_description: Manage the file systems that StarlingX's controllers share
version_added: "0.1.0"
description:
  - Grows the file systems of the controllers, all that differ in one request, and waits until they have been
    resized.
  - sysinv does that only while every controller is unlocked, enabled and available.
  - A size that is smaller than the present one is refused before anything is sent.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(controller_fs).
# BEGIN generated options
options:
  filesystems:
    description:
      - File systems with their sizes in GiB, which only grow. What is not named stays as it
        is.
      - The host's file system C(backup) has to have room for C(platform) and C(database) and
        5 GiB more; grow it first.
    type: dict
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
- name: Room for the container images of applications
  edge.infra.stx_controller_filesystem:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    filesystems:
      docker-distribution: 30
      etcd: 10
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
controller_filesystem:
  description: The controllers' file systems; empty when it does not exist (any more).
  type: dict
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
        - The host's file system C(backup) has to have room for C(platform) and C(database)
          and 5 GiB more; grow it first.
      type: dict
      returned: when set
      sample:
        docker-distribution: 30
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.filesystems import CONTROLLER_FILESYSTEM


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, CONTROLLER_FILESYSTEM)


if __name__ == "__main__":
    main()
