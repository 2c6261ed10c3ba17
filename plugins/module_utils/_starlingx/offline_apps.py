# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The applications that a system has right after its bootstrap; their versions are those of its release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

STATUS = {
    "cert-manager": "applied",
    "dell-storage": "uploaded",
    "deployment-manager": "uploaded",
    "metrics-server": "uploaded",
    "nginx-ingress-controller": "applied",
    "oidc-auth-apps": "uploaded",
    "platform-integ-apps": "uploaded",
    "rook-ceph": "uploaded",
    "snmp": "uploaded",
}


def applications(entries: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """sysinv's lists of applications and charts. A version or a chart that is spoken of is taken as the one it has."""
    versions = {str(e.get("name")): e.get("version") for e in entries}
    charts = [(e.get("chart"), e.get("namespace")) for e in entries]
    pairs = {(str(chart), str(space)) for chart, space in charts if chart and space}
    return {
        "apps": [{"name": n, "status": s, "app_version": versions.get(n)} for n, s in STATUS.items()],
        "helm_charts": [{"name": n, "namespaces": [space], "enabled": ["true"]} for n, space in sorted(pairs)],
    }
