# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Built archives wait on the disk until they are sent, so that a document of many packages needs the memory of few."""

from __future__ import annotations

import os
import tempfile
import threading
from dataclasses import dataclass, field
from typing import IO

from .errors import PackageError

#: bytes; what is smaller is kept in memory
SMALL = 64 << 10


@dataclass(frozen=True)
class Kept:
    """Bytes that are in memory or in the file of all of them."""

    small: bytes = field(repr=False)
    offset: int = 0
    length: int = 0

    def read(self) -> bytes:
        """The bytes; may be called from several threads."""
        if not self.length or _spool.file is None:
            return self.small
        parts, offset, left = [], self.offset, self.length
        while left:
            part = os.pread(_spool.file.fileno(), left, offset)
            if not part:
                raise PackageError("the temporary file of built packages was cut.", "Run again.")
            parts.append(part)
            offset, left = offset + len(part), left - len(part)
        return b"".join(parts)


class _Spool:
    def __init__(self) -> None:
        self.file: IO[bytes] | None = None
        self.lock = threading.Lock()


_spool = _Spool()


def keep(data: bytes) -> Kept:
    """Put bytes aside; the file has no name and is gone with the process."""
    if len(data) < SMALL:
        return Kept(data)
    with _spool.lock:
        try:
            if _spool.file is None:
                # one file for the life of the process, which is that of a module
                _spool.file = tempfile.TemporaryFile(prefix="edge-packages-")  # noqa: SIM115
            offset = _spool.file.seek(0, os.SEEK_END)
            _spool.file.write(data)
            _spool.file.flush()
        except OSError as error:
            raise PackageError(
                f"the built package cannot be put aside ({error.strerror}).",
                "Make room in the temporary folder, or name another one with the variable TMPDIR.",
            ) from None
    return Kept(b"", offset, len(data))
