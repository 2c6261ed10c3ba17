# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that looks at a cluster's prerequisites and changes nothing."""

from __future__ import annotations

from .._engine.arguments import Module
from .._engine.errors import EdgeError, UnreachableError
from .._engine.field import Field
from .._engine.module import Job
from .._engine.spec import options
from .api import CONNECTION, L2SM, LOOKUP
from .dialect import KubernetesDialect
from .prerequisites import inspect, lacking

NODES = Field(
    "nodes",
    "Nodes that are to get a switch; they must exist and be ready.",
    type="list",
    elements="str",
)


def run_precheck() -> None:
    """The whole of the module: read, and end in failure when something is missing."""
    fields = (NODES, *CONNECTION)
    module = Module(options(fields), fields)
    job = Job(module, L2SM)
    dialect = KubernetesDialect(module.params, LOOKUP)
    try:
        faults, warnings = inspect(dialect, module.params.get("nodes") or [])
    except UnreachableError as error:
        if module.check_mode and module.params["check_without_api"]:
            module.exit_json(changed=False, checked=False, faults=[], msg=f"Nothing was checked: {error.message}")
        job.fail(error)
        return
    except EdgeError as error:
        job.fail(error)
        return
    finally:
        dialect.close()
    for text in warnings:
        module.warn(text)
    if faults:
        job.fail(lacking(faults), {"checked": True, "faults": faults})
    module.exit_json(changed=False, checked=True, faults=[], msg="The cluster has what L2S-M needs.")
