# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a site: everything that would be sent, as documents, and every fault of its variables at once.

``plan_sites`` takes the ``edge_*`` variables of all hosts; hosts with the same ``edge_site_name`` make one site.
Site-wide variables are read from the first host of a site, and must be the same on all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from . import addresses, hardware, interfaces, l2sm, model, overrides, registration, reserves, services
from .faults import MASK, Fault, Faults, Reader, is_secret, masked
from .services import Package

HOST_VARIABLES = (
    "edge_personality",
    "edge_hardware",
    "edge_interfaces",
    "edge_labels",
    "edge_cpu",
    "edge_memory",
    "edge_osds",
    "edge_bmc_address",
    "edge_bmc_username",
    "edge_bmc_password",
    "edge_bmc_system",
    "edge_bmc_ca_cert",
    "edge_bmc_validate_certs",
    "edge_boot_iso",
    "edge_target_root",
)
SITE_VARIABLES = (
    "edge_site_name",
    "edge_model",
    "edge_site_description",
    "edge_site_location",
    "edge_site_contact",
    "edge_site_latitude",
    "edge_site_longitude",
    "edge_timezone",
    "edge_dns_servers",
    "edge_ntp_servers",
    "edge_networks",
    "edge_bootstrap_overrides",
    "edge_data_networks",
    "edge_storage_backend",
    "edge_vswitch_type",
    "edge_sysadmin_password",
    "edge_admin_username",
    "edge_admin_password",
    "edge_starlingx_auth_url",
    "edge_starlingx_ca_cert",
    "edge_starlingx_validate_certs",
    "edge_starlingx_region",
    "edge_osm_url",
    "edge_osm_username",
    "edge_osm_password",
    "edge_osm_project",
    "edge_osm_ca_cert",
    "edge_osm_validate_certs",
    "edge_kubernetes_url",
    "edge_kubeconfig",
    "edge_work_dir",
    "edge_l2sm_manifest",
    "edge_l2sm_sdn_url",
    "edge_l2sm_manifest_checksum",
    "edge_l2sm_images",
    "edge_l2sm_switch_image",
    "edge_l2sm_allowed_cidrs",
    "edge_l2sm_settle",
    "edge_vim",
    "edge_k8s_cluster",
    "edge_l2sm_overlay",
    "edge_l2sm_networks",
    "edge_helm_repos",
    "edge_packages",
    "edge_onboarded_elsewhere",
    "edge_services",
)
BACKENDS = ("ceph", "ceph-rook", "none")


@dataclass
class SitePlan:
    """One site on paper.

    :param documents: relative path -> content, without a secret.
    :param bootstrap: host -> overrides of its bootstrap.
    :param secrets: host -> names in the bootstrap's ``secrets.yml``, masked.
    :param hostnames: host -> its name in StarlingX.
    :param resources: host -> what is configured through StarlingX's API, as ``stx_host_configuration`` takes it.
    """

    name: str
    model: str = ""
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    documents: dict[str, Any] = field(default_factory=dict)
    bootstrap: dict[str, dict[str, Any]] = field(default_factory=dict)
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    hostnames: dict[str, str] = field(default_factory=dict)


def plan_sites(
    variables_by_host: Mapping[str, Any],
    packages: Mapping[str, Package] | None = None,
    check_secrets: bool = True,
    unreadable: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
) -> list[SitePlan]:
    """The plans of all sites among the hosts, and what they may not share."""
    if not variables_by_host:
        return [plan_site({})]
    groups: dict[str, dict[str, Any]] = {}
    for host, variables in variables_by_host.items():
        name = variables.get("edge_site_name") if isinstance(variables, Mapping) else None
        groups.setdefault(str(name or ""), {})[host] = variables
    plans = [plan_site(hosts, packages, check_secrets, unreadable) for _name, hosts in sorted(groups.items())]
    _check_apart(groups, plans)
    for plan, (name, hosts) in zip(plans, sorted(groups.items()) if len(groups) > 1 else (), strict=False):
        site = name or f"without a name, of host {', '.join(hosts)}"
        plan.faults = [replace(fault, site=site) for fault in plan.faults]
        plan.warnings = [replace(warning, site=site) for warning in plan.warnings]
    return plans


