# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection to a Kubernetes API: the official client reads the kubeconfig and sets up TLS, urllib3 talks.

Only the client's configuration is used: its generated API classes would cost a task more time than its requests do.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .._engine.errors import ApiError, EdgeError, InputError, LoginError, UnreachableError, UnsureWriteError
from .._engine.http import READS, Endpoint, Http, patience

try:
    import kubernetes.config
    import urllib3
    import urllib3.exceptions
    from kubernetes.client import Configuration
    from kubernetes.client.rest import RESTClientObject
except ImportError:  # reported by the module with missing_required_lib
    pass

DEFAULT_KUBECONFIG = "~/.kube/config"


def kubeconfig_paths(params: Mapping[str, Any]) -> str:
    """The kubeconfig to use: the option (or K8S_AUTH_KUBECONFIG), else KUBECONFIG, else the usual place."""
    return str(params.get("kubeconfig") or os.environ.get("KUBECONFIG") or Path(DEFAULT_KUBECONFIG).expanduser())


def load(params: Mapping[str, Any]) -> Configuration:
    """The client's configuration out of a kubeconfig; InputError says what is wrong with the file.

    A file that does not exist is an UnreachableError when ``check_without_api`` allows a cluster that is not there yet.
    """
    given = kubeconfig_paths(params)
    paths = [p for p in given.split(os.pathsep) if p]
    if not any(Path(p).exists() for p in paths):
        kind = UnreachableError if params.get("check_without_api") else InputError
        raise kind(
            f"kubeconfig: {given} does not exist.",
            "Name the file that provisioning fetched from the cluster.",
            option="kubeconfig",
            value=given,
        )
    configuration = Configuration()
    try:
        kubernetes.config.load_kube_config(given, params.get("context"), configuration, persist_config=False)
    except OSError as error:
        raise _unfit(given, f"cannot be read ({error.strerror or error})") from None
    except kubernetes.config.ConfigException as error:
        text = str(error)
        if params.get("context") and "context" in text.lower():
            raise InputError(
                f"context: the kubeconfig {given} has no context {params['context']!r}{_contexts(given)}.",
                "Correct context (in an inventory edge_kubeconfig_context), or leave it out to use the current one.",
                option="context",
                detail=text,
            ) from None
        raise _unfit(given, f"is no usable kubeconfig: {text}") from None
    except Exception as error:  # a broken file ends in errors of many libraries (YAML, base64, OpenSSL, types)
        mark = getattr(error, "problem_mark", None)
        if mark or type(error).__module__.startswith("yaml"):
            raise _unfit(given, f"does not parse as YAML{f' (line {mark.line + 1})' if mark else ''}") from None
        detail = f": {error}" if isinstance(error, ValueError) else ""
        raise _unfit(given, f"is no usable kubeconfig{detail}") from None
    if not configuration.host or "://" not in configuration.host:
        raise _unfit(given, f"names no usable server ({configuration.host!r})")
    if params.get("validate_certs") is not None:
        configuration.verify_ssl = params["validate_certs"]
    if not configuration.verify_ssl:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # it was asked for
    return configuration


def _contexts(given: str) -> str:
    """The names of contexts that a kubeconfig has, as the end of a sentence; nothing where it does not say."""
    try:
        found, _current = kubernetes.config.list_kube_config_contexts(given)
    except Exception:  # what else is wrong with the file is not what is told here
        return ""
    return f"; it has {', '.join(sorted(context['name'] for context in found))}"


def _unfit(path: str, problem: str) -> InputError:
    return InputError(
        f"kubeconfig: {path} {problem}.", "Fetch it from the cluster again.", option="kubeconfig", value=path
    )


def words(status: int, data: bytes) -> tuple[str, str]:
    """The API's own words in an answer, and its reason (both of a ``Status`` object)."""
    text = data.decode("utf-8", "replace").strip()
    try:
        answer = json.loads(text)
        return str(answer["message"]), str(answer.get("reason") or "")
    except (ValueError, KeyError, TypeError):
        return text[:300] or f"HTTP {status}", ""


