# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The OSM service as modules see it: connection options and every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.api import Api, Bulk
from .._engine.field import Field
from .._engine.guard import going
from .._engine.plan import Change
from .._engine.survey import Survey
from . import cluster_guard, cluster_needs, disabled, prune, quotas
from .accounts import K8S_CLUSTER, K8S_REPO
from .clusters import CLUSTER, PROFILE
from .common import VNF_RECORD
from .controllers import OSM_REPO, SDN, VCA, WIM
from .dialect import OsmDialect
from .documents import DOCUMENT_FIELDS
from .helm_values import review as review_values
from .identity import PROJECT, ROLE
from .instances import NS
from .instantiate import review as review_parameters
from .kdus import NS_KDU_UPGRADE
from .ns_config import NS_CONFIG_TEMPLATE
from .ns_config import review as review_templates
from .operations import NS_OPERATION
from .packages import NS_PACKAGE, PACKAGES, PACKAGES_STATE, SLICE_TEMPLATE, VNF_PACKAGE, expand
from .packages_in_use import review as review_packages
from .pdus import PDU
from .primitives import NS_ACTION, NS_CANCEL
from .scaling import NS_HEAL, NS_MIGRATE, NS_SCALE
from .slice_actions import SLICE_ACTION
from .slice_checks import review as review_slices
from .slice_operations import SLICE_OPERATION
from .slices import SLICE
from .sources import sources
from .subscriptions import SUBSCRIPTION
from .unnamed import TELL, remark
from .updates import NS_UPDATE
from .users import USER, review_users
from .vims import VIM

#: what a document of osm_deployment can hold; each kind has a module of its own, too
DECLARED = (
    PROJECT,
    ROLE,
    USER,
    VCA,
    VIM,
    WIM,
    SDN,
    K8S_CLUSTER,
    K8S_REPO,
    PROFILE,
    CLUSTER,
    OSM_REPO,
    VNF_PACKAGE,
    NS_PACKAGE,
    SLICE_TEMPLATE,
    NS_CONFIG_TEMPLATE,
    PDU,
    SUBSCRIPTION,
    NS,
    SLICE,
)
#: what OSM makes by itself, and what is only looked at
SEEN = (VNF_RECORD, NS_OPERATION, SLICE_OPERATION)
KINDS = {r.kind: r for r in (*DECLARED, *SEEN)}

CONNECTION = (
    Field(
        "osm_url",
        "URL of OSM's northbound interface, without the path C(/osm).",
        required=True,
        env="OSM_URL",
        sample="https://nbi.osm.example.com",
    ),
    Field("osm_username", "User.", required=True, env="OSM_USER", sample="admin"),
    Field("osm_password", "Password of that user.", required=True, secret=True, env="OSM_PASSWORD"),
    Field("osm_project", "Name or id of the project to work in.", default="admin", env="OSM_PROJECT"),
    Field(
        "osm_ca_cert",
        "File with the certificate authority that signed OSM's certificate; the system's are used otherwise.",
        type="path",
        env="OSM_CA_CERT",
    ),
    Field("osm_validate_certs", "Whether to verify OSM's certificate.", type="bool", default=True),
    Field("osm_timeout", "Seconds to wait for one answer.", type="int", default=60, least=1),
    Field(
        "osm_token_cache",
        (
            "Whether to keep the token in a file that only this user can read, so that a play signs in once.",
            "The folder is C($EDGE_INFRA_CACHE), else C(edge.infra) in the user's cache folder.",
        ),
        type="bool",
        default=True,
    ),
)


def connect(params: Mapping[str, Any]) -> OsmDialect:
    """A dialect for a module's parameters; nothing is sent yet."""
    return OsmDialect(params, KINDS)


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """What the rules about a whole plan make of it."""
    survey.going, survey.changes = going(changes), changes
    changes = review_slices(review_parameters(review_values(review_templates(changes), survey), survey), survey)
    # the latter looks at what the former has listed
    changes = disabled.review(cluster_needs.review(review_packages(changes, survey), survey), survey)
    return quotas.review(cluster_guard.review(review_users(changes, survey), survey), survey)


#: a site's registrations, packages and services in one call
DEPLOYMENT = Bulk(
    "osm_deployment",
    DECLARED,
    (PACKAGES, PACKAGES_STATE, *DOCUMENT_FIELDS, *prune.fields(DECLARED), TELL),
    expand,
    sources=lambda params: sources(params, DECLARED),
    prune=lambda params, spoken_of, changes, survey: prune.surplus(DECLARED, params, spoken_of, changes, survey),
    settled=prune.note,
    remark=remark,
)

#: what can be done to the services that run
ACTIONS = (NS_ACTION, NS_SCALE, NS_HEAL, NS_UPDATE, NS_MIGRATE, NS_KDU_UPGRADE, NS_CANCEL, SLICE_ACTION)

OSM = Api(
    name="osm",
    title="Open Source MANO",
    connection=CONNECTION,
    connect=connect,
    kinds=KINDS,
    libraries={"requests": "requests", "yaml": "PyYAML"},
    variables={
        f"osm_{name}": f"edge_osm_{name}"
        for name in ("url", "username", "password", "project", "ca_cert", "validate_certs")
    },
    bulk=(DEPLOYMENT,),
    review=review,
    actions=ACTIONS,
)
