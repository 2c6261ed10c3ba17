# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a site: everything that would be sent, as documents, and every fault of its variables at once.

``plan_sites`` takes the ``edge_*`` variables of all hosts; hosts with the same ``edge_site_name`` make one site.
Site-wide variables are read from the first host of a site, and must be the same on all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import (
    addresses,
    apart,
    between,
    cloud,
    deployment,
    hostplan,
    interfaces,
    inventory,
    l2sm,
    model,
    openstack,
    overrides,
    peers,
    pools,
    registration,
    roster,
    services,
    subclouds,
    waves,
)
from ._kubernetes.cluster import plan_cluster, warn_of_unused
from .faults import MASK, Fault, Faults, Reader, is_secret
from .names import SITE_VARIABLES
from .services import Package
from .spelling import KNOWN, check_known
from .storage import check_storage_hosts, read_storage

#: a variable of the whole site -> what to do where a host has its own
OWN = {"edge_kubernetes_kubelet": "Put what is the host's own into edge_node_kubelet, which comes on top."}


@dataclass
class SitePlan:
    """One site on paper.

    :param documents: relative path -> content, without a secret.
    :param bootstrap: host -> overrides of its bootstrap.
    :param secrets: host -> names in the bootstrap's ``secrets.yml``, masked.
    :param members: the hosts in order: controller-0, further controllers, storage hosts, workers.
    :param hostnames: host -> its name in StarlingX.
    :param resources: host -> what is configured through StarlingX's API, as ``stx_host_configuration`` takes it.
    :param later: host -> what is configured so when all hosts of the site are in service.
    :param tiers: storage tiers, made when the controllers are in service.
    :param role: ``none``, ``systemcontroller`` or ``subcloud``.
    :param groups: groups of subclouds that a System Controller has.
    :param subcloud: what dcmanager gets of a subcloud.
    :param redundancy: other System Controllers, and groups of subclouds that can move to them.
    :param deploy: resources of the Deployment Manager, where ``edge_deploy_config`` wants them.
    :param kubernetes: host -> what it is in a cluster that kubeadm makes; empty for StarlingX.
    :param joined: what it has of layer-2 networks between sites, and ``domain`` what all of their sites have.
    """

    name: str
    model: str = ""
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    documents: dict[str, Any] = field(default_factory=dict)
    bootstrap: dict[str, dict[str, Any]] = field(default_factory=dict)
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    members: list[roster.Member] = field(default_factory=list)
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    later: dict[str, dict[str, Any]] = field(default_factory=dict)
    hostnames: dict[str, str] = field(default_factory=dict)
    tiers: tuple[str, ...] = ()
    role: str = "none"
    groups: list[dict[str, Any]] = field(default_factory=list)
    subcloud: subclouds.Subcloud | None = None
    redundancy: peers.Redundancy = field(default_factory=peers.Redundancy)
    networks: dict[str, addresses.Network] = field(default_factory=dict)
    deploy: list[dict[str, Any]] = field(default_factory=list)
    kubernetes: dict[str, dict[str, Any]] = field(default_factory=dict)
    joined: dict[str, Any] = field(default_factory=dict)
    domain: dict[str, Any] = field(default_factory=dict)


