# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Argument specs from declarations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ansible.module_utils.basic import env_fallback

from .api import Api, Bulk
from .field import Field
from .resource import Resource

STATE = Field(
    "state",
    "Whether the object should exist.",
    choices=("present", "absent"),
    default="present",
)
UPDATE_SECRET = Field(
    "update_secret",
    (
        "When to send secrets to an object that exists.",
        "The API does not give secrets back in a form that could be compared, so with V(always) the task reports"
        " C(changed) each time.",
    ),
    choices=("on_create", "always"),
    default="on_create",
)
FORCE = "force"
WAITING = (
    Field(
        "wait",
        (
            "Whether to wait until the object is ready, or gone.",
            "The states meanwhile are shown where the standard output callback is P(edge.infra.stages#callback).",
        ),
        type="bool",
        default=True,
    ),
    Field(
        "wait_timeout",
        "Seconds to wait at most; the default depends on the kind of object.",
        type="int",
        least=1,
        remedy="Give seconds, or wait: false not to wait at all.",
    ),
    Field(
        "wait_interval",
        "Longest pause between two looks, in seconds; the first looks come sooner.",
        type="float",
        default=5.0,
        least=0.01,
    ),
)
ASSUME = Field(
    "assume",
    (
        "Names, by kind, of objects that earlier tasks of the same check run would have made.",
        "They count as existing while this task is planned in check mode. Ignored in a real run.",
        "A key is the name of a kind, in the singular as results have it or in the plural as documents have it; a value"
        " is a list of names. Modules that take C(kubeconfig) know this key, too, with paths of files that will be"
        " there. The result C(assume) of a module for many kinds can be given as it is.",
    ),
    type="dict",
)


def assume_field(resource: Resource) -> Field:
    """The option ``assume`` with an example."""
    return replace(ASSUME, doc=(*ASSUME.doc, f"Such as C({resource.many}: [NAME]), or C({resource.kind}: [NAME])."))


def option(f: Field) -> dict[str, Any]:
    """The argument spec of one option."""
    spec: dict[str, Any] = {"type": f.type}
    if f.elements:
        spec["elements"] = f.elements
    if f.choices is not None:
        spec["choices"] = list(f.choices)
    if f.default is not None:
        spec["default"] = f.default
    if f.aliases:
        spec["aliases"] = list(f.aliases)
    if f.options:
        spec["options"] = options(f.options)
    if f.env:
        spec["fallback"] = (env_fallback, [f.env])
    if f.secret:
        spec["no_log"] = True
    elif any(word in f.name for word in ("password", "secret", "token", "key")):
        spec["no_log"] = False
    return spec


def options(fields: Iterable[Field]) -> dict[str, Any]:
    """The argument spec of several options; inside nested options ``required`` is enforced by Ansible."""
    return {f.name: {**option(f), **({"required": True} if f.required else {})} for f in fields if f.is_option}


def resource_fields(resource: Resource) -> tuple[Field, ...]:
    """Every option of a resource, ``state`` and ``update_secret`` included where they make sense.

    Only the identity is required by Ansible: what else a creation needs is checked when it is a creation, since
    ``state: absent`` and changes of one option do not need it.
    """
    fields = [f for f in resource.fields if f.is_option]
    if not resource.singleton and "delete" in resource.verbs and "state" not in resource.by_name:
        fields.append(STATE)
    if resource.force:
        fields.append(force_field(resource))
    if any(f.secret or f.secret_keys for f in fields):
        fields.append(UPDATE_SECRET)
    return tuple(fields)


def force_field(resource: Resource) -> Field:
    """The option that removes an object in spite of its users."""
    doc = (
        "With C(state=absent), remove the object in spite of its users, and at once.",
        *resource.force,
        "Ignored with C(state=present).",
    )
    return Field(FORCE, doc, type="bool", default=False)


def resource_options(resource: Resource) -> dict[str, Any]:
    """The argument spec of one declared object."""
    spec = {}
    for f in resource_fields(resource):
        spec[f.name] = option(f)
        # an identity that may follow from other options (a package's id) says so by not being required
        if (f.identity or f.scope) and f.required and f.default is None:
            spec[f.name]["required"] = True
    return spec


def module_fields(api: Api, resource: Resource) -> tuple[Field, ...]:
    """Every option of a resource's module."""
    waits = WAITING if resource.ready or "delete" in resource.verbs else ()
    referred = sorted({kind for f in resource.fields for kind in f.refers if kind in api.kinds})
    assume = (assume_field(api.kinds[referred[0]]),) if referred else ()
    return (*resource_fields(resource), *waits, *assume, *api.connection)


def module_spec(api: Api, resource: Resource) -> dict[str, Any]:
    """The argument spec of a resource's module."""
    extra = [f for f in module_fields(api, resource) if f.name not in {g.name for g in resource_fields(resource)}]
    return {**resource_options(resource), **options(extra)}


def bulk_fields(api: Api, bulk: Bulk) -> tuple[Field, ...]:
    """Every option of a bulk module; each kind is a list of dictionaries under its plural."""
    lists = tuple(
        Field(r.many, f"Objects of the kind {r.title}.", type="list", elements="dict", options=resource_fields(r))
        for r in bulk.resources
    )
    document = Field("resources", "What should exist, by kind.", type="dict", required=not bulk.expand, options=lists)
    assume = (assume_field(bulk.resources[0]),) if lists else ()
    return (*((document,) if lists else ()), *bulk.fields, *WAITING, *assume, *api.connection)


def bulk_spec(api: Api, bulk: Bulk) -> dict[str, Any]:
    """The argument spec of a bulk module."""
    spec = options(bulk_fields(api, bulk))
    for r in bulk.resources:
        spec["resources"]["options"][r.many]["options"] = resource_options(r)
    return spec


def info_fields(resource: Resource) -> tuple[Field, ...]:
    """What the info module can be asked for: the owner, and the identity as a filter."""
    scopes = tuple(f for f in resource.fields if f.scope)
    filters = tuple(
        Field(f.name, f"Only the one with this {f.name}.", type=f.type) for f in resource.identity if not f.reference
    )
    return (*scopes, *filters, *resource.info_filters)


def info_spec(api: Api, resource: Resource) -> dict[str, Any]:
    """The argument spec of a resource's info module."""
    spec = options((*info_fields(resource), *api.connection))
    for f in resource.fields:
        if f.scope:
            spec[f.name]["required"] = True
    return spec
