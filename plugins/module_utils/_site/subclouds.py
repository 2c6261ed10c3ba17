# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A subcloud on paper: its bootstrap values and install values, and what dcmanager would refuse of them.

Rules of dcmanager (``phased_subcloud_deploy.py``: ``validate_bootstrap_values``, ``validate_subcloud_config``,
2026). What concerns several subclouds is in ``cloud``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import install, overrides
from .addresses import Leg, Network
from .faults import MASK, Fault, Reader
from .model import Model
from .roster import Member

ROLES = ("none", "systemcontroller")
WAYS = ("bootstrap", "enroll")
DEFAULT_GROUP = "Default"
GROUP_KEYS = ("name", "description", "update_apply_type", "max_parallel_subclouds")
#: signs that dcmanager takes in no name
NAME_NOT = ".*+?|()[]{}^$"
RESERVED = ("regionone", "systemcontroller")
#: least addresses of a subcloud's subnet, and of its range from start to end: simplex, others
LEAST_SUBNET, LEAST_RANGE = (4, 8), (1, 3)
#: secrets that a subcloud gets from its System Controller, and not from its bootstrap values
NOT_GIVEN = ("vault_admin_password", "vault_ansible_become_pass")


@dataclass
class Subcloud:
    """What dcmanager gets of a subcloud.

    :param through: network by which the System Controller reaches it: ``admin`` where it has one, else ``management``.
    :param install: whether dcmanager installs it through its BMC.
    """

    name: str
    system_controller: str
    group: str
    gateway: str
    through: str
    install: bool
    bootstrap_address: str
    bootstrap_values: dict[str, Any] = field(default_factory=dict)
    install_values: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    peer_group: str = ""


def is_subcloud(site: Reader) -> bool:
    """Whether a site is a subcloud: it says whose."""
    return site.given("edge_system_controller")


def as_subcloud(model: Model) -> Model:
    """The model as a subcloud has it: the management network of a simplex may be on an interface."""
    return replace(model, on_loopback=())


def role_of(site: Reader, in_group: bool = False) -> str:
    """``none``, ``systemcontroller`` or ``subcloud``; ``in_group``: whether a host of it is in ``edge_subclouds``."""
    if in_group or is_subcloud(site):
        return "subcloud"
    extra = site.data.get("edge_bootstrap_overrides")
    other = extra.get("distributed_cloud_role") if isinstance(extra, Mapping) else None
    return str(site.data.get("edge_distributed_cloud_role") or other or "none")


def check_controller(site: Reader, model: Model, networks: Mapping[str, Network], role: str) -> list[dict[str, Any]]:
    """A System Controller: model, management network, groups of subclouds; returns the groups."""
    given_role = site.text("edge_distributed_cloud_role", choices=ROLES)
    groups = _groups(site)
    if role != "systemcontroller":
        if groups:
            site.fault(
                "edge_subcloud_groups",
                "only a System Controller has groups of subclouds.",
                "Set edge_distributed_cloud_role to systemcontroller, or leave it out.",
                value=None,
            )
        return []
    if given_role and model.one_host:
        site.fault(
            "edge_distributed_cloud_role",
            "a simplex cannot be a System Controller.",
            "Choose a model with two controllers.",
        )
    if model.one_host:
        return groups
    if overrides.is_virtual(site):
        site.fault(
            "edge_bootstrap_overrides.virtual_system",
            "the bootstrap does not take it for a System Controller.",
            "Leave it out.",
            True,
        )
    management = networks.get("management")
    given = site.data.get("edge_networks")
    part = given.get("management") if isinstance(given, Mapping) else None
    for key in ("start", "end"):
        if not isinstance(part, Mapping) or part.get(key) in (None, ""):
            site.fault(
                f"edge_networks.management.{key}",
                "is missing: a System Controller says which addresses are its own.",
                "Give start and end, and leave addresses for the gateways of the subclouds.",
                None,
            )
    for leg in management.legs if management else ():
        start, end = leg.addresses.get("start"), leg.addresses.get("end")
        if start is not None and end is not None and int(end) - int(start) + 1 >= leg.subnet.size - 2:
            site.fault(
                "edge_networks.management.end",
                f"the range from {start} to {end} leaves no address of {leg.subnet} for the gateways of subclouds.",
                "Make the range smaller.",
                str(end),
            )
    return groups


