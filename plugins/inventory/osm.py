# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: osm
short_description: Services of OSM as hosts
version_added: "0.1.0"
description:
  - Network services (NS), their network functions (VNF), machines (VDU) and Kubernetes applications (KDU), as Open
    Source MANO keeps them, become hosts with their management addresses.
  - Sends one login and three list requests, however many services there are.
  - The file's name ends in C(osm.yml) or C(osm.yaml).
  - Of OSM's records only what is documented here is kept. Parameters, scripts, keys and credentials reach neither the
    variables nor the cache.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.osm_plugin
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - A VNF is named C(INDEX.SERVICE), a machine C(VDU-NUMBER.INDEX.SERVICE), an application C(KDU.INDEX.SERVICE).
    Characters that do not fit a host's name become C(-). Where OSM has several services of one name, each gets the
    first eight characters of its id.
  - A service that is called as a group (or C(localhost)) gets them, too, as do several VNFs of one index in one
    service; several parts of a VNF with one name get their place in it. Of these you are warned.
  - C(ansible_host) is the first of C(osm_addresses). A host without an address does not have it.
  - O(compose), O(groups) and O(keyed_groups) know the host's variables, C(inventory_hostname) and
    C(inventory_hostname_short), which is the name up to the first dot.
  - An application's addresses are those of its management service, then of its services from outside, then inside its
    cluster.
options:
  plugin:
    description: This plugin.
    type: str
    required: true
    choices: [edge.infra.osm, osm]
  hosts:
    description:
      - What becomes a host.
      - A service's host stands for the service as a whole; its addresses are those of all its VNFs.
    type: list
    elements: str
    choices: [ns, vnf, vdu, kdu]
    default: [ns, vnf]
  groups_by:
    description:
      - Groups that are made of every host.
      - V(kind) makes C(osm_kind_vnf) and the like, the others C(osm_ns_NAME), C(osm_nsd_NAME), C(osm_vnfd_NAME),
        C(osm_vim_NAME) and C(osm_kdu_NAME). Characters that do not fit a group's name become C(_).
    type: list
    elements: str
    choices: [kind, ns, nsd, vnfd, vim, kdu]
    default: [kind, ns, nsd, vnfd, vim, kdu]
  group_prefix:
    description: What the names of these groups begin with.
    type: str
    default: osm_
  filters:
    description:
      - Which services and VNFs OSM sends at all.
      - Two dictionaries, C(ns) and C(vnf), of a path in OSM's record and the wanted value, or a list of which any will
        do. An operator can follow the path (C(.neq), C(.gt), C(.gte), C(.lt), C(.lte), C(.cont)).
      - VNFs of services that are not wanted are left out, and services of which no VNF is wanted, too.
    type: dict
    default: {}
  with_address:
    description: Whether to leave out hosts that have no address.
    type: bool
    default: false
"""

EXAMPLES = r"""
# edge.osm.yml: every service and VNF; the user and password come from OSM_USER and OSM_PASSWORD
plugin: edge.infra.osm
osm_url: https://nbi.osm.example.com

---
# running.osm.yml: the machines of what runs, in groups by site
plugin: edge.infra.osm
osm_url: https://nbi.osm.example.com
osm_username: admin
osm_password: "{{ lookup('ansible.builtin.file', '~/.osm-password') }}"
hosts: [vdu]
with_address: true
filters:
  ns:
    nsState: READY
    nsd-ref: [edge_web_ns, edge_cache_ns]
compose:
  ansible_user: "'ubuntu'"
keyed_groups:
  - key: osm_vim_type
    prefix: cloud
groups:
  first: osm_member_vnf_index == '1'
strict: true
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/osm-inventory
"""

from typing import Any

from ansible.errors import AnsibleParserError
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._engine.redact import without_userinfo
from ansible_collections.edge.infra.plugins.module_utils._osm.api import CONNECTION, OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.hosts import check_filters, hosts, read
from ansible_collections.edge.infra.plugins.plugin_utils._inventory import ApiInventory


class InventoryModule(ApiInventory):
    """Services of OSM as hosts."""

    NAME = "edge.infra.osm"

    def verify_file(self, path: str) -> bool:
        """Whether a file is one of ours, by its name."""
        return bool(super().verify_file(path)) and path.endswith(("osm.yml", "osm.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Fill the inventory from OSM, or from the cache."""
        super().parse(inventory, loader, path, cache)
        self.check_libraries(OSM.libraries)
        self.check_keys(path, self._read_config_data(path))
        self.load_cache_plugin()
        connection = {f.name: self.own(f.name) for f in CONNECTION}
        filters = self.own("filters") or {}

        def ask() -> Any:
            dialect = OSM.connect(connection)
            try:
                return read(dialect, filters)  # type: ignore[arg-type]
            finally:
                dialect.close()

        asked = [connection["osm_url"], connection["osm_username"], connection["osm_project"], filters]
        try:
            check_filters(filters)
            found = self.kept(path, asked, cache, ask)
        except EdgeError as error:
            raise AnsibleParserError(without_userinfo(f"{path}: {error}")) from None
        kinds = self.own("hosts")
        self.fill(lambda reserved, warn: hosts(found, kinds, reserved, warn))
