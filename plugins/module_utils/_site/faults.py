# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of a site's variables, and the reader that finds the ones of form.

A ``Reader`` stands on one dictionary of the inventory. Its methods return the value in the type that is wanted, or
None after having noted a fault; callers go on with what there is, so that one run reports every fault.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MASK = "********"
#: words that mark a variable as secret, without regard to case, ``-`` and ``_``: its value is never shown. They are
#: those of the modules
SECRET_WORDS = (
    "password",
    "passphrase",
    "passwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "clientkeydata",
)
#: what marks it so as its last word, and only where a text or number is below it; and in the query of a URL
LAST_WORDS = frozenset({"auth", "authorization", "bearer", "pass", "pwd"})
QUERY_WORDS = LAST_WORDS | {"sig", "signature"}
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: settings of Kubernetes whose names have such a word, and whose values are switches, times and paths
NO_SECRETS = frozenset(
    {
        "anonymous-auth",
        "enable-bootstrap-token-auth",
        "authentication-token-webhook-cache-ttl",
        "authentication-token-webhook-config-file",
        "authentication-token-webhook-version",
        "concurrent-serviceaccount-token-syncs",
        "legacy-service-account-token-clean-up-period",
        "service-account-extend-token-expiration",
        "service-account-max-token-expiration",
        "service-account-private-key-file",
        "use-service-account-credentials",
        "token-auth-file",
        "tls-private-key-file",
        "tlsPrivateKeyFile",
        "imagePullCredentialsVerificationPolicy",
    }
)
#: what must not be seen of user and password in a URL, and of its query (``_engine/redact.py`` has the same)
USERINFO = re.compile(
    r"(?<=://)(?!\[[^\]\s@]*\](?::\d*)?[/?#])"
    r"([^\s/:@?#\"']*:(?!@|x-oauth-basic@))?([^\s/?#\"']+|(?<=:)(?!\d*[/?#])(?:(?!://)[^\s\"'])+)@"
)
QUERY = re.compile(r"(?<=[?&#])([\w.%\[\]-]+)=([^\s&#\"'\\]+)")


def is_secret(name: str, text: bool = False, words: Collection[str] = LAST_WORDS) -> bool:
    """Whether a name says that its value is a secret; ``text``: a text or number, not a dictionary of options."""
    last = name.rsplit(".", 1)[-1]
    if last in NO_SECRETS:
        return False
    plain = re.sub(r"[-_ ]", "", last.lower())
    if last.lower().endswith("_pass") or any(word in plain for word in SECRET_WORDS):
        return True
    return text and (WORDS.findall(last) or [""])[-1].lower() in words


def has_userinfo(value: Any) -> bool:
    """Whether a text has a URL with a password or token in it."""
    if not isinstance(value, str):
        return False
    return USERINFO.search(value) is not None or any(is_secret(k, True, QUERY_WORDS) for k, _v in QUERY.findall(value))


def without_userinfo(text: str) -> str:
    """A text with a mask for the password, or the token, in every URL."""
    return QUERY.sub(_veiled_query, USERINFO.sub(rf"\1{MASK}@", text))


def _veiled_query(found: re.Match[str]) -> str:
    return f"{found[1]}={MASK}" if is_secret(found[1], True, QUERY_WORDS) else found[0]


def _hides(entry: Mapping[Any, Any], key: Any) -> bool:
    """Whether a value in a dictionary is a secret, by its key, or by the ``name`` beside its ``value``."""
    name = entry["name"] if key == "value" and isinstance(entry.get("name"), str) else str(key)
    value = entry[key]
    listed = isinstance(value, (list, tuple))  # such as the values of a header, and not options
    plain = bool(value) and all(isinstance(item, str) for item in value) if listed else True
    return is_secret(name, plain and not isinstance(value, (Mapping, bool)))


