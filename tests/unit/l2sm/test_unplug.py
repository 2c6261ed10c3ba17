# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is undone at a provider, by what that says of its ports, or does not say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import UnreachableError
from ansible_collections.edge.infra.plugins.module_utils._engine.graph import edges
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Change
from ansible_collections.edge.infra.plugins.module_utils._engine.survey import Survey
from ansible_collections.edge.infra.plugins.module_utils._l2sm import unplug
from ansible_collections.edge.infra.plugins.module_utils._l2sm.edges import EDGE
from ansible_collections.edge.infra.plugins.module_utils._l2sm.leftovers import Providers
from ansible_collections.edge.infra.plugins.module_utils._l2sm.ports import datapath
from ansible_collections.edge.infra.plugins.module_utils._l2sm.resources import NETWORK
from ansible_collections.edge.infra.plugins.module_utils._l2sm.review import review

from .test_apply import Recorded, live, wanted


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody makes a pod between two looks."""
    monkeypatch.setattr(unplug, "SETTLE", 0.0)


PROVIDER = {"name": "idco", "domain": ["192.0.2.1"]}
PORT = f"of:{datapath('n1', 'idco')}/"
FOREIGN = f"of:{datapath('n2', 'idco')}/1"


class Asked:
    """A provider, by the networks that it tells of."""

    def __init__(self, **networks: Any) -> None:
        self.networks, self.urls = networks, set[str]()

    def network(self, url: str, name: str) -> Any:
        self.urls.add(url)
        if not self.networks:
            raise UnreachableError("The provider does not answer.")
        return self.networks.get(name)


def looked(provider: Asked, *names: str, device: bool = True, **wishes: Any) -> tuple[list[Change], Survey]:
    """The plan that removes networks, or what is said, of a cluster whose device is on ``n1``."""
    domain = wishes.pop("domain", PROVIDER["domain"])
    there = wishes.pop("networks", ("video", "audio"))
    networks = [live(n, type="vnet", provider={**PROVIDER, "domain": domain}) for n in there]
    device_there = live("ned", provider=PROVIDER, nodeConfig={"nodeName": "n1", "ipAddress": "192.0.2.11"})
    taken = [{"id": f"{i}", "name": f"default/ov-veth{i}", "node": "n1"} for i in (1, 2, 3)]
    dialect = Recorded(networks=networks, network_edge_devices=[device_there] if device else [], interfaces=taken)
    pod = live("p", nodeName="n1")
    pod["metadata"]["annotations"] = {"k8s.v1.cni.cncf.io/networks": '[{"name": "ov-veth3"}]'}
    watching = live("video-ids")
    watching["spec"]["template"] = {"spec": {"nodeName": "n1"}, "metadata": pod["metadata"]}
    dialect.listed = lambda path, quick=False, **query: [watching if "deploy" in path else pod]  # type: ignore[method-assign]
    dialect.providers = provider  # type: ignore[assignment]
    dialect.ignores_provider = bool(wishes.pop("ignore", False))
    survey = Survey(dialect)
    kind = wishes.pop("kind", NETWORK)
    changes = review(survey.plan([wanted(kind, state="absent", name=n) for n in names]), survey)
    return changes, survey


def told(changes: list[Change]) -> list[str]:
    """What is done beside the removals that were asked for."""
    own = (NETWORK.kind, EDGE.kind)
    return [f"{c.resource.kind} {c.wanted.values['name']}" for c in changes if c.resource.kind not in own]


PORTS = {"networkEndpoints": [PORT + "2", FOREIGN]}
LAST = {"networkEndpoints": [PORT + "2"]}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (PORTS, [f"provider_port {PORT}2", "interface default/ov-veth2"]),
        (LAST, [f"provider_port {PORT}2", "provider_network video", "interface default/ov-veth2"]),
        ({"networkEndpoints": [FOREIGN]}, []),
        ({"networkEndpoints": []}, ["provider_network video"]),
        # its interface is somebody else's by now
        ({"networkEndpoints": [PORT + "3", FOREIGN]}, [f"provider_port {PORT}3"]),
        # it tells no ports: each that may be the device's is tried, and the network stays
        (
            {},
            [
                f"provider_port {PORT}1",
                f"provider_port {PORT}2",
                "interface default/ov-veth1",
                "interface default/ov-veth2",
            ],
        ),
        (None, []),
    ],
)
def test_a_network_goes(said: Any, expected: list[str]) -> None:
    provider = Asked(video=said, audio=PORTS)
    changes, _survey = looked(provider, "video")
    assert told(changes) == expected and provider.urls == {"http://192.0.2.1:30808"}
    order = edges(changes)
    numbers = {c.resource.kind: i for i, c in enumerate(changes)}
    if "provider_port" in numbers:
        assert numbers["provider_port"] in order[numbers["network"]], "who is killed between has the network to go on"
    if "interface" in numbers:
        assert numbers["network"] in order[numbers["interface"]], "the network has a port of its number"


def test_the_device_goes_alone_and_networks_that_never_had_one() -> None:
    provider = Asked(video=LAST, audio={"networkEndpoints": [PORT + "1"]})
    assert told(looked(provider, "ned", kind=EDGE)[0]) == [f"provider_port {PORT}2", f"provider_port {PORT}1"]
    # the last thing that could have them: a run that was killed has left them
    assert told(looked(provider, "ned", kind=EDGE, networks=())[0]) == [
        "interface default/ov-veth1",
        "interface default/ov-veth2",
    ]
    assert told(looked(provider, "video", device=False)[0]) == []
    assert told(looked(provider, "video", domain=["192.0.2.1", "192.0.2.2"])[0]) == [], "nobody was ever reached"


def test_a_provider_that_does_not_answer() -> None:
    [refused], _survey = looked(Asked(), "video")
    assert refused.refusal is not None and refused.action == "none"
    assert f"ports {PORT}* in video at http://192.0.2.1:30808" in str(refused.refusal)
    [gone], survey = looked(Asked(), "video", ignore=True)
    assert gone.action == "delete" and gone.refusal is None and "This stays there" in survey.notes[0]
    [never], survey = looked(Asked(), "video", device=False)
    assert never.action == "delete" and survey.notes == [], "an empty network is left there, at most"


class Holding(Providers):
    """A provider that has a port, and notes what is unplugged."""

    def __init__(self) -> None:
        super().__init__({})
        self.detached: list[tuple[str, str]] = []

    def at(self, url: str) -> Any:
        return self

    def network(self, url: str, name: str = "", quick: bool = False) -> dict[str, Any]:
        return {"networkEndpoints": [PORT + "2"]}

    def detach(self, network: str, port: str) -> None:
        self.detached.append((network, port))


@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_network_that_somebody_else_makes_between_the_look_and_the_removal_keeps_its_port(meanwhile: bool) -> None:
    provider = Holding()
    device = live("ned", provider=PROVIDER, nodeConfig={"nodeName": "n1", "ipAddress": "192.0.2.11"})
    dialect = Recorded(networks=[], network_edge_devices=[device])
    dialect.providers = provider
    survey = Survey(dialect)
    come = [wanted(NETWORK, name="video", type="vnet", provider=PROVIDER)]
    [earlier] = [c for c in unplug.unplugged(survey.plan(come), survey) if c.resource.kind == "provider_port"]
    there = [live("video")] if meanwhile else []
    dialect.listed = lambda path, quick=False, **query: there if path == NETWORK.path else []  # type: ignore[method-assign]
    earlier.resource.sender.delete(dialect, earlier)  # type: ignore[union-attr]
    assert provider.detached == ([] if meanwhile else [("video", PORT + "2")])
    left = provider.fetch(earlier.resource, "http://192.0.2.1:30808 video")
    assert bool(left) is not meanwhile, "one that stays is not waited for"
