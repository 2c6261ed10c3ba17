# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deployment models as data: how many hosts of which personality, which networks, which system mode.

Source: StarlingX's installation guides (R4 to current), one page per model; the limits of replication are sysinv's.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from ._kubernetes.variables import KUBEADM
from .faults import Reader

PERSONALITIES = ("controller", "worker", "storage")
#: personality -> group of the inventory whose hosts have it
GROUPS: dict[str, str] = {"controller": "edge_controllers", "worker": "edge_workers", "storage": "edge_storage"}
SUBCLOUDS = "edge_subclouds"
#: variables of what is to be in OSM
WANT_OSM = ("edge_vim", "edge_k8s_cluster", "edge_helm_repos", "edge_packages", "edge_services")


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
    #: personality whose hosts have the OSDs of Ceph on bare metal
    osds_on: str = "controller"
    #: numbers of copies that Ceph on bare metal can keep
    replication: tuple[int, ...] = (2,)
    #: the third monitor of Ceph on bare metal is added to a worker, and OSDs come after that
    monitor_on_worker: bool = False
    #: back ends of storage that the model can have
    backends: tuple[str, ...] = ("ceph", "ceph-rook", "none")

    @property
    def counts(self) -> str:
        """The host counts for people."""
        parts = []
        for personality, (least, most) in self.hosts.items():
            number = str(least) if least == most else f"{least} to {most}"
            plural = "" if most == 1 else " hosts" if personality == "storage" else "s"
            parts.append(f"{number} {personality}{plural}")
        return ", ".join(parts)

    @property
    def one_host(self) -> bool:
        """Whether the site is one machine, so that nothing is booted over the network."""
        return self.mode == "simplex"

    def works(self, personality: str) -> bool:
        """Whether hosts of a personality run workloads (sysinv calls it the worker function)."""
        return personality == "worker" or (personality == "controller" and self.all_in_one)


NETWORKS = ("oam", "management", "cluster_host", "cluster_pod", "cluster_service", "pxeboot", "multicast", "admin")

CONTROLLERS = ("controller-0", "controller-1")
#: dedicated storage hosts come in groups of as many as there are copies
STORAGE_HOSTS = tuple(f"storage-{number}" for number in range(9))
MOST_WORKERS = 99

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
            replication=(1, 2, 3),
        ),
        *(
            Model(
                name=name,
                title=title,
                mode=name,
                hosts={"controller": (1, 2), "worker": (0, MOST_WORKERS)},
                networks=NETWORKS,
                all_in_one=True,
                hostnames={"controller": CONTROLLERS},
            )
            for name, title in (
                ("duplex", "All-in-one Duplex"),
                ("duplex-direct", "All-in-one Duplex, its controllers cabled back to back"),
            )
        ),
        Model(
            name="standard",
            title="Standard with controller storage",
            mode="duplex",
            hosts={"controller": (1, 2), "worker": (0, MOST_WORKERS)},
            networks=NETWORKS,
            hostnames={"controller": CONTROLLERS},
            monitor_on_worker=True,
        ),
        Model(
            name="standard_storage",
            title="Standard with dedicated storage",
            mode="duplex",
            hosts={"controller": (1, 2), "storage": (2, len(STORAGE_HOSTS)), "worker": (0, MOST_WORKERS)},
            networks=NETWORKS,
            hostnames={"controller": CONTROLLERS, "storage": STORAGE_HOSTS},
            osds_on="storage",
            replication=(2, 3),
            backends=("ceph",),
        ),
    )
}


def stand_in(name: str | None) -> Model:
    """The known model that is nearest to an unknown name, for finding the other faults of the same inventory."""
    near = difflib.get_close_matches(name or "", MODELS, n=1)
    return MODELS[near[0] if near else next(iter(MODELS))]


def is_kubeadm(site: Reader) -> bool:
    """Whether a site is one of kubeadm: by its model, by what nearly is that, or without one by its variables."""
    name = str(site.data.get("edge_model") or "")
    if name:
        return name == KUBEADM or (
            name not in MODELS and difflib.get_close_matches(name, (*MODELS, KUBEADM), n=1) == [KUBEADM]
        )
    return site.given("edge_kubernetes_version")


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
    names = (*MODELS, KUBEADM)
    name = site.text("edge_model", required=f"Set it to one of {', '.join(names)}.")
    if name is None:
        return None
    if name not in names:
        site.fault("edge_model", "is no deployment model that is known.", f"Choose one of {', '.join(names)}.")
    if name not in MODELS:
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
                f"Take the surplus hosts out of {GROUPS[personality]}, or give each its own edge_site_name if they are"
                " sites of their own."
                if len(having) > most
                else f"Add the missing hosts to the group {GROUPS[personality]}, or set edge_personality on them.",
            )
    if not unclear and not model.one_host and list(personalities.values()).count("controller") == 1:
        site.warn(
            "edge_model",
            f"the only controller of this {model.name} is a single point of failure until a second one is added.",
            "Add it to the group edge_controllers.",
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