def plan_site(
    variables_by_host: Mapping[str, Any],
    packages: Mapping[str, Package] | None = None,
    check_secrets: bool = True,
    unreadable: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
) -> SitePlan:
    """The plan of one site from the variables of its hosts.

    :param packages: what was read of each path in ``edge_packages``.
    :param check_secrets: whether missing secrets are faults.
    :param unreadable: what could not be read of each host's variables, as ``gather`` tells it.
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
    site = Reader(faults, next(iter(hosts.values())).data)
    _check_alike(faults, hosts)
    _check_known(faults, hosts)
    plan = SitePlan(registration.check_site(site))
    model_given = model.model_of(site)
    known = model_given or model.stand_in(str(site.data.get("edge_model") or ""))
    personalities = {
        name: host.text("edge_personality", required="Set it to controller.", choices=model.PERSONALITIES)
        for name, host in hosts.items()
    }
    registration.check_endpoints(next(iter(hosts.values())))
    for host in hosts.values():
        registration.check_secrets(host, check_secrets)
    vim = registration.check_vim(site)
    cluster = registration.check_cluster(site, vim)
    repos = registration.check_repos(site)
    rows = services.check_packages(site, packages or {})
    running = services.check_services(site, rows, vim)
    data_networks = interfaces.read_data_networks(site)
    backend = site.text("edge_storage_backend", default="ceph", choices=BACKENDS) or ""
    site.text("edge_vswitch_type", choices=("none", "ovs-dpdk"))
    plan.model = known.name
    if model_given:
        model.check_counts(site, known, personalities)
    networks = addresses.plan_addresses(site, known)
    families = set(networks["oam"].families) if "oam" in networks else set()
    registration.check_servers(site, families)
    overrides.check_overrides(site, known)
    nodes = [name for names in known.hostnames.values() for name in names] or list(hosts)
    _plan_hosts(plan, hosts, known, personalities, networks, data_networks, backend)
    plan.documents["addresses.yml"] = {name: network.table() for name, network in sorted(networks.items())}
    overlay = l2sm.check_overlay(site, nodes)
    layer2 = l2sm.check_networks(site, overlay)
    l2sm.check_install(site, bool(overlay))
    plan.documents |= {
        "registrations.yml": {"vim_account": vim, "k8s_cluster": cluster, "helm_repos": repos},
        "networks.yml": {"overlay": overlay, "networks": layer2},
        "packages.yml": {"packages": rows},
        "services.yml": {"services": running},
    }
    plan.documents = dict(sorted(plan.documents.items()))
    unread = {host: (unreadable or {}).get(host, ()) for host in hosts}
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


def _plan_hosts(
    plan: SitePlan,
    hosts: Mapping[str, Reader],
    known: model.Model,
    personalities: Mapping[str, str | None],
    networks: Mapping[str, addresses.Network],
    data_networks: Mapping[str, Mapping[str, Any]],
    backend: str,
) -> None:
    taken: dict[str, int] = {}
    for name, host in hosts.items():
        # a personality that the model has not is one fault, and no reason for more of them
        personality = own if (own := personalities[name]) in known.hosts and own else "controller"
        number = taken[personality] = taken.get(personality, -1) + 1
        hostname = plan.hostnames[name] = model.hostname_of(known.name, name, personality, number)
        virtual = overrides.is_virtual(host)
        has = hardware.read_hardware(host)
        links, used = interfaces.check_interfaces(host, has, known, personality, networks, data_networks)
        if has and not virtual:
            hardware.check_minimums(host, has, known, personality, backend)
            hardware.check_speeds(host, has, known, personality, used)
        osds = hardware.check_osds(host, has, backend)
        labels = interfaces.check_labels(host, links)
        memory = reserves.check_memory(host, has, known, personality, virtual)
        cpu = reserves.check_cpu(host, has)
        plan.bootstrap[name], secrets = overrides.render_overrides(host, known, networks)
        plan.secrets[name] = dict.fromkeys(secrets, MASK)
        plan.resources[name] = {
            **_system(host, networks),
            "data_networks": [dict(network) for network in data_networks.values()],
            "host_interfaces": [{"host": hostname, **link} for link in links],
            "host_labels": [{"host": hostname, "labels": labels}] if host.given("edge_labels") else [],
            "host_cpus": [{"host": hostname, "functions": [_cpu(row) for row in cpu]}] if cpu else [],
            "host_memories": [{"host": hostname, **row} for row in memory],
            "storage_backends": [{"backend": backend}] if backend in ("ceph", "ceph-rook") else [],
            "host_storages": [{"host": hostname, **osd} for osd in osds],
            "hosts": [{"name": hostname, "administrative": "unlocked"}],
        }
        plan.documents[f"bootstrap/{name}.yml"] = plan.bootstrap[name]
        plan.documents[f"hosts/{name}.yml"] = plan.resources[name]


def _cpu(row: Mapping[str, Any]) -> dict[str, Any]:
    numa = row.get("numa")
    return {**row, "numa": {str(k): v for k, v in numa.items()}} if isinstance(numa, Mapping) else dict(row)


def _system(site: Reader, networks: Mapping[str, addresses.Network]) -> dict[str, Any]:
    """The system-wide part of the configuration through the API."""
    system = {"name": site.data.get("edge_site_name")}
    for key in ("description", "contact", "location", "latitude", "longitude"):
        if site.given(f"edge_site_{key}"):
            system[key] = str(site.data[f"edge_site_{key}"])
    for key, variable in (("timezone", "edge_timezone"), ("vswitch_type", "edge_vswitch_type")):
        if site.given(variable):
            system[key] = str(site.data[variable])
    result: dict[str, Any] = {"systems": [system]}
    for kind, variable in (("dns", "edge_dns_servers"), ("ntp", "edge_ntp_servers")):
        servers = site.data.get(variable)
        result[kind] = [{"servers": [str(s) for s in servers]}] if isinstance(servers, list) and servers else []
    oam = networks.get("oam")
    keys = ("subnet", "gateway", "floating")
    # through the API the OAM network shows and takes its primary family only: a second one is the bootstrap's
    result["oam_networks"] = [{key: oam.primary(key) for key in keys}] if oam and all(map(oam.primary, keys)) else []
    return result


def _check_alike(faults: Faults, hosts: Mapping[str, Reader]) -> None:
    """Site-wide variables are the same on every host of the site."""
    first_name, first = next(iter(hosts.items()))
    for name, host in hosts.items():
        for variable in SITE_VARIABLES:
            if host.data.get(variable) != first.data.get(variable):
                faults.add(
                    variable,
                    None if is_secret(variable) else host.data.get(variable),
                    f"differs from the value on host {first_name}, and it is one for the whole site.",
                    "Set it in group_vars, not in host_vars.",
                    name,
                )


def _check_known(faults: Faults, hosts: Mapping[str, Reader]) -> None:
    """Variables that look like a typing mistake of one that the site has."""
    known = (*SITE_VARIABLES, *HOST_VARIABLES)
    for name, host in hosts.items():
        for variable in host.data:
            near = difflib.get_close_matches(variable, known, n=1, cutoff=0.85)
            if variable not in known and near and near[0] not in host.data:
                faults.warn(variable, None, "is no variable of a site.", f"Did you mean {near[0]}?", name)


def _check_apart(groups: Mapping[str, Mapping[str, Any]], plans: list[SitePlan]) -> None:
    """What two sites, or two hosts, may not have in common."""
    seen: dict[tuple[str, str, str], str] = {}
    for plan, (site, hosts) in zip(plans, sorted(groups.items()), strict=True):
        firsts = [variables for variables in hosts.values() if isinstance(variables, Mapping)][:1]
        for variables in firsts:
            for variable, key in (("edge_vim", "name"), ("edge_k8s_cluster", "name")):
                part = variables.get(variable)
                _once(
                    plan,
                    seen,
                    f"{variable}.{key}",
                    part.get(key) if isinstance(part, Mapping) else None,
                    f"site {site}",
                )
            networks = variables.get("edge_networks")
            oam = networks.get("oam") if isinstance(networks, Mapping) else None
            floating = oam.get("floating") if isinstance(oam, Mapping) else None
            _once(plan, seen, "edge_networks.oam.floating", floating, f"site {site}")
        for host, variables in hosts.items():
            if isinstance(variables, Mapping):
                # one BMC may serve several machines (an enclosure's, an emulator), told apart by their resource ids
                address, system = variables.get("edge_bmc_address"), str(variables.get("edge_bmc_system") or "")
                _once(plan, seen, "edge_bmc_address", address, f"host {host}", host, system)


def _once(
    plan: SitePlan,
    seen: dict[tuple[str, str, str], str],
    variable: str,
    value: Any,
    owner: str,
    host: str = "",
    part: str = "",
) -> None:
    if not isinstance(value, str) or not value:
        return
    if (variable, value, part) in seen:
        message = f"is also that of {seen[variable, value, part]}."
        plan.faults.append(Fault(variable, masked(value), message, "Give each its own.", host))
    seen.setdefault((variable, value, part), owner)
