# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Code that was compiled, archives that were packed and documents that were read once, for the tests' playbooks.

They are kept in a folder: code is taken from there where the source is the same to the byte, archives where no file of
the collection or of Ansible's own packing has changed, what was read of a large document where its text is the same.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import pickle
import sys
import zipimport
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

#: bytes of a document that is slower to read than what was read of it: Ansible's settings and where its plugins are
LARGE = 50_000


def folder() -> Path:
    """Where all of it is kept."""
    return Path(os.environ["EDGE_TEST_BYTECODE"])


def _code(folder: Path, name: str, source: bytes, compiled: Callable[[], CodeType]) -> CodeType:
    """The code of a source that is kept by a name."""
    file = folder / f"{sys.implementation.cache_tag}-{hashlib.sha256(name.encode()).hexdigest()}"
    digest = hashlib.sha256(source).digest()
    try:
        kept = file.read_bytes()
        if kept[: len(digest)] == digest:
            return marshal.loads(kept[len(digest) :])
    except (OSError, ValueError, EOFError, TypeError):
        pass
    code = compiled()
    part = file.with_suffix(f".{os.getpid()}")
    try:
        part.write_bytes(digest + marshal.dumps(code))
        part.replace(file)  # whoever reads meanwhile finds one whole
    except OSError:
        pass
    return code


def keep(folder: Path) -> None:
    """Keep what is compiled for imports from archives."""
    plain = vars(zipimport).get("_compile_source")
    if plain is None:
        return  # a Python that does it otherwise: slower, and no different

    def compiled(path: str, source: bytes) -> CodeType:
        return _code(folder, path.rpartition(".zip")[2], source, lambda: plain(path, source))

    vars(zipimport)["_compile_source"] = compiled


def keep_collections(folder: Path) -> None:
    """Keep what is compiled of collections: what runs a task loads the filters that it has anew."""
    from ansible.utils.collection_loader import _collection_finder

    loader = vars(_collection_finder)["_AnsibleCollectionPkgLoaderBase"]
    plain = loader.get_code

    def get_code(self: Any, fullname: str) -> CodeType | None:
        name, source = self.get_filename(fullname), self.get_source(fullname)
        if not source or not name:
            return plain(self, fullname)
        text = source if isinstance(source, bytes) else source.encode()
        return _code(folder, name, text, lambda: plain(self, fullname))

    loader.get_code = get_code


def sources() -> str:
    """A digest of what Ansible packs modules from: names, sizes and times of files."""
    from importlib.util import find_spec

    roots = [Path(entry) for entry in os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(os.pathsep) if entry]
    found = find_spec("ansible")
    digest = hashlib.sha256(f"{sys.version} {found.origin if found else ''}".encode())
    folders = [Path(found.origin).parent / "executor"] if found and found.origin else []
    for root in roots:
        folders += [root / "ansible_collections/edge/infra/plugins" / kind for kind in ("modules", "module_utils")]
    for folder in folders:
        for place, within, files in os.walk(folder.resolve()):
            within.sort()
            for file in sorted(f for f in files if f.endswith(".py")):
                state = os.stat(os.path.join(place, file))  # noqa: PTH118, PTH116 - a thousand files at each start
                digest.update(f"{place} {file} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def keep_archives(folder: Path) -> None:
    """Let Ansible find the archives of earlier runs where it looks for those of this one."""
    import tempfile

    plain: Callable[..., str] = tempfile.mkdtemp

    def made(suffix: str | None = None, prefix: str | None = None, dir: str | None = None) -> str:
        path = plain(suffix, prefix, dir)
        if (prefix or "").startswith("ansible-local-"):
            kept = folder / f"archives-{sources()}"
            kept.mkdir(exist_ok=True)
            (Path(path) / "ansiballz_cache").symlink_to(kept)
        return path

    vars(tempfile)["mkdtemp"] = made


def keep_documents(folder: Path) -> None:
    """Keep what is read of large YAML documents by the loaders that make plain data of them."""
    import yaml

    plain: Callable[..., Any] = yaml.load
    loaders = {getattr(yaml, name, None) for name in ("CBaseLoader", "CSafeLoader")}

    def load(stream: Any, Loader: Any) -> Any:
        document = stream.read() if hasattr(stream, "read") else stream
        if Loader not in loaders or not isinstance(document, bytes) or len(document) < LARGE:
            return plain(document, Loader)
        digest = hashlib.sha256(f"{yaml.__version__} {Loader.__name__} ".encode() + document).hexdigest()
        file = folder / f"document-{digest}"
        try:
            return pickle.loads(file.read_bytes())
        except (OSError, ValueError, EOFError, pickle.UnpicklingError):
            found = plain(document, Loader)
        part = file.with_suffix(f".{os.getpid()}")
        try:
            part.write_bytes(pickle.dumps(found))
            part.replace(file)
        except OSError:
            pass
        return found

    vars(yaml)["load"] = load
