# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for the parameters of an instantiation.

Inside the lists the words are OSM's own, as in the files that ``osm ns-create --config`` takes. Source: the schema of
the NBI of 2026; it refuses unknown words and entries that say nothing.
"""

from __future__ import annotations

from .._engine.field import Field
from .._engine.limits import Text

ONCE = "Used when the service is instantiated; on a running one a difference is told as a warning."
IP = Text(pattern=r"[0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%.+)?", hint="be an IP address")
MAC = Text(pattern=r"[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}", hint="be a MAC address of one machine, with colons")
NAME = Text(most=255, without=",;()'\"")


def _secret(where: str) -> Field:
    return Field("secret_params", f"Further parameters of {where}, which are never shown.", type="dict", secret=True)


UNITS = Field("config-units", "How many units of configuration it has.", type="int")
NAMESPACE = Field("k8s-namespace", "Namespace in the cluster.", limit=NAME, sample="edge")
MEMBER = Field("member-vnf-index", "The VNF: id of its profile in the NSD.", required=True, limit=NAME, sample="web")
IP_PROFILE = Field(
    "ip-profile",
    "Addresses of the network, where OSM makes it.",
    type="dict",
    options=(
        Field("ip-version", "Version of IP.", choices=("ipv4", "ipv6")),
        Field("subnet-address", "The subnet, as C(address/prefix)."),
        Field("gateway-address", "The gateway.", limit=IP),
        Field(
            "dns-server",
            "Name servers.",
            type="list",
            elements="dict",
            options=(Field("address", "Address of a name server.", required=True, limit=IP),),
        ),
        Field(
            "dhcp-params",
            "The DHCP server.",
            type="dict",
            options=(
                Field("enabled", "Whether there is one.", type="bool"),
                Field("count", "How many addresses it hands out.", type="int"),
                Field("start-address", "The first one.", limit=IP),
            ),
        ),
    ),
)
PROVIDER = Field(
    "provider-network",
    "The physical network below it: C(physical-network), C(network-type), C(segmentation-id), C(sdn-ports).",
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
        Field("vim-flavor-id", "Flavour at the VIM, by id.", limit=NAME),
        Field("vim-flavor-name", "Flavour at the VIM, by name, instead of the id.", limit=NAME),
        Field("security-group-name", "Security group at the VIM.", limit=NAME),
        Field(
            "volume",
            "Volumes of the VIM to use for storages of the VDU.",
            type="list",
            elements="dict",
            options=(
                Field("name", "The storage in the VNFD.", required=True, limit=NAME),
                Field("vim-volume-id", "Id of the volume at the VIM.", required=True, limit=NAME),
            ),
        ),
        Field(
            "interface",
            "Its interfaces.",
            type="list",
            elements="dict",
            options=(
                Field("name", "Name of the interface in the VNFD.", required=True, limit=NAME),
                Field("ip-address", "A fixed address.", limit=IP),
                Field("mac-address", "A fixed MAC address.", limit=MAC),
                Field("floating-ip-required", "Whether it gets a floating address.", type="bool"),
            ),
        ),
    ),
)
INTERNAL_VLD = Field(
    "internal-vld",
    "Its own virtual links.",
    type="list",
    elements="dict",
    options=(
        Field("name", "Id of the link in the VNFD.", required=True, limit=NAME),
        Field("vim-network-name", "Network at the VIM to use, by name.", limit=NAME),
        Field("vim-network-id", "Network at the VIM to use, by id.", limit=NAME),
        IP_PROFILE,
        PROVIDER,
        Field(
            "internal-connection-point",
            "Addresses of connection points.",
            type="list",
            elements="dict",
            options=(
                Field("id-ref", "Id of the connection point.", required=True, limit=NAME),
                Field("ip-address", "Its address.", limit=IP),
            ),
        ),
    ),
)

PARAMETERS: tuple[Field, ...] = (
    Field(
        "vnf",
        (
            "Parameters per VNF: the VIM it runs on, its machines and its own networks.",
            "OSM places a KDU in a cluster that is registered for the VNF's VIM account and fits the VNFD, so the VIM"
            " account chooses the cluster, too.",
            ONCE,
        ),
        type="list",
        elements="dict",
        local=True,
        options=(
            MEMBER,
            Field("vimAccountId", "VIM account for this VNF, by name or id.", reference="vim_account"),
            VDU,
            INTERNAL_VLD,
        ),
    ),
    Field(
        "vld",
        ("Parameters per virtual link of the service: networks at the VIMs, addresses.", ONCE),
        type="list",
        elements="dict",
        local=True,
        options=(
            Field("name", "Id of the link in the NSD.", required=True, sample="mgmtnet"),
            Field(
                "vim-network-name",
                "Network at the VIM to use, by name; a dictionary gives one for each VIM account (by id).",
                type="raw",
            ),
            Field("vim-network-id", "The same, by the VIM's id of the network.", type="raw"),
            Field("ns-net", "A network of another service of the slice.", type="dict"),
            Field("wimAccountId", "WIM account for this link, by name or id.", reference="wim_account"),
            IP_PROFILE,
            PROVIDER,
            Field(
                "vnfd-connection-point-ref",
                "Addresses of connection points of VNFs.",
                type="list",
                elements="dict",
                options=(
                    Field("member-vnf-index-ref", "The VNF.", required=True, limit=NAME),
                    Field("vnfd-connection-point-ref", "Its connection point.", required=True, limit=NAME),
                    Field("ip-address", "The address.", required=True, limit=IP),
                ),
            ),
        ),
    ),
    Field("additional_params", ("Parameters for the service's primitives.", ONCE), type="dict", local=True),
    Field("secret_params", ("Further ones, which are never shown.", ONCE), type="dict", local=True, secret=True),
    Field(
        "additional_params_for_vnf",
        ("Parameters per VNF, VDU and KDU: for primitives, cloud-init, Helm. For Helm values see C(kdus).", ONCE),
        type="list",
        elements="dict",
        local=True,
        options=(
            MEMBER,
            Field("additionalParams", "Parameters of the VNF.", type="dict"),
            _secret("the VNF"),
            NAMESPACE,
            UNITS,
            Field(
                "additionalParamsForVdu",
                "Parameters per VDU.",
                type="list",
                elements="dict",
                options=(
                    Field("vdu_id", "Id of the VDU in the VNFD.", required=True, limit=NAME),
                    Field("additionalParams", "Parameters of the VDU.", type="dict"),
                    _secret("the VDU"),
                    UNITS,
                ),
            ),
            Field(
                "additionalParamsForKdu",
                "Parameters per KDU.",
                type="list",
                elements="dict",
                options=(
                    Field("kdu_name", "Name of the KDU in the VNFD.", required=True, limit=NAME),
                    Field("additionalParams", "Helm values of the KDU.", type="dict"),
                    _secret("the KDU"),
                    Field("kdu_model", "Chart or bundle instead of the descriptor's.", limit=NAME),
                    NAMESPACE,
                    Field("kdu-deployment-name", "Name of the Helm release; OSM makes one otherwise.", limit=NAME),
                    UNITS,
                ),
            ),
            Field(
                "affinity-or-anti-affinity-group",
                "Groups at the VIM to use for groups of the VNFD.",
                type="list",
                elements="dict",
                options=(
                    Field("id", "Id of the group in the VNFD.", required=True, limit=NAME),
                    Field("vim-affinity-group-id", "Id of the group at the VIM.", required=True, limit=NAME),
                ),
            ),
        ),
    ),
    Field("k8s_namespace", ("Namespace for the service's KDUs.", ONCE), local=True, limit=NAME),
    Field("ssh_keys", ("Public SSH keys to inject.", ONCE), type="list", elements="str", local=True),
    Field(
        "wim_account",
        ("Name or id of the WIM account for links between VIMs; OSM chooses one otherwise.", ONCE),
        reference="wim_account",
        local=True,
    ),
    Field("use_wim", ("With V(false), links between VIMs use no WIM.", ONCE), type="bool", local=True),
    Field(
        "config_template",
        ("Name or id of a configuration template of the NSD.", ONCE),
        reference="ns_config_template",
        local=True,
    ),
    Field("config_units", ("How many units of configuration the service has.", ONCE), type="int", local=True),
    Field("vdu_image", ("Image for every VDU instead of the descriptors'.", ONCE), local=True, limit=NAME),
    Field("placement_engine", ("Engine that chooses VIMs, such as V(PLA).", ONCE), local=True),
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
