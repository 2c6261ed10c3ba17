# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The overrides of the target's bootstrap playbook, with the secrets apart.

Keys and rules are those of StarlingX's ``bootstrap.yml`` (``host_vars/bootstrap/default.yml`` and its ``validate-
config``). Secret values go to ``secrets.yml`` under names that begin with ``vault_``; the overrides refer to them
where the playbook does not read such a name by itself.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from .addresses import KINDS, Network
from .faults import Reader, has_userinfo, is_secret
from .model import Model

#: keys that other variables of the site render: key -> variable
RENDERED: dict[str, str] = {
    "system_mode": "edge_model",
    "timezone": "edge_timezone",
    "dns_servers": "edge_dns_servers",
    "admin_username": "edge_admin_username",
    "admin_password": "edge_admin_password",
    "ansible_become_pass": "edge_sysadmin_password",
    **{
        f"{kind.prefix}_{key if key == 'subnet' else key + '_address'}": f"edge_networks.{name}.{key}"
        for name, kind in KINDS.items()
        for key in ("subnet", *kind.keys)
    },
}
#: name in the bootstrap's secrets.yml -> variable of the site
SECRET_NAMES: dict[str, str] = {
    "vault_admin_password": "edge_admin_password",
    "vault_ansible_become_pass": "edge_sysadmin_password",
}
CHOICES: dict[str, tuple[str, ...]] = {
    "distributed_cloud_role": ("none", "systemcontroller", "subcloud"),
    "kernel": ("standard", "lowlatency"),
    "calico_encapsulation": ("None", "VXLAN", "VXLANCrossSubnet", "IPIP", "IPIPCrossSubnet"),
    "calico_chain_insert_mode": ("Insert", "Append"),
    "calico_iptables_backend": ("NFT", "Legacy", "Auto"),
    "calico_dataplane": ("Iptables", "Nftables", "BPF", "VPP"),
}
TRUTHS = (
    "virtual_system",
    "management_dynamic_address_allocation",
    "cluster_host_dynamic_address_allocation",
    "password_change",
    "enable_volume_snapshot_support",
    "wipe_ceph_osds",
    "save_password",
)
NUMBERS: dict[str, tuple[int, int]] = {
    "docker_fs_size": (1, 100000),
    "docker_distribution_fs_size": (1, 100000),
    "calico_mtu": (576, 9216),
    "calico_ipv4_block_size": (20, 32),
    "calico_ipv6_block_size": (116, 128),
}
MAPPINGS = (
    "docker_registries",
    "user_dns_host_records",
    "apiserver_oidc",
    "apiserver_extra_args",
    "controllermanager_extra_args",
    "scheduler_extra_args",
    "kubelet_extra_args",
    "kubelet_configurations",
    "networking_configurations",
    "password_change_responses",
    "k8s_plugins",
    "banner",
)
LISTS = ("additional_local_registry_images", "docker_no_proxy", "applications")
VOLUMES = ("apiserver_extra_volumes", "controllermanager_extra_volumes", "scheduler_extra_volumes")
TEXTS = ("docker_http_proxy", "docker_https_proxy", "kubernetes_version", "name", "description", "location")
#: certificates that come together or not at all
TOGETHER = (
    ("etcd_root_ca_cert", "etcd_root_ca_key"),
    ("system_root_ca_cert", "system_local_ca_cert", "system_local_ca_key"),
)
FILES = ("ssl_ca_cert", *(key for group in TOGETHER for key in group))
KNOWN = (*RENDERED, *CHOICES, *TRUTHS, *NUMBERS, *MAPPINGS, *LISTS, *VOLUMES, *TEXTS, *FILES)
REGISTRIES = (
    "k8s.gcr.io",
    "gcr.io",
    "quay.io",
    "docker.io",
    "docker.elastic.co",
    "ghcr.io",
    "registry.k8s.io",
    "icr.io",
    "defaults",
)
DNS_MOST = 3


def is_virtual(site: Reader) -> bool:
    """Whether the site is said to run on virtual machines, which the minimums for servers do not apply to."""
    extra = site.data.get("edge_bootstrap_overrides")
    value = extra.get("virtual_system") if isinstance(extra, Mapping) else None
    return value is True or str(value).lower() in ("true", "yes", "on")


def check_overrides(site: Reader, model: Model) -> None:
    """The variable ``edge_bootstrap_overrides``: types, choices, pairs; keys the plan renders do not belong there."""
    part = site.mapping("edge_bootstrap_overrides")
    if part is None:
        return
    for key in part.data:
        if key in RENDERED:
            part.fault(key, f"is rendered from {RENDERED[key]}.", f"Set {RENDERED[key]} and take it out here.")
        elif key not in KNOWN:
            near = difflib.get_close_matches(key, KNOWN, n=1, cutoff=0.8)
            if near:
                part.warn(key, "is no key that the bootstrap playbook is known to read.", f"Did you mean {near[0]}?")
    for key, choices in CHOICES.items():
        part.text(key, choices=choices)
    if part.data.get("distributed_cloud_role") == "systemcontroller" and model.mode == "simplex":
        part.fault(
            "distributed_cloud_role",
            "a simplex cannot be a System Controller.",
            "Leave it out, or choose a model with two controllers.",
        )
    if part.data.get("distributed_cloud_role") == "subcloud":
        part.fault("distributed_cloud_role", "a subcloud is set up by its System Controller.", "Leave it out.")
    for key in TRUTHS:
        if part.given(key) and not isinstance(part.data[key], bool):
            part.fault(key, "is not true or false.", "Write true or false, without quotes.")
    for key, (least, most) in NUMBERS.items():
        part.whole(key, least=least, most=most)
    for key in MAPPINGS:
        part.mapping(key)
    for key in TEXTS:
        part.text(key)
    for key in FILES:
        path = part.text(key)
        if path and not path.startswith("/"):
            part.fault(key, "is no absolute path.", "Give the path of the file on the target, from the root on.")
    for group in TOGETHER:
        have = [key for key in group if part.given(key)]
        if have and len(have) < len(group):
            missing = next(key for key in group if not part.given(key))
            part.fault(
                missing,
                f"is missing: {', '.join(group)} come together.",
                f"Give it, or leave {', '.join(have)} out.",
                None,
            )
    for key in ("docker_http_proxy", "docker_https_proxy"):
        url = part.text(key)
        if url and not re.fullmatch(r"https?://\S+", url):
            part.fault(key, "is no URL.", "Write one such as http://proxy.example.com:3128.")
    for number, address in enumerate(part.texts("docker_no_proxy")):
        if "*" in address or "/" in address:
            part.faults.add(
                f"{part.name('docker_no_proxy')}[{number}]",
                address,
                "has a wildcard or is a subnet.",
                "List each address or name.",
                part.host,
            )
    part.texts("additional_local_registry_images")
    _check_registries(part)
    _check_oidc(part)
    for key in VOLUMES:
        for volume in part.mappings(key):
            for needed in ("name", "hostPath", "mountPath"):
                volume.text(needed, required="Give it.")
            volume.text("pathType", choices=("File", "DirectoryOrCreate"))


