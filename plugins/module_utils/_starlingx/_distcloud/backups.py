# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backups and prestaging of subclouds, as operations.

Source: dcmanager's subcloud-backup controller, its manager, and ``prestage`` (2026). dcmanager tells of the last backup
of a subcloud only, so nothing can be known about the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ..._engine.errors import InputError
from ..._engine.field import Field
from .dialect import encoded
from .operations import RETURNED, WHICH, Operation, Request, Row, Values
from .states import BUSY, COMPLETE, FAILED, MANAGED, ONLINE, UNMANAGED
from .subclouds import RELEASE, document, dumped

_DONE = frozenset({"complete-local", "complete-central"})
_FAILED = frozenset({"failed", "validate-failed", "backup-prep-failed", "delete-failed"})
_BUSY = frozenset({"validating", "pre-backup", "backing-up", "deleting-backup"})


def _check(values: Values) -> None:
    state = values["state"]
    signed = state != "absent" or values.get("local_only")
    if signed and not values.get("sysadmin_password"):
        raise InputError("sysadmin_password: is needed for this.", "Give it.", option="sysadmin_password")
    if state == "absent" and not values.get("release"):
        raise InputError("release: which backups are to be removed?", "Give their release.", option="release")
    if values.get("release") and not RELEASE.fullmatch(str(values["release"])):
        raise InputError(
            f"release: {str(values['release'])[:80]!r} is no release.",
            "Give its number, such as 26.09.",
            option="release",
        )
    if (
        values.get("registry_images")
        and not values.get("local_only")
        and not (values.get("auto") or values.get("factory"))
    ):
        raise InputError(
            "registry_images: dcmanager takes them with local_only alone.",
            "Give local_only: true, or leave registry_images out.",
            option="registry_images",
        )
    only = [o for o in ("with_install", "auto", "factory", "on_site", "values") if values.get(o)]
    if state != "restored" and [o for o in only if o != "values" or state == "absent"]:
        raise InputError(f"{only[0]}: has no meaning with state: {state}.", "Leave it out.", option=only[0])
    if values.get("on_site") and (len([o for o in only if o not in ("on_site", "values")]) or values.get("group")):
        raise InputError(
            "on_site: goes neither with with_install, factory or auto, nor with a group.",
            "Choose one.",
            option="on_site",
        )
    if state == "restored" and values.get("release") and not (values.get("with_install") or values.get("factory")):
        raise InputError(
            "release: a restoration takes it with with_install or factory alone.", "Leave it out.", option="release"
        )


def _needless(values: Values, row: Row) -> str:
    age = values.get("max_age")
    if values["state"] != "created" or age is None or row.get("backup-status") not in _DONE:
        return ""
    if (row["backup-status"] == "complete-local") != bool(values.get("local_only")):
        return ""
    try:
        made = datetime.fromisoformat(str(row.get("backup-datetime"))).replace(tzinfo=UTC)
    except ValueError:
        return ""
    hours = (datetime.now(UTC) - made).total_seconds() / 3600
    return f"The backup of {row['backup-datetime']} is younger than {age:g} h" if hours < age else ""


def _unfit(values: Values, row: Row) -> str:
    name, state = row["name"], values["state"]
    online, managed = row.get("availability-status") == ONLINE, row.get("management-state") == MANAGED
    if state == "restored":
        if managed or _going_on(row):
            return f"{name} has to be unmanaged, and nothing may be under way"
        installs = values.get("with_install") or values.get("auto") or values.get("factory")
        return f"{name} has no install values" if installs and not row.get("data_install") else ""
    if state == "created" and not (online and managed and row.get("deploy-status") == COMPLETE):
        return f"{name} has to be deployed, online and managed"
    if state == "absent" and values.get("local_only") and not (online and managed):
        return f"{name} has to be online and managed"
    return f"something is under way with {name}" if _going_on(row) else ""


def _going_on(row: Row) -> bool:
    """What dcmanager calls a transient state."""
    prestaging = row.get("prestage-status") == "prestaging"
    return prestaging or row.get("backup-status") in _BUSY or row.get("deploy-status") in BUSY


