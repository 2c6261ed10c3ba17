# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""VIM accounts. Source: NBI of OSM (2026), topic ``admin/v1/vim_accounts``, and the connectors of its orchestrator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.compare import given_at
from .._engine.field import Compare, Field
from .._engine.plan import CREATE, REPLACE, UPDATE, Change
from .._engine.resource import Resource
from .._engine.survey import Survey
from .._engine.uses import Use
from .common import (
    DELETING,
    DESCRIPTION,
    FORCE_ACCOUNT,
    NAME,
    NAME_TEXT,
    PASSWORD_TEXT,
    PLAIN_TEXT,
    SHORT_TEXT,
    URL_TEXT,
    account_state,
    not_half_gone,
    used_by_vnfs,
)
from .limits import no_operators

#: a PATCH with one of these ends in 400 "'_id'": the NBI looks for the object's id in the changes, to encrypt them
UNCHANGEABLE = ("credentials.clientSecret", "credentials.SecretAccessKey")

#: connectors of the resource orchestrator of 2026
TYPES = (
    *("openstack", "vio", "vmware", "vcloud", "azure", "aws", "gcp"),
    *("opennebula", "openvim", "fos", "openvolt", "paas", "dummy"),
)
_KNOWN = f"Known: {', '.join(TYPES)}."


def advise(changes: Sequence[Change], survey: Survey) -> list[str]:
    """A type without a connector: OSM takes any word, and one may have added a connector of one's own."""
    sent = [c for c in changes if c.action in (CREATE, UPDATE, REPLACE) and not c.refusal]
    return [
        f"{c.resource.title} {c.wanted.name}: OSM comes with no connector for type: {c.wanted.values['type']}, and"
        f" takes the account, which then fails. {_KNOWN}"
        for c in sent
        if c.wanted.values.get("type") and c.wanted.values["type"] not in TYPES
    ]


def _has_unchangeable(values: Mapping[str, Any]) -> bool:
    return bool(given_at(values.get("config"), UNCHANGEABLE))


VIM = Resource(
    kind="vim_account",
    module="osm_vim_account",
    title="VIM account",
    path="admin/v1/vim_accounts",
    id_key="_id",
    fields=(
        NAME,
        Field(
            "type",
            (
                "Kind of infrastructure: which connector OSM's resource orchestrator loads.",
                "V(openstack) is OpenStack (C(url) is that of keystone), V(vio) VMware Integrated OpenStack,"
                " V(vmware) (also V(vcloud)) VMware vCloud Director, V(azure), V(aws) and V(gcp) the public clouds,"
                " V(opennebula) OpenNebula, V(openvim) OpenVIM, V(fos) Eclipse fog05, V(openvolt) OpenVolt, V(paas)"
                " Juju as a platform.",
                "V(dummy) does nothing: it is what a Kubernetes cluster without an infrastructure of its own belongs"
                " to.",
                "OSM takes any word and fails afterwards when it has no connector of that name.",
            ),
            api="vim_type",
            required=True,
            limit=SHORT_TEXT,
            sample="dummy",
        ),
        Field(
            "url",
            "URL of the infrastructure's API.",
            api="vim_url",
            required=True,
            limit=URL_TEXT,
            sample="https://10.20.30.2:5000/v3",
        ),
        Field(
            "tenant",
            "Tenant or project to work in (in a public cloud the tenant's, the VPC's or the project's id).",
            api="vim_tenant_name",
            required=True,
            limit=NAME_TEXT,
            sample="admin",
        ),
        Field(
            "username",
            "User of the infrastructure.",
            api="vim_user",
            required=True,
            limit=PLAIN_TEXT,
            sample="osm",
        ),
        Field(
            "password",
            ("Password of that user.", "OSM returns it encrypted, so it is not compared: see C(update_secret)."),
            api="vim_password",
            required=True,
            secret=True,
            limit=PASSWORD_TEXT,
        ),
        DESCRIPTION,
        Field(
            "config",
            (
                "Further settings of the connector; keys that are not given are left alone. See the examples for those"
                " of each type.",
                "A key whose value is null is removed.",
                "C(admin_password), C(nsx_password), C(vcenter_password), C(vrops_password) and, under C(credentials),"
                " C(clientSecret), C(SecretAccessKey) and C(private_key) are secrets: they are never shown, and of what"
                " is there only the presence is compared.",
                "Values of other keys whose names speak of a password, secret, token, key of an API or credential, at"
                " any depth, and passwords and tokens in URLs are compared and not shown.",
                "C(credentials.clientSecret) and C(credentials.SecretAccessKey) can only be given at creation: OSM"
                " fails to take them in a change, so this is refused beforehand. To change one, remove the account and"
                " create it again. An account in state C(ERROR) with such a secret is made again.",
            ),
            type="dict",
            compare=Compare.SUBSET,
            secret_keys=(
                "admin_password",
                "nsx_password",
                "vcenter_password",
                "vrops_password",
                "credentials.private_key",
                *UNCHANGEABLE,
            ),
            frozen_keys=UNCHANGEABLE,
            remedy="Remove the VIM account (state: absent) and create it again, or leave update_secret at on_create.",
            sample={"use_floating_ip": False},
        ),
        Field(
            "prometheus_config",
            (
                "Where OSM's monitoring finds a Prometheus of this infrastructure; keys that are not given are left"
                " alone.",
                "A key whose value is null is removed.",
            ),
            api="prometheus-config",
            type="dict",
            compare=Compare.SUBSET,
            secret_keys=("prometheus-cred",),
            sample={"prometheus-url": "http://10.20.30.2:9090"},
        ),
        Field(
            "vca",
            "Name or id of the VCA (Juju controller) for services on this infrastructure, in place of OSM's own.",
            reference="vca",
            limit=PLAIN_TEXT,
        ),
    ),
    ready=account_state(
        "Correct the URL, the tenant or the credentials and run again: it is sent to OSM again.",
        remedies=(("Cannot load plugin", f"OSM has no connector of that name. Correct type and run again. {_KNOWN}"),),
    ),
    advise=advise,
    deleting=DELETING,
    check=no_operators("config", "prometheus_config"),
    adapt=not_half_gone,
    resend_failed=True,
    remake_failed=_has_unchangeable,
    used_by=(
        used_by_vnfs("vim-account-id", "vim-account-id"),
        Use("k8s_cluster", "vim_account", query="vim_account={values}"),
    ),
    freed_by=("ns", "slice", "k8s_cluster"),
    force=FORCE_ACCOUNT,
)
