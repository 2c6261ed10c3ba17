# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps the passwords of an OpenStack in a file that the run's vault secret encrypts; see the module of this name."""

from __future__ import annotations

import difflib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleError
from ansible.parsing.vault import match_encrypt_secret
from ansible.plugins.action import ActionBase
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.passwords import lacking, make

ARGUMENTS: dict[str, Any] = {
    "path": {"type": "str", "required": True},
    "names": {"type": "list", "elements": "str", "required": True},
    "given": {"type": "dict", "default": {}},
    "clear": {"type": "bool", "default": False},
    "vault_id": {"type": "str", "default": ""},
}
_HEADER = b"$ANSIBLE_VAULT;"


class ActionModule(ActionBase):
    """Read what there is, make what is missing, write all of it at once."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """``passwords``, ``made`` and ``unused``; what is wrong is told in ``fault``, since the task has ``no_log``."""
        super().run(tmp, task_vars)
        _spec, args = self.validate_argument_spec(argument_spec=ARGUMENTS)
        return self.kept(args)

    def kept(self, args: dict[str, Any]) -> dict[str, Any]:
        """The passwords of the file with what it lacked; written unless this is a check."""
        path = Path(os.path.realpath(Path(args["path"]).expanduser()))  # a link stays one
        given = {str(k): str(v) for k, v in args["given"].items() if v and not isinstance(v, Mapping)}
        try:
            _refuse_slips(args["given"], args["names"])
            kept, made, write = self._wanted(path, given, args)
            if write:
                content = self._content({**kept, **made}, args)  # says what is missing in check mode, too
                if not self._task.check_mode:
                    with _alone(path):  # another host or run may have made some of the same file since
                        kept, made, write = self._wanted(path, given, args)
                        content = self._content({**kept, **made}, args)
                        if write:
                            _write(path, content)
        except OSError as error:
            reason = f"{path} cannot be read and written ({error.strerror or error})."
            remedy = "Make room there, or name a file that you may write to; see openstack_helm_passwords_file."
            return {"changed": False, "passwords": given, "made": [], "fault": f"{reason} {remedy}"}
        except (AnsibleError, ValueError, yaml.YAMLError) as error:
            return {"changed": False, "passwords": given, "made": [], "fault": f"{path}: {error}"}
        result = {"changed": write, "passwords": {**kept, **made, **given}, "made": sorted(made), "fault": ""}
        return {**result, "unused": sorted(set(given) - set(args["names"]))}

    def _wanted(
        self, path: Path, given: Mapping[str, str], args: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str], bool]:
        """What the file has, what it lacks, and whether it is to be written."""
        kept, encrypted = self._read(path)
        made = {name: make() for name in lacking(args["names"], {**kept, **given})}
        return kept, made, bool(made) or (bool(kept) and not encrypted and not args["clear"])

    def _read(self, path: Path) -> tuple[dict[str, str], bool]:
        """What the file has, and whether it is encrypted."""
        if not path.exists():
            return {}, True
        raw = path.read_bytes()
        encrypted = raw.startswith(_HEADER)
        text = self._loader._vault.decrypt(raw) if encrypted else raw
        document = yaml.load(text, yaml.BaseLoader) or {}  # texts only: a password may look like a number
        if not isinstance(document, dict):
            raise ValueError(
                "this is no file of passwords by their names. Remove it if it is none, or name another one."
            )
        return {str(k): str(v) for k, v in document.items()}, encrypted

    def _content(self, passwords: dict[str, str], args: dict[str, Any]) -> bytes:
        # Ansible's own texts are none that a YAML library writes; JSON's are YAML, too
        text = "---\n" + "".join(f"{json.dumps(k)}: {json.dumps(v)}\n" for k, v in sorted(passwords.items()))
        if args["clear"]:
            return text.encode()
        vault = self._loader._vault
        if not vault.secrets:
            raise ValueError(
                "the passwords are to be encrypted, and this run has no vault secret. Give one "
                "(--vault-password-file, --vault-id or --ask-vault-pass), "
                "or set openstack_helm_passwords_clear for a file that only its owner can read."
            )
        identity, secret = match_encrypt_secret(vault.secrets, encrypt_vault_id=args["vault_id"] or None)
        named = identity if identity != "default" else None
        return bytes(vault.encrypt(text.encode(), secret=secret, vault_id=named))


def _refuse_slips(given: Mapping[str, Any], names: list[str]) -> None:
    """A password that is given by a name that is nobody's would be made instead."""
    for name, value in given.items():
        close = difflib.get_close_matches(str(name), [n for n in names if n not in given], 1, 0.8)
        if name not in names and close:
            raise ValueError(f"openstack_helm_passwords: {name} is nobody's password. Did you mean {close[0]}?")
        if isinstance(value, Mapping):
            raise ValueError(f"openstack_helm_passwords: {name} is a map. Write names as {name}.WHO: PASSWORD.")
        if isinstance(value, (list, bool)):
            kind = "a list" if isinstance(value, list) else "a truth value"
            raise ValueError(f"openstack_helm_passwords: {name} is {kind}. Write a password as a text, in quotes.")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hosts of a run may share the file: each makes what the others have not made."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path.with_name(f".{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600), "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, content: bytes) -> None:
    """As a whole or not at all, for its owner only."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            os.fchmod(stream.fileno(), 0o600)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