#: by state, what says that the same is being done already
_UNDER_WAY = {
    "created": ("backup-status", frozenset({"validating", "pre-backup", "backing-up"})),
    "absent": ("backup-status", frozenset({"deleting-backup"})),
    "restored": ("deploy-status", frozenset({"pre-restore", "restoring", "onsite-restoring"})),
}


def _under_way(values: Values, row: Row) -> bool:
    key, states = _UNDER_WAY[values["state"]]
    return row.get(key) in states


def _words(row: Row) -> str:
    """dcmanager's last words about a subcloud, or where there may be some."""
    told = " ".join(str(row.get("error-description") or "").split())
    if told and not told.startswith("No errors present"):
        return told.rstrip(".: ")
    log = f"/var/log/dcmanager/ansible/{row.get('name')}_playbook_output.log"
    return f"dcmanager gives no reason; {log} on the System Controller may"


def _command(values: Values, name: str) -> str:
    verb = {"created": "create", "absent": f"delete {values.get('release')}", "restored": "restore"}[values["state"]]
    local = " --local-only" if values.get("local_only") else ""
    return f"dcmanager subcloud-backup {verb} --subcloud {name}{local} --sysadmin-password PASSWORD"


def _file(name: str, value: Any) -> tuple[str, bytes]:
    return f"{name}.yml", dumped(document("values", value))


def _requests(values: Values, names: Sequence[str], group: bool) -> Sequence[Request]:
    state = values["state"]
    body: dict[str, Any] = {"group": str(values["group"])} if group else {"subcloud": names[0]}
    flags = ("local_only", "registry_images", "with_install", "auto", "factory", "on_site")
    body |= {f: "true" for f in flags if values.get(f)}
    if values.get("sysadmin_password"):
        body["sysadmin_password"] = encoded(values["sysadmin_password"])
    if values.get("values") is not None:
        key = "restore_values" if state == "restored" else "backup_values"
        body[key] = _file(key, values["values"])
    about = tuple(names)
    if state == "created":
        return (Request("POST", "subcloud-backup/", body, about),)
    if state == "absent":
        return (Request("PATCH", f"subcloud-backup/delete/{values['release']}", body, about),)
    if values.get("release"):
        body["release"] = str(values["release"])
    return (Request("PATCH", "subcloud-backup/restore", body, about),)


def _progress(values: Values, row: Row) -> tuple[str, str]:
    if values["state"] == "restored":
        state = str(row.get("deploy-status"))
        if state in FAILED:
            return "failed", f"{state}: {_words(row)}"
        return ("busy" if state in BUSY else "done"), ""
    state = str(row.get("backup-status"))
    if state in _FAILED:
        return "failed", f"{state}: {_words(row)}"
    return ("busy" if state in _BUSY else "done"), ""


def _flag(name: str, doc: str) -> Field:
    return Field(name, doc, type="bool", default=False)


BACKUP = Operation(
    name="subcloud_backup",
    module="stx_subcloud_backup",
    title="backup",
    watched=("backup-status", "backup-datetime", "deploy-status"),
    returned=RETURNED,
    check=_check,
    needless=_needless,
    unfit=_unfit,
    requests=_requests,
    progress=_progress,
    under_way=_under_way,
    command=_command,
    remedy="See the subcloud's error_description, mend the cause, and run again.",
    fields=(
        *WHICH,
        Field(
            "state",
            (
                "With V(created) a backup is made, with V(absent) those of O(release) are removed, and with V(restored)"
                " the subcloud is restored from one.",
                "dcmanager does not tell which backups there are, so each run does it, unless O(max_age) says"
                " otherwise.",
            ),
            choices=("created", "absent", "restored"),
            default="created",
        ),
        Field(
            "max_age",
            "With C(state=created), leave out subclouds whose last backup is younger than so many hours.",
            type="float",
            least=0,
        ),
        _flag("local_only", "The backup is kept on the subcloud itself, or is removed or restored from there."),
        _flag("registry_images", "Take the images of its registry along; with O(local_only) alone."),
        Field(
            "release",
            "Release of the backups that are removed; of a restoration, the one to install.",
            sample="26.09",
        ),
        Field(
            "values",
            "Further values of the backup or the restoration: a dictionary, or the path of a YAML file.",
            type="raw",
        ),
        _flag("with_install", "Install the subcloud anew before it is restored."),
        _flag("auto", "Restore from within the installation, without a connection to the System Controller."),
        _flag("factory", "Restore the state that it came with from the factory."),
        _flag("on_site", "The restoration is begun on site."),
        Field("sysadmin_password", "Password of the user sysadmin on the subclouds.", secret=True),
    ),
)


