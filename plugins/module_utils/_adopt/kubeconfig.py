# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One context of a kubeconfig, complete by itself: for somebody who has neither its files nor its programs.

The schema is that of ``kubectl`` (client-go, ``clientcmd/api``): where both are there, data win over the file of the
same thing, and a token's file wins over the token. OSM is given a kubeconfig as a document, and uses its current
context.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._engine.errors import InputError

#: keys that name a file -> the key that has its content; a token stands there as it is, the rest in base64
FILES = {
    "certificate-authority": "certificate-authority-data",
    "client-certificate": "client-certificate-data",
    "client-key": "client-key-data",
    "tokenFile": "token",
}
#: what programs keep for themselves
LEFT_OUT = ("extensions", *FILES)


@dataclass(frozen=True)
class Fault:
    """Something that is in the way, with what to do about it."""

    message: str
    remedy: str
    option: str = "kubeconfig"

    def as_dict(self) -> dict[str, str]:
        """For a module's result."""
        return {"message": self.message, "remedy": self.remedy, "option": self.option}


@dataclass(frozen=True)
class Chosen:
    """A context with its cluster and its user, by name and as the kubeconfig has them."""

    context: str
    namespace: str
    cluster_name: str
    cluster: Mapping[str, Any]
    user_name: str
    user: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """A kubeconfig of this alone, its current context."""
        where = {"cluster": self.cluster_name, "user": self.user_name}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "preferences": {},
            "clusters": [{"name": self.cluster_name, "cluster": dict(self.cluster)}],
            "users": [{"name": self.user_name, "user": dict(self.user)}],
            "contexts": [
                {
                    "name": self.context,
                    "context": {**where, **({"namespace": self.namespace} if self.namespace else {})},
                }
            ],
            "current-context": self.context,
        }


def _unfit(path: str, problem: str, remedy: str = "") -> InputError:
    return InputError(
        f"kubeconfig: {path} {problem}.",
        remedy or "Fetch it from the cluster again, or name another file in edge_kubeconfig.",
        option="kubeconfig",
        value=path,
    )


def read(path: str) -> dict[str, Any]:
    """The document in a file; raises InputError where there is none."""
    import yaml

    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise _unfit(path, f"cannot be read ({reason})") from None
    try:
        document: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:  # its words would have lines of the file in them
        mark = getattr(error, "problem_mark", None)
        raise _unfit(path, f"does not parse as YAML{f' (line {mark.line + 1})' if mark else ''}") from None
    if not isinstance(document, dict):
        raise _unfit(path, "is no kubeconfig: it is not a dictionary")
    for key in ("clusters", "users", "contexts"):
        if not isinstance(document.get(key), list) or not document[key]:
            raise _unfit(path, f"is no kubeconfig: it has no {key}")
    return document


def _named(document: Mapping[str, Any], plural: str, name: str, path: str) -> Mapping[str, Any]:
    """What an entry of a list has in it."""
    kind = plural[:-1]
    for entry in document[plural]:
        if isinstance(entry, Mapping) and entry.get("name") == name:
            found = entry.get(kind)
            return found if isinstance(found, Mapping) else {}
    raise _unfit(path, f"has no {kind} {name!r}, which its context names")


def choose(document: Mapping[str, Any], context: str, path: str) -> Chosen:
    """The context of that name, or the current one; raises InputError where it cannot be told which."""
    names = [str(e.get("name")) for e in document["contexts"] if isinstance(e, Mapping)]
    current = str(document.get("current-context") or "")
    if context and context not in names:
        there = f" ({current})" if current in names else ""
        raise InputError(
            f"context: {path} has no context {context!r}; it has {', '.join(names)}.",
            f"Correct edge_kubeconfig_context, or leave it out to use the current one{there}.",
            option="context",
            value=context,
        )
    wanted = context or (current if current or len(names) != 1 else names[0])
    if wanted not in names:
        what = f"its current context {current!r} is not there" if current else "it has no current context"
        raise InputError(
            f"context: {path}: {what}; it has {', '.join(names)}.",
            "Name one of them in edge_kubeconfig_context.",
            option="context",
        )
    body = _named(document, "contexts", wanted, path)
    cluster, user = str(body.get("cluster") or ""), str(body.get("user") or "")
    return Chosen(
        context=wanted,
        namespace=str(body.get("namespace") or ""),
        cluster_name=cluster,
        cluster=_named(document, "clusters", cluster, path),
        user_name=user,
        user=_named(document, "users", user, path),
    )


def _embedded(body: Mapping[str, Any], what: str, folder: Path) -> tuple[dict[str, Any], list[Fault]]:
    """The same without files: their content is in it, or is told to be missing."""
    found = {key: value for key, value in body.items() if key not in LEFT_OUT}
    faults = []
    for key, inner in FILES.items():
        if not body.get(key) or (found.get(inner) and key != "tokenFile"):
            continue
        file = folder / Path(str(body[key])).expanduser()
        try:
            content = file.read_bytes()
            found[inner] = content.decode().strip() if key == "tokenFile" else base64.b64encode(content).decode()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            faults.append(
                Fault(
                    f"{what}.{key} names the file {file}, which cannot be read here ({reason}).",
                    "Copy it to that place, or make a file that has everything in it where the kubeconfig works:"
                    " kubectl config view --raw --flatten --minify.",
                )
            )
    return found, faults


def complete(chosen: Chosen, folder: Path, server: str = "", tls_server_name: str = "") -> tuple[Chosen, list[Fault]]:
    """The same context without files beside it, and with another address of the server where one is given.

    :param folder: that of the kubeconfig, which its relative paths begin at.
    """
    cluster, faults = _embedded(chosen.cluster, f"clusters[{chosen.cluster_name}]", folder)
    user, more = _embedded(chosen.user, f"users[{chosen.user_name}]", folder)
    cluster |= {k: v for k, v in (("server", server), ("tls-server-name", tls_server_name)) if v}
    found = Chosen(chosen.context, chosen.namespace, chosen.cluster_name, cluster, chosen.user_name, user)
    return found, [*faults, *more]
