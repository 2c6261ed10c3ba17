# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a controller of AWX 24 accepts of the objects that the project makes, as its serializers and models have it.

The real one ignores a field that it does not know. This one refuses it, as it is a mistake of whoever sent it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jinja2
import yaml

Record = dict[str, Any]


class Refused(Exception):
    """An answer 400 with this body."""

    def __init__(self, body: Any) -> None:
        super().__init__(str(body))
        self.body = body


@dataclass(frozen=True)
class Kind:
    """A list of the API."""

    #: what the API calls one of them
    called: str
    #: fields that can be written, with what they have to be and their default
    fields: dict[str, tuple[type, Any]]
    #: fields that have to be given
    required: tuple[str, ...] = ("name",)
    #: fields that hold the id of something in another list
    references: dict[str, str] = field(default_factory=dict)
    #: lists of other things that hang on one, with the list where these are
    associations: dict[str, str] = field(default_factory=dict)
    #: fields that tell one from another
    unique: tuple[str, ...] = ("name",)
    choices: dict[str, tuple[Any, ...]] = field(default_factory=dict)


TEXT, NUMBER, FLAG = (str, ""), (int, 0), (bool, False)
MAP: tuple[type, Any] = (dict, {})
_NOTIFIED = {f"notification_templates_{event}": "notification_templates" for event in ("started", "success", "error")}
_APPROVED = {**_NOTIFIED, "notification_templates_approvals": "notification_templates"}
_NAMED = {"name": TEXT, "description": TEXT}
_OWNED = {**_NAMED, "organization": NUMBER}
_HERE = {"organization": "organizations"}
_PROMPTS = ("variables", "limit", "tags", "skip_tags", "inventory", "labels", "scm_branch")
_MORE = (
    "job_type", "diff_mode", "verbosity", "credential", "execution_environment", "forks", "instance_groups",
    "job_slice_count", "timeout",
)  # fmt: skip
_LAUNCH = {
    "extra_data": MAP, "inventory": NUMBER, "limit": TEXT, "job_type": TEXT, "scm_branch": TEXT, "job_tags": TEXT,
    "skip_tags": TEXT, "diff_mode": FLAG, "verbosity": NUMBER, "forks": NUMBER, "job_slice_count": NUMBER,
    "timeout": NUMBER, "execution_environment": NUMBER,
}  # fmt: skip
ORGANIZATION_ROLES = (
    "admin", "execute", "project_admin", "inventory_admin", "credential_admin", "workflow_admin", "notification_admin",
    "job_template_admin", "execution_environment_admin", "auditor", "member", "read", "approval",
)  # fmt: skip

