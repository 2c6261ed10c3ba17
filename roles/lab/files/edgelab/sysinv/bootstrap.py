# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a system looks like right after its bootstrap: made from the overrides of the bootstrap playbook."""

from __future__ import annotations

from typing import Any

from ..core.system import CENTRAL, SUBCLOUD
from ..target.defaults import KUBERNETES, NETWORKS, pool_values, subnets_of
from . import certificates, hardware, services
from .wire import Row
from .world import World, now

RELEASE = "26.09"
#: applications of the platform and what they are after the bootstrap
APPLICATIONS = (
    ("cert-manager", "26.09-1", "cert-manager-fluxcd-manifests", "applied"),
    ("dell-storage", "26.09-1", "dell-storage-fluxcd-manifests", "uploaded"),
    ("deployment-manager", "26.09-1", "deployment-manager-fluxcd-manifests", "uploaded"),
    ("metrics-server", "26.09-1", "metrics-server-fluxcd-manifests", "uploaded"),
    ("nginx-ingress-controller", "26.09-1", "nginx-ingress-controller-fluxcd-manifests", "applied"),
    ("oidc-auth-apps", "26.09-1", "oidc-auth-apps-fluxcd-manifests", "uploaded"),
    ("platform-integ-apps", "26.09-1", "platform-integ-apps-fluxcd-manifests", "uploaded"),
    ("rook-ceph", "26.09-1", "rook-ceph-fluxcd-manifests", "uploaded"),
    ("snmp", "26.09-1", "snmp-fluxcd-manifests", "uploaded"),
)
CONTROLLER_FS = (
    ("platform", "platform-lv", 10),
    ("database", "pgsql-lv", 10),
    ("extension", "extension-lv", 1),
    ("etcd", "etcd-lv", 5),
    ("docker-distribution", "dockerdistribution-lv", 16),
)
HOST_FS = (
    ("backup", "backup-lv", 25),
    ("docker", "docker-lv", 40),
    ("kubelet", "kubelet-lv", 10),
    ("log", "log-lv", 8),
    ("root", "root-lv", 20),
    ("scratch", "scratch-lv", 16),
    ("var", "var-lv", 20),
)


#: how StarlingX calls the host that is bootstrapped, whatever it is called elsewhere
CONTROLLER = "controller-0"


def bootstrap(world: World, config: Row, overrides: Row) -> None:
    """Fill an empty world. ``config`` is what the inventory says of the host, ``overrides`` what the playbook got."""
    world.tables.clear()
    world.hardware.clear()
    standard = str(config.get("model", "simplex")).startswith("standard")
    # an installed Standard system is a duplex, whatever the overrides say
    mode = overrides.get("system_mode", "simplex")
    mode = "duplex" if standard and mode == "simplex" else mode
    overrides = world.overrides = {**overrides, "system_mode": mode}
    role = overrides.get("distributed_cloud_role", "none")
    # dcmanager gives each of its subclouds a region
    region = "RegionOne" if role == CENTRAL else str(overrides.get("region_name", "RegionOne"))
    system = world.add(
        "isystems",
        name=region,
        region_name=region,
        system_type="Standard" if standard else "All-in-one",
        system_mode=mode,
        software_version=RELEASE,
        service_project_name="services",
        timezone=overrides.get("timezone", "UTC"),
        distributed_cloud_role=None if role == "none" else role,
        security_feature="spectre_meltdown_v1",
        capabilities={
            "region_config": role == SUBCLOUD,
            "vswitch_type": "none",
            "shared_services": "[]",
            "sdn_enabled": False,
            "https_enabled": True,
        },
    )
    of_system: Row = {"forisystemid": system["id"], "isystem_uuid": system["uuid"]}
    host = _host(world, CONTROLLER, config, system)
    hardware.inventory(world, host, config.get("hardware") or {})
    _networks(world, host, overrides)
    host["mgmt_ip"] = _address(world, "controller-0-mgmt")
    world.add("idns", nameservers=",".join(overrides.get("dns_servers") or ["8.8.8.8", "8.8.4.4"]), **of_system)
    world.add("intp", ntpservers="0.pool.ntp.org,1.pool.ntp.org,2.pool.ntp.org", **of_system)
    _oam(world, overrides, of_system)
    world.add("remotelogging", enabled=False, transport="udp", port=514, isystem_uuid=system["uuid"])
    world.add("drbdconfig", link_util=40, num_parallel=1, rtt_ms=0.2, **of_system)
    sizes = {
        "docker-distribution": overrides.get("docker_distribution_fs_size"),
        "docker": overrides.get("docker_fs_size"),
    }
    for fs, volume, size in CONTROLLER_FS:
        world.add(
            "controller_fs",
            name=fs,
            logical_volume=volume,
            size=int(sizes.get(fs) or size),
            replicated=True,
            state="{'status': 'available'}",
            capabilities={},
            **of_system,
        )
    for fs, volume, size in HOST_FS:
        world.add(
            "host_fs",
            name=fs,
            logical_volume=volume,
            size=int(sizes.get(fs) or size),
            state="In-Use",
            capabilities={},
            forihostid=host["id"],
            ihost_uuid=host["uuid"],
        )
    _software(world, overrides)


