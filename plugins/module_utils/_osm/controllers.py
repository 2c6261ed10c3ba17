# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""WIM accounts, SDN controllers, VCAs (Juju controllers) and repositories of OSM packages.

Source: NBI of OSM (2026), topics ``admin/v1/wim_accounts``, ``sdns``, ``vca`` and ``osmrepos``. The first three behave
as VIM accounts do; a repository of OSM packages is made and removed at once, and its name is not unique.
"""

from __future__ import annotations

from .._engine.field import Compare, Field
from .._engine.limits import Text
from .._engine.resource import Resource
from .._engine.uses import Use
from .common import (
    DELETING,
    DESCRIPTION,
    FORCE_ACCOUNT,
    LONG_TEXT,
    NAME,
    NAME_TEXT,
    PASSWORD_TEXT,
    PLAIN_TEXT,
    REPO_URL_TEXT,
    SHORT_TEXT,
    URL_TEXT,
    account_state,
    not_half_gone,
)
from .limits import all_of, no_operators, some

_CONFIG_DOC = (
    "Further settings of the connector; keys that are not given are left alone.",
    "A key whose value is null is removed.",
)
_AGAIN = "Correct the URL or the credentials and run again: it is sent to OSM again."


def _password(whose: str) -> Field:
    return Field(
        "password",
        (
            f"Password of the user of the {whose}.",
            "OSM returns it encrypted, so it is not compared: see C(update_secret).",
        ),
        secret=True,
        limit=PASSWORD_TEXT,
    )


WIM = Resource(
    kind="wim_account",
    module="osm_wim_account",
    title="WIM account",
    path="admin/v1/wim_accounts",
    id_key="_id",
    fields=(
        NAME,
        Field(
            "type",
            (
                "Kind of wide-area network: which connector OSM's resource orchestrator loads, such as V(tapi),"
                " V(ietfl2vpn), V(dynpac), V(onos_vpls), V(juniper_contrail), V(floodlightof), V(odlof) or V(dummy).",
                "OSM takes any word and fails afterwards when it has no connector of that name.",
            ),
            api="wim_type",
            required=True,
            limit=SHORT_TEXT,
            sample="ietfl2vpn",
        ),
        Field(
            "url",
            "URL of the network's API.",
            api="wim_url",
            required=True,
            limit=URL_TEXT,
            sample="https://wan.example.com",
        ),
        Field("username", "User of the network's API.", api="user", limit=PLAIN_TEXT, sample="osm"),
        _password("network's API"),
        DESCRIPTION,
        Field(
            "config",
            (*_CONFIG_DOC, "C(wim_port_mapping) is replaced as a whole."),
            type="dict",
            compare=Compare.SUBSET,
            sample={"mapping_not_needed": False},
        ),
    ),
    ready=account_state(_AGAIN),
    deleting=DELETING,
    check=no_operators("config"),
    adapt=not_half_gone,
    resend_failed=True,
    force=FORCE_ACCOUNT,
)

SDN = Resource(
    kind="sdn_controller",
    module="osm_sdn_controller",
    title="SDN controller",
    path="admin/v1/sdns",
    id_key="_id",
    fields=(
        NAME,
        Field(
            "type",
            (
                "Kind of controller: which connector OSM's resource orchestrator loads, such as V(onosof), V(odlof),"
                " V(floodlightof), V(onos_vpls), V(juniper_contrail), V(arista_cloudvision) or V(dummy).",
            ),
            required=True,
            limit=Text(),
            sample="onosof",
        ),
        Field("url", "URL of the controller.", required=True, limit=Text(), sample="http://10.20.30.9:8181"),
        Field("username", "User of the controller.", api="user", limit=PLAIN_TEXT, sample="karaf"),
        _password("controller"),
        DESCRIPTION,
        Field(
            "dpid",
            "Data path id of the OpenFlow switch.",
            limit=Text(
                pattern="[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){7}",
                hint="be eight pairs of hexadecimal digits with colons between",
            ),
            sample="00:00:00:00:00:00:00:01",
        ),
        Field("version", "Version of the controller.", limit=Text(most=12), sample="2.7.0"),
        Field(
            "config",
            (*_CONFIG_DOC, "C(switch_id), C(mapping) and the like, as the connector wants them."),
            type="dict",
            compare=Compare.SUBSET,
        ),
    ),
    ready=account_state(_AGAIN),
    deleting=DELETING,
    check=no_operators("config"),
    adapt=not_half_gone,
    resend_failed=True,
    force=FORCE_ACCOUNT,
)


def _cloud(name: str, api: str, doc: str, sample: str) -> Field:
    return Field(name, doc, api=api, required=True, limit=SHORT_TEXT, sample=sample)


VCA = Resource(
    kind="vca",
    module="osm_vca",
    title="VCA",
    path="admin/v1/vca",
    plural="vcas",
    id_key="_id",
    fields=(
        NAME,
        Field(
            "endpoints",
            "Addresses of the Juju controller, with ports.",
            type="list",
            elements="str",
            required=True,
            compare=Compare.UNORDERED,
            limit=URL_TEXT,
            sample=["10.20.30.7:17070"],
        ),
        Field("username", "User of the Juju controller.", api="user", required=True, limit=PLAIN_TEXT, sample="admin"),
        Field(
            "secret",
            ("Password of that user.", "OSM returns it encrypted, so it is not compared: see C(update_secret)."),
            required=True,
            secret=True,
            limit=PASSWORD_TEXT,
        ),
        Field(
            "ca_cert",
            (
                "Certificate of the controller's authority, as text.",
                "OSM returns it encrypted, so it is not compared: see C(update_secret).",
            ),
            api="cacert",
            required=True,
            secret=True,
            limit=LONG_TEXT,
        ),
        _cloud("lxd_cloud", "lxd-cloud", "Name of the cloud for machine charms, as Juju knows it.", "lxd-cloud"),
        _cloud("lxd_credentials", "lxd-credentials", "Name of Juju's credentials for that cloud.", "lxd-cloud"),
        _cloud("k8s_cloud", "k8s-cloud", "Name of the cloud for Kubernetes charms, as Juju knows it.", "k8scloud"),
        _cloud("k8s_credentials", "k8s-credentials", "Name of Juju's credentials for that cloud.", "k8scloud"),
        DESCRIPTION,
        Field(
            "model_config",
            (
                "Settings of the models that OSM makes, as Juju takes them; keys that are not given are left alone.",
                "A key whose value is null is removed.",
            ),
            api="model-config",
            type="dict",
            compare=Compare.SUBSET,
            sample={"agent-stream": "released"},
        ),
    ),
    ready=account_state(_AGAIN),
    deleting=DELETING,
    check=all_of(some("endpoints"), no_operators("model_config")),
    adapt=not_half_gone,
    resend_failed=True,
    used_by=(Use("vim_account", "vca", query="vca={values}"), Use("k8s_cluster", "vca_id", query="vca_id={values}")),
    force=(
        "OSM then drops its record. What runs in models of this controller goes on, and OSM cannot reach it any more.",
    ),
)

OSM_REPO = Resource(
    kind="osm_repo",
    module="osm_repo",
    title="OSM repository",
    path="admin/v1/osmrepos",
    id_key="_id",
    fields=(
        Field(
            "name",
            ("Name of the repository.", "OSM allows several of one name; then give the id of the one that is meant."),
            required=True,
            identity=True,
            limit=NAME_TEXT,
            sample="vendors",
        ),
        Field("type", "Kind of repository; there is one.", choices=("osm",), default="osm"),
        Field(
            "url",
            "URL of the repository.",
            required=True,
            limit=REPO_URL_TEXT,
            sample="https://packages.example.com/osm",
        ),
        DESCRIPTION,
    ),
    doubles="_admin.created",
)
