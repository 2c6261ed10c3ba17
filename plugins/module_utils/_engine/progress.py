# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells a person how a long wait is going.

A module cannot print while it runs. Where the environment names a file (the callbacks ``edge.infra.stages`` and
``edge.infra.progress`` do), each new state is appended to it as a line of JSON; elsewhere nothing happens. For whom the
task runs is in the environment, too, and handed back: no module knows of what host it is.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

VARIABLE, OF = "EDGE_INFRA_PROGRESS", "EDGE_INFRA_PROGRESS_OF"


def tell(what: str, state: str, seconds: float) -> None:
    """Note that ``what`` is now in ``state`` after so many seconds of waiting; never fails."""
    target = os.environ.get(VARIABLE)
    if not target:
        return
    note = {"at": time.time(), "what": what, "state": state, "seconds": round(seconds, 1)}
    if os.environ.get(OF):
        note["of"] = os.environ[OF]
    line = json.dumps(note)
    try:
        with Path(target).open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
    except OSError:
        return
