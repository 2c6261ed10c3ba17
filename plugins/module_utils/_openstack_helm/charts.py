# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Charts and files of overrides on disk: where they are, and what they say."""

from __future__ import annotations

import hashlib
import itertools
import re
import tarfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .._engine.errors import InputError, NotFoundError

#: such texts are filled in by upstream's own tests before they use the file
_PLACEHOLDER = re.compile(r"%%%\w+%%%")


@dataclass(frozen=True)
class Chart:
    """A chart as it is on disk."""

    name: str
    path: Path
    version: str
    app_version: str
    values: dict[str, Any] = field(repr=False)
    #: dependencies that Chart.yaml names and its folder does not hold
    lacking: tuple[str, ...] = ()


def remote(source: str) -> bool:
    """Whether charts are fetched from there: a repository or a registry, and no folder."""
    return source.startswith(("http://", "https://", "oci://"))


def load_yaml(text: str | bytes, path: str) -> Any:
    """The document in a file; InputError says where it does not parse."""
    import yaml  # pylint: disable=import-outside-toplevel

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    # a date is a text to Helm
    plain = {
        k: [(tag, r) for tag, r in v if not tag.endswith(":timestamp")] for k, v in base.yaml_implicit_resolvers.items()
    }
    loader = type("Loader", (base,), {"yaml_implicit_resolvers": plain})
    try:
        return yaml.load(text, loader)
    except yaml.YAMLError as error:
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        said = _PLACEHOLDER.search(words)
        remedy = (
            f"It is a template of upstream's tests: write your own copy with a value instead of {said.group()}."
            if said
            else "Correct it."
        )
        raise InputError(f"{path} does not parse as YAML{where}.", remedy, path=path) from None


def packages(folder: Path, name: str) -> list[Path]:
    """Packages of a chart in a folder, of any version."""
    pattern = re.compile(rf"{re.escape(name)}-v?\d[^/]*\.tgz")
    return sorted(path for path in folder.glob(f"{name}-*.tgz") if pattern.fullmatch(path.name))


def _candidates(folder: Path, name: str, version: str) -> list[Path]:
    unpacked = [folder / name] if (folder / name / "Chart.yaml").is_file() else []
    packed = packages(folder, name)
    if version:
        versions = {path: path.name[len(name) + 1 : -len(".tgz")].replace("_", "+") for path in packed}
        exact = [path for path in packed if versions[path] == version]
        packed = exact or [path for path in packed if _is(versions[path], version)]
    return [*packed, *unpacked] if version else [*unpacked, *packed]


def _is(version: str, wanted: str) -> bool:
    """Whether a version is that which is wanted; one without a build (``+abc``) is any build's, as Helm takes it."""
    return version == wanted or ("+" not in wanted and version.split("+", 1)[0] == wanted)


def find(folder: Path, name: str, version: str) -> Chart | None:
    """A chart in a folder, as a folder of its name or as a package; None where it is not there.

    :raises InputError: it is there in another version, or in several and none is pinned.
    """
    found = _candidates(folder, name, version)
    if not found:
        return None
    builds = {path.name.replace("_", "+") for path in found if not version or path.name.endswith(".tgz")}
    if len(builds) > 1:
        raise InputError(
            f"{folder} has several packages of the chart {name}: {', '.join(path.name for path in found)}.",
            f"Pin one: openstack_helm_components: {{{name}: {{version: ...}}}}.",
            option="openstack_helm_version",
        )
    chart = _unpacked(found[0]) if found[0].is_dir() else _packed(found[0], name)
    if version and not _is(chart.version, version):
        raise InputError(
            f"{chart.path} is version {chart.version} of the chart {name}, and {version} is wanted.",
            "Fetch that version, or correct openstack_helm_version or the component's version.",
            option="openstack_helm_version",
            value=version,
        )
    return chart


def hold(chart: Chart, digest: str, component: str) -> None:
    """Hold a chart's package against the digest that is pinned: a tag can be moved, and a version be packed anew.

    :raises InputError: it is another one, or a folder, which has no digest.
    """
    if not digest:
        return
    there = "" if chart.path.is_dir() else f"sha256:{hashlib.sha256(chart.path.read_bytes()).hexdigest()}"
    if there != digest:
        raise InputError(
            f"{chart.path} is " + (f"{there}, and {digest} is wanted." if there else "a folder, and has no digest."),
            "Find out who has packed another one under this version; remove the file, and it is fetched again. "
            "The digest is that of the package (sha256sum, or a repository's index), not of a registry's manifest."
            if there
            else "Take a package (helm package), or leave the digest out.",
            option=f"openstack_helm_components.{component}.digest",
            value=digest,
        )


