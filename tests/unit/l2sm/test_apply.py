# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an apply sends: everything declared, and what was declared before; and the look at the whole plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Wanted
from ansible_collections.edge.infra.plugins.module_utils._engine.resource import Resource
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import LOOKUP
from ansible_collections.edge.infra.plugins.module_utils._l2sm.dialect import NoCluster, own_part
from ansible_collections.edge.infra.plugins.module_utils._l2sm.overlays import OVERLAY
from ansible_collections.edge.infra.plugins.module_utils._l2sm.resources import NETWORK
from ansible_collections.edge.infra.plugins.module_utils._l2sm.review import review


class Recorded(NoCluster):
    """A cluster of plain objects that notes what is applied."""

    def __init__(self, **objects: list[dict[str, Any]]) -> None:
        super().__init__({}, LOOKUP)
        self.objects = objects
        self.applied: list[tuple[str, Any]] = []

    def fetch(self, resource: Resource, scope: str, quick: bool = False) -> Sequence[dict[str, Any]]:
        return [self.shaped(o) for o in self.objects.get(resource.many, [])]

    def apply(self, path: str, body: Any, try_only: bool = False) -> dict[str, Any]:
        self.applied.append((path, body))
        return {"metadata": {"uid": "new"}}


def live(name: str, namespace: str = "default", owned: Any = None, **spec: Any) -> dict[str, Any]:
    """A live object; ``owned`` are the fields that this collection applied."""
    entry = {"manager": "edge.infra", "operation": "Apply", "fieldsV1": owned}
    meta = {"name": name, "namespace": namespace, "uid": f"{namespace}/{name}"}
    return {"metadata": {**meta, **({"managedFields": [entry]} if owned else {})}, "spec": spec}


def wanted(resource: Resource, state: str = "present", **values: Any) -> Wanted:
    """A declaration as the module makes it."""
    assert resource.prepare
    given = resource.prepare({"namespace": "default", "state": state, **values}, {})
    return Wanted(resource, {k: v for k, v in given.items() if k in resource.by_name}, state)


OWNED: dict[str, Any] = {
    "f:metadata": {"f:labels": {"f:mine": {}}},
    "f:spec": {"f:type": {}, "f:networkCIDR": {}, "f:provider": {"f:domain": {}, "f:name": {}}},
}


def test_own_part() -> None:
    document = live("n", owned=OWNED, type="vnet", networkCIDR="10.0.0.0/24", podAddressRange="10.0.0.0/25")
    document["metadata"]["labels"] = {"mine": "1", "theirs": "2"}
    document["spec"]["provider"] = {"name": "p", "domain": ["d"], "sdnPort": "30808"}
    assert own_part(document) == {
        "metadata": {"labels": {"mine": "1"}},
        "spec": {"type": "vnet", "networkCIDR": "10.0.0.0/24", "provider": {"name": "p", "domain": ["d"]}},
    }
    assert own_part(live("n", type="vnet")) == {}


def test_an_update_sends_what_was_declared_before() -> None:
    dialect = Recorded(networks=[live("n", owned=OWNED, type="vnet", networkCIDR="10.0.0.0/24")])
    change = Survey(dialect).plan([wanted(NETWORK, name="n", labels={"a": "b"})])[0]
    assert change.payload == {"labels": {"a": "b"}}
    dialect.sender(NETWORK).update(dialect, change, change.payload)
    path, body = dialect.applied[0]
    assert path == "/apis/l2sm.l2sm.k8s.local/v1/namespaces/default/l2networks/n"
    assert body == {
        "apiVersion": "l2sm.l2sm.k8s.local/v1",
        "kind": "L2Network",
        "metadata": {"name": "n", "namespace": "default", "labels": {"a": "b"}},
        "spec": {"type": "vnet", "networkCIDR": "10.0.0.0/24"},
    }


def test_a_creation_sends_the_resources_words() -> None:
    dialect = Recorded()
    declared = wanted(
        OVERLAY,
        name="o",
        provider={"name": "p", "domain": ["d"], "sdn_port": "1", "of_port": None},
        nodes=["a", "b"],
        links=[{"endpoint_a": "a", "endpoint_b": "b"}],
        settle=20.0,
    )
    change = Survey(dialect).plan([declared])[0]
    dialect.sender(OVERLAY).create(dialect, change, change.payload)
    assert dialect.applied[0][1]["spec"] == {
        "provider": {"name": "p", "domain": ["d"], "sdnPort": "1"},
        "topology": {"nodes": ["a", "b"], "links": [{"endpointA": "a", "endpointB": "b"}]},
    }


def overlay(name: str, **more: Any) -> Wanted:
    """An overlay on one node."""
    return wanted(OVERLAY, name=name, provider={"name": "p", "domain": ["d"]}, nodes=["a"], **more)


LIVE_OVERLAY = live("o1", provider={"name": "p", "domain": ["d"]}, topology={"nodes": ["a"]})


@pytest.mark.parametrize(
    ("objects", "declared", "refused"),
    [
        ({}, [wanted(NETWORK, name="n", type="vnet")], []),
        (
            {"networks": [live("n", "other", type="vnet")]},
            [wanted(NETWORK, name="n", type="vnet")],
            ["namespace other too"],
        ),
        (
            {},
            [wanted(NETWORK, name="n", type="vnet"), wanted(NETWORK, name="n", type="vnet", namespace="b")],
            ["namespace b too", "namespace default too"],
        ),
        (
            {"networks": [live("n", "other", type="vnet")]},
            [wanted(NETWORK, name="n", type="vnet"), wanted(NETWORK, "absent", name="n", namespace="other")],
            ["namespace other too"],
        ),
        ({"overlays": [LIVE_OVERLAY]}, [overlay("o2")], ["a belongs to overlay o1"]),
        ({"overlays": [LIVE_OVERLAY]}, [overlay("o1")], []),
        (
            {"overlays": [LIVE_OVERLAY]},
            [overlay("o2"), wanted(OVERLAY, "absent", name="o1")],
            ["a belongs to overlay o1"],
        ),
        ({}, [overlay("o1"), overlay("o2")], ["belongs to overlay o2", "belongs to overlay o1"]),
        ({"nodes": [{"metadata": {"name": "b"}}]}, [overlay("o1")], ["the cluster has no node a"]),
        (
            {"networks": [live("n", type="vnet", networkCIDR="10.0.0.0/24")]},
            [wanted(NETWORK, name="n", pod_address_range="10.0.0.0/25")],
            [],
        ),
        (
            {"networks": [live("n", type="vnet", networkCIDR="10.0.0.0/24")]},
            [wanted(NETWORK, name="n", pod_address_range="10.0.1.0/25")],
            ["is not inside network_cidr 10.0.0.0/24"],
        ),
    ],
)
def test_review(objects: dict[str, Any], declared: list[Wanted], refused: list[str]) -> None:
    survey = Survey(Recorded(**objects))
    found = [str(c.refusal) for c in review(survey.plan(declared), survey) if c.refusal]
    assert len(found) == len(refused), found
    for text, words in zip(found, refused, strict=True):
        assert words in text