KINDS: dict[str, Kind] = {
    "organizations": Kind(
        "organization",
        {**_NAMED, "max_hosts": NUMBER, "default_environment": NUMBER},
        references={"default_environment": "execution_environments"},
        associations={**_APPROVED, "galaxy_credentials": "credentials", "instance_groups": "instance_groups"},
    ),
    "notification_templates": Kind(
        "notification_template",
        {**_OWNED, "notification_type": TEXT, "notification_configuration": MAP, "messages": MAP},
        ("name", "organization", "notification_type"),
        _HERE,
        unique=("name", "organization"),
    ),
    "credential_types": Kind(
        "credential_type",
        {**_NAMED, "kind": TEXT, "inputs": MAP, "injectors": MAP, "managed": FLAG},
        ("name", "kind"),
        unique=("name", "kind"),
        choices={"kind": ("cloud", "net"), "managed": (False,)},
    ),
    "credentials": Kind(
        "credential",
        {**_OWNED, "credential_type": NUMBER, "inputs": MAP},
        ("name", "credential_type"),
        {**_HERE, "credential_type": "credential_types"},
        unique=("name", "organization", "credential_type"),
    ),
    "execution_environments": Kind(
        "execution_environment",
        {**_OWNED, "image": TEXT, "pull": TEXT, "credential": NUMBER},
        ("name", "image"),
        {**_HERE, "credential": "credentials"},
        choices={"pull": ("always", "missing", "never", "")},
    ),
    "projects": Kind(
        "project",
        {
            **_OWNED,
            "scm_type": TEXT,
            "scm_url": TEXT,
            "scm_branch": TEXT,
            "scm_refspec": TEXT,
            "scm_clean": FLAG,
            "credential": NUMBER,
            "timeout": NUMBER,
            "allow_override": FLAG,
            "scm_update_on_launch": FLAG,
            "scm_update_cache_timeout": NUMBER,
            "default_environment": NUMBER,
        },
        references={**_HERE, "credential": "credentials", "default_environment": "execution_environments"},
        associations=_NOTIFIED,
        unique=("name", "organization"),
        choices={"scm_type": ("", "git", "svn", "insights", "archive")},
    ),
    "inventories": Kind(
        "inventory",
        {**_OWNED, "kind": (str, ""), "host_filter": (str, None), "variables": TEXT},
        ("name", "organization"),
        _HERE,
        unique=("name", "organization"),
        choices={"kind": ("", "smart", "constructed", None)},
    ),
    "inventory_sources": Kind(
        "inventory_source",
        {
            **_NAMED,
            "source": TEXT,
            "source_path": TEXT,
            "source_vars": TEXT,
            "inventory": NUMBER,
            "limit": TEXT,
            "source_project": NUMBER,
            "credential": NUMBER,
            "execution_environment": NUMBER,
            "overwrite": FLAG,
            "overwrite_vars": FLAG,
            "update_on_launch": FLAG,
            "update_cache_timeout": NUMBER,
            "timeout": NUMBER,
        },
        ("name", "source", "inventory"),
        {
            "inventory": "inventories",
            "source_project": "projects",
            "credential": "credentials",
            "execution_environment": "execution_environments",
        },
        _NOTIFIED,
        unique=("name", "inventory"),
    ),
    "labels": Kind(
        "label",
        {"name": TEXT, "organization": NUMBER},
        ("name", "organization"),
        _HERE,
        unique=("name", "organization"),
    ),
    "job_templates": Kind(
        "job_template",
        {
            **_OWNED,
            "job_type": (str, "run"),
            "inventory": NUMBER,
            "project": NUMBER,
            "playbook": TEXT,
            "limit": TEXT,
            "extra_vars": TEXT,
            "execution_environment": NUMBER,
            "forks": NUMBER,
            "verbosity": NUMBER,
            "timeout": NUMBER,
            "survey_enabled": FLAG,
            "become_enabled": FLAG,
            "diff_mode": FLAG,
            "allow_simultaneous": FLAG,
            "job_slice_count": (int, 1),
            "webhook_service": TEXT,
            "webhook_credential": NUMBER,
            **{f"ask_{name}_on_launch": FLAG for name in (*_PROMPTS, *_MORE)},
        },
        ("name", "project", "playbook"),
        {
            **_HERE,
            "inventory": "inventories",
            "project": "projects",
            "webhook_credential": "credentials",
            "execution_environment": "execution_environments",
        },
        {**_NOTIFIED, "credentials": "credentials", "labels": "labels", "instance_groups": "instance_groups"},
        ("name", "organization"),
        {"job_type": ("run", "check"), "webhook_service": ("", "github", "gitlab")},
    ),
    "workflow_job_templates": Kind(
        "workflow_job_template",
        {
            **_OWNED,
            "extra_vars": TEXT,
            "inventory": NUMBER,
            "limit": TEXT,
            "scm_branch": TEXT,
            "survey_enabled": FLAG,
            "allow_simultaneous": FLAG,
            "webhook_service": TEXT,
            **{f"ask_{name}_on_launch": FLAG for name in _PROMPTS},
        },
        references={**_HERE, "inventory": "inventories"},
        associations={**_APPROVED, "labels": "labels"},
        unique=("name", "organization"),
    ),
    "workflow_job_template_nodes": Kind(
        "workflow_job_template_node",
        {
            **_LAUNCH,
            "workflow_job_template": NUMBER,
            "unified_job_template": NUMBER,
            "identifier": TEXT,
            "all_parents_must_converge": FLAG,
        },
        ("workflow_job_template",),
        {"workflow_job_template": "workflow_job_templates", "unified_job_template": "unified_job_templates"},
        {
            **{f"{how}_nodes": "workflow_job_template_nodes" for how in ("success", "failure", "always")},
            "credentials": "credentials",
            "labels": "labels",
        },
        ("identifier", "workflow_job_template"),
    ),
    "workflow_approval_templates": Kind("workflow_approval_template", {**_NAMED, "timeout": NUMBER}, unique=()),
    "schedules": Kind(
        "schedule",
        {**_NAMED, **_LAUNCH, "unified_job_template": NUMBER, "rrule": TEXT, "enabled": (bool, True)},
        ("name", "unified_job_template", "rrule"),
        {"unified_job_template": "unified_job_templates", "inventory": "inventories"},
        {"credentials": "credentials", "labels": "labels"},
        ("name", "unified_job_template"),
    ),
    "teams": Kind("team", _OWNED, ("name", "organization"), _HERE, unique=("name", "organization")),
}
#: lists whose things can be run
UNIFIED = ("projects", "inventory_sources", "job_templates", "workflow_job_templates", "workflow_approval_templates")

