# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Repositories of OSM Ops, read as they are: its configuration, its NS instances, its package folders.

The formats are those of OSM Ops (2022): ``osm_ops_config.yaml`` in the root, files whose names end in one of its
``fileExtensions`` anywhere below ``targetDir``, packages in ``<targetDir>/osm-pkgs/``. What OSM Ops does not look at
may lie beside it: documents of any kind in ``*.edge.yaml``. Nothing here contacts OSM, and credentials are not read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .._engine.field import Field
from .documents import OWN_ENDINGS, Located, Reader, load_file
from .scalars import misread

CONFIG = "osm_ops_config.yaml"
PACKAGE_FOLDER = "osm-pkgs"
#: what OSM Ops looks for when its configuration does not say
EXTENSIONS = (".osmops.yaml", ".osmops.yml")
CONFIG_KEYS = frozenset({"targetDir", "fileExtensions", "connectionFile"})
#: key of an NS file -> whether it is needed
NS_KEYS = {
    "kind": True,
    "name": True,
    "description": False,
    "nsdName": True,
    "vnfName": True,
    "vimAccountName": True,
    "kdu": True,
}
#: those whose values are texts
NS_TEXTS = (
    *(Field(key, "") for key in NS_KEYS if key != "kdu"),
    Field("kdu", "", type="dict", options=(Field("name", ""),)),
)
NS_INSTANCES = "ns_instances"
UNKNOWN = "is no key of OSM Ops and is not looked at."


def read_repository(root: Path, reader: Reader) -> None:
    """Hand every declaration of the repository to ``reader``, and every fault of its files."""
    settings = _settings(root, reader)
    if settings is None:
        return
    target, extensions = settings
    _packages(root, target, reader)
    instances: dict[str, dict[str, Any]] = {}
    for file in _files(root, target, reader):
        shown, name = _shown(root, file), file.name.lower()
        if name.endswith(extensions):
            for document in load_file(file, shown, reader.faults):
                _instance(document, shown, instances, reader)
        elif name.endswith(OWN_ENDINGS):
            reader.file(file, shown)
    for name, found in instances.items():
        reader.add(NS_INSTANCES, found["values"], found["line"], found["file"], root, name)


def _settings(root: Path, reader: Reader) -> tuple[Path, tuple[str, ...]] | None:
    """The target folder and the endings of NS files; None when the configuration cannot be used."""
    before = len(reader.faults.rows)
    documents = load_file(root / CONFIG, CONFIG, reader.faults)
    if len(reader.faults.rows) > before:
        return None
    config = documents[0] if documents else Located()
    if not isinstance(config, Located):
        reader.faults.add(CONFIG, 1, "", f"it must be a dictionary with {', '.join(sorted(CONFIG_KEYS))}.")
        return None
    lines = getattr(config, "lines", {})
    for key in sorted(str(k) for k in set(config) - CONFIG_KEYS):
        reader.sources.warnings.append(f"{CONFIG}:{lines.get(key, 0)}: {key} {UNKNOWN}")
    target = _target(root, config.get("targetDir"), lines.get("targetDir", 0), reader)
    extensions = _extensions(config.get("fileExtensions"), lines.get("fileExtensions", 0), reader)
    _connection(root, config.get("connectionFile"), lines.get("connectionFile", 0), reader)
    return (target, extensions) if target and extensions else None


def _target(root: Path, value: Any, line: int, reader: Reader) -> Path | None:
    if value is None or value == "":
        return root
    if not isinstance(value, str):
        reader.faults.add(CONFIG, line, "targetDir", f"it must be the path of a folder, not {value!r}.")
        return None
    target = root / value
    if not _inside(root, target):
        reader.faults.add(CONFIG, line, "targetDir", f"{value} leads out of the repository.")
    elif not target.is_dir():
        reader.faults.add(CONFIG, line, "targetDir", f"there is no folder {value} in the repository.")
    else:
        return target
    return None


def _extensions(value: Any, line: int, reader: Reader) -> tuple[str, ...]:
    if value is None or value == []:
        return EXTENSIONS
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        reader.faults.add(CONFIG, line, "fileExtensions", "it must be a list of endings such as .ops.yaml.")
        return ()
    return tuple(v.strip().lower() for v in value)


def _connection(root: Path, value: Any, line: int, reader: Reader) -> None:
    """The connection comes from the module's options; a password that lies in the repository is worth a warning."""
    if value is not None and not isinstance(value, str):
        reader.faults.add(CONFIG, line, "connectionFile", f"it must be the path of a file, not {value!r}.")
    elif value and not Path(value).is_absolute() and (root / value).exists():
        reader.sources.warnings.append(
            f"{CONFIG}:{line}: connectionFile names {value}, inside the repository: whoever reads the repository has "
            "that password. It is not used here; sign in with osm_username and osm_password."
        )


