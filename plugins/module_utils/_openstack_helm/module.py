# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules that look at a cluster have in common: its options, and the library that they need."""

from __future__ import annotations

import importlib.util
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

#: as the documentation fragment openstack_helm describes them
OPTIONS: dict[str, Any] = {
    "kubeconfig": {"type": "str", "required": True},
    "context": {"type": "str"},
    "timeout": {"type": "int", "default": 30},
}


def begin(options: dict[str, Any]) -> AnsibleModule:
    """The module, with its options beside the cluster's; it ends here where the library is missing."""
    module = AnsibleModule({**OPTIONS, **options}, supports_check_mode=True)
    if importlib.util.find_spec("kubernetes") is None:
        module.fail_json(msg=missing_required_lib("kubernetes"))
    return module
