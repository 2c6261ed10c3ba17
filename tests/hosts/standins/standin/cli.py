# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the verbs of kubectl share: flags, the kubeconfig, resources by their names, words of errors."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import yaml

from . import kubeconfig
from .client import ApiError, Client, Object
from .host import Host, Refusal
from .schema import seconds

SHORT = {
    "n": "namespace",
    "A": "all-namespaces",
    "o": "output",
    "l": "selector",
    "f": "filename",
    "p": "patch",
    "h": "help",
}
GLOBAL = {"kubeconfig", "context", "namespace", "request-timeout", "v", "server", "cache-dir"}
SWITCHES = {
    *("all-namespaces", "no-headers", "ignore-not-found", "server-side", "force-conflicts", "force", "all", "help"),
    *("ignore-daemonsets", "delete-emptydir-data", "overwrite", "client", "raw-config", "minify", "recursive"),
    *("disable-eviction", "show-managed-fields", "wait", "flatten", "validate", "now", "show-labels"),
}


def parse(words: list[str], known: set[str], verb: str) -> tuple[dict[str, str], list[str]]:
    """Flags by name and the other words."""
    flags: dict[str, str] = {}
    rest, plain = list(words), []
    while rest:
        word = rest.pop(0)
        if word == "-" or not word.startswith("-"):
            plain.append(word)
            continue
        name, equal, value = word.lstrip("-").partition("=")
        if not word.startswith("--"):
            if name[:1] in SHORT and name[1:]:
                equal, value = "=", name[1:] + (f"={value}" if equal else "")
            name = SHORT.get(name[:1], name)
        if name not in known | GLOBAL:
            raise Refusal(f"error: unknown flag: --{name}\nSee 'kubectl {verb} --help' for usage.")
        if not equal:
            if name in SWITCHES:
                value = "true"
            elif not rest:
                raise Refusal(f"error: flag needs an argument: --{name}\nSee 'kubectl {verb} --help' for usage.")
            else:
                value = rest.pop(0)
        if value == "false" and name in SWITCHES and name != "wait":
            flags.pop(name, None)
            continue
        flags[name] = f"{flags[name]},{value}" if name == "filename" and name in flags else value
    return flags, plain