def _files(root: Path, target: Path, reader: Reader) -> Iterator[Path]:
    """Every file below the target, hidden folders left out; links that lead out of the repository are faults."""
    for folder, folders, names in os.walk(target):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            file = Path(folder) / name
            if _inside(root, file):
                yield file
            else:
                reader.faults.add(_shown(root, file), 0, "", "it is a link that leads out of the repository.")


def _inside(root: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())


def _shown(root: Path, file: Path) -> str:
    return str(file.relative_to(root))


def _packages(root: Path, target: Path, reader: Reader) -> None:
    """Each folder is one package, called as its descriptor's id, as OSM Ops wants it."""
    base = target / PACKAGE_FOLDER
    if not base.is_dir():
        return
    for folder in sorted(p for p in base.iterdir() if p.is_dir() and not p.name.startswith(".")):
        shown = _shown(root, folder)
        if not _inside(root, folder):
            reader.faults.add(shown, 0, "", "it is a link that leads out of the repository.")
            continue
        identity = reader.package(folder, 0, shown, "")
        if identity and identity != folder.name:
            reader.faults.add(shown, 0, "id", f"the descriptor's id is {identity}; OSM Ops wants the folder called so.")


def _instance(document: Any, shown: str, instances: dict[str, dict[str, Any]], reader: Reader) -> None:
    """Take up one NS file. Two files may speak of one NS, each of another KDU."""
    faults, before = reader.faults, len(reader.faults.rows)
    if not isinstance(document, Located):
        faults.add(shown, 1, "", "it must be a dictionary with kind: NsInstance.")
        return
    lines = document.lines
    if "kind" in document and document["kind"] != "NsInstance":
        text = f"{document['kind']!r} is no kind of OSM Ops; the only one is NsInstance."
        faults.add(shown, lines["kind"], "kind", text)
    for key, needed in NS_KEYS.items():
        value = document.get(key)
        if value is None or value == "":
            if needed:
                faults.add(shown, lines.get(key, document.line), key, "it is needed.")
        elif key != "kdu" and not isinstance(value, (str, int, float)):
            faults.add(shown, lines[key], key, f"it must be a text, not {type(value).__name__}.")
    for key in sorted(str(k) for k in set(document) - set(NS_KEYS)):
        reader.sources.warnings.append(f"{shown}:{lines.get(key, 0)}: {key} {UNKNOWN}")
    kdu = _kdu(document.get("kdu"), lines.get("kdu", 0), shown, reader)
    if len(faults.rows) == before:
        for line, key, text in misread(NS_TEXTS, document):
            faults.add(shown, line, key, text)
    if len(faults.rows) > before or kdu is None:
        return
    values: dict[str, Any] = {
        "name": str(document["name"]),
        "nsd": str(document["nsdName"]),
        "vim_account": str(document["vimAccountName"]),
        "kdus": [{"vnf": str(document["vnfName"]), **kdu}],
    }
    if document.get("description"):
        values["description"] = str(document["description"])
    known = instances.setdefault(values["name"], {"values": values, "line": document.line, "file": shown})
    if known["values"] is not values:
        _join(known, values, document, shown, reader)


def _kdu(value: Any, line: int, shown: str, reader: Reader) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, Located):
        reader.faults.add(shown, line, "kdu", "it must be a dictionary with name and params.")
        return None
    if not value.get("name"):
        reader.faults.add(shown, line, "kdu.name", "it is needed.")
        return None
    params = value.get("params")
    if params is not None and not isinstance(params, Mapping):
        reader.faults.add(shown, value.lines.get("params", line), "kdu.params", "it must be a dictionary.")
        return None
    return {"name": str(value["name"]), "params": dict(params or {})}


def _join(known: dict[str, Any], values: Mapping[str, Any], document: Located, shown: str, reader: Reader) -> None:
    """Add the KDU of a further file to an NS that another file has declared."""
    first = known["values"]
    for option, key in (("nsd", "nsdName"), ("vim_account", "vimAccountName")):
        if first[option] != values[option]:
            text = f"{known['file']} declares {values['name']} with {first[option]}, this file with {values[option]}."
            reader.faults.add(shown, document.lines[key], key, text)
    [kdu] = values["kdus"]
    if any((k["vnf"], k["name"]) == (kdu["vnf"], kdu["name"]) for k in first["kdus"]):
        text = f"{known['file']} declares KDU {kdu['name']} of VNF {kdu['vnf']} of {values['name']} already."
        reader.faults.add(shown, document.lines["kdu"], "kdu", text)
    else:
        first["kdus"].append(kdu)