_INPUT = {
    "type": (str, ("string", "boolean")), "format": (str, ("ssh_private_key", "url")), "choices": (list, None),
    "id": (str, None), "label": (str, None), "help_text": (str, None), "multiline": (bool, None),
    "secret": (bool, None), "ask_at_runtime": (bool, None), "default": (object, None),
}  # fmt: skip
_ENVIRONMENT = re.compile(r"^[a-zA-Z_]+[a-zA-Z0-9_]*$")


def check_credential_type(record: Record) -> None:
    """``CredentialTypeInputField`` and ``CredentialTypeInjectorField`` of AWX."""
    inputs, injectors = record["inputs"], record["injectors"]
    if set(inputs) - {"fields", "required"} or set(injectors) - {"file", "env", "extra_vars"}:
        raise Refused({"inputs": ["Additional properties are not allowed"]})
    names: dict[str, Any] = {}
    for one in inputs.get("fields", []):
        for key, value in one.items():
            kind, values = _INPUT.get(key, (None, None))
            if kind is None or not isinstance(value, kind) or (values and value not in values):
                raise Refused({"inputs": [f"{key} of {one.get('id')} is not allowed: {value}"]})
        if not {"id", "label"} <= set(one) or one["id"] in names or one["id"] == "tower":
            raise Refused({"inputs": [f"field IDs must be unique, and have labels ({one.get('id')})"]})
        names[one["id"]] = "EXAMPLE"
    if unknown := set(inputs.get("required", [])) - set(names):
        raise Refused({"inputs": [f"required fields are not defined: {sorted(unknown)}"]})
    if "template" in injectors.get("file", {}):
        names["tower"] = {"filename": "EXAMPLE"}
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # as AWX has it
    for where, texts in injectors.items():
        for key, text in texts.items():
            if where == "env" and (not _ENVIRONMENT.match(key) or key.startswith("ANSIBLE_")):
                raise Refused({"injectors": [f"Environment variable {key} is not allowed to be used in credentials."]})
            try:
                environment.from_string(text).render(names)
            except jinja2.UndefinedError as error:
                raise Refused({"injectors": [f"{key} uses an undefined field ({error})"]}) from error


_WEBHOOK = {
    "url": (str, None), "http_method": (str, "POST"), "disable_ssl_verification": (bool, False), "username": (str, ""),
    "password": (str, ""), "headers": (dict, None),
}  # fmt: skip


