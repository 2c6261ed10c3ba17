# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plans of sites at a glance, as one document without a secret: what a report shows to people and to programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import told
from .faults import Fault
from .model import MODELS, NETWORKS
from .picture import TITLES, pictures
from .plan import SitePlan

#: pictures that one page has: of clouds, then of sites, then of subclouds
PICTURES = 8
#: ranges of a cluster by kubeadm, in the order in which they are told
RANGES = ("nodes", "pods", "services")


def overview(plans: Sequence[SitePlan], remarks: Sequence[Fault] = ()) -> dict[str, Any]:
    """The sites with hosts and addresses, and what was found; of the whole inventory are ``remarks``."""
    found = [fault for plan in plans for fault in plan.faults]
    doubts = [*remarks, *(warning for plan in plans for warning in plan.warnings)]
    return {
        "sites": [_site(plan) for plan in plans if plan.members],
        "findings": [*_findings("error", found), *_findings("warning", doubts)],
    }


def drawn(plans: Sequence[SitePlan]) -> list[str]:
    """Pictures for a page: clouds first, then sites, then subclouds, and no more than a reader looks at.

    A site with faults has none: what would be drawn of it is not what is wanted.
    """
    sound = [plan for plan in plans if plan.members and not plan.faults]
    above = [plan for plan in sound if plan.subcloud is None]
    shown = [*above, *(plan for plan in sound if plan.subcloud is not None)][:PICTURES]
    names = {plan.name for plan in shown}
    # the picture of a cloud counts all of its subclouds, also those that have none of their own
    found = pictures([plan for plan in sound if plan.name in names], sound)
    clouds = [str(files["cloud.svg"]) for files in found.values() if "cloud.svg" in files]
    return [*clouds, *(str(files["picture.svg"]) for files in found.values())][:PICTURES]


def _site(plan: SitePlan) -> dict[str, Any]:
    title = MODELS[plan.model].title if plan.model in MODELS else TITLES.get(plan.model, plan.model)
    site: dict[str, Any] = {"name": plan.name, "model": plan.model, "title": title, "role": plan.role}
    if plan.subcloud is not None:
        site |= {"system_controller": plan.subcloud.system_controller, "group": plan.subcloud.group or "Default"}
    first = next(iter(plan.kubernetes.values()), {})
    if first:
        site |= {"kubernetes": first["version"], "api": first["endpoint"]["server"]}
    order = [name for name in NETWORKS if name in plan.networks]
    networks = [{"network": name, **row} for name in order for row in plan.networks[name].table()]
    for name in RANGES if first else ():
        networks += [{"network": name, "subnet": str(one)} for one in first["networks"].get(name) or ()]
    hosts = [
        {
            "name": member.name,
            "hostname": member.hostname,
            "personality": _personality(plan, member.name, member.personality),
            "management_mac": member.mac,
            "addresses": [str(a) for a in plan.kubernetes.get(member.name, {}).get("addresses", ())],
        }
        for member in plan.members
    ]
    return {**site, "hosts": hosts, "networks": networks, "documents": [] if plan.faults else sorted(plan.documents)}


def _personality(plan: SitePlan, host: str, otherwise: str) -> str:
    """What a host is; of a cluster by kubeadm the first of its control plane is marked as such."""
    kind = plan.kubernetes.get(host, {}).get("kind", "")
    return {"init": "control plane, the first", "control_plane": "control plane"}.get(kind, kind or otherwise)


def _findings(severity: str, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """What is wrong, each thing once, with the hosts and sites that it is about."""
    rows = []
    for alike in told.groups(faults):
        one: Mapping[str, Any] = alike[0].document()
        about = {f"{kind}s": list(dict.fromkeys(v for f in alike if (v := getattr(f, kind)))) for kind in KINDS}
        kept = {key: one[key] for key in ("variable", "value", "message", "remedy")}
        rows.append({"severity": severity, **kept, **about})
    return rows


#: whose a fault can be
KINDS = ("host", "site")
