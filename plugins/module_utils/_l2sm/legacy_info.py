# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that looks for what earlier releases have left, and changes nothing."""

from __future__ import annotations

from typing import Any

from .._engine.arguments import Module
from .._engine.errors import ApiError, EdgeError
from .._engine.module import Job
from .._engine.spec import options
from .api import CONNECTION, L2SM, connect
from .dialect import NETWORK_ATTACHMENTS
from .legacy import legacy


def run_legacy_info() -> None:
    """The whole of the module: read, and tell."""
    module = Module(options(CONNECTION), CONNECTION)
    job = Job(module, L2SM)
    dialect: Any = None
    try:
        dialect = connect(module.params)
        found = legacy(*(_listed(dialect, path) for path in PATHS))
    except EdgeError as error:
        job.fail(error)
        return
    finally:
        if dialect is not None:
            dialect.close()
    module.exit_json(changed=False, **found)


#: what has to be read: definitions, deployments, daemonsets, pods
PATHS = (NETWORK_ATTACHMENTS, "/apis/apps/v1/deployments", "/apis/apps/v1/daemonsets", "/api/v1/pods")


def _listed(dialect: Any, path: str) -> list[dict[str, Any]]:
    try:
        return list(dialect.listed(path))
    except ApiError as error:
        if error.status != 404:
            raise
        return []
