# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases of Kubernetes: told apart, ordered, and what comes next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .._engine.errors import InputError

_FORM = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$")


@dataclass(frozen=True, order=True)
class Version:
    """A release; what is behind it (``-rc.0``, ``+vendor``) does not count."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def tag(self) -> str:
        """``v1.34.2``."""
        return f"v{self}"

    @property
    def release(self) -> str:
        """``1.34``."""
        return f"{self.major}.{self.minor}"


def parse(text: str) -> Version:
    """A release from ``1.34.2`` or ``v1.34.2``; raises :class:`InputError` for anything else."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise InputError(f"{text!r} is no release of Kubernetes.", "Give one such as 1.34.2.")
    return Version(int(found[1]), int(found[2]), int(found[3]))
