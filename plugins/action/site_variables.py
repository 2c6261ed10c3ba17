# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a site's variables of a host, each by itself and without its secrets; see the module of the same name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError, AnsibleUndefinedVariable
from ansible.plugins.action import ActionBase
from ansible_collections.edge.infra.plugins.module_utils._site.faults import without_secrets
from ansible_collections.edge.infra.plugins.module_utils._site.gather import Gatherer, Trouble
from ansible_collections.edge.infra.plugins.module_utils._site.options import mistyped
from ansible_collections.edge.infra.plugins.module_utils._site.registration import PUBLISHED_PASSWORD

ROLES = Path(__file__).resolve().parents[2] / "roles"


class ActionModule(ActionBase):
    """Evaluate every variable, tell which cannot be, and mask what is secret."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The variables and what cannot be read of them."""
        super().run(tmp, task_vars)
        spec = {
            "prefix": {"type": "str", "default": "edge_"},
            "others": {"type": "list", "elements": "str", "default": []},
        }
        _spec, args = self.validate_argument_spec(argument_spec=spec)
        known = task_vars or {}
        own = _gathered(known, self._templar, args["prefix"])
        names = set(known)
        found = {name: self._of_other(name, known, args["prefix"], names) for name in args["others"]}
        odd = mistyped(names, ROLES)
        return {"changed": False, **own, "others": found, **({"warnings": odd} if odd else {})}

    def _of_other(self, name: str, known: dict[str, Any], prefix: str, names: set[str]) -> dict[str, Any]:
        """The same of another host, whether or not the play leaves it out; its variables are added to ``names``."""
        hostvars = known["hostvars"]
        variables = {**self._as_in_a_task_of(name, hostvars), "hostvars": hostvars}
        names |= set(variables)
        return _gathered(variables, self._templar.copy_with_new_env(available_variables=variables), prefix)

    def _as_in_a_task_of(self, name: str, hostvars: Any) -> dict[str, Any]:
        """A host's raw variables as a task of this play has them: those of the play and its roles count, too."""
        manager = getattr(hostvars, "_variable_manager", None)
        play = getattr(getattr(self._task, "_parent", None), "_play", None)
        host = manager._inventory.get_host(name) if manager is not None and play is not None else None
        if manager is None or host is None:
            return dict(hostvars.raw_get(name))
        return dict(manager.get_vars(play=play, host=host, task=self._task, include_hostvars=False))


def _gathered(variables: dict[str, Any], templar: Any, prefix: str) -> dict[str, Any]:
    gatherer = Gatherer(variables, templar.template, explain)
    found = without_secrets(gatherer.gather(prefix), keep=(PUBLISHED_PASSWORD,))
    return {"variables": found, "unreadable": gatherer.unreadable}


def explain(error: Exception) -> Trouble:
    """What ansible-core raised for a value, apart from what may quote it."""
    chain = list(_chain(error))
    names = {kind.__name__ for one in chain for kind in type(one).__mro__}
    text = str(getattr(error, "message", "") or error).strip()
    if "AnsibleVaultError" in names or "UndecryptableVaultError" in names:
        none = "no vault secrets found" in text
        reason = "and no vault password was given" if none else "and no vault password that was given opens it"
        return Trouble("encrypted", f"it, or a value that it refers to, is encrypted, {reason}")
    if any(isinstance(one, AnsibleUndefinedVariable) for one in chain):
        return Trouble("undefined", text.rstrip("."))
    if "AnsibleTemplateSyntaxError" in names:
        return Trouble("syntax", "its expression is none", text.removeprefix("Syntax error in template: "))
    head, _failed, rest = text.partition(" failed: ")
    if rest:
        # a lookup speaks of what it looked for, a filter of the value it was given
        return Trouble("failed", f"{head} failed", rest if "lookup" in head else "")
    last = chain[-1]
    if isinstance(last, RecursionError):
        return Trouble("failed", "its expression refers to itself")
    cause = "" if isinstance(last, AnsibleError) else f" ({type(last).__name__})"
    detail = text.split(": ", 1)[-1] if isinstance(last, TypeError) else ""
    return Trouble("failed", f"its expression cannot be evaluated{cause}", detail)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what caused it."""
    one: BaseException | None = error
    for _depth in range(10):
        if one is None:
            return
        yield one
        one = one.__cause__
