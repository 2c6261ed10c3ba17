# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an nginx in a container serves: read from its configuration (ConfigMaps below /etc/nginx), and from the files
that ConfigMaps and the pod's own commands put below its root.

Read are ``listen``, ``root``, ``location`` (prefix and ``=``), ``return``, ``limit_rate``, ``proxy_pass``,
``proxy_cache`` with ``proxy_cache_valid``, ``proxy_read_timeout`` and ``add_header``; other directives have no effect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ..kubernetes.store import Key, Object, Store

_CONFIG_MAPS: Key = ("", "configmaps")
_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|[{};]|[^\s{};\"']+")
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DD = re.compile(r"\bdd\b(?P<rest>[^;&|]*)")
_SIZED = re.compile(r"\b(?:truncate\s+-s|fallocate\s+-l)\s*(\d+)([kKmMgG]?)\S*\s+(\S+)")


@dataclass
class _Directive:
    words: list[str]
    inside: list[_Directive] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What a server says to one request, before any byte of the body."""

    status: int
    size: int = 0
    #: bytes per second, 0: as fast as the link
    rate: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    #: where the body comes from, when it is somebody else's: address, port, URI
    upstream: tuple[str, int, str] | None = None
    #: key and seconds for which it is kept; no key: it is not kept
    cache: tuple[str, float] = ("", 0.0)
    #: seconds without a byte after which the server gives up its origin
    patience: float = 60.0


def parse(text: str) -> list[_Directive]:
    """A configuration as a tree; raises ``ValueError`` where nginx would not start."""
    tokens = _TOKEN.findall(re.sub(r"(?m)(^|\s)#.*$", r"\1", text))
    found, rest = _block(tokens, False)
    if rest:
        raise ValueError('unexpected "}"')
    return found


def _block(tokens: list[str], inner: bool) -> tuple[list[_Directive], list[str]]:
    found, words = list[_Directive](), list[str]()
    while tokens:
        token, *tokens = tokens
        if token == ";":
            found.append(_Directive(words))
            words = []
        elif token == "{":
            inside, tokens = _block(tokens, True)
            found.append(_Directive(words, inside))
            words = []
        elif token == "}":
            if not inner or words:
                raise ValueError('unexpected "}"')
            return found, tokens
        else:
            words.append(token.strip("\"'"))
    if inner or words:
        raise ValueError('unexpected end of file, expecting ";" or "}"')
    return found, []


def size(text: str) -> int:
    """``1m`` or ``512K`` in bytes."""
    match = re.fullmatch(r"(\d+)([kmg]?)b?", text.lower())
    return int(match[1]) * _UNITS[match[2]] if match else 0


def _seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+)([smhd]?)", text)
    return float(int(match[1]) * _SECONDS[match[2]]) if match else 0.0


class WebServer:
    """The nginx of one container, if it is one."""

    def __init__(self, store: Store, pod: Object, container: Object) -> None:
        self.store, self.pod, self.container = store, pod, container
        self._directives: list[_Directive] = []
        if str(container.get("image", "")).rsplit("/", 1)[-1].startswith(("nginx", "openresty")):
            try:
                self._directives = [d for text in self._configuration() for d in parse(text)]
            except ValueError:
                self._directives = []  # nginx: [emerg]

    # -- configuration -----------------------------------------------------------------------------------------
    def _mounted(self) -> list[tuple[str, str, Object]]:
        """(path, what is mounted there, ConfigMap) of each file of a ConfigMap in the container."""
        maps = {v["name"]: v["configMap"] for v in self.pod["spec"].get("volumes") or [] if v.get("configMap")}
        found = []
        for mount in self.container.get("volumeMounts") or []:
            source = maps.get(mount["name"])
            live = source and self.store.get(_CONFIG_MAPS, self.pod["metadata"]["namespace"], source["name"])
            if not source or not live:
                continue
            data = live.get("data") or {}
            files = {i["path"]: i["key"] for i in source.get("items") or []} or {k: k for k in data}
            for path, key in files.items():
                if mount.get("subPath") not in (None, path):
                    continue
                place = mount["mountPath"] if mount.get("subPath") else f"{mount['mountPath'].rstrip('/')}/{path}"
                found.append((place, str(data.get(key, "")), live))
        return found

    def _configuration(self) -> list[str]:
        return [
            text for path, text, _map in self._mounted() if path.startswith("/etc/nginx/") and path.endswith("conf")
        ]

    def _servers(self) -> list[tuple[_Directive, list[_Directive]]]:
        """Servers with what the block around them says."""
        found = []
        for directive in self._directives:
            inside = directive.inside if directive.words == ["http"] else [directive]
            around = directive.inside if directive.words == ["http"] else self._directives
            found += [(d, around) for d in inside if d.words == ["server"]]
        return found

    def listens(self, port: int) -> bool:
        """Whether it serves a port."""
        return self._server(port) is not None

    def _server(self, port: int) -> tuple[_Directive, list[_Directive]] | None:
        for server, around in self._servers():
            given = [d.words[1] for d in server.inside if d.words[:1] == ["listen"] and len(d.words) > 1]
            if port in [int(g.rpartition(":")[2]) for g in given or ["80"] if g.rpartition(":")[2].isdigit()]:
                return server, around
        return None

    # -- one request -------------------------------------------------------------------------------------------
    def answer(self, port: int, uri: str) -> Answer:
        """The answer to a GET; the body of a proxied one comes from its upstream."""
        served = self._server(port)
        if served is None:
            raise LookupError(port)
        server, around = served
        path = urlsplit(uri).path or "/"
        location = _location(server.inside, path)
        scopes = [*([location.inside] if location else []), server.inside, around]

        def said(name: str) -> list[str]:
            return next((d.words[1:] for s in scopes for d in s if d.words[:1] == [name]), [])

        headers = next((h for s in scopes if (h := [d.words[1:3] for d in s if d.words[:1] == ["add_header"]])), [])
        shown = tuple((name, value) for name, value in headers)
        rate = size(said("limit_rate")[0]) if said("limit_rate") else 0
        fixed = location and next((d.words for d in location.inside if d.words[:1] == ["return"]), None)
        if fixed:
            return Answer(int(fixed[1]), len(" ".join(fixed[2:])), rate, shown)
        # proxy_pass is not inherited
        target = next((d.words[1] for d in (location.inside if location else []) if d.words[:1] == ["proxy_pass"]), "")
        if target:
            return self._proxied(target, uri, location, said, rate, shown)
        root = said("root")
        length = self._length(f"{root[0].rstrip('/')}{path}") if root else None
        if length is None:
            return Answer(404, 153, rate, shown)
        return Answer(200, length, rate, shown)

    def _proxied(
        self,
        target: str,
        uri: str,
        location: _Directive | None,
        said: Any,
        rate: int,
        headers: tuple[tuple[str, str], ...],
    ) -> Answer:
        place = urlsplit(target)
        prefix = location.words[-1] if location else "/"
        forwarded = place.path + uri.removeprefix(prefix) if place.path else uri
        zone = (said("proxy_cache") or ["off"])[0]
        valid = said("proxy_cache_valid")
        keeps = zone != "off" and valid and (len(valid) == 1 or {"200", "any"} & set(valid[:-1]))
        known = any(f"keys_zone={zone}:" in w for d in self._all(self._directives) for w in d.words)
        cache = (f"{zone} {target} {uri}", _seconds(valid[-1])) if keeps and known else ("", 0.0)
        patience = _seconds(said("proxy_read_timeout")[0]) if said("proxy_read_timeout") else 60.0
        upstream = (place.hostname or "", place.port or 80, forwarded)
        return Answer(200, 0, rate, headers, upstream, cache, patience)

    def _all(self, directives: list[_Directive]) -> list[_Directive]:
        return [d for one in directives for d in (one, *self._all(one.inside))]

    # -- files -------------------------------------------------------------------------------------------------
    def _length(self, path: str) -> int | None:
        """Bytes of a file of the container, None where there is none."""
        for place, text, _map in self._mounted():
            if place == path:
                return len(text.encode())
        wanted = self._place(self.container, path)
        for container in [*(self.pod["spec"].get("initContainers") or []), *self.pod["spec"]["containers"]]:
            for name, length in _made(container):
                if self._place(container, name) == wanted:
                    return length
        return None

    @staticmethod
    def _place(container: Object, path: str) -> tuple[str, str]:
        """(volume, path inside it); a path outside every volume is the container's own."""
        mounts = sorted(container.get("volumeMounts") or [], key=lambda m: -len(m["mountPath"]))
        for mount in mounts:
            root = f"{mount['mountPath'].rstrip('/')}/"
            if path.startswith(root):
                return mount["name"], "/".join(p for p in (mount.get("subPath", ""), path.removeprefix(root)) if p)
        return f"container {container['name']}", path


def _location(directives: list[_Directive], path: str) -> _Directive | None:
    """The location that nginx chooses: an exact one, else the longest prefix."""
    best: _Directive | None = None
    for directive in directives:
        if directive.words[:1] != ["location"] or directive.words[1:2] in (["~"], ["~*"]):
            continue
        prefix = directive.words[-1]
        if directive.words[1] == "=" and prefix == path:
            return directive
        if directive.words[1] != "=" and path.startswith(prefix) and (not best or len(prefix) > len(best.words[-1])):
            best = directive
    return best


def _made(container: Object) -> list[tuple[str, int]]:
    """Files that a container's command makes, with their bytes: by ``dd``, ``truncate`` or ``fallocate``."""
    text = " ".join(str(p) for p in [*(container.get("command") or []), *(container.get("args") or [])])
    found = [(path, int(number) * _UNITS[unit.lower()]) for number, unit, path in _SIZED.findall(text)]
    for match in _DD.finditer(text):
        given = dict(word.split("=", 1) for word in match["rest"].split() if "=" in word)
        if "of" in given and given.get("count", "").isdigit():
            found.append((given["of"], size(given.get("bs", "512")) * int(given["count"])))
    return found