def _check_registries(part: Reader) -> None:
    registries = part.mapping("docker_registries", known=REGISTRIES)
    for key in registries.data if registries else ():
        registry = (
            registries.mapping(key, known=("url", "username", "password", "type", "secure")) if registries else None
        )
        if registry is None:
            continue
        registry.text("type", choices=("docker", "aws-ecr"))
        registry.truth("secure", True)
        url = registry.text("url")
        if url and "://" in url:
            registry.fault("url", "has a scheme.", "Write only the name or address, with a port if it has one.")
        if registry.given("username") != registry.given("password"):
            missing = "password" if registry.given("username") else "username"
            registry.fault(missing, "is missing: user and password come together.", "Give both or none.", None)


def _check_oidc(part: Reader) -> None:
    needed = ("client_id", "issuer_url", "username_claim")
    oidc = part.mapping("apiserver_oidc", known=(*needed, "groups_claim"))
    if oidc and oidc.data:
        for key in needed:
            oidc.text(key, required="Give it, or leave apiserver_oidc out.")


def render_overrides(
    site: Reader, model: Model, networks: Mapping[str, Network]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The overrides and the secret ones, both with the playbook's own keys.

    Only networks that the site gives are rendered: the rest is the playbook's own default. Values that it derives
    are left out too, so that the file says what was decided and nothing else.
    """
    overrides: dict[str, Any] = {"system_mode": model.mode}
    if site.data.get("edge_distributed_cloud_role") == "systemcontroller":
        overrides["distributed_cloud_role"] = "systemcontroller"
    for key, variable in (("timezone", "edge_timezone"), ("admin_username", "edge_admin_username")):
        if site.given(variable):
            overrides[key] = str(site.data[variable])
    dns = site.data.get("edge_dns_servers")
    if isinstance(dns, list) and dns:
        overrides["dns_servers"] = [str(server) for server in dns]
    for name, network in networks.items():
        if not network.given:
            continue
        prefix = KINDS[name].prefix
        overrides[f"{prefix}_subnet"] = network.joined("subnet")
        for key in KINDS[name].keys:
            if not any(key in leg.derived for leg in network.legs) and network.joined(key):
                overrides[f"{prefix}_{key}_address"] = network.joined(key)
    extra, secrets = split_secrets(site.data)
    overrides.update(extra)
    return dict(sorted(overrides.items())), secrets


def split_secrets(variables: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """``edge_bootstrap_overrides`` without secrets, and the content of ``secrets.yml``."""
    overrides: dict[str, Any] = {}
    secrets: dict[str, Any] = {}
    extra = variables.get("edge_bootstrap_overrides")
    # sorted, since two texts may want one name: on paper and on the target the same one has to get it
    for key, value in sorted(extra.items(), key=_text) if isinstance(extra, Mapping) else ():
        if key not in RENDERED:
            overrides[str(key)] = _apart(value, str(key), secrets, is_secret(str(key)))
    for name, variable in SECRET_NAMES.items():
        value = variables.get(variable)
        if value not in (None, ""):
            secrets[name] = str(value)
    return overrides, dict(sorted(secrets.items()))


def _apart(value: Any, path: str, secrets: dict[str, Any], secret: bool) -> Any:
    """A copy with every secret text or number replaced by a reference to a name in ``secrets``."""
    if isinstance(value, Mapping):
        items = sorted(value.items(), key=_text)
        return {str(k): _apart(v, f"{path}_{k}", secrets, secret or is_secret(str(k))) for k, v in items}
    if isinstance(value, (list, tuple)):
        return [_apart(v, f"{path}_{n}", secrets, secret) for n, v in enumerate(value)]
    if (secret or has_userinfo(value)) and value not in (None, "") and not isinstance(value, bool):
        name = _free_name("vault_" + re.sub(r"[^A-Za-z0-9]+", "_", path).strip("_").lower(), secrets)
        secrets[name] = str(value)
        return "{{ " + name + " }}"
    return value


def _text(item: tuple[Any, Any]) -> str:
    return str(item[0])


def _free_name(name: str, secrets: Mapping[str, Any]) -> str:
    """The name, with a number when another secret has it: ``my.reg`` and ``my-reg`` are two registries."""
    number, free = 1, name
    while free in secrets or free in SECRET_NAMES:
        number, free = number + 1, f"{name}_{number + 1}"
    return free
