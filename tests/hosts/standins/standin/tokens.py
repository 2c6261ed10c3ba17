# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubeadm token."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from . import config as configuration
from . import objects, schema, validation
from .client import Client
from .host import ADMIN, Host, Refusal
from .init import join_command


def _client(host: Host, flags: dict[str, str]) -> Client:
    return objects.admin(host, flags.get("kubeconfig", ADMIN))


def create(host: Host, flags: dict[str, str], words: list[str]) -> None:
    """One more token; with ``--print-join-command`` the line to join with."""
    client = _client(host, flags)
    usages = flags.get("usages", "signing,authentication").split(",")
    groups = flags.get("groups", objects.NODE_GROUP).split(",")
    token: objects.Object = {"token": words[0] if words else configuration.new_token(), "usages": usages}
    token.update(groups=groups, ttl=flags.get("ttl", "24h0m0s"), description=flags.get("description", ""))
    validation.raise_all(validation.bootstrap_token(token, "bootstrapTokens.0"))
    try:
        schema.seconds(token["ttl"])
    except ValueError as error:
        raise Refusal(f'invalid argument "{token["ttl"]}" for "--ttl" flag: {error}') from error
    ident = token["token"].partition(".")[0]
    if client.get(f"{objects.SYSTEM}/secrets/bootstrap-token-{ident}"):
        raise Refusal(f'a token with id "{ident}" already exists')
    objects.put_token(client, token)
    if "print-join-command" not in flags:
        host.say(token["token"])
        return
    quiet = Host(host.version, host.root, host.settings, out=host.err, err=host.err)
    config = objects.fetch(client, quiet, "token")
    if not config.cluster.get("controlPlaneEndpoint"):  # the one that cluster-info tells
        server = objects.access(host, flags.get("kubeconfig", ADMIN)).server
        config.cluster["controlPlaneEndpoint"] = server.removeprefix("https://")
    host.say(join_command(host, config, token["token"], flags.get("certificate-key", "")))


def _rows(client: Client) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for data in objects.tokens(client):
        groups = [g for g in data.get("auth-extra-groups", "").split(",") if g]
        rows.append(
            {
                "token": f"{data['token-id']}.{data['token-secret']}",
                "description": data.get("description", ""),
                "expires": data.get("expiration", ""),
                "usages": sorted(k[16:] for k, v in data.items() if k.startswith("usage-bootstrap-") and v == "true"),
                "groups": groups,
            }
        )
    return rows


def listing(host: Host, flags: dict[str, str]) -> None:
    """All tokens, as a table or as JSON documents."""
    rows = _rows(_client(host, flags))
    if flags.get("output", "text") == "json":
        minor = host.version.minor
        version = "v1alpha3" if minor >= 27 else "v1alpha2" if minor >= 23 else "v1alpha1"
        head: dict[str, Any] = {"kind": "BootstrapToken", "apiVersion": f"output.kubeadm.k8s.io/{version}"}
        head |= {"creationTimestamp": None} if minor >= 23 else {}
        for row in rows:
            host.say(json.dumps({**head, **{k: v for k, v in row.items() if v}}, indent=4))
        return
    table = [["TOKEN", "TTL", "EXPIRES", "USAGES", "DESCRIPTION", "EXTRA GROUPS"]]
    for row in rows:
        until = str(row["expires"])
        left = "<forever>"
        if until:
            seconds = int((datetime.fromisoformat(until) - datetime.now(UTC)).total_seconds())
            left = "<invalid>" if seconds <= 0 else f"{seconds // 3600}h" if seconds >= 3600 else f"{seconds // 60}m"
        usages, groups = ",".join(row["usages"]), ",".join(row["groups"])  # type: ignore[arg-type]
        about = str(row["description"]) or "<none>"
        table.append([str(row["token"]), left, until or "<never>", usages, about, groups or "<none>"])
    for line in aligned(table):
        host.say(line)


def aligned(table: list[list[str]], gap: int = 3) -> list[str]:
    """A table's lines."""
    widths = [max(len(row[n]) for row in table) + gap for n in range(len(table[0]))]
    return ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def delete(host: Host, flags: dict[str, str], words: list[str]) -> None:
    """Remove tokens by their ids."""
    if not words:
        raise Refusal("missing subcommand; 'token delete' is missing token of form \"[a-z0-9]{6}\" or [...]")
    client = _client(host, flags)
    for word in words:
        ident = word.partition(".")[0]
        if not ((len(ident) == 6 and ident.isalnum() and ident.islower()) or ident.isdigit()):
            raise Refusal(
                f'given token didn\'t match pattern "\\\\A([a-z0-9]{{6}})\\\\z" or "{validation.TOKEN.pattern}"'
            )
        if not client.get(f"{objects.SYSTEM}/secrets/bootstrap-token-{ident}"):
            raise Refusal(f'failed to delete bootstrap token "{ident}": secrets "bootstrap-token-{ident}" not found')
        client.delete(f"{objects.SYSTEM}/secrets/bootstrap-token-{ident}")
        host.say(f'bootstrap token "{ident}" deleted')
