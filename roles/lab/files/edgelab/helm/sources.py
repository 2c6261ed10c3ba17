# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where charts come from: folders, archives, chart repositories over HTTP, and the charts that a chart depends on."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import re
import ssl
import tarfile
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from . import charts, text
from .errors import HelmError
from .storage import now

Flags = dict[str, Any]


def _home(variable: str, fallback: str, default: str) -> Path:
    base = os.environ.get(variable)
    return Path(base) if base else Path(os.environ.get(fallback) or Path.home() / default) / "helm"


def _config(flags: Flags) -> Path:
    given = flags.get("repository-config") or os.environ.get("HELM_REPOSITORY_CONFIG")
    return Path(given) if given else _home("HELM_CONFIG_HOME", "XDG_CONFIG_HOME", ".config") / "repositories.yaml"


def _cache(flags: Flags) -> Path:
    given = flags.get("repository-cache") or os.environ.get("HELM_REPOSITORY_CACHE")
    return Path(given) if given else _home("HELM_CACHE_HOME", "XDG_CACHE_HOME", ".cache") / "repository"


def repositories(flags: Flags) -> list[dict[str, Any]]:
    """The repositories that were added."""
    file = _config(flags)
    if not file.is_file():
        return []
    return list((text.plain(file.read_bytes()) or {}).get("repositories") or [])


def _keep(flags: Flags, entries: list[dict[str, Any]]) -> None:
    file = _config(flags)
    file.parent.mkdir(parents=True, exist_ok=True)
    about = {"apiVersion": "", "generated": "0001-01-01T00:00:00Z", "repositories": entries}
    file.touch(mode=0o600)
    file.write_text(text.to_yaml(about), encoding="utf-8")


