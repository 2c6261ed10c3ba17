# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX has of ours that is not wanted any more, as options of the modules of ``awx.awx`` that remove it; pure.

Ours is what nobody else would have made: a job template that is called as the prefix and its playbook, a schedule of
such a template whose name begins with the prefix, a node of the workflow. A copy that somebody has made has another
name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from .objects import Objects

Records = Mapping[str, Sequence[Mapping[str, Any]]]


def superfluous(wanted: Objects, existing: Records, settings: Mapping[str, Any]) -> Objects:
    """By kind, in the order of removing.

    :param existing: records of the API by list: ``schedules`` of all organizations, ``workflow_job_template_nodes`` of
        the workflow, ``job_templates`` of the organization.
    """
    prefix, organization = settings["prefix"], settings["organization"]
    names = {kind: {item["name"] for item in wanted[kind]} for kind in ("schedules", "job_templates")}
    ours = [t for t in existing["job_templates"] if t["name"] == f"{prefix}{PurePosixPath(t['playbook']).stem}"]
    known = {template["id"] for template in ours}
    nodes = {item["identifier"] for item in wanted["workflow_nodes"]}
    workflow = {"workflow_job_template": settings["workflow"], "organization": organization}
    return {
        "schedules": [
            {"name": one["name"], "state": "absent"}
            for one in existing["schedules"]
            if one["unified_job_template"] in known
            and one["name"].startswith(prefix)
            and one["name"] not in names["schedules"]
        ],
        "workflow_nodes": [
            {**workflow, "identifier": one["identifier"], "state": "absent"}
            for one in existing["workflow_job_template_nodes"]
            if one["identifier"] not in nodes
        ],
        "job_templates": [
            {"name": one["name"], "organization": organization, "state": "absent"}
            for one in ours
            if one["name"] not in names["job_templates"]
        ],
    }
