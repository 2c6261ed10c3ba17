# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An OSD of a further host, checked before there is a system: the back end is what an earlier task would have made."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._starlingx import review


@pytest.mark.parametrize(("assumed", "refused"), [({}, True), ({"datanetwork": frozenset({"physnet0"})}, False)])
def test_the_back_end_of_an_osd(assumed: dict[str, Any], refused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review.storage, "review_storage", lambda *_given: None)
    monkeypatch.setattr(review.storage, "review_whole", lambda *_given: None)
    monkeypatch.setattr(review.one_call, "alone", lambda _survey: False)
    survey: Any = SimpleNamespace(rehearsal=False, assumed=assumed, documents=lambda *_given: [])
    change: Any = SimpleNamespace(wanted=SimpleNamespace(scope="", name="sdb"), resource="osd")
    error = review._review_storage(change, [change], survey)
    assert (error is not None and "no storage back end" in str(error)) is refused
