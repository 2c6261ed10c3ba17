# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a strategy of the VIM."""

from __future__ import annotations

from .._engine.field import Field

TYPES = ("sw-upgrade", "kube-upgrade", "kube-rootca-update", "fw-update", "system-config-update")
#: what recent clients call a type
ALIASES = {"sw-deploy": "sw-upgrade"}
APPLY = ("serial", "parallel", "ignore")
FIELDS = (
    Field(
        "type",
        (
            "What the strategy changes.",
            "V(sw-deploy) and V(sw-upgrade) are the same: a release of the platform's software.",
        ),
        choices=(*TYPES, *ALIASES),
        required=True,
        sample="kube-upgrade",
    ),
    Field(
        "state",
        (
            "What the strategy should be.",
            "With V(applied) it is made, built and applied; with V(built) it is not applied yet.",
            "With V(aborted) one that is being applied is stopped and taken back; with V(absent) it is removed.",
        ),
        choices=("applied", "built", "aborted", "absent"),
        default="applied",
    ),
    Field("stage", "Apply the stages up to the one with this number (the first is 0), and no more.", type="int"),
    Field(
        "when",
        (
            "With V(needed) no strategy is made where the system is as it would make it: Kubernetes runs"
            " O(to_version), the releases are deployed, the root CA is not O(replaces) any more, no host's"
            " configuration or firmware is out of date.",
            "With V(always) one is made all the same.",
        ),
        choices=("needed", "always"),
        default="needed",
    ),
    Field("remove", "Remove the strategy once it is applied.", type="bool", default=True),
    Field("force", "With O(state=absent), remove it even while it is built or applied.", type="bool", default=False),
    Field("to_version", "Version of Kubernetes, for V(kube-upgrade).", sample="v1.35.2"),
    Field(
        "releases",
        "Ids of the releases to deploy, for V(sw-upgrade).",
        type="list",
        elements="str",
        sample=["starlingx-26.03.1"],
    ),
    Field("rollback", "Take back the deployment that there is, for V(sw-upgrade).", type="bool", default=False),
    Field(
        "delete_deployment",
        "End the deployment, too, which makes it final, for V(sw-upgrade).",
        type="bool",
        default=False,
    ),
    Field("snapshot", "Take snapshots of the volumes first, for V(sw-upgrade) of a simplex.", type="bool"),
    Field(
        "replaces",
        (
            "Id of the root CA that is to be replaced, for V(kube-rootca-update).",
            "Without it each run makes a new one, unless it finds a strategy that is being applied, or was and is not"
            " removed yet, such as that of a run that was broken off.",
        ),
        sample="8adf6a9d-1234",
    ),
    Field("expiry_date", "Last day of the new root CA, for V(kube-rootca-update).", sample="2036-12-31"),
    Field("subject", "Subject of the new root CA, for V(kube-rootca-update).", sample="C=ES CN=kubernetes"),
    Field("controller_apply_type", "How controllers are dealt with.", choices=APPLY),
    Field("storage_apply_type", "How storage hosts are dealt with.", choices=APPLY, default="serial"),
    Field("worker_apply_type", "How workers are dealt with.", choices=APPLY, default="serial"),
    Field("max_parallel_worker_hosts", "How many workers at once.", type="int"),
    Field(
        "default_instance_action",
        "What becomes of virtual machines on a host that is locked.",
        choices=("migrate", "stop-start"),
        default="stop-start",
    ),
    Field(
        "alarm_restrictions",
        "Which alarms stand against it: all (V(strict)), those that stand against management actions"
        " (V(relaxed)), or none (V(permissive)).",
        choices=("strict", "relaxed", "permissive"),
        default="strict",
    ),
)
RETURNED = (
    Field("type", "Its type; none where there is no strategy.", sample="kube-upgrade"),
    Field("state", "Its state.", sample="applied"),
    Field("reason", "Why it failed.", sample="build phase: active alarms present [ 100.101 ]"),
    Field("stage", "Number of the next stage, between two stages.", type="int", sample=2),
)
