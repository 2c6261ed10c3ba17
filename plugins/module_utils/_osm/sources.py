# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the declarations of a bulk call come from: a file, a folder, or a repository of OSM Ops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .._engine.api import Sources
from .._engine.resource import Resource
from .documents import ENDINGS, Reader
from .gitops import CONFIG, read_repository


def read(path: str, resources: Sequence[Resource], secrets: Mapping[str, Any] | None = None) -> Sources:
    """The declarations in a file, in the YAML files directly in a folder, or in a repository of OSM Ops.

    Raises InputError with every fault.
    """
    source = Path(path).absolute()
    reader = Reader(resources, secrets)
    if (source / CONFIG).exists():
        read_repository(source, reader)
    elif source.is_dir():
        files = [f for f in sorted(source.iterdir()) if f.name.endswith(ENDINGS) and not f.name.startswith(".")]
        for file in (f for f in files if f.is_symlink() and not f.exists()):
            # passed over, what it declares would be taken for what is wanted no more, and pruned
            reader.faults.add(file.name, 0, "", "it is a link to what is not there.")
        files = [f for f in files if f.is_file() or f.is_symlink()]
        if not files:
            text = "there is no YAML file in this folder. Documents lie directly in it; packages in folders below it."
            reader.faults.add(str(path), 0, "", text)
        for file in filter(Path.is_file, files):
            reader.file(file, file.name)
    elif source.is_file():
        reader.file(source, source.name)
    else:
        reader.faults.add(str(path), 0, "", "there is no such file or folder.")
    reader.faults.fail()
    return reader.sources


def sources(params: Mapping[str, Any], resources: Sequence[Resource]) -> Sources:
    """What the files that a module's options name declare, with a warning when the options name nothing at all.

    A list that is empty is taken as meant: a site has no packages, say.
    """
    path, given = params.get("path"), params.get("resources") or {}
    found = read(path, resources, params.get("secrets")) if path else Sources()
    named = found.kinds or any(v is not None for v in given.values()) or params.get("packages") is not None
    if not named:
        what = f"{path} declares nothing" if path else "nothing is declared"
        found.warnings.append(
            f"{what}, so nothing was compared with OSM. Name objects by kind in resources (vim_accounts, k8s_clusters,"
            " ns_instances, ...; a list may be empty), packages, or the path of files that do."
        )
    return found
