# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment of an ansible-playbook that a playbook starts."""

from __future__ import annotations

import os
from collections.abc import Mapping


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """That of this process and more, without what ansible-runner has put there for this process alone.

    Its folder of callbacks is imported as a whole, and would note in the events of AWX's job what the other
    ansible-playbook shows, of which the job's output has nothing.
    """
    found = {**os.environ, **more}
    if "awx_display" in os.environ.get("ANSIBLE_STDOUT_CALLBACK", ""):
        found.pop("ANSIBLE_CALLBACK_PLUGINS", None)
    return found
