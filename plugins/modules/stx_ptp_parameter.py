#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_ptp_parameter
short_description: Manage parameters of PTP instances and PTP interfaces of StarlingX
version_added: "0.1.0"
description:
  - Gives a PTP instance or a PTP interface a parameter, changes its value or takes it away.
  - Changes take effect once they are applied, which a task does after its change unless O(apply=false).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(ptp_instances) and C(ptp_interfaces).
# BEGIN generated options
options:
  name:
    description:
      - Name of the parameter.
    type: str
    required: true
  section:
    description:
      - Section of an instance's configuration that it stands in.
    type: str
    default: global
  ptp_instance:
    description:
      - The PTP instance that has it.
      - A name or an id.
    type: str
  ptp_interface:
    description:
      - The PTP interface that has it.
      - A name or an id.
    type: str
  value:
    description:
      - Its value; a list where the parameter may be repeated.
      - Needed to create the object.
    type: raw
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
- name: Set the domain of an instance
  edge.infra.stx_ptp_parameter:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    ptp_instance: ptp4l-grandmaster
    name: domainNumber
    value: 24

- name: Set the role of an interface
  edge.infra.stx_ptp_parameter:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    ptp_interface: ptp-access
    name: masterOnly
    value: 1

- name: Have a table of unicast masters
  edge.infra.stx_ptp_parameter:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    ptp_instance: ptp4l-grandmaster
    section: unicast_master_table_1
    name: UDPv4
    value: [10.50.0.21, 10.50.0.22]
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
ptp_parameter:
  description: The PTP parameter; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the parameter.
      type: str
      returned: when set
      sample: domainNumber
    section:
      description:
        - Section of an instance's configuration that it stands in.
      type: str
      returned: when set
      sample: global
    ptp_instance:
      description:
        - The PTP instance that has it.
      type: str
      returned: when set
      sample: ptp4l-grandmaster
    ptp_interface:
      description:
        - The PTP interface that has it.
      type: str
      returned: when set
      sample: ptp-access
    value:
      description:
        - Its value; a list where the parameter may be repeated.
      type: str
      returned: when set
      sample: '24'
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.ptp import PTP_PARAMETER


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, PTP_PARAMETER)


if __name__ == "__main__":
    main()
