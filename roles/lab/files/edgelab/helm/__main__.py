# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``helm``: read the call, do it, and end with Helm's status."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import charts, given, manifests, output, schema, sources, text
from .actions import Actions
from .base import Wishes
from .client import Client
from .errors import HelmError, NotFoundError
from .flags import Call, parse
from .functions import whole
from .kubeconfig import access
from .storage import Storage

VERSION = "3.17.3"
_ABOUT = f'version.BuildInfo{{Version:"v{VERSION}", GitCommit:"edgelab", GitTreeState:"clean", GoVersion:"go1.23.7"}}'

#: said after Helm's own words
_FEW = (
    "The lab's stand-in for Helm does not know that function, and a real Helm may: name it with -e lab_helm=helm in a "
    "rehearsal, and in openstack_helm_binary elsewhere.\n"
)


def main(words: list[str]) -> int:
    """One call; its exit status."""
    signal.signal(signal.SIGTERM, _cancelled)
    signal.signal(signal.SIGINT, _cancelled)
    try:
        call = parse(words)
        if not call.command or call.flags.get("help"):
            sys.stdout.write(
                "The lab's stand-in for Helm: what it knows it does as Helm does, anything else it refuses.\n"
            )
            return 0
        sys.stdout.write(_COMMANDS[call.command](call))
    except HelmError as error:
        sys.stdout.flush()
        sys.stderr.write(f"Error: {error}\n")
        if re.search('function "[^"]*" not defined', str(error)):
            sys.stderr.write(_FEW)
        return 1
    return 0


def _cancelled(_number: int, _frame: Any) -> None:
    raise HelmError("context canceled")


def _client(call: Call) -> Client:
    return Client(access(call.flags))


def _wishes(call: Call) -> Wishes:
    flags = call.flags
    dry = flags.get("dry-run", "")
    if isinstance(dry, str) and dry not in ("", "false", "true", "none", "client", "server"):
        raise HelmError("Invalid dry-run flag. Flag must one of the following: false, true, none, client, server")
    labels = dict(pair.partition("=")[::2] for pair in str(flags.get("labels") or "").split(",") if pair)
    atomic = bool(flags.get("atomic"))
    return Wishes(
        seconds=float(flags.get("timeout", 300.0)),
        wait=bool(flags.get("wait")) or atomic,
        jobs=bool(flags.get("wait-for-jobs")),
        atomic=atomic,
        hooks=not flags.get("no-hooks"),
        force=bool(flags.get("force")),
        dry="yes" if dry not in ("", "none", "false", False) else "",
        create_namespace=bool(flags.get("create-namespace")),
        replace=bool(flags.get("replace")),
        crds=not flags.get("skip-crds"),
        description=flags.get("description") or "",
        check_schema=not flags.get("skip-schema-validation"),
        take=bool(flags.get("take-ownership")),
        most=int(flags.get("history-max", 10)),
        cleanup=bool(flags.get("cleanup-on-fail")),
        reset=bool(flags.get("reset-values")),
        reuse=bool(flags.get("reuse-values")),
        reset_then_reuse=bool(flags.get("reset-then-reuse-values")),
        labels=labels,
    )


def _chart(reference: str, call: Call) -> charts.Chart:
    chart = sources.located(reference, call.flags)
    if call.flags.get("dependency-update") and Path(reference).is_dir():
        try:
            charts.check_dependencies(chart)
        except HelmError:
            sys.stdout.write(sources.depend(reference, False, call.flags))
            chart = sources.located(reference, call.flags)
    return chart


def _install(call: Call, actions: Actions) -> str:
    chart = _chart(call.arguments[1], call)
    values = given.values(call.flags)
    charts.installable(chart)
    if chart.metadata.get("deprecated"):
        sys.stderr.write("WARNING: This chart is deprecated\n")
    release = actions.install(call.arguments[0], chart, values)
    return output.status(release, call.flags["output"], not call.flags.get("hide-notes"), chart=True)


def _installed(call: Call) -> str:
    actions = Actions(_client(call), _wishes(call))
    try:
        return _install(call, actions)
    except HelmError as error:
        raise HelmError(f"INSTALLATION FAILED: {error}") from None


def _upgraded(call: Call) -> str:
    name, form = call.arguments[0], call.flags["output"]
    actions = Actions(_client(call), _wishes(call))
    if call.flags.get("install"):
        state = _state(actions, name)
        if state in ("", "uninstalled"):
            if form == "table":
                sys.stdout.write(f'Release "{name}" does not exist. Installing it now.\n')
                sys.stdout.flush()
            actions.wishes.replace = state == "uninstalled"
            return _install(call, actions)
    chart = _chart(call.arguments[1], call)
    values = given.values(call.flags)
    charts.check_dependencies(chart)
    try:
        release = actions.upgrade(name, chart, values)
    except HelmError as error:
        raise HelmError(f"UPGRADE FAILED: {error}") from None
    head = f'Release "{name}" has been upgraded. Happy Helming!\n' if form == "table" else ""
    return head + output.status(release, form, not call.flags.get("hide-notes"), chart=True)


