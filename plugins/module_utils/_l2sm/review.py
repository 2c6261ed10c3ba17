# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A look at the whole plan before anything is sent: what single objects cannot know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._engine.compare import shown
from .._engine.errors import ApiError, EdgeError, InputError
from .._engine.paths import get_path
from .._engine.plan import CREATE, DELETE, NONE, REPLACE, Change
from .diagnosis import FINALIZER, held
from .domains import DomainsDialect
from .install import MANAGER
from .joining import joined
from .moves import moving
from .naming import by_name
from .objects import EVERY
from .pods import PODS, SELECTED, name_of
from .prerequisites import inspect, lacking
from .prune import pruned
from .rebuild import rebuilt
from .resources import API_VERSION, NAMES, NETWORK, NODE
from .rules import check_pool
from .unplug import unplugged
from .versions import image_of, version_of

if TYPE_CHECKING:
    from .._engine.survey import Survey

#: what the removal of the definitions would take along
CUSTOM = ("l2networks", "overlays", "networkedgedevices", "quarantinepodrequests")


def review(changes: list[Change], survey: Survey) -> list[Change]:
    """The same plan, with refusals where it could not work."""
    if isinstance(survey.dialect, DomainsDialect):
        return joined(changes, survey)
    _prerequisites(changes, survey)
    changes = moving(rebuilt(changes, survey), survey)
    result = [*changes, *pruned(changes, survey)]
    for i, change in enumerate(changes):
        if change.refusal or change.wanted.state == "absent":
            continue
        error = _earlier_version(change, survey)
        if change.resource.kind in NAMES:
            error = _not_installed(change, survey) or _bad_pool(change)
        if change.action in (CREATE, REPLACE) and error is None:
            if change.resource.kind == "network":
                error = _taken_name(change, changes, survey)
            elif change.resource.kind == "overlay":
                error = _taken_node(change, changes, survey)
            error = error or _unknown_node(change, survey)
        if error is not None:
            result[i] = replace(change, action=NONE, refusal=error)
    survey.notes += by_name([c for c in result if c.resource is NETWORK])
    return unplugged(_removal(result, survey), survey)


def _prerequisites(changes: list[Change], survey: Survey) -> None:
    """Before anything of the installation is written, the cluster must have what it needs."""
    dialect: Any = survey.dialect
    installing = any(c.resource in EVERY and c.changed and c.action != DELETE for c in changes)
    faults = inspect(dialect, [])[0] if installing and dialect.prechecks else []
    if faults:
        raise lacking(faults)


def _not_installed(change: Change, survey: Survey) -> EdgeError | None:
    dialect: Any = survey.dialect
    if dialect.forgiving or change.resource.kind not in dialect.unknown:
        return None
    return InputError(
        f"{change.resource.title} {change.wanted.name}: the cluster has no definition of it, so the L2S-M"
        " operator is not installed.",
        "Install the operator first (edge.infra.l2sm_operator).",
    )


def _bad_pool(change: Change) -> EdgeError | None:
    """Addresses are checked with what the network has already: a task may give one of the two options."""
    if change.resource.kind != "network" or not change.changed:
        return None
    present = change.resource.read(change.live) if change.live else {}
    try:
        check_pool({**present, **change.wanted.values})
    except InputError as error:
        error.message = f"network {change.wanted.values['name']}: {error.message}"
        return error
    return None