def plan_sites(
    variables_by_host: Mapping[str, Any],
    packages: Mapping[str, Package] | None = None,
    check_secrets: bool = True,
    unreadable: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    names: Sequence[str] = (),
) -> list[SitePlan]:
    """The plans of all sites among the hosts, and what they may not share.

    :param groups: hosts of the inventory's groups ``edge_controllers``, ``edge_workers``, ``edge_storage`` and
        ``edge_subclouds``, which say personality and order; others, for what may be a mistyped one.
    :param names: every site of the inventory, also those that are not planned now.
    """
    if not variables_by_host:
        return [plan_site({})]
    sites: dict[str, dict[str, Any]] = {}
    for host, variables in roster.with_groups(variables_by_host, groups).items():
        name = variables.get("edge_site_name") if isinstance(variables, Mapping) else None
        sites.setdefault(str(name or ""), {})[host] = variables
    known = groups or {}
    under = set(known.get(model.SUBCLOUDS, ()))
    sites, twice = inventory.one_subcloud_each(dict(sorted(sites.items())), known)
    plans = [
        plan_site(hosts, packages, check_secrets, unreadable, not under.isdisjoint(hosts)) for hosts in sites.values()
    ]
    shared, in_waves = apart.check_apart(sites), waves.check_waves(sites, known.get(model.SUBCLOUDS, ()))
    beside = cloud.check_cloud(
        [
            cloud.CloudSite(
                plan.name,
                plan.role,
                plan.networks,
                [str(g["name"]) for g in plan.groups],
                plan.subcloud,
                plan.redundancy,
            )
            for plan in plans
        ]
    )
    parts = between.join_plans(plans, sites, names)
    for plan, joined, (name, hosts) in zip(plans, parts, sites.items(), strict=True):
        unread = {host: (unreadable or {}).get(host, ()) for host in hosts}
        more = [*twice.get(name, []), *in_waves.get(name, []), *shared.get(name, []), *beside.get(name, [])]
        more += joined.faults
        plan.warnings += _readable(joined.warnings, unread)
        more += subclouds.check_first(plan.subcloud, plan.members, under) if known else []
        plan.faults += _readable(more, unread)
        if len(sites) == 1:
            continue
        site = name or f"without a name, of host {', '.join(hosts)}"
        plan.faults = [replace(fault, site=site) for fault in plan.faults]
        plan.warnings = [replace(warning, site=site) for warning in plan.warnings]
    plans[0].faults[:0] = inventory.check_groups(known)
    plans[0].warnings[:0] = inventory.stray_groups(known)
    return plans


def plan_site(
    variables_by_host: Mapping[str, Any],
    packages: Mapping[str, Package] | None = None,
    check_secrets: bool = True,
    unreadable: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    subcloud: bool = False,
) -> SitePlan:
    """The plan of one site from the variables of its hosts.

    :param packages: what was read of each path in ``edge_packages``.
    :param check_secrets: whether missing secrets are faults.
    :param unreadable: what could not be read of each host's variables, as ``gather`` tells it.
    :param subcloud: whether one of the hosts is in the group of subclouds.
    """
    faults = Faults()
    hosts = {}
    for name, variables in variables_by_host.items():
        if isinstance(variables, Mapping):
            hosts[name] = Reader(faults, {str(k): v for k, v in variables.items()}, host=name)
        else:
            faults.add(
                "edge_*", variables, "the host's variables are no dictionary.", "Look at its host_vars file.", name
            )
    if not hosts:
        faults.add("edge_controllers", None, "has no host.", "Add the site's controller to the group edge_controllers.")
        return SitePlan("", faults=faults.found)
    lead = _lead(hosts)
    site = Reader(faults, hosts[lead].data)
    _check_alike(faults, hosts, lead)
    check_known(faults, hosts)
    unread = {host: (unreadable or {}).get(host, ()) for host in hosts}
    if model.is_kubeadm(site):
        return _finished(
            _plan_kubeadm(hosts, lead, packages or {}, check_secrets, subcloud), faults, unread, check_secrets
        )
    warn_of_unused(hosts, lead, False, KNOWN)
    plan = SitePlan(registration.check_site(site))
    model_given = model.model_of(site)
    known = model_given or model.stand_in(str(site.data.get("edge_model") or ""))
    plan.role = subclouds.role_of(site, subcloud)
    if plan.role == "subcloud":
        known = subclouds.as_subcloud(known)
    personalities = {
        name: host.text("edge_personality", required="Set it to controller.", choices=model.PERSONALITIES)
        for name, host in hosts.items()
    }
    registration.check_endpoints(hosts[lead])
    for name, host in hosts.items():
        # a subcloud that is installed by hand needs no BMC
        by_hand = name == lead and plan.role == "subcloud" and not site.truth("edge_subcloud_install", True)
        registration.check_bmc(host, required=not by_hand)
        registration.check_secrets(host, check_secrets, name == lead)
    registered = _registered(site, packages or {})
    data_networks = interfaces.read_data_networks(site)
    site.text("edge_vswitch_type", choices=("none", "ovs-dpdk"))
    plan.model = known.name
    if model_given:
        model.check_counts(site, known, personalities)
    networks = plan.networks = addresses.plan_addresses(site, known)
    families = set(networks["oam"].families) if "oam" in networks else set()
    registration.check_servers(site, families)
    overrides.check_overrides(site, known)
    members = plan.members = roster.members(hosts, known, personalities)
    storage = read_storage(site, known)
    check_storage_hosts(site, known, storage, members)
    pools.check_pools(site, known, networks, members)
    plan.groups = subclouds.check_controller(site, known, networks, plan.role)
    plan.redundancy = peers.check_redundancy(site, plan.role)
    plans = hostplan.plan_hosts(site, members, known, networks, data_networks, storage)
    application = openstack.check_openstack(site, members, known, plan.role, storage.backend)
    if plan.role == "subcloud":
        plan.subcloud = subclouds.check_subcloud(site, known, networks, members, plan.name)
    _keep(plan, members, plans, known, networks)
    # the Deployment Manager does what stx_host_configuration does: only where it is wanted, and of what is sound
    if site.truth("edge_deploy_config") and not faults.found:
        place = "subcloud/deploy-config.yml" if plan.subcloud is not None else "deploy-config.yml"
        management = networks["management"].primary("floating") if "management" in networks else ""
        plan.deploy = deployment.deploy_configuration(site, known, members, plans, storage, management)
        plan.documents[place] = plan.deploy
    plan.tiers = storage.tiers
    nodes = [member.hostname for member in members if member.personality != "storage"]
    plan.documents["addresses.yml"] = {name: network.table() for name, network in sorted(networks.items())}
    plan.documents |= {
        **registered,
        **_networks(site, nodes),
        **({"openstack.yml": application} if application else {}),
    }
    return _finished(plan, faults, unread, check_secrets)


