# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Job templates of AWX with their surveys, from the table of playbooks and the argument specs of the roles these use.

A survey knows no truth values, lists or "not given", and its answers are extra variables, which win over everything. So
what has to be made into the option is asked for as ``ask_OPTION``, and a variable of the template makes the option of
it: AWX evaluates templates in variables that are saved in a job template, and in nothing that is said at a launch.
What has a default is not required: a template with a required question has no schedule and no webhook, whatever its
default; and of a choice or a number AWX itself takes no empty answer.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

TABLE = "tests/generate/awx_playbooks.yml"
GUIDE = "docs/docsite/rst/guide_awx.rst"
MARKS = (".. BEGIN generated job templates\n", ".. END generated job templates\n")
TARGET = "roles/awx_project/files/job_templates"
HEADER = Path(__file__).read_text(encoding="utf-8").split("\n\n", 1)[0] + "\n"
#: how an argument spec's type is asked for; what is in neither is a text
TYPES = {"int": "integer", "float": "float", "list": "textarea", "dict": "textarea"}
SECRET = re.compile(r"(?:password|secret|token|passphrase)$")


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read(path: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def used(root: Path, playbook: str) -> tuple[set[str], str]:
    """The roles' entry points that a playbook uses, also through others that it imports, and the text of them all."""
    text = (root / "playbooks" / f"{playbook}.yml").read_text(encoding="utf-8")
    found: set[str] = set()

    def walk(part: Any) -> None:
        if isinstance(part, list):
            for item in part:
                walk(item)
        elif isinstance(part, dict):
            for key, value in part.items():
                if key in ("ansible.builtin.import_role", "ansible.builtin.include_role"):
                    found.add(f"{value['name'].rpartition('.')[2]}/{value.get('tasks_from', 'main')}")
                elif key == "ansible.builtin.import_playbook":
                    entries, more = used(root, value.rpartition(".")[2])
                    found.update(entries)
                    texts.append(more)
                else:
                    walk(value)

    texts = [text]
    walk(yaml.safe_load(text))
    return found, "\n".join(texts)


def summary(text: str) -> str:
    """The first sentence of the comment that a playbook begins with."""
    lines = [line[2:] for line in text.split("---\n", 1)[1].splitlines() if line.startswith("# ")]
    return re.split(r"(?<=[.:])(?:\s|$)", " ".join(lines), maxsplit=1)[0].rstrip(".:")


def plain(description: Any) -> str:
    """An option's description without the markup of Ansible's documentation."""
    text = " ".join(description) if isinstance(description, list) else str(description)
    return re.sub(r"\b[A-Z]+\(([^)]*)\)", r"\1", text)


def title(name: str, role: str) -> str:
    """What a question is called: the option without the name of its role."""
    words = name.removeprefix(f"{role}_").removeprefix("edge_").replace("_", " ")
    return words[:1].upper() + words[1:]


def fallback(option: Any, default: Any) -> str:
    """An expression for what holds where nothing is answered."""
    if isinstance(default, str) and (found := re.fullmatch(r"\{\{ (.*) \}\}", default.strip(), re.S)):
        return f"({found[1]})"
    if default is None and option.get("default") is None:
        return "undef()"
    return repr(default if default is not None else option["default"])


def question(name: str, option: dict[str, Any], role: str, default: Any = None) -> tuple[dict[str, Any], str]:
    """A question, and the expression that makes the option of its answer, where the answer is not the option itself.

    :param default: the role's own default, which may be a template.
    """
    kind = option.get("type", "str")
    choices = option.get("choices")
    asked: dict[str, Any] = {
        "question_name": title(name, role),
        "question_description": plain(option["description"]),
        "variable": f"ask_{name}",
        "type": TYPES.get(kind, "text"),
        "required": bool(option.get("required")),
    }
    answer = f"ask_{name} | default('', true)"
    known = option.get("default")
    if choices:
        several = kind == "list"
        asked |= {"type": "multiselect" if several else "multiplechoice", "choices": [str(c) for c in choices]}
        if known is not None:
            asked["default"] = "\n".join(known) if several else str(known)
        expression = f"{{{{ [{answer}] | flatten | select | list }}}}" if several else ""
    elif kind == "bool":
        asked |= {"type": "multiplechoice", "choices": ["true", "false"]}
        asked["default"] = str(bool(known)).lower()
        expression = f"{{{{ ask_{name} | bool }}}}"
    elif kind in ("int", "float") and known is not None:
        asked["default"] = float(known) if kind == "float" else known
        expression = ""
    elif kind in ("list", "dict"):
        asked["question_description"] += " In YAML or JSON."
        asked["default"] = yaml.safe_dump(known, default_flow_style=True).strip() if known else ""
        value = f"{answer} | from_yaml | default({'[]' if kind == 'list' else '{}'}, true)"
        expression = f"{{{{ [{value}] | flatten }}}}" if kind == "list" else f"{{{{ {value} }}}}"
    else:
        if option.get("no_log") or SECRET.search(name):
            asked["type"] = "password"
        if not asked["required"]:
            asked["default"] = str(known or "")
        # an empty answer is an empty text, and says the same as none where that is the default
        direct = asked["required"] or (known == "" and default in (None, ""))
        expression = "" if direct else f"{{{{ ask_{name} if {answer} else {fallback(option, default)} }}}}"
    if not expression:
        asked["variable"] = name
    return asked, expression


def questions(root: Path, playbook: str, asked: list[str], own: dict[str, Any]) -> tuple[list[Any], dict[str, str]]:
    """The survey of a playbook, and the variables that make its options of the answers.

    :raises SystemExit: an option that the playbook's roles do not have, or that the playbook does not name.
    """
    entries, text = used(root, playbook)
    survey, variables = [], {}
    for reference in asked:
        where, _dot, name = reference.partition(".")
        default = None
        if where == "own":
            option, role = own[name], ""
            name = option.get("name", name)
            if not re.search(rf"\b{name}\b", text):
                raise SystemExit(f"{TABLE}: {playbook} asks for {name}, which that playbook does not use")
        else:
            role, _slash, entry = where.partition("/")
            option = read(root / f"roles/{role}/meta/argument_specs.yml")["argument_specs"][entry]["options"].get(name)
            if where not in entries or option is None:
                raise SystemExit(f"{TABLE}: {playbook} asks for {reference}, which that playbook's roles do not have")
            default = read(root / f"roles/{role}/defaults/main.yml").get(name)
        one, expression = question(name, option, role, default)
        survey.append(one)
        if expression:
            variables[name] = expression
    return survey, variables


def templates(root: Path) -> dict[str, dict[str, Any]]:
    """Each playbook's job template, as data of the role ``awx_project``.

    :raises SystemExit: a playbook that the table neither has nor leaves out.
    """
    table = read(root / TABLE)
    every = {path.stem for path in (root / "playbooks").glob("*.yml")}
    halves = {name for name in every if any(name.startswith(f"{other}_") for other in every if other != name)}
    known = {**table["playbooks"], **table["left_out"]}
    if wrong := {*(every - halves), *known} - ({*known} & every):
        raise SystemExit(f"{TABLE}: {', '.join(sorted(wrong))}: a playbook has a line there, or is left out by name")
    found = {}
    for name, row in table["playbooks"].items():
        survey, variables = questions(root, name, row.get("ask", []), table["own"])
        found[name] = {
            "playbook": f"playbooks/{name}.yml",
            "description": summary((root / "playbooks" / f"{name}.yml").read_text(encoding="utf-8")),
            "label": row["label"],
            "credentials": row["credentials"],
            "check": row.get("check", True),
            **({"sliced": row["sliced"]} if row.get("sliced") else {}),
            "variables": {**variables, **row.get("set", {})},
            "survey": survey,
        }
    return found


def table(rows: dict[str, dict[str, Any]]) -> str:
    """The guide's table: what each template asks for, and which credentials it uses."""
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: 22 14 36 28", ""]
    told = [("playbook", "label", "its survey asks for", "credentials")]
    for name, row in rows.items():
        asked = [q["variable"].removeprefix("ask_") + (" (required)" if q["required"] else "") for q in row["survey"]]
        told.append((name, row["label"], ", ".join(asked) or "nothing", ", ".join(row["credentials"])))
    for cells in told:
        lines += [f"   {'* -' if place == 0 else '  -'} {cell}" for place, cell in enumerate(cells)]
    return "\n".join(lines)


def wanted(root: Path) -> dict[Path, str]:
    """Every generated file with the text it should have: one for each label, and the guide."""
    by_label: dict[str, dict[str, Any]] = {}
    every = templates(root)
    guide = (root / GUIDE).read_text(encoding="utf-8")
    before, after = guide.split(MARKS[0])[0], guide.split(MARKS[1])[1]
    page = f"{before}{MARKS[0]}\n{table(every)}\n\n{MARKS[1]}{after}"
    for name, template in every.items():
        by_label.setdefault(template["label"], {})[name] = template
    note = f"# Written by tests/generate/generate.py from {TABLE} and the roles' argument specs.\n---\n"
    return {root / GUIDE: page} | {
        root / TARGET / f"{label}.yml": HEADER
        + note
        + yaml.dump(rows, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)
        for label, rows in by_label.items()
    }
