# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flags as the library that Helm uses reads them, and the flags of each sub-command."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .errors import HelmError

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")

_GLOBAL = """
    namespace/n kubeconfig kube-context kube-token kube-apiserver kube-ca-file kube-tls-server-name registry-config
    repository-config repository-cache debug:bool kube-insecure-skip-tls-verify:bool help/h:bool burst-limit:int
"""
_SOURCE = """
    version repo username password cert-file key-file ca-file insecure-skip-tls-verify:bool plain-http:bool
    pass-credentials:bool
"""
_VALUES = "values/f:list set:list set-string:list set-file:list set-json:list set-literal:list"
_WAITS = "timeout:duration wait:bool wait-for-jobs:bool no-hooks:bool"
_MAKES = f"""
    {_SOURCE} {_VALUES} {_WAITS} create-namespace:bool dry-run:maybe force:bool description dependency-update:bool
    disable-openapi-validation:bool atomic:bool skip-crds:bool skip-schema-validation:bool labels/l hide-notes:bool
    take-ownership:bool devel:bool output/o:format
"""
_OF: dict[str, tuple[str, int, int, str]] = {
    "version": ("short:bool client/c:bool template", 0, 0, "version [flags]"),
    "list": (
        "output/o:format short/q:bool no-headers:bool date/d:bool reverse/r:bool all/a:bool uninstalled:bool "
        "superseded:bool uninstalling:bool deployed:bool failed:bool pending:bool all-namespaces/A:bool max/m:int "
        "offset:int filter/f selector/l time-format",
        0,
        0,
        "list [flags]",
    ),
    "status": ("revision:int output/o:format show-desc:bool", 1, 1, "status RELEASE_NAME [flags]"),
    "get values": ("revision:int all/a:bool output/o:format", 1, 1, "get values RELEASE_NAME [flags]"),
    "get manifest": ("revision:int", 1, 1, "get manifest RELEASE_NAME [flags]"),
    "get notes": ("revision:int", 1, 1, "get notes RELEASE_NAME [flags]"),
    "get hooks": ("revision:int", 1, 1, "get hooks RELEASE_NAME [flags]"),
    "history": ("max:int output/o:format", 1, 1, "history RELEASE_NAME [flags]"),
    "install": (f"{_MAKES} replace:bool", 2, 2, "install [NAME] [CHART] [flags]"),
    "upgrade": (
        f"{_MAKES} install/i:bool reset-values:bool reuse-values:bool reset-then-reuse-values:bool history-max:int "
        "cleanup-on-fail:bool",
        2,
        2,
        "upgrade [RELEASE] [CHART] [flags]",
    ),
    "rollback": (
        f"{_WAITS} dry-run:bool force:bool cleanup-on-fail:bool history-max:int",
        1,
        2,
        "rollback <RELEASE> [REVISION] [flags]",
    ),
    "uninstall": (
        "timeout:duration wait:bool no-hooks:bool dry-run:bool keep-history:bool ignore-not-found:bool description "
        "cascade",
        1,
        999,
        "uninstall RELEASE_NAME [...] [flags]",
    ),
    "test": ("timeout:duration logs:bool hide-notes:bool", 1, 1, "test [RELEASE] [flags]"),
    "template": (
        f"{_SOURCE} {_VALUES} show-only/s:list include-crds:bool no-hooks:bool output-dir skip-tests:bool "
        "dependency-update:bool kube-version skip-schema-validation:bool create-namespace:bool",
        1,
        2,
        "template [NAME] [CHART] [flags]",
    ),
    "show chart": (f"{_SOURCE} devel:bool", 1, 1, "show chart [CHART] [flags]"),
    "show values": (f"{_SOURCE} devel:bool", 1, 1, "show values [CHART] [flags]"),
    "dependency list": ("", 0, 1, "dependency list CHART [flags]"),
    "dependency update": ("skip-refresh:bool", 0, 1, "dependency update CHART [flags]"),
    "dependency build": ("skip-refresh:bool", 0, 1, "dependency build CHART [flags]"),
    "package": ("destination/d version app-version", 1, 999, "package [CHART_PATH] [...] [flags]"),
    "pull": (f"{_SOURCE} destination/d untar:bool untardir", 1, 999, "pull [chart URL | repo/chartname] [...] [flags]"),
    "repo add": (
        "username password force-update:bool insecure-skip-tls-verify:bool pass-credentials:bool ca-file cert-file "
        "key-file no-update:bool",
        2,
        2,
        "repo add [NAME] [URL] [flags]",
    ),
    "repo list": ("output/o:format", 0, 0, "repo list [flags]"),
    "repo update": ("", 0, 999, "repo update [REPO1 [REPO2 ...]] [flags]"),
    "repo remove": ("", 1, 999, "repo remove [REPO1 [REPO2 ...]] [flags]"),
    "plugin list": ("", 0, 999, "plugin list [flags]"),
}
_ALIASES = {
    "ls": "list", "hist": "history", "del": "uninstall", "delete": "uninstall", "un": "uninstall", "dep": "dependency",
    "dependencies": "dependency", "fetch": "pull", "inspect": "show", "rm": "remove", "ls-plugins": "list",
    "up": "update", "fetch-values": "values",
}  # fmt: skip
_DEFAULTS = {"timeout": 300.0, "max": 256, "output": "table", "cascade": "background", "history-max": 10}


