# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which services a lab has."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from .core.control import Control
from .core.lab import Lab

#: module of this package -> class, in the order in which they are told that the lab has started
SERVICES = (
    ("keystone", "Keystone"),
    ("sysinv", "Sysinv"),
    ("fm", "FaultManagement"),
    ("bmc", "Bmc"),
    ("osm", "Nbi"),
    ("kubernetes", "KubernetesApi"),
    ("l2sm", "SdnController"),
)


def build(config: dict[str, Any], state_dir: Path) -> Lab:
    """A lab with every service, or with those that ``config.services`` names."""
    lab = Lab(config, state_dir)
    wanted = config.get("services") or [module for module, _unused in SERVICES]
    for module, class_name in SERVICES:
        if module in wanted:
            lab.add(getattr(importlib.import_module(f"edgelab.{module}"), class_name)(lab))
    lab.add(Control(lab))
    return lab
