# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates: what is installed for which use, and why an installation is refused (with 200 and an ``error``)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from .kinds import KINDS
from .wire import Rejected, Row, check_uuid
from .world import World, show

MODES = ("ssl", "ssl_ca", "docker_registry", "openstack", "openstack_ca", "openldap", "openldap_ca")
#: what cert-manager keeps, and how it calls that
MANAGED = {
    "ssl": "system-restapi-gui-certificate",
    "docker_registry": "system-registry-local-certificate",
    "openldap": "system-openldap-local-certificate",
}
CHAINS = ("ssl", "docker_registry", "openstack", "openldap")
WITH_KEY = (*CHAINS, "openldap_ca")


class Unfit(Exception):
    """What the API says in ``error``."""


def route(world: World, base: str, request: web.Request, path: list[str], body: Any) -> web.StreamResponse | None:
    """The answer to an installation or a removal; None for plain reads and every other address."""
    if path[0] != "certificate":
        return None
    if request.method == "POST" and path[1:] == ["certificate_install"]:
        try:
            installed = _install(world, body if isinstance(body, dict) else {})
        except Unfit as unfit:
            return web.json_response({"success": "", "error": str(unfit)})
        return web.json_response({"success": "", "error": "", "body": "", "certificates": installed})
    if request.method == "DELETE" and len(path) == 2:
        check_uuid("certificate_uuid", path[1])
        row = world.find("certificate", path[1])
        if row["certtype"] != "ssl_ca":
            raise Rejected(
                f"Unsupported mode: {row['certtype']}\nPlease use certificate-install instead to update the existing "
                "certificate"
            )
        world.remove("certificate", row)
        return web.json_response(show(KINDS["certificate"], row, base, single=False))
    return None


def provide(world: World) -> None:
    """The certificates that the bootstrap lets cert-manager make."""
    begin = datetime.now(UTC)
    for number, mode in enumerate(MANAGED):
        world.add(
            "certificate",
            certtype=mode,
            signature=f"{mode}_{10**20 + number}",
            start_date=begin.isoformat(),
            expiry_date=(begin + timedelta(days=90)).isoformat(),
            subject=f"CN={MANAGED[mode]}",
        )


def _install(world: World, form: Row) -> list[Row]:
    mode = str(form.get("mode") or "ssl")
    if mode not in MODES:
        raise Unfit(f"Invalid mode: {mode}")
    if mode in MANAGED and form.get("force") != "true":
        raise Unfit(
            "Certificate is currently being managed by cert-manager. \nTo manage certificate with this command, first "
            f"delete the {MANAGED[mode]} Certificate and Secret."
        )
    content = form.get("file")
    if not isinstance(content, bytes):
        raise Unfit("Error: No file uploaded")
    certificates = _certificates(content)
    if not certificates:
        raise Unfit("No certificates have been added, no valid certificates found in file.")
    now = datetime.now(UTC)
    for found in certificates:
        if not found.not_valid_before_utc < now < found.not_valid_after_utc:
            since, until = (d.replace(tzinfo=None) for d in (found.not_valid_before_utc, found.not_valid_after_utc))
            raise Unfit(f"certificate is not valid before {since} nor after {until}")
    _check(mode, certificates)
    if mode in WITH_KEY:
        _check_key(content, form.get("passphrase"))
    if mode == "openstack":
        raise Unfit("Service parameter for openstack, helm, endpoint_domain is not provisioned")
    kept = certificates[:1] if mode in CHAINS else certificates
    return [_keep(world, mode, c) for c in kept]


def _certificates(content: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(content) if b"BEGIN CERTIFICATE" in content else []
    except ValueError:
        raise Unfit("No certificates have been added, Failed to load pem x509 certificate") from None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _check(mode: str, certificates: list[x509.Certificate]) -> None:
    for number, found in enumerate(certificates):
        if mode == "ssl_ca" and not _is_authority(found):
            raise Unfit("Cannot install non-CA type certificate as SSL CA certificate")
        if mode not in CHAINS:
            continue
        if number == 0 and _is_authority(found):
            raise Unfit("The first cert in the file should not be a CA cert")
        if number and not _is_authority(found):
            raise Unfit(f"Number {number + 1} cert in the file should be a CA cert")
        if number and not _signed(certificates[number - 1], found):
            raise Unfit(
                f"Number {number + 1} cert in the file is not signing cert of the preceding one. Check certs order in "
                "the file."
            )


def _signed(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _check_key(content: bytes, passphrase: Any) -> None:
    try:
        serialization.load_pem_private_key(content, password=str(passphrase).encode() if passphrase else None)
    except (ValueError, TypeError) as error:
        raise Unfit(f"Error loading private key from PEM data: {error}") from None


def _keep(world: World, mode: str, found: x509.Certificate) -> Row:
    signature, subject = f"{mode}_{found.serial_number}", found.subject.rfc4514_string()
    values = {
        "certtype": mode,
        "signature": signature,
        "start_date": found.not_valid_before_utc.isoformat(),
        "expiry_date": found.not_valid_after_utc.isoformat(),
        "subject": subject,
        "hash_subject": str(abs(hash(subject)) % 2**32),
    }
    if mode == "ssl_ca":
        for old in world.rows("certificate", certtype=mode, subject=subject):
            if old["signature"] != signature:
                world.remove("certificate", old)  # an authority's newer certificate takes the place of the older one
        row = world.one("certificate", signature=signature)
    else:
        row = world.one("certificate", certtype=mode)
    if row is None:
        row = world.add("certificate", **values)
    else:
        world.change(row, **values)
    return {name: row.get(name) for name in ("uuid", *values)}
