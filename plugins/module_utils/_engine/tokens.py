# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens kept between tasks, so that a play signs in once.

The file is only readable by its owner, in a folder only that owner may enter, and is bound to the URL, the user, the
project and (by a slow hash) the password: with another password it does not fit, so a wrong one is still noticed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

#: seconds before its end at which a token counts as expired
MARGIN = 60.0


def cache_folder() -> Path:
    """``$EDGE_INFRA_CACHE``, or ``edge.infra`` in the user's cache folder."""
    given = os.environ.get("EDGE_INFRA_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(given) if given else Path(base) / "edge.infra"


class TokenStore:
    """One kept token. ``enabled=False`` keeps it in memory only."""

    def __init__(self, identity: tuple[str, ...], password: str, enabled: bool = True) -> None:
        name = hashlib.sha256("\0".join(identity).encode()).hexdigest()[:32]
        self._path = cache_folder() / f"{name}.json"
        self._proof = hashlib.pbkdf2_hmac("sha256", password.encode(), name.encode(), 20_000).hex()
        self._enabled = enabled and self._usable_folder()
        self._held: dict[str, Any] | None = None
        self._guard = threading.Lock()

    def _usable_folder(self) -> bool:
        """Whether the folder is ours alone; without a safe place tokens simply are not kept."""
        folder = self._path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            status = folder.lstat()
        except OSError:
            return False
        private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
        return private and status.st_uid == os.getuid()

    def get(self, login: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The kept token, or a new one from ``login`` (a dictionary with ``expires``, epoch seconds).

        Tasks that run side by side wait for the first one's login instead of doing their own.
        """
        # another thread may forget the token at any moment: look at it once
        held = self._held
        if held and self._fresh(held):
            return held
        if not self._enabled:
            with self._guard:
                held = self._held
                if held is None or not self._fresh(held):
                    held = self._held = login()
            return held
        with self._locked():
            kept = self._read()
            if kept is None:
                kept = login()
                self._write(kept)
        self._held = kept
        return kept

    def add(self, **values: Any) -> None:
        """Keep something beside the token, for as long as that is kept."""
        held = self._held
        if held is None:
            return
        self._held = {**held, **values}
        if not self._enabled:
            return
        with self._locked():
            kept = self._read()
            if kept is not None and kept.get("token") == held.get("token"):
                self._write({**kept, **values})

    def forget(self, token: dict[str, Any] | None = None) -> None:
        """Drop the token that was refused; one that another task has put there meanwhile is kept."""
        held = token or self._held
        if token is not None and self._held is not None and self._held.get("token") != token.get("token"):
            return  # another thread has got a new one
        self._held = None
        if not self._enabled:
            return
        with self._locked():
            kept = self._read()
            if kept is not None and held is not None and kept.get("token") == held.get("token"):
                self._path.unlink(missing_ok=True)

    @staticmethod
    def _fresh(kept: dict[str, Any]) -> bool:
        return float(kept.get("expires", 0)) - MARGIN > time.time()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _read(self) -> dict[str, Any] | None:
        try:
            handle = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            return None
        with os.fdopen(handle, encoding="utf-8") as stream:
            try:
                kept = json.load(stream)
            except ValueError:
                return None
        if not isinstance(kept, dict) or kept.get("proof") != self._proof or not self._fresh(kept):
            return None
        return kept

    def _write(self, token: dict[str, Any]) -> None:
        fresh = self._path.with_suffix(f".{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump({**token, "proof": self._proof}, stream)
        fresh.replace(self._path)
