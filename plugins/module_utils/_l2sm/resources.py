# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The declarations: networks of L2S-M (``l2sm.l2sm.k8s.local/v1``), and what the kinds have in common.

Source: the operator's code at 2.8.7. A network's provider and intrusion detection are set up once, when the operator
first sees it; addresses are looked up for each pod. An overlay is built once; later edits are stored and ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .._engine.dialect import Document
from .._engine.field import Compare, Field
from .._engine.paths import get_path
from .._engine.resource import Resource, Wait
from .leftovers import INTERFACE, PORT, PROVIDER_NETWORK
from .lost import LOST, pods_without_link
from .rules import check_network
from .shape import cleaned, viewed

GROUP = "l2sm.l2sm.k8s.local"
API_VERSION = f"{GROUP}/v1"
#: key that the dialect adds to an object that is on its way out
DELETING = "edgeDeleting"
#: keys that the dialect adds to overlays: their switches and attachments
SWITCHES, ATTACHMENTS = "edgeSwitches", "edgeAttachments"

#: label of a network that belongs to a slice, with the slice's name
SLICE = "edge.infra/slice"
#: label of networks that belong together: a document speaks only of those with the same value as its own
SERVICE = "edge.infra/service"
#: label of what a declaration over several clusters made, networks and edge devices, with the declaration's name
DOMAIN = "edge.infra/domain"

ONCE = "The operator acts on it once, at creation: remove the object (state: absent) and create it again."
NAME = Field("name", "Name of the object.", required=True, identity=True, api="metadata.name", sample="edge-access")
NAMESPACE = Field(
    "namespace",
    "Namespace of the object.",
    identity=True,
    api="metadata.namespace",
    default="default",
    sample="default",
)
LABELS = Field("labels", "Labels; others are left alone.", type="dict", api="metadata.labels", compare=Compare.SUBSET)


def provider(doc: str, required: bool, remedy: str) -> Field:
    return Field(
        "provider",
        doc,
        type="dict",
        api="spec.provider",
        required=required,
        create_only=True,
        remedy=remedy,
        compare=Compare.SUBSET,
        sample={"name": "l2sm-sdn", "domain": ["l2sm-controller-service.l2sm-system.svc"]},
        options=(
            Field("name", "Name of the provider.", required=True),
            Field(
                "domain",
                ("Name or address of the provider's SDN controller: exactly one, without a port.",),
                type="list",
                elements="str",
                required=True,
            ),
            Field("sdn_port", "Port of the SDN controller's HTTP interface; 30808 unless given.", api="sdnPort"),
            Field("dns_port", "Port of the DNS server; 30053 unless given.", api="dnsPort"),
            Field("dns_grpc_port", "Port for changes of the DNS server; 30818 unless given.", api="dnsGrpcPort"),
            Field("of_port", "Port for OpenFlow; 6633 unless given.", api="ofPort"),
        ),
    )


def prepare_with(fields: tuple[Field, ...]) -> Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]:
    def prepare(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**cleaned(fields, values), "state": values.get("state")}

    return prepare


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) and text else text
    except ValueError:
        return text


IDS_OPTIONS = (
    Field("enabled", "Whether traffic is inspected.", type="bool", required=True),
    Field("node", "Node to run on.", required=True),
    Field("profile", "Kind of system.", required=True, choices=("suricata",)),
    Field(
        "use_emerging_threats_open",
        "Whether to load the open rules of Emerging Threats.",
        type="bool",
        required=True,
        api="useEmergingThreatsOpen",
    ),
    Field("home_net_cidr", "Networks that count as one's own.", type="list", elements="str", api="homeNetCidr"),
    Field(
        "custom_rule_sources",
        "Further rules.",
        type="list",
        elements="dict",
        api="customRuleSources",
        options=(
            Field("name", "Name of the rule set.", required=True),
            Field("inline", "The rules themselves."),
            Field("url", "Where the rules are."),
            Field(
                "config_map_ref",
                "ConfigMap that holds the rules.",
                type="dict",
                api="configMapRef",
                options=(Field("name", "Name of the ConfigMap.", required=True),),
            ),
        ),
    ),
    Field("ignore_ports", "Ports that are not inspected.", type="list", elements="int", api="ignorePorts"),
    Field("namespace", "Namespace to run in."),
)

