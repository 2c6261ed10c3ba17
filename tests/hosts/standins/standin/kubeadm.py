# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program ``kubeadm``: its commands and the flags that each takes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import yaml

from . import config as configuration
from . import copycerts, init, join, objects, renewal, reset, tokens, upgrade
from .client import ApiError
from .host import Host, Refusal

Flags = dict[str, str]
#: flags without a value
_SWITCHES = {
    *("upload-certs", "skip-token-print", "skip-certificate-key-print", "dry-run", "control-plane", "force", "yes"),
    *("print-join-command", "discovery-token-unsafe-skip-ca-verification", "cleanup-tmp-dir", "help"),
    *("allow-experimental-upgrades", "allow-release-candidate-upgrades", "allow-experimental-api", "print-config"),
}
_SHORT = {"f": "force", "y": "yes", "o": "output", "v": "v", "h": "help"}
_COMMON = {"v", "help", "rootfs", "kubeconfig", "config", "ignore-preflight-errors", "dry-run", "cert-dir", "output"}
_NODE = {"node-name", "cri-socket", "patches", "skip-phases", "certificate-key", "apiserver-advertise-address"}
_NODE |= {"apiserver-bind-port"}
_INIT = (
    _COMMON
    | _NODE
    | {
        *("upload-certs", "skip-token-print", "skip-certificate-key-print", "token", "token-ttl", "image-repository"),
        *("pod-network-cidr", "service-cidr", "service-dns-domain", "control-plane-endpoint", "kubernetes-version"),
        *("apiserver-cert-extra-sans", "feature-gates"),
    }
)
_JOIN = (
    _COMMON
    | _NODE
    | {
        *("token", "discovery-token", "discovery-token-ca-cert-hash", "discovery-token-unsafe-skip-ca-verification"),
        *("discovery-file", "tls-bootstrap-token", "control-plane"),
    }
)
_UPGRADE = _COMMON | {
    *("yes", "force", "certificate-renewal", "etcd-upgrade", "patches", "print-config", "skip-phases"),
    *("allow-experimental-upgrades", "allow-release-candidate-upgrades", "allow-missing-template-keys"),
}
_TOKEN = _COMMON | {"ttl", "usages", "groups", "description", "print-join-command", "certificate-key"}
_MIXED = {"config", "ignore-preflight-errors", "dry-run", "kubeconfig", "node-name", "kubeconfig-dir", "upload-certs"}
_MIXED |= {"print-join-command", "rootfs", "v", "log-file", "yes", "cri-socket", "force", "patches", "output"}


def parse(words: list[str], known: set[str]) -> tuple[Flags, list[str]]:
    """Flags by name and the other words; unknown flags are refused."""
    flags: Flags = {}
    rest, plain = list(words), []
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or word == "-":
            plain.append(word)
            continue
        name, equal, value = word.lstrip("-").partition("=")
        name = _SHORT.get(name, name) if not word.startswith("--") else name
        if name not in known:
            kind = (
                f"unknown shorthand flag: '{name}' in {word}"
                if not word.startswith("--")
                else f"unknown flag: --{name}"
            )
            raise Refusal(kind)
        if not equal and name not in _SWITCHES:
            if not rest:
                raise Refusal(f"flag needs an argument: --{name}")
            value = rest.pop(0)
        before = f"{flags[name]}," if name in flags and name in ("discovery-token-ca-cert-hash", "skip-phases") else ""
        if not (name in _SWITCHES and value == "false"):
            flags[name] = before + value
    return flags, plain


def _unmixed(flags: Flags) -> None:
    mixed = sorted(f for f in flags if f not in _MIXED and not f.startswith("skip-"))
    if "config" in flags and mixed:
        raise Refusal(f"can not mix '--config' with arguments [{' '.join(mixed)}]")


def _init(host: Host, words: list[str]) -> None:
    phase = words[1:] if words[:1] == ["phase"] else None
    flags, plain = parse(words[1:] if phase is not None else words, _INIT)
    if phase is None and plain:
        raise Refusal(f'unknown command "{plain[0]}" for "kubeadm init"')
    _unmixed(flags)
    one = init.Init(host, init.load(host, flags), flags)
    if "dry-run" in flags:
        raise Refusal("this stand-in plays no dry run of init")
    if phase is None:
        one.run()
        return
    if plain[0] not in one.steps():
        raise Refusal(f'invalid subcommand "{plain[0]}"')
    one.one(plain[0])


def _join(host: Host, words: list[str]) -> None:
    if words[:1] == ["phase"]:
        raise Refusal("this stand-in plays no single phases of join")
    flags, plain = parse(words, _JOIN)
    _unmixed(flags)
    join.Join(host, join.load(host, flags, plain), flags).run()


def _reset(host: Host, words: list[str]) -> None:
    flags, _plain = parse(words, _COMMON | {"force", "cleanup-tmp-dir", "cri-socket", "skip-phases"})
    answer = "" if "force" in flags or not sys.stdin or sys.stdin.closed else _answer()
    reset.run(host, flags, answer)


def _answer() -> str:
    try:
        return sys.stdin.readline()
    except OSError:
        return ""


