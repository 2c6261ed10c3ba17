# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which cluster, as whom: kubeconfig, flags and environment, in client-go's order."""

from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .errors import HelmError


@dataclass
class Access:
    """What it takes to reach an API server."""

    server: str = "http://localhost:8080"
    namespace: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    context: ssl.SSLContext | None = None


def unreachable(why: str) -> HelmError:
    """The words before every reason for which no cluster is reached."""
    return HelmError(f"Kubernetes cluster unreachable: {why}")


def _merged(files: list[Path]) -> dict[str, Any]:
    """Kubeconfig files as client-go merges them: the first one that says something holds."""
    found: dict[str, Any] = {"clusters": [], "users": [], "contexts": []}
    for file in files:
        if not file.is_file():
            continue
        try:
            one = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        except (OSError, yaml.YAMLError) as error:
            raise unreachable(f"error loading config file {str(file)!r}: {error}".replace("'", '"')) from None
        base = str(file.parent)
        for part in ("clusters", "users", "contexts"):
            known = {entry["name"] for entry in found[part]}
            found[part] += [{**e, "_base": base} for e in one.get(part) or [] if e["name"] not in known]
        if one.get("current-context"):
            found.setdefault("current-context", one["current-context"])
    return found


def _entry(config: dict[str, Any], part: str, name: str, value: str) -> tuple[dict[str, Any], str]:
    for entry in config[part]:
        if entry["name"] == name:
            return dict(entry.get(value) or {}), entry["_base"]
    return {}, "."


def _content(entry: dict[str, Any], key: str, base: str) -> bytes | None:
    """Data inside the kubeconfig, else the file that it names."""
    if entry.get(f"{key}-data"):
        return base64.b64decode(entry[f"{key}-data"])
    if entry.get(key):
        path = Path(base, entry[key])
        try:
            return path.read_bytes()
        except OSError as error:
            raise unreachable(f"unable to read {key} {path} due to open {path}: {_words(error)}") from None
    return None


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def access(flags: dict[str, Any]) -> Access:
    """The cluster of these flags (``kubeconfig``, ``kube-context``...), else of Helm's environment variables."""

    def given(flag: str, variable: str) -> str:
        return str(flags.get(flag) or os.environ.get(variable) or "")

    explicit = flags.get("kubeconfig")
    if explicit and not Path(explicit).exists():
        raise unreachable(f"stat {explicit}: no such file or directory")
    names = [explicit] if explicit else [n for n in os.environ.get("KUBECONFIG", "").split(":") if n]
    config = _merged([Path(n) for n in names] or [Path.home() / ".kube" / "config"])
    wanted = given("kube-context", "HELM_KUBECONTEXT")
    name = wanted or config.get("current-context", "")
    if wanted and not any(c["name"] == wanted for c in config["contexts"]):
        raise unreachable(f'context "{wanted}" does not exist')
    context, _base = _entry(config, "contexts", name, "context")
    cluster, base = _entry(config, "clusters", context.get("cluster", ""), "cluster")
    user, user_base = _entry(config, "users", context.get("user", ""), "user")
    found = Access(namespace=given("namespace", "HELM_NAMESPACE") or context.get("namespace") or "default")
    found.server = (given("kube-apiserver", "HELM_KUBEAPISERVER") or cluster.get("server") or found.server).rstrip("/")
    token = given("kube-token", "HELM_KUBETOKEN") or user.get("token")
    if not token and user.get("tokenFile"):
        token = (_content({"file": user["tokenFile"]}, "file", user_base) or b"").decode().strip()
    if not token and user.get("exec"):
        status = _executed(user["exec"])
        token = status.get("token")
        for key, data in (("client-certificate", "clientCertificateData"), ("client-key", "clientKeyData")):
            if status.get(data):
                user[f"{key}-data"] = base64.b64encode(status[data].encode()).decode()
    if token:
        found.headers["Authorization"] = f"Bearer {token}"
    elif user.get("username"):
        pair = f"{user['username']}:{user.get('password', '')}".encode()
        found.headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    if found.server.startswith("https"):
        file = given("kube-ca-file", "HELM_KUBECAFILE")
        authority = Path(file).read_bytes() if file else _content(cluster, "certificate-authority", base)
        skip = str(flags.get("kube-insecure-skip-tls-verify") or "").lower() == "true"
        skip = skip or os.environ.get("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "").lower() in ("1", "t", "true")
        found.context = _tls(authority, skip or bool(cluster.get("insecure-skip-tls-verify")))
        pair_of = (_content(user, "client-certificate", user_base), _content(user, "client-key", user_base))
        if pair_of[0] and pair_of[1]:
            _own(found.context, pair_of[0], pair_of[1])
    return found


def _executed(plugin: dict[str, Any]) -> dict[str, Any]:
    """The credential that a kubeconfig's own program tells."""
    about = {"kind": "ExecCredential", "apiVersion": plugin["apiVersion"], "spec": {"interactive": False}}
    extra = {e["name"]: e["value"] for e in plugin.get("env") or []}
    environment = {**os.environ, **extra, "KUBERNETES_EXEC_INFO": json.dumps(about)}
    command = [plugin["command"], *(plugin.get("args") or [])]
    try:
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False)
    except OSError as error:
        raise unreachable(f"getting credentials: exec: executable {command[0]} not found: {_words(error)}") from None
    if done.returncode:
        raise unreachable(f"getting credentials: exec: executable {command[0]} failed with exit code {done.returncode}")
    try:
        status = json.loads(done.stdout)["status"]
    except (ValueError, KeyError) as error:
        raise unreachable(f"getting credentials: decoding stdout: {error}") from None
    return dict(status)


def _tls(authority: bytes | None, skip: bool) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cadata=authority.decode()) if authority else ssl.create_default_context()
    except (ssl.SSLError, UnicodeDecodeError):
        raise unreachable("unable to load root certificates: unable to parse bytes as PEM block") from None
    if skip:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _own(context: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    """A client certificate; Python reads one from a file only."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "client.pem")
        file.touch(mode=0o600)
        file.write_bytes(certificate + b"\n" + key)
        try:
            context.load_cert_chain(file)
        except ssl.SSLError:
            raise unreachable("tls: failed to find any PEM data in certificate input") from None
