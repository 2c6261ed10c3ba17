# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service parameters: settings of the platform's services that have no kind of their own.

Source: sysinv ``/service_parameter`` (2026). A POST takes several names and answers with a list. What is changed is
used after ``/service_parameter/apply``, which a review adds once for each service, after all changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.plan import CREATE, DELETE, UPDATE, Change, Wanted
from .._engine.resource import Resource
from .addressing import wrong
from .dialect import Lists, StarlingxDialect, applied, made, patch

#: what the platform's maintenance has from the bootstrap on
MAINTENANCE = {
    "worker_boot_timeout": "720",
    "controller_boot_timeout": "1200",
    "heartbeat_period": "1000",
    "heartbeat_failure_action": "fail",
    "heartbeat_failure_threshold": "10",
    "heartbeat_degrade_threshold": "6",
    "mnfa_threshold": "2",
    "mnfa_timeout": "0",
}
#: registry in the overrides of the bootstrap -> section of its parameters
REGISTRIES = {
    "docker.io": "docker-registry",
    "docker.elastic.co": "elastic-registry",
    "gcr.io": "gcr-registry",
    "ghcr.io": "ghcr-registry",
    "k8s.gcr.io": "k8s-registry",
    "quay.io": "quay-registry",
    "registry.k8s.io": "registryk8s-registry",
    "icr.io": "icr-registry",
}
#: most characters of a value
MOST_LETTERS = 4096
#: names that are secrets whoever gives them
SECRETS = frozenset({"ldap_default_authtok"})
_SECRET_IN = frozenset({("platform", "drbd", "secret")})
_REGISTRY_TYPES = ("docker", "aws-ecr")


