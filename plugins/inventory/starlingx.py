# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: starlingx
short_description: Hosts of a StarlingX system, and subclouds of a System Controller
version_added: "0.1.0"
description:
  - The hosts of a StarlingX system, the subclouds of a System Controller, and on request the hosts behind each
    subcloud become hosts of the inventory, in groups by what they are and in which state they are.
  - Sends one login and three list requests, and two more to a System Controller, however many subclouds there are.
  - The file's name ends in C(starlingx.yml) or C(starlingx.yaml).
  - Of the records only what is documented here is kept. Install values, passwords and credentials reach neither the
    variables nor the cache.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.starlingx_plugin
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - O(auth_url) and O(auth_password) are needed, here, in the environment, or by O(cloud).
  - A host of the system is named C(HOST.SYSTEM), a subcloud by its name, a host behind it C(HOST.SUBCLOUD).
    Characters that do not fit a host's name become C(-). A host that was discovered and has no name yet is called by
    its MAC address. A name that a group has, or another host, gets the first eight characters of an id; of this you
    are warned.
  - "Variables of hosts: C(stx_kind), C(stx_id), C(stx_system), C(stx_system_mode), C(stx_system_type), C(stx_region),
    C(stx_hostname), C(stx_personality), C(stx_subfunctions), C(stx_active) (whether it is the active controller),
    C(stx_administrative), C(stx_operational), C(stx_availability), C(stx_task), C(stx_provisioning),
    C(stx_config_status), C(stx_install_state), C(stx_clock_synchronization), C(stx_management_address),
    C(stx_management_mac), C(stx_oam_address), C(stx_oam_floating_address), C(stx_bmc_address), C(stx_bmc_type) and
    C(stx_release); behind a subcloud C(stx_subcloud) and C(stx_subcloud_group), too."
  - "Variables of subclouds: C(stx_kind), C(stx_id), C(stx_subcloud), C(stx_description), C(stx_location),
    C(stx_region), C(stx_release), C(stx_subcloud_group), C(stx_management_state), C(stx_availability_status),
    C(stx_deploy_status), C(stx_sync_status), C(stx_endpoints) (the sync status of each), C(stx_backup_status),
    C(stx_prestage_status), C(stx_management_subnet), C(stx_management_address) (the floating one),
    C(stx_bootstrap_address), C(stx_bmc_address) and C(stx_oam_address), which is only known with the hosts behind
    it."
  - O(compose), O(groups) and O(keyed_groups) know the host's variables, C(inventory_hostname) and
    C(inventory_hostname_short), which is the name up to the first dot.
  - Job slices of AWX each get a part of the hosts, in the order of the inventory, which is that of the names and the
    same in each run. With O(hosts=[subcloud]) each slice has its own subclouds, and each of them has all variables
    that its tasks need, so that no slice waits for another one. Tasks that speak to the System Controller's API go on
    C(localhost) with C(delegate_to), or by C(ansible_connection) in O(compose). With the hosts behind subclouds, hosts
    of one subcloud may be in several slices. The playbook C(edge.infra.subclouds) takes a plan from a job before it
    and speaks to that API in the same way. Use the cache, or the update of the inventory source on launch, so that
    the API is asked once and not by each slice.
