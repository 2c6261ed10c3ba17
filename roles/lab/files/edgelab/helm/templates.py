# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of Go's template language that plain charts use, with Go's words for what is wrong with a template.

Known are text, comments, references, pipelines, variables, ``if``, ``with``, ``range``, ``define`` and ``include``, and
the functions of ``functions.py``. Any other function is refused as Go refuses one that it does not know: what cannot be
rendered is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .functions import FUNCTIONS, FunctionError, shown, truth

#: a text between quotes may have braces of its own
_ACTION = re.compile(
    r"""\{\{(-(?=\s))?((?:/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^"`])*?)(?:(?<=\s)(-))?\}\}""", re.DOTALL
)
_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*"|`[^`]*`)|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])|(?P<mark>:=|[()|,=])
    |(?P<variable>\$\w*(?:\.\w+)*)|(?P<field>(?:\.\w+)+|\.)|(?P<word>\w+))""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


class TemplateError(Exception):
    """A template that Helm refuses, worded as Helm words it."""


@dataclass
class _Node:
    kind: str
    line: int
    text: str = ""
    #: tokens of the action, as (kind, text)
    tokens: list[tuple[str, str]] = field(default_factory=list)
    body: list[_Node] = field(default_factory=list)
    otherwise: list[_Node] = field(default_factory=list)


class Templates:
    """The templates of a chart, by file; ``define`` of one file is known to all."""

    def __init__(self) -> None:
        self._defined: dict[str, tuple[str, list[_Node]]] = {}

    def add(self, name: str, text: str) -> None:
        """Read a file; raises :class:`TemplateError` (``parse error at (file:line): ...``)."""
        self._defined[name] = (name, _Parser(name, text, self._defined).parse())

    def render(self, name: str, data: dict[str, Any]) -> str:
        """The text of one file; raises :class:`TemplateError`."""
        return _Run(self._defined, name, data).named(name, data)


class _Parser:
    def __init__(self, name: str, text: str, defined: dict[str, tuple[str, list[_Node]]]) -> None:
        self.name, self.defined = name, defined
        self._parts = self._split(text)
        self._at = 0

    def fail(self, line: int, why: str) -> TemplateError:
        return TemplateError(f"parse error at ({self.name}:{line}): {why}")

    def _split(self, text: str) -> list[_Node]:
        parts, at, trim = list[_Node](), 0, False
        for match in _ACTION.finditer(text):
            piece = text[at : match.start()]
            piece = piece.lstrip() if trim else piece
            parts.append(_Node("text", 0, piece.rstrip() if match[1] else piece))
            line = text.count("\n", 0, match.start()) + 1
            inner = match[2].strip()
            if not inner.startswith("/*"):
                parts.append(_Node("action", line, inner, self._tokens(inner, line)))
            at, trim = match.end(), bool(match[3])
        rest = text[at:]
        if "{{" in rest:
            raise self.fail(text.count("\n", 0, at + rest.index("{{")) + 1, "unclosed action")
        parts.append(_Node("text", 0, rest.lstrip() if trim else rest))
        return parts

    def _tokens(self, text: str, line: int) -> list[tuple[str, str]]:
        found, at = list[tuple[str, str]](), 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if not match:
                raise self.fail(line, f"unexpected {text[at:].strip()[:1]!r} in command".replace("'", '"'))
            kind = str(match.lastgroup)
            found.append((kind, match[kind]))
            if kind == "word" and match[kind] not in _WORDS and match[kind] not in FUNCTIONS:
                raise self.fail(line, f'function "{match[kind]}" not defined')
            at = match.end()
        if not found:
            raise self.fail(line, "missing value for command")
        return found

    def parse(self) -> list[_Node]:
        nodes, word = self._block(None)
        if word:
            raise self.fail(self._parts[self._at - 1].line, f"unexpected {{{{{word}}}}}")
        return nodes

    def _block(self, opened: _Node | None) -> tuple[list[_Node], str]:
        """Nodes up to ``end`` or ``else``; that word (empty at the end of the file)."""
        nodes = list[_Node]()
        while self._at < len(self._parts):
            part = self._parts[self._at]
            self._at += 1
            word = part.tokens[0][1] if part.kind == "action" and part.tokens[0][0] == "word" else ""
            if word in ("end", "else"):
                return nodes, word
            if word in ("if", "with", "range", "define"):
                nodes += self._opened(part, word)
            else:
                nodes.append(part)
        if opened:
            raise self.fail(self._parts[-2].line or opened.line, "unexpected EOF")
        return nodes, ""

    def _opened(self, part: _Node, word: str) -> list[_Node]:
        node = _Node(word, part.line, part.text, part.tokens[1:])
        if not node.tokens:
            raise self.fail(part.line, f"missing value for {word}")
        node.body, end = self._block(node)
        if end == "else":
            again = self._parts[self._at - 1]
            if len(again.tokens) > 1:  # else if: a block of its own that ends with this one
                follow = _Node(again.tokens[1][1], again.line, again.text, again.tokens[1:])
                node.otherwise = self._opened(follow, follow.tokens[0][1])
                return [node]
            node.otherwise, _end = self._block(node)
        if word == "define":
            self.defined[node.tokens[0][1].strip('"`')] = (self.name, node.body)
            return []
        return [node]


