# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Libraries that are imported where they are used first.

Ansible starts a process for each task, and most of its time goes into imports: keystoneauth1, cryptography and PyYAML
together took a third of what a task of StarlingX's took, and most tasks need none of them.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from .errors import InputError


class Lazily:
    """A library by its name, such as ``keystoneauth1.session``; true where there is one.

    Raises :class:`InputError` at the first use of one that cannot be imported.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __bool__(self) -> bool:
        return installed(self._name.partition(".")[0])

    def __getattr__(self, attribute: str) -> Any:
        try:
            module = importlib.import_module(self._name)
        except ImportError as error:
            name = self._name.partition(".")[0]
            raise InputError(
                f"The Python package {name} cannot be imported: {error}.",
                f"Install it where the task runs, for the Python that runs it: pip install {name}.",
            ) from None
        value = getattr(module, attribute)
        setattr(self, attribute, value)
        return value


def installed(name: str) -> bool:
    """Whether there is a library of that name, without the time to import it."""
    return importlib.util.find_spec(name) is not None
