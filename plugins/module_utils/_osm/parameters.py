# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for the parameters of an instantiation.

Inside the lists ``api`` is OSM's own word, as in the files that ``osm ns-create --config`` takes, and is taken, too.
Source: the schema of the NBI of 2026; it refuses unknown words and entries that say nothing.
"""

from __future__ import annotations

import ipaddress
from dataclasses import replace

from .._engine.field import Field
from .._engine.limits import Text
from .common import PLAIN_TEXT

TAKEN = "Inside, OSM's own spelling (C(member-vnf-index), C(vimAccountId)) is taken, too."
ONCE = "Used when the service is instantiated; on a running one a difference is told as a warning."
_SUCH = "Give one such as 10.20.30.50."
IP = Text(parse=ipaddress.ip_address, hint="be an IP address", remedy=_SUCH)
IPV4 = Text(parse=ipaddress.IPv4Address, hint="be an IPv4 address", remedy=_SUCH)


def _subnet(text: str) -> ipaddress.IPv4Network:
    """A subnet as OSM takes it; a bare address is none."""
    if "/" not in text or not text.split("/")[1].isdecimal() or int(text.split("/")[1]) > 30:
        raise ValueError(text)
    return ipaddress.IPv4Network(text, strict=False)


SUBNET = Text(
    parse=_subnet,
    hint="be an IPv4 subnet with a prefix of 30 bits at most",
    remedy="Give one such as 10.20.30.0/24.",
)
MAC = Text(pattern=r"[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}", hint="be a MAC address of one machine, with colons")
NAME = Text(most=255, without=",;()'\"")
#: what Kubernetes takes as the name of a namespace (RFC 1123); OSM takes more, and its life-cycle manager fails then
LABEL = Text(
    most=63,
    pattern=r"[a-z0-9]([-a-z0-9]*[a-z0-9])?",
    hint="be a name for Kubernetes: small letters, digits and -, the first and the last no -",
    remedy="Give one such as edge-services.",
)


def _secret(where: str) -> Field:
    return Field("secret_params", f"Further parameters of {where}, which are never shown.", type="dict", secret=True)


UNITS = Field("config_units", "How many units of configuration it has.", api="config-units", type="int")
NAMESPACE = Field("k8s_namespace", "Namespace in the cluster.", api="k8s-namespace", limit=LABEL, sample="edge")
MEMBER = Field(
    "member_vnf_index",
    "The VNF: id of its profile in the NSD.",
    api="member-vnf-index",
    required=True,
    limit=NAME,
    sample="web",
)
IP_PROFILE = Field(
    "ip_profile",
    "Addresses of the network, where OSM makes it.",
    api="ip-profile",
    type="dict",
    options=(
        Field("ip_version", "Version of IP.", api="ip-version", choices=("ipv4", "ipv6")),
        Field("subnet_address", "The subnet, as C(address/prefix).", api="subnet-address", limit=SUBNET),
        Field("gateway_address", "The gateway.", api="gateway-address", limit=IPV4),
        Field(
            "dns_server",
            "Name servers.",
            api="dns-server",
            type="list",
            elements="dict",
            options=(Field("address", "Address of a name server.", required=True, limit=IP),),
        ),
        Field(
            "dhcp_params",
            "The DHCP server.",
            api="dhcp-params",
            type="dict",
            options=(
                Field("enabled", "Whether there is one.", type="bool"),
                Field("count", "How many addresses it hands out.", type="int"),
                Field("start_address", "The first one.", api="start-address", limit=IPV4),
            ),
        ),
    ),
)
PROVIDER = Field(
    "provider_network",
    "The physical network below it: C(physical-network), C(network-type), C(segmentation-id), C(sdn-ports).",
    api="provider-network",
    type="dict",
)
VDU = Field(
    "vdu",
    "Its VDUs.",
    type="list",
    elements="dict",
    options=(
        Field("id", "Id of the VDU in the VNFD.", required=True, limit=NAME),
        Field("instance_name", "Name of the machine at the VIM.", limit=NAME),
        Field("vim_flavor_id", "Flavour at the VIM, by id.", api="vim-flavor-id", limit=NAME),
        Field("vim_flavor_name", "Flavour at the VIM, by name, instead of the id.", api="vim-flavor-name", limit=NAME),
        Field("security_group_name", "Security group at the VIM.", api="security-group-name", limit=NAME),
        Field(
            "volume",
            "Volumes of the VIM to use for storages of the VDU.",
            type="list",
            elements="dict",
            options=(
                Field("name", "The storage in the VNFD.", required=True, limit=NAME),
                Field("vim_volume_id", "Id of the volume at the VIM.", api="vim-volume-id", required=True, limit=NAME),
            ),
        ),
        Field(
            "interface",
            "Its interfaces.",
            type="list",
            elements="dict",
            options=(
                Field("name", "Name of the interface in the VNFD.", required=True, limit=NAME),
                Field("ip_address", "A fixed address.", api="ip-address", limit=IP),
                Field("mac_address", "A fixed MAC address.", api="mac-address", limit=MAC),
                Field(
                    "floating_ip_required",
                    "Whether it gets a floating address.",
                    api="floating-ip-required",
                    type="bool",
                ),
            ),
        ),
    ),
)
INTERNAL_VLD = Field(
    "internal_vld",
    "Its own virtual links.",
    api="internal-vld",
    type="list",
    elements="dict",
    options=(
        Field("name", "Id of the link in the VNFD.", required=True, limit=NAME),
        Field("vim_network_name", "Network at the VIM to use, by name.", api="vim-network-name", limit=NAME),
        Field("vim_network_id", "Network at the VIM to use, by id.", api="vim-network-id", limit=NAME),
        IP_PROFILE,
        PROVIDER,
        Field(
            "internal_connection_point",
            "Addresses of connection points.",
            api="internal-connection-point",
            type="list",
            elements="dict",
            options=(
                Field("id_ref", "Id of the connection point.", api="id-ref", required=True, limit=NAME),
                Field("ip_address", "Its address.", api="ip-address", limit=IPV4),
            ),
        ),
    ),
)

_PARAMETERS: tuple[Field, ...] = (
    Field(
        "vnf",
        (
            "Parameters per VNF: the VIM it runs on, its machines and its own networks.",
            "OSM places a KDU in a cluster that is registered for the VNF's VIM account and fits the VNFD, so the VIM"
            " account chooses the cluster, too.",
            TAKEN,
            ONCE,
        ),
        type="list",
        elements="dict",
        local=True,
        options=(
            MEMBER,
            Field(
                "vim_account",
                "VIM account for this VNF, by name or id.",
                api="vimAccountId",
                reference="vim_account",
                limit=PLAIN_TEXT,
            ),
            VDU,
            INTERNAL_VLD,
        ),
    ),
    Field(
        "vld",
        ("Parameters per virtual link of the service: networks at the VIMs, addresses.", TAKEN, ONCE),
        type="list",
        elements="dict",
        local=True,
        options=(
            Field("name", "Id of the link in the NSD.", required=True, limit=NAME, sample="mgmtnet"),
            Field(
                "vim_network_name",
                "Network at the VIM to use, by name; a dictionary gives one for each VIM account (by id).",
                api="vim-network-name",
                type="raw",
            ),
            Field("vim_network_id", "The same, by the VIM's id of the network.", api="vim-network-id", type="raw"),
            Field("ns_net", "A network of another service of the slice.", api="ns-net", type="dict"),
            Field(
                "wim_account",
                "WIM account for this link, by name or id.",
                api="wimAccountId",
                reference="wim_account",
                limit=PLAIN_TEXT,
            ),
            IP_PROFILE,
            PROVIDER,
            Field(
                "vnfd_connection_point_ref",
                "Addresses of connection points of VNFs.",
                api="vnfd-connection-point-ref",
                type="list",
                elements="dict",
                options=(
                    Field("member_vnf_index_ref", "The VNF.", api="member-vnf-index-ref", required=True, limit=NAME),
                    Field(
                        "vnfd_connection_point_ref",
                        "Its connection point.",
                        api="vnfd-connection-point-ref",
                        required=True,
                        limit=NAME,
                    ),
                    Field("ip_address", "The address.", api="ip-address", required=True, limit=IP),
                ),
            ),
        ),
    ),
    Field("additional_params", ("Parameters for the service's primitives.", ONCE), type="dict", local=True),
    Field("secret_params", ("Further ones, which are never shown.", ONCE), type="dict", local=True, secret=True),
    Field(
        "additional_params_for_vnf",
        (
            "Parameters per VNF, VDU and KDU: for primitives, cloud-init, Helm. For Helm values see O(kdus).",
            TAKEN,
            ONCE,
        ),
        type="list",
        elements="dict",
        local=True,
        options=(
            MEMBER,
            Field("additional_params", "Parameters of the VNF.", api="additionalParams", type="dict"),
            _secret("the VNF"),
            NAMESPACE,
            UNITS,
            Field(
                "additional_params_for_vdu",
                "Parameters per VDU.",
                api="additionalParamsForVdu",
                type="list",
                elements="dict",
                options=(
                    Field("vdu_id", "Id of the VDU in the VNFD.", required=True, limit=NAME),
                    Field("additional_params", "Parameters of the VDU.", api="additionalParams", type="dict"),
                    _secret("the VDU"),
                    UNITS,
                ),
            ),
            Field(
                "additional_params_for_kdu",
                "Parameters per KDU.",
                api="additionalParamsForKdu",
                type="list",
                elements="dict",
                options=(
                    Field("kdu_name", "Name of the KDU in the VNFD.", required=True, limit=NAME),
                    Field("additional_params", "Helm values of the KDU.", api="additionalParams", type="dict"),
                    _secret("the KDU"),
                    Field("kdu_model", "Chart or bundle instead of the descriptor's.", limit=NAME),
                    NAMESPACE,
                    Field(
                        "kdu_deployment_name",
                        "Name of the Helm release; OSM makes one otherwise.",
                        api="kdu-deployment-name",
                        limit=NAME,
                    ),
                    UNITS,
                ),
            ),
            Field(
                "affinity_or_anti_affinity_group",
                "Groups at the VIM to use for groups of the VNFD.",
                api="affinity-or-anti-affinity-group",
                type="list",
                elements="dict",
                options=(
                    Field("id", "Id of the group in the VNFD.", required=True, limit=NAME),
                    Field(
                        "vim_affinity_group_id",
                        "Id of the group at the VIM.",
                        api="vim-affinity-group-id",
                        required=True,
                        limit=NAME,
                    ),
                ),
            ),
        ),
    ),
    Field("k8s_namespace", ("Namespace for the service's KDUs.", ONCE), local=True, limit=LABEL),
    Field("ssh_keys", ("Public SSH keys to inject.", ONCE), type="list", elements="str", local=True),
    Field(
        "wim_account",
        ("Name or id of the WIM account for links between VIMs; OSM chooses one otherwise.", ONCE),
        reference="wim_account",
        limit=PLAIN_TEXT,
        local=True,
    ),
    Field("use_wim", ("With V(false), links between VIMs use no WIM.", ONCE), type="bool", local=True),
    Field(
        "config_template",
        ("Name or id of a configuration template of the NSD.", ONCE),
        reference="ns_config_template",
        limit=PLAIN_TEXT,
        local=True,
    ),
    Field("config_units", ("How many units of configuration the service has.", ONCE), type="int", local=True),
    Field("vdu_image", ("Image for every VDU instead of the descriptors'.", ONCE), local=True, limit=NAME),
    Field("placement_engine", ("Engine that chooses VIMs, such as V(PLA).", ONCE), local=True, limit=PLAIN_TEXT),
    Field("placement_constraints", ("What that engine has to respect.", ONCE), type="dict", local=True),
    Field("timeout_deploy", "Seconds that OSM itself gives the instantiation.", type="int", local=True),
    Field("timeout_terminate", "Seconds that OSM itself gives the termination.", type="int", local=True),
    Field(
        "skip_terminate_primitives",
        "Whether to terminate without running the primitives that the descriptors have for it.",
        type="bool",
        local=True,
    ),
)
#: those of them that are used when the service ends
AT_THE_END = ("timeout_terminate", "skip_terminate_primitives")
#: the options; what goes with the instantiation is told before it is sent
PARAMETERS = tuple(replace(f, told=f.name not in AT_THE_END) for f in _PARAMETERS)
