# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A site as a picture: its hosts with their interfaces, and the networks as lanes that these are attached to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .cloud_picture import draw_cloud
from .files import Picture
from .model import KUBEADM, MODELS
from .svg import INK, MUTED, PAPER, Svg, cut, plain, width

if TYPE_CHECKING:
    from .plan import SitePlan

#: platform networks as interfaces name them -> (as the plan does, for people, colour)
PLATFORM = {
    "oam": ("oam", "OAM", "#0a5fd0"),
    "mgmt": ("management", "management", "#a04100"),
    "cluster-host": ("cluster_host", "cluster-host", "#7a3fd0"),
    "admin": ("admin", "admin", "#a3195b"),
    "pxeboot": ("pxeboot", "PXE boot", "#4d5660"),
    "storage": ("storage", "storage", "#6b5900"),
    "ironic": ("ironic", "ironic", "#6b5900"),
}
ALWAYS = ("oam", "mgmt", "cluster-host")
TITLES = {KUBEADM: "Kubernetes by kubeadm"}
#: what a node of a cluster of kubeadm is
NODES = {"init": "control plane, the first", "control_plane": "control plane", "worker": "worker"}
DATA_COLOURS = ("#0f7b3f", "#00706e", "#4b6b00", "#00608a")
#: hosts of one personality that are drawn one by one; of more, those that are alike become one box
APART = 6
EDGE, HEAD, ROW, GAP = 28.0, 54.0, 30.0, 18.0
WIDEST = 420.0


@dataclass
class Lane:
    """A network: its name, what is said of it, and where it runs."""

    name: str
    title: str
    colour: str
    lines: list[str] = field(default_factory=list)
    x: float = 0.0
    wide: float = 0.0


@dataclass
class Row:
    """An interface of a host: what is said of it, and the lanes that it is attached to with its addresses there."""

    name: str
    detail: str
    lanes: dict[str, str] = field(default_factory=dict)


