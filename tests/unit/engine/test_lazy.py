# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is imported when: a task pays for what it uses."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError
from ansible_collections.edge.infra.plugins.module_utils._engine.lazy import Lazily, installed

#: what a module of StarlingX imports only when it needs it
HEAVY = ("keystoneauth1", "cryptography", "yaml", "netaddr")
LOADED = f"""
import json, sys
import ansible_collections.edge.infra.plugins.modules.stx_host_wait
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def test_it_is_imported_when_it_is_used() -> None:
    assert Lazily("string").digits == "0123456789"
    assert Lazily("xml.sax").SAXException.__name__ == "SAXException"


def test_what_is_not_there_is_told_at_its_first_use() -> None:
    missing = Lazily("no_such_library.part")
    assert not missing and not installed("no_such_library") and Lazily("json")
    with pytest.raises(InputError, match="The Python package no_such_library cannot be imported") as told:
        missing.anything()
    assert "pip install no_such_library" in told.value.remedy


def test_a_module_of_starlingx_begins_without_the_heavy_ones() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
