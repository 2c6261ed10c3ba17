# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying objects through kubectl: compared first, only what differs is sent, and what is not ready yet is retried.

Source: kubectl 1.20 to 1.36. ``apply --dry-run=server -o json`` prints what the server would have, in the order that
was given, and prints nothing at all where one object fails, so that the objects are then asked about one by one.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .._engine.errors import EdgeError
from . import objects, rollout
from .kubectl import Done, Kubectl
from .objects import Document

CREATED, CHANGED, UNCHANGED, REMOVED, ABSENT, FAILED = "created", "changed", "unchanged", "removed", "absent", "failed"
MANAGER = "edge.infra"
_NO_KIND = re.compile(r"no matches for kind \"([^\"]+)\" in version \"([^\"]+)\"")
_NO_NAMESPACE = re.compile(r"namespaces \"[^\"]+\" not found")
#: a webhook, or the service before it, that is not there yet, and what an API server says while it starts
_LATER = re.compile(
    r"failed calling webhook|failed to call webhook|conversion webhook for|no endpoints available for service"
    r"|the server is currently unable to handle the request|ServiceUnavailable|TooManyRequests|etcdserver: "
    r"|object has been modified|could not find the requested resource|InternalError|being deleted|being terminated"
    r"|serviceaccount \"[^\"]+\" not found|unable to recognize|http2: |x509: certificate signed by unknown authority",
)
_NO_DRY_RUN = re.compile(r"does not support dry run|doesn't support dry-run|dryRun alpha feature is disabled")
#: seconds for a kind that nothing in sight defines: what was defined a moment ago may not be served yet
_SOON = 15.0


@dataclass
class Outcome:
    """What becomes of one object: what is done, which fields differ, and what the API said where it failed."""

    document: Document
    action: str = ""
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    words: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For a module's result."""
        _group, kind, space, name = objects.key(self.document)
        found: dict[str, Any] = {"kind": kind, "namespace": space, "name": name, "action": self.action}
        if self.fields:
            found["fields"] = sorted(self.fields)
        return {**found, "words": self.words} if self.words else found


