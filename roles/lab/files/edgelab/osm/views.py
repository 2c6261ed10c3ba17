# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The NBI's part of the lab's page, and its collections without secrets for tests."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from .store import Store

_SECRET = ("password", "secret", "token", "key-data", "certificate-data", "cacert", "kubeconfig", "privkey")
_HIDDEN = ("tokens", "vnfds_revisions", "nsds_revisions", "nsts_revisions")


_GITOPS = (
    ("clusters", "cluster"),
    ("k8sapp", "app profile"),
    ("k8sinfra_controller", "infra controller profile"),
    ("k8sinfra_config", "infra config profile"),
    ("k8sresource", "resource profile"),
)


def _table(title: str, columns: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    return {"title": title, "columns": columns, "rows": rows}


def _clock(seconds: float | None) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S") if seconds else ""


def tables(store: Store) -> list[dict[str, Any]]:
    """VIM accounts, K8s clusters, packages, NS instances and the latest operations."""

    def accounts(topic: str, *fields: str) -> list[list[Any]]:
        return [
            [d["name"], *(d.get(f) for f in fields), _state(d["_admin"]), d["_admin"].get("detailed-status")]
            for d in store.all(topic).values()
        ]

    packages = [
        [kind, d.get("id"), d.get("version"), d["_admin"].get("revision"), d["_admin"]["onboardingState"], use]
        for topic, kind in (("vnfds", "VNF"), ("nsds", "NS"), ("nsts", "slice template"))
        for d in store.all(topic).values()
        for use in [d["_admin"].get("usageState")]
    ]
    services = [
        [d["name"], d["nsd-ref"], d["nsState"], d["operational-status"], d["currentOperation"], d["detailed-status"]]
        for d in store.all("nsrs").values()
    ]
    slices = [
        [d["name"], d["nst-ref"], d.get("operational-status"), d.get("detailed-status")]
        for d in store.all("nsis").values()
    ]
    names = {d["_id"]: d["name"] for d in store.all("nsrs").values()}
    latest = sorted(store.all("nslcmops").values(), key=lambda d: d["startTime"], reverse=True)[:15]
    operations = [
        [
            _clock(d["startTime"]),
            d["lcmOperationType"],
            names.get(d["nsInstanceId"]),
            d["operationState"],
            d.get("stage") or d.get("errorMessage"),
        ]
        for d in latest
    ]
    return [
        _table(
            "VIM accounts", ["name", "type", "URL", "state", "detail"], accounts("vim_accounts", "vim_type", "vim_url")
        ),
        _table("K8s clusters", ["name", "version", "state", "detail"], accounts("k8sclusters", "k8s_version")),
        _table(
            "Clusters and profiles of the GitOps side",
            ["kind", "name", "version", "nodes", "state", "resources"],
            [
                [kind, d["name"], d.get("k8s_version"), d.get("node_count"), d["state"], d["resourceState"]]
                for topic, kind in _GITOPS
                for d in store.all(topic).values()
            ],
        ),
        _table("Packages", ["kind", "id", "version", "revision", "onboarding", "usage"], packages),
        _table("NS instances", ["name", "NSD", "state", "operational", "operation", "detail"], services),
        _table("Slice instances", ["name", "template", "state", "detail"], slices),
        _table("Latest operations", ["at", "operation", "NS", "state", "stage"], operations),
    ]


def inhabitants(store: Store) -> list[str]:
    """What is registered, onboarded and running, a line each."""
    lines = []
    for topic, title in (("vim_accounts", "VIM account"), ("k8sclusters", "K8s cluster"), ("k8srepos", "repository")):
        lines += [f"{title} {d['name']} ({_state(d['_admin'])})" for d in store.all(topic).values()]
    for topic, title in (("vnfds", "VNF package"), ("nsds", "NS package"), ("nsts", "slice template")):
        found = store.all(topic).values()
        lines += [f"{title} {d.get('id')} ({d['_admin']['onboardingState']})" for d in found]
    lines += [f"network service {d['name']} ({d['nsState']})" for d in store.all("nsrs").values()]
    return lines + [f"slice {d['name']} ({d['_admin']['nsiState']})" for d in store.all("nsis").values()]


def _state(admin: dict[str, Any]) -> str:
    return "being deleted" if admin.get("to_delete") else str(admin.get("operationalState") or "")


def hide_secrets(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every collection but the tokens, with whatever may be a secret blanked."""
    return {
        topic: [_blank(copy.deepcopy(d)) for d in documents.values()]
        for topic, documents in store.collections.items()
        if topic not in _HIDDEN
    }


def _blank(item: Any) -> Any:
    if isinstance(item, list):
        return [_blank(element) for element in item]
    if isinstance(item, dict):
        return {
            key: "<hidden>"
            if isinstance(value, str | list) and any(word in key.lower() for word in _SECRET)
            else _blank(value)
            for key, value in item.items()
        }
    return item
