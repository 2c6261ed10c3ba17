# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a module's options to its answer: what is the same of every module here."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._engine.errors import EdgeError
from .connect import OPTIONS, Cloud

Work = Callable[[Cloud, dict[str, Any], bool], dict[str, Any]]


def run(options: dict[str, dict[str, Any]], work: Work, **rules: Any) -> None:
    """Sign in, do the work, answer.

    :param options: those of the module beside the connection's.
    :param work: gets the cloud, the options, and whether this is check mode; gives the result.
    :param rules: what options demand of one another, as AnsibleModule takes it.
    """
    module = AnsibleModule({**OPTIONS, **options}, supports_check_mode=True, **rules)
    if importlib.util.find_spec("keystoneauth1") is None:
        module.fail_json(msg=missing_required_lib("keystoneauth1"))
    try:
        cloud = Cloud(module.params)
        answer = work(cloud, module.params, module.check_mode)
    except EdgeError as error:
        module.fail_json(msg=str(error), error=error.as_dict())
        return
    module.exit_json(**{"changed": False, "requests": cloud.requests, **answer})
