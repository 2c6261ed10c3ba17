# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who uses the playbooks writes variables of an inventory, not options of modules: errors name both."""

from __future__ import annotations

import re
from collections.abc import Mapping


def with_variables(text: str, variables: Mapping[str, str]) -> str:
    """A message, and which variables the options are that it speaks of.

    :param variables: option of a connection -> the variable that the roles take it from.
    """
    spoken_of = {o: v for o, v in variables.items() if re.search(rf"(?<![\w.]){re.escape(o)}(?!\w)", text)}
    if not spoken_of:
        return text
    named = ", ".join(f"{option} is {variable}" for option, variable in spoken_of.items())
    return f"{text} (In a site's inventory: {named}.)"
