#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_ptp_interface
short_description: Manage PTP interfaces of StarlingX
version_added: "0.1.0"
description:
  - Creates or removes a PTP interface, a set of parameters of a PTP instance, and says which interfaces of hosts
    have it.
  - Changes take effect once they are applied, which a task does after its change unless O(apply=false).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ptp_interfaces), and C(iinterfaces) for assignments.
# BEGIN generated options
options:
  name:
    description:
      - Name of the PTP interface.
    type: str
    required: true
  ptp_instance:
    description:
      - The PTP instance that it belongs to.
      - A name or an id.
      - 'Cannot be changed later: remove the object and create it again.'
      - Needed to create the object.
    type: str
  interfaces:
    description:
      - Interfaces of hosts that have its parameters, each as the host's name, a slash and its
        own name.
      - Those not named are taken off.
    type: list
    elements: str
  apply:
    description:
      - 'Whether the hosts use changes at once: those in service whose C(clock_synchronization)
        is C(ptp).'
      - The others use them from their next unlock on.
      - With V(false) all hosts use them from their next unlock or the next change that is applied
        on.
    type: bool
    default: true
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
      - 'Such as C(ptp_instances: [NAME]), or C(ptp_instance: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Use PTP on a data interface
  edge.infra.stx_ptp_interface:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: ptp-access
    ptp_instance: ptp4l-grandmaster
    interfaces: [controller-0/data0]

- name: Remove it
  edge.infra.stx_ptp_interface:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    name: ptp-access
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
ptp_interface:
  description: The PTP interface; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the PTP interface.
      type: str
      returned: when set
      sample: ptp-access
    ptp_instance:
      description:
        - The PTP instance that it belongs to.
      type: str
      returned: when set
      sample: ptp4l-grandmaster
    interfaces:
      description:
        - Interfaces of hosts that have its parameters, each as the host's name, a slash and
          its own name.
        - Those not named are taken off.
      type: list
      returned: when set
      elements: str
      sample:
        - controller-0/data0
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.ptp import PTP_INTERFACE


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, PTP_INTERFACE)


if __name__ == "__main__":
    main()
