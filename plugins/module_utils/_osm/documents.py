# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations from YAML files: each one keeps the file and line it was written in, and all faults are told at once.

A document is a dictionary of lists by plural (``vim_accounts``, ``ns_instances``, ...), and ``packages`` with paths.
Relative paths in it begin at the file's folder. ``!secret NAME`` stands for a text that is given beside the document.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.validation import check_type_path
from ansible.module_utils.errors import UnsupportedError

from .._engine.api import Entry, Sources
from .._engine.errors import InputError
from .._engine.field import Field
from .._engine.redact import scrub, secrets_in, spellings
from .._engine.resource import Resource
from .._engine.spec import resource_fields, resource_options
from .._engine.spelling import accepted
from ._packages.build import PackageError, look
from ._packages.documents import DocumentError, _StrictLoader, _weigh
from .scalars import EMPTY, misread

try:
    import yaml
except ImportError:  # reported by the module with missing_required_lib
    yaml = None  # type: ignore[assignment]

ENDINGS = (".yaml", ".yml")
#: files that hold documents in a repository of OSM Ops, which itself leaves them alone
OWN_ENDINGS = (".edge.yaml", ".edge.yml")
#: bytes; a declaration is written by people
MOST_BYTES = 10_000_000
PACKAGES = "packages"
#: plural of the kind that a package of each sort is declared as
PACKAGE_KINDS = {"vnf": "vnf_packages", "ns": "ns_packages", "nst": "slice_templates"}

#: what YAML has and JSON has not, which is what OSM takes, and how it is to be written instead
FOREIGN = {
    "timestamp": "a date or time; write it in quotes",
    "binary": "binary data; write its Base64 text in quotes, without !!binary",
    "set": "a set; write a list",
    "omap": "an ordered map; write a dictionary",
    "pairs": "a list of pairs; write a list of dictionaries",
}

DOCUMENT_FIELDS = (
    Field(
        "path",
        (
            "A file with YAML documents, or a folder with such files directly in it: each document is a dictionary like"
            " O(resources), with C(packages) beside the kinds. Relative paths in it begin at the file's folder.",
            "Or a repository of OSM Ops (a folder with C(osm_ops_config.yaml)), read as it is; files of it that end in"
            " C(.edge.yaml) are documents of any kind.",
            "What O(resources) and O(packages) have comes on top. Faults are told all at once, with file and line.",
        ),
        type="path",
    ),
    Field(
        "secrets",
        "Texts by name, for C(!secret NAME) in the documents of O(path), so that they need not lie beside them.",
        type="dict",
        secret=True,
    ),
)


#: what to do about a secret, which is not in the files
GIVE = "Give such a secret as a text in the option secrets (for the role osm_gitops: in osm_gitops_secrets)"


class Located(dict[str, Any]):
    """A dictionary that knows its own line, the line of each of its keys, and the node of each of its values."""

    line = 0
    lines: dict[Any, int]
    nodes: dict[str, Any]


class Unfit(str):
    """Stands for a value that is a fault, so that what is around it can be read and checked."""


