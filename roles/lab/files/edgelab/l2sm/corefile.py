# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator does to the file of the cluster's name server: it reads it, adds a server, and writes it anew.

Its parser knows three levels and no comments: what is deeper, and what is remarked, is lost at the first write.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_INDENT = " " * 4


@dataclass
class Plugin:
    """A line of a server, with the lines inside its braces."""

    words: list[str]
    options: list[list[str]] = field(default_factory=list)


@dataclass
class Server:
    """A block: what it is for, and its plugins."""

    keys: list[str]
    plugins: list[Plugin] = field(default_factory=list)


def parsed(text: str) -> list[Server]:
    """The servers of a file."""
    servers: list[Server] = []
    depth = 0
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        opens, closes = words[-1:] == ["{"], words == ["}"]
        words = [w for w in words if w not in "{}"]
        if words and depth == 0:
            servers.append(Server(words))
        elif words and depth == 1:
            servers[-1].plugins.append(Plugin(words))
        elif words and depth == 2:
            servers[-1].plugins[-1].options.append(words)
        depth += opens - closes
    return servers


def written(servers: list[Server]) -> str:
    """The file, as the operator writes it."""
    return "\n".join(_server(s) for s in servers)


def _server(server: Server) -> str:
    lines = [_INDENT + line for plugin in server.plugins for line in _plugin(plugin)]
    return " ".join(server.keys) + (" {\n" + "\n".join(lines) + "\n}\n" if lines else "")


def _plugin(plugin: Plugin) -> list[str]:
    line = " ".join(plugin.words)
    if not plugin.options:
        return [line]
    return [f"{line} {{", *(_INDENT + " ".join(o) for o in plugin.options), "}"]


def with_server(text: str, zone: str, target: str) -> str:
    """The file with a server that forwards a zone; of one that is there already the address is changed."""
    servers = parsed(text)
    words = ["forward", ".", target]
    for server in servers:
        if server.keys == [zone]:
            same = next((p for p in server.plugins if p.words[0] == "forward"), None)
            if same is None:
                server.plugins.append(Plugin(words))
            else:
                same.words, same.options = words, []
            return written(servers)
    return written([*servers, Server([zone], [Plugin(words)])])
