# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests' own ``sitecustomize`` keeps is that very source's code; whom it hands modules to does the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from .processes import processes


def test_code_is_kept_for_the_source_that_it_is_of(tmp_path: Path) -> None:
    """Two archives, a module of one name in both; the archive of one is changed."""
    folder = tmp_path / "kept"
    folder.mkdir()
    program = tmp_path / "ansible-playbook"  # by its name it is told from what keeps nothing
    program.write_text("import sys; sys.path.insert(0, sys.argv[1]); import kept_for_a_test", encoding="utf-8")
    environment = {**os.environ, "EDGE_TEST_BYTECODE": str(folder)}
    for name, text in (("one", "1"), ("two", "2"), ("one", "1"), ("one", "3")):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("kept_for_a_test.py", f"print({text!r}, __file__)\n")
        command = [sys.executable, str(program), str(tmp_path / f"{name}.zip")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30, env=environment)
        assert done.stdout.strip() == f"{text} {tmp_path}/{name}.zip/kept_for_a_test.py"
    ours = [f for f in folder.iterdir() if f.is_file() and b"kept_for_a_test" in f.read_bytes()]
    assert len(ours) == 1, "one file for each module, the newest"


def test_a_large_document_is_kept_for_its_text_and_loader(tmp_path: Path) -> None:
    """What is read of it is nobody else's, and another text is another document."""
    folder = Path(os.environ["EDGE_TEST_BYTECODE"])
    program = tmp_path / "ansible-playbook"  # by its name it is told from what is not Ansible's
    program.write_text(
        "import sys, yaml\n"
        "text = (sys.argv[1] + ': [1]\\n# ' + 60000 * 'x').encode()\n"
        "first, second = yaml.load(text, yaml.CSafeLoader), yaml.load(text, Loader=yaml.CSafeLoader)\n"
        "first[sys.argv[1]].append(2)\n"
        "print(second, yaml.load(text, yaml.CBaseLoader))\n",
        encoding="utf-8",
    )
    before = set(folder.glob("document-*"))
    for name in ("one", "two", "one"):
        command = [sys.executable, str(program), name]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
        assert done.stdout.strip() == f"{{'{name}': [1]}} {{'{name}': ['1']}}"
    ours = set(folder.glob("document-*")) - before
    assert len(ours) == 4, "two texts, two loaders"
    for file in ours:
        file.unlink()


def wait_until_warm() -> None:
    """It imports for a second first; meanwhile modules are run as ever."""
    while (path := os.environ["EDGE_TEST_WARM"]) and not Path(path).exists():
        time.sleep(0.05)


PROGRAM = """
import json, os, signal, sys
found = [sys.argv, os.getcwd(), os.environ["CANARY"], os.umask(0), sys.stdin.read(), os.getppid()]
print(json.dumps(found), flush=True)
print("said", file=sys.stderr)
if os.environ["CANARY"] == "killed":
    os.kill(os.getpid(), signal.SIGTERM)
sys.exit(3)
"""


@pytest.mark.parametrize(("canary", "status"), [("ends", 3), ("killed", -signal.SIGTERM)])
@pytest.mark.parametrize("settings", [{}, {"PYTHONHASHSEED": "1"}, {"EDGE_TEST_WARM": "/nowhere"}], ids=str)
@pytest.mark.parametrize("piped", [False, True], ids=["file", "piped"])
def test_a_module_is_what_ansible_started(
    piped: bool, settings: dict[str, str], canary: str, status: int, tmp_path: Path
) -> None:
    """A warm Python does it as a cold one does, and only where it is one of the same kind."""
    warm = "" if settings else os.environ["EDGE_TEST_WARM"]
    wait_until_warm()
    program = tmp_path / "AnsiballZ_canary.py"
    program.write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable] if piped else [sys.executable, str(program)]
    environment = {**os.environ, "CANARY": canary, **settings}
    done = subprocess.run(
        command,
        input=PROGRAM if piped else "in",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        umask=0o027,
        check=False,
    )
    assert (done.returncode, done.stderr) == (status, "said\n")
    *found, parent = json.loads(done.stdout)
    assert found == [command[1:] or [""], str(tmp_path), canary, 0o027, "" if piped else "in"]
    assert (parent != os.getpid()) == bool(warm)


def test_a_module_is_killed_with_what_ansible_started(tmp_path: Path) -> None:
    """With the programs that it has started itself: nobody finds them below the playbook."""
    program = tmp_path / "AnsiballZ_canary.py"
    text = "import os, subprocess\nsleeper = subprocess.Popen(['sleep', '60'])\n"
    program.write_text(text + "print(os.getpid(), sleeper.pid, flush=True)\nsleeper.wait()\n", encoding="utf-8")
    command = [sys.executable, str(program)]
    wait_until_warm()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as started:
        assert started.stdout
        left = {int(pid) for pid in started.stdout.readline().split()}
        os.killpg(started.pid, signal.SIGKILL)
    for _attempt in range(200):
        if not left & set(processes()):
            return
        time.sleep(0.05)
    raise AssertionError(f"{left & set(processes())} go on")
