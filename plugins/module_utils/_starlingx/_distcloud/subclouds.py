# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A subcloud: what it is made of and how its live record is read.

Source: dcmanager's subclouds controller (2026). What is sent and when is in ``steps.py``.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..._engine.dialect import Document
from ..._engine.errors import InputError
from ..._engine.field import Compare, Field
from ..._engine.lazy import Lazily
from ..._engine.resource import Resource

yaml: Any = Lazily("yaml")

#: what bootstrap values must have
NEEDED = (
    "name",
    "system_mode",
    "systemcontroller_gateway_address",
    "external_oam_subnet",
    "external_oam_gateway_address",
    "external_oam_floating_address",
)
#: what install values must have; the password comes beside them
INSTALL = (
    "bootstrap_interface",
    "bootstrap_address",
    "bootstrap_address_prefix",
    "install_type",
    "bmc_username",
    "bmc_address",
)
#: what dcmanager itself adds to the install values that it keeps
ADDED = ("bmc_password", "image", "software_version")
#: what a subcloud is called: the name is part of addresses, of files and of host names
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
#: what a release is called in paths
RELEASE = re.compile(r"[0-9]+(\.[0-9]+)+")
FILTERS = ("deploy_status", "availability_status", "management_state", "sync_status")


def _wrong(option: str, problem: str, remedy: str, value: Any = None) -> InputError:
    return InputError(f"{option}: {problem}.", remedy, option=option, **({} if value is None else {"value": value}))


