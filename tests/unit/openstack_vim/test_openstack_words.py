# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles make of words of the command line, which are texts: of "false", and of a password that has changed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.edge.infra.plugins.filter.mistyped import mistyped

ROLES = Path(__file__).resolve().parents[3] / "roles"


def said(role: str, expression: str, **given: Any) -> Any:
    """What a template of a role comes to."""
    own = yaml.safe_load((ROLES / role / "vars/main.yml").read_text(encoding="utf-8"))
    templates = {name: trust_as_template(value) for name, value in own.items() if isinstance(value, str)}
    return Templar(DataLoader(), variables={**templates, **given}).template(trust_as_template(expression))


@pytest.mark.parametrize(("word", "removed"), [("false", []), (False, []), ("true", ["a"]), (True, ["a"])])
def test_volumes_go_only_when_that_is_meant(word: Any, removed: list[str]) -> None:
    """-e openstack_helm_remove_volumes=false is a text that is not empty."""
    tasks = yaml.safe_load((ROLES / "openstack_helm/tasks/remove.yml").read_text(encoding="utf-8"))
    (loop,) = [task["loop"] for task in tasks if task["name"] == "Remove the volumes"]
    given = {"openstack_helm_where": {"a": "a"}, "openstack_helm_remove_volumes": word}
    assert said("openstack_helm", loop, **given) == removed


@pytest.mark.parametrize(("word", "insecure"), [("false", True), (False, True), ("true", False), (True, False)])
def test_certificates_that_are_not_checked(word: Any, insecure: bool) -> None:
    """OSM is told so, too."""
    names = ("region", "user_domain", "project_domain", "interface", "ca_cert")
    given: dict[str, Any] = {f"openstack_vim_{name}": "" for name in names}
    given |= {"openstack_vim_tenant": {}, "openstack_vim_account": {}, "openstack_vim_validate_certs": word}
    given |= {"openstack_vim_furnished": True}
    assert said("openstack_vim", "{{ openstack_vim_config }}", **given).get("insecure", False) is insecure


@pytest.mark.parametrize(("when", "due"), [("on_create", ["new"]), ("always", ["new", "old"])])
def test_a_password_that_has_changed_is_set_again(when: str, due: list[str]) -> None:
    """Though nothing of its user differs that can be read."""
    users = [{"name": "new", "action": "create"}, {"name": "old", "action": "none"}]
    found = said(
        "openstack_vim",
        "{{ openstack_vim_users_due | map(attribute='name') | list }}",
        openstack_vim_compared={"plan": {"users": users}},
        openstack_vim_update_password=when,
    )
    assert found == due


@pytest.mark.parametrize(
    ("furnished", "smoke", "who", "image"),
    [
        (True, {}, {"auth_username": "osm"}, "declared"),
        (True, {"image": "named"}, {"auth_username": "osm"}, "named"),
        (False, {}, {}, ""),
        ("false", {"network": "declared"}, {}, ""),
        (False, {"image": "named"}, {}, "named"),
    ],
)
def test_who_tries_a_machine(furnished: Any, smoke: dict[str, str], who: dict[str, str], image: str) -> None:
    """Where nothing is made for OSM, there is no tenant to sign in as, and no image of those that are declared."""
    given = {
        "openstack_vim_furnished": furnished,
        "openstack_vim_smoke": smoke,
        "openstack_vim_tenant": {"password": "x"},
        "openstack_vim_images": [{"name": "declared"}],
    }
    found = said("openstack_vim", "{{ openstack_vim_who }}", **given)
    assert {name: found[name] for name in found if name == "auth_username"} == who
    assert said("openstack_vim", "{{ openstack_vim_smoke_image }}", **given) == image


def test_a_mistyped_variable_is_refused_before_its_host_is_left_out() -> None:
    """A host without edge_openstack_auth_url has no OpenStack, and the playbook ends there without a word."""
    play = yaml.safe_load((ROLES.parent / "playbooks/openstack_vim.yml").read_text(encoding="utf-8"))[0]
    first, second = play["tasks"][:2]
    assert "ansible.builtin.assert" in first and second["ansible.builtin.meta"] == "end_host"
    looked = re.search(r"varnames', '(.*?)'\)(.*)", first["vars"]["edge_openstack_odd"])
    assert looked and "edge.infra.mistyped" in looked[2] and re.search(looked[1], "edge_openstack_auth_ulr")
    assert "did you mean edge_openstack_auth_url?" in " ".join(mistyped(["edge_openstack_auth_ulr"]))


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("", ""),
        ("/pki/ca.crt", "/pki/ca.crt"),
        ("ca.crt", "/site/ca.crt"),
        ("~/ca.crt", str(Path("~/ca.crt").expanduser())),
    ],
)
def test_where_the_authority_is_looked_for(given: str, path: str) -> None:
    """Beside the inventory, unless the path begins somewhere."""
    variables = {"openstack_vim_ca_cert": given, "inventory_dir": "/site"}
    assert said("openstack_vim", "{{ openstack_vim_certificate }}", **variables) == path
