# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the services of the test bed are told: configuration, ports, the things that Keystone knows. Pure."""

from __future__ import annotations

import configparser
import io
from collections.abc import Mapping
from pathlib import Path

#: service -> number of its port after the first one
PORTS = {"identity": 0, "image": 1, "placement": 2, "compute": 3, "network": 4, "rabbit": 5, "epmd": 6, "dist": 7}
#: service type -> what stands behind host and port, name
CATALOG = {
    "identity": ("/v3", "keystone"),
    "image": ("", "glance"),
    "placement": ("", "placement"),
    "compute": ("/v2.1", "nova"),
    "network": ("", "neutron"),
}
DATABASES = ("keystone", "glance", "placement", "nova_api", "nova_cell0", "nova", "neutron")
REGION, HOST = "EdgeOne", "127.0.0.1"
#: who the services are to one another, and what network, flavors and such are made as
SERVICE_USER = "services"
PHYSNET = "physnet0"

Sections = dict[str, dict[str, object]]


def url(port: int, service: str, path: str | None = None) -> str:
    """Where a service answers."""
    return f"https://{HOST}:{port + PORTS[service]}{CATALOG[service][0] if path is None else path}"


def _database(folder: Path, name: str) -> dict[str, object]:
    link = f"mysql+pymysql://root@localhost/{name}?unix_socket={folder}/mysql.sock"
    return {"connection": link, "max_pool_size": 5, "connection_recycle_time": 3600}


def _client(folder: Path, port: int, password: str) -> dict[str, object]:
    """How one service signs in to another."""
    return {
        "auth_type": "password",
        "auth_url": url(port, "identity"),
        "username": SERVICE_USER,
        "password": password,
        "project_name": "service",
        "user_domain_name": "Default",
        "project_domain_name": "Default",
        "region_name": REGION,
        "valid_interfaces": "public",
        "cafile": folder / "ca.pem",
    }


def _token(folder: Path, port: int, password: str) -> dict[str, object]:
    """How a service has tokens validated."""
    one = {k: v for k, v in _client(folder, port, password).items() if k != "valid_interfaces"}
    return {
        **one,
        "www_authenticate_uri": url(port, "identity"),
        "interface": "public",
        "service_token_roles": "service",
    }


def _common(folder: Path, name: str) -> dict[str, object]:
    return {"debug": False, "log_dir": folder / "logs", "log_file": f"{name}.log", "use_stderr": False}