def _groups(site: Reader) -> list[dict[str, Any]]:
    found = []
    seen: dict[str, str] = {}
    for part in site.mappings("edge_subcloud_groups", GROUP_KEYS):
        name = part.text("name", required="Name the group.")
        part.unique("name", seen, "the group's name")
        if name is not None:
            _check_name(part, "name", name, (DEFAULT_GROUP.lower(),))
        kind = part.text("update_apply_type", default="parallel", choices=("parallel", "serial"))
        most = part.whole("max_parallel_subclouds", default=2, least=1, most=5000)
        text = part.text("description", default=f"Subclouds of the group {name}")
        row = {"name": name, "description": text, "update_apply_type": kind, "max_parallel_subclouds": most}
        found.append(row)
    return found


def _check_name(part: Reader, key: str, name: str, reserved: Sequence[str]) -> None:
    bad = sorted({sign for sign in name if sign in NAME_NOT})
    if name.isdecimal():
        part.fault(key, "has digits only, which would be an id.", "Use letters too.")
    elif bad:
        part.fault(key, f"has {' '.join(bad)}, which dcmanager does not take.", "Use letters, digits, '-' and '_'.")
    elif name.lower() in reserved:
        part.fault(key, "is a name of dcmanager's own.", "Choose another.")


def check_first(found: Subcloud | None, members: Sequence[Member], group: Collection[str]) -> list[Fault]:
    """A subcloud's controller-0 is its host in ``edge_subclouds``; its further hosts are in the groups of theirs."""
    first = next((member.name for member in members if member.first), None)
    if found is None or first is None or first in group:
        return []
    own = next((member.name for member in members if member.name in group), None)
    message = f"it is controller-0 of subcloud {found.name}, and not in the group edge_subclouds"
    if own is None:
        return [Fault("edge_subclouds", None, f"{message}.", "Put it there, in place of edge_controllers.", first)]
    remedy = f"Leave edge_hostname of the two out, or give controller-0 to {own}."
    return [Fault("edge_hostname", None, f"{message}, as {own} is.", remedy, first)]


def check_subcloud(
    site: Reader, model: Model, networks: Mapping[str, Network], members: Sequence[Member], name: str
) -> Subcloud:
    """The variables of a subcloud, and what is sent for it."""
    if site.given("edge_distributed_cloud_role") and site.data["edge_distributed_cloud_role"] != "none":
        site.fault(
            "edge_distributed_cloud_role",
            "a subcloud is no System Controller.",
            "Leave it out, or leave edge_system_controller out.",
        )
    _check_name(site, "edge_site_name", name, RESERVED)
    through = "admin" if "admin" in networks else "management"
    _check_networks(site, model, networks, through)
    _check_carried(site, model, members, through)
    gateway = site.text(
        "edge_systemcontroller_gateway",
        required="Give an address of the System Controller's management subnet, outside its range from start to end.",
    )
    oam = networks.get("oam")
    own = site.text("edge_subcloud_bootstrap_address", default=oam.primary("floating") if oam else "")
    found = Subcloud(
        name=name,
        system_controller=site.text(
            "edge_system_controller", required="Name the edge_site_name of its System Controller."
        )
        or "",
        group=site.text("edge_subcloud_group", default=DEFAULT_GROUP) or DEFAULT_GROUP,
        gateway=gateway or "",
        through=through,
        install=site.truth("edge_subcloud_install", True),
        bootstrap_address=own or "",
        peer_group=site.text("edge_subcloud_peer_group", default="") or "",
    )
    _check_way(site, found)
    values, secrets = overrides.render_overrides(site, model, networks)
    values = {key: value for key, value in values.items() if key != "admin_username"}
    texts = {key: site.data.get(f"edge_site_{key}") for key in ("description", "location")}
    found.bootstrap_values = dict(
        sorted(
            {
                **values,
                **{key: str(text) for key, text in texts.items() if text not in (None, "")},
                "name": name,
                "systemcontroller_gateway_address": found.gateway,
            }.items()
        )
    )
    found.secrets = dict.fromkeys((key for key in secrets if key not in NOT_GIVEN), MASK)
    found.secrets["sysadmin_password"] = MASK
    if found.install:
        found.install_values = install.check_install(site, model, networks, members, found.bootstrap_address)
        found.secrets["bmc_password"] = MASK
    elif site.given("edge_subcloud_install_values"):
        site.fault(
            "edge_subcloud_install_values",
            "edge_subcloud_install is false: the subcloud is installed by hand.",
            "Leave it out, or set edge_subcloud_install to true.",
            value=None,
        )
    return found


