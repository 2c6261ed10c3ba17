# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rendered documents as files: the same document gives the same bytes, and only what differs is written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

try:
    import yaml
except ImportError:  # reported by the module with missing_required_lib
    yaml = None  # type: ignore[assignment]

MARK = "# Rendered from the inventory by edge.infra.site_plan: change the inventory, not this file.\n---\n"


#: the same on a picture
DRAWN = "<!-- Rendered from the inventory by edge.infra.site_plan: change the inventory, not this file. -->\n"


class Stream(list[dict[str, Any]]):
    """A file of several documents."""


class Picture(str):
    """A file that is a picture (SVG) already."""


@dataclass(frozen=True)
class FileChange:
    """A file that differs; ``after`` None means that it goes, ``before`` None that it is new."""

    path: Path
    before: str | None
    after: str | None

    def diff(self) -> dict[str, str]:
        """For diff mode."""
        name = str(self.path)
        return {
            "before_header": name,
            "after_header": name,
            "before": self.before or "",
            "after": self.after or "",
        }


def render(content: Any) -> str:
    """A document, or several, as YAML with sorted keys; a picture as it is."""
    if isinstance(content, Picture):
        return DRAWN + content
    documents = content if isinstance(content, Stream) else [content]
    # libyaml, where PyYAML has it, writes the same ten times as fast: a thousand subclouds have eight thousand files
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return MARK + str(yaml.dump_all(documents, Dumper=dumper, sort_keys=True, allow_unicode=True, width=120))


def compare(folder: Path, documents: Mapping[str, Any]) -> list[FileChange]:
    """What differs in a folder; files there that were rendered before, and that no document names now, go."""
    changes = []
    wanted = {folder / name: render(content) for name, content in documents.items()}
    for path, text in wanted.items():
        before = _read(path)
        if before != text:
            changes.append(FileChange(path, before, text))
    there = [f for form in ("**/*.yml", "**/*.yaml", "*.svg") for f in folder.glob(form)] if folder.is_dir() else []
    for path in sorted(there):
        before = _read(path)
        if path not in wanted and before is not None and before.startswith((MARK, DRAWN)):
            changes.append(FileChange(path, before, None))
    return changes


def changed(path: Path, text: str) -> list[FileChange]:
    """What differs of one file that is text already."""
    before = _read(path)
    return [] if before == text else [FileChange(path, before, text)]


def apply(changes: list[FileChange]) -> None:
    """Write the files, for their owner only: overrides tell much about a site, even without its secrets."""
    for change in changes:
        if change.after is None:
            change.path.unlink(missing_ok=True)
            continue
        change.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = change.path.with_name(f".{change.path.name}.new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(change.after)
        draft.replace(change.path)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
