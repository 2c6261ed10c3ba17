# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying objects, by the stand-in of kubectl on a cluster of the stand-ins: compared first, told one by one."""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import apply, objects
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Done, Kubectl
from standin import kubectl
from standin_world import Machine, World, config, right

ADMIN = "/etc/kubernetes/admin.conf"


class Here(Kubectl):
    """kubectl in this process; what it is called with is noted."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(ADMIN)
        self.machine = machine
        self.calls: list[str] = []
        self.answers: list[Done] = []

    def call(self, *arguments: str, feed: str | None = None, timeout: float | None = None) -> Done:
        """Run it, unless an answer is prepared."""
        self.calls.append(" ".join(arguments))
        if self.answers and arguments[0] == "apply" and "--dry-run=server" not in arguments:
            return self.answers.pop(0)
        self.machine.out, self.machine.err = io.StringIO(), io.StringIO()
        before, sys.stdin = sys.stdin, io.StringIO(feed or "")
        try:
            status = kubectl.main(self.machine, ["--kubeconfig", ADMIN, *arguments])
        finally:
            sys.stdin = before
        return Done(status, self.machine.out.getvalue(), self.machine.err.getvalue())


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A cluster of one host."""
    world = World(tmp_path_factory.mktemp("world"), grace=60)
    one = world.machine(74)
    right(one, "init", "--config", config(one, init={"nodeRegistration": {"taints": []}}))
    yield one
    world.stop()


@pytest.fixture
def here(machine: Machine) -> Here:
    return Here(machine)


def applier(here: Here, check: bool = False, **more: Any) -> apply.Applier:
    return apply.Applier(here, check=check, seconds=more.pop("seconds", 0.3), pause=0.05, **more)


def actions(outcomes: list[apply.Outcome]) -> dict[str, int]:
    return dict(Counter(o.action for o in outcomes))


def thing(kind: str, name: str, api: str = "v1", space: str = "", **more: Any) -> dict[str, Any]:
    meta = {"name": name, **({"namespace": space} if space else {})}
    return {"apiVersion": api, "kind": kind, "metadata": meta, **more}


def definition(kind: str, group: str) -> dict[str, Any]:
    plural = f"{kind.lower()}s"
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    names = {"plural": plural, "singular": kind.lower(), "kind": kind}
    spec = {"group": group, "scope": "Namespaced", "names": names, "versions": [version]}
    return thing("CustomResourceDefinition", f"{plural}.{group}", "apiextensions.k8s.io/v1", spec=spec)


@pytest.mark.parametrize("side", [False, True])
def test_a_manifest(here: Here, side: bool) -> None:
    space = f"rounds-{str(side).lower()}"
    group = f"{space}.example"
    documents = objects.ordered(
        [
            thing("Pool", "p", f"{group}/v1", space, spec={"a": 1}),
            thing("Secret", "s", space=space, stringData={"password": "sesame"}),
            thing("ConfigMap", "c", space=space, data={"a": "1"}),
            thing("Namespace", space),
            definition("Pool", group),
        ]
    )
    for check in (True, False):
        one = applier(here, check, server_side=side, seconds=5)
        outcomes = one.planned(documents)
        assert actions(outcomes) == {apply.CREATED: 5}, [o.words for o in outcomes]
        if not check:
            one.apply(outcomes)
            assert actions(outcomes) == {apply.CREATED: 5}, [o.words for o in outcomes]
    assert one.wait(documents, 5) == []
    for check in (True, False):
        one = applier(here, check, server_side=side)
        outcomes = one.planned(documents)
        if (
            not side
        ):  # a Secret's stringData is no field of the live object, and is said to differ by no apply of a client
            assert actions(outcomes) == {apply.UNCHANGED: 5}, [(o.document["kind"], o.fields) for o in outcomes]
        here.calls.clear()
        one.apply([o for o in outcomes if o.document["kind"] != "Secret"])
        assert here.calls == []  # nothing differs, nothing is sent
    changed = [{**d, "data": {"a": "2"}} if d["kind"] == "ConfigMap" else d for d in documents]
    outcomes = applier(here, True, server_side=side).planned(changed)
    told = {
        o.document["kind"]: o.fields for o in outcomes if o.action == apply.CHANGED and o.document["kind"] != "Secret"
    }
    assert told == {"ConfigMap": {"data.a": ("1", "2")}}
    assert actions(applier(here, True).removed(documents)) == {apply.REMOVED: 5}
    assert actions(applier(here, seconds=5).removed(documents)) == {apply.REMOVED: 5}
    assert actions(applier(here).removed(documents)) == {apply.ABSENT: 5}


def test_one_that_fails_hides_no_other(here: Here) -> None:
    bad = thing("Deployment", "bad", "apps/v1", spec={"replicas": 1, "selector": {}, "template": {}})
    strange = thing("Strange", "s", "no.example/v1")
    documents = [thing("ConfigMap", "fine-1"), bad, strange, thing("ConfigMap", "fine-2")]
    outcomes = applier(here, True).planned(documents)
    assert [o.action for o in outcomes] == ["created", "failed", "failed", "created"]
    assert 'no matches for kind "Strange" in version "no.example/v1"' in outcomes[2].words
    one = applier(here)
    outcomes = one.planned(documents)
    one.apply(outcomes)
    assert [o.action for o in outcomes] == ["created", "failed", "failed", "created"]
    assert "spec" in outcomes[1].words
    assert "no matches for kind" in outcomes[2].words
    assert [o.action for o in applier(here).removed([documents[0], documents[3]])] == ["removed", "removed"]


def test_a_webhook_that_is_not_ready_yet(here: Here) -> None:
    words = (
        'Error from server (InternalError): error when creating "STDIN": Internal error occurred: failed calling '
        'webhook "w.example": Post "https://w.n.svc:443/?timeout=10s": dial tcp 10.96.1.2:443: connect: connection '
        "refused\n"
    )
    document = thing("ConfigMap", "later")
    one = applier(here, seconds=5)
    outcomes = one.planned([document])
    here.answers = [Done(1, "", words)] * 3
    one.apply(outcomes)
    assert (outcomes[0].action, outcomes[0].words) == ("created", "")
    one.removed([document])
    one = applier(here, seconds=0.2)
    outcomes = one.planned([document])
    here.answers = [Done(1, "", words)] * 50
    one.apply(outcomes)
    assert outcomes[0].action == "failed"
    assert "failed calling webhook" in outcomes[0].words


def test_a_refusal_is_not_tried_again(here: Here) -> None:
    words = 'Error from server (Forbidden): error when creating "STDIN": admission webhook "w" denied the request: no\n'
    one = applier(here, seconds=30)
    outcomes = one.planned([thing("ConfigMap", "never")])
    here.answers = [Done(1, "", words)] * 2
    one.apply(outcomes)
    assert outcomes[0].action == "failed"
    assert here.answers == []


def test_what_does_not_come_up_says_why(here: Here) -> None:
    containers = [{"name": "c", "image": "i", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}]
    volumes = [{"name": "v", "secret": {"secretName": "missing"}}]
    template = {"metadata": {"labels": {"app": "w"}}, "spec": {"containers": containers, "volumes": volumes}}
    spec = {"selector": {"matchLabels": {"app": "w"}}, "template": template}
    document = thing("DaemonSet", "w", "apps/v1", "default", spec=spec)
    one = applier(here, seconds=5)
    one.apply(one.planned([document]))
    with pytest.raises(
        EdgeError, match=r"After 1 s: DaemonSet default/w has 0 of 1 pods available \(pod w-.*on node-74"
    ):
        one.wait([document], 1)
    one.removed([document])