def files(folder: Path, venv: Path, port: int, password: str) -> dict[str, str]:
    """Configuration by path below the folder.

    :param folder: of the running site: sockets, keys, images, logs.
    :param venv: where the services are installed; their paste files are taken from there.
    :param port: the first of the ports.
    :param password: of the services' user.
    """
    bus = f"rabbit://guest:guest@{HOST}:{port + PORTS['rabbit']}/"
    client, token = _client(folder, port, password), _token(folder, port, password)
    rabbit: dict[str, object] = {"heartbeat_timeout_threshold": 60}
    keys: Sections = {
        name: {"key_repository": folder / name} for name in ("fernet_tokens", "fernet_receipts", "credential")
    }
    keystone: Sections = {
        "DEFAULT": {**_common(folder, "keystone"), "public_endpoint": url(port, "identity", "")},
        "database": _database(folder, "keystone"),
        "token": {"provider": "fernet"},
        "cache": {"enabled": False},
        # strength is of no use here, and costs a processor a third of a second each time
        "identity": {"password_hash_rounds": 4},
        **keys,
    }
    glance: Sections = {
        "DEFAULT": {
            **_common(folder, "glance"),
            "enabled_backends": "local:file",
            "worker_self_reference_url": url(port, "image"),
        },
        "database": _database(folder, "glance"),
        "keystone_authtoken": token,
        "paste_deploy": {"flavor": "keystone", "config_file": venv / "etc/glance/glance-api-paste.ini"},
        "glance_store": {"default_backend": "local"},
        "local": {"filesystem_store_datadir": folder / "images"},
        "os_glance_staging_store": {"filesystem_store_datadir": folder / "staging"},
        "os_glance_tasks_store": {"filesystem_store_datadir": folder / "tasks"},
    }
    placement: Sections = {
        "DEFAULT": _common(folder, "placement"),
        "placement_database": {**_database(folder, "placement"), "sync_on_startup": True},
        "keystone_authtoken": token,
        "api": {"auth_strategy": "keystone"},
    }
    nova: Sections = {
        "DEFAULT": {
            **{k: v for k, v in _common(folder, "nova").items() if k != "log_file"},
            "transport_url": bus,
            "host": "edge-compute",
            "my_ip": HOST,
            "compute_driver": "fake.FakeDriver",
            "state_path": folder / "nova",
            "report_interval": 20,
            "service_down_time": 120,
            "instances_path": folder / "nova/instances",
        },
        "api": {"auth_strategy": "keystone"},
        "api_database": _database(folder, "nova_api"),
        "database": _database(folder, "nova"),
        "keystone_authtoken": token,
        "service_user": {**client, "send_service_user_token": True},
        "placement": client,
        "neutron": client,
        "glance": client,
        "vnc": {"enabled": False},
        "conductor": {"workers": 1},
        # the seed was made before there was a host: a new one is taken in soon
        "scheduler": {"workers": 1, "discover_hosts_in_cells_interval": 3},
        "wsgi": {"api_paste_config": venv / "etc/nova/api-paste.ini"},
        "oslo_concurrency": {"lock_path": folder / "locks"},
        "oslo_messaging_rabbit": rabbit,
    }
    neutron: Sections = {
        "DEFAULT": {
            **_common(folder, "neutron"),
            "transport_url": bus,
            "core_plugin": "ml2",
            "service_plugins": "router",
            "state_path": folder / "neutron",
            "api_paste_config": venv / "etc/neutron/api-paste.ini",
            "dhcp_agent_notification": False,
            "notify_nova_on_port_status_changes": False,
            "notify_nova_on_port_data_changes": False,
        },
        "database": _database(folder, "neutron"),
        "keystone_authtoken": token,
        "oslo_concurrency": {"lock_path": folder / "locks"},
        "oslo_messaging_rabbit": rabbit,
        "ml2": {
            "type_drivers": "flat,vlan,vxlan",
            "tenant_network_types": "vxlan",
            "mechanism_drivers": "edgebed",
            "extension_drivers": "port_security",
        },
        "ml2_type_flat": {"flat_networks": PHYSNET},
        "ml2_type_vlan": {"network_vlan_ranges": f"{PHYSNET}:100:199"},
        "ml2_type_vxlan": {"vni_ranges": "1000:1999"},
        "securitygroup": {"enable_security_group": True},
    }
    named = {
        "keystone/keystone.conf": keystone,
        "glance/glance-api.conf": glance,
        "placement/placement.conf": placement,
        "nova/nova.conf": nova,
        # a compute node knows no data base
        "nova-compute/nova.conf": {k: v for k, v in nova.items() if k not in ("database", "api_database")},
        "neutron/neutron.conf": neutron,
    }
    return {f"etc/{name}": text(sections) for name, sections in named.items()}


def text(sections: Mapping[str, Mapping[str, object]]) -> str:
    """Sections as a file."""
    parser = configparser.RawConfigParser(default_section="no such section")
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    for name, values in sections.items():
        parser[name] = {key: str(value) for key, value in values.items()}
    out = io.StringIO()
    parser.write(out)
    return out.getvalue()


def rabbit(folder: Path, port: int) -> dict[str, str]:
    """The message bus' settings by path below the folder."""
    lines = [
        f"listeners.tcp.1 = {HOST}:{port + PORTS['rabbit']}",
        "log.console = false",
        "vm_memory_high_watermark.absolute = 512MB",
        "disk_free_limit.absolute = 50MB",
    ]
    return {"rabbit/rabbitmq.conf": "\n".join(lines) + "\n", "rabbit/plugins": "[].\n"}


def rabbit_environment(folder: Path, port: int) -> dict[str, str]:
    """What the message bus finds in its environment: nothing of the system's, and no processor for waiting."""
    place = folder / "rabbit"
    return {
        "HOME": str(place),
        "ERL_EPMD_PORT": str(port + PORTS["epmd"]),
        "ERL_EPMD_ADDRESS": HOST,
        "RABBITMQ_NODENAME": "edgebed@localhost",
        "RABBITMQ_DIST_PORT": str(port + PORTS["dist"]),
        "RABBITMQ_MNESIA_BASE": str(place / "mnesia"),
        "RABBITMQ_LOG_BASE": str(place / "logs"),
        "RABBITMQ_CONFIG_FILE": str(place / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none +S 2:2",
    }
