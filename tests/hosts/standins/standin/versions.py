# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions of Kubernetes as its programs compare them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORM = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?$")


@dataclass(frozen=True, order=True)
class Version:
    """A release; pre-releases are told apart and not ordered."""

    major: int
    minor: int
    patch: int
    pre: str = ""

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}" + (f"-{self.pre}" if self.pre else "")

    @property
    def tag(self) -> str:
        """``v1.34.2``."""
        return f"v{self}"


def parse(text: str) -> Version:
    """A version from ``1.34.2`` or ``v1.34.2``; raises ``ValueError`` in kubeadm's words."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise ValueError(f'could not parse "{text}" as version')
    return Version(int(found[1]), int(found[2]), int(found[3]), found[4] or "")
