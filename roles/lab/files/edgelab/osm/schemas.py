# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON schemas of accounts, projects, users and roles, and the check that words a violation as the NBI does."""

from __future__ import annotations

from typing import Any

import jsonschema

from .errors import unprocessable

Schema = dict[str, Any]

NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[^,;()'\"]+$"}
SHORT: Schema = {"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[^,;()\\.\\$'\"]+$"}
TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 255}
NOTE: Schema = {"type": ["string", "null"], "maxLength": 255, "pattern": "^[^'\"]+$"}
LONG_NOTE: Schema = {"type": ["string", "null"], "maxLength": 3000, "pattern": "^[^'\"]+$"}
PASSWORD: Schema = {"type": "string", "minLength": 1, "maxLength": 60}
ID: Schema = {"type": "string", "pattern": "^[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$"}
OBJECT: Schema = {"type": "object"}
BOOL: Schema = {"type": "boolean"}
NULL: Schema = {"type": "null"}
COUNT0: Schema = {"type": "integer", "minimum": 0}
COUNT1: Schema = {"type": "integer", "minimum": 1}
EMAIL: Schema = {"type": "string", "minLength": 1, "maxLength": 320, "pattern": "^[a-zA-Z0-9+_.-]+@[a-zA-Z0-9.-]+$"}
_OCTET = "(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)"
IPV4: Schema = {"type": "string", "pattern": f"^({_OCTET}\\.){{3}}{_OCTET}$"}
USER_PASSWORD: Schema = {
    "type": "string",
    "pattern": "^.*(?=.{8,})((?=.*[!@#$%^&*()\\-_=+{};:,<.>]){1})(?=.*\\d)((?=.*[a-z]){1})((?=.*[A-Z]){1}).*$",
}
LIST_EDIT: Schema = {
    "type": "object",
    "patternProperties": {"^\\$": {}},
    "additionalProperties": False,
    "minProperties": 1,
}


def listing(items: Schema, least: int = 1) -> Schema:
    """An array of ``items``."""
    return {"type": "array", "minItems": least, "items": items}


def document(properties: Schema, required: str = "", least: int = 0, closed: bool = True) -> Schema:
    """An object with these properties and no other; ``required`` lists names separated by blanks."""
    schema: Schema = {"type": "object", "properties": properties}
    if closed:
        schema["additionalProperties"] = False
    if required:
        schema["required"] = required.split()
    if least:
        schema["minProperties"] = least
    return schema


def check(data: Any, schema: Schema) -> None:
    """Raise 422 with the most relevant violation, as ``Format error at 'a:b' '<jsonschema's words>' ``."""
    validator = jsonschema.validators.validator_for(schema, default=jsonschema.Draft4Validator)
    error = jsonschema.exceptions.best_match(validator(schema).iter_errors(data))
    if error is not None:
        where = "at '" + ":".join(map(str, error.path)) + "'" if error.path else ""
        raise unprocessable(f"Format error {where} '{error.message}' ")


_SCHEMA_WORDS: Schema = {"schema_version": {"type": "string", "enum": ["1.0"]}, "schema_type": {"type": "string"}}

_VIM: Schema = {
    "name": NAME,
    "description": NOTE,
    "vim": NAME,
    "datacenter": NAME,
    "vim_type": SHORT,
    "vim_url": NOTE,
    "vim_tenant_name": NAME,
    "vim_user": TEXT,
    "vim_password": PASSWORD,
    "vca": ID,
    "config": OBJECT,
    "prometheus-config": OBJECT,
}
_WIM: Schema = {
    "name": NAME,
    "description": NOTE,
    "wim": NAME,
    "wim_type": SHORT,
    "wim_url": NOTE,
    "user": TEXT,
    "password": PASSWORD,
    "config": OBJECT,
}
_SDN: Schema = {
    "name": NAME,
    "type": {"type": "string"},
    "url": {"type": "string"},
    "user": TEXT,
    "password": PASSWORD,
    "config": OBJECT,
    "description": NOTE,
    "dpid": {"type": "string", "pattern": "^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){7}$"},
    "ip": IPV4,
    "port": {"type": "integer", "minimum": 1, "maximum": 65534},
    "version": {"type": "string", "minLength": 1, "maxLength": 12},
}
_K8S: Schema = {
    "name": NAME,
    "description": NOTE,
    "credentials": OBJECT,
    "vim_account": ID,
    "vca_id": ID,
    "k8s_version": TEXT,
    "nets": {
        "type": "object",
        "patternProperties": {".": {"oneOf": [NAME, NULL]}},
        "minProperties": 1,
        "additionalProperties": False,
    },
    "namespace": NAME,
    "cni": listing(SHORT),
}
_METHODS = document({"juju-bundle": BOOL, "helm-chart-v3": BOOL}, least=2)
_VCA: Schema = {
    "name": NAME,
    "description": NOTE,
    "endpoints": listing(NOTE),
    "user": TEXT,
    "secret": PASSWORD,
    "cacert": LONG_NOTE,
    "lxd-cloud": SHORT,
    "lxd-credentials": SHORT,
    "k8s-cloud": SHORT,
    "k8s-credentials": SHORT,
    "model-config": OBJECT,
}
_REPO: Schema = {
    "name": NAME,
    "description": NOTE,
    "type": {"enum": ["helm-chart", "juju-bundle"]},
    "url": NOTE,
    "cacert": LONG_NOTE,
    "user": TEXT,
    "password": PASSWORD,
    "oci": BOOL,
}
_OSM_REPO: Schema = {"name": NAME, "description": NOTE, "type": {"enum": ["osm"]}, "url": NOTE}