@dataclass
class Flag:
    """One flag: what kind of value it takes, and its letter."""

    name: str
    kind: str = "text"
    short: str = ""

    def told(self) -> str:
        """The flag as an error names it."""
        return f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"


def _flags(words: str) -> dict[str, Flag]:
    found = {}
    for word in words.split():
        names, _colon, kind = word.partition(":")
        name, _slash, short = names.partition("/")
        found[name] = Flag(name, kind or "text", short)
    return found


def duration(given: str) -> float:
    """Seconds of a duration in Go's way of writing; raises ``ValueError`` with Go's words."""
    if given == "0":
        return 0.0
    if re.fullmatch(r"[+-]?[\d.]+", given):
        raise ValueError(f'time: missing unit in duration "{given}"')
    parts = re.findall(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)", given)
    if not parts or "".join(n + u for n, u in parts) != given.lstrip("+"):
        raise ValueError(f'time: invalid duration "{given}"')
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _converted(flag: Flag, given: str) -> Any:
    try:
        if flag.kind == "bool":
            if given not in _TRUE + _FALSE:
                raise ValueError(f'strconv.ParseBool: parsing "{given}": invalid syntax')
            return given in _TRUE
        if flag.kind == "int":
            if not re.fullmatch(r"[+-]?\d+", given):
                raise ValueError(f'strconv.ParseInt: parsing "{given}": invalid syntax')
            return int(given)
        if flag.kind == "duration":
            return duration(given)
        if flag.kind == "format" and given not in ("table", "json", "yaml"):
            raise ValueError("invalid format type")
    except ValueError as error:
        raise HelmError(f'invalid argument "{given}" for "{flag.told()}" flag: {error}') from None
    return given


@dataclass
class Call:
    """A call of helm as it was read."""

    command: str
    arguments: list[str]
    flags: dict[str, Any]


def parse(words: list[str]) -> Call:
    """Read the words of a call; raises HelmError with the words of Helm for what it does not know."""
    command, rest = _command(words)
    known = _flags(_GLOBAL + _OF[command][0]) if command else _flags(_GLOBAL)
    by_letter = {flag.short: flag for flag in known.values() if flag.short}
    flags: dict[str, Any] = {n: v for n, v in _DEFAULTS.items() if n in known}
    arguments, at = [], 0
    while at < len(rest):
        word = rest[at]
        at += 1
        if word == "--":
            arguments += rest[at:]
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if name not in known:
                raise HelmError(f"unknown flag: --{name}")
            flag = known[name]
        elif word.startswith("-") and word != "-":
            letter, value = word[1], word[2:]
            if letter not in by_letter:
                raise HelmError(f"unknown shorthand flag: '{letter}' in {word}")
            flag, equals = by_letter[letter], value
            if flag.kind == "bool" and value and not value.startswith("="):
                rest.insert(at, f"-{value}")
                equals = value = ""
            value = value.removeprefix("=")
        else:
            arguments.append(word)
            continue
        if not equals and flag.kind in ("bool", "maybe"):
            value = "true" if flag.kind == "bool" else "client"
        elif not equals:
            if at >= len(rest):
                told = word if word.startswith("--") else f"'{word[1]}' in {word}"
                raise HelmError(f"flag needs an argument: {told}")
            value, at = rest[at], at + 1
        converted = _converted(flag, value)
        if flag.kind == "list":
            several = value.split(",") if flag.name in ("values", "show-only") else [value]
            flags.setdefault(flag.name, []).extend(several)
        else:
            flags[flag.name] = converted
    if command:
        _count(command, arguments)
    return Call(command, arguments, flags)


def _command(words: list[str]) -> tuple[str, list[str]]:
    """The sub-command, wherever flags stand before it, and the other words."""
    takes = {f"--{f.name}" for f in _flags(_GLOBAL).values() if f.kind != "bool"} | {"-n"}
    found, rest, at = list[str](), list[str](), 0
    while at < len(words):
        word = words[at]
        at += 1
        name = " ".join([*found, _ALIASES.get(word, word)])
        if word.startswith("-"):
            rest.append(word)
            if word in takes and at < len(words):
                rest.append(words[at])
                at += 1
        elif name in _OF and " ".join(found) not in _OF:
            found = name.split(" ")
            rest += words[at:]
            break
        elif not found and any(command.startswith(f"{name} ") for command in _OF):
            found = [name]
        else:
            group = " ".join(["helm", *found])
            hint = "\nRun 'helm --help' for usage." if not found else f"\nRun 'helm {found[0]} --help' for usage."
            raise HelmError(f'unknown command "{word}" for "{group}"{hint}')
    command = " ".join(found)
    if found and command not in _OF:
        raise HelmError(f'"helm {command}" wants one of its sub-commands')
    return command, rest


def _count(command: str, arguments: list[str]) -> None:
    _words, least, most, usage = _OF[command]
    given = len(arguments)
    if least <= given <= most:
        return
    what = f"requires {least} argument{'s' * (least != 1)}" if least == most else f"requires at least {least} argument"
    if least == most == 0:
        what = "accepts no arguments"
    raise HelmError(f'"helm {command}" {what}\n\nUsage:  helm {usage}')
