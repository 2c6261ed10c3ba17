# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the tests import the collection from any checkout: ``pytest tests/unit`` needs no environment variables."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "tools"))

import worktree

_folder = str(worktree.link())
sys.path.insert(0, _folder)
_folders = os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(os.pathsep)
os.environ["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join([_folder, *[f for f in _folders if f and f != _folder]])
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [_folder, os.environ.get("PYTHONPATH")]))
