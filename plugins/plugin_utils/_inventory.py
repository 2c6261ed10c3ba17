# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory plugins share: options, the cache, and how rows become hosts and groups."""

from __future__ import annotations

import difflib
import hashlib
import importlib
import json
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

#: names that Ansible has given already
RESERVED = ("all", "ungrouped", "localhost")
#: what a host's name ends in while the groups are not known
MARK = "."
#: a host: its name, its variables, and names to group by
Row = tuple[str, Mapping[str, Any], Mapping[str, list[str]]]
#: makes rows: (names that no host may have, who takes a sentence about each name that is not the expected one)
Rows = Callable[[Container[str], Callable[[str], None]], Iterable[Row]]


class ApiInventory(BaseInventoryPlugin, Constructable, Cacheable):
    """An inventory out of an API's records, of which only what is documented is kept."""

    inventory: InventoryData

    def check_libraries(self, libraries: Mapping[str, str]) -> None:
        """Refuse to go on without what a dialect imports: import name -> distribution."""
        for import_name, distribution in libraries.items():
            try:
                importlib.import_module(import_name)
            except ImportError as error:
                raise AnsibleError(f"{self.NAME} needs the Python library {distribution}.") from error

    def check_keys(self, path: str, given: Mapping[str, Any]) -> None:
        """Refuse keys that are no options: Ansible passes them over, and what they should have said is not done."""
        known: set[str] = set()
        for name, definition in C.config.get_configuration_definitions(self.plugin_type, self._load_name).items():
            known |= {name, *(definition.get("aliases") or ())}
        for key in given:
            if key in known:
                continue
            near = difflib.get_close_matches(str(key), sorted(known), n=1)
            meant = f"Is {near[0]} meant?" if near else f"ansible-doc -t inventory {self.NAME} lists them."
            raise AnsibleParserError(f"{path}: there is no option {str(key)!r}. {meant}")

    def own(self, name: str) -> Any:
        """An option, with its templates filled in."""
        value = self.get_option(name)
        return self.templar.template(value) if isinstance(value, str | dict | list) else value

    def kept(self, path: str, asked: Any, cache: bool, read: Callable[[], Any]) -> Any:
        """What the cache has for a question, or else what ``read`` answers."""
        # what was asked for is part of the key, so that another filter does not show the answer to an older one
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:12]
        key = f"{self.get_cache_key(path)}_{digest}"
        wanted = bool(self.get_option("cache"))
        if wanted and cache:
            try:
                return self._cache[key]
            except KeyError:
                pass
        found = read()
        if wanted:
            self._cache[key] = found
        return found

    def fill(self, rows: Rows) -> None:
        """Put the hosts into the inventory."""
        real, told = self.inventory, list[str]()
        # a group can be made of any variable: which there will be is known when they have been made, of hosts whose
        # names no group has
        self.inventory = draft = InventoryData()
        try:
            self._put(rows((), told.append), mark=MARK)
        finally:
            self.inventory = real
        reserved = {*RESERVED, *real.groups, *draft.groups}
        if any(name.removesuffix(MARK) in reserved for name in draft.hosts):
            self._put(rows(reserved, self.display.warning))
            return
        for text in told:
            self.display.warning(text)
        self._take(draft)

    def _take(self, draft: InventoryData) -> None:
        """What was made of hosts with a mark, without it; templates are slow, and were evaluated once already."""
        for marked, host in draft.hosts.items():
            name = marked.removesuffix(MARK)
            self.inventory.add_host(name)
            for key, value in host.vars.items():
                if key not in ("inventory_file", "inventory_dir"):
                    self.inventory.set_variable(name, key, value)
        for name, group in draft.groups.items():
            if group.hosts or group.child_groups:
                self.inventory.add_group(name)
        for name, group in draft.groups.items():
            for child in group.child_groups:
                self.inventory.add_group(child.name)
                self.inventory.add_child(name, child.name)
            for host in group.hosts:
                self.inventory.add_child(name, host.name.removesuffix(MARK))

    def _put(self, rows: Iterable[Row], mark: str = "") -> None:
        strict, prefix, groups_by = self.get_option("strict"), self.get_option("group_prefix"), self.own("groups_by")
        # names and texts of an API's users are data: what is not marked as trusted is no template
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
