# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what follows from the declarations into the files that must repeat it: options, returns, doc fragments; and the
guides' pictures of the sample inventories.

``python tests/generate/generate.py`` rewrites the marked regions; with ``--check`` it only tells which are stale and
ends with 1. Run it where ``ansible_collections.edge.infra`` can be imported (``make generate`` does).
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pictures import wanted_pictures

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


def described(f: Any, plugin: bool = False) -> dict[str, Any]:
    """One option as ansible-doc wants it; a plugin's tells Ansible itself where else the value may come from."""
    text = [s if s.endswith((".", ")", ":")) else s + "." for s in f.sentences]
    if f.env and not plugin:
        text.append(f"If not given, the environment variable E({f.env}) is used.")
    if f.reference and f.type != "list" and "id" not in " ".join(text):
        text.append("A name or an id.")
    if f.create_only:
        text.append("Cannot be changed later: " + (f.remedy or "remove the object and create it again."))
    entry: dict[str, Any] = {"description": text, "type": f.type}
    if f.elements:
        entry["elements"] = f.elements
    if f.choices is not None:
        entry["choices"] = list(f.choices)
    if f.default is not None:
        entry["default"] = f.default
    if f.aliases:
        entry["aliases"] = list(f.aliases)
    if f.env and plugin:
        entry["env"] = [{"name": f.env}]
    return entry


def plugin_docs(fields: Iterable[Any]) -> dict[str, Any]:
    """The connection's ``options`` for plugins that are no modules.

    Where an option implies others, Ansible must not demand those: it does not know where else they come from.
    """
    known = list(fields)
    demands = not any(f.implies for f in known)
    return {
        f.name: {**described(f, plugin=True), **({"required": True} if demands and f.required else {})} for f in known
    }


def option_docs(fields: Iterable[Any], required: Any) -> dict[str, Any]:
    """The ``options`` of several fields; ``required`` tells which Ansible itself demands."""
    docs: dict[str, Any] = {}
    for f in fields:
        entry = described(f)
        if required(f):
            entry["required"] = True
        elif f.required and not f.default:
            entry["description"].append("Needed to create the object.")
        if f.options:
            entry["suboptions"] = option_docs(f.options, required if f.name == "resources" or _is_kind(f) else _nested)
        docs[f.name] = entry
    return docs


def _is_kind(f: Any) -> bool:
    return f.type == "list" and any(o.name in ("state",) or o.identity for o in f.options)


def _nested(f: Any) -> bool:
    return bool(f.required)


def _top(f: Any) -> bool:
    return bool((f.identity or f.scope) and f.required and f.default is None)


def returned_fields(resource: Any) -> dict[str, Any]:
    """What an object of the kind contains when it is returned."""
    contains: dict[str, Any] = {
        "id": {"description": "The API's id.", "type": "str", "returned": "when it exists"},
    }
    for f in resource.fields:
        if f.local or f.scope or f.secret:
            continue
        entry: dict[str, Any] = {
            "description": list(f.sentences),
            "type": "str" if f.type in ("path", "raw", "json") else f.type,
            "returned": "when set",
        }
        if f.elements:
            entry["elements"] = f.elements
        elif f.type == "list":
            entry["elements"] = "str"
        if f.sample is not None:
            entry["sample"] = f.sample
        contains[f.name] = entry
    if resource.ready:
        values = ", ".join(f"V({v})" for v in sorted(map(str, resource.ready.done | resource.ready.failed)))
        contains["status"] = {
            "description": f"The state as the API says it; a wait ends at one of {values}.",
            "type": "str",
            "returned": "when it exists",
        }
    return contains


ERROR = {
    "error": {
        "description": "What went wrong, for programs.",
        "type": "dict",
        "returned": "on failure",
        "contains": {
            "kind": {"description": "Kind of error, such as V(api), V(login) or V(timeout).", "type": "str"},
            "message": {"description": "What happened, with the API's own words.", "type": "str"},
            "remedy": {"description": "What to do about it.", "type": "str"},
            "status": {"description": "HTTP status, where there was an answer.", "type": "int"},
        },
    }
}


def module_return(resource: Any) -> dict[str, Any]:
    """RETURN of a resource's module."""
    docs: dict[str, Any] = {
        "action": {
            "description": "What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).",
            "type": "str",
            "returned": "success",
        },
        resource.kind: {
            "description": f"The {resource.title}; empty when it does not exist (any more).",
            "type": "dict",
            "returned": "success",
            "contains": returned_fields(resource),
        },
    }
    if resource.operation or resource.module.startswith("osm_"):
        docs["operation"] = {
            "description": "Id of the operation that OSM answered the change with.",
            "type": "str",
            "returned": "when something was changed and OSM gave one",
        }
    return {**docs, **ERROR}