def after_bootstrap(overrides: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parameters that there are right after a bootstrap; which addresses need no proxy, only sysinv knows."""
    found = [("platform", "maintenance", n, v) for n, v in MAINTENANCE.items()]
    for registry, section in REGISTRIES.items():
        known = (overrides.get("docker_registries") or {}).get(registry) or {}
        found += [("docker", section, n, str(known[n])) for n in ("url", "type") if known.get(n)]
    proxies = {name: overrides.get(f"docker_{name}") for name in ("http_proxy", "https_proxy")}
    found += [("docker", "proxy", name, str(value)) for name, value in proxies.items() if value]
    return [
        {"uuid": "-".join(row[:3]), "service": row[0], "section": row[1], "name": row[2], "value": row[3]}
        for row in found
    ]


def _is_secret(values: Mapping[str, Any]) -> bool:
    """Whether sysinv keeps a secret under this name."""
    name = str(values.get("name"))
    return name in SECRETS or (str(values.get("service")), str(values.get("section")), name) in _SECRET_IN


def _view(live: Document) -> Document:
    """The value where it may be seen, and where it is only compared."""
    hidden = live.get("hidden") or _is_secret(live)
    return {**live, "value": None if hidden else live.get("value"), "secret_value": live.get("value")}


def _match(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
    """The parameter of that name, for the same hosts and the same resource; hidden where its value is a secret."""
    own = ("service", "section", "name", "personality", "resource")
    found = [d for d in documents if all((d.get(k) or None) == (values.get(k) or None) for k in own)]
    return [{**d, "hidden": True} if values.get("secret_value") is not None else d for d in found]


def _veiled(values: Mapping[str, Any], assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """A secret in the wrong option is one all the same: what is refused shows what was given."""
    if _is_secret(values) and values.get("value") and values.get("secret_value") is None:
        return {**values, "secret_value": values["value"]}
    return values


def _check(values: Mapping[str, Any]) -> None:
    """What sysinv refuses of a value, and a secret that would be seen."""
    name = values["name"]
    given = [n for n in ("value", "secret_value") if values.get(n) is not None]
    if "value" in given and _is_secret(values):
        raise InputError(f"value: {name} is a secret.", "Give it as secret_value.", option="value")
    if len(given) == 2:
        raise InputError(f"{name}: both value and secret_value are given.", "Give one of them.", options=given)
    for option in given:
        text = str(values[option])
        if not text or len(text) > MOST_LETTERS:
            raise InputError(
                f"{option}: {name} has {len(text)} characters, and StarlingX takes 1 to {MOST_LETTERS}.",
                f"Correct {option}, or give state: absent.",
                option=option,
            )
    if values["service"] == "ptp":
        raise wrong("service", "ptp", "is not taken any more", "Use edge.infra.stx_ptp_instance and its parameters.")
    registry = values["service"] == "docker" and str(values["section"]).endswith("-registry") and name == "type"
    if registry and values.get("value") not in (None, *_REGISTRY_TYPES):
        raise wrong("value", values["value"], "is no type of a registry", f"Use {' or '.join(_REGISTRY_TYPES)}.")
    if values.get("personality") and not values.get("resource"):
        raise InputError(
            "personality: StarlingX takes it together with resource only.",
            "Give resource, the name in Puppet's data, too.",
            option="personality",
        )


def review(change: Change) -> InputError | None:
    """What needs to be known whether it exists."""
    values = change.wanted.values
    if change.action == CREATE and values.get("value") is None and values.get("secret_value") is None:
        return InputError(
            f"Service parameter {change.wanted.name} does not exist yet; creating it needs value or secret_value.",
            "Give one of them.",
            options=["value", "secret_value"],
        )
    if change.action == DELETE and values.get("section") == "maintenance":
        return wrong("state", "absent", f"is not possible for {change.wanted.name}: it is required", "Give a value.")
    return None


class ParameterSender:
    """One parameter."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST it; the answer is a list."""
        body: dict[str, Any] = {k: payload[k] for k in ("service", "section")}
        body |= {k: payload[k] for k in ("personality", "resource") if payload.get(k)}
        body["parameters"] = {payload["name"]: _value(payload)}
        answer = dialect.http.json("POST", "service_parameter", json=body)
        rows = answer.get("parameters") if isinstance(answer, Mapping) else None
        return Sent(id=made(rows[0] if isinstance(rows, list) and rows else None, "service_parameter"))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """PATCH its value."""
        dialect.http.json("PATCH", f"service_parameter/{change.id}", json=patch({"value": _value(payload)}))
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """DELETE it."""
        dialect.http.json("DELETE", f"service_parameter/{change.id}")
        return Sent(id=change.id)


def _value(payload: Mapping[str, Any]) -> str:
    secret = payload.get("secret_value")
    return str(payload["value"] if secret is None else secret)


SERVICE_PARAMETER = Resource(
    kind="service_parameter",
    module="stx_service_parameter",
    title="service parameter",
    path="service_parameter",
    id_key="uuid",
    naming="{service} {section} {name}",
    view=_view,
    match=_match,
    prepare=_veiled,
    check=_check,
    sender=ParameterSender(),
    fields=(
        Field("service", "The service.", required=True, identity=True, sample="docker"),
        Field("section", "The section of the service's parameters.", required=True, identity=True, sample="proxy"),
        Field("name", "Name of the parameter.", required=True, identity=True, sample="http_proxy"),
        Field(
            "value",
            "Its value; a number or a truth value is written as text.",
            sample="http://10.20.30.9:3128",
        ),
        Field(
            "secret_value",
            (
                "Its value where that is a secret: it is compared, and shown nowhere.",
                "Excludes O(value). For C(ldap_default_authtok) and the C(secret) of C(drbd) it is the only way.",
            ),
            secret=True,
            comparable=True,
        ),
        Field(
            "personality",
            "With O(resource), the hosts that a parameter is for which StarlingX does not know itself.",
            choices=("controller", "worker", "storage", "edgeworker"),
            sample="worker",
        ),
        Field(
            "resource",
            "Name in Puppet's data of a parameter that StarlingX does not know itself.",
            sample="platform::compute::grub::params::keys",
        ),
        Field(
            "apply",
            (
                "Whether the service uses the change at once.",
                "With V(false) it is used with the next change of the service that is applied.",
            ),
            type="bool",
            default=True,
            local=True,
        ),
    ),
)


def gather_apply(lists: Lists, scope: str, quick: bool) -> Sequence[Document]:
    """Nothing that could be read."""
    return []


def _match_apply(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
    """sysinv does not tell whether what it has is used."""
    return [{**values, "uuid": values["service"], "applied": False}]


class ApplySender:
    """Make a service use its parameters."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Nothing is made."""
        raise NotImplementedError

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """POST to the collection's action."""
        values = change.wanted.values
        body = {k: values[k] for k in ("service", "section") if values.get(k)}
        applied(dialect, "service_parameter/apply", "stx_service_parameter_apply", json=body)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Nothing is removed."""
        raise NotImplementedError


SERVICE_APPLY = Resource(
    kind="service_parameter_apply",
    module="stx_service_parameter_apply",
    title="use of the parameters of",
    path="service_parameter/apply",
    id_key="uuid",
    verbs=frozenset({"update"}),
    match=_match_apply,
    sender=ApplySender(),
    prepare=lambda values, assumed: {**values, "applied": True},
    after=("service_parameter",),
    fields=(
        Field("service", "The service.", identity=True, required=True, sample="docker"),
        Field("section", "The section, where only the parameters of one have changed.", sample="proxy"),
        Field("applied", "Whether the service was told to use them.", type="bool", derived=True, sample=True),
    ),
)


def steps(changes: Sequence[Change]) -> list[Change]:
    """For each service with changes that want it, the step that makes it use them."""
    sections: dict[str, set[str]] = {}
    for change in changes:
        values = change.wanted.values
        own = change.resource is SERVICE_PARAMETER and change.changed and not change.refusal
        if own and values.get("apply", True):
            sections.setdefault(str(values["service"]), set()).add(str(values["section"]))
    found = []
    for service, names in sections.items():
        section = next(iter(names)) if len(names) == 1 else ""
        wanted = Wanted(SERVICE_APPLY, {"service": service, "section": section, "applied": True})
        told = {"applied": False}, {"applied": True}
        found.append(Change(wanted, UPDATE, {"uuid": service}, {"applied": True}, *told))
    return found
