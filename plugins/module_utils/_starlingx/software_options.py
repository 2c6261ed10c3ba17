# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a deployment of software, and what there is to read of one."""

from __future__ import annotations

from .._engine.field import Field
from .._engine.resource import Resource

PHASES = ("start", "hosts", "activate", "complete")
_HOSTS = Field(
    "hosts",
    "How far each host is: C(host), C(state).",
    type="list",
    elements="dict",
    read_only=True,
    sample=[{"host": "controller-0", "state": "deployed"}],
)
SOFTWARE_DEPLOY = Resource(
    kind="software_deploy",
    module="stx_software_deploy",
    title="deployment",
    path="deploy",
    verbs=frozenset(),
    fields=(
        Field("state", "Its state.", read_only=True, sample="activate-done"),
        Field("from_release", "Version that it comes from.", read_only=True, sample="26.03.0"),
        Field("to_release", "Version that it leads to.", read_only=True, sample="26.03.1"),
        Field("reboot_required", "Whether hosts reboot.", type="bool", read_only=True, sample=False),
        _HOSTS,
    ),
)
FIELDS = (
    Field("release", "Id of the release.", sample="starlingx-26.03.1"),
    Field(
        "state",
        (
            "With V(deployed) the release is deployed: started, put on each host, activated, completed, and the"
            " deployment ended.",
            "With V(rolled_back) the deployment that there is, is taken back.",
            "With V(prechecked) the system is only judged, each time; what stands against the release is a failure.",
        ),
        choices=("deployed", "rolled_back", "prechecked"),
        default="deployed",
    ),
    Field(
        "phase",
        (
            "Go no further than this; the whole way otherwise.",
            "Until the deployment is ended, as it is without this option, it can be taken back.",
        ),
        choices=PHASES,
    ),
    Field(
        "lock",
        (
            "What to do when a release needs a locked host and the host is unlocked.",
            "With V(never) that is refused; with V(allowed) hosts are locked, and unlocked again. The active"
            " controller of a duplex is never locked.",
        ),
        choices=("never", "allowed"),
        default="never",
    ),
    Field(
        "force",
        "Start in spite of alarms that do not stand against management actions.",
        type="bool",
        default=False,
    ),
    Field("options", "Further options of the start, as USM knows them.", type="dict", sample={"snapshot": "true"}),
)
RETURNED = (
    Field("state", "State of the deployment; none when it is ended.", sample="activate-done"),
    Field("from_release", "Version that it comes from.", sample="26.03.0"),
    Field("to_release", "Version that it leads to.", sample="26.03.1"),
    _HOSTS,
    Field("releases", "State of each release.", type="dict", sample={"starlingx-26.03.0": "deployed"}),
)
