# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files with which the deployment manager is brought to a subcloud, one set for each release.

Source: dcmanager's subcloud-deploy (2026). It tells the files' names and not what is in them, so a file of the same
name counts as the same one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..._engine.dialect import Document, Sent
from ..._engine.errors import ApiError, InputError
from ..._engine.field import Field
from ..._engine.plan import Change
from ..._engine.resource import Resource
from .subclouds import RELEASE

FILES = ("deploy_playbook", "deploy_chart", "deploy_overrides", "prestage_images")


def gather(dialect: Any, scope: str, quick: bool) -> Sequence[Document]:
    """The files of one release; none where it has none."""
    release = str(dialect.option("release") or "")
    found = dialect.http.json("GET", f"subcloud-deploy/{release}", quick=quick)["subcloud_deploy"]
    if not any(found.get(f) for f in FILES):
        return []
    return [{**found, "asked": release or "active"}]


def _base(value: Any) -> str:
    return Path(str(value or "")).name


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # too long, or no path at all
        return False


def _check(values: Mapping[str, Any]) -> None:
    for option in FILES:
        path = values.get(option)
        if path and not _is_file(str(path)):
            raise InputError(f"{option}: there is no file {path}.", "Correct the path.", option=option, value=str(path))
    release = values.get("release")
    if release and not RELEASE.fullmatch(str(release)):
        raise InputError(
            f"release: {str(release)[:80]!r} is no release.",
            "Give its number, such as 26.09.",
            option="release",
        )
    given = {o for o in FILES if values.get(o)}
    if given - {"prestage_images"} and not {"deploy_playbook", "deploy_chart"} <= given:
        raise InputError(
            "deploy_playbook, deploy_chart: dcmanager takes both of them together.", "Give both.", option="deploy_chart"
        )


class FilesSender:
    """One form with all files; dcmanager replaces those that it has."""

    def create(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Upload them."""
        values = change.wanted.values
        fields: dict[str, Any] = {}
        for option in FILES:
            if values.get(option):
                path = Path(str(values[option]))
                fields[option] = (path.name, path.read_bytes())
        if values.get("release"):
            fields["release"] = str(values["release"])
        answer = dialect.http.json("POST", "subcloud-deploy/", json=fields)
        return Sent(id=str(answer["software_version"]))

    def update(self, dialect: Any, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Upload them in place of the present ones."""
        return self.create(dialect, change, payload)

    def delete(self, dialect: Any, change: Change) -> Sent:
        """Remove all files of the release."""
        try:
            dialect.http.json("DELETE", f"subcloud-deploy/{change.wanted.values.get('release') or ''}")
        except ApiError as error:
            if error.status != 404:
                raise
        return Sent(id=change.id)


def _match(values: Mapping[str, Any], documents: Sequence[Document]) -> Sequence[Document]:
    return documents


def _file(name: str, doc: str, sample: str) -> Field:
    return Field(name, doc, type="path", normalize=_base, sample=sample)


DEPLOY_FILES = Resource(
    kind="subcloud_deploy_files",
    module="stx_subcloud_deploy_files",
    title="deploy files",
    path="subcloud-deploy",
    plural="subcloud_deploy_files",
    id_key="software_version",
    match=_match,
    check=_check,
    sender=FilesSender(),
    info_filters=(Field("release", "Release whose files are read; the active one where none is given."),),
    fields=(
        Field(
            "release",
            "Release that the files are for; the active one where none is given.",
            api="asked",
            local=True,
            sample="26.09",
        ),
        _file("deploy_playbook", "Playbook that installs the deployment manager.", "deployment-manager.yaml"),
        _file("deploy_chart", "Helm chart of the deployment manager.", "deployment-manager.tgz"),
        _file("deploy_overrides", "Helm overrides of the deployment manager.", "overrides.yaml"),
        _file("prestage_images", "List of images that are brought to a subcloud in advance.", "images.lst"),
        Field("software_version", "The release.", read_only=True, sample="26.09"),
    ),
)
