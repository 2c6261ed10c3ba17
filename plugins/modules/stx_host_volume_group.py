#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_host_volume_group
short_description: Manage volume groups of a StarlingX host
version_added: "0.1.0"
description:
  - Adds and removes volume groups. The host makes them when it is unlocked the next time; one that it will remove
    then counts as gone.
  - V(nova-local) changes on a locked host only; on an unlocked one that is refused before anything is sent, unless
    O(lock=allowed).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ilvgs).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  name:
    description:
      - Name of the group. V(cgts-vg) is the system's own and always there; V(nova-local) is
        for OpenStack's virtual machines, needs a host with the function of a worker and excludes
        the file system C(instances).
    type: str
    choices:
      - nova-local
      - cgts-vg
      - cinder-volumes
    required: true
  lock:
    description:
      - What to do when a change needs a locked host and the host is unlocked.
      - With V(never) the change is refused before anything is sent.
      - With V(allowed) the host is locked, changed and unlocked again; it is out of service
        until it has rebooted.
    type: str
    choices:
      - never
      - allowed
    default: never
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
      - 'Such as C(hosts: [NAME]), or C(host: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Local storage for virtual machines
  edge.infra.stx_host_volume_group:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    name: nova-local
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
host_volume_group:
  description: The volume group; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the group. V(cgts-vg) is the system's own and always there; V(nova-local)
          is for OpenStack's virtual machines, needs a host with the function of a worker and
          excludes the file system C(instances).
      type: str
      returned: when set
      sample: nova-local
    volumes:
      description:
        - Number of its physical volumes.
      type: int
      returned: when set
      sample: 1
    size_bytes:
      description:
        - Size in bytes.
      type: int
      returned: when set
    available_bytes:
      description:
        - What of it is free, in bytes.
      type: int
      returned: when set
    status:
      description: The state as the API says it; a wait ends at one of V(adding), V(provisioned),
        V(provisioning), V(unprovisioned).
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.volumes import GROUP


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, GROUP)


if __name__ == "__main__":
    main()
