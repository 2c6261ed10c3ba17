# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a host stands to each rule: what passes, what fails and what to do, what does not count here, what is left out.

Nothing is changed. Whether anonymous requests are refused is found out by asking: the API server of this host, and its
kubelet, without showing who asks.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any

from .._kubeadm import host
from . import control_plane, keys, look, nodes
from .rules import ASKED, CONTENT, CONTROL_PLANE, FILES, FOLDER, KUBELET, LEFT, PODS, SYSCTLS, Rule, condition, holds

RULES: tuple[Rule, ...] = (*control_plane.RULES, *nodes.RULES)
#: rules that nothing is an excuse for: who has no name, or whoever has one, could do everything
NEVER = ("1.2.1", "1.2.1a", "1.2.6", "4.2.1", "4.2.1a", "4.2.2")
#: rules that modes and owners of files are set by
MODES = frozenset(rule.number for rule in RULES if rule.where == FILES)
PASS, FAIL, OUT, ABSENT = "pass", "fail", "left_out", "not_applicable"
#: what must not be read without a name
SECRETS = "/api/v1/namespaces/kube-system/secrets"
#: what a node that joins reads without one
JOINING = "/api/v1/namespaces/kube-public/configmaps/cluster-info"
Told = tuple[str, str]


def _flag(rule: Rule) -> Told:
    given = look.arguments(PODS[rule.where])
    if given is None:
        return ABSENT, f"There is no {PODS[rule.where]} on this host."
    value = given.get(rule.name)
    if holds(rule, value):
        return PASS, ""
    shown = "is not given" if value is None else f"is {value}"
    return FAIL, f"--{rule.name} of {PODS[rule.where]} {shown}; wanted: {condition(rule)}."


def _field(rule: Rule) -> Told:
    settings = look.kubelet()
    if settings is None:
        return ABSENT, "There is no kubelet's configuration on this host."
    value = look.field(settings, rule.name)
    if holds(rule, value):
        return PASS, ""
    shown = "is not given" if value is None else f"is {value}"
    return FAIL, f"{rule.name} of the kubelet {shown}; wanted: {condition(rule)}."


def wide(file: Any, mode: int) -> bool:
    """Whether a file has permissions beyond a mode."""
    return bool(file.stat().st_mode & 0o7777 & ~mode)


def _files(rule: Rule) -> Told:
    wrong, seen = [], False
    for file in look.files(rule.name):
        try:
            about = file.stat()
            if rule.check == "mode":
                if file.is_dir() != (rule.want == 0o700):
                    continue
                if wide(file, rule.want):
                    wrong.append(f"{look.shown(file)} has mode {about.st_mode & 0o7777:o}")
            elif (about.st_uid, about.st_gid) != look.OWNER:
                wrong.append(f"{look.shown(file)} is of {about.st_uid}:{about.st_gid}")
            seen = True
        except FileNotFoundError:
            continue  # gone while it was looked at
    if wrong:
        wanted = f"mode {rule.want:o} or less" if rule.check == "mode" else "0:0 (root)"
        return FAIL, f"{'; '.join(wrong)}; wanted: {wanted}."
    return (PASS, "") if seen else (ABSENT, "There is no such file on this host.")


