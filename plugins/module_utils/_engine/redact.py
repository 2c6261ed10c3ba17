# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps secrets out of what is returned and logged.

What an option is declared to be is known; in a free dictionary a secret is told by the name of its key, and anywhere a
password or token by its place in a URL. Neither changes what is compared or sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from .compare import MASK, masked
from .field import Field

#: what makes the name of a key in a free dictionary that of a secret, without regard to case, ``-`` and ``_``
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
#: what makes it so as its last word, and only where a text or number is below it
LAST_WORDS = frozenset({"auth", "authorization", "bearer", "pass", "pwd"})
#: and in the query of a URL
QUERY_WORDS = LAST_WORDS | {"sig", "signature"}
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: what must not be seen of user and password in a URL. A user with a password is told, in front of it; one without may
#: be a token, and so may one whose password is empty or says so. A password may have a slash in it, unless it looks
#: like a port
USERINFO = re.compile(
    r"(?<=://)(?!\[[^\]\s@]*\](?::\d*)?[/?#])"
    r"([^\s/:@?#\"']*:(?!@|x-oauth-basic@))?([^\s/?#\"']+|(?<=:)(?!\d*[/?#])(?:(?!://)[^\s\"'])+)@"
)
#: a key with a value in a text that is a file of its own, such as one among Helm values
ENTRY = re.compile(r"""(?<![\w.-])([\w.-]+)["']?\s*[:=]\s*["']?(?=[^\s"'{}\[\],*])""")
#: a key of a URL's query or fragment with its value
QUERY = re.compile(r"(?<=[?&#])([\w.%\[\]-]+)=([^\s&#\"'\\]+)")
#: characters of the shortest guessed secret that is looked for everywhere: a shorter one stands in other words, too
LEAST = 6
#: and of the shortest declared one: masking every "1" of a result would hide nothing, and destroy the result. A shorter
#: one is hidden where it is given only
SHORT = 4


def is_secret(name: str, text: bool = False, words: Container[str] = LAST_WORDS) -> bool:
    """Whether the name of a key in a free dictionary says that its value is a secret.

    :param text: whether the value is a text or a number: ``auth`` is a secret then, and no dictionary of options.
    """
    plain = re.sub(r"[-_ ]", "", name.lower())
    if name.lower().endswith("_pass") or any(word in plain for word in SECRET_WORDS):
        return True
    return text and (WORDS.findall(name) or [""])[-1].lower() in words


def without_userinfo(text: str) -> str:
    """A text with a mask for the password, or the token, in every URL."""
    if "://" in text and "@" in text:
        text = USERINFO.sub(rf"\1{MASK}@", text)
    return QUERY.sub(_veiled_query, text) if "=" in text else text


def _veiled_query(found: re.Match[str]) -> str:
    return f"{found[1]}={MASK}" if is_secret(found[1], True, QUERY_WORDS) else found[0]


