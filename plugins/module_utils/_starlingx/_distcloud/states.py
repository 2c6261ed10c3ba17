# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states of a subcloud: what each means for whoever deploys it. Pure data.

Source: dcmanager's ``consts.py`` and its controllers (2026).
"""

from __future__ import annotations

COMPLETE, ONLINE, OFFLINE, MANAGED, UNMANAGED = "complete", "online", "offline", "managed", "unmanaged"

#: something is under way
BUSY = frozenset(
    {
        *("not-deployed", "creating", "pre-install", "installing", "pre-bootstrap", "bootstrapping", "pre-config"),
        *("configuring", "aborting-install", "aborting-bootstrap", "aborting-config", "pre-restore", "restoring"),
        *("onsite-restoring", "pre-rehome", "rehoming", "pre-deploy", "deploying", "pre-init-enroll"),
        *("initiating-enroll", "pre-enroll", "enrolling", "reconfiguring-network", "sw-deploy-in-progress"),
    }
)
#: the deployment has stopped between two phases, or is between them just now
BETWEEN = frozenset(
    {
        *("create-complete", "install-complete", "bootstrap-complete", "init-enroll-complete"),
        *("pre-enroll-complete", "enroll-complete", "factory-restore-complete"),
    }
)
#: deployed, or kept for another System Controller's subcloud
DEPLOYED = frozenset({COMPLETE, "rehome-pending", "secondary"})
#: a failed or aborted phase by state: its name
FAILED = {
    "create-failed": "create",
    "pre-install-failed": "install",
    "install-failed": "install",
    "install-aborted": "install",
    "pre-bootstrap-failed": "bootstrap",
    "bootstrap-failed": "bootstrap",
    "bootstrap-aborted": "bootstrap",
    "pre-config-failed": "config",
    "config-failed": "config",
    "config-aborted": "config",
    "deploy-prep-failed": "config",
    "deploy-failed": "config",
    "pre-init-enroll-failed": "enroll",
    "init-enroll-failed": "enroll",
    "pre-enroll-failed": "enroll",
    "enroll-failed": "enroll",
    "restore-prep-failed": "restore",
    "restore-failed": "restore",
    "rehome-failed": "rehome",
    "rehome-prep-failed": "rehome",
    "secondary-failed": "create",
    "network-reconfiguration-failed": "network reconfiguration",
    "sw-deploy-apply-strategy-failed": "software deployment",
}
#: states from which ``deploy resume`` goes on, with the phases that are left
RESUMABLE: dict[str, tuple[str, ...]] = {
    "create-complete": ("install", "bootstrap", "config"),
    "pre-install-failed": ("install", "bootstrap", "config"),
    "install-failed": ("install", "bootstrap", "config"),
    "install-aborted": ("install", "bootstrap", "config"),
    "install-complete": ("bootstrap", "config"),
    "pre-bootstrap-failed": ("bootstrap", "config"),
    "bootstrap-failed": ("bootstrap", "config"),
    "bootstrap-aborted": ("bootstrap", "config"),
    "bootstrap-complete": ("config",),
    "pre-config-failed": ("config",),
    "config-failed": ("config",),
    "config-aborted": ("config",),
}
#: states from which ``deploy enroll`` goes on
ENROLLABLE = frozenset(
    {
        *("create-complete", "enroll-failed", "pre-enroll-failed", "pre-init-enroll-failed", "init-enroll-failed"),
        "factory-restore-complete",
    }
)
#: what ``dcmanager subcloud`` says next to a phase that has failed
COMMANDS = {
    "create": "dcmanager subcloud delete {name}, and add it again",
    "install": "dcmanager subcloud deploy resume {name} --sysadmin-password PASSWORD",
    "bootstrap": "dcmanager subcloud deploy resume {name} --sysadmin-password PASSWORD",
    "config": "dcmanager subcloud deploy config {name} --sysadmin-password PASSWORD",
    "enroll": "dcmanager subcloud deploy enroll {name} --sysadmin-password PASSWORD",
    "restore": "dcmanager subcloud-backup restore --subcloud {name} --sysadmin-password PASSWORD",
    "rehome": "dcmanager subcloud-peer-group migrate PEER-GROUP --sysadmin-password PASSWORD",
    "network reconfiguration": "dcmanager subcloud update {name} with the same network values",
    "software deployment": "dcmanager sw-deploy-strategy show",
}


def next_command(name: str, state: str) -> str:
    """What a person would type about a failed state; '' where nothing has failed."""
    phase = FAILED.get(state, "")
    return COMMANDS[phase].format(name=name) if phase else ""