@dataclass
class Box:
    """A host, or several that are alike."""

    names: list[str]
    personality: str
    detail: str
    rows: list[Row] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Its name, or the first and the last of several."""
        return self.names[0] if len(self.names) == 1 else f"{self.names[0]} … {self.names[-1]}"

    @property
    def kind(self) -> str:
        """What it is."""
        return self.personality if len(self.names) == 1 else f"{len(self.names)} {self.personality} hosts, alike"

    @property
    def high(self) -> float:
        """How high it is."""
        return HEAD + max(1, len(self.rows)) * ROW + 6


def pictures(plans: Sequence[SitePlan], everybody: Sequence[SitePlan] | None = None) -> dict[str, dict[str, Picture]]:
    """The pictures of the sites by name: ``picture.svg``, and of a System Controller ``cloud.svg``, too.

    :param everybody: all sites, among which the subclouds are, where not each of them is drawn.
    """
    found = {plan.name: {"picture.svg": Picture(draw_site(plan))} for plan in plans}
    below: dict[str, list[SitePlan]] = {}
    for plan in plans if everybody is None else everybody:
        if plan.subcloud is not None:
            below.setdefault(plan.subcloud.system_controller, []).append(plan)
    for plan in plans:
        if plan.role == "systemcontroller":
            found[plan.name]["cloud.svg"] = Picture(draw_cloud(plan, below.get(plan.name, [])))
    return found


def draw_site(plan: SitePlan) -> str:
    """The picture of one site as SVG."""
    lanes, boxes = _lanes(plan), _boxes(plan)
    svg = Svg()
    model = MODELS[plan.model].title if plan.model in MODELS else TITLES.get(plan.model, plan.model)
    under = f", subcloud of {plan.subcloud.system_controller}" if plan.subcloud is not None else ""
    heading = f"{plan.name}: {model}{under}"
    left = max([220.0, *(_box_width(box) for box in boxes)])
    top = EDGE + 30 + 20 * max(1 + len(lane.lines) for lane in lanes) + 14
    x = EDGE + left + 44
    for lane in lanes:
        addresses = [row.lanes[lane.name] for box in boxes for row in box.rows if row.lanes.get(lane.name)]
        texts = [width(lane.title, 13, bold=True), *(width(t, 11, mono=True) for t in lane.lines)]
        lane.wide = max([*texts, *(width(a, 11, mono=True) + 12 for a in addresses)]) + 26
        lane.x = x
        x += lane.wide
    bottom = top + sum(box.high + GAP for box in boxes)
    pods = _inside(plan)
    whole = max(x, EDGE * 2 + width(heading, 18, bold=True), EDGE * 2 + width(pods, 12)) + EDGE / 2
    svg.text(EDGE, EDGE + 14, heading, 18, bold=True)
    for lane in lanes:
        y = EDGE + 50
        svg.text(lane.x - 6, y, lane.title, 13, bold=True, fill=lane.colour)
        for line in lane.lines:
            y += 18
            svg.text(lane.x - 6, y, line, 11, mono=True, fill=MUTED)
        svg.line(lane.x, top - 6, lane.x, bottom - GAP + 6, lane.colour, 3)
    y = top
    for box in boxes:
        _draw_box(svg, box, lanes, y, left)
        y += box.high + GAP
    svg.text(EDGE, bottom + 10, pods, 12, fill=MUTED)
    return svg.document(whole, bottom + 10 + EDGE, heading, _described(plan, boxes, lanes))


def _draw_box(svg: Svg, box: Box, lanes: Sequence[Lane], y: float, left: float) -> None:
    if len(box.names) > 1:
        svg.box(EDGE + 5, y + 5, left, box.high, PAPER)
    svg.box(EDGE, y, left, box.high)
    name = cut(box.title, left - 28, 14, bold=True)
    svg.text(EDGE + 12, y + 21, name, 14, bold=True, whole=box.title)
    said = f"{box.kind}{' · ' if box.detail else ''}{box.detail}"
    svg.text(EDGE + 12, y + 40, cut(said, left - 24, 11), 11, fill=MUTED, whole=said)
    at = {lane.name: lane for lane in lanes}
    for number, row in enumerate(box.rows):
        middle = y + HEAD + number * ROW + ROW / 2
        touched = [at[name] for name in row.lanes]
        if touched:
            svg.line(EDGE + left, middle, max(lane.x for lane in touched), middle)
        wide = _name_width(row)
        shown = cut(row.name, wide, 12, mono=True)
        svg.text(EDGE + 12, middle + 4, shown, 12, mono=True, fill=INK, whole=row.name)
        detail = cut(row.detail, left - wide - 34, 11)
        svg.text(EDGE + 22 + wide, middle + 4, detail, 11, fill=MUTED, whole=row.detail)
        for lane in touched:
            svg.dot(lane.x, middle, lane.colour)
            if row.lanes[lane.name]:
                svg.text(lane.x + 9, middle - 5, row.lanes[lane.name], 11, mono=True, fill=INK)
    if not box.rows:
        svg.text(EDGE + 12, y + HEAD + ROW / 2 + 4, "no interface is given", 11, fill=MUTED)


def _name_width(row: Row) -> float:
    return min(width(plain(row.name), 12, mono=True), 150.0)


def _box_width(box: Box) -> float:
    rows = [_name_width(row) + 34 + width(plain(row.detail), 11) for row in box.rows]
    heads = [width(plain(box.title), 14, bold=True) + 28, width(plain(f"{box.kind} · {box.detail}"), 11) + 24]
    return min(WIDEST, max([*rows, *heads]))


def _lanes(plan: SitePlan) -> list[Lane]:
    """The platform networks that the site has, then the data networks."""
    if plan.kubernetes:
        return [_nodes_lane(next(iter(plan.kubernetes.values())))]
    used, data = set[str](), dict[str, Mapping[str, Any]]()
    for member in plan.members:
        resources = plan.resources.get(member.name, {})
        data |= {str(n["name"]): n for n in resources.get("data_networks") or ()}
        for link in resources.get("host_interfaces") or ():
            used |= set(map(str, link.get("networks") or ()))
            data |= {str(n): data.get(str(n), {}) for n in link.get("data_networks") or ()}
    lanes = []
    for name, (key, title, colour) in PLATFORM.items():
        if name not in used and name not in ALWAYS:
            continue
        network = plan.networks.get(key)
        lines = network.joined("subnet").split(",") if network else []
        for word in ("gateway", "floating") if network else ():
            lines += [f"{word} {address}" for address in network.joined(word).split(",") if address]  # type: ignore[union-attr]
        lanes.append(Lane(name, title, colour, lines))
    for place, (name, network_of) in enumerate(data.items()):
        told = [str(network_of["type"])] if network_of.get("type") else []
        told += [f"MTU {network_of['mtu']}"] if network_of.get("mtu") else []
        lanes.append(Lane(f"data {name}", cut(name, 180, 13, bold=True), DATA_COLOURS[place % len(DATA_COLOURS)], told))
    return lanes


def _nodes_lane(node: Mapping[str, Any]) -> Lane:
    """The network of a cluster's nodes, with the address of its API."""
    endpoint = node["endpoint"]
    method = "" if endpoint["method"] == "none" else f" ({endpoint['method']})"
    return Lane("nodes", "nodes", PLATFORM["oam"][2], [*node["networks"]["nodes"], f"API {endpoint['server']}{method}"])