def _chart(path: Path, about: Any, values: Any, held: set[str]) -> Chart:
    if not isinstance(about, dict) or not about.get("name") or not about.get("version"):
        raise InputError(f"{path}: its Chart.yaml has no name and version.", "Fetch the chart again.", path=str(path))
    wanted = [str(d.get("name")) for d in (about.get("dependencies") or []) if isinstance(d, dict)]
    return Chart(
        str(about.get("name")),
        path,
        str(about.get("version")),
        str(about.get("appVersion") or ""),
        values if isinstance(values, dict) else {},
        tuple(name for name in wanted if not any(h == name or h.startswith(f"{name}-") for h in held)),
    )


def _unpacked(path: Path) -> Chart:
    about = load_yaml((path / "Chart.yaml").read_bytes(), str(path / "Chart.yaml"))
    file = path / "values.yaml"
    values = load_yaml(file.read_bytes(), str(file)) if file.is_file() else {}
    held = {entry.name for entry in (path / "charts").iterdir()} if (path / "charts").is_dir() else set()
    return _chart(path, about, values, held)


def _packed(path: Path, name: str) -> Chart:
    try:
        with tarfile.open(path) as archive:
            held = {member.split("/")[2] for member in archive.getnames() if member.startswith(f"{name}/charts/")}
            read = {}
            for file in ("Chart.yaml", "values.yaml"):
                stream = archive.extractfile(f"{name}/{file}")
                read[file] = load_yaml(stream.read() if stream else b"{}", f"{path}:{name}/{file}")
    except (tarfile.TarError, OSError, EOFError, zlib.error, KeyError, IndexError) as error:
        raise InputError(
            f"{path} is no package of the chart {name} ({error}).", "Fetch it again.", path=str(path)
        ) from None
    return _chart(path, read["Chart.yaml"], read["values.yaml"], held)


@dataclass(frozen=True)
class Override:
    """A file of overrides, and the features whose names make up its own."""

    path: Path
    features: tuple[str, ...]


def _names(parts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Names of files that these features may have, alone and together, in any order."""
    names: dict[str, tuple[str, ...]] = {}
    for count in range(1, min(len(parts), 4) + 1):
        for some in itertools.permutations(parts, count):
            names.setdefault("-".join(some), some)
    return names


def overrides(folder: Path, chart: str, base: Sequence[str], features: Sequence[str]) -> list[Override]:
    """The files that hold for a chart, in the order in which they are merged.

    First those of the OpenStack release and the operating system (``2025.2.yaml``, ``ubuntu_noble.yaml``,
    ``2025.2-ubuntu_noble.yaml``: what is more special comes later), then those of features in the order in which the
    features are named, a combination (``gateway-tls.yaml``) after the last of its features.
    """
    there = {path.stem: path for path in (folder / chart).glob("*.yaml")}
    order = [*base, *features]
    found = [Override(there[name], some) for name, some in _names(order).items() if name in there]

    def rank(one: Override) -> tuple[int, int, tuple[int, ...]]:
        places = sorted((order.index(f) for f in one.features), reverse=True)
        highest = places[0] if places[0] >= len(base) else -1
        return highest, len(places), tuple(places)

    return sorted(found, key=rank)


def offered(folder: Path, charts: Sequence[str]) -> set[str]:
    """Names of all files of overrides for these charts: what can be a feature."""
    return {path.stem for chart in charts for path in (folder / chart).glob("*.yaml")}


def need_folder(path: str, option: str) -> Path:
    """A folder that has to be there."""
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise NotFoundError(
            f"{option}: the folder {path} does not exist.",
            "Name a checkout of openstack-helm, a folder of packages, a repository (https://) or a registry (oci://)."
            if option == "openstack_helm_charts"
            else "Name the folder values_overrides of a checkout of openstack-helm, or your own in that order.",
            option=option,
            value=path,
        )
    return folder