class _Loader(_StrictLoader):
    """Strict YAML with lines and ``!secret``."""

    secrets: Mapping[str, Any] = {}

    def __init__(self, text: str) -> None:
        super().__init__(text)
        #: line and fault of each secret that is not given, or is no text
        self.lacking: list[tuple[int, str]] = []
        #: the same of each value that OSM cannot be given
        self.unfit: list[tuple[int, str]] = []

    def construct_yaml_map(self, node: Any) -> Any:
        data = Located()
        data.line = node.start_mark.line + 1
        data.lines = {}
        data.nodes = {}
        yield data
        for key, value in self.construct_mapping(node).items():
            name = _key(key)
            if name in data:
                raise DocumentError(f"the key '{name}' is given twice, once as a number or word of YAML.", data.line)
            data[name] = value
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                data.lines[key.value] = key.start_mark.line + 1
                data.nodes[key.value] = value

    def construct_secret(self, node: Any) -> Any:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            raise DocumentError(f"!secret wants a name (line {line}).", line)
        if node.value not in self.secrets:
            self.lacking.append((line, f"there is no secret called '{node.value}'."))
            return Unfit()
        value = self.secrets[node.value]
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            what = "has no value" if value is None else f"is no text but a {type(value).__name__}"
            self.lacking.append((line, f"the secret '{node.value}' {what}."))
            return Unfit()
        return str(value)

    def construct_finite(self, node: Any) -> Any:
        value = float(super().construct_yaml_float(node))
        if math.isfinite(value):
            return value
        return self._unfit(node, f"{node.value} is no number that JSON has; write it in quotes.")

    def construct_foreign(self, node: Any) -> Any:
        return self._unfit(node, f"OSM cannot be given {FOREIGN[node.tag.rsplit(':', 1)[1]]}.")

    def construct_other(self, node: Any) -> Any:
        hint = "!secret NAME is, for what does not belong in the document"
        hint = "keep secrets out of the document with !secret NAME" if node.tag == "!vault" else hint
        return self._unfit(node, f"the tag {node.tag} is not known here; {hint}.")

    def _unfit(self, node: Any, text: str) -> Unfit:
        line = node.start_mark.line + 1
        self.unfit.append((line, text))
        return Unfit(f"{node.tag} {line}.{node.start_mark.column}")  # as a key it is like no other


def _key(key: Any) -> str:
    """A key as JSON has it: otherwise what OSM answers would differ from it for ever."""
    return key if isinstance(key, str) else json.dumps(key)


if yaml is not None:
    _Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_yaml_map)
    _Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_finite)
    for _tag in FOREIGN:
        _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _Loader.construct_foreign)
    _Loader.add_constructor("!secret", _Loader.construct_secret)
    _Loader.add_constructor(None, _Loader.construct_other)


