# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subresources that are not part of their object: a scale, a token, a log, an eviction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from . import disruptions, patches
from .auth import Authentication
from .errors import bad_request, method_not_allowed
from .kinds import Kind
from .registry import Options, Registry, now
from .store import Object

ANSWERED = frozenset({"scale", "token", "log", "eviction", "exec"})


class Subresources:
    """Answers requests to them; the caller is authorized already."""

    def __init__(self, registry: Registry, authentication: Authentication) -> None:
        self.registry = registry
        self.authentication = authentication
        #: what programs that end with an error say before, by the pod's uid
        self.said: dict[str, str] = {}

    def answer(self, kind: Kind, namespace: str, name: str, what: str, verb: str, body: Any) -> web.Response:
        """The answer to one request; raises the server's refusals."""
        obj = self.registry.get(kind, namespace, name)
        if what == "token" and verb == "create":
            return self._token(obj, body)
        if what == "eviction" and verb == "create":
            disruptions.check(self.registry, obj)
            self.registry.delete(kind, namespace, name, body.get("deleteOptions"))
            status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
            return web.json_response(status, status=201)
        if what == "log" and verb == "get":
            return self._log(obj)
        if what == "scale" and verb in ("get", "update", "patch"):
            return self._scale(kind, obj, body if verb != "get" else None)
        raise method_not_allowed()

    def _token(self, account: Object, body: Object) -> web.Response:
        seconds = int((body.get("spec") or {}).get("expirationSeconds") or 3600)
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        meta = account["metadata"]
        answer = {
            "kind": "TokenRequest",
            "apiVersion": "authentication.k8s.io/v1",
            "metadata": {"name": meta["name"], "namespace": meta["namespace"], "creationTimestamp": now()},
            "spec": {"audiences": ["https://kubernetes.default.svc.cluster.local"], "expirationSeconds": seconds},
            "status": {
                "token": self.authentication.issue(account, seconds),
                "expirationTimestamp": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        }
        return web.json_response(answer, status=201)

    def _log(self, pod: Object) -> web.Response:
        """Containers of the lab say nothing, but those that fail; one that waits is refused as by the kubelet."""
        name = pod["metadata"]["name"]
        for container in (pod.get("status") or {}).get("containerStatuses") or []:
            waiting = (container.get("state") or {}).get("waiting")
            if waiting and waiting["reason"] != "CrashLoopBackOff":
                why = waiting["reason"]
                why = "trying and failing to pull image" if why == "ImagePullBackOff" else why
                raise bad_request(f'container "{container["name"]}" in pod "{name}" is waiting to start: {why}')
        return web.Response(text=self.said.get(pod["metadata"]["uid"], ""))

    def _scale(self, kind: Kind, obj: Object, body: Any) -> web.Response:
        if body is not None:
            patch = {"spec": {"replicas": _wanted(body)}}
            meta = obj["metadata"]
            options = Options(manager="scale")
            obj = self.registry.change(kind, meta["namespace"], meta["name"], patches.MERGE_PATCH, patch, options)
        shown = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
        labels = (obj["spec"]["selector"].get("matchLabels") or {}).items()
        status = {"replicas": (obj.get("status") or {}).get("replicas", 0)}
        return web.json_response(
            {
                "kind": "Scale",
                "apiVersion": "autoscaling/v1",
                "metadata": {k: obj["metadata"].get(k) for k in shown},
                "spec": {"replicas": obj["spec"].get("replicas", 1)},
                "status": {**status, "selector": ",".join(f"{k}={v}" for k, v in labels)},
            }
        )


def _wanted(body: Any) -> int:
    """The replicas that a Scale object, a merge patch or a JSON patch of it asks for."""
    if isinstance(body, list):
        values = [o.get("value") for o in body if o.get("path") == "/spec/replicas"]
        return int(values[-1]) if values else 0
    return int((body.get("spec") or {}).get("replicas", 0))
