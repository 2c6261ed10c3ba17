# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adding a subcloud: what is looked at in which order, and the record that comes of it.

Source: ``post`` of dcmanager's subclouds and phased-subcloud-deploy controllers, ``pre_deploy_create`` (2026).
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

from . import values
from .wire import Refused, Row, Upload, loaded, truth
from .world import World

if TYPE_CHECKING:
    from . import DcManager

Form = Mapping[str, "str | Upload"]
DEPLOY_FILES = ("deploy_playbook", "deploy_overrides", "deploy_chart", "prestage_images")


def payload_of(form: Form, files: tuple[str, ...]) -> Row:
    """The values of a form: those of the bootstrap file beside the others, as dcmanager mixes them."""
    payload: Row = {}
    rest = dict(form)
    for name in files:
        if name not in rest:
            continue
        data = loaded(rest.pop(name), name)
        if name == "bootstrap_values":
            payload.update(data if isinstance(data, dict) else {})
        else:
            payload[name] = data
    payload.update(rest)
    return payload


def release_of(world: World, release: str | None) -> str:
    """The version that a request is about; raises Refused."""
    if not release or release == world.version:
        return world.version
    if release not in world.releases:
        known = ",".join(world.releases)
        raise Refused(
            400, f"Error: invalid release version parameter. {release} is not a supported release version ({known})"
        )
    return release


def deploy_files(world: World, version: str) -> None:
    """The deployment manager's files have to be there for a deploy configuration; raises Refused."""
    missing = [f for f in ("deploy_playbook", "deploy_chart") if f not in world.files.get(version, {})]
    if missing:
        raise Refused(400, f"Missing required deploy files: {', '.join(missing)}")


def checked(service: DcManager, payload: Row, form: Form) -> Row:
    """What precedes every creation, in dcmanager's order; completes ``payload``. Raises Refused."""
    world = service.world
    if not payload:
        raise Refused(400, "Body required")
    values.bootstrap_values(payload)
    payload["software_version"] = release_of(world, payload.get("release"))
    if world.named(str(payload["name"])):
        raise Refused(409, f"Subcloud with name={payload['name']} already exists")
    others = list(world.subclouds.values())
    values.subcloud_config(payload, others, {str(g) for g in world.groups}, world.pool())
    values.install_values(payload, sorted(world.images))
    upload = form.get("deploy_config")
    if upload is not None:
        if not isinstance(upload, Upload):
            raise Refused(400, "No deploy_config file uploaded")
        deploy_files(world, payload["software_version"])
    return payload


def primary(payload: Row, what: str) -> str:
    """The address of the network by which System Controller and subcloud talk, of the first IP family."""
    found = payload.get(f"admin_{what}") or payload.get(f"management_{what}") or ""
    return str(found).partition(",")[0]


def record(world: World, payload: Row) -> Row:
    """The subcloud's record."""
    install = payload.get("install_values")
    return world.add(
        **{
            "name": str(payload["name"]),
            "description": payload.get("description"),
            "location": payload.get("location"),
            "software-version": payload["software_version"],
            "management-subnet": primary(payload, "subnet"),
            "management-gateway-ip": primary(payload, "gateway_address"),
            "management-start-ip": primary(payload, "start_address"),
            "management-end-ip": primary(payload, "end_address"),
            "systemcontroller-gateway-ip": str(payload["systemcontroller_gateway_address"]).partition(",")[0],
            "group_id": int(payload.get("group_id", 1)),
            "data_install": json.dumps(install) if install else None,
            "_values": {k: v for k, v in payload.items() if k not in ("sysadmin_password", "bmc_password")},
            "_config": "deploy_config" in payload,
        }
    )


