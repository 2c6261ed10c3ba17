# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attributes of modules that change something."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment edge.infra.attributes."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can predict what a run would change, by the same plan that the run follows.
    support: full
  diff_mode:
    description: Shows what would change, or has changed, without secrets.
    support: full
  idempotent:
    description: A second run with the same options changes nothing and sends no write request.
    support: full
"""
