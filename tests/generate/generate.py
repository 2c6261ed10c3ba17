# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what follows from the declarations into the files that must repeat it: options, returns, doc fragments; and the
guides' pictures of the sample inventories, the rules of hardening, and AWX's job templates.

``python tests/generate/generate.py`` rewrites the marked regions; with ``--check`` it only tells which are stale and
ends with 1. Run it where ``ansible_collections.edge.infra`` can be imported (``make generate`` does).
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from pathlib import Path
from typing import Any

import awx
import hardening
import yaml
from options import nested, option_docs, plugin_docs, top
from pictures import wanted_pictures
from returns import action_return, bulk_return, flow_return, info_return, module_return

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "ansible_collections.edge.infra.plugins.module_utils"
#: module of the Api object, its name there
APIS = (
    ("_osm.api", "OSM"),
    ("_starlingx.api", "STARLINGX"),
    ("_starlingx._distcloud.api", "DISTCLOUD"),
    ("_l2sm.api", "L2SM"),
)
HEADER = (Path(__file__).read_text(encoding="utf-8").split('\n\n"""', 1)[0]) + "\n"


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def dump(data: Any) -> str:
    """YAML in the style of the other documentation."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, width=90, allow_unicode=True)


def region(text: str, name: str, content: str) -> str:
    """``text`` with the marked region replaced; an unmarked file is an error."""
    pattern = re.compile(rf"(# BEGIN generated {name}\n).*?(# END generated {name}\n)", re.S)
    if not pattern.search(text):
        raise SystemExit(f"the region 'BEGIN generated {name}' is missing")
    return pattern.sub(lambda m: m[1] + content + m[2], text)


def fragment(name: str, title: str, body: dict[str, Any], who: str = "module") -> str:
    """A documentation fragment as a file."""
    return f'''{HEADER}
"""Options that every {who} for {title} has.

