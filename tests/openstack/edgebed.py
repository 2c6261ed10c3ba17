# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mechanism of Neutron's ML2 plugin for a site without switches: it binds every port, and an agent reports for it."""

from __future__ import annotations

import importlib
import threading
import time
from typing import Any

_api: Any = importlib.import_module("neutron_lib.plugins.ml2.api")
#: seconds between two reports; Neutron calls an agent dead after 75
REPORT = 20
AGENT = {
    "agent_type": "Open vSwitch agent",
    "binary": "neutron-openvswitch-agent",
    "host": "edge-compute",
    "topic": "N/A",
    "configurations": {"bridge_mappings": {"physnet0": "br-ex"}},
    "start_flag": True,
}


class Driver(_api.MechanismDriver):  # type: ignore[misc]
    """What an agent on a host would have answered."""

    def initialize(self) -> None:
        """Report as the agent of the fake hypervisor's host would, by the code that its reports reach."""
        threading.Thread(target=self._report, daemon=True).start()

    def bind_port(self, context: Any) -> None:
        """The first segment will do, and the port is up at once."""
        for segment in context.segments_to_bind:
            context.set_binding(segment[_api.ID], "ovs", {"port_filter": True}, status="ACTIVE")
            return

    @staticmethod
    def _report() -> None:
        directory: Any = importlib.import_module("neutron_lib.plugins.directory")
        contexts: Any = importlib.import_module("neutron_lib.context")
        clock: Any = importlib.import_module("oslo_utils.timeutils")
        state = dict(AGENT)
        while True:
            plugin = directory.get_plugin()
            if plugin is None:
                time.sleep(0.2)
                continue
            try:
                plugin.create_or_update_agent(contexts.get_admin_context(), dict(state), clock.utcnow())
                state.pop("start_flag", None)
            except Exception:
                importlib.import_module("logging").getLogger(__name__).exception("no report")
            time.sleep(REPORT)