_WORDS = frozenset({"if", "else", "end", "with", "range", "define", "template", "include", "true", "false", "nil"})


class _Run:
    """One rendering."""

    def __init__(self, defined: dict[str, tuple[str, list[_Node]]], name: str, root: Any) -> None:
        self.defined, self.file, self.root = defined, name, root
        self.depth = 0

    def named(self, name: str, dot: Any) -> str:
        self.depth += 1
        if self.depth > 100:
            raise TemplateError(f'template: {name}: executing "{name}": exceeded maximum template depth')
        try:
            return self._all(self.defined[name][1], name, dot, {"$": dot})
        finally:
            self.depth -= 1

    def _all(self, nodes: list[_Node], name: str, dot: Any, known: dict[str, Any]) -> str:
        return "".join(self._one(node, name, dot, known) for node in nodes)

    def _one(self, node: _Node, name: str, dot: Any, known: dict[str, Any]) -> str:
        if node.kind == "text":
            return node.text
        value = _Expression(self, node, name, dot, known)
        if node.kind == "action":
            return value.action()
        if node.kind == "range":
            return self._range(node, value, name, dot, known)
        found = value.assigned(known := dict(known))
        if truth(found):
            return self._all(node.body, name, found if node.kind == "with" else dot, known)
        return self._all(node.otherwise, name, dot, known)

    def _range(self, node: _Node, value: _Expression, name: str, dot: Any, known: dict[str, Any]) -> str:
        names = [text for kind, text in value.head() if kind == "variable"]
        found = value.value()
        if isinstance(found, dict):
            pairs: list[tuple[Any, Any]] = sorted(found.items())
        elif isinstance(found, list):
            pairs = list(enumerate(found))
        elif not truth(found):
            pairs = []
        else:
            raise value.fail(f"range can't iterate over {shown(found)}")
        if not pairs:
            return self._all(node.otherwise, name, dot, known)
        texts = []
        for key, item in pairs:
            own = dict(known)
            own.update(zip(names, (key, item) if len(names) > 1 else (item,), strict=False))
            texts.append(self._all(node.body, name, item, own))
        return "".join(texts)


