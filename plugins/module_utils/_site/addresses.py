# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address plan of a site.

What is not given is derived as the target's bootstrap playbook derives it: start is the first address after the
network's, end the last but one, the floating address of the management and cluster-host networks is their start, the
addresses of the OAM nodes follow its floating address. The rules are those of that playbook's ``validate-config`` and
``validate-addresses`` roles (StarlingX, 2019 to 2025); sizes count every address of the subnet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .faults import Reader
from .model import Model

try:
    from netaddr import AddrFormatError, IPAddress, IPNetwork
except ImportError:  # reported by the module with missing_required_lib
    AddrFormatError = ValueError
    IPAddress = IPNetwork = None


@dataclass(frozen=True)
class Kind:
    """What is known of one platform network."""

    #: prefix of its keys in the bootstrap overrides
    prefix: str
    #: keys of edge_networks.<name> beside the subnet
    keys: tuple[str, ...]
    #: subnet when none is given; empty: must be given or is left out
    default: str = ""
    required: tuple[str, ...] = ()
    #: least and most addresses of a subnet; the range from start to end may have two less than the least
    least: int = 5
    most: int | None = None
    #: derived addresses after start and end
    floating_from_start: bool = False
    #: start and end may be the same address
    single: bool = False


#: source of the sizes: validate-addresses/tasks/validate_address_range.yml; on a simplex those of one host may be
#: smaller (``SIMPLEX_LEAST``)
KINDS: dict[str, Kind] = {
    "oam": Kind(
        "external_oam",
        ("gateway", "floating", "start", "end", "node_0", "node_1"),
        required=("subnet", "gateway", "floating"),
    ),
    "management": Kind(
        "management",
        ("start", "end", "floating", "gateway"),
        "192.168.204.0/24",
        floating_from_start=True,
        single=True,
    ),
    "cluster_host": Kind(
        "cluster_host", ("start", "end", "floating"), "192.168.206.0/24", floating_from_start=True, single=True
    ),
    "cluster_pod": Kind("cluster_pod", ("start", "end"), "172.16.0.0/16", least=65536),
    "cluster_service": Kind("cluster_service", ("start", "end"), "10.96.0.0/12", least=65536, most=1048576),
    "pxeboot": Kind("pxeboot", ("start", "end"), "169.254.202.0/24"),
    "multicast": Kind("management_multicast", ("start", "end"), "239.1.1.0/28", least=6),
    "admin": Kind(
        "admin",
        ("start", "end", "floating", "gateway"),
        required=("subnet", "start", "end", "floating", "gateway"),
        single=True,
    ),
}
SIMPLEX_LEAST = 3
IPV6_LEAST_PREFIX = 64


@dataclass
class Leg:
    """One address family of a network: its subnet and addresses (``start``, ``end``, ``floating``, ``gateway``, …)."""

    subnet: Any
    addresses: dict[str, Any] = field(default_factory=dict)
    #: keys whose address was derived, not given
    derived: set[str] = field(default_factory=set)

    @property
    def family(self) -> int:
        """4 or 6."""
        return int(self.subnet.version)


@dataclass
class Network:
    """One platform network: one leg, or two when it is dual stack, the primary family first."""

    name: str
    legs: list[Leg]
    given: bool

    @property
    def families(self) -> tuple[int, ...]:
        """The address families in order."""
        return tuple(leg.family for leg in self.legs)

    def joined(self, key: str) -> str:
        """A key's addresses as the bootstrap takes them: a comma between the families; empty when there are none."""
        values = [leg.subnet.cidr if key == "subnet" else leg.addresses.get(key) for leg in self.legs]
        return "" if None in values else ",".join(str(v) for v in values)

    def primary(self, key: str) -> str:
        """A key's address in the primary family; empty when there is none."""
        return self.joined(key).split(",", 1)[0]

    def table(self) -> list[dict[str, Any]]:
        """The rows of the address table."""
        return [
            {
                "subnet": str(leg.subnet.cidr),
                "family": f"IPv{leg.family}",
                "size": int(leg.subnet.size),
                **{key: str(leg.addresses[key]) for key in sorted(leg.addresses)},
                "derived": sorted(leg.derived),
            }
            for leg in self.legs
        ]


def plan_addresses(site: Reader, model: Model) -> dict[str, Network]:
    """The networks of a site by name, with derived addresses; what cannot be understood is left out and noted."""
    everything = site.mapping(
        "edge_networks", required="Give at least oam: {subnet, gateway, floating}.", known=tuple(KINDS)
    )
    if everything is None:
        return {}
    networks = {}
    for name in model.networks:
        network = _network(everything, name, model)
        if network:
            networks[name] = network
    _check_together(everything, networks)
    return networks


