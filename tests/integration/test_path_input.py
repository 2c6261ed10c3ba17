# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input as the user of the playbook sees it: every fault at once, with host, variable, value and remedy.

The rules themselves are tested in ``tests/unit/site``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .path import ROOT, SAMPLE, Site

SECRETS = {
    "edge_sysadmin_password": "St8rlingX*",
    "edge_admin_password": "St8rlingX*",
    "edge_osm_password": "secret-of-osm",
    "edge_bmc_password": "secret-of-the-bmc",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lab that nothing is to reach."""
    one = Site(tmp_path_factory.mktemp("input"))
    one.start_lab()
    yield one
    one.stop_lab()


def inventory(folder: Path, **host_vars: Any) -> Path:
    """A copy of the sample, with other variables of its host."""
    shutil.copytree(SAMPLE, folder / "site")
    path = folder / "site/host_vars/controller-0.yml"
    known = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**known, **host_vars}), encoding="utf-8")
    return folder / "site"


def test_every_fault_of_an_inventory_at_once(site: Site, tmp_path: Path) -> None:
    hardware = yaml.safe_load((SAMPLE / "host_vars/controller-0.yml").read_text(encoding="utf-8"))["edge_hardware"]
    faulty = inventory(tmp_path, edge_hardware={**hardware, "memory_gib": 8})
    # test_two_controllers_in_a_simplex
    shutil.copy(SAMPLE / "host_vars/controller-0.yml", faulty / "host_vars/controller-1.yml")
    hosts = {"edge_controllers": {"hosts": {"controller-0": None, "controller-1": None}}}
    (faulty / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    variables = {
        "edge_networks": {
            "oam": {"subnet": "10.20.30.0/24", "gateway": "10.20.99.1", "floating": "10.20.30.2"},
            "management": {"subnet": "10.20.30.128/25"},
            "cluster_host": {"subnet": "192.168.206.0/33"},
        },
        "edge_osm_password": "",
    }
    site.forget()
    run = site.run("edge.infra.simplex", json.dumps(variables), inventory=faulty)
    text = " ".join(run.output.split())
    assert run.process.returncode != 0 and "Traceback" not in text
    for words in (
        ["edge_hardware.memory_gib = 8", "controller-0", "64 GiB"],
        ["edge_networks.oam.gateway", "10.20.99.1", "10.20.30.0/24"],
        ["edge_networks.management", "10.20.30.128/25", "overlap"],
        ["edge_networks.cluster_host.subnet", "192.168.206.0/33"],
        ["edge_osm_password", "vault"],
        ["controller-0", "controller-1", "a simplex has 1 controller"],
    ):
        assert all(word in text for word in words), (words, run.output)
    assert "controller-0" in text
    assert [s["stage"] for s in run.stages] == ["plan"] and site.recorded() == [], "nothing was sent"


def test_what_cannot_be_read_is_named_with_every_other_fault(site: Site, tmp_path: Path) -> None:
    """Undefined names, failing expressions, a value of another vault, plain faults of the rest: all in one message.

    Among the latter is the model (test_an_unknown_model).
    """
    faulty = inventory(tmp_path, edge_hardware={"memory_gib": 8, "cores_per_socket": 8})
    (tmp_path / "other").write_text("other", encoding="utf-8")
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    vault = [str(Path(sys.executable).parent / "ansible-vault"), "encrypt_string", "--name", "edge_sysadmin_password"]
    vault += ["--vault-password-file", str(tmp_path / "other"), "canary-1"]
    made = subprocess.run(vault, check=True, capture_output=True, text=True)
    texts = {
        "edge_vim": {"name": "m", "type": "dummy", "url": "http://x", "tenant": "t", "username": "u"},
        "vault_pw": "canary-2",
        "edge_site_contact": "{{ vault_pw | from_json }}",
        "edge_site_location": "{{ lookup('ansible.builtin.file', '/nowhere/at/all') }}",
        "edge_timezone": "{{ nowhere }}",
        "edge_site_description": "Señal",
        "edge_model": "triplex",
    }
    texts["edge_vim"]["password"] = "{{ vault_missing }}"  # type: ignore[index]
    text = yaml.safe_dump(texts) + made.stdout
    (faulty / "group_vars/all/zz.yml").write_text(text, encoding="utf-8")
    for more, reason in (
        (["--vault-password-file", str(tmp_path / "mine")], "no vault password that was given opens it"),
        ([], "no vault password was given"),
    ):
        # without the lab's variables, which would take the place of some of these
        run = site.run("edge.infra.plan", inventory=faulty, on_lab=False, more=[*more, "-vvv"])
        words = " ".join(run.output.split())
        assert run.process.returncode != 0 and "Traceback" not in words and "canary" not in words
        for expected in (
            "edge_vim.password: 'vault_missing' is undefined. Define vault_missing in group_vars/all/vault.yml",
            "edge_timezone: 'nowhere' is undefined. Define nowhere in group_vars or host_vars",
            "edge_site_contact: The filter plugin 'ansible.builtin.from_json' failed. Correct the expression",
            "edge_site_location: The lookup plugin 'ansible.builtin.file' failed: Unable to access",
            f"edge_sysadmin_password (host controller-0): it, or a value that it refers to, is encrypted, and {reason}",
            "edge_site_description = 'Señal': StarlingX takes ASCII characters only",
            "edge_model = 'triplex': is no deployment model that is known. Choose one of simplex",
            "edge_hardware.memory_gib = 8",
            "edge_osm_password (host controller-0): the password of the OSM user is not given",
        ):
            assert expected in words, (expected, run.output[-6000:])
        assert "edge_vim.password: is missing" not in words, "one thing is one fault"


def test_an_address_where_nothing_answers_names_the_variable(site: Site) -> None:
    run = site.run("edge.infra.onboard", "edge_osm_url=https://127.0.0.1:9")
    words = " ".join(run.output.split())
    assert run.process.returncode != 0 and "https://127.0.0.1:9 cannot be reached" in words
    assert "osm_url is edge_osm_url" in words, run.output


def test_a_kubeconfig_that_is_none(site: Site, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text("clusters: [", encoding="utf-8")
    run = site.run("edge.infra.register", f"edge_kubeconfig={kubeconfig}")
    assert run.process.returncode != 0 and "Traceback" not in run.output
    assert "does not parse as YAML" in " ".join(run.output.split()), run.output
    assert site.writes() == []


def test_what_onboarding_would_refuse_in_packages_is_in_the_plan(site: Site, tmp_path: Path) -> None:
    """Each fault beside the others, and in the same plan as those of variables; a folder that is no package, too."""
    other = inventory(tmp_path)
    (other / "package").mkdir()
    sample = SAMPLE / ".packages/edge_web_knf"
    text = (sample / "edge_web_vnfd.yaml").read_text(encoding="utf-8")
    folders = {name: tmp_path / name for name in ("bomb", "pipe", "loop", "latin", "good")}
    for name, folder in folders.items():
        shutil.copytree(sample, folder)
        (folder / "edge_web_vnfd.yaml").write_text(text.replace("id: edge_web_knf", f"id: {name}"), encoding="utf-8")
    aliases = "".join(f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9))
    bomb = folders["bomb"] / "edge_web_vnfd.yaml"
    bomb.write_text(f"{bomb.read_text(encoding='utf-8').rstrip()}\nmore:\n  l0: &l0 [x]\n{aliases}", encoding="utf-8")
    os.mkfifo(folders["pipe"] / "pipe")
    (folders["loop"] / "loop").symlink_to(".")
    foreign = text.replace("description: ", "description: \xe9").encode("latin-1")
    (folders["latin"] / "edge_web_vnfd.yaml").write_bytes(foreign)
    wrong: dict[str, Any] = {"edge_packages": [*(f"../{name}" for name in folders), "package"]}
    wrong |= {"edge_site_name": "Madrid", "edge_services": []}
    site.forget()
    # every stage begins with the plan, and the stage whose packages they are sends nothing
    run = site.run("edge.infra.onboard", json.dumps(wrong), inventory=other)
    words = " ".join(run.output.split())
    assert run.process.returncode != 0 and "Traceback" not in words
    for told in (
        "edge_packages[0] = '../bomb': ",
        "edge_packages[1] = '../pipe': pipe is no regular file. Remove it",
        "edge_packages[2] = '../loop': loop is a link to a folder that contains it. Remove the link.",
        "edge_packages[3] = '../latin': its descriptor edge_web_vnfd.yaml is no text in UTF-8: byte 0xe9 in line",
        "edge_packages[5] = 'package': is no package",
        "edge_site_name = 'Madrid'",
    ):
        assert told in words, (told, run.output)
    assert "edge_packages[4]" not in words and site.writes() == []


LIMITED = ["--limit", "controller-1"]


def test_each_family_has_its_playbooks(tmp_path: Path) -> None:
    """What is for clusters by kubeadm says so of StarlingX, and the other way round; nobody is contacted."""
    kubeadm: dict[str, Any] = {"on_lab": False, "inventory": ROOT / "inventories/kubeadm"}
    paper = ("site_plan_check_secrets=false", f"site_plan_destination={tmp_path}/paper", "edge_confirm=another")
    site = Site(tmp_path)
    for playbook, options, variables, says in (
        ("reset", {"on_lab": False}, (), "a StarlingX site is taken down with edge.infra.decommission"),
        (
            "scale",
            {"on_lab": False},
            ("edge_scale_remove=controller-0",),
            "edge.infra.remove_host --limit controller-0",
        ),
        ("decommission", kubeadm, (), "Nothing was removed: the name given is not madrid-2"),
        ("reset", kubeadm, (), "Nothing was done: the name given is not madrid-2"),
        (
            "reset",
            kubeadm,
            ("edge_confirm=madrid-2", "ansible_ssh_common_args='-o ProxyCommand=false'"),
            "Nothing was done on madrid-2: none of its hosts can be reached",
        ),
        (
            "scale",
            kubeadm,
            ("edge_scale_remove=node-2",),
            "confirm what is to leave its cluster with -e edge_confirm=node-2",
        ),
    ):
        run = site.run(f"edge.infra.{playbook}", *paper, *variables, **options)
        text = " ".join(run.output.split())
        assert run.process.returncode != 0 and says in text, text
    # a stage that is done through the first controller says so where a limit leaves that one out
    run = site.done("edge.infra.onboard", *paper, on_lab=False, inventory=ROOT / "inventories/duplex", more=LIMITED)
    assert "this goes through controller-0, which --limit leaves out" in " ".join(run.output.split())