def _state(actions: Actions, name: str) -> str:
    """The state of the last revision; empty where there is none."""
    actions.client.reach()
    try:
        return str(actions.storage.last(name)["info"]["status"])
    except NotFoundError:
        return ""


def _rolled_back(call: Call) -> str:
    wanted = call.arguments[1] if len(call.arguments) > 1 else "0"
    if not re.fullmatch(r"[+-]?\d+", wanted):
        raise HelmError(f'could not convert revision to a number: strconv.Atoi: parsing "{wanted}": invalid syntax')
    Actions(_client(call), _wishes(call)).rollback(call.arguments[0], int(wanted))
    return "Rollback was a success! Happy Helming!\n"


def _uninstalled(call: Call) -> str:
    flags, told = call.flags, ""
    if flags["cascade"] not in ("background", "orphan", "foreground"):
        raise HelmError(f'invalid cascade value ({flags["cascade"]}). Must be "background", "foreground", or "orphan"')
    actions = Actions(_client(call), _wishes(call))
    for name in call.arguments:
        if flags.get("dry-run"):
            actions.client.reach()
            actions.storage.last(name)
        else:
            kept = actions.uninstall(
                name, bool(flags.get("keep-history")), bool(flags.get("ignore-not-found")), flags["cascade"]
            )
            told += f"{kept}\n" if kept else ""
        told += f'release "{name}" uninstalled\n'
    return told


def _tested(call: Call) -> str:
    client = _client(call)
    release, wrong = Actions(client, _wishes(call)).test(call.arguments[0])
    sys.stdout.write(output.status(release, "table", not call.flags.get("hide-notes")))
    if call.flags.get("logs"):
        sys.stdout.write("\n")
        for hook in release.get("hooks") or []:
            if "test" in hook.get("events", []):
                try:
                    said = client.log(f"/api/v1/namespaces/{client.namespace}/pods/{hook['name']}/log")
                except HelmError as error:
                    raise HelmError(f"unable to get pod logs for {hook['name']}: {error}") from None
                sys.stdout.write(f"POD LOGS: {hook['name']}\n{said}\n")
    if wrong:
        raise wrong
    return ""


_STATES = {
    "deployed": ("deployed",),
    "uninstalled": ("uninstalled",),
    "superseded": ("superseded",),
    "uninstalling": ("uninstalling",),
    "failed": ("failed",),
    "pending": ("pending-install", "pending-upgrade", "pending-rollback"),
}


def _listed(call: Call) -> str:
    flags, client = call.flags, _client(call)
    client.reach()
    pattern = str(flags.get("filter") or "")
    try:
        wanted_name = re.compile(pattern)
    except re.error as error:
        raise HelmError(f"error parsing regexp: {error}: `{pattern}`") from None
    found = Storage(client, "" if flags.get("all-namespaces") else client.namespace).query()
    found = [r for r in found if wanted_name.search(r["name"])]
    states = [s for flag, several in _STATES.items() if flags.get(flag) for s in several] or ["deployed", "failed"]
    if states != ["superseded"] or flags.get("all"):
        newest: dict[tuple[str, str], Any] = {}
        for release in sorted(found, key=lambda r: int(r["version"])):
            newest[(release["namespace"], release["name"])] = release
        found = list(newest.values())
    if not flags.get("all"):
        found = [r for r in found if r["info"]["status"] in states]
    if flags.get("selector"):
        pairs = [p.partition("=")[::2] for p in str(flags["selector"]).replace("==", "=").split(",")]
        found = [r for r in found if all((r.get("labels") or {}).get(k) == v for k, v in pairs)]
    key = (lambda r: r["info"].get("last_deployed", "")) if flags.get("date") else (lambda r: r["name"])
    found.sort(key=key, reverse=bool(flags.get("reverse")))
    first = int(flags.get("offset") or 0)
    found = found[first : first + flags["max"] if flags["max"] > 0 else None]
    if flags.get("short"):
        names = [r["name"] for r in found]
        return output.written(flags["output"], names, "".join(f"{n}\n" for n in names))
    return output.listed(found, flags["output"], not flags.get("no-headers"))


def _release(call: Call) -> dict[str, Any]:
    client = _client(call)
    client.reach()
    return Storage(client, client.namespace).revision(call.arguments[0], int(call.flags.get("revision") or 0))


def _values(call: Call) -> str:
    release, every = _release(call), bool(call.flags.get("all"))
    found = release.get("config") or {}
    if every:
        found = charts.overlaid((release.get("chart") or {}).get("values") or {}, found)
    return output.values(found, call.flags["output"], every)


def _notes(call: Call) -> str:
    notes = _release(call)["info"].get("notes", "")
    return f"NOTES:\n{notes}\n" if notes else ""


def _history(call: Call) -> str:
    client = _client(call)
    client.reach()
    found = Storage(client, client.namespace).history(call.arguments[0])
    return output.history(found[-call.flags["max"] :], call.flags["output"])


