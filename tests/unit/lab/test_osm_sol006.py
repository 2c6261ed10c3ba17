# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SOL006 model of the simulated NBI: what it takes, what it refuses and in which words.

The expected texts are those of the classes that pyangbind generates from the ETSI model (v2.6.1) with OSM's additions.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from osm_client import KNF, NSD

from edgelab.osm import sol006
from edgelab.osm.descriptors import validate
from edgelab.osm.errors import Refusal

INTERFACE = {"name": "eth0"}
POINT = {"id": "p", "virtual-network-interface-requirement": [INTERFACE]}
VDU = {"id": "vm", "name": "vm", "int-cpd": [POINT], "virtual-storage-desc": ["disk"]}
VNFD: dict[str, Any] = {
    "id": "v",
    "version": "1.0",
    "mgmt-cp": "mgmt",
    "vdu": [VDU],
    "virtual-compute-desc": [{"id": "c", "virtual-cpu": {"num-virtual-cpu": 2}, "virtual-memory": {"size": 1.0}}],
    "virtual-storage-desc": [{"id": "disk", "size-of-storage": 10}],
    "ext-cpd": [{"id": "mgmt", "int-cpd": {"vdu-id": "vm", "cpd": "p"}}],
    "df": [{"id": "df"}],
}


def at(path: str, value: Any) -> dict[str, Any]:
    """The sample with ``value`` at ``path`` (steps separated by ``/``; ``del`` removes)."""
    document = copy.deepcopy(VNFD)
    node: Any = document
    *steps, last = [int(s) if s.isdigit() else s for s in path.split("/")]
    for step in steps:
        node = node[step]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("bogus", 1, "JSON object contained a key that did not exist (bogus)"),
        ("df/0/bogus", 1, "JSON object contained a key that did not exist (bogus)"),
        ("bogus", {"a": 1}, "Invalid attribute specified (bogus)"),
        ("bogus", [1], "List specified that did not exist"),
        ("vdu/0/id", ..., "'id'"),
        ("vdu/0/int-cpd/0/virtual-network-interface-requirement/0/name", ..., "'name'"),
        ("df", {"id": "df"}, "JSON object contained a key that did not exist (id)"),
        ("version", {"a": 1}, "JSON object contained a key that did not exist (a)"),
        ("vdu/0/id", {"a": 1}, "unhashable type: 'dict'"),
        ("vdu/0/alarm", [{"alarm-id": "a", "value": "x"}], "[<class 'decimal.ConversionSyntax'>]"),
        (
            "virtual-compute-desc/0/virtual-memory/size",
            "a",
            "size must be of a type compatible with decimal64",
        ),
        (
            "vdu/0/alarm",
            [{"alarm-id": "a", "severity": "x"}],
            "severity must be of a type compatible with alarm-severity-type",
        ),
        ("vdu/0/id", "", "'Cannot set a null key for a list entry!'"),
        ("kdu", [{"name": ""}], "'Cannot set a null key for a list entry!'"),
        ("ext-cpd/0/role", 5, "argument of type 'int' is not iterable"),
        ("vdu/0/int-cpd/0/order", [[]], "order must be of a type compatible with uint32"),
        (
            "virtual-compute-desc/0/virtual-cpu/num-virtual-cpu",
            -2,
            "num_virtual_cpu must be of a type compatible with uint16",
        ),
        ("virtual-storage-desc/0/size-of-storage", "much", "size_of_storage must be of a type compatible with uint64"),
        ("ext-cpd/0/int-cpd", "p", "int_cpd must be of a type compatible with container"),
        ("ext-cpd/0/trunk-mode", "maybe", "trunk_mode must be of a type compatible with boolean"),
        (
            "ext-cpd/0/layer-protocol",
            ["carrier-pigeon"],
            "layer_protocol must be of a type compatible with identityref",
        ),
        ("vdu/0/int-cpd/0/order", ["x"], "order must be of a type compatible with uint32"),
        ("vdu/0/virtual-storage-desc", [1], "virtual_storage_desc must be of a type compatible with leafref"),
        (
            "sw-image-desc",
            [{"id": "i", "disk-format": "floppy"}],
            "disk_format must be of a type compatible with enumeration",
        ),
        (
            "vdu/0/int-cpd/0/virtual-network-interface-requirement/0/ip-address",
            "300.1.1.1",
            "ip_address must be of a type compatible with inet:ip-address",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_the_loaders_words(path: str, value: Any, text: str) -> None:
    with pytest.raises((AttributeError, KeyError, ValueError, TypeError, ArithmeticError)) as refusal:
        sol006.load("vnfd", at(path, value), False)
    found = str(refusal.value)
    if "compatible" in text:
        assert found.startswith(f"{{'error-string': '{text}', 'defined-type': ")
    else:
        assert found == text


@pytest.mark.parametrize(
    ("path", "value", "stored"),
    [
        ("version", 3, "3"),
        ("version", 1.0, "1.0"),
        ("version", True, "True"),
        ("virtual-compute-desc/0/virtual-cpu/num-virtual-cpu", "4", 4),
        ("virtual-compute-desc/0/virtual-cpu/num-virtual-cpu", "four", 0),
        ("virtual-compute-desc/0/virtual-cpu/num-virtual-cpu", [4], 0),
        ("virtual-compute-desc/0/virtual-memory/size", True, "1"),
        ("virtual-compute-desc/0/virtual-memory/size", 1.50, "1.5"),
        ("virtual-storage-desc/0/size-of-storage", 20, "20"),
        ("ext-cpd/0/trunk-mode", "true", True),
        ("vdu/0/virtual-storage-desc", ["a", "a"], ["a"]),
        ("vdu/0/virtual-storage-desc", "a", ["a"]),
    ],
)
def test_leaves_take_the_models_types(path: str, value: Any, stored: Any) -> None:
    node: Any = sol006.load("vnfd", at(path, value), False)
    for step in path.split("/"):
        node = node[int(step) if step.isdigit() else step]
    assert node == stored


@pytest.mark.parametrize("path", ["version", "df", "provider"])
def test_absence_and_null_are_no_faults_of_the_model(path: str) -> None:
    assert path not in sol006.load("vnfd", at(path, None), False)


def test_force_passes_unknown_scalars_but_not_unknown_lists() -> None:
    assert "bogus" not in sol006.load("vnfd", at("bogus", 1), True)
    with pytest.raises(AttributeError, match="List specified that did not exist"):
        sol006.load("vnfd", at("bogus", [1]), True)


def check(kind: str, document: dict[str, Any]) -> tuple[int, str]:
    with pytest.raises(Refusal) as refusal:
        validate(kind, copy.deepcopy(document), False, lambda *_: True)
    return int(refusal.value.status), str(refusal.value)


def test_the_samples_are_taken() -> None:
    for kind, document in (("vnfd", VNFD), ("vnfd", KNF), ("nsd", NSD)):
        assert validate(kind, copy.deepcopy(document), False, lambda *_: True)["id"] == document["id"]


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("mgmt-cp", ..., "'mgmt-cp' is a mandatory field and it is not defined"),
        ("mgmt-cp", "x", "mgmt-cp='x' must match an existing ext-cpd"),
        ("ext-cpd/0/int-cpd/cpd", "x", "ext-cpd[id='mgmt']:int-cpd must match an existing vdu int-cpd"),
        ("vdu/0/virtual-storage-desc", ["x"], "vdu[virtual-storage-desc='x']not defined in vnfd"),
        ("vdu/0/virtual-compute-desc", "x", "vdu[virtual-compute-desc='x']not defined in vnfd"),
        (
            "vdu/0/int-cpd/0/int-virtual-link-desc",
            "x",
            "vdu[id='vm']:int-cpd[id='p']:int-virtual-link-desc='x' must match an existing int-virtual-link-desc",
        ),
        (
            "vdu/0/alarm",
            [{"alarm-id": "a", "vnf-monitoring-param-ref": "x"}],
            "vdu[id='vm']:alarm[id='a']:vnf-monitoring-param-ref='x' not defined in any monitoring-param",
        ),
        (
            "df/0/virtual-link-profile",
            [{"id": "x", "flavour": "f"}],
            "df[id='df']:virtual-link-profile='x' must match an existing int-virtual-link-desc",
        ),
        (
            "df/0/healing-aspect",
            [{"id": "h", "healing-policy": [{"vdu-id": "x", "event-name": "e"}]}],
            "df[id='df']:healing-aspect[id='h']:healing-policy[name='e']: vdu-id='x' not defined in vdu",
        ),
        ("kdu", [{"name": "k", "helm-chart": "stable/x:1.2"}], "helm-chart 'stable/x:1.2' is not valid"),
        ("kdu", [{"name": "k", "helm-chart": "s/x_y"}], "helm-chart 's/x_y' is not valid"),
    ],
)
def test_references_inside_a_vnfd(path: str, value: Any, text: str) -> None:
    assert check("vnfd", at(path, value)) == (422, text)


