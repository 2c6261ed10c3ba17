# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubeconfigs as those who make clusters write them, each with its own credentials."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.now(timezone.utc)  # noqa: UP017 - as in what is tested
SECRET = "canary-of-the-kubeconfig"


def certificate(hours: float, name: str = "admin") -> tuple[str, str]:
    """Certificate and key (PEM) that end so many hours from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    end = NOW + timedelta(hours=hours)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(min(NOW, end) - timedelta(days=1))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return made.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def packed(text: str) -> str:
    """As a kubeconfig has it."""
    return base64.b64encode(text.encode()).decode()


def token(hours: float | None) -> str:
    """A JSON web token that ends so many hours from now, or does not say when."""
    claims: dict[str, Any] = {"sub": "system:serviceaccount:edge:osm"}
    if hours is not None:
        claims["exp"] = int((NOW + timedelta(hours=hours)).timestamp())
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts), SECRET])


def signed(hours: float) -> str:
    """A token as Cluster API's provider for AWS writes it, signed so many hours from now (before: negative)."""
    at = f"{NOW + timedelta(hours=hours):%Y%m%dT%H%M%SZ}"
    url = f"https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&X-Amz-Date={at}&X-Amz-Expires=60"
    text = f"{url}&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature={SECRET}"
    return f"k8s-aws-v1.{base64.urlsafe_b64encode(text.encode()).rstrip(b'=').decode()}"


def config(user: dict[str, Any], cluster: dict[str, Any] | None = None, name: str = "lyon") -> dict[str, Any]:
    """One context with that user."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": "https://10.20.30.40:6443", **(cluster or {})}}],
        "users": [{"name": "admin", "user": user}],
        "contexts": [{"name": f"admin@{name}", "context": {"cluster": name, "user": "admin"}}],
        "current-context": f"admin@{name}",
    }


def merged(*documents: dict[str, Any]) -> dict[str, Any]:
    """Several kubeconfigs as one, as ``kubectl config view --flatten`` does it; the first one's context is current."""
    found = dict(documents[0])
    for key in ("clusters", "users", "contexts"):
        found[key] = [entry for one in documents for entry in one[key]]
    return found
