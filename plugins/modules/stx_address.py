#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_address
short_description: Manage static addresses of a StarlingX host's interfaces
version_added: "0.1.0"
description:
  - Gives an interface of a host a static address, or takes one away.
  - sysinv takes this on a locked host only; O(lock) says what to do when the host is unlocked.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(addresses).
# BEGIN generated options
options:
  host:
    description:
      - Name or id of the host.
    type: str
    required: true
  address:
    description:
      - The address, without its prefix.
    type: str
    required: true
  prefix:
    description:
      - Length of the subnet's prefix.
      - 'Cannot be changed later: Remove it (state: absent) and create it again.'
      - Needed to create the object.
    type: int
  ifname:
    description:
      - The interface that has the address; the mode of its addresses of that version is C(static).
      - By its name or id.
      - 'Cannot be changed later: Remove it (state: absent) and create it again.'
      - Needed to create the object.
    type: str
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
- name: Have an address on a data interface
  edge.infra.stx_address:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    ifname: data0
    address: 10.50.0.10
    prefix: 24

- name: Remove it, and take the host out of service for that
  edge.infra.stx_address:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    host: controller-0
    ifname: data0
    address: 10.50.0.10
    prefix: 24
    lock: allowed
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
address:
  description: The address; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    address:
      description:
        - The address, without its prefix.
      type: str
      returned: when set
      sample: 10.50.0.10
    prefix:
      description:
        - Length of the subnet's prefix.
      type: int
      returned: when set
      sample: 24
    ifname:
      description:
        - The interface that has the address; the mode of its addresses of that version is C(static).
        - By its name or id.
      type: str
      returned: when set
      sample: data0
    enable_dad:
      description:
        - Whether others are asked before it is used.
      type: bool
      returned: when set
      sample: false
    pool:
      description:
        - Id of the pool that it was taken from.
      type: str
      returned: when set
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.routing import ADDRESS


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, ADDRESS)


if __name__ == "__main__":
    main()
