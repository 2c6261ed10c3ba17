# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The NBI's cipher for secrets: AES-ECB, key = common key XOR object id, zero padded, base64; deterministic."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

#: stands for the installation's ``commonkey``: 32 bytes, as production sets one
COMMON_KEY = b"edge.infra lab, commonkey of OSM"


def _cipher(salt: str) -> Cipher[modes.ECB]:
    key = bytearray(COMMON_KEY)
    for index, byte in enumerate(salt.encode()):
        key[index % 32] ^= byte
    # ECB is what OSM uses; with it equal secrets of one object give equal texts, which clients notice
    return Cipher(algorithms.AES(bytes(key)), modes.ECB())


def encrypt(value: str, salt: str) -> str:
    """The ciphertext of ``value`` for the object whose id is ``salt``."""
    data = value.encode()
    data += b"\0" * (-len(data) % 16)
    encryptor = _cipher(salt).encryptor()
    return base64.b64encode(encryptor.update(data) + encryptor.finalize()).decode()


def decrypt(value: str, salt: str) -> str:
    """The plain text of what :func:`encrypt` gave."""
    decryptor = _cipher(salt).decryptor()
    return (decryptor.update(base64.b64decode(value)) + decryptor.finalize()).rstrip(b"\0").decode()


def walk(item: Any, salt: str, words: tuple[str, ...], convert: Any = encrypt) -> None:
    """Encrypt (or decrypt) in place every text whose key contains one of ``words``, at any depth."""
    if isinstance(item, list):
        for element in item:
            walk(element, salt, words, convert)
    elif isinstance(item, dict):
        for key, value in item.items():
            if isinstance(value, str) and any(word in key.lower() for word in words):
                item[key] = convert(value, salt)
            else:
                walk(value, salt, words, convert)