def _registered(site: Reader, packages: Mapping[str, Package]) -> dict[str, Any]:
    """What is registered with OSM, onboarded and run, as documents; the same on every kind of site."""
    vim = registration.check_vim(site)
    cluster = registration.check_cluster(site, vim)
    repos = registration.check_repos(site)
    rows = services.check_packages(site, packages)
    return {
        "registrations.yml": {"vim_account": vim, "k8s_cluster": cluster, "helm_repos": repos},
        "packages.yml": {"packages": rows},
        "services.yml": {"services": services.check_services(site, rows, vim)},
    }


def _networks(site: Reader, nodes: Sequence[str]) -> dict[str, Any]:
    """The overlay and its networks; ``nodes`` are the names of the cluster's nodes."""
    overlay = l2sm.check_overlay(site, nodes)
    layer2 = l2sm.check_networks(site, overlay)
    l2sm.check_install(site, bool(overlay))
    return {"networks.yml": {"overlay": overlay, "networks": layer2}}


def _plan_kubeadm(
    hosts: Mapping[str, Reader], lead: str, packages: Mapping[str, Package], check_secrets: bool, subcloud: bool
) -> SitePlan:
    """The plan of a site whose Kubernetes is made by kubeadm. OSM is wanted where something is to be there."""
    site = Reader(hosts[lead].faults, hosts[lead].data)
    warn_of_unused(hosts, lead, True, KNOWN)
    model.model_of(site)
    plan = SitePlan(registration.check_site_name(site), model=model.KUBEADM)
    if subcloud:
        remedy = f"Put the host into the group {model.GROUPS['controller']}."
        hosts[lead].fault("edge_model", f"a host of {model.SUBCLOUDS} is a StarlingX subcloud.", remedy)
    registration.check_zone(site)
    registration.check_url(site, "edge_kubernetes_url", sample="https://10.20.30.2:6443")
    wanted = any(site.data.get(name) for name in model.WANT_OSM)
    if wanted:
        registration.check_endpoints(hosts[lead])
    secrets = ("edge_bmc_password", *(("edge_osm_password",) if wanted else ()))
    for name, host in hosts.items():
        registration.check_bmc(host, required=False)
        registration.check_secrets(host, check_secrets, name == lead, secrets)
    registered = _registered(site, packages)
    cluster = plan_cluster(hosts, lead)
    plan.members, plan.kubernetes = cluster.members, cluster.nodes
    plan.hostnames = {member.name: member.hostname for member in plan.members}
    plan.resources = {member.name: {} for member in plan.members}
    plan.later = {member.name: {} for member in plan.members}
    plan.documents = {**cluster.documents, **registered, **_networks(site, cluster.names)}
    return plan