class _Expression:
    """One action: a pipeline, whose result may be kept in a variable."""

    def __init__(self, run: _Run, node: _Node, name: str, dot: Any, known: dict[str, Any]) -> None:
        self.run, self.node, self.name, self.dot, self.known = run, node, name, dot, known
        self.tokens, self.at = node.tokens, 0
        self._text = next((t for k, t in node.tokens if k in ("field", "variable")), node.text)

    def fail(self, why: str) -> TemplateError:
        file = self.run.defined[self.name][0]
        column = max(self.node.text.find(self._text), 0) + 3
        place = f'{file}:{self.node.line}:{column}: executing "{self.name}" at <{self._text}>'
        return TemplateError(f"template: {place}: {why}")

    def head(self) -> list[tuple[str, str]]:
        """The variables before ``:=`` or ``=``; what follows is what :meth:`value` reads."""
        texts = [t for _kind, t in self.tokens]
        for mark in (":=", "="):
            if mark in texts:
                self.at = texts.index(mark) + 1
                return self.tokens[: self.at - 1]
        return []

    def action(self) -> str:
        """What an action leaves in the text."""
        if self.tokens[0] == ("word", "template"):
            self.at = 1
            self.tokens = [("word", "include"), *self.tokens[1:]]
            self.at = 0
        names = self.head()
        found = self.value()
        if names:
            self.known[names[0][1]] = found
            return ""
        return shown(found)

    def assigned(self, known: dict[str, Any]) -> Any:
        """The value, kept in a variable of ``known`` where the action says so."""
        names = self.head()
        found = self.value()
        if names:
            known[names[0][1]] = found
        return found

    def value(self) -> Any:
        """The value of the pipeline from here on."""
        found = self._command([])
        while self.at < len(self.tokens) and self.tokens[self.at][1] == "|":
            self.at += 1
            found = self._command([found])
        return found

    def _command(self, piped: list[Any]) -> Any:
        kind, text = self._peek()
        if kind == "word" and (text in FUNCTIONS or text == "include"):
            self.at += 1
            lazy: list[Any] = []
            while self._peek()[1] not in ("|", ")", ""):
                lazy.append(self._operand())
            return self._called(text, lazy + piped)
        found = self._operand()
        if piped or self._peek()[1] not in ("|", ")", ""):
            raise self.fail(f"can't give argument to non-function {text}")
        return found

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def _called(self, name: str, arguments: list[Any]) -> Any:
        try:
            if name == "include":
                wanted, dot = arguments
                if wanted not in self.run.defined:
                    raise FunctionError(f'template: no template "{wanted}" associated with template "gotpl"')
                return self.run.named(wanted, dot)
            return FUNCTIONS[name](*arguments)
        except FunctionError as error:
            if name in ("fail", "required"):
                file = self.run.defined[self.name][0]
                column = max(self.node.text.find(name), 0) + 3
                raise TemplateError(f"execution error at ({file}:{self.node.line}:{column}): {error}") from None
            raise self.fail(f"error calling {name}: {error}") from None
        except (TypeError, ValueError, AttributeError):
            raise self.fail(f"wrong number or type of args for {name}: got {len(arguments)}") from None

    def _operand(self) -> Any:
        kind, text = self._peek()
        self.at += 1
        read: Callable[[str], Any] | None = _LITERALS.get(kind)
        if read:
            return read(text)
        if kind == "field":
            return self._chain(self.dot, text)
        if kind == "variable":
            name, _dot, rest = text.partition(".")
            if name not in self.known:
                raise TemplateError(f'parse error at ({self.name}:{self.node.line}): undefined variable "{name}"')
            return self._chain(self.known[name], f".{rest}")
        if kind == "word":
            if text in ("true", "false", "nil"):
                return {"true": True, "false": False}.get(text)
            self.at -= 1
            return self._command([])
        if text == "(":
            found = self.value()
            if self._peek()[1] != ")":
                raise TemplateError(f"parse error at ({self.name}:{self.node.line}): unclosed left paren")
            self.at += 1
            following, more = self._peek()
            if following == "field":
                self.at += 1
                return self._chain(found, more)
            return found
        raise TemplateError(f"parse error at ({self.name}:{self.node.line}): unexpected {text or 'end'} in operand")

    def _chain(self, value: Any, path: str) -> Any:
        self._text = path if path != "." else self._text
        for step in [s for s in path.split(".") if s]:
            if value is None:
                raise self.fail(f"nil pointer evaluating interface {{}}.{step}")
            if not isinstance(value, dict):
                raise self.fail(f"can't evaluate field {step} in type interface {{}}")
            value = value.get(step)
        return value


def _string(text: str) -> str:
    if text[0] == "`":
        return text[1:-1]
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text[1:-1])


_LITERALS: dict[str, Callable[[str], Any]] = {
    "string": _string,
    "number": lambda text: float(text) if "." in text else int(text),
}
