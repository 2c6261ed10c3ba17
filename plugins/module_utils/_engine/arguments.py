# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""``Module``: how arguments come from Ansible and results go back to it: what is let in, and what is shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .errors import InputError
from .field import Field
from .finite import as_texts, not_finite, refusal
from .limits import check_numbers
from .redact import SHORT, guessed, open_texts, spellings, veiled_all, without_userinfo


class Module(AnsibleModule):
    """A module that takes the API's own spelling of options inside options, too (Ansible's names are identifiers), and
    whose invocation, which is part of every result, shows no secret of a free dictionary or a URL."""

    params: Any

    def __init__(
        self,
        spec: dict[str, Any],
        fields: Sequence[Field],
        accept: Callable[[Mapping[str, Any]], dict[str, Any]] = dict,
    ) -> None:
        self._fields, self._accept = fields, accept
        self._odd: list[tuple[str, str]] = []
        self._unread: InputError | None = None
        super().__init__(spec, supports_check_mode=True)
        if self._odd or self._unread:
            self.fail_json("")
        try:
            check_numbers(self._fields, self.params)
        except InputError as error:
            self.fail_json(str(error), error=error.as_dict())

    def _load_params(self) -> None:
        super()._load_params()
        self.params = self._accept(self._completed(self.params))
        self._refuse_other_shapes()
        self._odd = not_finite(self._fields, self.params)
        if self._odd:  # Ansible trips over some
            self.params = as_texts(self.params)
        # before anything is logged or refused
        self.no_log_values.update(spellings(guessed(self._fields, self.params)))

    def _refuse_other_shapes(self) -> None:
        """A number or a list for a dictionary of options makes Ansible itself trip (it refuses texts in words), and a
        path with NUL whoever opens it."""
        for f in self._fields:
            value = self.params.get(f.name)
            if f.type == "dict" and f.options and value is not None and not isinstance(value, (Mapping, str)):
                what = "a list" if isinstance(value, (list, tuple)) else "a number or truth value"
                self._unread = InputError(
                    f"{f.name}: a dictionary is wanted, not {what}.", f"It has: {_named(f.options)}.", option=f.name
                )
                self.params = {k: v for k, v in self.params.items() if k != f.name}
            paths = value if isinstance(value, list) else [value]
            if "path" in (f.type, f.elements) and any("\0" in path for path in paths if isinstance(path, str)):
                self._unread = InputError(
                    f"{f.name}: no path has the character NUL in it.", "Correct it.", option=f.name
                )

    def _completed(self, params: dict[str, Any]) -> dict[str, Any]:
        """The parameters with what an option implies for others."""
        for f in self._fields:
            given = params.get(f.name) or (os.environ.get(f.env) if f.env else None)
            if f.implies and given:
                try:
                    more = f.implies(str(given))
                except InputError as error:  # told once there is a module that can tell it
                    self._unread = error
                    continue
                params = {**params, **{k: v for k, v in more.items() if params.get(k) is None}}
        return params

    def _log_invocation(self) -> None:
        """What goes to the system's log is what ``invocation`` shows."""
        params, self.params = self.params, self._shown()
        try:
            super()._log_invocation()
        finally:
            self.params = params

    def exit_json(self, **result: Any) -> Any:
        """The end, if all went well."""
        super().exit_json(**self._seen(result))

    def fail_json(self, msg: str, **result: Any) -> Any:
        """The end, if it did not; Ansible itself comes here with options that it refuses."""
        if self._odd:  # whatever else is wrong with them
            error = refusal(self._odd)
            msg, result = str(error), {"error": error.as_dict()}
            self.params = as_texts(self.params)  # a text may have become such a number
            self.no_log_values.difference_update(text for _where, text in self._odd)
        elif self._unread:
            msg, result = str(self._unread), {"error": self._unread.as_dict()}
        super().fail_json(without_userinfo(msg), **self._seen(result))

    def _shown(self) -> dict[str, Any]:
        return veiled_all(self._fields, self.params or {})

    def _seen(self, result: dict[str, Any]) -> dict[str, Any]:
        # Ansible looks everywhere for each text inside a secret option: names in it would make an error unreadable
        self.no_log_values.difference_update(open_texts(self._fields, self.params or {}))
        self.no_log_values.difference_update([text for text in self.no_log_values if len(text) < SHORT])
        return {"invocation": {"module_args": self._shown()}, **result}


def _named(fields: Sequence[Field]) -> str:
    return ", ".join(f.name for f in fields)