@pytest.mark.parametrize("chart", ["stable/x", "x", "oci://registry.example/x:1", "https://charts.example/x.tgz"])
def test_charts_that_are_taken(chart: str) -> None:
    validate("vnfd", at("kdu", [{"name": "k", "helm-chart": chart}]), False, lambda *_: True)


@pytest.mark.parametrize(
    ("path", "value", "status", "text"),
    [
        ("virtual-compute-desc/0/virtual-cpu/num-virtual-cpu", [4], 422, "'int' object is not subscriptable"),
        ("virtual-storage-desc/0/size-of-storage", [1, 2], 422, "string index out of range"),
        ("kdu", "web", 400, "'str' object has no attribute 'get'"),
        ("kdu", 5, 400, "'int' object is not iterable"),
        ("df/0/scaling-aspect", [{"id": "s"}], 400, "'NoneType' object has no attribute 'get'"),
        (
            "df/0/lcm-operations-configuration",
            {"operate-vnf-op-config": {"parameter": [{"key": "a", "value": "b"}]}},
            400,
            "'day1-2'",
        ),
    ],
)
def test_what_the_checks_stumble_over(path: str, value: Any, status: int, text: str) -> None:
    """Of what the loader takes; a stumble outside of it becomes a 400 with its bare text further out."""
    with pytest.raises((Refusal, AttributeError, TypeError, KeyError)) as refusal:
        validate("vnfd", at(path, value), False, lambda *_: True)
    expected = text if status == 400 else f"Error in pyangbind validation: {text}"
    assert (getattr(refusal.value, "status", 400), str(refusal.value)) == (status, expected)


def test_references_inside_an_nsd() -> None:
    nsd = {**NSD, "vnfd-id": ["other"]}
    assert check("nsd", nsd)[1].endswith("vnfd-id='web_knf' does not match any vnfd-id")
    assert check("nsd", {k: v for k, v in NSD.items() if k != "id"}) == (422, "Error in pyangbind validation: 'id'")


def test_a_vnfd_without_a_flavour_fails_as_in_reality() -> None:
    with pytest.raises(KeyError, match="df"):
        validate("vnfd", at("df", ...), False, lambda *_: True)
