# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan knows the keys that the modules take, no more and no less, although it shares no code with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._l2sm.overlays import OVERLAY
from ansible_collections.edge.infra.plugins.module_utils._l2sm.resources import NETWORK as L2_NETWORK
from ansible_collections.edge.infra.plugins.module_utils._osm.accounts import K8S_CLUSTER, K8S_REPO
from ansible_collections.edge.infra.plugins.module_utils._osm.instances import NS
from ansible_collections.edge.infra.plugins.module_utils._osm.vims import VIM
from ansible_collections.edge.infra.plugins.module_utils._site import (
    addresses,
    interfaces,
    l2sm,
    registration,
    reserves,
    services,
)
from ansible_collections.edge.infra.plugins.module_utils._site.model import GROUPS, SUBCLOUDS
from ansible_collections.edge.infra.plugins.module_utils._site.names import HOST_VARIABLES, SITE_VARIABLES
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan
from ansible_collections.edge.infra.plugins.module_utils._starlingx.hostparts import CPU, LABELS, MEMORY
from ansible_collections.edge.infra.plugins.module_utils._starlingx.interfaces import INTERFACE
from ansible_collections.edge.infra.plugins.module_utils._starlingx.networks import DATA_NETWORK
from ansible_collections.edge.infra.plugins.module_utils._starlingx.storage import BACKEND, STORAGE
from ansible_collections.edge.infra.plugins.module_utils._starlingx.system import DNS, NTP, OAM_NETWORK, SYSTEM

#: options that say how a module works, not what the object is
HOW = {"host", "lock", "prune", "replace", "settle"}


def options(resource: Resource) -> set[str]:
    return {f.name for f in resource.fields if not f.read_only} - HOW


@pytest.mark.parametrize(
    ("resource", "known"),
    [
        (VIM, registration.VIM_KEYS),
        (K8S_CLUSTER, registration.CLUSTER_KEYS),
        (K8S_REPO, registration.REPO_KEYS),
        (NS, set(services.SERVICE_KEYS) - {"parameters"}),
        (OVERLAY, l2sm.OVERLAY_KEYS),
        (L2_NETWORK, l2sm.NETWORK_KEYS),
        (INTERFACE, interfaces.INTERFACE_KEYS),
        (DATA_NETWORK, interfaces.DATA_NETWORK_KEYS),
        (MEMORY, reserves.MEMORY_KEYS),
        (OAM_NETWORK, {"subnet", *addresses.KINDS["oam"].keys}),
    ],
    ids=lambda value: value.kind if isinstance(value, Resource) else "",
)
def test_keys(resource: Resource, known: Iterable[str]) -> None:
    assert set(known) == options(resource)


def test_the_rendered_configuration_has_only_options_that_exist(planned: Callable[..., SitePlan]) -> None:
    kinds = (SYSTEM, DNS, NTP, OAM_NETWORK, DATA_NETWORK, INTERFACE, LABELS, CPU, MEMORY, BACKEND, STORAGE)
    by_list = {resource.many: {f.name for f in resource.fields} for resource in kinds}
    rendered = dict(planned().resources["controller-0"])
    assert rendered.pop("hosts") == [{"name": "controller-0", "administrative": "unlocked"}]
    assert set(rendered) == set(by_list)
    for name, rows in rendered.items():
        for row in rows:
            assert set(row) <= by_list[name]


#: variables of a play, not of a site: the answers that a removal asks for, what is wanted once, and the groups of hosts
ASKED = {"edge_confirm", "edge_renew_force", *GROUPS.values(), SUBCLOUDS}
#: variables of clusters that others have made (group edge_clusters), which no site's plan is about
OTHERS = {f"edge_kubeconfig_{name}" for name in ("context", "server", "tls_server_name")}
ROOT = Path(__file__).parents[3]


def test_the_plan_knows_every_variable_that_roles_read() -> None:
    read: set[str] = set()
    for path in ROOT.glob("roles/*/defaults/*.yml"):
        read |= set(re.findall(r"\bedge_[a-z0-9_]+", path.read_text(encoding="utf-8")))
    assert read - {*SITE_VARIABLES, *HOST_VARIABLES} - ASKED - OTHERS == set()