@dataclass
class Faults:
    """Everything that is wrong with the files of one run, in the order of the files."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    #: those that no change of a file mends
    secret: list[dict[str, Any]] = field(default_factory=list)

    def add(self, file: str, line: int, key: str, message: str) -> None:
        """Note one; ``line`` 0 and ``key`` '' where there is none."""
        self.rows.append({"file": file, "line": line, "key": key, "message": message})

    def fail(self) -> None:
        """Raise InputError with all of them; nothing when there are none."""
        if not self.rows:
            return
        texts = []
        for row in self.rows:
            where = f"{row['file']}:{row['line']}" if row["line"] else row["file"]
            texts.append(f"{where}: {row['key']}: {row['message']}" if row["key"] else f"{where}: {row['message']}")
        head = texts[0] if len(texts) == 1 else "\n".join([f"{len(texts)} faults:", *(f"- {t}" for t in texts)])
        files = "Correct the files" if len(self.secret) < len(self.rows) else ""
        remedy = ". ".join(filter(None, [files, GIVE if self.secret else ""]))
        raise InputError(head, f"{remedy}; nothing was sent.", option="path", faults=self.rows)


def load_file(file: Path, shown: str, faults: Faults) -> list[Any]:
    """Every document in a file, none when one of them has a fault."""
    before = len(faults.rows)
    documents = parse_file(file, shown, faults)
    return documents if len(faults.rows) == before else []


def parse_file(file: Path, shown: str, faults: Faults, secrets: Mapping[str, Any] | None = None) -> list[Any]:
    """Every document in a file, empty ones left out, with Unfit for each missing secret and what OSM cannot be given.

    These become faults, and so does what does not parse, of which there are no documents.
    """
    lacking: list[tuple[int, str]] = []
    unfit: list[tuple[int, str]] = []
    documents: list[Any] = []
    try:
        if file.stat().st_size > MOST_BYTES:
            raise DocumentError(f"it is larger than {MOST_BYTES} bytes.")
        loader = _Loader(file.read_text(encoding="utf-8"))
        loader.secrets, lacking, unfit = secrets or {}, loader.lacking, loader.unfit
        parsed = []
        try:
            while loader.check_data():
                parsed.append(loader.get_data())
        finally:
            loader.dispose()
        for document in parsed:
            _weigh(document, {}, set())
        documents = [d for d in parsed if d is not None]
    except DocumentError as error:
        faults.add(shown, error.line, "", str(error).replace(f" (line {error.line})", "", 1))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        faults.add(shown, mark.line + 1 if mark else 0, "", f"{problem}.")
    except OSError as error:
        faults.add(shown, 0, "", f"it cannot be read ({error.strerror}).")
    except UnicodeDecodeError:
        faults.add(shown, 0, "", "it is not text in UTF-8.")
    except ValueError as error:  # a date such as 2026-13-45
        faults.add(shown, 0, "", f"a value does not parse: {error}.")
    for line, text in sorted(unfit):
        faults.add(shown, line, "", text)
    for line, text in sorted(lacking):
        faults.add(shown, line, "", text)
        faults.secret.append(faults.rows[-1])
    return documents


def _has_unfit(value: Any) -> bool:
    """Whether it cannot be checked, as a part of it is a fault already."""
    if isinstance(value, dict):
        return any(_has_unfit(k) or _has_unfit(v) for k, v in value.items())
    return any(map(_has_unfit, value)) if isinstance(value, list) else isinstance(value, Unfit)


def _line_of(node: Any, key: str) -> int:
    """Line of the first key of that name below a node, 0 if there is none."""
    if isinstance(node, yaml.SequenceNode):
        return next(filter(None, (_line_of(n, key) for n in node.value)), 0)
    if not isinstance(node, yaml.MappingNode):
        return 0
    own = (k.start_mark.line + 1 for k, _value in node.value if k.value == key)
    return next(own, 0) or next(filter(None, (_line_of(v, key) for _key, v in node.value)), 0)


class Reader:
    """Collects the declarations of many files."""

    def __init__(self, resources: Iterable[Resource], secrets: Mapping[str, Any] | None = None) -> None:
        self._resources = {r.many: r for r in resources}
        self._specs: dict[str, dict[str, Any]] = {}
        self._secrets = secrets or {}
        self._seen: dict[tuple[str, ...], str] = {}
        self.faults = Faults()
        self.sources = Sources()

    def file(self, file: Path, shown: str) -> None:
        """Take up every document in a file."""
        for document in parse_file(file, shown, self.faults, self._secrets):
            if isinstance(document, Unfit):
                continue
            if not isinstance(document, Located):
                what = "a list" if isinstance(document, list) else "a single value"  # which may be a secret
                self.faults.add(shown, 1, "", f"a document is a dictionary of lists by kind, not {what}.")
                continue
            for key, value in document.items():
                if not isinstance(key, Unfit):
                    node = document.nodes.get(key)
                    lines = [n.start_mark.line + 1 for n in node.value] if isinstance(node, yaml.SequenceNode) else []
                    self._list(key, value, [document.lines.get(key, 0), *lines], file.parent, shown)

    def _list(self, plural: str, entries: Any, lines: list[int], folder: Path, shown: str) -> None:
        line = lines[0]
        if plural != PACKAGES and plural not in self._resources:
            known = ", ".join(sorted([*self._resources, PACKAGES]))
            self.faults.add(shown, line, plural, f"there is no such kind. Known: {known}.")
            return
        if isinstance(entries, Unfit):
            return
        if entries is not None and not isinstance(entries, list):
            self.faults.add(shown, line, plural, "it must be a list.")
            return
        self.sources.kinds.add(plural)
        for number, entry in enumerate(entries or []):
            if _has_unfit(entry):
                continue
            line = lines[number + 1] if number + 1 < len(lines) else lines[0]
            if plural == PACKAGES:
                self._package(entry, line, folder, shown)
            elif isinstance(entry, Located):
                self.add(plural, entry, entry.line, shown, folder)
            else:
                self.faults.add(shown, line, f"{plural}[{number}]", "it must be a dictionary.")

    def _package(self, entry: Any, line: int, folder: Path, shown: str) -> None:
        if not isinstance(entry, str):
            self.faults.add(shown, line, PACKAGES, "each one is the path of a folder or archive.")
            return
        if not entry:
            self.faults.add(shown, line, PACKAGES, EMPTY)
            return
        self.package(Path(check_type_path(within(folder, entry))), line, shown, PACKAGES)

    def package(self, path: Path, line: int, shown: str, key: str) -> str:
        """Take up a package; what it is follows from its descriptor, whose id is returned ('' for no package)."""
        try:
            package = look(path)
        except PackageError as error:
            self.faults.add(shown, line, key, f"{error.message.rstrip(' .')}. {error.remedy}".strip())
            return ""
        plural = PACKAGE_KINDS.get(package.kind, "")
        if plural not in self._resources:
            self.faults.add(shown, line, key, f"a package of kind {package.kind} cannot be declared here.")
            return ""
        self.add(plural, {"path": str(path)}, line, shown, path.parent, key or path.name)
        return package.id

    def add(
        self, plural: str, values: Mapping[str, Any], line: int, shown: str, folder: Path, key: str | None = None
    ) -> None:
        """Take up one declaration, checked against the options of its kind."""
        resource = self._resources[plural]
        spec = self._specs.setdefault(plural, resource_options(resource))
        name = key or str(values.get(resource.identity[0].name) or values.get("path") or plural)
        lines, nodes = getattr(values, "lines", {}), getattr(values, "nodes", {})
        misreadings = list(misread(resource_fields(resource), values))
        for at, option, text in misreadings:
            self.faults.add(shown, at, f"{name}: {option}", text)
        values = accepted(resource, values)
        unknown = [str(k) for k in values if k not in spec]
        for option in unknown:
            known = ", ".join(sorted(spec))
            text = f"{resource.title} has no option {option}. It has {known}."
            self.faults.add(shown, lines.get(option, line), f"{name}: {option}", text)
        given = {k: self._placed(v, spec[k], folder) for k, v in values.items() if k in spec}
        result = ArgumentSpecValidator(spec).validate(given)
        secrets = sorted(spellings(secrets_in(resource.fields, given)), key=len, reverse=True)
        for error in result.errors.errors:
            text = str(error.msg)
            at = next((lines[k] for k in lines if f"'{k}'" in text or f"{k} " in text), line)
            if isinstance(error, UnsupportedError):  # inside an option; its text begins with the names alone
                inner, _sep, known = text.partition(". Supported parameters include: ")
                path = inner.split(",")[0].split(".")
                at = _line_of(nodes.get(path[0]), path[-1]) or lines.get(path[0], line)
                text = f"{resource.title} has no option {inner}. There it has {known}"
            self.faults.add(shown, at, name, scrub(f"{text.rstrip('.')}.", secrets))
        if unknown or misreadings or result.error_messages:
            return
        origin = f"{shown}:{line}" if line else shown
        if self._once(resource, result.validated_parameters, origin, line, shown):
            self.sources.entries.append(Entry(plural, result.validated_parameters, origin))
            self.sources.kinds.add(plural)

    def _once(self, resource: Resource, values: Mapping[str, Any], origin: str, line: int, shown: str) -> bool:
        identity = tuple(str(values.get(f.name)) for f in resource.identity if values.get(f.name) is not None)
        if not identity:
            return True
        first = self._seen.setdefault((resource.kind, *identity), origin)
        if first != origin:
            self.faults.add(shown, line, " ".join(identity), f"this {resource.title} is declared in {first} already.")
        return first == origin

    @staticmethod
    def _placed(value: Any, spec: Mapping[str, Any], folder: Path) -> Any:
        """Paths made absolute."""
        if spec.get("type") == "path" and isinstance(value, str):
            return within(folder, value)
        if spec.get("elements") == "path" and isinstance(value, list):
            return [within(folder, v) if isinstance(v, str) else v for v in value]
        return value


def within(folder: Path, path: str) -> str:
    """A path that begins at ``folder`` unless it is absolute, or begins with ``~`` or a variable."""
    return path if path.startswith(("~", "$")) else str(folder / path)