class Connection:
    """Requests to one API server, with pooled connections; the kubeconfig is read at the first of them."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params
        self._configuration: Configuration | None = None
        self._rest: Any = None

    def _open(self) -> str:
        """Read the kubeconfig, once; the server's URL."""
        if self._configuration is not None:
            return self.host
        configuration = load(self._params)
        self._rest = RESTClientObject(configuration)
        self._configuration = configuration
        endpoint = Endpoint(
            url=configuration.host,
            title="The Kubernetes API",
            option="the server in the kubeconfig",
            ca_option="certificate-authority-data in the kubeconfig",
        )
        self._voice = Http(endpoint, lambda response: str(response.text))
        return self.host

    @property
    def host(self) -> str:
        """The server's URL; empty before the first request."""
        return str(self._configuration.host) if self._configuration else ""

    def opened(self) -> tuple[Configuration, dict[str, str]]:
        """The client's configuration and the headers that sign in, for what is no plain request."""
        self._open()
        return self._configuration, self._headers()

    def refused(self, method: str, path: str, status: int, data: bytes) -> EdgeError:
        """A refusal as one of the typed errors."""
        return self._refused(method, path, status, data)

    def _headers(self) -> dict[str, str]:
        settings = self._configuration.auth_settings().values() if self._configuration else ()
        return {s["key"]: s["value"] for s in settings if s.get("in") == "header" and s.get("value")}

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        content_type: str = "application/json",
        quick: bool = False,
    ) -> Any:
        """The decoded answer; anything that is not a success is one of the typed errors.

        ``quick`` gives up at the first refused connection; so does a plan for a cluster that need not be there yet.
        """
        host = self._open()
        url = f"{host.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Accept": "application/json", "User-Agent": "edge.infra", **self._headers()}
        if body is not None:
            headers["Content-Type"] = content_type
        try:
            answer = self._rest.pool_manager.request(
                method,
                url,
                body=None if body is None else json.dumps(body).encode(),
                headers=headers,
                timeout=float(self._params.get("timeout") or 30),
                retries=patience(0, 0) if quick or self._params.get("check_without_api") else patience(4, 60),
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise self._lost(method, path, error) from None
        if method not in READS and answer.status in (502, 504):
            raise self._unsure(method, path, f"HTTP {answer.status}")
        if answer.status >= 400:
            raise self._refused(method, path, answer.status, answer.data)
        try:
            return json.loads(answer.data) if answer.data else None
        except ValueError:
            raise ApiError(
                f"{host} answered {method} {path} with something that is not JSON.",
                "Check that the kubeconfig names a Kubernetes API and not a proxy or a web page.",
                status=answer.status,
                method=method,
                path=path,
                detail=answer.data[:200].decode("utf-8", "replace"),
            ) from None

    def _lost(self, method: str, path: str, error: Exception) -> EdgeError:
        reason = getattr(error, "reason", None)
        inner = reason if isinstance(reason, Exception) else error
        never_sent = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
        if isinstance(inner, urllib3.exceptions.SSLError):
            return self._voice.untrusted(inner)
        if method in READS or isinstance(inner, never_sent):
            return self._voice.unreachable(inner)
        return self._unsure(method, path, str(inner))

    @staticmethod
    def _unsure(method: str, path: str, cause: str) -> UnsureWriteError:
        return UnsureWriteError(
            f"The Kubernetes API: the answer to {method} {path} was lost ({cause}).",
            "Run again: what exists by then is taken up, nothing is doubled.",
            method=method,
            path=path,
        )

    def _refused(self, method: str, path: str, status: int, data: bytes) -> EdgeError:
        detail, reason = words(status, data)
        details = {"status": status, "method": method, "path": path, "detail": detail, "reason": reason}
        if status == 401:
            return LoginError(
                f"The Kubernetes API at {self.host} did not accept the credentials: {detail}.",
                "Fetch the kubeconfig from the cluster again (its certificate or token may have expired).",
                **details,
            )
        remedy = ""
        if status == 403:
            remedy = "Use a kubeconfig whose user may do that, or give that user a role (ClusterRole and binding)."
        return ApiError(f"The Kubernetes API refused {method} {path} with {status}: {detail}", remedy, **details)

    def close(self) -> None:
        """Give connections back."""
        if self._rest is not None:
            self._rest.pool_manager.clear()
            self._voice.close()