def check_notification(record: Record) -> None:
    """``NotificationTemplateSerializer.validate``, of the type ``webhook``; defaults are filled in, as there."""
    if record["notification_type"] != "webhook":
        raise Refused({"notification_type": ["This controller knows the type webhook alone."]})
    given = record["notification_configuration"]
    if missing := [name for name, (_kind, default) in _WEBHOOK.items() if name not in given and default is None]:
        raise Refused([f"Missing required fields for Notification Configuration: {missing}."])
    wrong = [n for n, value in given.items() if n in _WEBHOOK and value.__class__ is not _WEBHOOK[n][0]]
    if wrong:
        raise Refused([f"Configuration field '{name}' incorrect type." for name in wrong])
    record["notification_configuration"] = {name: default for name, (_kind, default) in _WEBHOOK.items()} | given


def check_schedule(record: Record) -> None:
    """``SchedulePreviewSerializer.validate_rrule``."""
    rule = record["rrule"]
    if not re.search(r"DTSTART(;[^:]+)?:[0-9]+T[0-9]+Z?", rule):
        raise Refused({"rrule": ["Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ"]})
    if "rrule:" not in rule.lower():
        raise Refused({"rrule": ["One or more rule required in rrule."]})
    if not all("interval" in one.lower() for one in re.findall(r"RULE:\S*", rule)):
        raise Refused({"rrule": ["INTERVAL required in rrule"]})


def check_project(record: Record) -> None:
    """``ProjectOptions.clean_scm_url``."""
    if record["scm_type"] and not record["scm_url"]:
        raise Refused({"scm_url": ["SCM URL is required."]})


def check_source(record: Record) -> None:
    """``InventorySourceSerializer.validate``."""
    if record["source"] == "scm" and not record["source_project"]:
        raise Refused({"source_project": ["Project required for scm type sources."]})
    if record["source"] != "scm" and record["source_path"]:
        raise Refused({"source_path": ["Cannot set source_path if not SCM type."]})


def check_variables(record: Record) -> None:
    """``vars_validate_or_raise``."""
    text = record["extra_vars"] or "{}"
    try:
        known = json.loads(text)
    except ValueError:
        known = yaml.safe_load(text)
    if not isinstance(known, dict):
        raise Refused({"extra_vars": ["Cannot parse as JSON or YAML."]})


CHECKS: dict[str, Callable[[Record], None]] = {
    "credential_types": check_credential_type,
    "notification_templates": check_notification,
    "schedules": check_schedule,
    "projects": check_project,
    "inventory_sources": check_source,
    "job_templates": check_variables,
    "workflow_job_templates": check_variables,
}

_QUESTIONS: dict[str, Any] = {
    "text": str, "textarea": str, "password": str, "multiplechoice": str, "multiselect": str, "integer": int,
    "float": float,
}  # fmt: skip


def check_survey(spec: Any) -> None:
    """``JobTemplateSurveySpec._validate_spec_data``, and nothing that no question has."""
    for name, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(spec.get(name), kind):
            raise Refused({"error": f"Field '{name}' is missing from survey spec."})
    if not spec["spec"]:
        raise Refused({"error": "'spec' doesn't contain any items."})
    variables = [one.get("variable") for one in spec["spec"]]
    known = {
        "question_name",
        "question_description",
        "variable",
        "type",
        "required",
        "default",
        "choices",
        "min",
        "max",
    }
    for place, one in enumerate(spec["spec"]):
        for name, needed in (("type", str), ("question_name", str), ("variable", str), ("required", bool)):
            if not isinstance(one.get(name), needed):
                raise Refused({"error": f"'{name}' missing from survey question {place}"})
        if set(one) - known or variables.count(one["variable"]) > 1 or one["type"] not in _QUESTIONS:
            raise Refused({"error": f"survey question {place} has what none has, or is there twice: {one}"})
        default = one.get("default", "")
        if default != "" and not isinstance(default, _QUESTIONS[one["type"]]):
            raise Refused(
                {"error": f"Default value {default} in survey question {place} expected to be {one['type']}."}
            )
        if one["type"] in ("multiplechoice", "multiselect"):
            answers = str(default).splitlines()
            if not one.get("choices") or set(answers) - set(one["choices"]):
                raise Refused({"error": "Default choice must be answered from the choices listed."})
            if one["type"] == "multiplechoice" and len(answers) > 1:
                raise Refused({"error": "Multiple Choice (Single Select) can only have one default value."})
