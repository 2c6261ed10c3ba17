# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pictures of a site and of a distributed cloud: what is on them, that no text lies on another, and odd names."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.edge.infra.plugins.module_utils._site import cloud_picture, picture, svg
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan, plan_sites
from ansible_collections.edge.infra.plugins.module_utils._site.subclouds import Subcloud

SVG = "{http://www.w3.org/2000/svg}"
ODD = 'Nord & Süd <"1">\x00\u202e 空港'


def elements(text: str, kind: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(text).iter(f"{SVG}{kind}"))


def texts(text: str) -> list[str]:
    return ["".join(t for t in (e.text, *(c.tail for c in e)) if t) for e in elements(text, "text")]


def boxes_of_texts(text: str) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Each text with the rectangle in which it is, measured as widely as the drawing does."""
    for element, said in zip(elements(text, "text"), texts(text), strict=True):
        size, x, y = (float(element.get(name, "0")) for name in ("font-size", "x", "y"))
        wide = svg.width(said, size, element.get("font-weight") == "700", "Mono" in element.get("font-family", ""))
        left = x - wide if element.get("text-anchor") == "end" else x
        yield said, (left, y - size * 0.8, left + wide, y + size * 0.22)


def check(text: str) -> None:
    """It is sound XML, says what it is, stays on its paper, and no text lies on another."""
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img" and root.find(f"{SVG}title") is not None and root.find(f"{SVG}desc") is not None
    _x, _y, wide, high = map(float, root.get("viewBox", "").split())
    found = list(boxes_of_texts(text))
    for said, (left, top, right, bottom) in found:
        assert left >= 0 and top >= 0 and right <= wide and bottom <= high, said
    for (one, a), (other, b) in itertools.combinations(found, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, f"{one!r} lies on {other!r}"


@pytest.fixture
def planned(site: dict[str, Any]) -> Callable[..., SitePlan]:
    def make(changes: dict[str, Any] | None = None, **hosts: dict[str, Any]) -> SitePlan:
        first = {**site, **(changes or {})}
        everyone = {
            "controller-0": first,
            **{n.replace("_", "-"): {**copy.deepcopy(first), **v} for n, v in hosts.items()},
        }
        [plan] = plan_sites(everyone, {}, False)
        return plan

    return make


MGMT = [
    {"name": "oam0", "port": "enp0s3", "class": "platform", "networks": ["oam"]},
    {"name": "mgmt0", "port": "enp0s8", "class": "platform", "networks": ["mgmt", "cluster-host"]},
]


def standard(planned: Callable[..., SitePlan], workers: int = 3, **changes: Any) -> SitePlan:
    """A standard site; its workers are alike, but for the last."""
    further = {
        f"worker_{n}": {
            "edge_personality": "worker",
            "edge_interfaces": MGMT[1:] if n < workers - 1 else [{**MGMT[1], "mtu": 9000}],
            "edge_management_mac": f"52:54:00:00:01:{n:02x}",
        }
        for n in range(workers)
    }
    return planned({"edge_model": "standard", "edge_interfaces": MGMT, **changes}, **further)


def test_a_simplex_has_its_interfaces_lanes_and_addresses(planned: Callable[..., SitePlan]) -> None:
    plan = planned()
    text = picture.pictures([plan])["madrid-1"]["picture.svg"]
    check(text)
    said = texts(text)
    assert said[0] == "madrid-1: All-in-one Simplex"
    for wanted in (
        "OAM",
        "management",
        "cluster-host",
        "physnet0",
        "physnet1",
        "controller-0",
        "oam0",
        "lo",
        "10.20.30.2",
    ):
        assert wanted in said, wanted
    assert "enp0s9 · pci-sriov · 8 VFs · MTU 1500" in said
    assert len(elements(text, "circle")) == 5, "three interfaces, and two networks on the loopback"
    [told] = [e.text or "" for e in elements(text, "desc")]
    assert "controller-0 (controller): oam0 to OAM; data0 to physnet0; sriov0 to physnet1; lo to management" in told
    assert text == picture.draw_site(planned()), "the same each time"
    assert "secret" not in text


@pytest.mark.parametrize(
    "oam",
    [
        {},
        {
            "subnet": "10.20.30.0/24,fd01:2345:6789:abcd::/64",
            "gateway": "10.20.30.1,fd01:2345:6789:abcd::1",
            "floating": "10.20.30.2,fd01:2345:6789:abcd::2",
        },
    ],
)
def test_many_hosts_that_are_alike_become_one_box(planned: Callable[..., SitePlan], oam: dict[str, str]) -> None:
    networks = {"edge_networks": {"oam": oam}} if oam else {}
    few, many = (picture.draw_site(standard(planned, n, **networks)) for n in (3, 99))
    for text in (few, many):
        check(text)
    assert {"worker-0", "worker-1", "worker-2"} <= set(texts(few))
    assert "worker-0 … worker-97" in texts(many) and "worker-98" in texts(many)
    assert any(t.startswith("98 worker hosts, alike") for t in texts(many))
    assert len(many) < 1.5 * len(few)


def cloud(planned: Callable[..., SitePlan], count: int, groups: list[str]) -> tuple[SitePlan, list[SitePlan]]:
    """A System Controller and plans of its subclouds, dealt out to groups."""
    rules = [{"name": g, "update_apply_type": "parallel", "max_parallel_subclouds": 50} for g in groups]
    controller = replace(planned(), role="systemcontroller", groups=rules, name="central")
    below: list[SitePlan] = []
    for number in range(count):
        group = groups[number % len(groups)] if number % 7 else "Default"
        part = Subcloud(f"edge-{number:04}", "central", group, "", "management", True, "")
        below.append(replace(planned() if number < 1 else below[0], name=part.name, subcloud=part, role="subcloud"))
    return controller, below


@pytest.mark.parametrize(
    ("count", "groups"),
    [(0, []), (1, ["a"]), (9, ["a"]), (1000, ["canary", ODD, "x" * 90]), (40, [f"g{n}" for n in range(30)])],
)
def test_a_cloud_stays_readable(planned: Callable[..., SitePlan], count: int, groups: list[str]) -> None:
    controller, below = cloud(planned, count, groups or ["a"])
    controller.groups = controller.groups if groups else []
    drawn = picture.pictures([controller, *below])
    assert len(drawn) == count + 1 and [n for n, files in drawn.items() if "cloud.svg" in files] == ["central"]
    text = drawn["central"]["cloud.svg"]
    check(text)
    said = texts(text)
    assert said[0] == f"central: distributed cloud with {count:,} subcloud{'' if count == 1 else 's'}"
    assert len(said) < 300, "however many there are"
    shown = sum(bool(re.fullmatch(r"edge-\d{4}", t)) for t in said)
    hidden = sum(int(m[1]) for t in said if (m := re.fullmatch(r"… and (\d+) more", t)))
    rest = sum(int(re.sub(r"\D", "", said[said.index(t) + 1])) for t in said if t.endswith("more groups"))
    assert shown + hidden + rest == count, "each is there, or counted"


def test_the_picture_of_a_subcloud_says_whose_it_is(planned: Callable[..., SitePlan]) -> None:
    _controller, [one] = cloud(planned, 1, ["a"])
    assert texts(picture.draw_site(one))[0].endswith("All-in-one Simplex, subcloud of central")


def test_odd_names_are_escaped_and_cut(planned: Callable[..., SitePlan]) -> None:
    plan = planned()
    plan.name = ODD
    name = plan.members[0].name
    plan.members[0] = replace(plan.members[0], hostname=ODD * 20)
    plan.resources[name]["host_interfaces"][0] |= {"name": ODD, "port": "p" * 300}
    plan.resources[name]["data_networks"].append({"name": "n" * 200, "type": ODD})
    text = picture.draw_site(plan)
    check(text)
    assert "\x00" not in text and "\u202e" not in text and "&lt;&quot;1&quot;&gt;" in text
    assert any(t.endswith("…") for t in texts(text))


def test_measures() -> None:
    assert svg.width("空", 10) > svg.width("a", 10) > svg.width("i", 10)
    assert svg.cut("short", 100, 12) == "short" and svg.cut("a" * 50, 100, 12).endswith("a…")
    assert svg.number(1.26) == "1.3" and svg.number(2.0) == "2"
    assert (
        cloud_picture._number(1, "storage") == "1 storage" and cloud_picture._number(1200, "worker") == "1,200 workers"
    )