def _check_way(site: Reader, found: Subcloud) -> None:
    """How it is added, and what is to become of it."""
    way = site.text("edge_subcloud_deployment", default="bootstrap", choices=WAYS)
    if way == "enroll" and not found.install:
        message = "dcmanager reaches the machine through its BMC, by its install values."
        site.fault("edge_subcloud_deployment", message, "Leave edge_subcloud_install out.")
    state = site.text("edge_subcloud_management_state", default="managed", choices=("managed", "unmanaged"))
    if found.peer_group and state == "unmanaged":
        message = "only a subcloud that is managed can be in a peer group."
        site.fault("edge_subcloud_peer_group", message, "Leave it, or edge_subcloud_management_state, out.")


def _check_networks(site: Reader, model: Model, networks: Mapping[str, Network], through: str) -> None:
    given = site.data.get("edge_networks")
    for name in dict.fromkeys(("management", through)):
        network = networks.get(name)
        part = given.get(name) if isinstance(given, Mapping) else None
        keys = ["subnet", "start", "end"] if name == "management" else []
        if name == through == "management":
            keys.append("gateway")
        for key in keys:
            if not isinstance(part, Mapping) or part.get(key) in (None, ""):
                more = ", or give edge_networks.admin" if key == "gateway" else ""
                site.fault(f"edge_networks.{name}.{key}", "is missing: a subcloud gives it.", f"Give it{more}.", None)
        if name == "management" and through == "admin" and isinstance(part, Mapping) and part.get("gateway"):
            site.fault(
                "edge_networks.management.gateway",
                "is not given together with that of the admin network.",
                "Leave it out: the System Controller uses the admin network.",
                str(part["gateway"]),
            )
        for leg in network.legs if network else ():
            _check_leg(site, model, name, leg)


def _check_leg(site: Reader, model: Model, name: str, leg: Leg) -> None:
    place = 0 if model.one_host else 1
    variable = f"edge_networks.{name}"
    start, end, gateway, floating = (leg.addresses.get(key) for key in ("start", "end", "gateway", "floating"))
    if leg.subnet.size < LEAST_SUBNET[place]:
        site.fault(
            f"{variable}.subnet",
            f"{leg.subnet} has {leg.subnet.size} addresses, and that of a subcloud has {LEAST_SUBNET[place]}.",
            "Use a shorter prefix.",
            str(leg.subnet),
        )
    if start is None or end is None or start > end:
        return
    if int(end) - int(start) + 1 < LEAST_RANGE[place]:
        site.fault(
            f"{variable}.end",
            f"the range of a {model.name} subcloud has {LEAST_RANGE[place]} addresses or more.",
            "Widen the range from start to end.",
            str(end),
        )
    if gateway is not None and start <= gateway <= end:
        site.fault(
            f"{variable}.gateway",
            f"{gateway} lies between start {start} and end {end}, which are the hosts' own.",
            "Choose an address of the subnet outside the range.",
            str(gateway),
        )
    if floating is not None and floating != start:
        site.fault(
            f"{variable}.floating",
            f"{floating} is not the start of the range, {start}.",
            "Leave it out, or give start the same address.",
            str(floating),
        )


def _check_carried(site: Reader, model: Model, members: Sequence[Member], through: str) -> None:
    """A simplex keeps its management network on the loopback interface, unless it is reached by it."""
    if not model.one_host or through != "management" or not members:
        return
    links = members[0].reader.data.get("edge_interfaces")
    carried = [
        network
        for link in (links if isinstance(links, (list, tuple)) else ())
        if isinstance(link, Mapping) and isinstance(link.get("networks"), (list, tuple))
        for network in link["networks"]
    ]
    if "mgmt" not in carried:
        site.faults.add(
            "edge_interfaces",
            None,
            "no interface carries the network mgmt, by which the System Controller reaches this subcloud.",
            "Add mgmt to the networks of a platform interface, or give edge_networks.admin and an interface for it.",
            members[0].name,
        )
