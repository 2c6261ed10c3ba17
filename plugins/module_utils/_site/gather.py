# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A site's variables, each read by itself: one that cannot be read hides neither its name nor the others' faults.

What cannot be read (an undefined name, a template that fails, a value that no vault password opens) is looked for down
to the innermost value, and becomes a row ``{"variable", "message", "remedy"}``; the value itself becomes None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .faults import is_secret

#: an expression that is a name and nothing else
BARE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
UNDEFINED = re.compile(r"'(\w+)' is undefined")
#: what ``undef()`` raises that says no more: a variable that is as good as not there, as job templates of AWX have them
NOT_GIVEN = "Mandatory variable has not been overridden"
_NOTHING = object()
#: how deep expressions that are only names are followed
DEEPEST = 10
#: words of an expression whose failure is told without the library's words, which may quote values
DELICATE = re.compile(r"vault|passw|passphrase|secret|token|private_key|_pass\b", re.IGNORECASE)


@dataclass(frozen=True)
class Trouble:
    """Why a value cannot be read: ``kind`` is undefined, encrypted, syntax or failed.

    ``text`` may be shown to anybody; ``detail`` are further words, which may quote a value.
    """

    kind: str
    text: str
    detail: str = ""


@dataclass
class Gatherer:
    """Reads variables.

    :param variables: all raw variables of a host.
    :param read: evaluates a raw value, at any depth; raises when it cannot.
    :param explain: what was raised, in the terms of ``Trouble``.
    """

    variables: Mapping[str, Any]
    read: Callable[[Any], Any]
    explain: Callable[[Exception], Trouble]
    unreadable: list[dict[str, str]] = field(default_factory=list)

    def gather(self, prefix: str) -> dict[str, Any]:
        """The values of the variables whose names begin so; those that are omitted, or not given, are left out."""
        found = {name: self._value(name, self.variables[name]) for name in sorted(self.variables) if _is(name, prefix)}
        return {name: value for name, value in found.items() if not (value is _NOTHING or self._omitted(value))}

    def _omitted(self, value: Any) -> bool:
        return "omit" in self.variables and value is self.variables["omit"]

    def _value(self, path: str, raw: Any, depth: int = 0) -> Any:
        try:
            return self.read(raw)
        except Exception as error:  # whatever a filter or lookup of the user's raises
            trouble = self.explain(error)
        if path in self.variables and NOT_GIVEN in trouble.text and isinstance(raw, str) and "undef()" in raw:
            return _NOTHING
        if isinstance(raw, Mapping):
            inner = {str(key): self._value(f"{path}.{key}", value, depth) for key, value in raw.items()}
            return {key: value for key, value in inner.items() if not self._omitted(value)}
        if isinstance(raw, (list, tuple)):
            items = [self._value(f"{path}[{number}]", value, depth) for number, value in enumerate(raw)]
            return [value for value in items if not self._omitted(value)]
        bare = BARE.fullmatch(raw.strip()) if isinstance(raw, str) else None
        if bare and bare[1] in self.variables and depth < DEEPEST:
            return self._value(path, self.variables[bare[1]], depth + 1)
        self.unreadable.append(_row(path, raw, trouble))
        return None


def _is(name: Any, prefix: str) -> bool:
    return isinstance(name, str) and name.startswith(prefix)


def _row(path: str, raw: Any, trouble: Trouble) -> dict[str, str]:
    delicate = is_secret(path) or (isinstance(raw, str) and DELICATE.search(raw) is not None)
    message, remedy = trouble.text, f"Correct the expression in {path}."
    if trouble.detail and not delicate:
        message = f"{message}: {trouble.detail.rstrip('.')}"
    if trouble.kind == "undefined":
        name = UNDEFINED.search(trouble.text)
        remedy = f"Correct {path}, or define what it refers to."
        if isinstance(raw, str) and "undef(" in raw:
            remedy = ""  # whoever wrote the expression has said what to do
        elif name and name[1].startswith("vault_"):
            remedy = f"Define {name[1]} in group_vars/all/vault.yml, made with ansible-vault create, or correct {path}."
        elif name:
            remedy = f"Define {name[1]} in group_vars or host_vars, or correct {path}."
    elif trouble.kind == "encrypted":
        remedy = (
            "Give the password that it was encrypted with (--vault-password-file, or --vault-id with several), or"
            " encrypt it anew with ansible-vault encrypt_string."
        )
    elif trouble.kind == "syntax" and is_secret(path):
        remedy = f"Mark {path} as !unsafe if its braces belong to the secret, or correct the expression."
    return {"variable": path, "message": f"{message}.", "remedy": remedy}