def _others(change: Change, changes: list[Change], survey: Survey) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, namespace and options of every other object of the kind, in the cluster or in this plan.

    Those on their way out count: what they use is not free before the operator has undone them.
    """
    resource = change.resource
    for live in survey.documents(resource):
        yield live["metadata"]["name"], live["metadata"]["namespace"], resource.read(live)
    for other in changes:
        if other is not change and other.resource is resource and other.action == CREATE:
            values = {k: shown(v) for k, v in other.wanted.values.items()}
            yield values["name"], values["namespace"], values


def _taken_name(change: Change, changes: list[Change], survey: Survey) -> EdgeError | None:
    name, namespace = change.wanted.values["name"], change.wanted.values["namespace"]
    for other, elsewhere, _values in _others(change, changes, survey):
        if other == name and elsewhere != namespace:
            return InputError(
                f"network {name}: there is one of this name in namespace {elsewhere} too, and the SDN"
                " controller knows networks"
                " by their bare name: the two would be one.",
                "Give it a name that is unique in the cluster.",
                option="name",
                value=name,
            )
    return None


def _taken_node(change: Change, changes: list[Change], survey: Survey) -> EdgeError | None:
    name, namespace = change.wanted.values["name"], change.wanted.values["namespace"]
    wanted = set(change.wanted.values.get("nodes") or ())
    for other, elsewhere, values in _others(change, changes, survey):
        shared = sorted(wanted & set(values.get("nodes") or ()))
        if shared and (other, elsewhere) != (name, namespace):
            return InputError(
                f"overlay {name}: {', '.join(shared)} belongs to overlay {other} of {elsewhere} already; two"
                " overlays on one node"
                " share its bridges and mix their traffic.",
                "Use that overlay, or remove it first.",
                option="nodes",
            )
    return None


def _unknown_node(change: Change, survey: Survey) -> EdgeError | None:
    """An object on a node that there is not: its pod would wait for it for ever, and nobody would say why."""
    values = change.wanted.values
    named = {
        "nodes": list(values.get("nodes") or ()),
        "ids.node": [get_path(values, "ids.node", None)],
        "node_config.node_name": [get_path(values, "node_config.node_name", None)],
    }
    option, wanted = next(((o, [n for n in names if n]) for o, names in named.items() if any(names)), ("", []))
    known = [n["metadata"]["name"] for n in survey.documents(NODE)] if wanted else []
    strangers = [n for n in wanted if n not in known]
    if not known or not strangers:
        return None
    return InputError(
        f"{change.resource.title} {change.wanted.name}: the cluster has no node {', '.join(strangers)}.",
        f"Its nodes: {', '.join(sorted(known))}.",
        option=option,
    )


def _earlier_version(change: Change, survey: Survey) -> EdgeError | None:
    """A manifest that is older than what runs is most often the wrong file."""
    dialect: Any = survey.dialect
    if change.resource not in EVERY or change.live is None or dialect.downgrades:
        return None
    definition = change.wanted.values["definition"]
    if definition.get("kind") != "Deployment" or definition["metadata"]["name"] != MANAGER:
        return None
    wanted, live = version_of(image_of(definition)), version_of(image_of(change.live))
    if wanted is None or live is None or wanted >= live:
        return None
    return InputError(
        f"manifest: it has version {'.'.join(map(str, wanted))} of the operator, and {'.'.join(map(str, live))} runs.",
        "Name the manifest of that or a later version, or allow it (allow_downgrade: true).",
        option="manifest",
    )


def _stranded(dialect: Any) -> list[str]:
    """Pods that only the operator lets go: without it, they run on, and their removal would hang."""
    held_back = [p for p in dialect.listed(PODS, labelSelector=SELECTED) if FINALIZER in held(p)]
    if not held_back:
        return []
    return [
        f"The operator is removed, and only it lets these pods go: {', '.join(sorted(map(name_of, held_back)))}."
        " Remove them first. Of one that is removed later, edge.infra.l2sm_repair (verb repair) takes the operator's"
        " hold away."
    ]


def _removal(changes: list[Change], survey: Survey) -> list[Change]:
    """Definitions are not removed while there are objects of them: their finalizers need the operator."""
    going = [i for i, c in enumerate(changes) if c.action == DELETE and c.resource.kind == "definition"]
    dialect: Any = survey.dialect
    if going:
        survey.notes += _stranded(dialect)
    if not going or dialect.forgiving:
        return changes
    left = []
    for plural in CUSTOM:
        path = NETWORK.path.rsplit("/", 1)[0] + f"/{plural}"
        try:
            left += [
                f"{plural} {get_path(o, 'metadata.namespace', '')}/{o['metadata']['name']}"
                for o in dialect.listed(path)
            ]
        except ApiError as error:
            if error.status != 404:
                raise
    if left:
        needed = InputError(
            f"The operator is still needed: {', '.join(left)} ({API_VERSION}) would be left without it and"
            " could not be removed.",
            "Remove them first, and the pods on their networks.",
        )
        changes[going[0]] = replace(changes[going[0]], action=NONE, refusal=needed)
    return changes