def _fetch(url: str, entry: Flags) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "Helm/3.17.3"})
    if urlsplit(url).scheme not in ("http", "https"):
        raise HelmError(f"could not find protocol handler for: {urlsplit(url).scheme}")
    if entry.get("username"):
        pair = f"{entry['username']}:{entry.get('password', '')}".encode()
        request.add_header("Authorization", f"Basic {base64.b64encode(pair).decode()}")
    context = ssl.create_default_context(cafile=entry.get("caFile") or entry.get("ca-file") or None)
    if entry.get("insecure_skip_tls_verify") or entry.get("insecure-skip-tls-verify"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(request, timeout=30, context=context) as reply:
            return bytes(reply.read())
    except urllib.error.HTTPError as error:
        raise HelmError(f"failed to fetch {url} : {error.code} {error.reason}") from None
    except urllib.error.URLError as error:
        at = urlsplit(url)
        why = str(error.reason)
        if isinstance(error.reason, ConnectionRefusedError):
            why = f"dial tcp {at.hostname}:{at.port or 443}: connect: connection refused"
        raise HelmError(f'Get "{url}": {why}') from None


def _index(url: str, entry: Flags) -> dict[str, Any]:
    where = url.rstrip("/") + "/index.yaml"
    try:
        found = text.plain(_fetch(where, entry))
    except HelmError as error:
        raise HelmError(f'looks like "{url}" is not a valid chart repository or cannot be reached: {error}') from None
    if not isinstance(found, dict) or not found.get("apiVersion"):
        raise HelmError(
            f'looks like "{url}" is not a valid chart repository or cannot be reached: no API version specified'
        )
    return found


def add(flags: Flags, name: str, url: str) -> str:
    """``helm repo add``."""
    entries = repositories(flags)
    wanted = {
        "name": name,
        "url": url,
        "username": flags.get("username") or "",
        "password": flags.get("password") or "",
        "certFile": flags.get("cert-file") or "",
        "keyFile": flags.get("key-file") or "",
        "caFile": flags.get("ca-file") or "",
        "insecure_skip_tls_verify": bool(flags.get("insecure-skip-tls-verify")),
        "pass_credentials_all": bool(flags.get("pass-credentials")),
    }
    if "/" in name:
        raise HelmError(f"repository name ({name}) contains '/'. Please specify a different name without '/'")
    old = next((e for e in entries if e["name"] == name), None)
    if old and not flags.get("force-update"):
        if any(old.get(key, "") != value for key, value in wanted.items() if value):
            raise HelmError(f"repository name ({name}) already exists, please specify a different name")
        return f'"{name}" already exists with the same configuration, skipping\n'
    _refresh(flags, wanted)
    _keep(flags, [*(e for e in entries if e["name"] != name), wanted])
    return f'"{name}" has been added to your repositories\n'


def _refresh(flags: Flags, entry: Flags) -> None:
    found = _index(entry["url"], entry)
    cache = _cache(flags)
    cache.mkdir(parents=True, exist_ok=True)
    (cache / f"{entry['name']}-index.yaml").write_text(text.to_yaml(found), encoding="utf-8")


def update(flags: Flags, names: list[str]) -> str:
    """``helm repo update``."""
    entries = repositories(flags)
    if not entries:
        raise HelmError("no repositories found. You must add one before updating")
    for name in names:
        if not any(e["name"] == name for e in entries):
            raise HelmError(f"no repositories found matching '{name}'.  Nothing will be updated")
    told = "Hang tight while we grab the latest from your chart repositories...\n"
    for entry in entries:
        if names and entry["name"] not in names:
            continue
        try:
            _refresh(flags, entry)
        except HelmError as error:
            told += f'...Unable to get an update from the "{entry["name"]}" chart repository ({entry["url"]}):\n'
            told += f"\t{str(error).partition('reached: ')[2] or error}\n"
        else:
            told += f'...Successfully got an update from the "{entry["name"]}" chart repository\n'
    return told + "Update Complete. ⎈Happy Helming!⎈\n"


def remove(flags: Flags, names: list[str]) -> str:
    """``helm repo remove``."""
    entries, told = repositories(flags), ""
    if not entries:
        raise HelmError("no repositories configured")
    for name in names:
        if not any(e["name"] == name for e in entries):
            raise HelmError(f'no repo named "{name}" found')
        entries = [e for e in entries if e["name"] != name]
        (_cache(flags) / f"{name}-index.yaml").unlink(missing_ok=True)
        told += f'"{name}" has been removed from your repositories\n'
    _keep(flags, entries)
    return told


# -- charts ----------------------------------------------------------------------------------------------------
def located(reference: str, flags: Flags) -> charts.Chart:
    """The chart that a reference means: a folder, an archive, ``REPO/CHART``, a URL, or a name with ``--repo``."""
    reference = reference.strip()
    path = Path(reference)
    if not flags.get("repo") and path.exists():
        return charts.load(path.absolute())
    if not flags.get("repo") and (path.is_absolute() or reference.startswith(".")):
        raise HelmError(f'path "{reference}" not found')
    if reference.startswith("oci://"):
        raise HelmError(f"{reference}: charts in a registry (oci://) are not known to the lab's helm")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "chart.tgz")
        file.write_bytes(_downloaded(reference, flags))
        return charts.load(file)


def _downloaded(reference: str, flags: Flags) -> bytes:
    if "://" in reference:
        return _fetch(reference, flags)
    if flags.get("repo"):
        url = str(flags["repo"])
        return _from(_index(url, flags), reference, str(flags.get("version") or ""), url, flags)
    name, slash, chart = reference.partition("/")
    if not slash:
        raise HelmError(f"non-absolute URLs should be in form of repo_name/path_to_chart, got: {reference}")
    entry = next((e for e in repositories(flags) if e["name"] == name), None)
    if entry is None:
        raise HelmError(f"repo {name} not found")
    file = _cache(flags) / f"{name}-index.yaml"
    if not file.is_file():
        raise HelmError("no cached repo found. (try 'helm repo update'): " + f"open {file}: no such file or directory")
    found = text.plain(file.read_bytes()) or {}
    return _from(found, chart, str(flags.get("version") or ""), entry["url"], entry)