def _token(host: Host, words: list[str]) -> None:
    flags, plain = parse(words, _TOKEN)
    what, rest = (plain or [""])[0], plain[1:]
    if what == "create":
        tokens.create(host, flags, rest)
    elif what == "list":
        tokens.listing(host, flags)
    elif what == "delete":
        tokens.delete(host, flags, rest)
    elif what == "generate":
        host.say(configuration.new_token())
    else:
        raise Refusal(
            f'invalid subcommand "{what}"' if what else 'missing subcommand; "token" is not meant to be run on its own'
        )


def _certs(host: Host, words: list[str]) -> None:
    flags, plain = parse(words, _COMMON)
    what, rest = (plain or [""])[0], plain[1:]
    if what == "check-expiration":
        renewal.check_expiration(host, flags)
    elif what == "renew":
        renewal.renew(host, flags, rest)
    elif what == "certificate-key":
        host.say(copycerts.new_key())
    else:
        raise Refusal(f'invalid subcommand "{what}"')


def _upgrade(host: Host, words: list[str]) -> None:
    flags, plain = parse(words, _UPGRADE)
    what, rest = (plain or [""])[0], plain[1:]
    if what == "plan":
        upgrade.plan(host, flags, rest)
    elif what == "apply":
        asked = {"yes", "force"} & set(flags)
        upgrade.apply(host, flags, rest, "" if asked else _answer())
    elif what == "node":
        upgrade.node(host, flags)
    else:
        raise Refusal(f'invalid subcommand "{what}"')


def _config(host: Host, words: list[str]) -> None:
    own = {"image-repository", "kubernetes-version", "feature-gates"} if words[:1] == ["images"] else set()
    flags, plain = parse(words, _COMMON | {"component-configs", "allow-experimental-api"} | own)
    what = " ".join(plain)
    if what == "validate":
        if host.version.minor < 26:
            raise Refusal('unknown command "validate" for "kubeadm config"')
        text = configuration.read(str(host.path(flags["config"])))
        kinds = {kind for _api, kind, _document in configuration.split(text)}
        if kinds & {"InitConfiguration", "ClusterConfiguration"} or "JoinConfiguration" not in kinds:
            configuration.load_init(host, text, strict=True)
        if "JoinConfiguration" in kinds:
            configuration.load_join(host, text, strict=True)
        host.say("ok")
    elif what == "images list":
        flags.setdefault("kubernetes-version", host.version.tag)
        config = {k: v for k, v in flags.items() if k != "kubernetes-version" or "config" not in flags}
        for image in init.images(host, config):
            host.say(image)
    elif what == "print init-defaults":
        minor = host.version.minor
        quiet = Host(host.version, host.root, {**host.settings, "addresses": ["1.2.3.4"]}, host.err, host.err)
        found = init.load(quiet, {"kubernetes-version": f"1.{minor}.0", "token": "abcdef.0123456789abcdef"})
        api = configuration.api_version(minor)
        head = {"apiVersion": api, "kind": "InitConfiguration"}
        documents = [{**head, **objects.versioned(found.init, minor)}, objects.cluster_document(found, minor)]
        host.out.write(yaml.safe_dump_all(documents))
    else:
        raise Refusal(f"this stand-in does not play kubeadm config {what}")


def _version(host: Host, words: list[str]) -> None:
    flags, _plain = parse(words, _COMMON)
    info = {
        "major": str(host.version.major),
        "minor": str(host.version.minor),
        "gitVersion": host.version.tag,
        "gitTreeState": "clean",
        "compiler": "gc",
        "platform": "linux/amd64",
    }
    output = flags.get("output", "")
    if output == "json":
        host.say(json.dumps({"clientVersion": info}, indent=2))
    elif output == "yaml":
        host.say(yaml.safe_dump({"clientVersion": info}))
    elif output == "short":
        host.say(host.version.tag)
    elif output:
        raise Refusal(f"invalid output format: {output}")
    else:
        host.say(
            f"kubeadm version: &version.Info{{{', '.join(f'{k.title()}:{json.dumps(v)}' for k, v in info.items())}}}"
        )


def _kubeconfig(host: Host, words: list[str]) -> None:
    flags, plain = parse(words, _COMMON | {"client-name", "org", "validity-period", "token"})
    if plain != ["user"]:
        raise Refusal(f'invalid subcommand "{(plain or [""])[0]}"')
    renewal.user(host, flags)


COMMANDS: dict[str, Callable[[Host, list[str]], None]] = {
    "init": _init,
    "join": _join,
    "reset": _reset,
    "token": _token,
    "certs": _certs,
    "upgrade": _upgrade,
    "config": _config,
    "version": _version,
    "kubeconfig": _kubeconfig,
}


def main(host: Host, words: list[str]) -> int:
    """Run a command; returns its exit status."""
    command = COMMANDS.get(words[0]) if words else None
    if command is None:
        print(f'error: unknown command "{(words or [""])[0]}" for "kubeadm"', file=host.err)
        return 1
    try:
        command(host, words[1:])
    except Refusal as refusal:
        print(refusal, file=host.err)
        print("To see the stack trace of this error execute with --v=5 or higher", file=host.err)
        return refusal.code
    except ApiError as error:
        print(error, file=host.err)
        print("To see the stack trace of this error execute with --v=5 or higher", file=host.err)
        return 1
    return 0
