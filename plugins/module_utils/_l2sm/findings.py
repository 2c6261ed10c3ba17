# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the operator's installation and with overlays: found here, mended elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from .._engine.paths import get_path
from .addressing import addresses
from .diagnosis import (
    Finding,
    Picture,
    leaked,
    leaving,
    lost_networks,
    orphans,
    pods,
    ports,
    running,
)
from .marking import doubled, unmarked, vanished
from .naming import resolving
from .pods import name_of, networks_of
from .ports import switch_name
from .resources import ATTACHMENTS, SWITCHES
from .unjoined import joined_networks
from .versions import image_of, version_of

CONTROLLER = "l2sm-controller"
#: from this version on, names of switches are hashed, and nodes may have dots in theirs
OLDEST = (2, 8, 7)


def diagnose(seen: Picture) -> list[Finding]:
    """Every finding, in the order in which they are mended."""
    about_networks = (lost_networks, joined_networks, strangers, ports)
    about_interfaces = (leaked, unmarked, doubled, vanished, addresses)
    parts = (operator, overlays, *about_networks, *about_interfaces, pods, resolving, orphans)
    return [finding for part in parts for finding in part(seen)]


def strangers(seen: Picture) -> Iterator[Finding]:
    """F4: pods on a network that there is not: the webhook gives them an interface without a link, and no error."""
    there = {n["metadata"]["name"] for n in seen.networks}
    for pod in seen.pods:
        for name in sorted(set(networks_of(pod)) - there):
            if leaving(pod):
                continue
            yield Finding(
                "F4",
                f"pod {name_of(pod)}",
                f"Its annotation l2sm/networks names {name}, and there is no such network: that interface has no link.",
                f"Make the network, and repair again; or correct the annotation and make the pod anew. There are:"
                f" {', '.join(sorted(there)) or 'none'}.",
            )


def operator(seen: Picture) -> Iterator[Finding]:
    """F13, F1, F16, F12: whether it runs, knows where the switches are, is new enough, and is fenced."""
    if seen.manager is None:
        return  # nothing is installed, or it has been removed
    for name in ("l2sm-controller-manager", CONTROLLER):
        deployment = next((d for d in seen.deployments if d["metadata"]["name"] == name), None)
        if not running(deployment):
            yield Finding(
                "F13",
                f"deployment {name}",
                "None of its pods is available: pods with the label l2sm=true cannot be created, and none is let go.",
                "Look at its pods; run the verb install, which says what keeps them.",
            )
    yield from _environment(seen)
    version = version_of(image_of(seen.manager))
    if version and version < OLDEST:
        yield Finding(
            "F16",
            "deployment l2sm-controller-manager",
            f"It is of version {'.'.join(map(str, version))}: switches are missing on nodes with dots in their names.",
            f"Upgrade to {'.'.join(map(str, OLDEST))} or later (verb upgrade).",
        )
    hooks = [h for w in seen.webhooks if w["metadata"]["name"].startswith("l2sm-") for h in w.get("webhooks") or []]
    if not hooks or not all(get_path(h, "clientConfig.caBundle", "") for h in hooks):
        yield Finding(
            "F13",
            "webhook l2sm-mutating-webhook-configuration",
            "It is missing, or has no CA bundle: labelled pods cannot be created, or come without interfaces.",
            "Look at cert-manager's cainjector and at the certificate l2sm-serving-cert; run the verb install.",
        )
    space = seen.manager["metadata"]["namespace"]
    if not any(p["metadata"]["namespace"] == space for p in seen.policies):
        yield Finding(
            "F12",
            f"namespace {space}",
            "Every pod can reach the SDN controller, and everybody knows its password.",
            "Run the verb install with l2sm_network_policy: true.",
        )


def _environment(seen: Picture) -> Iterator[Finding]:
    containers = get_path(seen.manager or {}, "spec.template.spec.containers", None) or [{}]
    values = {e["name"]: e.get("value") or "" for e in containers[0].get("env") or []}
    told = values.get("SWITCHES_NAMESPACE", "")
    spaces = sorted({o["metadata"]["namespace"] for o in seen.overlays})
    if spaces and spaces != [told]:
        yield Finding(
            "F1",
            "deployment l2sm-controller-manager",
            f"Its SWITCHES_NAMESPACE is {told!r}, and there are overlays in {', '.join(spaces)}: interfaces of removed"
            " pods are never given back.",
            "Run the verb install: it sets the overlay's namespace. All overlays belong into one.",
        )


def overlays(seen: Picture) -> Iterator[Finding]:
    """F8, F9: edits without effect, switches that do not run, and nodes that two overlays share."""
    holders: dict[str, list[str]] = {}
    for overlay in seen.overlays:
        if leaving(overlay):
            continue
        name = overlay["metadata"]["name"]
        nodes = [str(n) for n in get_path(overlay, "spec.topology.nodes", None) or []]
        for node in nodes:
            holders.setdefault(node, []).append(name)
        switches = {s["metadata"]["name"]: s for s in overlay.get(SWITCHES) or ()}
        wanted = {switch_name("sps", name, node): node for node in nodes}
        made, count = len(overlay.get(ATTACHMENTS) or ()), int(get_path(overlay, "spec.interfaceNumber", 10))
        if switches.keys() != wanted.keys() or made != count:
            yield Finding(
                "F8",
                f"overlay {name_of(overlay)}",
                f"It is not what was built: it asks for {len(wanted)} switches and {count} attachments, and there are"
                f" {len(switches.keys() & wanted.keys())} of these switches, {len(switches.keys() - wanted.keys())}"
                f" others, and {made} attachments.",
                "Edits have no effect: go back to what was built, or replace the overlay (replace: true).",
            )
        away = sorted(
            wanted[n] for n, s in switches.items() if n in wanted and not get_path(s, "status.readyReplicas", 0)
        )
        if away:
            yield Finding(
                "F4",
                f"overlay {name_of(overlay)}",
                f"Its switches do not run on {', '.join(away)}; pods there have no link.",
                "Look at the pods of the replica sets sps-*.",
            )
    for node, names in sorted(holders.items()):
        if len(names) > 1:
            yield Finding(
                "F9",
                f"node {node}",
                f"Overlays {', '.join(sorted(names))} share it, so they share its bridges: their traffic is mixed,"
                " and pods get ports that others have.",
                "One overlay for each node: remove the others.",
            )