@dataclass
class Applier:
    """Objects, and a cluster that is to have them.

    :param check: whether nothing is to be changed.
    :param seconds: for which what is not ready yet is tried again.
    :param unread: whether there are further objects that are not known yet (check mode), as definitions may be.
    """

    kubectl: Kubectl
    server_side: bool = False
    force: bool = False
    check: bool = False
    seconds: float = 180.0
    pause: float = 2.0
    unread: bool = False

    def __post_init__(self) -> None:
        self._deadline = time.monotonic() + self.seconds

    # -- asking ------------------------------------------------------------------------------------------------
    def _retried(self, *arguments: str, documents: Sequence[Document]) -> Done:
        """A command's end; where no API server answers, it is asked again until the deadline."""
        while True:
            done = self.kubectl.call(*arguments, feed=objects.feed(documents), timeout=120)
            if not done.away or self._over():
                return done
            time.sleep(self.pause)

    def _over(self) -> bool:
        return time.monotonic() + self.pause >= self._deadline

    def live(self, documents: Sequence[Document]) -> tuple[list[Document], set[tuple[str, str]]]:
        """What is there of the objects, and (group, kind) of what the server does not know.

        Raises :class:`EdgeError` where it does not answer, or must not be asked.
        """
        done = self._retried("get", "-f", "-", "--ignore-not-found", "-o", "json", documents=documents)
        unknown = {(version.rpartition("/")[0], kind) for kind, version in _NO_KIND.findall(done.err)}
        others = [line for line in done.err.splitlines() if line.strip() and not _harmless(line)]
        if done.status and (not unknown or done.away or any("Error from server" in line for line in others)):
            raise EdgeError(
                f"The cluster could not be asked for the objects: {done.words.rstrip('.')}.",
                "See whether the API server runs: crictl ps -a; journalctl -u kubelet.",
                status=done.status,
            )
        return objects.items(done.out), unknown

    # -- planning ----------------------------------------------------------------------------------------------
    def planned(self, documents: Sequence[Document]) -> list[Outcome]:
        """What would become of each object, by what the server says."""
        found, unknown = self.live(documents)
        live = objects.index(found)
        outcomes = [Outcome(objects.with_bundles(d, objects.find(d, live))) for d in documents]
        there = [o for o in outcomes if objects.find(o.document, live)]
        for outcome in outcomes:
            if outcome not in there:
                outcome.action = CREATED
        self._compare(there, live)
        if self.check:
            self._rehearse([o for o in outcomes if o.action == CREATED], unknown, documents)
        return outcomes

    def _compare(self, outcomes: list[Outcome], live: dict[objects.Key, Document]) -> None:
        for side in (True, False):
            mine = [o for o in outcomes if self._by_server(o.document) is side]
            for group in [mine] if mine else []:
                done = self._try(group, side)
                answers = objects.items(done.out) if done.status == 0 else []
                if len(answers) == len(group):
                    for outcome, answer in zip(group, answers):  # noqa: B905
                        self._judge(outcome, answer, live)
                    continue
                for outcome in group:
                    done = self._try([outcome], side)
                    if done.status == 0:
                        self._judge(outcome, objects.items(done.out)[0], live)
                    elif _NO_DRY_RUN.search(done.err) or self._later(done):
                        present = objects.find(outcome.document, live)
                        outcome.action = UNCHANGED if objects.holds(present, outcome.document) else CHANGED
                    else:
                        outcome.action, outcome.words = FAILED, done.words

    def _try(self, outcomes: list[Outcome], side: bool) -> Done:
        arguments = ["apply", "--dry-run=server", "-o", "json", *self._flags(side), "-f", "-"]
        return self._retried(*arguments, documents=[o.document for o in outcomes])

    @staticmethod
    def _judge(outcome: Outcome, answer: Document, live: dict[objects.Key, Document]) -> None:
        outcome.fields = objects.differences(objects.find(outcome.document, live) or answer, answer)
        outcome.action = CHANGED if outcome.fields else UNCHANGED

    def _rehearse(self, outcomes: list[Outcome], unknown: set[tuple[str, str]], documents: Sequence[Document]) -> None:
        """Ask whether what is to be created would be taken, where what it needs is there."""
        defined = objects.kinds_of(documents)
        spaces = {d["metadata"]["name"] for d in documents if d["kind"] == "Namespace"}
        asked = []
        for outcome in outcomes:
            group, kind, space, _name = objects.key(outcome.document)
            if (group, kind) in defined or (space in spaces):
                continue
            if (group, kind) in unknown:
                if self.unread:
                    continue
                outcome.action = FAILED
                outcome.words = f'no matches for kind "{kind}" in version "{outcome.document["apiVersion"]}"'
                continue
            asked.append(outcome)
        for side in (True, False):
            mine = [o for o in asked if self._by_server(o.document) is side]
            if not mine or self._try(mine, side).status == 0:
                continue
            for outcome in mine:
                done = self._try([outcome], side)
                if done.status and not (
                    _NO_DRY_RUN.search(done.err) or self._later(done) or _NO_NAMESPACE.search(done.err)
                ):
                    outcome.action, outcome.words = FAILED, done.words

    def _by_server(self, document: Document) -> bool:
        return self.server_side or objects.large(document)

    def _flags(self, side: bool) -> list[str]:
        force = ["--force-conflicts"] if side and self.force else []
        return ["--server-side", f"--field-manager={MANAGER}", *force] if side else []

    @staticmethod
    def _later(done: Done) -> bool:
        return done.away or bool(_LATER.search(done.err))

    # -- doing -------------------------------------------------------------------------------------------------
    def apply(self, outcomes: Sequence[Outcome]) -> None:
        """Send what differs; who fails for a reason that passes is tried again, and nobody hides the others."""
        todo = [o for o in outcomes if o.action in (CREATED, CHANGED)]
        defined = objects.kinds_of([o.document for o in outcomes])
        spaces = {o.document["metadata"]["name"] for o in outcomes if o.document["kind"] == "Namespace"}
        begun = time.monotonic()
        todo = self._send_all(todo)
        while todo:
            left = []
            for outcome in todo:
                side = self._by_server(outcome.document)
                done = self.kubectl.call(
                    "apply", *self._flags(side), "-f", "-", feed=objects.feed([outcome.document]), timeout=120
                )
                if done.status == 0:
                    outcome.words = ""
                    continue
                outcome.words = done.words
                passes = self._later(done)
                lacking = _NO_NAMESPACE.search(done.err) or _NO_KIND.search(done.err)
                if lacking:  # what is defined here comes soon; what others have defined a moment ago, too
                    group, kind, space, _name = objects.key(outcome.document)
                    here = (group, kind) in defined if _NO_KIND.search(done.err) else space in spaces
                    passes = here or time.monotonic() - begun < min(_SOON, self.seconds)
                if passes:
                    left.append(outcome)
                else:
                    outcome.action = FAILED
            todo = left
            if todo and self._over():
                for outcome in todo:
                    outcome.action = FAILED
                return
            if todo:
                time.sleep(self.pause)

    def _send_all(self, outcomes: list[Outcome]) -> list[Outcome]:
        """All of them at once; returns those that were not taken, to be sent one by one.

        What was taken is said in a line each, such as ``deployment.apps/a configured``; where one of two of a name was
        not taken, both are sent again.
        """
        left: list[Outcome] = []
        for side in (True, False):
            mine = [o for o in outcomes if self._by_server(o.document) is side]
            if not mine:
                continue
            fed = objects.feed([o.document for o in mine])
            done = self.kubectl.call("apply", *self._flags(side), "-f", "-", feed=fed, timeout=600)
            if done.status:
                said = Counter(line.split(" ")[0] for line in done.out.splitlines())
                asked = Counter(objects.label(o.document) for o in mine)
                left += [o for o in mine if said[objects.label(o.document)] != asked[objects.label(o.document)]]
        return left

    def removed(self, documents: Sequence[Document]) -> list[Outcome]:
        """Take objects away, the last ones first; what is gone already, or of a kind that is not known, is absent."""
        found, _unknown = self.live(documents)
        live = objects.index(found)
        outcomes = [Outcome(d, REMOVED if objects.find(d, live) else ABSENT) for d in reversed(documents)]
        todo = [o for o in outcomes if o.action == REMOVED]
        if not todo or self.check:
            return outcomes
        limit = f"--timeout={max(int(self.seconds), 10)}s"
        for outcome in todo:
            while True:
                done = self.kubectl.call(
                    *("delete", "--ignore-not-found", limit, "-f", "-"),
                    feed=objects.feed([outcome.document]),
                    timeout=max(self.seconds, 10) + 30,
                )
                # a kind whose definition went a moment ago has taken its objects with it
                if done.status == 0 or _NO_KIND.search(done.err):
                    break
                if not self._later(done) or self._over():
                    outcome.action, outcome.words = FAILED, done.words
                    break
                time.sleep(self.pause)
        return outcomes

    # -- waiting -----------------------------------------------------------------------------------------------
    def wait(self, documents: Sequence[Document], seconds: float) -> list[str]:
        """Until what runs of the objects has come up; returns warnings.

        Raises :class:`EdgeError` after that many seconds, with what the pods say.
        """
        mine = [d for d in documents if d["kind"] in rollout.KINDS]
        deadline = time.monotonic() + seconds
        while mine:
            late = time.monotonic() + self.pause >= deadline
            try:
                found, _unknown = self.live(mine)
                lacking = [(d, words) for d in found if (words := rollout.pending(d))]
                if not lacking and len(found) == len(mine):
                    break
                dead = rollout.dead_nodes(self.kubectl.list("nodes")) if lacking else set()
                if dead and len(found) == len(mine) and all(self._only_dead(d, dead) for d, _words in lacking):
                    names = ", ".join(objects.title(d) for d, _words in lacking)
                    return [f"{names}: not there on {', '.join(sorted(dead))}, of which nothing is heard."]
                error = self._late(lacking, seconds) if late else None
            except EdgeError as failure:  # a new network interrupts even the API for a moment
                error = failure
            if late and error:
                raise error
            time.sleep(self.pause)
        return []

    def _pods(self, live: Document) -> list[Document]:
        space = live["metadata"].get("namespace")
        return rollout.selected(self.kubectl.list("pods", "-n", space), live) if space else []

    def _only_dead(self, live: Document, dead: set[str]) -> bool:
        if live["kind"] != "DaemonSet":
            return False
        pods = [p for p in self._pods(live) if not rollout.pod_ready(p)]
        return bool(pods) and all((p.get("spec") or {}).get("nodeName") in dead for p in pods)

    def _late(self, lacking: list[tuple[Document, str]], seconds: float) -> EdgeError:
        lines = []
        for live, words in lacking:
            why = rollout.told(self._pods(live))
            lines.append(f"{objects.title(live)} {words}" + (f" ({why})" if why else ""))
        if not lines:
            lines.append("some of the objects are gone again")
        return EdgeError(
            f"After {seconds:.0f} s: {'; '.join(lines)}.",
            "Correct what the pods say (an image that cannot be had wants a mirror, or importing), and run again.",
            waiting=[objects.title(d) for d, _words in lacking],
        )


def _harmless(line: str) -> bool:
    return bool(_NO_KIND.search(line)) or "ensure CRDs are installed first" in line or "unable to recognize" in line