Written by tests/generate/generate.py from the declarations.
"""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment edge.infra.{name}."""

    DOCUMENTATION = r"""
{dump(body)}"""
'''


#: an option of the same page, with or without a value
OPTION = re.compile(r"\bO\(([a-z_0-9]+)((?:=[^)]*)?)\)")


def linked(level: dict[str, Any], way: tuple[tuple[str, dict[str, Any]], ...] = ()) -> None:
    """Let each mention of an option lead to the one that is meant: beside it, or else further out.

    Declarations are written for a page of their own; inside another option (of a bulk module) the way there is longer.

    :param way: the options around ``level``, from the outermost, each with what is beside it.
    """

    def meant(found: re.Match[str]) -> str:
        name, value = found[1], found[2]
        for depth in range(len(way), -1, -1):
            around = level if depth == len(way) else way[depth][1]
            if name in around:
                steps = [step + ("[]" if known[step]["type"] == "list" else "") for step, known in way[:depth]]
                return f"O({'.'.join([*steps, name])}{value})"
        return f"C({name}{value})"

    for name, entry in level.items():
        entry["description"] = [OPTION.sub(meant, text) for text in entry["description"]]
        if "suboptions" in entry:
            linked(entry["suboptions"], (*way, (name, level)))


def unlinked(returns: Any, options: dict[str, Any]) -> Any:
    """The same returns, where an option that this page has not is a word like any other."""
    if isinstance(returns, dict):
        return {key: unlinked(value, options) for key, value in returns.items()}
    if isinstance(returns, list):
        return [unlinked(value, options) for value in returns]
    if isinstance(returns, str):
        return OPTION.sub(lambda m: m[0] if m[1] in options else f"C({m[1]}{m[2]})", returns)
    return returns


def _demanded(name: str, bulk: Any) -> Any:
    """What Ansible itself demands of a module's options, as a predicate."""

    def required(f: Any) -> bool:
        if bulk and f.required and (f.name == "resources" or any(f is own for own in bulk.fields)):
            return True
        return bool((top(f) and not name.endswith("_info")) or f.scope)

    return required


def wanted_files() -> dict[Path, str]:
    """Every generated file with the text it should have."""
    files: dict[Path, str] = {}
    spec = importlib.import_module(f"{PACKAGE}._engine.spec")
    action_module = importlib.import_module(f"{PACKAGE}._engine.action")
    groups: dict[str, list[str]] = {}
    for module_name, variable in APIS:
        if not (ROOT / "plugins/module_utils" / f"{module_name.replace('.', '/')}.py").exists():
            continue
        api = getattr(importlib.import_module(f"{PACKAGE}.{module_name}"), variable)
        body = {"options": option_docs(api.connection, nested), "requirements": sorted(api.libraries.values())}
        body["attributes"] = {
            "action_group": {
                "description": "Belongs to an action group, so that C(module_defaults) can carry the connection once.",
                "support": "full",
                "membership": [f"edge.infra.{api.name}"],
            }
        }
        files[ROOT / f"plugins/doc_fragments/{api.name}.py"] = fragment(api.name, api.title, body)
        if (ROOT / f"plugins/inventory/{api.name}.py").exists():
            shared = {"options": plugin_docs(api.reached or api.connection), "requirements": body["requirements"]}
            files[ROOT / f"plugins/doc_fragments/{api.name}_plugin.py"] = fragment(
                f"{api.name}_plugin", api.title, shared, "inventory plugin"
            )
        fragment_line = f"  - edge.infra.{api.name}\n"
        groups[api.name] = sorted(
            path.stem
            for path in (ROOT / "plugins/modules").glob("*.py")
            if fragment_line in path.read_text(encoding="utf-8")
        )
        bulks = {b.module: b for b in api.bulk}
        connection = {f.name for f in api.connection}
        pages: dict[str, tuple[Any, dict[str, Any]]] = {}
        for resource in api.kinds.values():
            if resource.module:
                pages[resource.module] = (spec.module_fields(api, resource), module_return(resource))
                pages[f"{resource.module}_info"] = (spec.info_fields(resource), info_return(resource))
        for action in api.actions:
            pages[action.module] = (action_module.action_fields(api, action), action_return(action))
        for flow in api.flows:
            pages[flow.module] = ((*flow.fields, *spec.WAITING, *api.connection), flow_return(flow))
        for bulk in bulks.values():
            pages[bulk.module] = (spec.bulk_fields(api, bulk), bulk_return(bulk))
        for name, (fields, returns) in pages.items():
            path = ROOT / f"plugins/modules/{name}.py"
            if not path.exists():
                continue
            own = [f for f in fields if f.name not in connection]

            acts = {a.module for a in (*api.actions, *api.flows)}
            demanded = nested if name in acts else _demanded(name, bulks.get(name))
            options = option_docs(own, demanded)
            everything = {**options, **option_docs([f for f in fields if f.name in connection], nested)}
            linked(everything)
            text = region(path.read_text(encoding="utf-8"), "options", dump({"options": options}) if options else "")
            files[path] = region(text, "return", dump(unlinked(returns, everything)))
    runtime = ROOT / "meta/runtime.yml"
    if runtime.exists():
        text = runtime.read_text(encoding="utf-8")
        if "# BEGIN generated groups" in text:
            indented = "".join("  " + line for line in dump(groups).splitlines(keepends=True))
            files[runtime] = re.sub(
                r"(# BEGIN generated groups\n).*?( *# END generated groups\n)",
                lambda m: m[1] + indented + m[2],
                text,
                flags=re.S,
            )
    return (
        files
        | awx.wanted(ROOT)
        | hardening.wanted(ROOT)
        | wanted_pictures(ROOT / "inventories", ROOT / "docs/docsite/rst/images")
    )


def main() -> int:
    """Write, or with ``--check`` compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only tell what is stale")
    check = parser.parse_args().check
    wanted = wanted_files()
    stale = [p for p, text in wanted.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for path, text in wanted.items():
        if path in stale and not check:
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{'stale' if check else 'written'}: {path.relative_to(ROOT)}")
    if check and stale:
        print("Run `make generate` and commit what it writes.")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
