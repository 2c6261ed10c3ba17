# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks between clusters that are not joined: the operator tries that once, and their status does not always tell.

Pure. Source: the operator's code at 2.8.7. It asks the provider for a network when that is made, and then plugs the
edge device in, on either side by the number of one interface of the device's node. Without a free one it leaves it at
that; and an SDN controller that was restarted has forgotten the port.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._engine.paths import get_path
from .diagnosis import FINALIZER, Finding, Picture, Step, held, leaving, provider_of
from .pods import name_of
from .unplug import provider_url

REMAKE = "Remove it and make it again (recreate_networks: true does so); its pods are plugged in again."


def joined_networks(seen: Picture) -> Iterator[Finding]:
    """F5, F7: networks between clusters that never connect, since that is tried once, or that do no more."""
    for network in seen.networks:
        provider = provider_of(network)
        if not provider or leaving(network) or FINALIZER not in held(network):
            continue
        made = str(get_path(network, "metadata.creationTimestamp", ""))
        later = [e for e in seen.edges if provider_of(e) == provider and str(e["metadata"]["creationTimestamp"]) > made]
        state = get_path(network, "status.providerConnectivity", "Unavailable")
        if later:
            what = f"It is older than edge device {name_of(later[0])}, which the operator has therefore not plugged in."
        elif state != "Available":
            what = f"The operator has asked provider {provider} once, in vain ({state}), and does not ask again."
        else:
            yield from _edgeless(seen, network)
            continue
        steps = (Step("remake", (network,)),) if seen.recreate_networks else ()
        yield Finding("F5", f"network {name_of(network)}", what, REMAKE, steps)


def _edgeless(seen: Picture, network: Mapping[str, Any]) -> Iterator[Finding]:
    """A network that both sides know, and that no edge device is plugged into."""
    device = seen.unplugged(network) if seen.ports else None
    if device is None:
        yield from _forgotten(seen, network)
        return
    (edge, node), label, name = device, f"network {name_of(network)}", network["metadata"]["name"]
    pods = {place for ports in seen.wanted().values() for place in ports}
    had = seen.was_plugged(network, node)
    back = [place for place in had or () if place not in pods]
    missing = f"Edge device {edge} is not plugged into it, so nothing of it leaves the cluster"
    if back:
        what = f"{missing}: the SDN controller was restarted. The provider still has the device's port."
        yield Finding("F7", label, what, "Plug it in.", tuple(Step("attach", (name, p)) for p in back))
        return
    if had is None and name not in seen.outside:
        what = f"{missing}; and its provider does not tell whether it ever was."
        yield Finding("F5", label, what, "See that the provider answers, and repair again.", fleeting=True)
        return
    used = f"used-{node}"
    free = [a for a in seen.attachments if (get_path(a, "metadata.labels", None) or {}).get(used) != "true"]
    what = f"{missing}: no interface of node {node} was free when the operator made it, which it tries once."
    if had is None:
        what = f"{missing}: its provider does not know it, either. Both were restarted, or it was never made there."
    remedy = REMAKE
    if not free:
        remedy = (
            f"All interfaces of node {node} are taken. Remove a pod there that is on a network, or make the overlay"
            " anew with a larger interface_count; then remove the network and make it again (recreate_networks: true"
            " does so)."
        )
    steps = (Step("remake", (network,)),) if seen.recreate_networks and free else ()
    yield Finding("F5", label, what, remedy, steps, fleeting=True)


def _forgotten(seen: Picture, network: Mapping[str, Any]) -> Iterator[Finding]:
    """A network that a device has joined, and whose provider has lost it or the port: it keeps both in memory, and a
    run that removes the last port of another cluster may remove a network that this one joins in the same moment."""
    name = network["metadata"]["name"]
    if not seen.ports or name not in seen.outside:
        return
    told, url = seen.outside[name], provider_url(network)
    for node, places in sorted(seen.outer_ports(network).items()):
        start = places[0].rpartition("/")[0] + "/"
        if any(p.startswith(start) for p in told or ()):
            continue
        lost = "does not know it" if told is None else f"has no port of the edge device on {node} in it"
        known = (Step("remember_outside", (url, name)),) if told is None else ()
        yield Finding(
            "F7",
            f"network {name_of(network)}",
            f"Its status says Available, and its provider at {url} {lost}: that was restarted, or another run removed"
            " the network there while this cluster joined it. Nothing of it leaves the cluster.",
            "Make it known to the provider, and plug the device in there again; other clusters repair their own part.",
            (*known, *(Step("attach_outside", (url, name, p)) for p in places)),
        )
