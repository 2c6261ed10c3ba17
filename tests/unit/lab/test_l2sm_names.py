# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operator's formulas, against the reference's vectors (not computed by the code under test)."""

from __future__ import annotations

import pytest

from edgelab.l2sm import names
from edgelab.l2sm.pods import next_address


def test_vectors_of_the_reference() -> None:
    assert names.switch("l2sm-test-worker", "l2sm-controller") == "br-abb58826"
    assert names.datapath("l2sm-test-worker", "l2sm-controller") == "a30b6e801ab54336"
    assert names.endpoint("l2sm-test-worker", "overlay-sample-veth3") == "of:a30b6e801ab54336/3"
    assert names.switch_pod("sps", "overlay-sample", "l2sm-test-worker") == "sps-6022a210"
    assert names.switch_pod("ned", "example-ned", "worker-cluster-2-control-plane") == "ned-ab87f7b0"
    assert names.interface("l2sm-test-worker", 3) == "lsa30b63"


def test_networks_as_list_or_json() -> None:
    assert names.networks_of("a, b") == [{"name": "a"}, {"name": "b"}]
    assert names.networks_of('[{"name":"a","ips":["10.0.0.1/24"]}]') == [{"name": "a", "ips": ["10.0.0.1/24"]}]


def test_addresses_count_up_in_the_last_byte_only() -> None:
    assert next_address("10.1.2.0/24", "", {}) == "10.1.2.1"
    assert next_address("10.1.2.0/24", "10.1.2.1", {"10.1.2.2": "pod"}) == "10.1.2.3"
    assert next_address("10.1.0.0/16", "10.1.0.254", {}) == "10.1.0.255"
    assert next_address("10.1.0.0/16", "10.1.0.255", {}) == "10.1.0.0"
    assert next_address("10.1.2.0/30", "10.1.2.3", {}) is None
    with pytest.raises(OverflowError):
        next_address("10.1.0.0/16", "10.1.0.255", {f"10.1.0.{n}": "pod" for n in range(256)})