def _boxes(plan: SitePlan) -> list[Box]:
    """The hosts in the order in which they are built; of many, those that are alike in one."""
    counts: dict[str, int] = {}
    for member in plan.members:
        counts[member.personality] = counts.get(member.personality, 0) + 1
    boxes: list[Box] = []
    alike: dict[str, Box] = {}
    for member in plan.members:
        rows = _rows(plan, member)
        kind = NODES[plan.kubernetes[member.name]["kind"]] if plan.kubernetes else member.personality
        box = Box([member.hostname], kind, _machine(member.reader.data), rows)
        if counts[member.personality] > APART:
            key = repr((member.personality, box.detail, rows))
            if key in alike:
                alike[key].names.append(member.hostname)
                continue
            alike[key] = box
        boxes.append(box)
    return boxes


def _machine(data: Mapping[str, Any]) -> str:
    hardware = data.get("edge_hardware")
    if not isinstance(hardware, Mapping):
        return ""
    sockets, cores, memory = (hardware.get(k) for k in ("sockets", "cores_per_socket", "memory_gib"))
    told = [f"{sockets} \u00d7 {cores} cores"] if sockets and cores else []
    told += [f"{memory} GiB"] if memory else []
    disks = hardware.get("disks")
    told += [f"{len(disks)} disk{'s' if len(disks) > 1 else ''}"] if isinstance(disks, (list, tuple)) and disks else []
    return " · ".join(told)


def _rows(plan: SitePlan, member: Any) -> list[Row]:
    if plan.kubernetes:
        node = plan.kubernetes[member.name]
        return [Row("addresses", "", {"nodes": ", ".join(node["addresses"])})]
    links = plan.resources.get(member.name, {}).get("host_interfaces") or []
    rows = [Row(str(link.get("name")), _said(link), _attached(plan, member, link)) for link in links]
    rows = [row for row, link in zip(rows, links, strict=True) if row.lanes or link.get("name") != "lo"]
    carried = {name for row in rows for name in row.lanes}
    kept = MODELS[plan.model].on_loopback if plan.model in MODELS else ()
    inside = [name for name in kept if name not in carried]
    if inside and not any(row.name == "lo" for row in rows):
        rows.append(Row("lo", "inside the host", dict.fromkeys(inside, "")))
    return rows


def _attached(plan: SitePlan, member: Any, link: Mapping[str, Any]) -> dict[str, str]:
    lanes = {str(n): _address(plan, member, str(n)) for n in link.get("networks") or () if n in PLATFORM}
    return lanes | {f"data {n}": "" for n in link.get("data_networks") or ()}


def _address(plan: SitePlan, member: Any, network: str) -> str:
    """A controller's own address on the OAM network; the others are given out by the system."""
    found = plan.networks.get("oam")
    if network != "oam" or found is None:
        return ""
    unit = {"controller-0": "node_0", "controller-1": "node_1"}.get(member.hostname, "")
    return found.primary(unit) or (found.primary("floating") if member.first and len(plan.members) == 1 else "")


def _said(link: Mapping[str, Any]) -> str:
    """What an interface is, in a few words."""
    kind, below = str(link.get("type") or "ethernet"), [str(u) for u in link.get("uses") or ()]
    words = [str(link["port"])] if link.get("port") else []
    if kind == "ae":
        words.append(f"bond of {' + '.join(below)}")
    elif kind == "vlan":
        words.append(f"VLAN {link.get('vlan_id')} on {', '.join(below)}")
    elif below:
        words.append(f"{kind} on {', '.join(below)}")
    if link.get("class") and link["class"] != "none":
        words.append(str(link["class"]))
    if link.get("vf_count"):
        words.append(f"{link['vf_count']} VFs")
    if link.get("mtu"):
        words.append(f"MTU {link['mtu']}")
    return " · ".join(words)


def _inside(plan: SitePlan) -> str:
    """The networks that no interface is attached to."""
    names = {"cluster_pod": "pods", "cluster_service": "services of Kubernetes"}
    if plan.kubernetes:
        networks = next(iter(plan.kubernetes.values()))["networks"]
        pods, found = ", ".join(networks["pods"]), ", ".join(networks["services"])
        return f"Inside the cluster: pods {pods}; services of Kubernetes {found}"
    told = [f"{names[k]} {plan.networks[k].joined('subnet').replace(',', ', ')}" for k in names if k in plan.networks]
    return f"Inside the cluster: {'; '.join(told)}" if told else ""


def _described(plan: SitePlan, boxes: Sequence[Box], lanes: Sequence[Lane]) -> str:
    """The picture in words, for who does not see it."""
    titles = {lane.name: lane.title for lane in lanes}
    said = [f"{lane.title} ({', '.join(lane.lines)})" if lane.lines else lane.title for lane in lanes]
    told = [f"Networks: {', '.join(said)}."]
    for box in boxes:
        links = [f"{row.name} to {', '.join(titles[n] for n in row.lanes)}" for row in box.rows if row.lanes]
        told.append(f"{box.title} ({box.kind}): {'; '.join(links) or 'no interface'}.")
    return " ".join(told)