#: topic -> (schema of POST, schema of PATCH)
ACCOUNTS: dict[str, tuple[Schema, Schema]] = {
    "vim_accounts": (
        document({**_SCHEMA_WORDS, **_VIM}, "name vim_url vim_type vim_user vim_password vim_tenant_name"),
        document(_VIM),
    ),
    "wim_accounts": (
        document(
            {
                **_SCHEMA_WORDS,
                **_WIM,
                "config": {"type": "object", "patternProperties": {".": {"not": {"type": "null"}}}},
            },
            "name wim_url wim_type",
        ),
        document(_WIM),
    ),
    "sdns": (document(_SDN, "name type"), document(_SDN)),
    "k8sclusters": (
        document(
            {**_SCHEMA_WORDS, **_K8S, "deployment_methods": _METHODS},
            "name credentials vim_account k8s_version nets",
        ),
        document(_K8S),
    ),
    "vca": (
        document(
            {**_SCHEMA_WORDS, **_VCA},
            "name endpoints user secret cacert lxd-cloud lxd-credentials k8s-cloud k8s-credentials",
        ),
        document({**_VCA, "port": COUNT1}),
    ),
    "k8srepos": (document(_REPO, "name type url"), document(_REPO)),
    "osmrepos": (document(_OSM_REPO, "name type url"), document(_OSM_REPO)),
}

QUOTAS = [
    "vnfds",
    "nsds",
    "slice_templates",
    "pduds",
    "ns_instances",
    "slice_instances",
    "vim_accounts",
    "wim_accounts",
    "sdn_controllers",
    "k8sclusters",
    "vca",
    "k8srepos",
    "osmrepos",
    "ns_subscriptions",
]
_MAPPING: Schema = {"project": SHORT, "role": SHORT}
MAPPINGS = listing(document(_MAPPING, "project role"))

IDENTITY: dict[str, tuple[Schema, Schema]] = {
    "projects": (
        document(
            {
                "name": SHORT,
                "admin": BOOL,
                "domain_name": SHORT,
                "quotas": document(dict.fromkeys(QUOTAS, COUNT0)),
            },
            "name",
        ),
        document(
            {
                "name": SHORT,
                "admin": BOOL,
                "quotas": document({quota: {"oneOf": [COUNT0, NULL]} for quota in QUOTAS}),
            },
            least=1,
        ),
    ),
    "users": (
        document(
            {
                "username": TEXT,
                "email_id": EMAIL,
                "domain_name": SHORT,
                "password": USER_PASSWORD,
                "projects": listing(SHORT),
                "project_role_mappings": MAPPINGS,
            },
            "username password",
        ),
        document(
            {
                "password": USER_PASSWORD,
                "email_id": EMAIL,
                "old_password": PASSWORD,
                "username": TEXT,
                "projects": {"oneOf": [listing(SHORT), LIST_EDIT]},
                "project_role_mappings": MAPPINGS,
                "add_project_role_mappings": MAPPINGS,
                "remove_project_role_mappings": listing(document(_MAPPING, "project")),
                "system_admin_id": ID,
                "unlock": BOOL,
                "renew": BOOL,
            },
            least=1,
        ),
    ),
    "roles": (
        document({"name": SHORT, "permissions": {"type": "object", "patternProperties": {".": BOOL}}}, "name"),
        document(
            {
                "name": SHORT,
                "permissions": {"type": "object", "patternProperties": {".": {"oneOf": [BOOL, NULL]}}},
            },
            least=1,
        ),
    ),
}
