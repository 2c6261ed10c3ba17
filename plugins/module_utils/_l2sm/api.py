# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""L2S-M as modules see it: connection options and every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.api import Api, Bulk
from .._engine.field import Field
from . import install, leftovers, slices
from .dialect import KubernetesDialect, NoCluster
from .documents import (
    ELSEWHERE,
    MANIFESTS,
    MANIFESTS_REPLACE,
    MANIFESTS_SETTLE,
    MANIFESTS_STATE,
    PRUNE,
    PRUNE_NETWORKS,
    expand,
)
from .domains import DomainsDialect
from .edges import EDGE
from .objects import EVERY
from .overlays import OVERLAY
from .prune import remark
from .quarantine import QUARANTINE
from .resources import NETWORK, NODE
from .review import review

KINDS = {r.kind: r for r in (OVERLAY, EDGE, NETWORK, QUARANTINE)}
LOOKUP = {r.kind: r for r in (*KINDS.values(), NODE, *EVERY, slices.MEMBER, *leftovers.KINDS)}

CONNECTION = (
    Field(
        "kubeconfig",
        (
            "Path of the cluster's kubeconfig.",
            "If neither this nor the variable is given, E(KUBECONFIG), else C(~/.kube/config).",
        ),
        type="path",
        env="K8S_AUTH_KUBECONFIG",
    ),
    Field("context", "Context of the kubeconfig; its current one unless given.", env="K8S_AUTH_CONTEXT"),
    Field(
        "validate_certs",
        "Whether to verify the server's certificate; as the kubeconfig says unless given.",
        type="bool",
        env="K8S_AUTH_VERIFY_SSL",
    ),
    Field("timeout", "Seconds to wait for one answer.", type="int", default=30, least=1),
    Field(
        "sdn_url",
        (
            "URL of the SDN controller, such as C(http://192.0.2.7:8181), if it can be reached from where the"
            " module runs.",
            "Networks then count as available only while it knows them; their status in Kubernetes is written"
            " once and stays.",
        ),
    ),
    Field("sdn_username", "User of the SDN controller.", default="karaf"),
    Field("sdn_password", "Password of that user.", default="karaf", secret=True),
    Field(
        "ignore_provider",
        (
            "Whether a network between clusters, or its edge device, is removed although its provider cannot be asked;"
            " the ports that the device has there stay, then.",
            "Otherwise that is refused: a device that is made on the same node again could not be plugged in.",
        ),
        type="bool",
        default=False,
    ),
    Field(
        "check_without_api",
        (
            "In check mode, plan for an empty cluster when the kubeconfig does not exist yet, the API does not"
            " answer, or the"
            " operator is not installed, because earlier tasks of the same run would make them; and let the"
            " operator go although"
            " it has objects, because earlier tasks would remove them.",
            "Ignored in a real run.",
        ),
        type="bool",
        default=False,
    ),
    Field(
        "check_after_restart",
        (
            "In check mode, plan as if the SDN controller had forgotten its networks, because earlier tasks of the same"
            " run would restart its node. With O(sdn_url) only.",
            "Ignored in a real run.",
        ),
        type="bool",
        default=False,
    ),
)


def connect(params: Mapping[str, Any]) -> KubernetesDialect | DomainsDialect:
    """A dialect for a module's parameters; nothing is read or sent yet."""
    return DomainsDialect(params, LOOKUP) if params.get("clusters") else KubernetesDialect(params, LOOKUP)


def offline(params: Mapping[str, Any]) -> KubernetesDialect:
    """An empty cluster."""
    return NoCluster(params, LOOKUP)


DEPLOYMENT = Bulk(
    "l2sm_deployment",
    (OVERLAY, EDGE, NETWORK, QUARANTINE),
    (PRUNE, PRUNE_NETWORKS, ELSEWHERE, MANIFESTS, MANIFESTS_STATE, MANIFESTS_SETTLE, MANIFESTS_REPLACE),
    expand,
    remark=remark,
)

#: the installation is one document that the manifest makes
OPERATOR = Bulk("l2sm_operator", (), install.FIELDS, install.expand, EVERY)

#: a slice is a network in each of several clusters
SLICE = Bulk("l2sm_slice", (), slices.FIELDS, slices.expand, (slices.MEMBER,), remark=slices.remark)

L2SM = Api(
    name="l2sm",
    title="L2S-M",
    connection=CONNECTION,
    connect=connect,
    kinds=KINDS,
    offline=offline,
    review=review,
    variables={
        "kubeconfig": "edge_kubeconfig (its server is edge_kubernetes_url)",
        "sdn_url": "edge_l2sm_sdn_url",
        "ignore_provider": "l2sm_ignore_provider",
    },
    libraries={"kubernetes": "kubernetes", "requests": "requests", "yaml": "PyYAML"},
    bulk=(DEPLOYMENT, OPERATOR, SLICE),
)
