# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that the platform serves with, and authorities that it trusts.

Source: sysinv's ``certificate`` (2026). A refused installation is answered with 200 and an ``error``. sysinv knows a
certificate by its signature, ``MODE_SERIAL``, which can be read in the file, so that is what is compared. There is one
certificate of each mode, but for the authorities of ``ssl_ca``, of which there are many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .._engine.dialect import Document, Sent
from .._engine.errors import ApiError, InputError
from .._engine.field import Field
from .._engine.lazy import Lazily
from .._engine.plan import Change
from .._engine.resource import Resource
from .dialect import StarlingxDialect

x509: Any = Lazily("cryptography.x509")
urllib3: Any = Lazily("urllib3")

MODES = ("ssl_ca", "ssl", "docker_registry", "openldap", "openldap_ca", "openstack", "openstack_ca")
_LONGEST = 255


def _wrong(src: Any, problem: str, remedy: str) -> InputError:
    return InputError(f"src: {src} {problem}.", remedy, option="src", value=str(src))


def read(src: str) -> list[Any]:
    """The certificates in a PEM file; raises InputError where there is none."""
    try:
        content = Path(src).read_bytes()
    except OSError as error:
        raise _wrong(src, f"cannot be read ({error.strerror})", "Correct the path.") from None
    try:
        return list(x509.load_pem_x509_certificates(content))
    except ValueError:
        raise _wrong(src, "has no certificate in PEM", "Give a PEM file with the certificate.") from None


def signature(mode: str, certificate: Any) -> str:
    """What sysinv calls a certificate."""
    return f"{mode}_{certificate.serial_number}"[:_LONGEST]


def _prepare(values: Mapping[str, Any], _assumed: Mapping[str, Any]) -> Mapping[str, Any]:
    """The signature, from the file."""
    mode, src, absent = str(values.get("mode")), values.get("src"), values.get("state") == "absent"
    if absent and mode != "ssl_ca":
        raise InputError(
            f"state: sysinv removes no certificate of mode {mode}.",
            "Install another one instead; only those of mode ssl_ca can be removed.",
            option="state",
        )
    if not src:
        if not values.get("signature"):
            raise InputError("src: which certificate is meant?", "Give src, or signature to remove one.", option="src")
        if not absent:
            raise InputError("src: the certificate is missing.", "Give src, a PEM file.", option="src")
        return values
    found = read(str(src))
    if mode == "ssl_ca" and len(found) > 1:
        raise _wrong(src, f"has {len(found)} certificates", "Give each authority a file and a task of its own.")
    told = signature(mode, found[0])
    if values.get("signature") not in (None, told):
        raise _wrong(src, f"has the signature {told}, not {values['signature']}", "Leave signature out.")
    return {**values, "signature": told}


def _match(values: Mapping[str, Any], documents: Sequence[Document]) -> list[Document]:
    """The authority of this signature, or the one certificate of this mode."""
    mode = values.get("mode")
    same = [d for d in documents if d.get("certtype") == mode]
    return [d for d in same if d.get("signature") == values.get("signature")] if mode == "ssl_ca" else same


class CertificateSender:
    """A file with its mode; the answer says in ``error`` what went wrong."""

    def create(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Install it."""
        values = change.wanted.values
        form: dict[str, Any] = {
            "mode": str(values["mode"]),
            "file": (Path(str(values["src"])).name, Path(str(values["src"])).read_bytes()),
        }
        if values.get("passphrase"):
            form["passphrase"] = str(values["passphrase"])
        if values.get("force"):
            form["force"] = "true"
        content, kind = urllib3.encode_multipart_formdata(form)
        path = "certificate/certificate_install"
        answer = dialect.http.json("POST", path, data=content, headers={"Content-Type": kind}) or {}
        if answer.get("error"):
            raise ApiError(
                f"StarlingX did not install the certificate of mode {values['mode']}: {answer['error'].strip()}",
                "Correct the file; or, where cert-manager manages the certificate, change its Certificate, or give"
                " force: true.",
                status=200,
                method="POST",
                path=path,
                detail=str(answer["error"]).strip(),
            )
        installed = answer.get("certificates") or [{}]
        return Sent(id=str(installed[0].get("uuid") or ""))

    def update(self, dialect: StarlingxDialect, change: Change, payload: Mapping[str, Any]) -> Sent:
        """Install it in place of the present one."""
        self.create(dialect, change, payload)
        return Sent(id=change.id)

    def delete(self, dialect: StarlingxDialect, change: Change) -> Sent:
        """Trust it no longer."""
        dialect.http.json("DELETE", f"certificate/{change.id}")
        return Sent(id=change.id)


CERTIFICATE = Resource(
    kind="certificate",
    module="stx_certificate",
    title="certificate",
    path="certificate",
    id_key="uuid",
    prepare=_prepare,
    match=_match,
    sender=CertificateSender(),
    naming="{mode}",
    fields=(
        Field(
            "mode",
            (
                "What the certificate is for.",
                "V(ssl_ca) is an authority that the platform trusts; there may be many.",
                "Of the others there is one each, that of the platform's endpoints (V(ssl)), of its registry, and so"
                " on.",
            ),
            api="certtype",
            choices=MODES,
            identity=True,
            required=True,
            sample="ssl_ca",
        ),
        Field(
            "src",
            (
                "PEM file of the machine that runs the task.",
                "A certificate comes first, then those that signed it, in this order, and its private key; of an"
                " authority there is only the certificate.",
            ),
            type="path",
            local=True,
            sample="/etc/ssl/certs/company-ca.pem",
        ),
        Field(
            "signature",
            "What sysinv calls the certificate, its mode and serial number; follows from O(src) where that is given.",
            sample="ssl_ca_123456789",
        ),
        Field("passphrase", "Passphrase of the private key.", secret=True, local=True),
        Field(
            "force",
            "Install it although cert-manager manages the certificate, which may put its own back.",
            type="bool",
            default=False,
            local=True,
        ),
        Field("subject", "Whom it is about.", read_only=True, sample="CN=Company CA"),
        Field("start_date", "From when on it is valid.", read_only=True, sample="2026-01-01T00:00:00+00:00"),
        Field("expiry_date", "Until when it is valid.", read_only=True, sample="2036-01-01T00:00:00+00:00"),
    ),
)
