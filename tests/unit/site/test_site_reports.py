# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages of plan and drift: what is on them, that they need nothing else, and how a browser shows them."""

from __future__ import annotations

import copy
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import browser
import pytest
from ansible_collections.edge.infra.plugins.filter.report_page import report_page
from ansible_collections.edge.infra.plugins.module_utils._site.drift import collect
from ansible_collections.edge.infra.plugins.module_utils._site.drift import planned as plans_of
from ansible_collections.edge.infra.plugins.module_utils._site.drift_page import drift_page
from ansible_collections.edge.infra.plugins.module_utils._site.faults import Fault
from ansible_collections.edge.infra.plugins.module_utils._site.overview import drawn, overview
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan
from ansible_collections.edge.infra.plugins.module_utils._site.plan_page import plan_page
from ansible_collections.edge.infra.plugins.module_utils._site.report import STYLE
from report_pages import ABOUT, HOSTILE, SAMPLES, cloud, drift, page, sample, stages

VOID = {"meta", "link", "rect", "line", "circle"}
SECRETS = ("sysadmin-secret", "admin-secret", "osm-secret", "bmc-secret", "vim-secret")


class Sound(HTMLParser):
    """Every element is closed in order, names are there once, and nothing leads anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.kinds: set[str] = set()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("src", "action", "style"), (tag, name)
            assert name != "href" or value == "data:,", value
            self.names += [value or ""] if name == "id" else []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def check(text: str) -> str:
    """It is a sound page that loads and runs nothing; returns what it says."""
    sound = Sound()
    sound.feed(text)
    sound.close()
    assert not sound.open and len(sound.names) == len(set(sound.names)), sound.names
    assert not sound.kinds & {"script", "img", "iframe", "object", "form", "base"}
    assert not re.search(r"@import|url\(", text)
    return " ".join(" ".join(sound.said).split())


@pytest.mark.parametrize("name", SAMPLES)
def test_a_plan_of_every_model_is_a_page(name: str) -> None:
    plans = sample(name)
    said = check(page(plans))
    assert "The plan is sound" in said and page(plans) == page(tuple(copy.copy(plan) for plan in plans))
    for plan in plans:
        assert f"Address plan of {plan.name}" in said
        for member in plan.members:
            assert member.name in said
        subnets = [str(row["subnet"]) for site in overview(plans)["sites"] for row in site["networks"]]
        assert subnets and not [subnet for subnet in subnets if subnet not in said]
    assert page(plans).count("<svg") == len(plans) + (name == "distributed_cloud")


@pytest.mark.parametrize("number", [0, 1, 1000])
def test_a_cloud_stays_readable_and_small(number: int) -> None:
    plans = cloud(number)
    text = page(plans)
    said = check(text)
    assert len(text) < 400_000
    assert text.count("<svg") <= 8
    assert "<h1>central-1" in text and (f"central-1 with {number:,} subcloud" in said) is (number > 0)
    for place in range(number):
        assert f"edge-{place:04}" in text
    assert ("<details><summary>All 1,000 subclouds" in text) is (number == 1000)
    assert text.count("Address plan of") == {0: 1, 1: 2, 1000: 1}[number]


def test_faults_are_told_with_severity_place_and_remedy_and_nothing_is_drawn(
    planned: Callable[..., SitePlan], gone: object
) -> None:
    plans = [planned({"edge_model": "triplex", "edge_helm_repos": gone, "edge_helm_repo": []})]
    document = overview(plans, [Fault("group_vars/all", None, "is read by nobody.", "Rename it.")])
    severities = [f["severity"] for f in document["findings"]]
    assert severities == ["error", *["warning"] * (len(severities) - 1)]
    assert {"edge_helm_repo", "group_vars/all"} < {f["variable"] for f in document["findings"]}
    text = plan_page(document, drawn(plans))
    said = check(text)
    for wanted in (
        "1 fault: nothing was rendered",
        f"{len(severities) - 1} warnings",
        "edge_model",
        "Choose one of simplex",
        "Rename it.",
    ):
        assert wanted in said, wanted
    assert "triplex" in said and "<svg" not in text and "of what would be sent" not in said


def test_what_is_the_same_on_many_is_told_once_and_a_thousand_findings_stay_readable(
    planned: Callable[..., SitePlan],
) -> None:
    plan = planned()
    same = [Fault("edge_bmc_address", "x", "is no address.", "Correct it.", f"h-{n}") for n in range(30)]
    many = [Fault(f"edge_{n}", n, "is odd.", "Correct it.", "h") for n in range(1000)]
    said = check(page([replace(plan, faults=[*same, *many])]))
    assert "hosts h-0, h-1, h-2, h-3, h-4 and 25 more" in said and said.count("is no address.") == 1
    assert "801 more are in the JSON" in said and said.count("is odd.") == 199


@pytest.mark.parametrize("path", ["edge_site_name", "edge_interfaces[0].name", "edge_hardware.ports[0].name"])
def test_no_name_becomes_markup(planned: Callable[..., SitePlan], path: str) -> None:
    plans = [planned({path: HOSTILE})]
    assert "&lt;script&gt;" in page(plans)
    check(page(plans))
    # also where a name got through: nothing of what a site is called is believed
    named = [replace(plan, name=HOSTILE, faults=[]) for plan in plans]
    found = overview(named)
    found["sites"][0]["hosts"][0] |= {"name": HOSTILE, "hostname": HOSTILE, "personality": HOSTILE}
    check(plan_page(found, drawn(named)))


@pytest.mark.parametrize("changes", [{}, {"edge_model": ""}, {"edge_osm_url": "https://u:osm-secret@nbi"}])
def test_no_secret_is_on_a_page_or_beside_it(planned: Callable[..., SitePlan], changes: dict[str, Any]) -> None:
    plans = [planned(changes)]
    texts = [page(plans), json.dumps(overview(plans)), drift(plans)]
    assert not [secret for secret in SECRETS for text in texts if secret in text]


def test_a_site_that_differs_has_its_lines_remedies_hosts_and_the_plan() -> None:
    text = drift(sample("standard_storage"))
    said = check(text)
    for wanted in (
        "Could not be told",
        "1 difference, 1 failure.",
        "controller-0: Name servers (provision)",
        "9.9.9.9",
        "Run the stage to make it as planned",
        "See whether it is on.",
        "nothing found",
        "Address plan of valencia-1",
    ):
        assert wanted in said, wanted
    assert text.count("<svg") == 1, "two stages plan the same site"
    assert text == drift(sample("standard_storage"))
    found = [{**stage, "tasks": stage["tasks"][:1]} for stage in stages(sample("standard_storage"))]
    assert "storage-0 as planned" in check(drift_page(collect(found, 0, ABOUT), plans_of(found)))
    document = collect(stages(sample("standard_storage")), 2, ABOUT)
    assert {h["host"]: h["failures"] for h in document["hosts"]}["worker-0"] == 1 and "plans" not in json.dumps(
        document
    )


def test_drift_of_a_large_cloud_is_small_and_hostile_words_stay_words() -> None:
    plans = cloud(1000)
    tasks = [
        {"host": f"edge-{n:04}{HOSTILE}", "task": HOSTILE, "status": "changed", "says": [HOSTILE] * 1000}
        for n in range(300)
    ]
    plan = {"overview": overview(plans), "pictures": drawn(plans)}
    found = [{"stage": HOSTILE, "ok": 1, "tasks": tasks, "plans": [plan]}]
    text = drift_page(collect(found, 0, {"inventories": [HOSTILE]}), plans_of(found))
    said = check(text)
    assert "200 more; drift.json has their lines" in said and "900 lines more" in said
    assert len(text) < 2_000_000


PAGES = ("cloud", "drift", "faults", "kubeadm", "simplex")


@pytest.fixture(scope="module")
def chromium() -> Iterator[browser.Browser]:
    """A running Chromium; without one the tests are skipped."""
    program = browser.command() or pytest.skip("no Chromium: apt-get install chromium")
    with browser.Browser(program) as running:
        yield running


def written(name: str, planned: Callable[..., SitePlan]) -> str:
    if name == "cloud":
        return page(cloud(1000))
    if name == "drift":
        return drift(sample("standard_storage"))
    if name == "faults":
        long = {"edge_model": "triplex" * 30, "edge_networks.oam.gateway": "x" * 300, "edge_site_name": HOSTILE}
        return page([planned(long)])
    return page(sample(name))


#: what a reader sees at once on each page
SEEN = {
    "cloud": ("central-1 with 1,000 subclouds", "All 1,000 subclouds"),
    "drift": ("Could not be told", "9.9.9.9", "Address plan of valencia-1"),
    "faults": ("nothing was rendered", "error", HOSTILE[:20]),
    "kubeadm": ("The plan is sound", "control plane, the first"),
    "simplex": ("The plan is sound", "Address plan of"),
}


def test_a_template_has_the_same_frame() -> None:
    whole = report_page("\n<p>Told.</p>\n", HOSTILE)
    assert f"<title>{html.escape(HOSTILE)}</title><style>{STYLE}</style>" in whole and "<p>Told.</p>" in whole
    assert HOSTILE not in whole


@pytest.mark.parametrize("name", PAGES)
def test_a_browser_shows_it(
    chromium: browser.Browser, planned: Callable[..., SitePlan], tmp_path: Path, name: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(written(name, planned), encoding="utf-8")
    papers = []
    for wide, dark in ((1280, False), (400, False), (1280, True), (400, True)):
        seen = chromium.visit(file.as_uri(), wide, dark=dark)
        assert seen.complaints == [] and seen.requests == [file.as_uri()]
        assert chromium.ask("[innerWidth, document.documentElement.scrollWidth]") == [wide, wide]
        said = chromium.ask("document.body.innerText")
        assert not [words for words in SEEN[name] if words not in said]
        assert chromium.ask("document.title") != "run"
        papers.append(
            chromium.ask("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
        )
    assert papers[0] == papers[1] != papers[2] == papers[3], "light and dark"