def enrolment(payload: Row) -> None:
    """The rules of ``enroll``; raises Refused."""
    if payload.get("enroll") is None:
        return
    payload["enroll"] = truth(payload["enroll"])
    if payload.get("on_site") is not None:
        payload["on_site"] = truth(payload["on_site"])
    if payload["enroll"] == "false":
        if "cloud_init_config" in payload:
            raise Refused(400, "cloud_init_config is not allowed with enroll=false")
        if payload.get("on_site") == "true":
            raise Refused(400, "on_site is not allowed with enroll=false")
        return
    install = payload.get("install_values")
    if not install:
        raise Refused(400, "Install values is necessary for subcloud enrollment")
    if not payload.get("bmc_password") and "bmc_password" not in install and payload.get("on_site") != "true":
        raise Refused(400, "bmc_password is necessary for subcloud enrollment")
    upload = payload.get("cloud_init_config")
    if isinstance(upload, Upload):
        try:
            tarfile.open(fileobj=io.BytesIO(upload.content)).close()
        except tarfile.TarError:
            raise Refused(400, f"{upload.name} is not a valid tar archive.") from None


def add(service: DcManager, form: Form) -> Row:
    """``POST /subclouds``: create and deploy."""
    named = loaded(form["bootstrap_values"], "bootstrap_values").get("name") if "bootstrap_values" in form else None
    payload = payload_of(form, ("bootstrap_values", "install_values"))
    migrate, secondary = payload.get("migrate"), payload.get("secondary")
    if migrate is not None:
        payload["migrate"] = migrate = truth(migrate)
        if migrate == "true":
            if payload.get("enroll") is not None and truth(payload["enroll"]) == "true":
                raise Refused(400, "migrate with enroll is not allowed")
            if "deploy_config" in payload:
                raise Refused(400, "migrate with deploy-config is not allowed")
    if secondary is not None:
        payload["secondary"] = secondary = truth(secondary)
        if "deploy_config" in form:
            raise Refused(400, "secondary with deploy-config is not allowed")
        if migrate is not None:
            raise Refused(400, "secondary with migrate is not allowed")
    if migrate == "true" and named is not None and named != payload.get("name"):
        raise Refused(400, "subcloud name does not match the name defined in bootstrap file")
    if secondary is None:
        values.password(payload, "sysadmin_password", "sysadmin_password")
    checked(service, payload, form)
    enrolment(payload)
    row = record(service.world, payload)
    answer = service.shown(row)
    enroll = payload.get("enroll") == "true"
    row["_initial"] = not (enroll or migrate == "true")
    lacking = "" if payload.get("bootstrap-address") else "bootstrap-address"
    if secondary is not None:
        service.world.change(row, deploy_status="secondary", rehome_data=rehome_data(payload))
        return service.shown(row)
    if migrate == "true":
        service.world.change(row, deploy_status="pre-rehome", rehome_data=rehome_data(payload))
        service.walker.go(row, ("rehome",))
        return answer
    service.walker.create(row, phases_of(payload, enroll), lacking)
    return answer


def phases_of(payload: Row, enroll: bool = False) -> tuple[str, ...]:
    """The phases after the creation, by what was given."""
    if enroll:
        first: tuple[str, ...] = ("enroll",) if payload.get("on_site") == "true" else ("init-enroll", "enroll")
    else:
        first = (*(("install",) if "install_values" in payload else ()), "bootstrap")
    return (*first, "config" if "deploy_config" in payload else "complete")


def rehome_data(payload: Row) -> str:
    """What is kept for bringing a subcloud to another System Controller."""
    hidden = ("sysadmin_password", "secondary", "migrate", "install_values", "bmc_password")
    return json.dumps({"saved_payload": {k: v for k, v in payload.items() if k not in hidden}}, default=str)


def create(service: DcManager, form: Form) -> Row:
    """``POST /phased-subcloud-deploy``: create only."""
    missing = [n for n in ("bootstrap_values", "bootstrap-address") if n not in form]
    if missing:
        raise Refused(400, f"Missing required parameter(s): {', '.join(missing)}")
    payload = checked(service, payload_of(form, ("bootstrap_values", "install_values")), form)
    row = record(service.world, payload)
    service.walker.created(row)
    return service.shown(row)
