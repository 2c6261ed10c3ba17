# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site whose secrets are encrypted by ansible-vault: a whole file, and values within a file that is not secret.

The secrets in the vault are those of the lab, so that what is decrypted is really used.
That a vaulted inventory is rehearsed with its vault's password, is seen in test_path_simplex.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible import context
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from ansible_collections.edge.infra.plugins.action.rehearsal import vault_arguments
from ansible_collections.edge.infra.plugins.module_utils._site.rehearsal import Run, summarize

from .path import SAMPLE, Site

#: the lab's variables that must come from the vault instead
FROM_VAULT = ("edge_sysadmin_password", "edge_admin_password", "edge_osm_password", "edge_bmc_password")
VIM_PASSWORD = "vaulted-vim-5e1b"


def encrypt(folder: Path, password_file: Path, *arguments: str) -> str:
    """What ansible-vault says."""
    command = [str(Path(sys.executable).parent / "ansible-vault"), *arguments, "--vault-password-file", password_file]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


class Vaulted:
    """A site, its vaulted inventory, and the secrets in it."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder)
        self.site.start_lab()
        credentials = self.site.about["credentials"]
        self.secrets = {
            "edge_sysadmin_password": credentials["starlingx"]["password"],
            "edge_admin_password": credentials["starlingx"]["password"],
            "edge_osm_password": credentials["osm"]["password"],
            "edge_bmc_password": credentials["bmc"]["password"],
        }
        self.inventory = folder / "site"
        self.password_file = folder / "vault-password"
        self.password_file.write_text("correct horse\n", encoding="utf-8")
        self.wrong = folder / "wrong-password"
        self.wrong.write_text("battery staple\n", encoding="utf-8")
        shutil.copytree(SAMPLE, self.inventory)
        self._encrypt()
        known = yaml.safe_load((self.site.lab_folder / "lab-vars.yml").read_text(encoding="utf-8"))
        self.variables = folder / "endpoints.yml"
        self.variables.write_text(yaml.safe_dump({k: v for k, v in known.items() if k not in FROM_VAULT}), "utf-8")

    def _encrypt(self) -> None:
        everything = self.inventory / "group_vars/all"
        whole = {f"vault_{k}": v for k, v in self.secrets.items() if k != "edge_bmc_password"}
        (everything / "vault.yml").write_text(yaml.safe_dump(whole), encoding="utf-8")
        encrypt(self.inventory, self.password_file, "encrypt", str(everything / "vault.yml"))
        inline = {"vault_edge_bmc_password": self.secrets["edge_bmc_password"], "vault_edge_vim_password": VIM_PASSWORD}
        blocks = [
            encrypt(self.inventory, self.password_file, "encrypt_string", value, "--name", name)
            for name, value in inline.items()
        ]
        vim = {"name": "madrid-1", "type": "dummy", "url": "http://localhost/dummy", "tenant": "dummy"}
        vim |= {"username": "dummy", "password": "{{ vault_edge_vim_password }}"}
        blocks.append(yaml.safe_dump({"edge_vim": vim}))
        (everything / "zz-inline.yml").write_text("\n".join(blocks), encoding="utf-8")

    def run(
        self, playbook: str | Iterable[str], *variables: str, password_file: Path | None = None, **options: Any
    ) -> Any:
        """Run a playbook with the vault's password."""
        more = ["--vault-password-file", str(password_file or self.password_file)]
        return self.site.run(playbook, *variables, inventory=self.inventory, on_lab=False, more=more, **options)

    def leaks(self, text: str) -> list[str]:
        """Which secrets are in a text."""
        secrets = {*self.secrets.values(), VIM_PASSWORD, "correct horse", "battery staple"}
        return [s for s in secrets if s in text]


@pytest.fixture(scope="module")
def vaulted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vaulted]:
    """The site of this file."""
    one = Vaulted(tmp_path_factory.mktemp("vault"))
    yield one
    one.site.stop_lab()


def test_the_inventory_holds_no_secret(vaulted: Vaulted) -> None:
    texts = [p.read_text(encoding="utf-8") for p in vaulted.inventory.rglob("*.yml")]
    assert sum("$ANSIBLE_VAULT;1.1;AES256" in t for t in texts) == 2
    assert not [leak for t in texts for leak in vaulted.leaks(t)]