def info_return(resource: Any) -> dict[str, Any]:
    """RETURN of an info module."""
    listing = {
        "description": f"Objects of the kind {resource.title}, without secrets.",
        "type": "list",
        "elements": "dict",
        "returned": "success",
        "contains": returned_fields(resource),
    }
    return {resource.many: listing, **ERROR}


def action_return(action: Any) -> dict[str, Any]:
    """RETURN of an action's module."""
    own = {}
    for f in action.returns:
        kind = "str" if f.type in ("path", "raw", "json") else f.type
        own[f.name] = {"description": list(f.sentences), "type": kind, "returned": "when it was run and waited for"}
    return {
        "action": {"description": "V(run), or V(none): nothing was to be done.", "type": "str", "returned": "success"},
        "reason": {"description": "Why nothing was to be done.", "type": "str", "returned": "success"},
        "operations": {
            "description": "The operations that were run, in their order; empty in check mode.",
            "type": "list",
            "elements": "dict",
            "returned": "always, once the request was sent",
            "contains": returned_fields(action.operation),
        },
        **own,
        **ERROR,
    }


def flow_return(flow: Any) -> dict[str, Any]:
    """RETURN of a module that goes through an API's states."""
    contains: dict[str, Any] = {}
    for f in flow.returned:
        entry: dict[str, Any] = {"description": list(f.sentences), "type": f.type, "returned": "when set"}
        if f.type == "list":
            entry["elements"] = f.elements or "str"
        if f.sample is not None:
            entry["sample"] = f.sample
        contains[f.name] = entry
    return {
        "action": {"description": "V(run), or V(none): nothing was to be done.", "type": "str", "returned": "success"},
        "reason": {"description": "Why nothing was to be done.", "type": "str", "returned": "success"},
        "steps": {
            "description": "What was done, or in check mode would be, in its order.",
            "type": "list",
            "elements": "str",
            "returned": "always, once the API was asked",
        },
        flow.name: {
            "description": f"The {flow.title} as it is at the end, or in check mode would be.",
            "type": "dict",
            "returned": "success",
            "contains": contains,
        },
        **ERROR,
    }


COUNTED = {
    "requests": "Requests in all; one that was repeated counts each time.",
    "writes": "Of these, writes without sign-ins.",
    "logins": "Of these, sign-ins.",
    "polls": "Of these, looks while waiting.",
    "bytes_sent": "Bytes of HTTP sent (request lines, headers, bodies), before TLS adds its own.",
    "bytes_received": "Bytes of HTTP received, likewise.",
}


def files_return(resources: Iterable[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a bulk module that reads files and counts returns in addition: keys of a row, and of the whole."""
    operation = next(r.operation for r in resources if r.operation)
    row = {
        "origin": {
            "description": "File and line of the declaration, or V(prune).",
            "type": "str",
            "returned": "when it has one",
        },
        "operations": {
            "description": "Operations that the change has run, as they ended.",
            "type": "list",
            "elements": "dict",
            "returned": "when there were some, and they were waited for",
            "contains": returned_fields(operation),
        },
    }
    statistics = {
        "description": "What the run has cost.",
        "type": "dict",
        "returned": "once OSM was asked, unless the plan was refused",
        "contains": {k: {"description": text, "type": "int"} for k, text in COUNTED.items()},
    }
    return row, {"statistics": statistics}


def bulk_return(bulk: Any) -> dict[str, Any]:
    """RETURN of a bulk module."""
    row = {
        "kind": {"description": "Kind of the object.", "type": "str"},
        "name": {"description": "Its name.", "type": "str"},
        "action": {"description": "V(none), V(create), V(update), V(replace) or V(delete).", "type": "str"},
        "status": {"description": "V(unchanged), V(done), V(failed) or V(skipped).", "type": "str"},
        "changed": {"description": "Whether something was written.", "type": "bool"},
        "object": {"description": "The object, as its own module returns it.", "type": "dict"},
        "error": {"description": "Why it failed or was skipped.", "type": "dict"},
    }
    more_row, more = files_return(bulk.resources) if bulk.sources else ({}, {})
    return {
        "results": {
            "description": "What became of each object, in the order of the document.",
            "type": "list",
            "elements": "dict",
            "returned": "always, unless the document itself was refused",
            "contains": {**row, **more_row},
        },
        **more,
        "assume": {
            "description": "Names of the objects created, or that would be, by kind; for C(assume) of later tasks.",
            "type": "dict",
            "returned": "success",
            "sample": {"vim_account": ["madrid-1"]},
        },
        **ERROR,
    }


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
        return bool((_top(f) and not name.endswith("_info")) or f.scope)

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
        body = {"options": option_docs(api.connection, _nested), "requirements": sorted(api.libraries.values())}
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
            demanded = _nested if name in acts else _demanded(name, bulks.get(name))
            options = option_docs(own, demanded)
            everything = {**options, **option_docs([f for f in fields if f.name in connection], _nested)}
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
    return files | wanted_pictures(ROOT / "inventories", ROOT / "docs/docsite/rst/images")


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