# -- asking without a name -------------------------------------------------------------------------------------------
def _status(address: str, port: int, path: str) -> int | None:
    """The status of an anonymous request over TLS; None where nobody answers."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # it is this host itself, and nothing secret is sent
    connection = http.client.HTTPSConnection(address, port, timeout=10, context=context)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _listens(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=3):
            return True
    except OSError:
        return False


def _ask_api_server(settings: Mapping[str, Any]) -> Told:
    given = look.arguments(PODS["api_server"])
    if given is None:
        return ABSENT, "There is no kube-apiserver on this host."
    address, port = given.get("advertise-address", "127.0.0.1"), int(given.get("secure-port", "6443"))
    secrets = _status(address, port, SECRETS)
    if secrets is None:
        return FAIL, f"The API server does not answer at {address}:{port}, so nothing is known of it."
    if secrets not in (401, 403):
        return FAIL, f"An anonymous request for secrets is answered with {secrets}."
    limited = "authentication-config" in given or given.get("anonymous-auth") == "false"
    if limited and secrets != 401:
        return FAIL, "Anonymous requests are taken for more than probes and joining nodes: secrets are 403, not 401."
    joining = _status(address, port, JOINING)
    if joining != 200:
        return FAIL, f"No node could join: an anonymous request for cluster-info is answered with {joining}."
    return PASS, f"Secrets are refused ({secrets}), cluster-info is answered."


def _ask_kubelet(settings: Mapping[str, Any]) -> Told:
    document = look.kubelet()
    if document is None:
        return ABSENT, "There is no kubelet on this host."
    address, port = settings["address"], int(look.field(document, "port") or 10250)
    status = _status(address, port, "/pods")
    if status is None:
        return FAIL, f"The kubelet does not answer at {address}:{port}, so nothing is known of it."
    if status not in (401, 403):
        return FAIL, f"An anonymous request for pods is answered with {status}."
    if _listens(address, 10255):
        return FAIL, "Something answers at the kubelet's port without authentication, 10255."
    return PASS, f"Pods are refused ({status})."


def _ask_proxy(settings: Mapping[str, Any]) -> Told:
    if _listens(settings["address"], 10249):
        return FAIL, f"Something answers at {settings['address']}:10249, the port of kube-proxy's metrics."
    return PASS, ""


# -- what is in files ------------------------------------------------------------------------------------------------
def _encryption(settings: Mapping[str, Any]) -> Told:
    given = look.arguments(PODS["api_server"])
    if given is None:
        return ABSENT, "There is no kube-apiserver on this host."
    text = look.read(given.get("encryption-provider-config", ""))
    found = keys.keys_of(text)
    if not found:
        return FAIL, f"{FOLDER}/{keys.FILE} has no key, so secrets are stored as they are."
    return PASS, f"{len(found)} key{'s' if len(found) > 1 else ''}, {found[0]['name']} first."


def _mentioned(flag: str, wanted: tuple[str, ...]) -> Told:
    given = look.arguments(PODS["api_server"])
    if given is None:
        return ABSENT, "There is no kube-apiserver on this host."
    text = look.read(given.get(flag, ""))
    missing = [word for word in wanted if word not in text]
    return (FAIL, f"The file of --{flag} says nothing of {', '.join(missing)}.") if missing else (PASS, "")


def _etcd_ca(settings: Mapping[str, Any]) -> Told:
    given = look.arguments(PODS["etcd"])
    if given is None:
        return ABSENT, "There is no etcd on this host."
    own, cluster = look.read(given.get("trusted-ca-file", "")), look.read(f"/{host.CA}")
    return (PASS, "") if own.strip() and own.strip() != cluster.strip() else (FAIL, "etcd trusts the cluster's CA.")


def _sysctls(settings: Mapping[str, Any]) -> Told:
    if not look.true(look.field(look.kubelet() or {}, "protectKernelDefaults")):
        return ABSENT, "The kubelet sets them itself (E.4)."
    wrong = []
    for name, wanted in SYSCTLS.items():
        value = look.read(f"/proc/sys/{name.replace('.', '/')}").strip()
        if value != str(wanted):
            wrong.append(f"{name} is {value or 'not there'}, not {wanted}")
    return (FAIL, f"{'; '.join(wrong)}.") if wrong else (PASS, "")


SPECIAL: dict[str, Callable[[Mapping[str, Any]], Told]] = {
    "api_server": _ask_api_server,
    "kubelet": _ask_kubelet,
    "proxy_metrics": _ask_proxy,
    "encryption": _encryption,
    "pod_security": lambda _settings: _mentioned("admission-control-config-file", ("PodSecurity", "enforce")),
    "audit": lambda _settings: _mentioned("audit-policy-file", ("secrets", "tokenreviews", "pods/exec")),
    "etcd_ca": _etcd_ca,
    "sysctls": _sysctls,
}


def check(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every rule of a host, in the order of their numbers.

    :param settings: ``minor``, ``kind`` (``control_plane``, ``init`` or ``worker``), ``address`` of the node,
        ``exceptions`` (number of a rule -> why it does not hold), ``ask`` (whether to ask API server and kubelet).
    """
    found = []
    for rule in sorted(RULES, key=order):
        if rule.hosts == CONTROL_PLANE and settings["kind"] == "worker":
            result, said = ABSENT, "It is a rule of control-plane nodes."
        elif not rule.counts(settings["minor"]):
            result, said = ABSENT, f"It counts for releases {span(rule)}."
        elif rule.where == LEFT:
            result, said = OUT, rule.why
        elif rule.where == ASKED and not settings["ask"]:
            result, said = ABSENT, "It was not asked for."
        else:
            result, said = _one(rule, settings)
        why = settings["exceptions"].get(rule.number)
        if result == FAIL and why and rule.where != ASKED:
            result, said = OUT, f"{said} {why}."
        remedy = remedy_of(rule) if result == FAIL else ""
        found.append({"rule": rule.number, "title": rule.title, "result": result, "said": said, "remedy": remedy})
    return found


def _one(rule: Rule, settings: Mapping[str, Any]) -> Told:
    if rule.where in PODS:
        return _flag(rule)
    if rule.where == KUBELET:
        return _field(rule)
    if rule.where == FILES:
        return _files(rule)
    if rule.where in (ASKED, CONTENT):
        return SPECIAL[rule.name](settings)
    raise ValueError(rule.where)


def remedy_of(rule: Rule) -> str:
    """What to do where a rule does not hold."""
    if rule.remedy:
        return rule.remedy
    if rule.where == FILES:
        return "Run the verb modes of the role kubernetes_hardening."
    if rule.where == KUBELET:
        return f"Leave it out of edge_kubernetes_kubelet and edge_node_kubelet; see who changed {look.CONFIG}."
    variable = f"edge_kubernetes_{rule.where}" if rule.where != "etcd" else "edge_kubernetes_etcd"
    return f"Leave it out of {variable}; see who changed /{host.MANIFESTS}/{PODS[rule.where]}.yaml."


def span(rule: Rule) -> str:
    """The releases of a rule in words."""
    if rule.until < 99:
        return f"1.{rule.since} to 1.{rule.until}"
    return f"from 1.{rule.since} on"


def order(rule: Rule) -> tuple[Any, ...]:
    """Numbers as people count them; own rules come last."""
    steps = [(int("".join(c for c in step if c.isdigit()) or 0), step) for step in rule.number.split(".")]
    return (rule.number.startswith("E"), steps)
