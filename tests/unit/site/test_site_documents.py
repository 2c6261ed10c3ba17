# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the plan renders: overrides with secrets apart, the configuration through the API, packages as they are read."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.filter.bootstrap_secrets import bootstrap_secrets
from ansible_collections.edge.infra.plugins.filter.host_name import host_name
from ansible_collections.edge.infra.plugins.filter.mask_secrets import mask_secrets
from ansible_collections.edge.infra.plugins.module_utils._site import descriptors
from ansible_collections.edge.infra.plugins.module_utils._site.faults import MASK
from ansible_collections.edge.infra.plugins.module_utils._site.plan import SitePlan, plan_site

REGISTRY = {"docker_registries": {"docker.io": {"url": "r.example", "username": "u", "password": "registry-secret"}}}


def test_overrides_are_the_real_keys(planned: Callable[..., SitePlan]) -> None:
    plan = planned(
        {
            "edge_timezone": "Europe/Madrid",
            "edge_networks.management": {"subnet": "192.168.204.0/28", "start": "192.168.204.2"},
            "edge_bootstrap_overrides": {"kubernetes_version": "1.31.5"},
        }
    )
    assert plan.faults == []
    assert plan.bootstrap["controller-0"] == {
        "dns_servers": ["10.20.30.53"],
        "external_oam_floating_address": "10.20.30.2",
        "external_oam_gateway_address": "10.20.30.1",
        "external_oam_subnet": "10.20.30.0/24",
        "kubernetes_version": "1.31.5",
        "management_start_address": "192.168.204.2",
        "management_subnet": "192.168.204.0/28",
        "system_mode": "simplex",
        "timezone": "Europe/Madrid",
    }


def test_secrets_are_apart_and_masked_on_paper(planned: Callable[..., SitePlan], site: dict[str, Any]) -> None:
    plan = planned({"edge_bootstrap_overrides": REGISTRY})
    assert plan.faults == []
    reference = plan.bootstrap["controller-0"]["docker_registries"]["docker.io"]["password"]
    assert reference == "{{ vault_docker_registries_docker_io_password }}"
    assert plan.secrets["controller-0"] == {
        "vault_admin_password": MASK,
        "vault_ansible_become_pass": MASK,
        "vault_docker_registries_docker_io_password": MASK,
    }
    assert bootstrap_secrets(site) == {
        "vault_admin_password": "admin-secret",
        "vault_ansible_become_pass": "sysadmin-secret",
        "vault_docker_registries_docker_io_password": "registry-secret",
    }


def test_two_secrets_never_share_a_name(planned: Callable[..., SitePlan], site: dict[str, Any]) -> None:
    names = ("my-reg", "my.reg", "My.reg")
    registries = {name: {"url": name, "username": "u", "password": f"{name}!"} for name in names}
    extra = {"docker_registries": registries, "admin": {"password": "other!"}}
    references = planned({"edge_bootstrap_overrides": extra}).bootstrap["controller-0"]
    secrets = bootstrap_secrets(site)
    for name in registries:
        reference = references["docker_registries"][name]["password"].strip("{} ")
        assert secrets[reference] == f"{name}!", "on paper and on the target"
    assert secrets[references["admin"]["password"].strip("{} ")] == "other!"
    assert secrets["vault_admin_password"] == "admin-secret"
    turned = {**extra, "docker_registries": dict(reversed(registries.items()))}
    assert bootstrap_secrets({**site, "edge_bootstrap_overrides": turned}) == secrets, "whatever the order"


def test_a_secret_number_is_a_secret(planned: Callable[..., SitePlan], site: dict[str, Any]) -> None:
    registry = {"docker_registries": {"docker.io": {"url": "r.example", "username": "u", "password": 4711}}}
    name = "vault_docker_registries_docker_io_password"
    overrides = planned({"edge_bootstrap_overrides": registry}).bootstrap["controller-0"]
    assert overrides["docker_registries"]["docker.io"]["password"] == "{{ " + name + " }}"
    assert bootstrap_secrets(site)[name] == "4711"


def test_no_secret_is_in_a_document_or_a_message(planned: Callable[..., SitePlan]) -> None:
    changes = {
        "edge_bootstrap_overrides": {**REGISTRY, "admin_password": "one-secret", "ansible_become_pass": "two-secret"},
        "edge_vim.password": ["three-secret"],
        "edge_k8s_cluster.credentials": {"users": [{"user": {"token": "four-secret"}}]},
        "edge_osm_password": "x-secret" * 10,
    }
    plan = planned(changes)
    texts = [
        json.dumps(plan.documents),
        *(f.line for f in plan.faults),
        *(json.dumps(f.document()) for f in plan.faults),
    ]
    assert len(plan.faults) >= 4
    assert not [text for text in texts if "-secret" in text]


def test_the_configuration_through_the_api(planned: Callable[..., SitePlan]) -> None:
    resources = planned({"edge_site_location": "rack 7"}).resources["controller-0"]
    assert resources["systems"] == [{"name": "madrid-1", "location": "rack 7"}]
    assert resources["dns"] == [{"servers": ["10.20.30.53"]}]
    assert resources["oam_networks"] == [{"subnet": "10.20.30.0/24", "gateway": "10.20.30.1", "floating": "10.20.30.2"}]
    assert [i["name"] for i in resources["host_interfaces"]] == ["oam0", "data0", "sriov0"]
    assert resources["host_cpus"][0]["functions"][0] == {"function": "platform", "numa": {"0": 2, "1": 0}}
    assert resources["host_storages"] == [{"host": "controller-0", "disk": "/dev/disk/by-path/two"}]
    assert resources["hosts"] == [{"name": "controller-0", "administrative": "unlocked"}]


