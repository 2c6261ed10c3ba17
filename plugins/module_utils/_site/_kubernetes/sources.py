# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where programs, packages and images of the hosts come from: what the role ``kubernetes_host`` takes of each variable.

Its argument specification has the same keys, which a test compares: here a mistake is told before any host is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import Formatter
from typing import Any

from ..faults import Reader
from .components import check_path
from .versions import KEY as VERSION
from .versions import Version

DRIVERS = ("systemd", "cgroupfs")
SOURCES = ("distribution", "repository", "folder")
#: the packages of Kubernetes' own repository begin with this release
FIRST_IN_REPOSITORY = 24
REPOSITORY_KEYS = ("source", "url", "key", "key_checksum", "suite", "components", "trusted", "path")
RUNTIME_KEYS = (
    *REPOSITORY_KEYS,
    "package",
    "version",
    "cgroup_driver",
    "sandbox_image",
    "plugin_folder",
    "registries",
    "settings",
)
REGISTRY_KEYS = ("name", "server", "mirrors")
MIRROR_KEYS = ("url", "capabilities", "ca_file", "skip_verify", "override_path")
CAPABILITIES = ("pull", "resolve", "push")
#: what may stand in the URL of a repository
PLACES = ("version", "minor")
URL = re.compile(r"https?://[^\s\"'/]+(/[^\s\"']*)?")
#: apt takes a folder of the host, too
PLACE = re.compile(rf"{URL.pattern}|(file|ftp|mirror\+https?|mirror\+file):[^\s\"']+")
#: as it stands in the names of images; a folder on the host is called so
REGISTRY = re.compile(r"_default|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")
DIGEST = re.compile(r"[a-z0-9]+:\S+")
WORD = re.compile(r"\S+")


def read_packages(site: Reader, version: Version) -> dict[str, Any]:
    """The variable ``edge_kubernetes_packages``."""
    artifacts = site.text("edge_artifacts") is not None
    part = site.mapping("edge_kubernetes_packages", known=REPOSITORY_KEYS)
    if part is None:
        if version.minor < FIRST_IN_REPOSITORY and not artifacts and not site.data.get("edge_kubernetes_packages"):
            message = f"is older than 1.{FIRST_IN_REPOSITORY}, with which Kubernetes' own repository begins."
            remedy = "Give edge_kubernetes_packages with a source that has it, or edge_artifacts, or a later release."
            site.fault(VERSION, message, remedy)
        return {}
    source = part.text("source", default="repository", choices=SOURCES)
    if artifacts:
        return dict(part.data)  # which is all that counts then
    if source == "repository" and not part.given("url") and version.minor < FIRST_IN_REPOSITORY:
        message = f"has no url, and Kubernetes' own repository begins with 1.{FIRST_IN_REPOSITORY}."
        part.fault("source", message, "Give the URL of a repository that has the release.")
    if source == "folder" and not part.given("path"):
        part.fault("path", "is missing.", "Name the folder with the packages.", None)
    _check_repository(part, source)
    return dict(part.data)


def read_runtime(site: Reader) -> Reader | None:
    """The variable ``edge_container_runtime``; None without one."""
    part = site.mapping("edge_container_runtime", known=RUNTIME_KEYS)
    if part is None:
        return None
    source = part.text("source", choices=SOURCES)
    packages = site.data.get("edge_kubernetes_packages")
    if not site.given("edge_artifacts"):
        if source == "repository" and not part.given("url"):
            part.fault("url", "is missing.", "Give the URL of the vendor's repository, and its key.", None)
        if source == "folder" and not part.given("path") and not (isinstance(packages, dict) and packages.get("path")):
            remedy = "Name the folder with the packages, here or in edge_kubernetes_packages."
            part.fault("path", "is missing.", remedy, None)
        _check_repository(part, source)
    for key in ("package", "version", "sandbox_image"):
        text = part.text(key)
        if text is not None and not WORD.fullmatch(text):
            part.fault(key, "has blanks in it.", "Write one word.")
    check_path(part, "plugin_folder")
    part.mapping("settings")
    seen: dict[str, str] = {}
    for registry in part.mappings("registries", REGISTRY_KEYS):
        _check_registry(registry, seen)
    return part


def read_cgroup_driver(runtime: Reader | None) -> str:
    """Who makes the control groups: containerd and the kubelet have to have the same."""
    if runtime is None or not runtime.given("cgroup_driver"):
        return DRIVERS[0]
    return runtime.text("cgroup_driver", choices=DRIVERS) or DRIVERS[0]


def _check_repository(part: Reader, source: str | None) -> None:
    """URL, key and the rest of a package repository."""
    url = part.text("url")
    sound = url is None or _check_url(part, url)
    key = part.text("key")
    if key is not None and "://" in key and not URL.fullmatch(key):
        part.fault("key", "is no URL and no file.", "Give one with https, or a file on the controller.")
    digest = part.text("key_checksum")
    if digest is not None and not DIGEST.fullmatch(digest):
        part.fault("key_checksum", "is no digest.", "Write sha256: and 64 hexadecimal digits.")
    trusted = part.truth("trusted")
    for name in ("suite", "components", "path"):
        part.text(name)
    if url is not None and sound and source == "repository" and key is None and not trusted:
        message = "has no key, and the host's package manager refuses what nobody has signed."
        part.warn("url", message, "Give key, unless the hosts have it already, or trusted: true.")


def _check_url(part: Reader, url: str) -> bool:
    if not PLACE.fullmatch(url):
        part.fault("url", "is no URL.", "Write one such as https://mirror.example.com/kubernetes/{minor}/deb/.")
        return False
    try:
        names = [name for _text, name, _form, _conversion in Formatter().parse(url) if name is not None]
        unknown = [name for name in names if name not in PLACES]
    except ValueError:
        unknown = ["{"]
    if unknown:
        message = f"has {', '.join(repr(name) for name in unknown)} in braces."
        part.fault("url", message, "Braces are for {version} (1.34.2) and {minor} (1.34) only.")
    return not unknown


def _check_registry(registry: Reader, seen: dict[str, str]) -> None:
    name = registry.text("name", required="Give the registry's host as it stands in names of images, or _default.")
    if name is not None and not REGISTRY.fullmatch(name):
        remedy = "Write it without a scheme and a path, such as docker.io or registry.example.com:5000."
        registry.fault("name", "is no host of a registry.", remedy)
    registry.unique("name", seen, "the registry")
    _check_web(registry, "server", "https://registry.example.com")
    for mirror in registry.mappings("mirrors", MIRROR_KEYS):
        _check_web(mirror, "url", "https://mirror.example.com", required="Give the URL of the mirror.")
        _check_choices(mirror, "capabilities", CAPABILITIES)
        check_path(mirror, "ca_file")
        for key in ("skip_verify", "override_path"):
            mirror.truth(key)


def _check_web(reader: Reader, key: str, sample: str, required: str = "") -> None:
    text = reader.text(key, required=required)
    if text is not None and not URL.fullmatch(text):
        reader.fault(key, "is no URL: it has no scheme, or signs that no URL has.", f"Write one such as {sample}.")


def _check_choices(reader: Reader, key: str, choices: Sequence[str]) -> None:
    for number, text in enumerate(reader.texts(key)):
        if text not in choices:
            path = f"{reader.name(key)}[{number}]"
            remedy = f"Choose of {', '.join(choices)}."
            reader.faults.add(path, text, "is not one of the choices.", remedy, reader.host)
