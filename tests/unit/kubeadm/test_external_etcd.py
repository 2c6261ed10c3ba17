# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An etcd of its own: whether it is reached, well, and empty."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import external, host
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.etcd import Etcd

URLS = [f"https://10.0.0.3{number}:2379" for number in (1, 2, 3)]
FILES = ["/etc/etcd/ca.crt", "/etc/etcd/a.crt", "/etc/etcd/a.key"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host with certificates that nobody reads."""
    monkeypatch.setattr(host, "ROOT", tmp_path)
    monkeypatch.setattr(external.ssl, "create_default_context", lambda **_given: MagicMock())
    (tmp_path / "etc/etcd").mkdir(parents=True)
    for name in FILES:
        (tmp_path / name.lstrip("/")).write_text("x", encoding="utf-8")
    return tmp_path


def members(monkeypatch: pytest.MonkeyPatch, well: list[str], keys: list[dict[str, str]] | None = None) -> None:
    """Members of which some are well, and what is in them."""
    monkeypatch.setattr(Etcd, "healthy", lambda _self, url: url in well)
    monkeypatch.setattr(Etcd, "call", lambda *_given, **_more: {"kvs": keys} if keys else {})


def node(root: Path, ended: bool = True) -> None:
    """A host on which kubeadm was."""
    (root / "etc/kubernetes/manifests").mkdir(parents=True)
    for name in (host.API_SERVER, host.KUBELET_CONF, host.ADMIN):
        (root / name).write_text("", encoding="utf-8")
    host.remember(action="init", kind="init", endpoint="10.0.0.10:6443", ended=ended)


def test_all_are_well_and_empty(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    members(monkeypatch, URLS)
    assert external.look(URLS, FILES, True) == {"certificates": True, "healthy": URLS, "faults": []}


def test_one_that_is_not_well_is_one_too_many_before_there_is_a_cluster(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members(monkeypatch, URLS[:2])
    [fault] = external.look(URLS, FILES, True)["faults"]
    assert URLS[2] in fault and "does not say that it is well" in fault and "firewalls" in fault
    node(here)
    assert external.look(URLS, FILES, True)["faults"] == []
    members(monkeypatch, URLS[:1])
    assert len(external.look(URLS, FILES, True)["faults"]) == 2


def test_the_data_of_another_cluster(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the way of a new one only, and not what this host has begun itself."""
    members(monkeypatch, URLS, [{"key": "L3JlZ2lzdHJ5L3BvZHM="}])
    [fault] = external.look(URLS, FILES, True)["faults"]
    assert "the data of a cluster" in fault and "etcdctl del" in fault
    assert external.look(URLS, FILES, False)["faults"] == []
    host.remember(action="init", kind="init", endpoint="10.0.0.10:6443", ended=False)
    assert external.look(URLS, FILES, True)["faults"] == []


def test_without_certificates_it_is_only_reached(here: Path) -> None:
    (here / "etc/etcd/a.key").unlink()
    with socket.create_server(("127.0.0.1", 0)) as there:
        url = f"https://127.0.0.1:{there.getsockname()[1]}"
        found = external.look([url], FILES, True)
        assert (found["certificates"], found["healthy"], found["faults"]) == (False, [url], [])
    [fault] = external.look([url], FILES, True)["faults"]
    assert "cannot be reached" in fault


def test_certificates_that_are_none(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What OpenSSL refuses is a fault, and no traceback."""
    monkeypatch.undo()
    monkeypatch.setattr(host, "ROOT", here)
    [fault] = external.look(URLS[:1], FILES, True)["faults"]
    assert fault.startswith(f"cannot use {', '.join(FILES)}: ")


def test_a_gateway_that_is_switched_off(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing can be said of what is in it."""
    monkeypatch.setattr(Etcd, "healthy", lambda _self, _url: True)

    def refuse(*_given: Any, **_more: Any) -> dict[str, Any]:
        raise json.JSONDecodeError("404 page not found", "", 0)

    monkeypatch.setattr(Etcd, "call", refuse)
    assert external.look(URLS, FILES, True)["faults"] == []