def _network(everything: Reader, name: str, model: Model) -> Network | None:
    kind = KINDS[name]
    given = everything.given(name)
    if not given and not kind.default and name == "admin":
        return None
    part = everything.mapping(
        name, required="Give oam: {subnet, gateway, floating}." if name == "oam" else "", known=("subnet", *kind.keys)
    )
    if part is None and (given or name == "oam"):
        return None
    reader = part or Reader(everything.faults, {}, everything.name(name), everything.host)
    for key in kind.required:
        if not reader.given(key):
            why = (
                "is missing: an admin network takes all of its addresses or none." if name == "admin" else "is missing."
            )
            reader.fault(key, why, f"Give it, or leave {reader.name('')} out." if name == "admin" else "Give it.", None)
    subnets = _subnets(reader, kind)
    if not subnets:
        return None
    legs = [Leg(subnet) for subnet in subnets]
    for key in kind.keys:
        for leg, address in zip(legs, _addresses(reader, key, legs), strict=False):
            if address is not None:
                leg.addresses[key] = address
    for leg in legs:
        _derive(leg, name, kind, model)
        _check_leg(reader, name, kind, model, leg)
    if name == "oam" and model.mode == "simplex":
        for key in ("node_0", "node_1"):
            if reader.given(key):
                reader.warn(key, "is not used: a simplex has only the floating address.", "Leave it out.")
    return Network(name, legs, given)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _subnets(reader: Reader, kind: Kind) -> list[Any]:
    text = reader.text("subnet", default=kind.default or None)
    if not text:
        return []
    found: list[Any] = []
    for part in _split(text):
        try:
            network = IPNetwork(part) if "/" in part else None
        except (AddrFormatError, ValueError, TypeError):
            network = None
        if network is None:
            reader.fault("subnet", f"{part!r} is no subnet.", "Write an address and a prefix, such as 10.20.30.0/24.")
            return []
        if network.ip != network.cidr.ip:
            reader.fault(
                "subnet", f"{part} has bits set after its prefix: it is a host's address.", f"Write {network.cidr}."
            )
        found.append(network.cidr)
    if len(found) > 2 or (len(found) == 2 and found[0].version == found[1].version):
        reader.fault(
            "subnet", "is no pair of families.", "Give one subnet, or one of IPv4 and one of IPv6 with a comma between."
        )
        return []
    return found


def _addresses(reader: Reader, key: str, legs: list[Leg]) -> list[Any]:
    """One address per leg, or Nones."""
    nothing = [None] * len(legs)
    text = reader.text(key)
    if text is None:
        return nothing
    found: list[Any] = []
    for part in _split(text):
        try:
            if "/" in part:
                raise ValueError(part)
            # a plain decimal number is an address to netaddr, and a typing mistake to everybody else
            found.append(IPAddress(part) if "." in part or ":" in part else IPAddress(""))
        except (AddrFormatError, ValueError, TypeError):
            reader.fault(
                key, f"{part!r} is no address.", f"Write an address of {legs[0].subnet}, such as {_usable(legs[0])}."
            )
            return nothing
    if [a.version for a in found] != [leg.family for leg in legs]:
        wanted = " and ".join(f"IPv{leg.family}" for leg in legs)
        reader.fault(
            key,
            "does not match the families of its subnet.",
            f"Give {wanted}, in the order of the subnets{' with a comma between' if len(legs) > 1 else ''}.",
        )
        return nothing
    return found


def _usable(leg: Leg) -> str:
    return str(IPAddress(leg.subnet.first + min(1, leg.subnet.size - 1), leg.family))


def _derive(leg: Leg, name: str, kind: Kind, model: Model) -> None:
    subnet = leg.subnet

    def put(key: str, value: int) -> None:
        if key not in leg.addresses and 0 <= value < 2 ** (32 if leg.family == 4 else 128):
            leg.addresses[key] = IPAddress(value, leg.family)
            leg.derived.add(key)

    if subnet.size >= SIMPLEX_LEAST:
        put("start", subnet.first + 1)
        put("end", subnet.last - 1)
    if kind.floating_from_start and "start" in leg.addresses:
        put("floating", int(leg.addresses["start"]))
    if name == "oam" and model.mode != "simplex" and "floating" in leg.addresses:
        put("node_0", int(leg.addresses["floating"]) + 1)
        put("node_1", int(leg.addresses["floating"]) + 2)


