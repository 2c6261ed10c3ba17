# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX is to have for the playbooks: from tables and settings to the options of the modules of ``awx.awx``, pure.

The tables are those in ``roles/awx_project/files``; the settings are the role's variables without its prefix.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

Objects = dict[str, list[dict[str, Any]]]

#: what is made, in this order: our name of the list, the module of awx.awx, the API's list, what tells one from another
KINDS: tuple[tuple[str, str, str, str], ...] = (
    ("organizations", "organization", "organizations", "name"),
    ("notification_templates", "notification_template", "notification_templates", "name"),
    ("notified_organizations", "organization", "", "name"),
    ("credential_types", "credential_type", "credential_types", "name"),
    ("credentials", "credential", "credentials", "name"),
    ("execution_environments", "execution_environment", "execution_environments", "name"),
    ("projects", "project", "projects", "name"),
    ("inventories", "inventory", "inventories", "name"),
    ("inventory_sources", "inventory_source", "inventory_sources", "name"),
    ("labels", "label", "labels", "name"),
    ("job_templates", "job_template", "job_templates", "name"),
    ("workflow_job_templates", "workflow_job_template", "workflow_job_templates", "name"),
    ("workflow_nodes", "workflow_job_template_node", "workflow_job_template_nodes", "identifier"),
    ("workflow_edges", "workflow_job_template_node", "", "identifier"),
    ("schedules", "schedule", "schedules", "name"),
    ("teams", "team", "teams", "name"),
    ("roles", "role", "", ""),
)
#: options that name another object, and the lists in which it may be
RELATIONS: dict[str, tuple[str, ...]] = {
    "organization": ("organizations",),
    "notification_templates_started": ("notification_templates",),
    "notification_templates_success": ("notification_templates",),
    "notification_templates_error": ("notification_templates",),
    "notification_templates_approvals": ("notification_templates",),
    "credential_type": ("credential_types",),
    "credentials": ("credentials",),
    "execution_environment": ("execution_environments",),
    "default_environment": ("execution_environments",),
    "project": ("projects",),
    "source_project": ("projects",),
    "inventory": ("inventories",),
    "labels": ("labels",),
    "unified_job_template": ("job_templates", "workflow_job_templates"),
    "workflow_job_template": ("workflow_job_templates",),
    "success_nodes": ("workflow_job_template_nodes",),
    "failure_nodes": ("workflow_job_template_nodes",),
    "always_nodes": ("workflow_job_template_nodes",),
    "teams": ("teams",),
}
#: types of credentials that AWX brings itself
OWN_TYPES = {
    "vault": "Vault",
    "machine": "Machine",
    "scm": "Source Control",
    "galaxy": "Ansible Galaxy/Automation Hub API Token",
}
#: what AWX writes into a configuration that does not say it, so that the next run would find another one
FILLED = {"webhook": {"http_method": "POST", "disable_ssl_verification": False, "username": "", "password": ""}}
#: what a playbook writes into its own folder, which ends with the job where nothing else is said
FOLDERS = {"drift": "drift_folder", "rehearse": "rehearse_folder", "gitops": "osm_gitops_report_dir"}
EVENTS = ("started", "success", "error", "approvals")
#: what follows a node of the workflow
EDGES = ("success_nodes", "failure_nodes", "always_nodes")
#: fields of nodes that only the tables know
_TABLE_ONLY = ("playbook", *EDGES)


class Fault(ValueError):
    """A setting that cannot be: it is named, with what to do."""


def _only(given: dict[str, Any]) -> dict[str, Any]:
    """What is said: neither nothing nor an empty text."""
    return {key: value for key, value in given.items() if value not in (None, "")}