def veil(value: Any, key: str = "", inside: bool = False) -> Any:
    """A copy of anything JSON-like, masked where the name of a key or a URL says that there is a secret.

    Truth values, numbers zero and what is empty are none.

    :param inside: it is in a free dictionary or list, where a text may be a whole file.
    """
    if value and not isinstance(value, bool) and is_secret(key, is_leaf(value)):
        return MASK
    if isinstance(value, Mapping):
        return {k: veil(v, named_value(value, str(k)), True) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [veil(v, "", True) for v in value]
    if not isinstance(value, str):
        return value
    open_text = without_userinfo(value)
    return MASK if inside and has_secrets(open_text) else open_text


def has_secrets(text: str) -> bool:
    """Whether a text looks like a file with a secret in it: a private key, or an entry that is called one."""
    return "PRIVATE KEY-----" in text or any(is_secret(key, True) for key in ENTRY.findall(text))


def is_leaf(value: Any) -> bool:
    """Whether it is a text or a number."""
    return not isinstance(value, (Mapping, list, tuple))


def named_value(entry: Mapping[str, Any], key: str) -> str:
    """What a value is called: by its key, or, as in ``env`` of a container, by the ``name`` beside its ``value``."""
    return entry["name"] if key == "value" and isinstance(entry.get("name"), str) else key


def veiled(f: Field, value: Any, strange: bool = True) -> Any:
    """An option's value as it may be shown.

    :param strange: whether keys that no option has are shown, as a secret's name and URL permit: an API has such keys;
        what a user wrote may be a secret with a misspelt name.
    """
    if f.secret:
        return MASK
    if not f.options:
        return veil(masked(value, f.secret_keys))
    if isinstance(value, (list, tuple)):
        return [veiled(f, v, strange) for v in value]
    if not isinstance(value, Mapping):
        return veil(value) if strange else _strange(value)
    return _veiled_each(f.options, value, strange)


def _veiled_each(fields: Iterable[Field], values: Mapping[str, Any], strange: bool) -> dict[str, Any]:
    known = {name: f for f in fields for name in (*f.aliases, f.name)}
    return {
        k: (veil(v, str(k)) if strange else _strange(v))
        if k not in known
        else v
        if v is None
        else veiled(known[k], v, strange)
        for k, v in values.items()
    }


def told(f: Field, value: Any) -> Any:
    """An option's value as the diff of a creation tells it: of secrets the names, and nothing that was not given."""
    if f.secret:
        return dict.fromkeys(value, MASK) if isinstance(value, Mapping) else MASK
    if isinstance(value, (list, tuple)) and f.options:
        return [told(f, v) for v in value]
    if not f.options or not isinstance(value, Mapping):
        return veiled(f, value, False)
    known = {name: o for o in f.options for name in (*o.aliases, o.name)}
    return {k: told(known[k], v) if k in known else _strange(v) for k, v in value.items() if v is not None}


def _strange(value: Any) -> Any:
    return value if value in (None, "", [], {}) or isinstance(value, bool) else MASK


def veiled_all(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Options as ``invocation`` shows them; what is declared a secret is left to Ansible's own mask."""
    fields = tuple(fields)
    left = {name for f in fields for name in (*f.aliases, f.name) if _left(f, values.get(name))}
    return {k: values[k] if k in left else v for k, v in _veiled_each(fields, values, False).items()}


def _left(f: Field, value: Any) -> bool:
    """Whether Ansible's own mask hides all of an option."""
    return f.secret and f.open is None and not any(len(text) < SHORT for text in _leaf_texts(value))


def _leaf_texts(value: Any) -> Iterator[str]:
    """Texts and numbers, as Ansible looks for them."""
    if isinstance(value, (Mapping, list, tuple)):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _leaf_texts(inner)
    elif value not in (None, "") and not isinstance(value, bool):
        yield str(value)


def guessed(fields: Iterable[Field], values: Mapping[str, Any]) -> set[str]:
    """Texts that names of keys or URLs say are secrets, to be looked for everywhere.

    Not those that are also given where they may be seen (a name that is a token's, too): masking them would hide what
    is no secret, and break what a later task reads from a result.
    """
    plain: list[str] = []
    hidden: set[str] = set()
    for f in fields:
        _tell_apart(f, values.get(f.name), plain, hidden)
    known = "\0".join(plain) if hidden else ""
    return {h for h in hidden - {MASK} if len(h) >= LEAST and h not in known}


def _tell_apart(f: Field, value: Any, plain: list[str], hidden: set[str]) -> None:
    if value is None or f.secret:
        return
    if not f.options:
        _tell_apart_free(masked(value, f.secret_keys), False, plain, hidden, inside=False)
        return
    inner = {o.name: o for o in f.options}
    for entry in value if isinstance(value, list) else [value]:
        for key, part in entry.items() if isinstance(entry, Mapping) else ():
            if key in inner:
                _tell_apart(inner[key], part, plain, hidden)
            else:
                _tell_apart_free(part, is_secret(str(key), is_leaf(part)), plain, hidden)


def _tell_apart_free(value: Any, secret: bool, plain: list[str], hidden: set[str], inside: bool = True) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            known = secret or is_secret(named_value(value, str(key)), is_leaf(inner))
            _tell_apart_free(inner, known, plain, hidden)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _tell_apart_free(inner, secret, plain, hidden)
    elif secret and value != MASK and not isinstance(value, bool):
        hidden.add(str(value))
    elif isinstance(value, str):
        for _user, word in USERINFO.findall(value):
            hidden.update((word, word.removesuffix(":").removesuffix(":x-oauth-basic")))
        for key, word in QUERY.findall(value):
            if is_secret(key, True, QUERY_WORDS):
                hidden.update((word, unquote(word)))
        if inside and has_secrets(without_userinfo(value)):
            hidden.add(value)
        else:
            plain.append(without_userinfo(value))


def secrets_in(fields: Iterable[Field], values: Mapping[str, Any]) -> set[str]:
    """Every secret text among the given values: whole secret options and the secret leaves of free dictionaries."""
    fields = tuple(fields)
    return _declared(fields, values) | guessed(fields, values)


def _declared(fields: Iterable[Field], values: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for f in fields:
        value = values.get(f.name)
        if value is None:
            continue
        if f.secret:
            found.update(_texts(value) - (f.open(value) if f.open else set()))
        for path in f.secret_keys:
            leaf: Any = value
            for step in path.split("."):
                leaf = leaf.get(step) if isinstance(leaf, Mapping) else None
            found.update(_texts(leaf))
        if f.options and isinstance(value, (Mapping, list)):
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, Mapping):
                    found |= _declared(f.options, inner)
    return {s for s in found if len(s) >= SHORT}


def open_texts(fields: Iterable[Field], values: Mapping[str, Any]) -> set[str]:
    """What is in secret options and is no secret; not what is one elsewhere in the values."""
    fields = tuple(fields)
    found = _open(fields, values)
    return found - secrets_in(fields, values) if found else found


def _open(fields: Iterable[Field], values: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for f in fields:
        value = values.get(f.name)
        if f.open:
            found |= f.open(value)
        for inner in value if isinstance(value, list) else [value]:
            if f.options and isinstance(inner, Mapping):
                found |= _open(f.options, inner)
    return found


def _texts(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, Mapping):
        return {t for v in value.values() for t in _texts(v)}
    if isinstance(value, list):
        return {t for v in value for t in _texts(v)}
    return set()


def spellings(secrets: Iterable[str]) -> set[str]:
    """The same secrets as they are and as they look inside JSON, a Python literal or a URL."""
    return {t for s in secrets for t in (s, json.dumps(s)[1:-1], repr(s)[1:-1], quote(s, safe=""))}


def scrub(value: Any, secrets: Iterable[str]) -> Any:
    """A copy of anything JSON-like with every secret text replaced, and the password or token in every URL.

    Few of many secrets appear anywhere: those that do are found in one go, so that a thousand objects with a secret
    each do not cost a thousand times a thousand looks.
    """
    whole = "\0".join(_leaves(value))
    return _scrubbed(value, [s for s in secrets if s in whole])


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, list, tuple)):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(inner)


def _scrubbed(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, MASK)
        return without_userinfo(value)
    if isinstance(value, Mapping):
        return {k: _scrubbed(v, secrets) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scrubbed(v, secrets) for v in value]
    return value
