# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a kubeconfig may be told: an error that cannot name a cluster, a context or a user helps nobody.

The schema is Kubernetes' own (``client.authentication.k8s.io`` for ``exec``). What is not named here counts as secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._engine.redact import without_userinfo

#: what minikube says of itself
_EXTENSION = ("name", "extension.last-update", "extension.provider", "extension.version")
#: paths of what is no secret; ``*`` is each member of a list
OPEN = frozenset(
    {
        "apiVersion",
        "kind",
        "current-context",
        "clusters.*.name",
        "clusters.*.cluster.server",
        "clusters.*.cluster.certificate-authority",
        "clusters.*.cluster.tls-server-name",
        "contexts.*.name",
        "contexts.*.context.cluster",
        "contexts.*.context.namespace",
        "contexts.*.context.user",
        "users.*.name",
        "users.*.user.auth-provider.name",
        "users.*.user.client-certificate",
        "users.*.user.client-key",
        "users.*.user.exec.apiVersion",
        "users.*.user.exec.command",
        "users.*.user.exec.env.*.name",
        "users.*.user.exec.interactiveMode",
        "users.*.user.tokenFile",
        "users.*.user.username",
        *(f"clusters.*.cluster.extensions.*.{key}" for key in _EXTENSION),
        *(f"contexts.*.context.extensions.*.{key}" for key in _EXTENSION),
    }
)
#: and what may be one, unless the same text is told elsewhere in the kubeconfig
PERHAPS = frozenset({"users.*.user.exec.args.*", "users.*.user.exec.env.*.value"})
#: characters of the shortest of those that is hidden wherever it stands: a shorter one stands in other words, too
LEAST = 6


def readable(kubeconfig: Any) -> set[str]:
    """The texts in a kubeconfig that are no secrets."""
    told: set[str] = set()
    perhaps: set[str] = set()
    hidden: set[str] = set()
    for path, text in _leaves(kubeconfig, ()):
        if path in PERHAPS:
            perhaps.add(text)
        elif path in OPEN and without_userinfo(text) == text:
            told.add(text)
        else:
            hidden.add(text)
    return (told | {text for text in perhaps if text in told or len(text) < LEAST}) - hidden


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _leaves(inner, (*path, "*"))
    elif value is not None and not isinstance(value, bool):
        yield ".".join(path), str(value)