def _host(world: World, name: str, config: Row, system: Row) -> Row:
    return world.add(
        "ihosts",
        hostname=name,
        personality=config.get("personality", "controller"),
        subfunctions="controller,worker" if system["system_type"] == "All-in-one" else "controller",
        subfunction_oper="disabled",
        subfunction_avail="online",
        administrative="locked",
        operational="disabled",
        availability="online",
        invprovision="provisioning",
        inv_state="inventoried",
        action="none",
        ihost_action="",
        task="",
        reserved=False,
        clock_synchronization="ntp",
        uptime=300,
        location={},
        mgmt_mac=hardware.LOOPBACK_MAC,
        capabilities={
            "is_max_cpu_configurable": "configurable",
            "mgmt_ipsec": "enabled",
            "Personality": "Controller-Active",
        },
        isystem_uuid=system["uuid"],
        bm_type=None,
        install_output="text",
        console="ttyS0,115200",
        ttys_dcd=False,
        apparmor="disabled",
        hw_settle="0",
        install_state=None,
        reboot_needed=False,
        device_image_update=None,
        sw_version=RELEASE,
        vim_progress_status=None,
        bootstrapped=True,
        tboot="",
        serialid=None,
    )


def _networks(world: World, host: Row, overrides: Row) -> None:
    loopback = world.rows("iinterfaces", ifname="lo")[0]
    for kind, prefix, pool_name, default, units in NETWORKS:
        subnets = subnets_of(overrides, prefix, default)
        if not subnets:
            continue
        usual = kind in ("mgmt", "cluster-host", "pxeboot")
        dynamic = bool(overrides.get(f"{prefix}_dynamic_address_allocation", usual))
        network = world.add("networks", type=kind, name=kind, dynamic=dynamic)
        for place, subnet in enumerate(subnets):
            values = pool_values(overrides, prefix, subnet, place, units)
            name = pool_name if kind == "pxeboot" else f"{pool_name}-ipv{values['family']}"
            pool = world.add("addrpools", name=name, **values)
            if place == 0:
                network.update(pool_uuid=pool["uuid"], primary_pool_family=f"IPv{values['family']}")
            world.add(
                "network_addresspools",
                address_pool_id=pool["id"],
                address_pool_uuid=pool["uuid"],
                address_pool_name=name,
                network_id=network["id"],
                network_uuid=network["uuid"],
                network_name=kind,
            )
            _pool_addresses(world, host, loopback, kind, pool)
        if kind in ("mgmt", "cluster-host"):
            assign(world, host, loopback, network)


def _pool_addresses(world: World, host: Row, loopback: Row, kind: str, pool: Row) -> None:
    names = (
        ("floating", "controller"),
        ("controller0", "controller-0"),
        ("controller1", "controller-1"),
        ("gateway", "controller-gateway"),
    )
    for field, owner in names:
        address = pool.get(f"{field}_address")
        if not address:
            continue
        on_loopback = field == "controller0" and kind in ("mgmt", "cluster-host")
        row = world.add(
            "addresses",
            address=address,
            prefix=pool["prefix"],
            enable_dad=pool["family"] == 6,
            name=f"{owner}-{kind}",
            pool_uuid=pool["uuid"],
            ihost_uuid=host["uuid"] if on_loopback else None,
            forihostid=host["id"] if on_loopback else None,
            ifname="lo" if on_loopback else None,
            interface_uuid=loopback["uuid"] if on_loopback else None,
        )
        pool[f"{field}_address_id"] = row["id"]


def assign(world: World, host: Row, interface: Row, network: Row) -> Row:
    """Put a platform network on an interface."""
    return world.add(
        "interface_networks",
        forihostid=host["id"],
        ihost_uuid=host["uuid"],
        interface_uuid=interface["uuid"],
        ifname=interface["ifname"],
        network_id=network["id"],
        network_uuid=network["uuid"],
        network_name=network["name"],
        network_type=network["type"],
    )


def _address(world: World, name: str) -> str | None:
    row = world.one("addresses", name=name)
    return row["address"] if row else None


def _oam(world: World, overrides: Row, of_system: dict[str, Any]) -> None:
    pool = next(r for r in world.rows("addrpools") if r["name"].startswith("oam-"))
    duplex = overrides.get("system_mode", "simplex") != "simplex"
    world.add(
        "iextoam",
        oam_subnet=f"{pool['network']}/{pool['prefix']}",
        oam_gateway_ip=pool["gateway_address"],
        oam_floating_ip=pool["floating_address"],
        oam_c0_ip=pool["controller0_address"] if duplex else None,
        oam_c1_ip=pool["controller1_address"] if duplex else None,
        oam_start_ip=pool["ranges"][0][0],
        oam_end_ip=pool["ranges"][0][1],
        region_config=False,
        **of_system,
    )


def _software(world: World, overrides: Row) -> None:
    active = str(overrides.get("kubernetes_version") or KUBERNETES[-1]).lstrip("v")
    at = KUBERNETES.index(active) if active in KUBERNETES else len(KUBERNETES) - 1
    for place, version in enumerate(KUBERNETES):
        below = [f"v{KUBERNETES[place - 1]}"] if place else []
        world.add(
            "kube_versions",
            version=f"v{version}",
            upgrade_from=below,
            downgrade_to=[],
            applied_patches=[],
            available_patches=[],
            target=place == at,
            state="active" if place == at else "available" if place > at else "unavailable",
        )
    certificates.provide(world)
    for name, version, manifest, status in APPLICATIONS:
        world.add(
            "apps",
            name=name,
            app_version=version,
            manifest_name=manifest,
            manifest_file="fluxcd-manifests",
            status=status,
            progress="completed",
            active=status == "applied",
            created_at=now(),
        )
    services.seed(world, overrides)
