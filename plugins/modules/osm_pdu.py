#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: osm_pdu
short_description: Manage physical deployment units of OSM
version_added: "0.1.0"
description:
  - Describes a machine that is there already (a physical deployment unit, PDU) to Open Source MANO, so that VNFs
    can take it for a VDU with the same C(pdu-type).
  - OSM gives a VNF a free PDU of that type whose O(vim_accounts) has the VIM account of the VNF and which has
    interfaces of the names that the VDU has.
  - OSM allows several PDUs of one name. Where there are several, the task fails and names their ids; one of these
    can be given as O(name).
  - A PDU that a VNF uses is not removed; the services that use it are named.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.osm
seealso:
  - module: edge.infra.osm_pdu_info
  - module: edge.infra.osm_vim_account
# BEGIN generated options
options:
  name:
    description:
      - Name of the PDU.
      - OSM allows several of one name; then give the id of the one that is meant.
    type: str
    required: true
  type:
    description:
      - Type of the PDU; VDUs with this C(pdu-type) can take it.
      - Needed to create the object.
    type: str
  interfaces:
    description:
      - Its interfaces. Those of the VDU are found by their names.
      - 'The list is replaced as a whole: an interface, or a word of one, that is not given
        goes away.'
      - Needed to create the object.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name, as in the VNFD.
        type: str
        required: true
      mgmt:
        description:
          - Whether the PDU is managed over it.
        type: bool
        default: false
      ip_address:
        description:
          - Its address.
        type: str
        required: true
      mac_address:
        description:
          - Its MAC address.
        type: str
      type:
        description:
          - Kind of interface.
        type: str
        choices:
          - overlay
          - underlay
      vim_network_name:
        description:
          - Network at the VIM that it is connected to, by name.
        type: str
      vim_network_id:
        description:
          - The same, by the VIM's id.
        type: str
  vim_accounts:
    description:
      - VIM accounts whose VNFs can take it, by name or id.
      - Without any none can; an empty list removes all.
    type: list
    elements: str
  shared:
    description:
      - Whether it is shared; OSM keeps this and makes nothing of it.
    type: bool
  description:
    description:
      - Text for people.
      - An empty text removes it.
    type: str
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  force:
    description:
      - With C(state=absent), remove the object in spite of its users, and at once.
      - OSM forgets the PDU; the VNFs that use it keep its addresses.
      - Ignored with C(state=present).
    type: bool
    default: false
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
      - 'Such as C(vim_accounts: [NAME]), or C(vim_account: [NAME]).'
    type: dict
# END generated options
"""

EXAMPLES = r"""
- name: Describe a firewall that services at the edge can take
  edge.infra.osm_pdu:
    osm_url: https://nbi.osm.example.com
    osm_username: admin
    osm_password: "{{ vault_osm_password }}"
    name: firewall-1
    type: firewall
    vim_accounts: [madrid-1]
    interfaces:
      - name: mgmt
        mgmt: true
        ip_address: 10.20.30.50
      - name: data
        ip_address: 10.20.31.50
        vim_network_name: physnet0
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
pdu:
  description: The PDU; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    name:
      description:
        - Name of the PDU.
        - OSM allows several of one name; then give the id of the one that is meant.
      type: str
      returned: when set
      sample: firewall-1
    type:
      description:
        - Type of the PDU; VDUs with this C(pdu-type) can take it.
      type: str
      returned: when set
      sample: firewall
    interfaces:
      description:
        - Its interfaces. Those of the VDU are found by their names.
        - 'The list is replaced as a whole: an interface, or a word of one, that is not given
          goes away.'
      type: list
      returned: when set
      elements: dict
    vim_accounts:
      description:
        - VIM accounts whose VNFs can take it, by name or id.
        - Without any none can; an empty list removes all.
      type: list
      returned: when set
      elements: str
      sample:
        - madrid-1
    shared:
      description:
        - Whether it is shared; OSM keeps this and makes nothing of it.
      type: bool
      returned: when set
    description:
      description:
        - Text for people.
        - An empty text removes it.
      type: str
      returned: when set
      sample: Edge site in Madrid
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
from ansible_collections.edge.infra.plugins.module_utils._osm.pdus import PDU


def main() -> None:
    """Put the declaration to work."""
    run(OSM, PDU)


if __name__ == "__main__":
    main()
