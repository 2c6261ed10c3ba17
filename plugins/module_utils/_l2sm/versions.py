# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions of the operator, as the tags of its image tell them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._engine.paths import get_path


def image_of(deployment: Mapping[str, Any]) -> str:
    """The image of a deployment's first container."""
    containers = get_path(deployment, "spec.template.spec.containers", None) or [{}]
    return str(containers[0].get("image") or "")


def version_of(image: str) -> tuple[int, ...] | None:
    """The version in an image's tag; None where that tells none (a digest alone, ``latest``)."""
    found = re.fullmatch(r"v?(\d+)\.(\d+)\.(\d+)", image.partition("@")[0].rpartition(":")[2])
    return tuple(map(int, found.groups())) if found else None
