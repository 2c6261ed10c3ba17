# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deployment models as data: how many hosts of which personality, which networks, which system mode.

Source: StarlingX's installation guides (R4 to current), one page per model.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from .faults import Reader

PERSONALITIES = ("controller", "worker", "storage")


@dataclass(frozen=True)
class Model:
    """One deployment model."""

    name: str
    title: str
    #: system_mode of the bootstrap
    mode: str
    #: personality -> (least, most) hosts
    hosts: Mapping[str, tuple[int, int]]
    #: platform networks that have addresses of this site, as keys of edge_networks
    networks: tuple[str, ...]
    #: platform networks that stay on the loopback interface, as StarlingX names them
    on_loopback: tuple[str, ...] = ()
    #: controllers also run workloads
    all_in_one: bool = False
    #: names of the hosts in StarlingX and as Kubernetes nodes, by personality, where StarlingX gives them
    hostnames: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def counts(self) -> str:
        """The host counts for people."""
        parts = []
        for personality, (least, most) in self.hosts.items():
            number = str(least) if least == most else f"{least} to {most}"
            parts.append(f"{number} {personality}{'' if most == 1 else 's'}")
        return ", ".join(parts)


NETWORKS = ("oam", "management", "cluster_host", "cluster_pod", "cluster_service", "pxeboot", "multicast", "admin")

#: every model that the collection knows; a new one is a new row
MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            name="simplex",
            title="All-in-one Simplex",
            mode="simplex",
            hosts={"controller": (1, 1)},
            networks=NETWORKS,
            on_loopback=("mgmt", "cluster-host"),
            all_in_one=True,
            hostnames={"controller": ("controller-0",)},
        ),
    )
}


def stand_in(name: str | None) -> Model:
    """The known model that is nearest to an unknown name, for finding the other faults of the same inventory."""
    near = difflib.get_close_matches(name or "", MODELS, n=1)
    return MODELS[near[0] if near else next(iter(MODELS))]


def hostname_of(model: str, name: str, personality: str = "controller", number: int = 0) -> str:
    """What StarlingX calls a host, whatever the inventory calls it.

    :param model: the deployment model's name; of one that is not known, hosts keep their names.
    :param name: the host's name in the inventory.
    :param number: which one of its personality it is at its site, from 0.
    """
    given = MODELS[model].hostnames.get(personality, ()) if model in MODELS else ()
    return given[number] if number < len(given) else name


def model_of(site: Reader) -> Model | None:
    """The model that ``edge_model`` names; an unknown one is a fault that names the known ones."""
    name = site.text("edge_model", required=f"Set it to one of {', '.join(MODELS)}.")
    if name is None:
        return None
    if name not in MODELS:
        site.fault("edge_model", "is no deployment model that is known.", f"Choose one of {', '.join(MODELS)}.")
        return None
    return MODELS[name]


def check_counts(site: Reader, model: Model, personalities: Mapping[str, str | None]) -> None:
    """The number of hosts of each personality; ``personalities`` maps a host to its personality."""
    unclear = any(own not in model.hosts for own in personalities.values())
    for personality, (least, most) in model.hosts.items():
        having = sorted(host for host, own in personalities.items() if own == personality)
        if len(having) > most or (len(having) < least and not unclear):
            site.fault(
                "edge_model",
                f"a {model.name} has {model.counts}, and the site has {len(having)} of personality {personality}"
                f"{': ' + ', '.join(having) if having else ''}.",
                "Take the surplus hosts out of edge_controllers, or give each its own edge_site_name if they are sites"
                " of their own."
                if len(having) > most
                else "Add the missing hosts to the inventory, or set edge_personality on them.",
            )
    for host, own in personalities.items():
        if own is not None and own not in model.hosts:
            site.faults.add(
                "edge_personality",
                own,
                f"a {model.name} has no host of this personality.",
                f"Choose one of {', '.join(model.hosts)}, or another edge_model.",
                host,
            )
