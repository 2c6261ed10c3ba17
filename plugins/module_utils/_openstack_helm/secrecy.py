# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of values is secret, and is neither shown nor logged: charts and the programs that they configure take anything.

It is told by the name of a value, or by what a text looks like: a private key, a URL with a password, a file with an
entry that is called one. A whole text is hidden then, since what else is in it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._engine.redact import QUERY_WORDS, is_secret, without_userinfo

MASKED = "(not shown)"
#: names of the charts' own values and of options of OpenStack's programs
_SECRET = re.compile(
    r"(?i)(passw|passphrase|secret_?key|shared_?secret|_cookie$|heartbeat_key|private_?key$|keyring$|(^|_)secret(_id)?$"
    r"|clientsecret$|secret_access_key|encryption_key$|^kek$|api_?key$|access_?key$|credentials?$|authorization$"
    r"|(^|[_-])(pass|pwd|pw|auth|bearer)$|basic_?auth$|(^|_)(auth|access|api|root|bot|bearer)?_?token(_id)?$)"
)
#: names of dictionaries of secrets, where what is below is called after who uses it. Not of their names (secrets), nor
#: of options (keystone_authtoken, token), nor of a container (rabbitmq_password)
_SECRETS = re.compile(r"(?i)(passwords|passphrases|credentials?|(api|access|private|encryption)_?keys)$")
#: and who that is
_WHO = re.compile(r"(?i)user(_?name)?$")
#: such names end like secrets, and are switches, names or places
_NO_SECRET = re.compile(
    r"(?i)^(secret_(?!(key|access_key|id)$)|.*_(name|file|path)$|disable_|enforce_|password_auto|openstack_enable_|user_secret)"
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_USERINFO = re.compile(r"://([^/\s@]+)@")
#: an entry of a file, of JSON, of an environment or of headers. After a colon comes a blank: a:b is also a place in a
#: program (keystonemiddleware.auth_token:filter_factory). A value that a shell or a template puts in is none: ${NAME},
#: $(NAME), $NAME; in small letters it may be a password that begins so
_ENTRY = re.compile(
    r"""(?<![\w.-])([\w.-]+)(?:["']\s*:|\s*=|:[ \t])\s*["']?"""
    r"""(?!\$[{(]|\$[A-Z_][A-Z0-9_]*(?:[\s"',}\]]|$))(?=[^\s"'{}\[\],*])"""
)
#: what it is set to, which may have more entries in it: a command has one after the other on a line
_VALUE = re.compile(r"""[^\n"',}]+""")
#: where no name tells of a secret: switches of objects, and where images come from
_PLAIN = (("manifests",), ("images", "tags"))


def secret(path: Sequence[str]) -> bool:
    """Whether the value at the end of a way is secret, by its name."""
    name = path[-1] if path else ""
    if tuple(path[-2:]) == ("tls", "key"):  # beside crt and ca, of an endpoint
        return True
    if any(tuple(path[: len(place)]) == place for place in _PLAIN):
        return False
    if _NO_SECRET.match(name):
        return False
    above = any(_SECRETS.search(one) for one in path[:-1]) and not _WHO.search(name)
    return above or bool(_SECRET.search(name))


def _entries(text: str) -> Iterator[str]:
    """Secrets in a text that is a file, a header or an argument."""
    for found in _ENTRY.finditer(text):
        name = found[1].rpartition(".")[2]
        if (_SECRET.search(name) or is_secret(name, True, QUERY_WORDS)) and not _NO_SECRET.match(name):
            value = _VALUE.match(text, found.end())
            if value is not None:
                yield value[0].strip()
                yield value[0].split()[-1]  # after Basic or Bearer


def telling(text: str) -> bool:
    """Whether a text has a secret in it, whatever it is called."""
    if _PRIVATE_KEY.search(text) or without_userinfo(text) != text:
        return True
    return any(True for _entry in _entries(text))


def masked(values: Any, path: tuple[str, ...] = ()) -> Any:
    """The same values without what is secret."""
    if isinstance(values, Mapping):
        # an object among the values (extraObjects), or an entry of an environment
        inner = {"data", "stringData"} if values.get("kind") == "Secret" else set()
        own = values.get("name")
        hides = isinstance(own, str) and "value" in values and secret((*path, own))
        return {
            k: _hidden(v) if k in inner or (hides and k == "value") else masked(v, (*path, str(k)))
            for k, v in values.items()
        }
    if isinstance(values, list):
        return [masked(v, path) for v in values]
    if isinstance(values, bool) or values in (None, ""):
        return values
    return MASKED if secret(path) or (isinstance(values, str) and telling(values)) else values


def _hidden(values: Any) -> Any:
    """The same, and all of it secret."""
    if isinstance(values, Mapping):
        return {k: _hidden(v) for k, v in values.items()}
    return [_hidden(v) for v in values] if isinstance(values, list) else values if values in (None, "") else MASKED


def secrets(values: Any, shown: Any = None) -> Iterator[str]:
    """Every secret text in values: what :func:`masked` hides, and the parts for which it hides a text."""
    shown = masked(values) if shown is None else shown
    if isinstance(values, Mapping):
        for key, value in values.items():
            yield from secrets(value, shown[key])
    elif isinstance(values, list):
        for value, other in zip(values, shown, strict=True):
            yield from secrets(value, other)
    elif shown == MASKED != values:
        yield str(values)
        if isinstance(values, str):
            yield from _entries(values)
            for found in _USERINFO.findall(values):
                yield from found.split(":", 1)[-1:]


def without(text: str, values: Any, *more: Any) -> str:
    """A text, such as Helm's words, without the secrets of these values; the longest first: one may be in another."""
    found = {*secrets(values), *(str(value) for value in more)}
    for one in sorted((one for one in found if len(one) > 3), key=len, reverse=True):
        text = text.replace(one, MASKED)
    return text