options:
  plugin:
    description: This plugin.
    type: str
    required: true
    choices: [edge.infra.starlingx, starlingx]
  hosts:
    description:
      - What becomes a host.
      - V(subcloud) is left out silently on a system that is no System Controller, unless nothing else is wanted.
      - V(subcloud_host) asks the system of each subcloud that is online, which costs a login and three list requests
        for each. Those that are offline, or do not answer within O(timeout) or 15 seconds, are left out, and you are
        warned of them.
    type: list
    elements: str
    choices: [host, subcloud, subcloud_host]
    default: [host, subcloud]
  address:
    description:
      - Which address becomes C(ansible_host), the first of these that is known.
      - V(oam) is a controller's own address on the OAM network (on a simplex the only one), and of a subcloud its
        floating one. V(management) is the address on the management network, which is reached from inside the system.
        V(bootstrap) is the address of a subcloud's install values.
      - A host without any of them does not have C(ansible_host).
    type: list
    elements: str
    choices: [oam, bootstrap, management]
    default: [oam, bootstrap, management]
  qualified:
    description:
      - Whether the system's name is part of the names of its hosts, so that inventories of several systems go
        together. Otherwise they are called as in StarlingX, such as C(controller-0).
    type: bool
    default: true
  groups_by:
    description:
      - Groups that are made of the hosts.
      - V(kind) makes C(stx_kind_subcloud) and the like, V(system) C(stx_system_NAME).
      - V(personality), V(administrative), V(operational) and V(availability) are of hosts, V(subcloud_group),
        V(management_state), V(availability_status), V(deploy_status) and V(sync_status) of subclouds, such as
        C(stx_sync_status_out_of_sync). Hosts behind a subcloud are in C(stx_subcloud_NAME), and in the group of its
        V(subcloud_group). Characters that do not fit a group's name become C(_).
    type: list
    elements: str
    choices:
      - kind
      - system
      - personality
      - administrative
      - operational
      - availability
      - subcloud
      - subcloud_group
      - management_state
      - availability_status
      - deploy_status
      - sync_status
    default:
      - kind
      - system
      - personality
      - administrative
      - operational
      - availability
      - subcloud
      - subcloud_group
      - management_state
      - availability_status
      - deploy_status
      - sync_status
  group_prefix:
    description: What the names of these groups begin with.
    type: str
    default: stx_
  filters:
    description:
      - Which hosts and subclouds are kept.
      - Two dictionaries, C(host) and C(subcloud), of a variable without C(stx_) and the wanted value, or a list of
        which any will do. Texts may be shell patterns, such as C(edge-1*).
      - C(host) is for the hosts behind subclouds, too; subclouds that are not wanted are not asked for theirs.
    type: dict
    default: {}
  with_address:
    description: Whether to leave out hosts that have no address.
    type: bool
    default: false
  subcloud_connection:
    description:
      - How the system of a subcloud is reached for V(subcloud_host) of O(hosts), where that differs.
      - A dictionary of C(auth_url), C(auth_username), C(auth_password), C(region_name), C(interface) and C(ca_cert),
        each an expression over the variables of the subcloud, as in O(compose).
      - Without it the way of dcmanager is taken, which is open to who is inside the System Controller's network -
        C(https://MANAGEMENT_ADDRESS:5001/v3), the subcloud's region, C(admin) endpoints, and the user and authority
        of the System Controller.
    type: dict
    default: {}
  subcloud_parallel:
    description: How many subclouds are asked at the same time.
    type: int
    default: 10
"""

EXAMPLES = r"""
# edge.starlingx.yml: hosts and subclouds; the password comes from OS_PASSWORD
plugin: edge.infra.starlingx
auth_url: https://10.20.30.2:5000/v3

---
# subclouds.starlingx.yml: for jobs in slices, one host for each subcloud in service
plugin: edge.infra.starlingx
cloud: central
hosts: [subcloud]
filters:
  subcloud:
    management_state: managed
    availability_status: online
compose:
  ansible_connection: "'local'"
  edge_site_name: stx_subcloud
keyed_groups:
  - key: stx_release
    prefix: release
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/starlingx-inventory

---
# machines.starlingx.yml: the controllers behind the subclouds of one group, by their OAM addresses
plugin: edge.infra.starlingx
cloud: central
hosts: [subcloud_host]
filters:
  host:
    personality: controller
  subcloud:
    subcloud_group: canary
subcloud_connection:
  auth_url: "'https://' ~ stx_bootstrap_address ~ ':5000/v3'"
  interface: "'public'"
address: [oam]
compose:
  ansible_user: "'sysadmin'"
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleParserError
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError, InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.redact import without_userinfo
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.reading import REACHABLE, read
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import REACHED, STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.inventory import check_filters, doubles, hosts
from ansible_collections.edge.infra.plugins.plugin_utils._inventory import ApiInventory


class InventoryModule(ApiInventory):
    """Hosts of a system and subclouds of a System Controller as hosts."""

    NAME = "edge.infra.starlingx"

    def verify_file(self, path: str) -> bool:
        """Whether a file is one of ours, by its name."""
        return bool(super().verify_file(path)) and path.endswith(("starlingx.yml", "starlingx.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Fill the inventory from the system, or from the cache."""
        super().parse(inventory, loader, path, cache)
        self.check_libraries(STARLINGX.libraries)
        given = self._read_config_data(path)
        self.check_keys(path, given)
        self.load_cache_plugin()
        kinds, filters = self.own("hosts"), self.own("filters") or {}
        ways, parallel = self.get_option("subcloud_connection") or {}, self.own("subcloud_parallel")
        try:
            check_filters(filters)
            self._check(kinds, ways, parallel)
            connection = self._connection(given)
            asked = [connection[n] for n in ("auth_url", "auth_username", "project_name", "region_name")]
            found = self.kept(
                path,
                [*asked, kinds, filters, ways],
                cache,
                lambda: read(connection, kinds, filters, lambda known: self._way(ways, known), parallel),
            )
        except EdgeError as error:
            raise AnsibleParserError(without_userinfo(f"{path}: {error}")) from None
        for note in found["notes"]:
            self.display.warning(note)
        order, qualified = self.own("address"), self.own("qualified")
        known = {str(name): host.vars for name, host in self.inventory.hosts.items()}
        for name, there in doubles(hosts(found, kinds, order, qualified), known):
            self.display.warning(
                f"{path}: {name} is the name of a {there} in another source, too, and Ansible takes both for one host."
                " Read them one at a time, or leave one of them out with filters."
            )
        self.fill(lambda reserved, warn: hosts(found, kinds, order, qualified, reserved, warn))

    @staticmethod
    def _check(kinds: list[str], ways: Mapping[str, Any], parallel: int) -> None:
        for key in ways:
            if key not in REACHABLE:
                raise InputError(
                    f"subcloud_connection: there is no {key!r}.",
                    f"Give some of {', '.join(REACHABLE)}.",
                    option="subcloud_connection",
                )
        if parallel < 1:
            raise InputError("subcloud_parallel: at least one.", "Correct it.", option="subcloud_parallel")
        if not kinds:
            raise InputError("hosts: nothing is to become a host.", "Name a kind.", option="hosts")

    def _connection(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The options of the connection; what a cloud has counts before the environment, and after this file."""
        values = {f.name: self.own(f.name) for f in REACHED}
        for f in REACHED:
            if f.implies and values[f.name]:
                implied = f.implies(str(values[f.name]))
                values |= {name: value for name, value in implied.items() if given.get(name) is None}
        for f in REACHED:
            if f.required and not values[f.name]:
                raise InputError(
                    f"{f.name} is missing.",
                    f"Give it, or set the environment variable {f.env}, or name a cloud of clouds.yaml.",
                    option=f.name,
                )
        return values

    def _way(self, ways: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
        """The connection to a subcloud, from the expressions of ``subcloud_connection``."""
        found = {}
        for name, expression in ways.items():
            try:
                found[name] = str(self._compose(expression, known))
            except Exception as error:
                raise InputError(
                    f"subcloud_connection.{name} cannot be evaluated for {known['stx_subcloud']}: {error}",
                    "Correct the expression.",
                    option="subcloud_connection",
                ) from None
        return found
