# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""After an overlay was made anew: what its users have is marked as used, before the next pod is given the same."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from .._engine.errors import ApiError
from .diagnosis import Step
from .dialect import NETWORK_ATTACHMENTS, KubernetesDialect
from .looking import look
from .marking import unmarked
from .mending import Mender

#: seconds in which the operator makes the attachments of an overlay; it makes them first
MADE = 60.0
#: between two looks
PAUSE = 0.5
#: looks at what is not marked; the webhook may write between a look and a mark
ROUNDS = 3


def reclaim(dialect: KubernetesDialect, values: Mapping[str, Any]) -> None:
    """Wait until the attachments are there, and mark those that pods, edge devices and inspections have.

    Where the run waits for nothing, or the operator does nothing, a later repair does it.
    """
    if not dialect.waits:
        return
    selector = f"app=l2sm,overlay={values['name']}"
    path = NETWORK_ATTACHMENTS.replace("/network-", f"/namespaces/{values['namespace']}/network-")
    deadline, wanted = time.monotonic() + MADE, int(values.get("interface_count") or 10)
    while sum(1 for a in dialect.listed(path, labelSelector=selector) if _stays(a)) < wanted:
        if time.monotonic() > deadline:
            return
        time.sleep(PAUSE)
    for _round in range(ROUNDS):
        mender = Mender(dialect)
        done = [_marked(mender, step) for finding in unmarked(look(dialect, {})) for step in finding.steps]
        if all(done):
            return


def _marked(mender: Mender, step: Step) -> bool:
    """Whether it is done; False where somebody has written since the look."""
    try:
        mender.do(step)
    except ApiError as error:
        if error.status != 409:
            raise
        return False
    return True


def _stays(attachment: Mapping[str, Any]) -> bool:
    return "deletionTimestamp" not in attachment["metadata"]