def masked(value: Any) -> Any:
    """A copy of anything JSON-like in which the values of secret keys are masked."""
    if isinstance(value, Mapping):
        return {str(k): MASK if v not in (None, "") and _hides(value, k) else masked(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(v) for v in value]
    return without_userinfo(value) if isinstance(value, str) else value


def without_secrets(value: Any, keep: Collection[str] = (), longest: int = 60) -> Any:
    """A copy in which secret texts are masked, to be handed on for a check on paper.

    What such a check can tell stays visible: that a secret is empty, that it is longer than ``longest``, and the texts
    in ``keep`` (published defaults, which are no secrets).
    """
    if isinstance(value, Mapping):
        return {
            k: _veiled(v, keep, longest) if _hides(value, k) else without_secrets(v, keep, longest)
            for k, v in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [without_secrets(v, keep, longest) for v in value]
    return without_userinfo(value) if isinstance(value, str) else value


def _veiled(value: Any, keep: Collection[str], longest: int) -> Any:
    if isinstance(value, Mapping):
        return {k: _veiled(v, keep, longest) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_veiled(v, keep, longest) for v in value]
    if value is None or isinstance(value, bool) or str(value) == "" or str(value) in keep:
        return value
    return MASK if len(str(value)) <= longest else "*" * (longest + 1)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the variable that caused it, its value (masked if secret), why, and the remedy.

    ``host`` or ``site`` says whose variable it is, where that is a question.
    """

    variable: str
    value: Any
    message: str
    remedy: str
    host: str = ""
    site: str = ""

    @property
    def line(self) -> str:
        """The fault for people, in one line."""
        where = f" (host {self.host})" if self.host else f" (site {self.site})" if self.site else ""
        if self.value is None:
            given = ""
        else:
            text = repr(self.value) if isinstance(self.value, str) else str(self.value)
            given = f" = {text if len(text) <= 80 else text[:77] + '...'}"
        return " ".join(f"{self.variable}{given}{where}: {self.message} {self.remedy}".split())

    def document(self) -> dict[str, Any]:
        """The fault for machines."""
        return {
            "variable": self.variable,
            "value": self.value,
            "message": self.message,
            "remedy": self.remedy,
            "host": self.host,
            "site": self.site,
        }


@dataclass
class Faults:
    """Collects faults, and warnings (which do not stop anything)."""

    found: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def add(self, variable: str, value: Any, message: str, remedy: str, host: str = "") -> None:
        """Note a fault once; a secret value is masked here, so no caller can forget it."""
        self._note(self.found, variable, value, message, remedy, host)

    def warn(self, variable: str, value: Any, message: str, remedy: str, host: str = "") -> None:
        """Note something that deserves a look."""
        self._note(self.warnings, variable, value, message, remedy, host)

    @staticmethod
    def _note(into: list[Fault], variable: str, value: Any, message: str, remedy: str, host: str) -> None:
        secret = is_secret(variable, not isinstance(value, (Mapping, list, tuple)))
        shown = MASK if secret and value not in (None, "") else masked(value)
        fault = Fault(variable, shown, without_userinfo(message), remedy, host)
        if fault not in into:
            into.append(fault)


def kind_of(value: Any) -> str:
    """The type of a value in the words of YAML."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, Mapping):
        return "a dictionary"
    return "a list" if isinstance(value, Sequence) else type(value).__name__


class Reader:
    """Typed access to one dictionary of variables, that notes faults of form."""

    def __init__(self, faults: Faults, data: Mapping[str, Any], path: str = "", host: str = "") -> None:
        self.faults, self.data, self.path, self.host = faults, data, path, host

    def name(self, key: str) -> str:
        """The full name of a variable, such as ``edge_interfaces[1].vf_count``."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def given(self, key: str) -> bool:
        """Whether there is a value; empty texts and nulls are none."""
        return self.data.get(key) not in (None, "")

    def fault(self, key: str, message: str, remedy: str, value: Any = ...) -> None:
        """Note a fault of one of the keys; the value is what was given, unless another is named."""
        self.faults.add(self.name(key), self.data.get(key) if value is ... else value, message, remedy, self.host)

    def warn(self, key: str, message: str, remedy: str, value: Any = ...) -> None:
        """Note a warning about one of the keys."""
        self.faults.warn(self.name(key), self.data.get(key) if value is ... else value, message, remedy, self.host)

    def _wrong_type(self, key: str, wanted: str) -> None:
        self.fault(key, f"{kind_of(self.data[key])} stands where {wanted} is wanted.", f"Write {wanted}.")

    def _absent(self, key: str, required: str) -> None:
        if required:
            self.fault(key, "is missing.", required, value=None)

    def text(
        self,
        key: str,
        *,
        default: str | None = None,
        required: str = "",
        choices: Collection[str] = (),
    ) -> str | None:
        """A text; a number is taken as its text. ``required`` is the remedy if it is missing."""
        if not self.given(key):
            self._absent(key, required)
            return default
        value = self.data[key]
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            self._wrong_type(key, "a text")
            return None
        if choices and str(value) not in choices:
            near = difflib.get_close_matches(str(value), choices, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            self.fault(key, "is not one of the choices.", f"{hint}Choose one of {', '.join(choices)}.")
            return None
        return str(value)

    def whole(
        self,
        key: str,
        *,
        default: int | None = None,
        required: str = "",
        least: int | None = None,
        most: int | None = None,
    ) -> int | None:
        """A whole number within bounds; a text of digits is one."""
        if not self.given(key):
            self._absent(key, required)
            return default
        value = self.data[key]
        if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
            value = int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong_type(key, "a whole number")
            return None
        if (least is not None and value < least) or (most is not None and value > most):
            bounds = f"from {least} to {most}" if most is not None and least is not None else f"of at least {least}"
            self.fault(key, "is out of bounds.", f"Give a number {bounds}.")
            return None
        return value

    def number(self, key: str, *, required: str = "") -> float | None:
        """A number that is not negative."""
        if not self.given(key):
            self._absent(key, required)
            return None
        value = self.data[key]
        try:
            result = float("nan") if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            result = float("nan")
        if not 0 <= result < float("inf"):
            self._wrong_type(key, "a number of 0 or more")
            return None
        return result

    def truth(self, key: str, default: bool = False) -> bool:
        """A truth value; the texts of YAML 1.1 are taken too."""
        if not self.given(key):
            return default
        value = self.data[key]
        if isinstance(value, bool):
            return value
        text = str(value).lower()
        if text in ("true", "yes", "on"):
            return True
        if text in ("false", "no", "off"):
            return False
        self._wrong_type(key, "true or false")
        return default

    def mapping(self, key: str, *, required: str = "", known: Collection[str] = ()) -> Reader | None:
        """A dictionary, as a reader of it; keys outside ``known`` are faults."""
        if self.data.get(key) is None:
            self._absent(key, required)
            return None
        value = self.data[key]
        if not isinstance(value, Mapping):
            self._wrong_type(key, "a dictionary")
            return None
        inner = Reader(self.faults, {str(k): v for k, v in value.items()}, self.name(key), self.host)
        inner.only(known)
        return inner

    def mappings(self, key: str, known: Collection[str] = ()) -> list[Reader]:
        """A list of dictionaries, as readers; what is no dictionary is a fault."""
        readers = []
        for number, value in self._items(key, "a list of dictionaries"):
            path = f"{self.name(key)}[{number}]"
            if not isinstance(value, Mapping):
                message = f"{kind_of(value)} stands where a dictionary is wanted."
                self.faults.add(path, value, message, "Write a dictionary.", self.host)
                continue
            inner = Reader(self.faults, {str(k): v for k, v in value.items()}, path, self.host)
            inner.only(known)
            readers.append(inner)
        return readers

    def texts(self, key: str, default: Sequence[str] = ()) -> list[str]:
        """A list of texts."""
        if self.data.get(key) is None:
            return list(default)
        found = []
        for number, value in self._items(key, "a list of texts"):
            if isinstance(value, bool) or not isinstance(value, (str, int, float)) or value == "":
                path = f"{self.name(key)}[{number}]"
                message = f"{kind_of(value)} stands where a text is wanted." if value != "" else "is empty."
                self.faults.add(path, value, message, "Write a text.", self.host)
                continue
            found.append(str(value))
        return found

    def _items(self, key: str, wanted: str) -> Iterator[tuple[int, Any]]:
        value = self.data.get(key)
        if value is None:
            return
        if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
            self._wrong_type(key, wanted)
            return
        yield from enumerate(value)

    def only(self, known: Collection[str]) -> None:
        """Keys that are not known are faults: a typing mistake must not be silent."""
        for key in self.data if known else ():
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"Did you mean {near[0]}? " if near else ""
                self.fault(key, "is no key that is known here.", f"{hint}The keys are {', '.join(known)}.")

    def unique(self, key: str, seen: dict[str, str], what: str) -> None:
        """A name that another item of the list already has is a fault; ``seen`` maps names to variables."""
        value = str(self.data.get(key) or "")
        if value and value in seen:
            self.fault(key, f"{what} is already used by {seen[value]}.", "Give each its own.")
        elif value:
            seen[value] = self.name("") or key
