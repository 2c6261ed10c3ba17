# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names between clusters in the file of the cluster's name server: what is missing is put back, all else stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.plan import Wanted, plan
from ansible_collections.edge.infra.plugins.module_utils._l2sm.diagnosis import Picture
from ansible_collections.edge.infra.plugins.module_utils._l2sm.naming import blocks, by_name, resolving, where
from ansible_collections.edge.infra.plugins.module_utils._l2sm.resources import NETWORK

from .test_diagnosis import EDGE, FINALIZER, OVERLAY

PLAIN = """.:53 {
    errors
    health {
       lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       ttl 30
    }
    forward . /etc/resolv.conf {  # "a comment { with a brace"
       max_concurrent 1000
    }
    reload
}
"""
OURS = "n.inter.l2sm {\n    forward . 192.0.2.9:30053\n}\n"


def joined(name: str = "n", domain: str = "192.0.2.9", **more: Any) -> dict[str, Any]:
    """A network that the operator has joined to its edge device."""
    meta = {"name": name, "namespace": "s", "finalizers": [FINALIZER], "creationTimestamp": "2026-01-02T00:00:00Z"}
    provider = {"name": "idco", "domain": [domain], "dnsPort": "30053"}
    status = {"providerConnectivity": "Available"}
    return {"metadata": {**meta, **more}, "spec": {"provider": provider}, "status": status}


def seen(text: str | None, *networks: dict[str, Any], **more: Any) -> Picture:
    """A look at a cluster with an edge device."""
    device = {**EDGE, "metadata": {"name": "ned", "namespace": "s", "creationTimestamp": "2026-01-01T00:00:00Z"}}
    known = {"overlays": [OVERLAY], "edges": [device], "corefile": None if text is None else (text, "5"), **more}
    return Picture(networks=networks, **known)


def test_a_corefile_is_read() -> None:
    strange = 'a.b:53, dns://C.d. "e f" {\n  hosts {\n    1.2.3.4 x\n  }\n}\n'
    text = f"# a comment\n(snip) {{\n  log\n}}\n{PLAIN}{strange}{OURS}"
    found = blocks(text)
    assert [b.zones for b in found] == [("(snip)",), ("",), ("a.b", "c.d", "e f"), ("n.inter.l2sm",)]
    assert found[-1].lines == (("forward", ".", "192.0.2.9:30053"),)
    assert text[found[-1].start : found[-1].end] == OURS.rstrip()
    assert [b.zones for b in blocks("a {\n  b\n")] == []


@pytest.mark.parametrize(
    ("before", "networks", "after"),
    [
        (PLAIN, [joined()], PLAIN + OURS),
        (PLAIN + OURS, [joined()], None),
        (PLAIN + "n.inter.l2sm:53 {\n  forward . 192.0.2.9:30053\n}\n", [joined()], None),
        # the provider has moved
        (PLAIN + OURS.replace(".9:", ".8:") + "x {\n}\n", [joined()], PLAIN + OURS + "x {\n}\n"),
        # somebody's own
        (PLAIN + OURS.replace(".9:", ".8:").replace("}", "    log\n}"), [joined()], None),
        (PLAIN, [joined("o"), joined()], PLAIN + OURS + OURS.replace("n.inter", "o.inter")),
        (PLAIN, [joined(domain="2001:db8::9")], PLAIN + OURS.replace("192.0.2.9", "[2001:db8::9]")),
        # the operator has not come so far, or takes it away
        (PLAIN, [joined(creationTimestamp="2025-12-31T00:00:00Z")], None),
        (PLAIN, [joined(finalizers=[])], None),
        (PLAIN, [joined(deletionTimestamp="2026-01-03T00:00:00Z")], None),
        (PLAIN, [{**joined(), "status": {}}], None),
        (PLAIN, [{**joined(), "spec": {"type": "vnet"}}], None),
        (None, [joined()], None),
    ],
)
def test_what_is_missing_is_put_back(before: str | None, networks: list[dict[str, Any]], after: str | None) -> None:
    found = list(resolving(seen(before, *networks)))
    written = [step.what for f in found for step in f.steps]
    assert written == ([("kube-system/coredns", {"Corefile": after}, "5")] if after else [])
    assert all("do not resolve" in f.what and f.mode == "DNS" for f in found)
    assert list(resolving(seen(after, *networks))) == [], "and then nothing is"


def test_a_provider_by_name_is_told() -> None:
    """CoreDNS forwards to addresses only, and does not start with anything else in its file."""
    named = joined(domain="idco.example.com")
    [found] = resolving(seen(PLAIN + OURS.replace("192.0.2.9", "idco.example.com"), named))
    assert (found.object, found.steps) == ("network s/n", ()) and "no name of the cluster resolves" in found.what
    assert list(resolving(seen(PLAIN, named))) == [], "nothing is made worse"


@pytest.mark.parametrize(
    ("domain", "state", "warned"),
    [
        ("idco.example.com", "present", True),
        ("192.0.2.9", "present", False),
        ("2001:db8::9", "present", False),
        ("", "present", False),
        ("idco.example.com", "absent", False),
    ],
)
def test_a_provider_by_name_is_warned_of_before_anything_is_sent(domain: str, state: str, warned: bool) -> None:
    provider = {"provider": {"name": "idco", "domain": [domain]}} if domain else {}
    wanted = Wanted(NETWORK, {"name": "n", "namespace": "s", "type": "vnet", **provider}, state)
    told = by_name([plan(wanted, None)])
    assert bool(told) == warned and all("provider.domain is a name, idco.example.com" in text for text in told)
    changed = plan(replace(wanted, values={**wanted.values, "labels": {"a": "b"}}), joined(domain=domain))
    assert changed.action != "create" and by_name([changed]) == [], "the operator acts at the creation alone"


def test_what_was_never_joined_has_no_names() -> None:
    for lacking in ("overlays", "edges"):
        assert list(resolving(seen(PLAIN, joined(), **{lacking: []}))) == []


def test_where_the_operator_writes() -> None:
    env = [{"name": "INTRA_CONFIGMAP_NAMESPACE", "value": "dns"}, {"name": "INTRA_CONFIGMAP_NAME", "value": "names"}]
    spec = {"template": {"spec": {"containers": [{"env": env}]}}}
    assert where([{"metadata": {"name": "l2sm-controller-manager"}, "spec": spec}]) == "dns/names"
    assert where([]) == "kube-system/coredns"
