# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signature with which a bootstrap token vouches for cluster-info."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def valid(detached: str, content: str, ident: str, secret: str) -> bool:
    """Whether a detached signature is that of a token over a content."""
    header, empty, signed = [*detached.split("."), "", ""][:3]
    try:
        about = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except ValueError:
        return False
    if empty or about.get("alg") != "HS256" or about.get("kid") != ident:
        return False
    own = hmac.new(secret.encode(), f"{header}.{_encode(content.encode())}".encode(), hashlib.sha256).digest()
    return hmac.compare_digest(_encode(own), signed)
