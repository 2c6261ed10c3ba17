# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal as it is seen: takes what a program writes, and has the lines that are then on it.

It knows what Ansible and the callbacks of this collection write, after the manual of the VT100; anything else is an
error, so that nothing is sent that nobody has looked at.
"""

from __future__ import annotations

import re

TOKENS = re.compile(r"\x1b\[([\d;]*)([A-Za-z])|\x1b([78D])|([\r\n\t])|([^\x00-\x1f\x7f]+)|(.)", re.DOTALL)
UNFINISHED = re.compile(r"\x1b(\[[\d;]*)?\Z")


class Screen:
    """``lines`` are what is seen, ``gone`` what has scrolled out above."""

    def __init__(self, wide: int = 80, high: int = 24) -> None:
        self.wide, self.high = wide, high
        self.lines, self.gone = [""] * high, list[str]()
        self.row, self.column, self.region = 0, 0, (0, high - 1)
        self._saved, self._rest = (0, 0), ""

    def feed(self, text: str) -> None:
        """Take what was written; a sequence that is cut in two is taken when it is whole."""
        text = self._rest + text
        cut = UNFINISHED.search(text)
        self._rest = cut[0] if cut else ""
        for found in TOKENS.finditer(text.removesuffix(self._rest)):
            numbers, command, short, move, shown, odd = found.groups()
            if odd is not None:
                raise ValueError(f"the terminal does not know {odd!r}")
            if command:
                self._control(command, [int(n) for n in numbers.split(";") if n])
            elif short == "7":
                self._saved = (self.row, self.column)
            elif short == "8":
                self.row, self.column = self._saved
            elif short or move == "\n":
                self._down()
            elif move == "\r":
                self.column = 0
            elif shown:
                self._print(shown)

    def _control(self, command: str, numbers: list[int]) -> None:
        first = numbers[0] if numbers else 1
        if command == "m":
            return
        if command == "A":
            self.row = max(self.row - first, self.region[0])
        elif command == "H":
            self.row, self.column = first - 1, (numbers[1] if len(numbers) > 1 else 1) - 1
        elif command == "K" and numbers == [2]:
            self.lines[self.row] = ""
        elif command == "r":
            top, bottom = numbers or (1, self.high)
            self.region = (top - 1, bottom - 1)
            self.row = self.column = 0
        else:
            raise ValueError(f"the terminal does not know {command!r} with {numbers}")

    def _down(self) -> None:
        top, bottom = self.region
        if self.row == bottom:
            self.gone.append(self.lines.pop(top))
            self.lines.insert(bottom, "")
        elif self.row < self.high - 1:
            self.row += 1

    def _print(self, text: str) -> None:
        for character in text:
            if self.column == self.wide:
                self.column = 0
                self._down()
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + character + line[self.column + 1 :]
            self.column += 1