def _from(index: dict[str, Any], name: str, version: str, url: str, entry: Flags) -> bytes:
    rows = (index.get("entries") or {}).get(name) or []
    fitting = [r for r in rows if not version or matches(str(r["version"]), version)]
    if not version:
        fitting = [r for r in rows if "-" not in str(r["version"])]
    if not fitting:
        if entry.get("repo"):
            wanted = f'chart "{name}" version "{version}"' if version else f'chart "{name}"'
            raise HelmError(f"{wanted} not found in {url} repository")
        raise HelmError(
            f"chart \"{name}\" matching {version} not found in {entry.get('name')} index. (try 'helm repo update')"
        )
    best = max(fitting, key=lambda r: (str(r["version"]) == version, _number(str(r["version"]))))
    data = _fetch(urljoin(url.rstrip("/") + "/", best["urls"][0]), entry)
    if best.get("digest") and hashlib.sha256(data).hexdigest() != str(best["digest"]).removeprefix("sha256:"):
        raise HelmError(f"the archive of {name} is not the one that the repository's index tells of")
    return data


def _number(version: str) -> tuple[int, ...]:
    main = version.lstrip("v").partition("+")[0].partition("-")[0]
    found = [int(p) if p.isdigit() else 0 for p in main.split(".")]
    return (*found, *[0] * (3 - len(found)))


def matches(version: str, wanted: str) -> bool:
    """Whether a version fits: equal to it, or within comparisons (``>=``, ``<``, ``^``, ``~``) between commas."""
    comparison = r"(>=|<=|>|<|=|!=|\^|~)?\s*v?(\d[\w.+-]*)"
    if not re.fullmatch(rf"\s*{comparison}(?:[,\s]+{comparison})*\s*", wanted):
        raise HelmError(f"improper constraint: {wanted}")
    for match in re.finditer(comparison, wanted):
        mark, other = match[1] or "=", match[2]
        own, than = _number(version), _number(other)
        if mark in ("=",):
            given = len(other.partition("+")[0].partition("-")[0].split("."))
            # a build ("+abc") is none of what is compared
            same = version.lstrip("v").partition("+")[0] == other.partition("+")[0]
            fits = same or (own[:given] == than[:given] and given < 3)
        elif mark == "^":
            fits = own >= than and own[0] == than[0]
        elif mark == "~":
            fits = own >= than and own[:2] == than[:2]
        else:
            fits = {">=": own >= than, "<=": own <= than, ">": own > than, "<": own < than, "!=": own != than}[mark]
        if not fits:
            return False
    return True


