# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads of a package what the plan wants to know: its descriptor's kind, id and references.

The one part of this room that reads files. It is not the lint: what OSM would refuse inside the descriptor is said
when the package is built and linted, before the upload.
"""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .services import Package

try:
    import yaml
except ImportError:  # reported by the module with missing_required_lib
    yaml = None  # type: ignore[assignment]

SUFFIXES = (".yaml", ".yml", ".json")
MOST_BYTES = 2_000_000


def read(path: Path) -> Package:
    """The package in a folder or an archive; never raises for what is in it."""
    try:
        if path.exists() and not (path.is_dir() or path.is_file()):
            return Package(problem="is neither a folder nor a file.", remedy="Give a package's folder or its .tar.gz.")
        texts = _folder(path) if path.is_dir() else _archive(path)
    except FileNotFoundError:
        return Package(
            problem="there is no such folder or file.", remedy="Give a path relative to the inventory's folder."
        )
    except (OSError, tarfile.TarError, zipfile.BadZipFile, RuntimeError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "it is no gzipped tar archive and no zip"
        return Package(problem=f"is no package: {reason}.", remedy="Give a package's folder or its .tar.gz.")
    if len(texts) != 1:
        names = ", ".join(sorted(texts)) or "none"
        return Package(
            problem=f"is no package: it needs exactly one descriptor at its top, and has {names}.",
            remedy="Keep one .yaml file there, and further files in folders.",
        )
    name, content = next(iter(texts.items()))
    try:
        document = yaml.safe_load(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Package(
            problem=f"its descriptor {name} is no text in UTF-8: byte 0x{content[error.start]:02x} in line {line},"
            " which Latin-1 and Windows encodings have.",
            remedy="Save it as UTF-8.",
        )
    except (RecursionError, ValueError):
        return Package(problem=f"its descriptor {name} does not parse as YAML.", remedy="Correct the descriptor.")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        return Package(
            problem=f"its descriptor {name} does not parse as YAML{where}.", remedy="Correct the descriptor."
        )
    return describe(document, name)


def _folder(path: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in path.iterdir() if f.is_file() and f.suffix in SUFFIXES}


def _archive(path: Path) -> dict[str, bytes]:
    texts: dict[str, bytes] = {}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as bundle:
            for entry in bundle.infolist():
                parts = entry.filename.split("/")
                if len(parts) == 2 and parts[1].endswith(SUFFIXES) and entry.file_size < MOST_BYTES:
                    texts[parts[1]] = bundle.read(entry)
        return texts
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            parts = [part for part in member.name.split("/") if part not in ("", ".")]
            if member.isfile() and len(parts) == 2 and parts[1].endswith(SUFFIXES) and member.size < MOST_BYTES:
                file = archive.extractfile(member)
                texts[parts[1]] = file.read() if file else b""
    return texts


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    """The text of a scalar; of anything else none (of a few aliases it could be of any length)."""
    return str(value) if isinstance(value, (str, int, float)) else ""


def describe(document: Any, name: str) -> Package:
    """What the plan wants to know of a descriptor."""
    document = document if isinstance(document, Mapping) else {}
    vnfd, nsd = document.get("vnfd"), document.get("nsd")
    if isinstance(vnfd, Mapping) and _text(vnfd.get("id")):
        cluster = vnfd.get("k8s-cluster")
        return Package(
            kind="vnf",
            id=str(vnfd["id"]),
            charts=tuple(_text(k["helm-chart"]) for k in _dicts(vnfd.get("kdu")) if _text(k.get("helm-chart"))),
            nets=tuple(_text(n.get("id")) for n in _dicts(cluster.get("nets") if isinstance(cluster, Mapping) else 0)),
        )
    inner = _dicts(nsd.get("nsd")) if isinstance(nsd, Mapping) else []
    if inner and _text(inner[0].get("id")):
        references = inner[0].get("vnfd-id")
        return Package(
            kind="ns",
            id=str(inner[0]["id"]),
            references=tuple(_text(r) for r in references) if isinstance(references, list) else (),
        )
    if any(str(key).partition(":")[0] in ("vnfd", "vnfd-catalog", "nsd", "nsd-catalog") for key in document):
        return Package(
            problem=f"its descriptor {name} is of the form before SOL006, or has no id.",
            remedy="Write it as ETSI SOL006: vnfd: {id: ...}, or nsd: {nsd: [{id: ...}]}.",
        )
    return Package(
        problem=f"is no package: {name} holds neither a vnfd nor an nsd.",
        remedy="Give the folder or archive of a VNF or NS package.",
    )
