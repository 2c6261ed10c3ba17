# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tarball of an application: what it says of itself, and how it is sent.

Source: sysinv's ``apps`` and its client (2026). ``metadata.yaml`` in the tarball has the name and the version, and
sysinv prefers them to those of the request.
"""

from __future__ import annotations

import base64
import re
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .._engine.errors import InputError
from .._engine.lazy import Lazily

yaml: Any = Lazily("yaml")

ENDINGS = (".tgz", ".tar.gz")


def is_url(text: str) -> bool:
    """Whether the controller is to fetch the tarball itself."""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text))


def is_here(values: Mapping[str, Any]) -> bool:
    """Whether the tarball is a file of the machine that the module runs on."""
    src = str(values.get("src") or "")
    return bool(src) and not is_url(src) and not values.get("remote_src")


def wrong(src: Any, problem: str, remedy: str) -> InputError:
    """An error about the tarball."""
    return InputError(f"src: {src} {problem}.", remedy, option="src", value=str(src))


def metadata(src: str) -> tuple[str, str]:
    """Name and version in a tarball; '' for what it does not tell. Raises InputError for what is no tarball."""
    try:
        with tarfile.open(src) as archive:
            member = next((m for m in archive if m.isfile() and m.name.removeprefix("./") == "metadata.yaml"), None)
            stream = archive.extractfile(member) if member else None
            content = yaml.safe_load(stream.read()) if stream else {}
    except FileNotFoundError:
        remedy = "Correct the path; for a file of the controller itself, give remote_src: true."
        raise wrong(src, "does not exist on the machine that runs the task", remedy) from None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise wrong(src, f"cannot be read as a tarball ({error})", "Give the application's tarball.") from None
    except yaml.YAMLError as error:
        raise wrong(src, f"has a metadata.yaml that is no YAML ({error})", "Correct the tarball.") from None
    if not isinstance(content, Mapping):
        return "", ""
    return str(content.get("app_name") or ""), str(content.get("app_version") or "")


def told(values: Mapping[str, Any], _assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """The version of a tarball that is here; raises InputError where it is another application's, or another one."""
    if values.get("state") == "absent" or not is_here(values):
        return values
    src, name, version = str(Path(str(values["src"])).expanduser()), values.get("name"), values.get("version")
    if not src.endswith(ENDINGS):
        raise wrong(src, "is not called *.tgz or *.tar.gz", "sysinv takes nothing else; rename it.")
    real_name, real_version = metadata(src)
    if real_name and name and real_name != name:
        raise wrong(src, f"is the tarball of {real_name}, not of {name}", "Correct src or name.")
    if real_version and version and real_version != version:
        raise wrong(src, f"has version {real_version}, not {version}", "Correct src or version.")
    if not real_version and not version:
        raise wrong(src, "does not tell its version", "Give version, or add app_version to its metadata.yaml.")
    return {**values, "src": src, "version": version or real_version}


def body(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent of a tarball: its address, or its content."""
    src = str(values["src"])
    sent = {"tarfile": src, "name": values["name"], "app_version": values.get("version")}
    if is_here(values):
        # by its name only: where the controller has a file of the same path, sysinv would take that one
        sent["tarfile"] = Path(src).name
        sent["binary_data"] = base64.urlsafe_b64encode(Path(src).read_bytes()).decode("ascii")
    return {k: v for k, v in sent.items() if v}