def _finished(
    plan: SitePlan, faults: Faults, unread: Mapping[str, Sequence[Mapping[str, str]]], check_secrets: bool
) -> SitePlan:
    """The plan with everything that was found wrong, and its documents in order."""
    plan.documents = dict(sorted(plan.documents.items()))
    plan.faults = [*_unread(unread, check_secrets), *_readable(faults.found, unread)]
    plan.warnings = _readable(faults.warnings, unread)
    return plan


def _unread(rows: Mapping[str, Sequence[Mapping[str, str]]], check_secrets: bool) -> list[Fault]:
    """What could not be read, each thing once; secrets only if they are wanted."""
    faults: list[Fault] = []
    for host, row in ((host, row) for host, found in rows.items() for row in found):
        variable = row["variable"]
        name = re.split(r"[.\[]", variable, maxsplit=1)[0]
        shared = name in SITE_VARIABLES and name not in registration.SECRETS
        fault = Fault(variable, None, row["message"], row["remedy"], "" if shared else host)
        if (check_secrets or not is_secret(variable)) and fault not in faults:
            faults.append(fault)
    return faults


def _readable(faults: list[Fault], rows: Mapping[str, Sequence[Mapping[str, str]]]) -> list[Fault]:
    """The faults without those that only say that what could not be read is missing."""
    gone = {row["variable"] for found in rows.values() for row in found}
    return [f for f in faults if not any(f.variable == g or f.variable.startswith((f"{g}.", f"{g}[")) for g in gone)]


def _lead(hosts: Mapping[str, Reader]) -> str:
    """The host whose site-wide variables count: the first controller, else the first host."""
    controllers = (name for name, host in hosts.items() if host.data.get("edge_personality") == "controller")
    return next(controllers, next(iter(hosts)))


def _keep(
    plan: SitePlan,
    members: Sequence[roster.Member],
    plans: Mapping[str, hostplan.HostPlan],
    known: model.Model,
    networks: Mapping[str, addresses.Network],
) -> None:
    """Put what becomes of the hosts into the site's plan; controller-0 alone is bootstrapped."""
    for member in members:
        name = member.name
        plan.hostnames[name] = member.hostname
        plan.resources[name], plan.later[name] = plans[name].resources, plans[name].later
        plan.documents[f"hosts/{name}.yml"] = plan.resources[name]
        if plan.later[name]:
            plan.documents[f"later/{name}.yml"] = plan.later[name]
        if member.first and plan.subcloud is None:
            plan.bootstrap[name], secrets = overrides.render_overrides(member.reader, known, networks)
            plan.secrets[name] = dict.fromkeys(secrets, MASK)
            plan.documents[f"bootstrap/{name}.yml"] = plan.bootstrap[name]
    if plan.subcloud is not None:
        plan.documents["subcloud/bootstrap-values.yml"] = plan.subcloud.bootstrap_values
        if plan.subcloud.install:
            plan.documents["subcloud/install-values.yml"] = plan.subcloud.install_values


def _check_alike(faults: Faults, hosts: Mapping[str, Reader], lead: str) -> None:
    """Site-wide variables are the same on every host of the site; a host that lacks one takes the site's."""
    wanted = hosts[lead].data
    shared = {variable: wanted[variable] for variable in SITE_VARIABLES if variable in wanted}
    for name, host in hosts.items():
        for variable in SITE_VARIABLES if name != lead else ():
            if host.given(variable) and host.data[variable] != wanted.get(variable):
                faults.add(
                    variable,
                    None if is_secret(variable) else host.data.get(variable),
                    f"differs from the value on host {lead}, and it is one for the whole site.",
                    OWN.get(variable, "Set it in group_vars, not in host_vars."),
                    name,
                )
        host.data = {**host.data, **shared} if name != lead else host.data