def _check_leg(reader: Reader, name: str, kind: Kind, model: Model, leg: Leg) -> None:
    subnet, addresses = leg.subnet, leg.addresses
    if name == "pxeboot" and leg.family != 4:
        reader.fault(
            "subnet", "the pxeboot network is IPv4 only.", "Give an IPv4 subnet, or leave it out.", str(subnet)
        )
    if name == "multicast" and not subnet.is_multicast():
        reader.fault(
            "subnet", f"{subnet} is no multicast subnet.", "Use one of 224.0.0.0/4 or ff00::/8, such as 239.1.1.0/28."
        )
    if name != "multicast" and subnet.is_multicast():
        reader.fault("subnet", f"{subnet} is a multicast subnet.", "Use a subnet of unicast addresses.")
    if leg.family == 6 and subnet.prefixlen < IPV6_LEAST_PREFIX:
        reader.fault(
            "subnet",
            f"the prefix of {subnet} is shorter than /{IPV6_LEAST_PREFIX}.",
            f"Use a prefix from /{IPV6_LEAST_PREFIX} on.",
        )
    least = SIMPLEX_LEAST if kind.single and model.mode == "simplex" else kind.least
    if subnet.size < least:
        bits = (least - 1).bit_length()
        reader.fault(
            "subnet",
            f"{subnet} has {subnet.size} addresses and {least} are needed.",
            f"Use a prefix of /{(32 if leg.family == 4 else 128) - bits} or shorter.",
        )
    elif kind.most is not None and subnet.size > kind.most:
        bits = kind.most.bit_length() - 1
        reader.fault(
            "subnet",
            f"{subnet} has more than {kind.most} addresses.",
            f"Use a prefix of /{(32 if leg.family == 4 else 128) - bits} or longer.",
        )
    else:
        _check_range(reader, kind, leg, least - 2)
    for key, address in addresses.items():
        if key in leg.derived and key in ("start", "end"):
            continue
        if address not in subnet:
            origin = " (derived)" if key in leg.derived else ""
            reader.fault(
                key,
                f"{address}{origin} is outside of its subnet {subnet}.",
                f"Use an address of {subnet}, such as {_usable(leg)}.",
            )
        elif leg.family == 4 and subnet.size > 2 and address in (IPAddress(subnet.first), IPAddress(subnet.last)):
            what = "network" if int(address) == subnet.first else "broadcast"
            reader.fault(
                key, f"{address} is the {what} address of {subnet}.", f"Use an address such as {_usable(leg)}."
            )
    own = [key for key in ("gateway", "floating", "node_0", "node_1") if key in addresses]
    for place, key in enumerate(own):
        for other in own[:place]:
            if addresses[key] == addresses[other]:
                # named after the one that the user wrote
                blamed, partner = (other, key) if key in leg.derived else (key, other)
                reader.fault(blamed, f"{addresses[key]} is also {reader.name(partner)}.", "Give each its own address.")


def _check_range(reader: Reader, kind: Kind, leg: Leg, least: int) -> None:
    start, end = leg.addresses.get("start"), leg.addresses.get("end")
    if start is None or end is None or start not in leg.subnet or end not in leg.subnet:
        return
    key = "start" if "start" not in leg.derived else "end"
    if start > end or (start == end and not kind.single):
        reader.fault(key, f"the range begins at {start} and ends at {end}.", "Let start be the lower address.")
    elif int(end) - int(start) + 1 < least:
        reader.fault(
            key,
            f"the range from {start} to {end} has {int(end) - int(start) + 1} addresses and {least} are needed.",
            "Widen the range from start to end.",
        )


def _check_together(everything: Reader, networks: Mapping[str, Network]) -> None:
    order = [name for name in KINDS if name in networks]
    for place, name in enumerate(order):
        for other in order[:place]:
            for leg in networks[name].legs:
                for partner in networks[other].legs:
                    if leg.family == partner.family and (leg.subnet in partner.subnet or partner.subnet in leg.subnet):
                        _overlap(everything, networks[name], leg, networks[other], partner)
    oam = networks.get("oam")
    if not oam:
        return
    for name in ("management", "cluster_host"):
        network = networks.get(name)
        if network and network.families[0] != oam.families[0]:
            _blame(
                everything,
                network,
                f"its primary family is IPv{network.families[0]} and that of oam is IPv{oam.families[0]}.",
                "OAM, management and cluster-host networks share the primary family: put the same one first in all.",
            )
    management, multicast = networks.get("management"), networks.get("multicast")
    if management and multicast and multicast.families[0] != management.families[0]:
        sample = "ff05::18:1:0/124" if management.families[0] == 6 else "239.1.1.0/28"
        _blame(
            everything,
            multicast,
            f"its primary family is IPv{multicast.families[0]} and that of management is IPv{management.families[0]}.",
            f"Give a multicast subnet of that family, such as {sample}.",
        )
    dual = {
        name: len(networks[name].legs) == 2
        for name in ("cluster_pod", "cluster_host", "cluster_service")
        if name in networks
    }
    if any(dual.values()):
        for name, both in {**dual, "oam": len(oam.legs) == 2}.items():
            if not both:
                _blame(
                    everything,
                    networks[name],
                    "has one family, and the cluster is dual stack.",
                    "Pod, service, cluster-host and OAM networks are dual stack together: give a second subnet.",
                )


def _overlap(everything: Reader, network: Network, leg: Leg, other: Network, partner: Leg) -> None:
    if not network.given and other.given:
        network, leg, other, partner = other, partner, network, leg
    default = "" if other.given else " (its default)"
    _blame(
        everything,
        network,
        f"{leg.subnet} overlaps edge_networks.{other.name}.subnet {partner.subnet}{default}.",
        "Give each network a subnet of its own.",
    )


def _blame(everything: Reader, network: Network, message: str, remedy: str) -> None:
    name = everything.name(f"{network.name}.subnet")
    everything.faults.add(name, network.joined("subnet"), message, remedy, everything.host)