def test_a_site_is_built_with_what_the_vault_holds(vaulted: Vaulted) -> None:
    run = vaulted.run(("edge.infra.provision", "edge.infra.register"), f"@{vaulted.variables}", check=False)
    assert run.process.returncode == 0, run.output[-3000:]
    assert vaulted.leaks(run.output) == []
    assert vaulted.leaks(json.dumps(run.stages)) == []
    built = vaulted.site.world()["built"]
    assert "host controller-0 (unlocked/enabled/available)" in built["sysinv"]
    assert {"VIM account madrid-1 (ENABLED)", "K8s cluster madrid-1 (ENABLED)"} <= set(built["osm"])


def test_no_secret_is_left_behind(vaulted: Vaulted) -> None:
    """Neither in what the path keeps for itself, nor on the target."""
    root = Path(next(iter(vaulted.site.about["targets"].values())))
    for folder in (vaulted.site.lab_folder / "sites", root / "home"):
        for path in (p for p in folder.rglob("*") if p.is_file()):
            assert vaulted.leaks(path.read_text(encoding="utf-8", errors="replace")) == [], path


def test_a_wrong_vault_password(vaulted: Vaulted) -> None:
    vaulted.site.forget()
    for stage in ("plan", "simplex"):
        run = vaulted.run(f"edge.infra.{stage}", f"@{vaulted.variables}", password_file=vaulted.wrong)
        text = " ".join(run.output.split())
        assert run.process.returncode != 0 and "Decryption failed" in text and "vault" in text, run.output
        assert vaulted.leaks(text) == [] and "Traceback" not in text
    assert vaulted.site.recorded() == [], "nothing was sent"


def test_inline_values_that_cannot_be_decrypted_are_named(vaulted: Vaulted, tmp_path: Path) -> None:
    """The whole file is fine, one value was encrypted with another password."""
    other = tmp_path / "site"
    shutil.copytree(vaulted.inventory, other)
    block = encrypt(other, vaulted.wrong, "encrypt_string", "canary", "--name", "vault_edge_bmc_password")
    (other / "group_vars/all/zzz-other.yml").write_text(block, encoding="utf-8")
    vaulted.site.forget()
    more = ["--vault-password-file", str(vaulted.password_file)]
    run = vaulted.site.run("edge.infra.provision", f"@{vaulted.variables}", inventory=other, on_lab=False, more=more)
    text = " ".join(run.output.split())
    assert run.process.returncode != 0 and "edge_bmc_password" in text and "encrypted" in text, run.output
    assert "controller-0" in text and "--vault-password-file" in text
    assert vaulted.leaks(text) == [] and "canary" not in text and "Traceback" not in text
    assert vaulted.site.recorded() == [], "nothing was sent"


def test_a_rehearsal_whose_runs_cannot_begin_says_so() -> None:
    summary = summarize([Run("check", 1.0, 2.0, 4, [], []), Run("run", 2.0, 3.0, 4, [], [])])
    assert "the check run failed (exit status 4)" in summary["faults"]
    assert summary["runs"]["check"]["stages"] == []


def test_a_vault_password_that_was_typed_is_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    identities = ["dev@prompt", f"prod@{tmp_path}/prod"]
    given = {"vault_ids": identities, "vault_password_files": ["/pw"], "ask_vault_pass": True}
    monkeypatch.setattr(context, "CLIARGS", given)
    secrets = [("default", VaultSecret(b"one")), ("prod", VaultSecret(b"two")), ("dev", VaultSecret(b"three"))]
    loader = DataLoader()
    loader.set_vault_secrets(secrets)
    with vault_arguments(loader) as arguments:
        assert arguments[:4] == ["--vault-password-file", "/pw", "--vault-id", f"prod@{tmp_path}/prod"]
        typed = dict(a.split("@") for a in arguments[5::2])
        assert {k: Path(p).read_bytes() for k, p in typed.items()} == {"default": b"one", "dev": b"three"}
        assert {Path(p).stat().st_mode & 0o777 for p in typed.values()} == {0o600}
    assert not [p for p in typed.values() if Path(p).exists()]
