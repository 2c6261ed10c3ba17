# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's page in a browser: what a person sees of a world that has been built, and its picture in build/."""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import browser as browsers
import pytest
import requests
import yaml
from cluster_client import L2SM, Cluster
from osm_client import FAST, KNF, NSD, VIM, Nbi, package
from starlingx_client import Client, bootstrapped

LAB = {"osm": FAST["osm"], "l2sm": {"installed": True, "switches_namespace": "default"}}
PICTURE = Path(__file__).resolve().parents[3] / "build" / "lab-page.png"
SIZE = (1280, 1500)


@pytest.fixture(scope="module")
def browser() -> str:
    """The command of a Chromium; without one the tests are skipped."""
    return browsers.command() or pytest.skip("no Chromium: apt-get install chromium")


def visit(browser: str, url: str, profile: Path, *options: str) -> str:
    """What headless Chromium prints of a page; it talks to nobody else."""
    command = [
        browser,
        *browsers.OPTIONS,
        f"--user-data-dir={profile}",
        f"--window-size={SIZE[0]},{SIZE[1]}",
        *options,
        url,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def rows(dom: str, title: str) -> list[list[str]]:
    """The cells of the table under a heading, without the row of column names."""
    found = re.search(rf"<h3>{re.escape(title)}</h3>\s*<table>(.*?)</table>", dom, re.DOTALL)
    assert found, f"no table {title!r} on the page"
    lines = [re.findall(r"<td[^>]*>(.*?)</td>", line, re.DOTALL) for line in found[1].split("<tr")]
    return [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in line] for line in lines if line]


def section(dom: str, name: str) -> str:
    """The part of the page with this id."""
    found = re.search(rf'id="{name}".*?(?=<section|</main>)', dom, re.DOTALL)
    assert found, f"nothing on the page has the id {name!r}"
    return found[0]


def unlock(client: Client) -> None:
    """From a controller that is bootstrapped to one that is available, as its owner does it."""
    client.put_oam_on()
    client.patch("/ihosts/controller-0", action="unlock")
    client.lab.wait(client.available, seconds=30)


def add_networks(lab: Any) -> None:
    """Two virtual networks in the cluster of the controller."""
    cluster = Cluster(lab)
    lab.wait(lambda: lab.control.state("l2sm")["operator"] and lab.control.state("l2sm")["up"], seconds=30)
    for name in ("edge-access", "edge-core"):
        cluster.create(f"{L2SM}/l2networks", {"metadata": {"name": name}, "spec": {"type": "vnet"}})
    lab.wait(lambda: len(lab.control.state("l2sm")["networks"]) == 2)


def run_service(lab: Any) -> None:
    """VIM account, cluster, packages, and a network service that runs in the cluster."""
    nbi = Nbi(lab)
    vim = nbi.add("admin/v1/vims", VIM)
    body = {"name": "madrid-1", "vim_account": vim, "k8s_version": "v1.31", "nets": {"mgmtnet": None}}
    credentials = yaml.safe_load(lab.lab.services["kubernetes"].admin_kubeconfig())
    cluster = nbi.add("admin/v1/k8sclusters", {**body, "credentials": credentials})
    nbi.settled(f"admin/v1/k8sclusters/{cluster}", "ENABLED")
    assert nbi.upload("vnfpkgm/v1/vnf_packages_content", package(KNF)).status_code == 201
    nsd = nbi.upload("nsd/v1/ns_descriptors_content", package(NSD)).json()["id"]
    request = {"nsName": "<web>", "nsdId": nsd, "vimAccountId": vim}
    reply = nbi.call("POST", "nslcm/v1/ns_instances_content", request).json()
    assert nbi.ended(reply["nslcmop_id"])["operationState"] == "COMPLETED"


@pytest.fixture
def built(lab: Any) -> Iterator[Any]:
    """A lab with a whole site in it."""
    if not lab.control.state("sysinv")["finalized"]:
        unlock(bootstrapped(lab, {"admin_password": lab.credentials["starlingx"]["password"]}))
        add_networks(lab)
        run_service(lab)
    yield lab


def test_a_built_world_is_on_the_page(built: Any, browser: str, tmp_path: Path) -> None:
    dom = visit(browser, built.urls["lab"], tmp_path, "--dump-dom")
    assert rows(dom, "StarlingX: hosts")[0][:5] == ["controller-0", "controller", "unlocked", "enabled", "available"]
    assert rows(dom, "VIM accounts")[0][:4] == ["madrid-1", "dummy", VIM["vim_url"], "ENABLED"]
    assert rows(dom, "K8s clusters")[0][:3] == ["madrid-1", "v1.31", "ENABLED"]
    assert {(row[0], row[1], row[4]) for row in rows(dom, "Packages")} == {
        ("VNF", "web_knf", "ONBOARDED"),
        ("NS", "web_ns", "ONBOARDED"),
    }
    assert rows(dom, "NS instances")[0][:4] == ["<web>", "web_ns", "READY", "running"]
    assert [row[0] for row in rows(dom, "Kubernetes nodes")] == ["controller-0"]
    assert [row[0] for row in rows(dom, "SDN controller")] == ["edge-access", "edge-core"]
    overview = unescape(section(dom, "built"))
    for line in (
        "host controller-0 (unlocked/enabled/available)",
        "VIM account madrid-1 (ENABLED)",
        "K8s cluster madrid-1 (ENABLED)",
        "network service <web> (READY)",
        "virtual network edge-access (0 ports)",
    ):
        assert f"<li>{line}</li>" in overview
    assert "POST /osm/nslcm/v1/ns_instances_content" in unescape(section(dom, "requests"))


def test_it_has_a_picture(built: Any, browser: str, tmp_path: Path) -> None:
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.unlink(missing_ok=True)
    visit(browser, built.urls["lab"], tmp_path, f"--screenshot={PICTURE}")
    data = PICTURE.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", data[16:24]) == SIZE
    assert len(data) > 50_000, "a page with a world on it is not that plain"


def test_it_asks_nobody_else_and_shows_no_secret(built: Any) -> None:
    text = requests.Session().get(built.urls["lab"], timeout=10).text
    assert "<script" not in text
    assert not re.findall(r"(?:src|href|action)=|@import|url\(", text)
    secrets = [value for given in built.credentials.values() for key, value in given.items() if key != "username"]
    assert secrets
    assert not [value for value in [*secrets, VIM["vim_password"]] if value in text]


def test_faults_that_are_on_are_in_the_heading(built: Any) -> None:
    built.control.fault("refuse", service="osm", match="GET /osm/<b>")
    text = built.control.get(built.urls["lab"], timeout=10).text
    assert "fault: refuse on osm GET /osm/&lt;b&gt;" in text


@pytest.mark.parametrize("lab", [{"osm": FAST["osm"], "time_factor": 3001}], indirect=True)
def test_an_empty_world_says_so(lab: Any) -> None:
    text = lab.control.get(lab.urls["lab"], timeout=10).text
    assert "nothing yet" in section(text, "built")
    assert "takes no connections" in section(text, "keystone")
    assert "None yet: " in section(text, "osm")
    assert rows(text, "Hosts")[0][:2] == ["controller-0", "off"]
