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

import difflib
import hashlib
import importlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._engine.redact import without_userinfo
from ansible_collections.edge.infra.plugins.module_utils._osm.api import CONNECTION, OSM
from ansible_collections.edge.infra.plugins.module_utils._osm.hosts import check_filters, hosts, read

#: names that Ansible has given already
RESERVED = ("all", "ungrouped", "localhost")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Services of OSM as hosts."""

    inventory: InventoryData

    NAME = "edge.infra.osm"

    def verify_file(self, path: str) -> bool:
        """Whether a file is one of ours, by its name."""
        return bool(super().verify_file(path)) and path.endswith(("osm.yml", "osm.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Fill the inventory from OSM, or from the cache."""
        super().parse(inventory, loader, path, cache)
        for import_name, distribution in OSM.libraries.items():
            try:
                importlib.import_module(import_name)
            except ImportError as error:
                raise AnsibleError(f"edge.infra.osm needs the Python library {distribution}.") from error
        self._check_keys(path, self._read_config_data(path))
        self.load_cache_plugin()
        connection = {f.name: self._own(f.name) for f in CONNECTION}
        filters = self._own("filters") or {}
        try:
            check_filters(filters)
            found = self._found(path, connection, filters, cache)
        except EdgeError as error:
            raise AnsibleParserError(without_userinfo(f"{path}: {error}")) from None
        self._fill(found)

    def _check_keys(self, path: str, given: Mapping[str, Any]) -> None:
        """Refuse keys that are no options: Ansible passes them over, and what they should have said is not done."""
        known: set[str] = set()
        for name, definition in C.config.get_configuration_definitions(self.plugin_type, self._load_name).items():
            known |= {name, *(definition.get("aliases") or ())}
        for key in given:
            if key in known:
                continue
            near = difflib.get_close_matches(str(key), sorted(known), n=1)
            meant = f"Is {near[0]} meant?" if near else "ansible-doc -t inventory edge.infra.osm lists them."
            raise AnsibleParserError(f"{path}: there is no option {str(key)!r}. {meant}")

    def _own(self, name: str) -> Any:
        """An option, with its templates filled in."""
        value = self.get_option(name)
        return self.templar.template(value) if isinstance(value, str | dict | list) else value

    def _found(self, path: str, connection: Mapping[str, Any], filters: Mapping[str, Any], cache: bool) -> Any:
        # what was asked for is part of the key, so that another filter does not show the answer to an older one
        asked = [connection["osm_url"], connection["osm_username"], connection["osm_project"], filters]
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:12]
        key = f"{self.get_cache_key(path)}_{digest}"
        wanted = bool(self.get_option("cache"))
        if wanted and cache:
            try:
                return self._cache[key]
            except KeyError:
                pass
        dialect = OSM.connect(connection)
        try:
            found = read(dialect, filters)  # type: ignore[arg-type]
        finally:
            dialect.close()
        if wanted:
            self._cache[key] = found
        return found

    def _fill(self, found: Mapping[str, Any]) -> None:
        kinds = self._own("hosts")
        real = self.inventory
        # a group can be made of any variable: which there will be is known when they have been made, of hosts whose
        # names no group has
        self.inventory = InventoryData()
        try:
            self._put(hosts(found, kinds), mark=".")
            reserved = {*RESERVED, *real.groups, *self.inventory.groups}
        finally:
            self.inventory = real
        self._put(hosts(found, kinds, reserved, self.display.warning))

    def _put(self, rows: Iterable[Any], mark: str = "") -> None:
        strict, prefix, groups_by = self.get_option("strict"), self.get_option("group_prefix"), self._own("groups_by")
        # names and texts of OSM's users are data: what is not marked as trusted is no template
        for known_as, values, groups in rows:
            if self.get_option("with_address") and "ansible_host" not in values:
                continue
            name = known_as + mark
            self.inventory.add_host(name)
            names = {"inventory_hostname": known_as, "inventory_hostname_short": known_as.split(".")[0]}
            for key, value in values.items():
                self.inventory.set_variable(name, key, value)
            for by in groups_by:
                for member in groups.get(by, ()):
                    group = self.inventory.add_group(self._sanitize_group_name(f"{prefix}{by}_{member}"))
                    self.inventory.add_child(group, name)
            self._set_composite_vars(self.get_option("compose"), {**values, **names}, name, strict=strict)
            for add, option in (
                (self._add_host_to_composed_groups, "groups"),
                (self._add_host_to_keyed_groups, "keyed_groups"),
            ):
                # with what was composed, and the host's own name instead of the one with a mark
                known = {**values, **self.inventory.get_host(name).get_vars(), **names}
                add(self.get_option(option), known, name, strict=strict, fetch_hostvars=False)