def _template(call: Call) -> str:
    name, reference = call.arguments if len(call.arguments) > 1 else ("release-name", call.arguments[0])
    flags = call.flags
    chart = _chart(reference, call)
    values = given.values(flags)
    charts.installable(chart)
    charts.enabled(chart, charts.overlaid(chart.values, values))
    every = charts.computed(chart, values)
    if not flags.get("skip-schema-validation"):
        schema.check(chart, every)
    space = _space(call)
    release = {
        "Name": name,
        "Namespace": space,
        "Service": "Helm",
        "Revision": 1,
        "IsInstall": True,
        "IsUpgrade": False,
    }
    version = flags.get("kube-version") or "v1.32.0"
    about = {"Version": version, "GitVersion": version, "Major": "1", "Minor": version.split(".")[1]}
    capabilities = {"KubeVersion": about, "APIVersions": ["v1", "apps/v1", "batch/v1"]}
    found = manifests.render(chart, every, release, capabilities, bool(flags.get("include-crds")))
    hooks = [] if flags.get("no-hooks") else found.hooks
    if flags.get("skip-tests"):
        hooks = [h for h in hooks if "test" not in h["events"]]
    whole_text = found.manifest + output.hooks({"hooks": hooks})
    if flags.get("show-only"):
        return _only(whole_text, chart.name, flags["show-only"])
    if flags.get("output-dir"):
        return _into(Path(flags["output-dir"]), whole_text)
    return whole_text


def _space(call: Call) -> str:
    """The namespace of a call that asks no cluster."""
    try:
        return access(call.flags).namespace
    except HelmError:
        return str(call.flags.get("namespace") or "default")


def _documents(manifest: str) -> list[tuple[str, str]]:
    found = []
    for document in manifests.split(manifest):
        head, _newline, rest = document.partition("\n")
        found.append((head.removeprefix("# Source: "), rest))
    return found


def _only(manifest: str, chart: str, wanted: list[str]) -> str:
    told, documents = "", _documents(manifest)
    for path in wanted:
        fitting = [f"---\n# Source: {n}\n{t}\n" for n, t in documents if n == f"{chart}/{path}"]
        if not fitting:
            raise HelmError(f"could not find template {path} in chart")
        told += "".join(fitting)
    return told


def _into(folder: Path, manifest: str) -> str:
    told, begun = "", set()
    for name, content in _documents(manifest):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a" if name in begun else "w", encoding="utf-8") as stream:
            stream.write(f"---\n# Source: {name}\n{content}\n")
        begun.add(name)
        told += f"wrote {file}\n"
    return told


def _show_chart(call: Call) -> str:
    chart = sources.located(call.arguments[0], call.flags)
    return text.to_yaml(whole(chart.metadata)) + "\n"


def _show_values(call: Call) -> str:
    return sources.located(call.arguments[0], call.flags).raw.get("values.yaml", b"").decode() + "\n"


def _version(call: Call) -> str:
    return f"v{VERSION}+gedgelab\n" if call.flags.get("short") else f"{_ABOUT}\n"


def _repositories(call: Call) -> str:
    rows = [{"name": e["name"], "url": e["url"]} for e in sources.repositories(call.flags)]
    if not rows:
        raise HelmError("no repositories to show")
    return output.written(call.flags["output"], rows, output.table(["NAME", "URL"], [[*r.values()] for r in rows]))


def _folder(call: Call) -> str:
    return call.arguments[0] if call.arguments else "."


_COMMANDS: dict[str, Callable[[Call], str]] = {
    "version": _version,
    "list": _listed,
    "status": lambda call: output.status(
        _release(call), call.flags["output"], description=bool(call.flags.get("show-desc"))
    ),
    "get values": _values,
    "get manifest": lambda call: _release(call).get("manifest", "") + "\n",
    "get notes": _notes,
    "get hooks": lambda call: output.hooks(_release(call)),
    "history": _history,
    "install": _installed,
    "upgrade": _upgraded,
    "rollback": _rolled_back,
    "uninstall": _uninstalled,
    "test": _tested,
    "template": _template,
    "show chart": _show_chart,
    "show values": _show_values,
    "dependency list": lambda call: sources.dependencies(_folder(call)),
    "dependency update": lambda call: sources.depend(_folder(call), False, call.flags),
    "dependency build": lambda call: sources.depend(_folder(call), True, call.flags),
    "package": lambda call: "".join(sources.package(path, call.flags) for path in call.arguments),
    "pull": lambda call: "".join(sources.pulled(one, call.flags) for one in call.arguments),
    "repo add": lambda call: sources.add(call.flags, *call.arguments),
    "repo list": _repositories,
    "repo update": lambda call: sources.update(call.flags, call.arguments),
    "repo remove": lambda call: sources.remove(call.flags, call.arguments),
    "plugin list": lambda _call: "NAME\tVERSION\tDESCRIPTION\n",
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
