# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a rehearsal: which runs there were, and what to type next, ready to be copied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible import context
from ansible_collections.edge.infra.plugins.action import rehearsal
from ansible_collections.edge.infra.plugins.module_utils._site.rehearsal import Around, Run, summarize, table

AROUND = Around("http://lab", "there", 30, "-i 'my site' --ask-vault-pass", ["madrid-1", "madrid-2"])


def lines(around: Around, *statuses: int) -> str:
    """The end of a rehearsal whose runs ended so."""
    stage = {"stage": "plan", "started": 1.0, "ended": 2.0, "changed": 0, "failed": 0, "unreachable": 0, "tasks": []}
    names = ("check", "run", "again")[: len(statuses)]
    runs = [Run(n, 1.0, 2.0, s, [stage], []) for n, s in zip(names, statuses, strict=True)]
    return "\n".join(table(summarize(runs), {}, around))


def test_ones_own_site_is_followed_by_the_real_one() -> None:
    text = lines(AROUND, 0, 0, 0)
    assert "All three runs together: 3.0 s.  Details: there/summary.json" in text
    for site in ("madrid-1", "madrid-2"):
        assert f"kubectl --kubeconfig there/lab/sites/{site}/kubeconfig get" in text
    assert "edge.infra.service -i 'my site' --ask-vault-pass -e @there/lab/lab-vars.yml" in text
    assert "ansible-playbook edge.infra.site -i 'my site' --ask-vault-pass --check --diff" in text
    assert "stop it:             ansible-playbook edge.infra.lab -e lab_state=stopped -e lab_folder=there/lab" in text
    for wrong in ("make", "SITE", "INVENTORY", "sample"):
        assert wrong not in text


def test_the_sample_is_to_be_copied() -> None:
    text = lines(replace(AROUND, sample="inventories/simplex", in_clone=True), 0, 0, 0)
    assert "cp -r inventories/simplex my_site" in text and "make lab-stop   (or: " in text
    assert "edge.infra.site " not in text


def test_clusters_have_words_of_their_own() -> None:
    """And a stage with a long name keeps its column."""
    text = lines(replace(AROUND, clusters=True, sample="inventories/openstack_helm"), 0, 0, 0)
    assert "cp -r inventories/openstack_helm my_cloud" in text and "openstack_helm_verb=plan" in text
    assert "get pods -A" in text and "l2networks" not in text and "vault create" not in text
    assert "edge.infra.openstack_helm -i 'my site' --ask-vault-pass --check --diff" in lines(
        replace(AROUND, clusters=True), 0, 0, 0
    )
    stage = {"stage": "openstack_helm", "started": 1.0, "ended": 2.0, "changed": 0, "failed": 0, "unreachable": 0}
    rows = table(summarize([Run("check", 1.0, 2.0, 0, [{**stage, "tasks": []}], [])]), {}, AROUND)
    found = {row.split()[0]: len(row) for row in rows if row.startswith(("Stage", "openstack_helm", "all"))}
    assert set(found) == {"Stage", "openstack_helm", "all"} and len(set(found.values())) == 1, rows


@pytest.mark.parametrize(("statuses", "title"), [((2,), "One run: 1.0 s"), ((0, 2), "Both runs together: 2.0 s")])
def test_what_failed_is_to_be_mended(statuses: tuple[int, ...], title: str) -> None:
    text = lines(replace(AROUND, sample="x"), *statuses)
    assert title in text and "the second run was not started" in text
    assert "Next: mend" in text and "cp -r" not in text


def test_paths_are_as_short_as_they_can_be_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PWD", str(tmp_path))
    monkeypatch.delenv("EDGE_INFRA_ACTIVATE", raising=False)
    monkeypatch.setattr(context, "CLIARGS", {"vault_ids": ["a@prompt"], "vault_password_files": ["/pw"]})
    args: dict[str, Any] = {"lab_url": "http://lab", "folder": str(tmp_path / "build"), "keep_minutes": 1.0}
    own = rehearsal.around({**args, "inventories": [f"{tmp_path}/my site", "/x"], "limit": "a:b", "sites": ["s"]})
    assert own.inventory == "-i 'my site' -i /x --limit a:b --vault-password-file /pw --vault-id a@prompt"
    assert (own.folder, own.sample, own.in_clone) == ("build", "", False)
    samples = str(rehearsal.SAMPLES / "simplex")
    monkeypatch.setenv("EDGE_INFRA_ACTIVATE", "source build/activate")
    there = {**args, "inventories": [samples], "limit": "", "sites": []}
    assert rehearsal.around(there).sample == samples and not rehearsal.around(there).in_clone
    assert rehearsal.around({**there, "folder": str(tmp_path / "build/rehearsal")}).in_clone