# -- packing and dependencies ----------------------------------------------------------------------------------
def packed(chart: charts.Chart) -> bytes:
    """A chart as an archive, the same for the same files."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as archive:
        for name, content in sorted(chart.raw.items()):
            member = tarfile.TarInfo(f"{chart.name}/{name}")
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def package(reference: str, flags: Flags) -> str:
    """``helm package``."""
    chart = charts.load(Path(reference))
    charts.check_dependencies(chart)
    for flag, key in (("version", "version"), ("app-version", "appVersion")):
        if flags.get(flag):
            chart.metadata[key] = flags[flag]
            chart.raw["Chart.yaml"] = text.to_yaml(chart.metadata).encode()
    target = Path(flags.get("destination") or ".").absolute() / f"{chart.name}-{chart.metadata['version']}.tgz"
    target.write_bytes(packed(chart))
    return f"Successfully packaged chart and saved it to: {target}\n"


def depend(reference: str, build: bool, flags: Flags) -> str:
    """``helm dependency update`` and ``build``: the charts that a chart depends on, as archives in ``charts/``."""
    path = Path(reference)
    if not path.is_dir():
        raise HelmError(f"could not find {path.absolute()}: stat {path.absolute()}: no such file or directory")
    chart = charts.load(path)
    wanted = chart.metadata.get("dependencies") or []
    if not wanted:
        return ""
    locked = {e["name"]: e["version"] for e in (chart.lock or {}).get("dependencies") or []}
    if build and chart.lock and chart.lock.get("digest") != _digest(wanted, chart.lock["dependencies"]):
        raise HelmError(
            "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the "
            "dependencies"
        )
    target, rows, told = path / "charts", [], f"Saving {len(wanted)} charts\n"
    found = []
    for entry in wanted:
        source = str(entry.get("repository") or "")
        version = locked.get(entry["name"]) if build and locked else str(entry.get("version") or "")
        if source.startswith("file://"):
            other = charts.load((path / source.removeprefix("file://")).resolve())
            if version and not matches(str(other.metadata["version"]), str(version)):
                raise HelmError(f"can't get a valid version for dependency {entry['name']}")
        elif "://" in source:
            other = located(entry["name"], {"repo": source, "version": version})
            told += f"Downloading {entry['name']} from repo {source}\n"
        else:
            raise HelmError(
                f"no repository definition for {source or entry['name']}. Please add the missing repos via "
                "'helm repo add'"
            )
        found.append(other)
        rows.append({"name": entry["name"], "repository": source, "version": str(other.metadata["version"])})
    target.mkdir(exist_ok=True)
    for other in found:
        for old in target.glob(f"{other.name}-*.tgz"):
            old.unlink()
        (target / f"{other.name}-{other.metadata['version']}.tgz").write_bytes(packed(other))
    if not (build and chart.lock):
        lock = {"dependencies": rows, "digest": _digest(wanted, rows), "generated": now()}
        (path / "Chart.lock").write_text(text.to_yaml(lock), encoding="utf-8")
    return told + "Deleting outdated charts\n"


def _digest(wanted: list[Any], locked: list[Any]) -> str:
    """What tells whether ``Chart.lock`` belongs to ``Chart.yaml``: Helm's hash of both lists."""
    fields = ("name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias")
    plain = [
        [{k: e[k] for k in fields if e.get(k)} | {"repository": e.get("repository", "")} for e in rows]
        for rows in (wanted, locked)
    ]
    ordered = [[{k: e[k] for k in fields if k in e} for e in rows] for rows in plain]
    return f"sha256:{hashlib.sha256(text.to_json(ordered).rstrip().encode()).hexdigest()}"


def dependencies(reference: str) -> str:
    """``helm dependency list``."""
    chart = charts.load(Path(reference))
    wanted = chart.metadata.get("dependencies") or []
    if not wanted:
        return f"WARNING: no dependencies at {reference}/charts\n"
    there = {d.name: str(d.metadata["version"]) for d in chart.dependencies}
    lines = ["NAME\tVERSION\tREPOSITORY\tSTATUS"]
    for entry in wanted:
        state = "missing" if entry["name"] not in there else "ok"
        if state == "ok" and entry.get("version") and not matches(there[entry["name"]], str(entry["version"])):
            state = "wrong version"
        lines.append(f"{entry['name']}\t{entry.get('version', '')}\t{entry.get('repository', '')}\t{state}")
    return "\n".join(lines) + "\n\n"


def pulled(reference: str, flags: Flags) -> str:
    """``helm pull``."""
    chart = located(reference, flags)
    folder = Path(flags.get("destination") or ".")
    if flags.get("untar"):
        target = folder / (flags.get("untardir") or ".") / chart.name
        if target.exists():
            raise HelmError(f"failed to untar: a file or directory with the name {target} already exists")
        for name, content in chart.raw.items():
            file = target / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    else:
        (folder / f"{chart.name}-{chart.metadata['version']}.tgz").write_bytes(packed(chart))
    return ""
