# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of the guide of hardening, from the rules that plan and hosts use."""

from __future__ import annotations

import importlib
import re
import textwrap
from pathlib import Path
from typing import Any

PACKAGE = "ansible_collections.edge.infra.plugins.module_utils._hardening"
GUIDE = "docs/docsite/rst/guide_kubeadm_hardening.rst"
CHAPTERS = {
    "1.1": "Files of the control plane",
    "1.2": "API server",
    "1.3": "Controller manager",
    "1.4": "Scheduler",
    "2": "etcd",
    "3": "Who and what is logged",
    "4.1": "Files of the nodes",
    "4.2": "Kubelet",
    "4.3": "kube-proxy",
    "5": "Policies",
    "E": "Rules of our own",
}
ASKED = {
    "api_server": "asks the API server for secrets, and for what a joining node reads, without a name",
    "kubelet": "asks the kubelet for pods without a name",
    "proxy_metrics": "looks whether the node's address answers at port 10249",
    "encryption": "reads the file of ``encryption-provider-config``",
    "pod_security": "reads the file of ``admission-control-config-file``",
    "audit": "reads the file of ``audit-policy-file``",
    "etcd_ca": "compares the CA of etcd with that of the cluster",
    "sysctls": "reads the kernel parameters",
}


def _chapter(number: str) -> str:
    return next(start for start in CHAPTERS if number == start or number.startswith(f"{start}."))


def _looked(rule: Any, rules: Any) -> str:
    """How a rule is looked at, in words."""
    if rule.where in (rules.ASKED, rules.CONTENT):
        return ASKED[rule.name]
    if rule.where == rules.FILES:
        names = ", ".join(f"``{name}``" for name in rule.name.split())
        return f"{'mode' if rule.check == 'mode' else 'owner'} of {names}"
    shown = rules.condition(rule).replace(rule.name, f"``{rule.name}``", 1)
    return re.sub(r"``(\S+)`` among.*", r"``\1`` has strong values only", shown)


def _row(rule: Any, rules: Any) -> list[str]:
    told = []
    if rule.where == rules.LEFT:
        told = ["**Left out.**"]
    else:
        told = [f"Looks at: {_looked(rule, rules)}."]
        if rule.sets is not None:
            value = ", ".join(map(str, rule.sets)) if isinstance(rule.sets, list) else str(rule.sets)
            told.append(f"Sets: ``{(str(rule.sets).lower() if isinstance(rule.sets, bool) else value)}``.")
        if rule.since > 20:
            told.append(f"From 1.{rule.since} on.")
    if rule.why:
        told.append(rule.why if rule.why.endswith(".") else f"{rule.why}.")
    lines = [f"   * - {rule.number}", f"     - {rule.title}"]
    body = textwrap.wrap(" ".join(told).replace("*.", "\\*."), 140, break_long_words=False, break_on_hyphens=False)
    return [*lines, f"     - {body[0]}", *(f"       {line}" for line in body[1:])]


def tables() -> str:
    """All rules by their chapters."""
    rules = importlib.import_module(f"{PACKAGE}.rules")
    checks = importlib.import_module(f"{PACKAGE}.checks")
    ordered = sorted(checks.RULES, key=checks.order)
    lines: list[str] = []
    for start, title in CHAPTERS.items():
        own = [rule for rule in ordered if _chapter(rule.number) == start]
        heading = title if start == "E" else f"{start} {title}"
        lines += ["", heading, "^" * len(heading), ""]
        lines += [".. list-table::", "   :header-rows: 1", "   :widths: 8 30 62", ""]
        lines += ["   * - Rule", "     - What it wants", "     - How"]
        for rule in own:
            lines += _row(rule, rules)
    return "\n".join(lines).lstrip("\n") + "\n\n"


def wanted(root: Path) -> dict[Path, str]:
    """The guide with its tables as they are to be."""
    path = root / GUIDE
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(r"(\.\. BEGIN generated rules\n\n).*?(\.\. END generated rules\n)", re.S)
    if not pattern.search(text):
        raise SystemExit(f"{GUIDE}: the region 'BEGIN generated rules' is missing")
    return {path: pattern.sub(lambda m: m[1] + tables() + m[2], text)}