def test_a_host_of_another_name_is_controller_0_to_starlingx(site: dict[str, Any]) -> None:
    from ansible_collections.edge.infra.plugins.module_utils._site.plan import plan_site

    plan = plan_site({"madrid": site}, {})
    assert plan.resources["madrid"]["hosts"][0]["name"] == plan.hostnames["madrid"] == "controller-0"
    assert host_name("madrid", "simplex") == "controller-0", "as the roles without a plan have it"
    assert host_name("madrid", "simplex", number=1) == host_name("madrid", "of tomorrow") == "madrid"


def test_labels_that_are_all_taken_away_are_still_managed(planned: Callable[..., SitePlan], gone: object) -> None:
    rendered = planned({"edge_labels": {}, "edge_interfaces[2].vf_count": 8}).resources["controller-0"]["host_labels"]
    assert rendered == [{"host": "controller-0", "labels": {}}]
    assert planned({"edge_labels": gone}).resources["controller-0"]["host_labels"] == []


def test_numbers_written_as_text_are_numbers_in_the_documents(planned: Callable[..., SitePlan]) -> None:
    plan = planned({"edge_interfaces[2].vf_count": "8", "edge_interfaces[1].mtu": "1500"})
    assert plan.faults == []
    links = plan.resources["controller-0"]["host_interfaces"]
    assert (links[2]["vf_count"], links[1]["mtu"]) == (8, 1500)


def test_the_mask_keeps_what_a_check_wants_to_know() -> None:
    given = {"edge_admin_password": "s", "edge_osm_password": "", "edge_vim": {"password": "p" * 61, "name": "v"}}
    masked = mask_secrets(given)
    assert masked["edge_admin_password"] == MASK
    assert masked["edge_osm_password"] == ""
    assert len(masked["edge_vim"]["password"]) == 61
    assert masked["edge_vim"]["name"] == "v"
    assert mask_secrets({"edge_admin_password": "St8rlingXCloud*"}) == {"edge_admin_password": "St8rlingXCloud*"}


def pack(path: Path, files: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


NSD = "nsd: {nsd: [{id: web_ns, vnfd-id: [web_knf]}]}"


def test_a_package_is_read_from_a_folder_and_from_an_archive(tmp_path: Path) -> None:
    folder = tmp_path / "web_ns"
    (folder / "cloud_init").mkdir(parents=True)
    (folder / "web_nsd.yaml").write_text(NSD)
    (folder / "cloud_init" / "more.yaml").write_text("other: true")
    archive = pack(tmp_path / "web.tar.gz", {"web_ns/web_nsd.yaml": NSD, "web_ns/cloud_init/more.yaml": "a: 1"})
    for path in (folder, archive):
        package = descriptors.read(path)
        assert (package.kind, package.id, package.references) == ("ns", "web_ns", ("web_knf",))


@pytest.mark.parametrize(
    ("files", "problem", "remedy"),
    [
        (None, "no such folder or file", "relative to the inventory"),
        ({}, "exactly one descriptor at its top, and has none", "Keep one"),
        ({"a.yaml": NSD, "b.yaml": NSD}, "and has a.yaml, b.yaml", "Keep one"),
        ({"a.yaml": "nsd: ["}, "does not parse as YAML (line 1)", "Correct the descriptor"),
        ({"a.yaml": "vnfd:vnfd-catalog: {}"}, "of the form before SOL006", "ETSI SOL006"),
        ({"a.yaml": "title: x"}, "neither a vnfd nor an nsd", "VNF or NS package"),
        ({"a.yaml": "just text"}, "neither a vnfd nor an nsd", "VNF or NS package"),
    ],
)
def test_what_is_no_package_says_why(tmp_path: Path, files: dict[str, str] | None, problem: str, remedy: str) -> None:
    folder = tmp_path / "package"
    if files is not None:
        folder.mkdir()
    for name, text in (files or {}).items():
        (folder / name).write_text(text)
    package = descriptors.read(folder)
    assert problem in package.problem
    assert remedy in package.remedy


def test_an_archive_that_is_none_says_why(tmp_path: Path) -> None:
    path = tmp_path / "package.tar.gz"
    path.write_text("not an archive")
    assert "is no package" in descriptors.read(path).problem


def test_a_password_in_the_url_of_a_proxy_is_a_secret(site: dict[str, Any]) -> None:
    """On paper and on the target it is a reference of the same name, whether the plan saw the password or a mask."""
    url = "http://user:canary@proxy.example.com:3128"
    given = {**site, "edge_bootstrap_overrides": {"docker_http_proxy": url}}
    for variables in (given, mask_secrets(given)):
        plan = plan_site({"controller-0": variables}, check_secrets=False)
        assert plan.bootstrap["controller-0"]["docker_http_proxy"] == "{{ vault_docker_http_proxy }}"
        assert "canary" not in str(plan.documents) and "canary" not in str(plan.faults)
    assert "canary" not in str(mask_secrets(given)) and bootstrap_secrets(given)["vault_docker_http_proxy"] == url