def document(option: str, value: Any) -> dict[str, Any]:
    """Values that are given as they are, or as the path of a YAML file; raises InputError."""
    if isinstance(value, Mapping):
        return dict(value)
    if "\n" in str(value):  # it may have secrets, so it is not repeated
        raise _wrong(option, "is a text", "Give a dictionary (from_yaml makes one of a text), or the path of a file.")
    try:
        found = yaml.safe_load(Path(str(value)).expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(option, f"{value} cannot be read ({error.strerror})", "Correct the path.", str(value)) from None
    except (yaml.YAMLError, ValueError):  # no UTF-8, or no path at all
        raise _wrong(option, f"{value} is no YAML", "Correct the file.") from None
    if not isinstance(found, dict):
        raise _wrong(option, f"{value} is no mapping of keys to values", "Give a YAML mapping.")
    return found


def dumped(values: Mapping[str, Any]) -> bytes:
    """Values as a YAML file."""
    return str(yaml.safe_dump(dict(values), sort_keys=False)).encode()


def content(option: str, path: Any) -> bytes:
    """The bytes of a file; raises InputError."""
    try:
        return Path(str(path)).expanduser().read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no path"
        raise _wrong(option, f"{path} cannot be read ({why})", "Correct the path.", str(path)) from None


def texts(values: Mapping[str, Any]) -> set[str]:
    """What was given as a text where a dictionary or a path was wanted: it may have secrets."""
    given = (values.get(o) for o in ("bootstrap_values", "install_values"))
    return {value for value in given if isinstance(value, str) and "\n" in value}


def prepare(values: Mapping[str, Any], _assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values from files; the name is that of the bootstrap values where those have none."""
    given = dict(values)
    for option in ("bootstrap_values", "install_values"):
        if given.get(option) is not None:
            given[option] = document(option, given[option])
    if isinstance(given.get("bootstrap_values"), dict):
        given["bootstrap_values"].setdefault("name", given.get("name"))
    install = given.get("install_values")
    if isinstance(install, dict):
        install.setdefault("bootstrap_address", given.get("bootstrap_address"))
        if not install["bootstrap_address"]:
            del install["bootstrap_address"]
        given.setdefault("bootstrap_address", install.get("bootstrap_address"))
        if given["bootstrap_address"] is None:
            del given["bootstrap_address"]
    return given


def check(values: Mapping[str, Any]) -> None:
    """What dcmanager would refuse and can be seen in the values alone; raises InputError."""
    bootstrap, install = values.get("bootstrap_values"), values.get("install_values")
    if not NAME.fullmatch(str(values["name"])):
        raise _wrong(
            "name",
            f"{str(values['name'])[:80]!r} is no name of a subcloud: letters and digits, and in between . _ and -",
            "Give another name.",
        )
    if str(values["name"]).isdigit():
        raise _wrong("name", f"{values['name']} has no letters, and dcmanager would take it for an id", "Add letters.")
    if values["name"] in ("RegionOne", "SystemController"):
        raise _wrong("name", f"{values['name']} is the name of a region of the System Controller", "Give another one.")
    if bootstrap is not None:
        if bootstrap.get("name") != values["name"]:
            raise _wrong(
                "bootstrap_values",
                f"its name is {bootstrap.get('name')}, and the subcloud is called {values['name']}",
                "Give both the same name.",
            )
        admin = any(str(k).startswith("admin_") and k != "admin_password" for k in bootstrap)
        network = ("subnet", "start_address", "end_address")
        needed = [*NEEDED, *(f"management_{n}" for n in network)]
        needed.append("admin_gateway_address" if admin else "management_gateway_address")
        if bootstrap.get("management_floating_address") and bootstrap.get("system_mode") == "simplex":
            needed = [n for n in needed if n not in ("management_start_address", "management_end_address")]
        missing = [n for n in needed if not bootstrap.get(n)]
        if missing:
            raise _wrong("bootstrap_values", f"lacks {', '.join(missing)}", "Add what is missing.")
    if install is not None:
        mandatory = INSTALL[:1] if values.get("on_site") else INSTALL
        missing = [n for n in mandatory if install.get(n) is None]
        if missing:
            raise _wrong("install_values", f"lacks {', '.join(missing)}", "Add what is missing.")
        if not values.get("on_site") and install["install_type"] not in range(6):
            raise _wrong(
                "install_values", f"install_type {install['install_type']} is none of 0 to 5", "Correct install_type."
            )
    for option in ("migrate", "secondary"):
        if values.get(option) and (values.get("deploy_config") or values.get("enroll")):
            raise _wrong(option, "goes neither with deploy_config nor with enroll", "Leave one of them out.")
    if values.get("enroll") and bootstrap is not None and install is None:
        raise _wrong("install_values", "enrolment needs them", "Give install_values.")
    address = values.get("bootstrap_address")
    if address is not None:
        try:
            ipaddress.ip_address(str(address))
        except ValueError:
            raise _wrong("bootstrap_address", f"{address} is no IP address", "Correct it.", str(address)) from None


def view(live: Document) -> Document:
    """A record with its install values decoded, its references as texts, and what lists say of its sync."""
    found = dict(live)
    kept = found.get("data_install")
    try:
        install = json.loads(kept) if isinstance(kept, str) and kept else kept
    except ValueError:
        install = None
    found["data_install"] = install if isinstance(install, dict) else {}
    for reference in ("group_id", "peer_group_id"):
        found[reference] = str(found[reference]) if found.get(reference) is not None else ""
    endpoints = {e["endpoint_type"]: e["sync_status"] for e in found.get("endpoint_sync_status") or []}
    found["endpoints"] = endpoints
    if "sync_status" not in found and endpoints:
        states = set(endpoints.values())
        found["sync_status"] = states.pop() if len(states) == 1 else "out-of-sync"
    return found


def gather(dialect: Any, scope: str, quick: bool) -> Sequence[Document]:
    """All subclouds in one request, or the one that a run is about; an info module's filters are applied here."""
    if dialect.only:
        return list(dialect.one(f"subclouds/{dialect.only}", quick))
    named = dialect.option("subcloud")
    if isinstance(named, str) and NAME.fullmatch(named):  # who is not there is missed among all of them
        found = list(dialect.one(f"subclouds/{named}", quick))
        if found:
            return found
    rows = dialect.list("subclouds/", "subclouds", quick)
    wanted = {n: dialect.option(n) for n in FILTERS if isinstance(dialect.option(n), list)}
    if not wanted:
        return list(rows)
    keys = {n: n if n == "sync_status" else n.replace("_", "-") for n in wanted}
    return [r for r in rows if all(not w or r.get(keys[n]) in w for n, w in wanted.items())]


def _filter(name: str, doc: str) -> Field:
    return Field(name, doc, type="list", elements="str")


_PASSWORD = Field(
    "sysadmin_password",
    "Password of the user sysadmin on the subcloud. Needed to deploy it, and to go on with a deployment.",
    secret=True,
    local=True,
)

SUBCLOUD = Resource(
    kind="subcloud",
    module="stx_subcloud",
    title="subcloud",
    path="subclouds",
    view=view,
    prepare=prepare,
    check=check,
    info_filters=(
        _filter("deploy_status", "Only subclouds with one of these deploy statuses."),
        _filter("availability_status", "Only subclouds that are V(online), or V(offline)."),
        _filter("management_state", "Only subclouds that are V(managed), or V(unmanaged)."),
        _filter("sync_status", "Only subclouds that are V(in-sync), V(out-of-sync) or V(unknown)."),
    ),
    fields=(
        Field("name", "Name of the subcloud.", identity=True, required=True, sample="edge-7"),
        Field("description", "Text for people.", sample="Shop in Toledo"),
        Field("location", "Text for people.", sample="Toledo"),
        Field(
            "group",
            "Group of the subcloud; dcmanager puts it into C(Default) where none is given.",
            reference="subcloud_group",
            api="group_id",
            sample="canary",
        ),
        Field(
            "peer_group",
            (
                "Group of subclouds that can move to another System Controller; an empty text takes it out again.",
                "Needs O(bootstrap_values) and O(bootstrap_address), and a subcloud that is online and managed.",
            ),
            reference="subcloud_peer_group",
            api="peer_group_id",
            sample="movable",
        ),
        Field(
            "management_state",
            (
                "Whether the System Controller manages the subcloud.",
                "Managing needs a subcloud that is deployed and online, unless O(force) says otherwise.",
                "Without O(deploy_config) it is online once its first controller has been configured and unlocked.",
            ),
            api="management-state",
            choices=("managed", "unmanaged"),
            sample="managed",
        ),
        Field(
            "bootstrap_values",
            "Bootstrap values: a dictionary, or the path of a YAML file of the machine that runs the task.",
            type="raw",
            local=True,
            sample="files/edge-7-bootstrap-values.yml",
        ),
        Field(
            "install_values",
            (
                "Install values, with which the machine is installed through its BMC: a dictionary, or the path of a"
                " YAML file. Without them the machine has to be installed already.",
                "On a subcloud that is deployed they are compared, and kept for its next installation.",
            ),
            type="raw",
            api="data_install",
            compare=Compare.SUBSET,
            secret_keys=("bmc_password",),
            sample={"bmc_address": "10.20.1.1", "install_type": 2},
        ),
        Field(
            "deploy_config",
            (
                "File with the configuration for the deployment manager, on the machine that runs the task.",
                "Its files have to be on the System Controller (M(edge.infra.stx_subcloud_deploy_files)).",
            ),
            type="path",
            local=True,
        ),
        Field("cloud_init_config", "Tar archive with cloud-init files for an enrolment.", type="path", local=True),
        Field(
            "bootstrap_address",
            "Address at which the installed machine is reached; that of O(install_values) where those have one.",
            local=True,
            sample="10.10.1.12",
        ),
        _PASSWORD,
        Field("bmc_password", "Password of the BMC; needed with O(install_values).", secret=True, local=True),
        Field("release", "Release to install; that of the System Controller where none is given.", local=True),
        Field(
            "enroll",
            "Enrol a machine that was installed in the factory, instead of installing and bootstrapping it.",
            type="bool",
            default=False,
            local=True,
        ),
        Field("on_site", "The first part of the enrolment is done on site.", type="bool", local=True),
        Field("migrate", "Take over a subcloud of another System Controller.", type="bool", local=True),
        Field(
            "secondary",
            "Only keep the record, for the day on which the subcloud moves here.",
            type="bool",
            local=True,
        ),
        Field(
            "resume",
            (
                "Go on with a deployment that has failed or was aborted, from the phase in which it stopped.",
                "Otherwise the task fails, and says in which phase that was.",
            ),
            type="bool",
            default=True,
            local=True,
        ),
        Field(
            "force",
            "Manage the subcloud although it is not deployed or not online.",
            type="bool",
            default=False,
            local=True,
        ),
        Field(
            "wait_online",
            (
                "Whether a deployment ends when the subcloud is online, and not before.",
                "V(false) where later tasks configure and unlock it: until then it cannot be online.",
                "Unless O(wait_timeout) is given: an hour at most once it is deployed, two with O(deploy_config).",
            ),
            type="bool",
            default=True,
            local=True,
        ),
        Field(
            "confirm_name",
            (
                "With C(state=absent), the name of the subcloud once more, so that none is deleted by mistake.",
                "dcmanager deletes what is offline: power its controllers off. That is waited for 15 minutes, or for"
                " O(wait_timeout).",
            ),
            local=True,
        ),
        Field("deploy_status", "How far its deployment is.", api="deploy-status", read_only=True, sample="complete"),
        Field(
            "availability_status",
            "V(online) or V(offline), by the System Controller's audit.",
            api="availability-status",
            read_only=True,
            sample="online",
        ),
        Field("sync_status", "V(in-sync), V(out-of-sync) or V(unknown).", read_only=True, sample="in-sync"),
        Field(
            "endpoints",
            "The sync status of each endpoint.",
            type="dict",
            read_only=True,
            sample={"platform": "in-sync", "software": "out-of-sync"},
        ),
        Field(
            "error_description",
            "What went wrong last.",
            api="error-description",
            read_only=True,
            sample="No errors present",
        ),
        Field("software_version", "Its release.", api="software-version", read_only=True, sample="26.09"),
        Field("backup_status", "How its last backup went.", api="backup-status", read_only=True),
        Field("prestage_status", "How its last prestaging went.", api="prestage-status", read_only=True),
        Field("region_name", "Name of its region, made by dcmanager.", api="region-name", read_only=True),
        Field(
            "management_subnet",
            "Its management network.",
            api="management-subnet",
            read_only=True,
            sample="192.168.101.0/24",
        ),
        Field("management_start_ip", "First address there.", api="management-start-ip", read_only=True),
        Field("management_end_ip", "Last address there.", api="management-end-ip", read_only=True),
        Field("management_gateway_ip", "Gateway there.", api="management-gateway-ip", read_only=True),
        Field(
            "systemcontroller_gateway_ip",
            "Gateway to it in the System Controller's management network.",
            api="systemcontroller-gateway-ip",
            read_only=True,
            sample="192.168.204.101",
        ),
        Field("created_at", "When it was added, in UTC.", api="created-at", read_only=True),
        Field("updated_at", "When its record changed last, in UTC.", api="updated-at", read_only=True),
    ),
)