@dataclass
class Resource:
    """One kind that the server has."""

    group: str
    version: str
    plural: str
    singular: str
    kind: str
    namespaced: bool
    names: set[str] = field(default_factory=set)

    @property
    def shown(self) -> str:
        """``deployment.apps``."""
        single = self.singular or self.kind.lower()
        return f"{single}.{self.group}" if self.group else single

    def path(self, namespace: str = "", name: str = "") -> str:
        """The URL of a collection or an object."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        space = f"/namespaces/{quote(namespace)}" if self.namespaced and namespace else ""
        return f"{root}{space}/{self.plural}" + (f"/{quote(name)}" if name else "")


#: seconds for which the answers about what a server has are kept
_KEPT = 600.0


class Session:
    """One command's cluster."""

    def __init__(self, host: Host, flags: dict[str, str]) -> None:
        self.host, self.flags = host, flags
        name = flags.get("kubeconfig") or os.environ.get("KUBECONFIG", "").split(":")[0]
        name = name or str(Path("~/.kube/config").expanduser())
        if not host.has(name):
            if flags.get("kubeconfig"):
                raise Refusal(f"error: stat {name}: no such file or directory")
            raise Refusal(
                "The connection to the server localhost:8080 was refused - did you specify the right host or port?"
            )
        self.text = host.read(name)
        self.access = kubeconfig.load(self.text, lambda file: host.path(file).read_bytes(), flags.get("context", ""))
        self.access.server = flags.get("server") or self.access.server
        limit = seconds(flags["request-timeout"]) if flags.get("request-timeout", "0") not in ("0", "0s") else 30.0
        self.client = Client(self.access, timeout=limit, agent="kubectl")
        self.namespace = flags.get("namespace") or self.access.namespace or "default"
        self._resources: list[Resource] = []

    def _cache(self) -> str:
        """Where it is kept what the server has, as kubectl keeps it."""
        name = re.sub(r"[^A-Za-z0-9.-]", "_", self.access.server.partition("://")[2])
        return f"{Path('~').expanduser()}/.kube/cache/discovery/{name}/standin.json"

    def resources(self) -> list[Resource]:
        """Everything that the server has."""
        place = self._cache()
        if not self._resources and self.host.has(place):
            age = time.time() - self.host.path(place).stat().st_mtime
            with contextlib.suppress(ValueError, TypeError):
                rows = json.loads(self.host.read(place)) if age < _KEPT else []
                self._resources = [Resource(**{**row, "names": set(row["names"])}) for row in rows]
        if not self._resources:
            versions = [("", "v1", "/api/v1")]
            for group in self.client.call("GET", "/apis")["groups"]:
                listed = [group["preferredVersion"], *group["versions"]]
                for one in {v["version"]: v for v in listed}.values():
                    versions.append((group["name"], one["version"], f"/apis/{one['groupVersion']}"))
            for group, version, path in versions:
                for row in self.client.call("GET", path)["resources"]:
                    if "/" not in row["name"]:
                        names = {row["name"], row["singularName"], row["kind"].lower(), *row.get("shortNames", ())}
                        self._resources.append(
                            Resource(
                                group,
                                version,
                                row["name"],
                                row["singularName"],
                                row["kind"],
                                row["namespaced"],
                                {n for n in names if n},
                            )
                        )
            rows = [{**vars(one), "names": sorted(one.names)} for one in self._resources]
            with contextlib.suppress(OSError):
                self.host.write(place, json.dumps(rows))
        return self._resources

    def forget(self) -> None:
        """Ask the server anew what it has."""
        self.host.path(self._cache()).unlink(missing_ok=True)
        self._resources = []

    def resource(self, word: str) -> Resource:
        """A kind by any of its names."""
        name, _dot, group = word.lower().partition(".")
        for _unused in range(2):
            for one in self.resources():
                if name in one.names and group in {"", one.group, f"{one.version}.{one.group}"}:
                    return one
            self.forget()
        raise Refusal(f'error: the server doesn\'t have a resource type "{word}"')

    def of(self, obj: Object) -> Resource:
        """The kind that an object says it is."""
        api, kind = obj.get("apiVersion", ""), obj.get("kind", "")
        group, _slash, version = api.rpartition("/")
        for _unused in range(2):
            for one in self.resources():
                if (one.group, one.version, one.kind) == (group, version, kind):
                    return one
            self.forget()
        name = (obj.get("metadata") or {}).get("name", "")
        raise Refusal(
            f'error: resource mapping not found for name: "{name}" namespace: "" from "STDIN": no matches for kind '
            f'"{kind}" in version "{api}"\nensure CRDs are installed first'
        )

    def targets(self, plain: list[str]) -> list[tuple[Resource, str]]:
        """(kind, name) for ``TYPE NAME...`` and ``TYPE/NAME...``; the name is empty for a whole collection."""
        if not plain:
            raise Refusal("error: You must specify the type of resource to get.")
        if any("/" in word for word in plain):
            if not all(word.count("/") == 1 for word in plain):
                raise Refusal(
                    "error: there is no need to specify a resource type as a separate argument when passing arguments "
                    "in "
                    "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource "
                    "resource/<resource_name>'"
                )
            return [(self.resource(w.split("/")[0]), w.split("/")[1]) for w in plain]
        kinds = [self.resource(w) for w in plain[0].split(",")]
        return [(k, n) for k in kinds for n in plain[1:]] or [(k, "") for k in kinds]

    def space(self, resource: Resource) -> str:
        """The namespace of a request; empty for all of them."""
        return "" if not resource.namespaced or "all-namespaces" in self.flags else self.namespace

    def find(self, plain: list[str]) -> list[tuple[Resource, Object]]:
        """The objects that words and selectors name."""
        found: list[tuple[Resource, Object]] = []
        for resource, name in self.targets(plain):
            if name:
                found.append((resource, self.client.call("GET", resource.path(self.space(resource), name))))
                continue
            query = {
                "labelSelector": self.flags.get("selector", ""),
                "fieldSelector": self.flags.get("field-selector", ""),
            }
            listed = self.client.call(
                "GET", resource.path(self.space(resource)), **{k: v for k, v in query.items() if v}
            )
            for item in listed["items"]:
                item.setdefault("kind", resource.kind)
                item.setdefault("apiVersion", f"{resource.group}/{resource.version}".lstrip("/"))
                found.append((resource, item))
        return found

    def documents(self) -> list[Object]:
        """The objects of ``-f``."""
        import sys

        found: list[Object] = []
        for name in self.flags.get("filename", "").split(","):
            if not name:
                raise Refusal("error: must specify one of -f and -k")
            if "://" in name:
                raise Refusal(f"error: unable to read URL {name!r}: this stand-in reads files only")
            path = self.host.path(name)
            if name != "-" and not path.exists():
                raise Refusal(f'error: the path "{name}" does not exist')
            files = (
                sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml", ".json")) if path.is_dir() else [path]
            )
            for text in [sys.stdin.read()] if name == "-" else [f.read_text(encoding="utf-8") for f in files]:
                try:
                    loaded = [d for d in yaml.safe_load_all(text) if d]
                except yaml.YAMLError as error:
                    raise Refusal(
                        f"error: error parsing {name}: error converting YAML to JSON: yaml: {error}"
                    ) from error
                for one in loaded:
                    found += one["items"] if one.get("kind") == "List" else [one]
        if not found:
            raise Refusal("error: no objects passed to apply")
        return found


def explain(error: ApiError, server: str) -> str:
    """What kubectl says of a request without success."""
    text = str(error)
    if error.code == 0:
        if "connection refused" in text:
            where = urlsplit(server).netloc
            return f"The connection to the server {where} was refused - did you specify the right host or port?"
        return f"Unable to connect to the server: {text.partition(': ')[2] or text}"
    if error.code == 401:
        return "error: You must be logged in to the server (Unauthorized)"
    kind = error.reason or {404: "NotFound", 403: "Forbidden", 409: "Conflict"}.get(error.code, "")
    return f"Error from server ({kind}): {text}" if kind else f"Error from server: {text}"


def dump(obj: Any, form: str) -> str:
    """An object as JSON or YAML."""
    return json.dumps(obj, indent=4) if form == "json" else yaml.safe_dump(obj).rstrip()
