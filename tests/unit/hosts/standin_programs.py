# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that run kubeadm and kubectl, on a machine of this process whose programs are the stand-ins."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import EdgeError
from ansible_collections.edge.infra.plugins.module_utils._kubeadm import command, host
from ansible_collections.edge.infra.plugins.module_utils._kubeadm.kubectl import Done, Kubectl
from standin import kubeadm, versions
from standin import kubectl as program
from standin.host import Killed
from standin_world import Machine

RUN = command.run


class Programs:
    """kubeadm and kubectl of one machine, and modules that run them.

    ``kill_before`` names a step at which kubeadm is killed.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine, self.installed, self.kill_before = machine, str(machine.version), ""

    def _own(self) -> Machine:
        version = versions.parse(self.installed)
        one = Machine(version, self.machine.root, self.machine.settings, io.StringIO(), io.StringIO())
        one.kill_before = self.kill_before
        return one

    def _run(self, arguments: Sequence[str], timeout: float, what: str) -> str:
        if arguments[0] != "kubeadm":
            return RUN(arguments, timeout, what)
        one = self._own()
        try:
            # the host's own names of files, as its kubeadm sees them
            status = kubeadm.main(one, [word.replace(str(self.machine.root), "") for word in arguments[1:]])
        except Killed:
            raise EdgeError(f"{what} failed: it was killed") from None
        output = one.out.getvalue() + one.err.getvalue()  # type: ignore[attr-defined]
        if status:
            raise EdgeError(f"{what} failed: {command.explained(output)[0]}", output=output)
        return str(output)

    def _call(self, kubectl: Kubectl, *arguments: str, **_more: Any) -> Done:
        one = self._own()
        status = program.main(one, ["--kubeconfig", kubectl.kubeconfig, *arguments])
        return Done(status, one.out.getvalue(), one.err.getvalue())  # type: ignore[attr-defined]

    def module(self, which: Any, check: bool = False, **given: Any) -> dict[str, Any]:
        """Run a module on this machine."""
        out = io.StringIO()

        def asked(kubectl: Kubectl, *words: str, **more: Any) -> Done:
            return self._call(kubectl, *words, **more)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(host, "ROOT", self.machine.root)
            patched.setattr(command, "run", self._run)
            patched.setattr(Kubectl, "call", asked)
            arguments = {**given, "_ansible_check_mode": check}
            with patch_module_args(arguments), contextlib.redirect_stdout(out), pytest.raises(SystemExit):
                which.main()
        answer: dict[str, Any] = json.loads(out.getvalue().strip().splitlines()[-1])
        return answer

    def right(self, which: Any, check: bool = False, **given: Any) -> dict[str, Any]:
        """A module that has to end well."""
        answer = self.module(which, check, **given)
        assert not answer.get("failed"), answer["msg"]
        return answer

    def wrong(self, which: Any, **given: Any) -> str:
        """What a module says that has to fail."""
        answer = self.module(which, **given)
        assert answer.get("failed"), answer
        return str(answer["msg"])
