# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of passwords and its vault; what is shown of a release, and what of Helm's words."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants as C
from ansible.constants import DEFAULT_VAULT_IDENTITY
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.edge.infra.plugins.action import openstack_helm_passwords, openstack_helm_release

OPTIONS: dict[str, Any] = {"given": {}, "clear": False, "vault_id": ""}


class Passwords(openstack_helm_passwords.ActionModule):
    """The action as a task has it, without what a task needs to be found."""

    def __init__(self, folder: Path, *secrets: tuple[str, str], check: bool = False) -> None:
        self._loader = SimpleNamespace(_vault=VaultLib([(name, VaultSecret(text.encode())) for name, text in secrets]))
        self._task = SimpleNamespace(check_mode=check)
        self.path = folder / "a" / "passwords.yml"

    def __call__(self, *names: str, **options: Any) -> dict[str, Any]:
        """Its result for these names."""
        return self.kept({**OPTIONS, "path": str(self.path), "names": list(names), **options})


def test_made_once_and_encrypted(tmp_path: Path) -> None:
    """With the run's secret, for the owner only; what is there stays, what is new is added."""
    one = Passwords(tmp_path, ("default", "secret"))
    first = one("a", "b")
    assert (first["changed"], first["made"], first["fault"]) == (True, ["a", "b"], "")
    assert one.path.read_bytes().startswith(b"$ANSIBLE_VAULT;1.1") and one.path.stat().st_mode & 0o777 == 0o600
    assert first["passwords"]["a"].encode() not in one.path.read_bytes()
    again = one("a", "b")
    assert (again["changed"], again["passwords"]) == (False, first["passwords"])
    more = one("a", "c", given={"b": "mine"})
    assert more["made"] == ["c"] and more["passwords"]["a"] == first["passwords"]["a"]
    assert more["unused"] == ["b"] and again["unused"] == []
    assert more["passwords"]["b"] == "mine" and one("b")["passwords"]["b"] == first["passwords"]["b"]
    loader = DataLoader()
    loader.set_vault_secrets([(DEFAULT_VAULT_IDENTITY, VaultSecret(b"secret"))])
    assert set(loader.load_from_file(str(one.path))) == {"a", "b", "c"}, "Ansible itself reads it"


def test_no_secret_and_the_wrong_one(tmp_path: Path) -> None:
    """Nothing is written, and what to do is said; a clear file is the user's own wish, and encrypted later."""
    bare = Passwords(tmp_path)
    told = bare("a")
    assert "this run has no vault secret" in told["fault"] and "openstack_helm_passwords_clear" in told["fault"]
    assert not bare.path.exists() and told["made"] == []
    made = bare("a", clear=True)
    assert bare.path.read_text(encoding="utf-8") == f'---\n"a": "{made["passwords"]["a"]}"\n'
    assert bare.path.stat().st_mode & 0o777 == 0o600
    one = Passwords(tmp_path, ("prod", "secret"))
    assert one("a")["changed"] and one.path.read_bytes().startswith(b"$ANSIBLE_VAULT;1.2;AES256;prod")
    assert one("a")["passwords"] == made["passwords"] and not one("a")["changed"]
    wrong = Passwords(tmp_path, ("default", "another"))("a", "b")
    assert wrong["fault"].startswith(str(one.path)) and wrong["made"] == []


def test_hosts_that_share_a_file(tmp_path: Path) -> None:
    """What another one has made while this one was thinking is taken, and nothing of it is lost."""
    one, other = (Passwords(tmp_path, ("default", "secret")) for _number in range(2))
    theirs: dict[str, str] = {}
    seal = one._content

    def late(passwords: dict[str, str], args: dict[str, Any]) -> bytes:
        if not theirs:
            theirs.update(other("a", "b")["passwords"])
        return seal(passwords, args)

    one._content = late  # type: ignore[method-assign]
    mine = one("b", "c")
    assert mine["made"] == ["c"] and mine["passwords"]["b"] == theirs["b"]
    assert other("a", "b", "c")["passwords"] == {**mine["passwords"], **theirs}


def test_texts_links_and_slips(tmp_path: Path) -> None:
    """A password that looks like a number stays as it is, a link stays one, and a name that is nobody's is told."""
    one, true = Passwords(tmp_path), tmp_path / "true.yml"
    one.path.parent.mkdir()
    true.write_text("a.b: 0123\nb: yes\n", encoding="utf-8")
    one.path.symlink_to(true)
    assert one("a.b", "b", "c", clear=True)["passwords"] | {"c": ""} == {"a.b": "0123", "b": "yes", "c": ""}
    assert one.path.is_symlink() and "c" in true.read_text(encoding="utf-8")
    slip = one("identity.nova", given={"identity.novaa": "x"})
    assert slip["fault"].endswith("identity.novaa is nobody's password. Did you mean identity.nova?")
    assert "identity is a map" in one("identity.nova", given={"identity": {"nova": "x"}})["fault"]
    assert "identity.nova is a list" in one("identity.nova", given={"identity.nova": ["x"]})["fault"]
    assert "identity.nova is a truth value" in one("identity.nova", given={"identity.nova": True})["fault"]


