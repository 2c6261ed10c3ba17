# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The components of an OpenStack by OpenStack-Helm as data, and their order.

Read from the charts of July 2026 (``dependencies.static`` and ``dependencies.dynamic.targeted`` of their values, their
hooks, and the order of upstream's guide). Two orders matter. A chart is *installed* when the services that its hooks
ask (database, messages, Keystone) are there. Its pods come *up* only when those that they wait for are there, too:
the pods of libvirt and nova-compute wait for Neutron's agent on the same node, while Neutron's agents wait for Nova's
API. So these are installed one after the other and waited for together, after the last of them.
"""

from __future__ import annotations

import difflib
import graphlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._engine.errors import InputError

#: labels of nodes by group; charts place their pods by them
NODE_LABELS: Mapping[str, tuple[str, str]] = {
    "control": ("openstack-control-plane", "enabled"),
    "compute": ("openstack-compute-node", "enabled"),
    "switch": ("openvswitch", "enabled"),
    "network": ("openstack-network-node", "enabled"),
    "gateway": ("l3-agent", "enabled"),
    "sriov": ("sriov", "enabled"),
    "ceph_rgw": ("ceph-rgw", "enabled"),
}


@dataclass(frozen=True)
class Component:
    """One release.

    ``after``: what is installed before it, where it is installed at all. ``up_after``: what else its pods wait for.
    ``default``: whether it belongs to every OpenStack. ``features``: names of features that bring it.
    ``needs``: what it does not work without. ``instead``: what it takes the place of. ``nodes``: groups of nodes whose
    labels it places its pods by. ``tested``: whether its chart has a test for ``helm test``.
    """

    name: str
    title: str
    after: tuple[str, ...] = ()
    up_after: tuple[str, ...] = ()
    default: bool = False
    features: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ("control",)
    tested: bool = False
    chart: str = ""
    release: str = ""
    namespace: str = ""
    version: str = ""
    #: ``application`` in the labels of its pods
    application: str = ""

    @property
    def selector(self) -> str:
        """Labels by which its workloads and pods are found: every chart writes its release's name on them."""
        return f"release_group={self.release or self.name}"


_BACKENDS = ("mariadb", "rabbitmq", "memcached")

COMPONENTS: tuple[Component, ...] = (
    Component("ceph-adapter-rook", "Ceph client, where Rook keeps the cluster", features=("ceph",)),
    Component("ceph-provisioners", "Ceph client, where the cluster is elsewhere", tested=True, application="ceph"),
    Component("mariadb", "database", after=("ceph-adapter-rook", "ceph-provisioners"), default=True, tested=True),
    Component("rabbitmq", "messages", after=("ceph-adapter-rook", "ceph-provisioners"), default=True, tested=True),
    Component("memcached", "cache", default=True),
    Component("keystone", "identity", after=_BACKENDS, default=True, needs=_BACKENDS, tested=True),
    Component("glance", "images", after=("keystone",), default=True, needs=("keystone",), tested=True),
    Component("barbican", "secrets", after=("keystone",), needs=("keystone",), tested=True),
    Component("cinder", "volumes", after=("keystone", "glance", "barbican"), needs=("keystone", "glance"), tested=True),
    Component("openvswitch", "virtual switches", default=True, nodes=("switch",)),
    Component(
        "ovn",
        "virtual networks (OVN)",
        after=("openvswitch",),
        needs=("openvswitch",),
        features=("ovn",),
        nodes=("network", "switch"),
    ),
    Component(
        "libvirt",
        "virtual machines' host side",
        after=("openvswitch", "ovn", "ceph-adapter-rook"),
        up_after=("neutron", "ovn"),
        default=True,
        nodes=("compute",),
    ),
    Component("placement", "placement", after=("keystone",), default=True, needs=("keystone",)),
    Component(
        "nova",
        "virtual machines",
        after=("glance", "placement", "libvirt", "cinder", "barbican"),
        up_after=("neutron", "libvirt"),
        default=True,
        needs=("glance", "placement", "libvirt", "neutron"),
        nodes=("control", "compute"),
        tested=True,
    ),
    Component(
        "neutron",
        "virtual networks",
        after=("keystone", "openvswitch", "ovn", "nova"),
        up_after=("nova",),
        default=True,
        needs=("keystone", "openvswitch"),
        nodes=("control", "switch"),
        tested=True,
    ),
    Component("heat", "orchestration", after=("keystone", "nova", "neutron"), needs=("keystone",), tested=True),
    Component("horizon", "dashboard", after=("keystone", "nova", "neutron"), needs=("keystone",), tested=True),
    Component(
        "octavia",
        "load balancers",
        after=("neutron", "nova", "barbican"),
        needs=("neutron", "nova"),
        nodes=("control", "network"),
    ),
    Component("powerdns", "name server of Designate", after=("mariadb",), needs=("mariadb",)),
    Component("designate", "names", after=("keystone", "powerdns", "neutron"), needs=("keystone", "powerdns")),
)


def known(own: Mapping[str, Mapping[str, Any]]) -> dict[str, Component]:
    """The table by names, with what the inventory says of each (``chart``, ``release``, ``after`` and so on).

    A name that the table does not have is a component of the user's own, and needs no more than a chart of that name.
    """
    table = {component.name: component for component in COMPONENTS}
    for name, given in own.items():
        close = difflib.get_close_matches(name, table, 1, 0.8)
        if name not in table and close and not given.get("chart"):
            raise InputError(
                f"openstack_helm_components: there is no component {name!r}.",
                f"Did you mean {close[0]!r}? A component of your own has a chart: {{{name}: {{chart: {name}}}}}.",
                option="openstack_helm_components",
                value=name,
            )
        base = table.get(name) or Component(name, "component of this inventory", after=("keystone",))
        changes = {k: given[k] for k in ("chart", "release", "namespace", "version") if given.get(k)}
        changes |= {k: tuple(given[k]) for k in ("after", "nodes") if given.get(k) is not None}
        table[name] = replace(base, **changes)
    return table


def chosen(own: Mapping[str, Mapping[str, Any]], features: Iterable[str]) -> dict[str, Component]:
    """The components that are wanted, by name: the ordinary ones, those that features bring, those that are named.

    :raises InputError: one that is wanted does not work without one that is not.
    """
    table, wanted = known(own), set(features)
    names = {c.name for c in table.values() if c.default or wanted & set(c.features)}
    names |= {name for name, given in own.items() if given.get("enabled", True)}
    names -= {name for name, given in own.items() if not given.get("enabled", True)}
    for name in sorted(names):
        lacking = [other for other in table[name].needs if other not in names]
        if lacking:
            raise InputError(
                f"openstack_helm_components: {name} does not work without {', '.join(lacking)}.",
                f"Enable {', '.join(lacking)}, or disable {name}.",
                option="openstack_helm_components",
                value=name,
            )
    return {name: table[name] for name in names}


def ordered(components: Mapping[str, Component]) -> list[Component]:
    """In the order of their installation; among those that could come next, in the order of the table.

    :raises InputError: components of the user's own wait for one another.
    """
    place = {component.name: number for number, component in enumerate(COMPONENTS)}
    sorter = graphlib.TopologicalSorter(
        {name: [other for other in c.after if other in components] for name, c in components.items()}
    )
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        raise InputError(
            f"openstack_helm_components: these wait for one another: {' -> '.join(error.args[1])}.",
            "Correct their 'after'.",
            option="openstack_helm_components",
        ) from None
    result: list[Component] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=lambda name: (place.get(name, len(place)), name))
        name = ready.pop(0)
        result.append(components[name])
        sorter.done(name)
    return result


def waits(order: list[Component]) -> dict[str, list[str]]:
    """Whose pods are waited for after which installation: ``{"neutron": ["libvirt", "nova", "neutron"]}``."""
    position = {component.name: number for number, component in enumerate(order)}
    by_name = {component.name: component for component in order}

    def last(name: str, seen: frozenset[str]) -> int:
        others = [o for o in by_name[name].up_after if o in position and o not in seen]
        return max([position[name], *(last(o, seen | {o}) for o in others)])

    result: dict[str, list[str]] = {component.name: [] for component in order}
    for component in order:
        result[order[last(component.name, frozenset({component.name}))].name].append(component.name)
    return result
