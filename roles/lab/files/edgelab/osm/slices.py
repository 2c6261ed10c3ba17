# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the NBI checks in a slice template: the form, the model, and the NSDs that its subnets refer to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from . import sol006
from .errors import Refusal, conflict, unprocessable

Document = dict[str, Any]


def unwrap(data: Document) -> Document:
    """Take a template out of its envelope (``nst: [{}]``)."""
    if not data:
        return {}
    for key in ("nst", "nst:nst"):
        if data.get(key):
            if not isinstance(data[key], list) or len(data[key]) != 1:
                raise Refusal(f"'{key}' must be a list only one element")
            return data[key][0]  # type: ignore[no-any-return]
    return data


def validate(template: Document, force: bool) -> Document:
    """The template as the model keeps it; raises 422 for what does not fit."""
    for name in ("onboardingState", "operationalState", "usageState"):
        template.pop(name, None)
    try:
        return sol006.load("nst", template, force)
    except Exception as error:
        raise unprocessable(f"Error in pyangbind validation: {error}") from None


def check_nsds(template: Document, known: Collection[str]) -> None:
    """Raise 409 when an NSD that a subnet refers to does not exist; unlike other checks it cannot be forced away."""
    for subnet in template.get("netslice-subnet") or ():
        # a subnet without the reference fails here, as in reality, with a bare KeyError
        if subnet["nsd-ref"] not in known:
            raise conflict(
                f"Descriptor error at 'netslice-subnet':'nsd-ref'='{subnet['nsd-ref']}' references a non existing nsd"
            )