NETWORK_FIELDS = (
    NAME,
    NAMESPACE,
    LABELS,
    Field(
        "type",
        (
            "Kind of network: C(vnet) inside the cluster or, with C(provider), between clusters; C(ext-vnet);"
            " C(vlink).",
            "The operator of today serves each of them as a C(vnet).",
        ),
        choices=("vnet", "ext-vnet", "vlink"),
        api="spec.type",
        required=True,
        create_only=True,
        remedy=ONCE,
        sample="vnet",
    ),
    Field(
        "config",
        "Further settings as JSON, as C(vlink) networks have them; stored, and not acted on by the operator of today.",
        type="json",
        api="spec.config",
        normalize=_parsed,
    ),
    Field(
        "network_cidr",
        ("Addresses of the network; its prefix length is given to the pods.", "Used for pods that are created later."),
        api="spec.networkCIDR",
        sample="10.100.1.0/24",
    ),
    Field(
        "pod_address_range",
        (
            "Addresses to assign to pods, inside C(network_cidr); all of it unless given.",
            "At most 256 addresses (a /24): the operator counts up the last byte only, and never frees an address.",
        ),
        api="spec.podAddressRange",
        sample="10.100.1.0/25",
    ),
    provider("The SDN controller that joins clusters, for a network between clusters.", False, ONCE),
    Field(
        "ids",
        "Intrusion detection on the network's traffic.",
        type="dict",
        api="spec.ids",
        create_only=True,
        remedy=ONCE,
        compare=Compare.SUBSET,
        options=IDS_OPTIONS,
    ),
)


def _network(live: Document) -> Document:
    """With one ``connectivity``: what the operator wrote, once, and what the SDN controller says now."""
    status = live.get("status") or {}
    states = [status.get("internalConnectivity") or "Unavailable"]
    if get_path(live, "spec.provider", None):
        states.append(status.get("providerConnectivity") or "Unavailable")
    connectivity = next((s for s in states if s != "Available"), "Available")
    if live.get(LOST):
        connectivity = "Lost"
    return {**viewed(NETWORK_FIELDS, live), "connectivity": connectivity}


#: what a network that joins clusters leaves behind, which a plan removes with it
LEFT_BEHIND = (PORT.kind, PROVIDER_NETWORK.kind, INTERFACE.kind)

NETWORK = Resource(
    kind="network",
    module="l2sm_network",
    title="network",
    path=f"/apis/{API_VERSION}/l2networks",
    id_key="metadata.uid",
    fields=NETWORK_FIELDS,
    after=("overlay", "network_edge_device", *LEFT_BEHIND),
    deleting=(DELETING, frozenset({True})),
    view=_network,
    check=check_network,
    prepare=prepare_with(NETWORK_FIELDS),
    gone_timeout=180,
    stuck=(
        "The operator removes a network only when the SDN controller confirms it, and one that was restarted"
        " has forgotten its"
        " networks. See that the controller runs; with sdn_url, a network that it forgot is made known again first."
        ' By hand that is POST /onos/vnets/api {"networkId": NAME} on its port 8181, and the removal goes on.'
    ),
    # the SDN controller forgets its networks when it restarts, and nobody but us tells it of them again
    resend_failed=True,
    advise=pods_without_link,
    ready=Wait(
        path="connectivity",
        done=frozenset({"Available"}),
        failed=frozenset({"Lost"}),
        remedy=(
            "Its status says Available, but the SDN controller does not know it: it was restarted. Run again: the"
            " network is made known to it again; edge.infra.l2sm_repair plugs its pods in."
        ),
        timeout=300,
    ),
)


#: kind in Kubernetes, by the declaration's kind
NAMES = {
    "network": "L2Network",
    "overlay": "Overlay",
    "network_edge_device": "NetworkEdgeDevice",
    "quarantine": "QuarantinePodRequest",
    "slice_network": "L2Network",
}

NODE = Resource(
    kind="node",
    module="",
    title="node",
    path="/api/v1/nodes",
    id_key="metadata.uid",
    fields=(Field("name", "Name.", identity=True, api="metadata.name"),),
    verbs=frozenset(),
)