def test_check_mode_writes_nothing(tmp_path: Path) -> None:
    """And says what it would make, or that it could not."""
    assert Passwords(tmp_path, ("default", "secret"), check=True)("a")["made"] == ["a"]
    assert "no vault secret" in Passwords(tmp_path, check=True)("a")["fault"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told_with_the_option(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("", encoding="utf-8")
    fault = Passwords(tmp_path, ("default", "secret"))("a")["fault"]
    assert (
        "passwords.yml cannot be read and written (File exists)" in fault and "openstack_helm_passwords_file" in fault
    )


def test_a_file_of_something_else(tmp_path: Path) -> None:
    """Is not overwritten."""
    one = Passwords(tmp_path, ("default", "secret"))
    one.path.parent.mkdir()
    one.path.write_text("- a list\n", encoding="utf-8")
    assert "no file of passwords by their names" in one("a")["fault"]
    assert one.path.read_text(encoding="utf-8") == "- a list\n"


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ({"stderr": "W: x\nError: UPGRADE FAILED: timed out\n waiting"}, "UPGRADE FAILED: timed out waiting"),
        (
            {"msg": "Failure when executing. Exited 1.\nstdout: \nstderr: Error: a canary1 b"},
            "a (not shown) b",
        ),
        ({"msg": "helm is not there"}, "helm is not there"),
        (
            {"msg": "Failure when executing Helm command. Exited -9.\nstdout: \nstderr: ", "stderr": ""},
            "nothing, as it was killed. Look whether memory ran out (dmesg), and run this again: "
            "what was begun is taken up.",
        ),
    ],
)
def test_helms_words_without_passwords(done: dict[str, Any], said: str) -> None:
    """And without what its module says around them."""
    values = {"endpoints": {"identity": {"auth": {"admin": {"password": "canary1", "username": "helm"}}}}}
    assert openstack_helm_release.without(openstack_helm_release.words(done), values) == said


def test_a_diff_has_what_changes() -> None:
    """Old on the left, new on the right, and why."""
    line = "conf.a: 1 -> 2 (openstack_helm_values.nova)"
    found = openstack_helm_release.difference({"release": "nova", "reasons": ["1 value differs"], "differs": [line]})
    assert found["before"] == "conf.a: 1\n"
    assert found["after"] == "release nova: 1 value differs\nconf.a: 2 (openstack_helm_values.nova)\n"


class Release(openstack_helm_release.ActionModule):
    """The action, and what its modules were called with."""

    def __init__(self) -> None:
        self._task = SimpleNamespace(check_mode=False, no_log=False, environment=[{"A": "b"}])
        self.folders: list[str] = []
        self.calls: list[tuple[str, dict[str, Any], bool]] = []

    def _execute_module(self, name: str, options: dict[str, Any], **_more: Any) -> dict[str, Any]:  # type: ignore[override]
        self.calls.append((name, options, self._task.no_log))
        self.folders += [one["TMPDIR"] for one in self._task.environment if "TMPDIR" in one]
        return {"failed": True, "msg": "no"}


def test_what_has_passwords_is_not_logged_and_goes_to_this_cluster() -> None:
    """Modules write their options to the system's log unless told not to, and take K8S_AUTH_* for what is not given."""
    args: dict[str, Any] = {
        "release": "nova",
        "namespace": "o",
        "chart": "c",
        "values": {"password": "canary"},
        "binary": "",
        "context": "",
    }
    args |= {"helm_timeout": 1, "history_max": 1, "recover": "rollback", "revision": 1}
    action = Release()
    for call in (action._helm, action._recover, action._again):
        call(args, {})
    assert [quiet for _name, _options, quiet in action.calls] == [True] * 3 and action._task.no_log is False
    assert action.folders == [C.DEFAULT_LOCAL_TMP] * 3 and action._task.environment == [{"A": "b"}]
    assert {k: action.calls[0][1][k] for k in ("kubeconfig", "host", "api_key", "context")} == dict.fromkeys(
        ("kubeconfig", "host", "api_key", "context"), ""
    )
    assert "canary" not in str(action.calls[2][1]["argv"]), "values are no arguments that everybody sees"