def _chosen(templates: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    if unknown := sorted(set(wanted) - set(templates)):
        raise Fault(
            f"awx_project_playbooks: there is no job template for {', '.join(unknown)}; "
            f"there are {', '.join(templates)}."
        )
    return {name: row for name, row in templates.items() if not wanted or name in wanted}


def _survey(name: str, row: dict[str, Any], answers: dict[str, Any]) -> list[dict[str, Any]]:
    """The questions of a playbook, with the settings' answers as defaults."""
    options = {question["variable"].removeprefix("ask_"): question for question in row["survey"]}
    if unknown := sorted(set(answers) - set(options)):
        raise Fault(
            f"awx_project_answers: {name} does not ask for {', '.join(unknown)}; "
            f"it asks for {', '.join(options) or 'nothing'}."
        )
    return [
        {**question, "default": answers.get(option, question.get("default", ""))}
        for option, question in options.items()
    ]


def _slices(name: str, row: dict[str, Any], settings: dict[str, Any]) -> int | None:
    """The number of jobs that a launch is divided among; a site is planned from all of its hosts, so few can be."""
    number = settings["slices"].get(name)
    if number and int(number) > 1 and not row.get("sliced"):
        raise Fault(
            f"awx_project_slices: {name} cannot be sliced: a slice has only some of a site's hosts, and it plans from"
            " all of them. Leave it out there; adopt and subclouds can be sliced."
        )
    return int(number) if number else None


def _told_of_slices(name: str, row: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """What a job has to be told, since AWX does not: that it may have only some of the hosts."""
    told = row.get("sliced") if int(settings["slices"].get(name) or 0) > 1 else None
    return {told: True} if isinstance(told, str) else {}


def _job_template(name: str, row: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """The job template of a playbook."""
    prefix = settings["prefix"]
    kept = {FOLDERS[name]: f"{settings['work_dir']}/{name}"} if settings["work_dir"] and name in FOLDERS else {}
    if settings["work_dir"] and settings["work_url"]:  # by these the playbooks tell a page as a link
        kept |= {"reports_folder": settings["work_dir"], "reports_url": settings["work_url"]}
    kept |= _told_of_slices(name, row, settings)
    found = _only(
        {
            "name": f"{prefix}{name}",
            "description": row["description"],
            "organization": settings["organization"],
            "project": settings["project"],
            "playbook": row["playbook"],
            "inventory": settings["inventories"][0]["name"],
            "execution_environment": settings["environment"] if settings["image"] else None,
            "job_type": "run",
            "labels": [prefix.strip(), f"{prefix}{row['label']}"],
            "ask_inventory_on_launch": True,
            "ask_limit_on_launch": True,
            "ask_credential_on_launch": True,
            "ask_job_type_on_launch": row["check"],
            "ask_diff_mode_on_launch": True,
            "ask_verbosity_on_launch": True,
            "extra_vars": {
                **row["variables"],
                **kept,
                **settings["extra_vars"],
            },
            "job_slice_count": _slices(name, row, settings),
            "survey_enabled": bool(row["survey"]),
        }
    )
    if row["survey"]:
        questions = _survey(name, row, settings["answers"].get(name, {}))
        found["survey_spec"] = {"name": "", "description": "", "spec": questions}
    if credentials := [c["name"] for c in settings["credentials"] if c["kind"] in row["credentials"]]:
        found["credentials"] = credentials
    if row["label"] == "gitops" and settings["webhook_service"]:
        found["webhook_service"] = settings["webhook_service"]
        found |= _only({"webhook_credential": settings["webhook_credential"]})
    return found


def _credentials(types: dict[str, Any], settings: dict[str, Any]) -> list[dict[str, Any]]:
    """The credentials whose inputs are given; the others are there already, and are attached by their names."""
    names = {**OWN_TYPES, **{kind: row["name"] for kind, row in types.items()}}
    found = []
    for credential in settings["credentials"]:
        if credential["kind"] not in names:
            raise Fault(
                f"awx_project_credentials: {credential['name']} is of the kind {credential['kind']}; "
                f"there are {', '.join(names)}."
            )
        if credential.get("inputs"):
            found.append(
                {
                    "name": credential["name"],
                    "organization": settings["organization"],
                    "credential_type": names[credential["kind"]],
                    "inputs": credential["inputs"],
                    "update_secrets": bool(settings["update_secrets"]),
                }
            )
    return found


def _workflow(workflow: list[dict[str, Any]], settings: dict[str, Any]) -> Objects:
    """The workflow, its nodes, and what follows them, which is told when all are there."""
    name, prefix = settings["workflow"], settings["prefix"]
    where = {"workflow_job_template": name, "organization": settings["organization"]}
    nodes, edges = [], []
    for row in workflow:
        node = {**where, **{key: value for key, value in row.items() if key not in _TABLE_ONLY}}
        if "playbook" in row:
            node |= {
                "unified_job_template": f"{prefix}{row['playbook']}",
                "lookup_organization": settings["organization"],
            }
        else:
            node["approval_node"] = {**row["approval_node"], "name": row["approval_node"]["name"].format(prefix=prefix)}
        nodes.append(node)
        if following := {key: row[key] for key in EDGES if key in row}:
            edges.append({**where, "identifier": row["identifier"], **following})
    about = {
        "name": name,
        "description": "A new site: plan, approval, and each stage after the other; after a failure, what is there",
        "organization": settings["organization"],
        "inventory": settings["inventories"][0]["name"],
        "ask_inventory_on_launch": True,
        "ask_limit_on_launch": True,
        "labels": [prefix.strip()],
    }
    return {"workflow_job_templates": [about], "workflow_nodes": nodes, "workflow_edges": edges}


def _inventories(settings: dict[str, Any]) -> Objects:
    """The inventories; each is filled from a folder or a file of a project."""
    inventories, sources = [], []
    for row in settings["inventories"]:
        place = PurePosixPath(row["source_path"])
        folder = "{{ playbook_dir | dirname }}/" + str(place.parent if place.suffix else place)
        known = {"site_plan_folder": folder, "osm_site_folder": folder}
        if settings["work_dir"]:
            known["edge_work_dir"] = settings["work_dir"] + "/{{ edge_site_name }}"
            known["site_plan_destination"] = settings["work_dir"]
        shared = _only({"organization": settings["organization"], "description": row.get("description")})
        inventories.append({"name": row["name"], **shared, "variables": {**known, **row.get("variables", {})}})
        sources.append(
            {
                "name": row["name"],
                **shared,
                "inventory": row["name"],
                "source": "scm",
                "source_project": row.get("project", settings["project"]),
                "source_path": row["source_path"],
                "overwrite": True,
                "update_on_launch": True,
                **_only({"credential": row.get("credential")}),
                **({"execution_environment": settings["environment"]} if settings["image"] else {}),
            }
        )
    return {"inventories": inventories, "inventory_sources": sources}


def _notified(settings: dict[str, Any]) -> list[dict[str, Any]]:
    """The organization once more, with who is told of its jobs; it had to be there before they could be."""
    told: dict[str, list[str]] = {}
    for row in settings["notifications"]:
        for event in row.get("events", ["error", "approvals"]):
            if event not in EVENTS:
                raise Fault(
                    f"awx_project_notifications: {row['name']} has the event {event}; there are {', '.join(EVENTS)}."
                )
            told.setdefault(f"notification_templates_{event}", []).append(row["name"])
    return [{"name": settings["organization"], **told}] if told else []


def objects(types: dict[str, Any], templates: dict[str, Any], workflow: list[Any], settings: dict[str, Any]) -> Objects:
    """Everything that is wanted: by kind, in the order of making, the options of the modules.

    :param types: types of credentials by kind.
    :param templates: job templates by playbook.
    :param workflow: nodes of the workflow.
    :raises Fault: a setting that cannot be.
    """
    organization, prefix = settings["organization"], settings["prefix"]
    here = {"organization": organization}
    if not settings["inventories"]:
        raise Fault(
            "awx_project_inventories: there is none. "
            "Name the folder of an inventory in the project, such as inventories/simplex."
        )
    chosen = _chosen(templates, settings["playbooks"])
    missing = sorted({row["playbook"] for row in workflow if "playbook" in row} - set(chosen))
    labels = [prefix.strip(), *dict.fromkeys(f"{prefix}{row['label']}" for row in chosen.values())]
    made: Objects = {
        "organizations": [_only({"name": organization, "galaxy_credentials": settings["galaxy_credentials"] or None})],
        "notification_templates": [
            {
                "name": n["name"],
                **here,
                "notification_type": n["type"],
                "notification_configuration": {**FILLED.get(n["type"], {}), **n["configuration"]},
            }
            for n in settings["notifications"]
        ],
        "notified_organizations": _notified(settings),
        "credential_types": [dict(row) for row in types.values()],
        "credentials": _credentials(types, settings),
        "execution_environments": [
            {"name": settings["environment"], **here, "image": settings["image"], "pull": "missing"}
        ]
        if settings["image"]
        else [],
        "projects": [
            _only(
                {
                    "name": settings["project"],
                    **here,
                    "scm_type": "git",
                    "scm_url": settings["scm_url"],
                    "scm_branch": settings["scm_branch"],
                    "credential": settings["scm_credential"],
                    "scm_update_on_launch": True,
                    "scm_update_cache_timeout": 60,
                    "wait": True,
                }
            )
        ],
        **_inventories(settings),
        "labels": [{"name": name, **here} for name in labels],
        "job_templates": [_job_template(name, row, settings) for name, row in chosen.items()],
        **(_workflow(workflow, settings) if not missing else {}),
        "schedules": [
            _only(
                {
                    "name": row["name"],
                    "unified_job_template": f"{prefix}{row['playbook']}",
                    **here,
                    "rrule": row["rrule"],
                    "enabled": row.get("enabled", True),
                    "extra_data": row.get("answers"),
                    "limit": row.get("limit"),
                }
            )
            for row in settings["schedules"]
            if row["playbook"] in chosen
        ],
        "teams": [{"name": team, **here} for team in settings["teams"]],
        "roles": [
            {"teams": [team], "role": role, "organizations": [organization], "lookup_organization": organization}
            for team, roles in settings["teams"].items()
            for role in roles
        ],
    }
    return {kind: made.get(kind, []) for kind, _module, _path, _name in KINDS}


def predicted(wanted: Objects, existing: dict[str, list[str]]) -> Objects:
    """The same by kind, of which check mode has to tell by itself, as something that they name would only be made.

    :param existing: names by list of the API.
    """
    identities = {kind: (path, name) for kind, _module, path, name in KINDS}

    def lacks(kind: str, item: dict[str, Any]) -> bool:
        for option, lists in RELATIONS.items():
            names = item.get(option) or []
            there = {name for path in lists for name in existing.get(path, [])}
            if not set([names] if isinstance(names, str) else names) <= there:
                return True
        path, name = identities[kind]
        organizations = item.get("organizations", [item["name"]] if kind == "notified_organizations" else [])
        if kind == "workflow_edges" and item["identifier"] not in existing.get("workflow_job_template_nodes", []):
            return True
        # a node of an approval makes its template with a second request, for which the node has to be there
        if "approval_node" in item and item[name] not in existing.get(path, []):
            return True
        return not set(organizations) <= set(existing.get("organizations", []))

    return {kind: [item for item in items if lacks(kind, item)] for kind, items in wanted.items()}


def exported(wanted: Objects) -> dict[str, Any]:
    """The same in the shape that collections of configuration as code read: one list ``controller_*`` for each kind.

    Secrets are left out: a credential has no inputs there.
    """
    nodes = [dict(node) for node in wanted["workflow_nodes"]]
    for node in nodes:
        for edge in wanted["workflow_edges"]:
            if edge["identifier"] == node["identifier"]:
                node.update({key: edge[key] for key in EDGES if key in edge})
        for key in ("workflow_job_template", "organization"):
            node.pop(key, None)
    told = {row["name"]: row for row in wanted["notified_organizations"]}
    without = [{k: v for k, v in row.items() if k not in ("inputs", "update_secrets")} for row in wanted["credentials"]]
    found = {
        "controller_organizations": [{**row, **told.get(row["name"], {})} for row in wanted["organizations"]],
        "controller_credentials": without,
        "controller_notifications": wanted["notification_templates"],
        "controller_templates": wanted["job_templates"],
        "controller_workflows": [
            {**row, "simplified_workflow_nodes": nodes} for row in wanted["workflow_job_templates"]
        ],
    }
    for kind in (
        "credential_types", "execution_environments", "projects", "inventories", "inventory_sources", "labels",
        "schedules", "teams", "roles",
    ):  # fmt: skip
        found[f"controller_{kind}"] = wanted[kind]
    return dict(sorted(found.items()))