# -- prestaging -------------------------------------------------------------------------------------------------------


def _prestage_check(values: Values) -> None:
    if values.get("for_install") and values.get("for_sw_deploy"):
        raise InputError("for_install, for_sw_deploy: one of the two.", "Leave one out.", option="for_install")


def _release(dialect: Any, values: Values) -> Values:
    """The release that is meant where none is given: that of the System Controller."""
    if values.get("release"):
        return values
    found = dialect.http.json("GET", "subcloud-deploy/")["subcloud_deploy"]["software_version"]
    return {**values, "release": str(found)}


def _prestaged(values: Values, row: Row) -> str:
    versions = str(row.get("prestage-versions") or "").split(",")
    there = row.get("prestage-status") == "complete" and str(values["release"]) in versions
    return f"Release {values['release']} is prestaged already" if there and not values.get("again") else ""


def _prestage_unfit(values: Values, row: Row) -> str:
    name = row["name"]
    if row.get("availability-status") != ONLINE:
        return f"{name} is offline"
    if row.get("management-state") == UNMANAGED:
        return f"{name} is not managed"
    return f"something is under way with {name}" if _going_on(row) else ""


def _prestage_requests(values: Values, names: Sequence[str], group: bool) -> Sequence[Request]:
    body = {"sysadmin_password": encoded(values["sysadmin_password"]), "release": str(values["release"])}
    body |= {f: "true" for f in ("force", "for_install", "for_sw_deploy") if values.get(f)}
    return tuple(Request("PATCH", f"subclouds/{n}/prestage", body, (n,)) for n in names)


def _prestage_progress(values: Values, row: Row) -> tuple[str, str]:
    state = str(row.get("prestage-status"))
    if state == "failed":
        return "failed", _words(row)
    return ("busy" if state == "prestaging" else "done"), ""


def _prestage_command(values: Values, name: str) -> str:
    flags = "".join(f" --{f.replace('_', '-')}" for f in ("for_install", "for_sw_deploy", "force") if values.get(f))
    return f"dcmanager subcloud prestage {name} --release {values['release']}{flags} --sysadmin-password PASSWORD"


PRESTAGE = Operation(
    name="subcloud_prestage",
    module="stx_subcloud_prestage",
    title="prestaging",
    watched=("prestage-status", "prestage-versions"),
    returned=RETURNED,
    check=_prestage_check,
    prepare=_release,
    needless=_prestaged,
    unfit=_prestage_unfit,
    requests=_prestage_requests,
    progress=_prestage_progress,
    under_way=lambda values, row: row.get("prestage-status") == "prestaging",
    again=True,
    command=_prestage_command,
    remedy="See the subcloud's error_description, mend the cause, and run again.",
    fields=(
        *WHICH,
        Field(
            "release",
            "Release whose software is brought to the subcloud, such as V(26.09); the System Controller's otherwise.",
            sample="26.09",
        ),
        _flag("for_install", "It is for an installation."),
        _flag("for_sw_deploy", "It is for a software deployment."),
        _flag("force", "Ignore alarms that stand against it."),
        _flag("again", "Do it also where the release is there already."),
        Field("sysadmin_password", "Password of the user sysadmin on the subclouds.", secret=True, required=True),
    ),
)
OPERATIONS: Mapping[str, Operation] = {o.module: o for o in (BACKUP, PRESTAGE)}
