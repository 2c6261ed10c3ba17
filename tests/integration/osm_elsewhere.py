# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A northbound interface that the environment names, in place of the lab.

``OSM_HOSTNAME``, ``OSM_USER``, ``OSM_PASSWORD``; ``OSM_PROJECT`` (admin), ``OSM_PORT``, ``OSM_SCHEME`` (https),
``OSM_CA_CERT`` (not verified without), ``OSM_KUBECONFIG`` (of a cluster that OSM reaches). The tests remove what they
find in the project: it has to be empty, and they leave it so. Requests are counted on this side. What needs the lab's
switches, a life-cycle manager that is not there, or a cluster, is skipped with that as its reason.
"""

from __future__ import annotations

import functools
import os
import subprocess
import time
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
import requests
from ansible_collections.edge.infra.plugins.module_utils._osm.api import DECLARED

#: in an order in which everything can be removed
TOPICS = {
    "nsis": "nsilcm/v1/netslice_instances",
    "nsilcmops": "nsilcm/v1/nsi_lcm_op_occs",
    "nsrs": "nslcm/v1/ns_instances",
    "vnfrs": "nslcm/v1/vnfrs",
    "nslcmops": "nslcm/v1/ns_lcm_op_occs",
    "subscriptions": "nslcm/v1/subscriptions",
    "pdus": "pdu/v1/pdu_descriptors",
    "ns_config_template": "nsd/v1/ns_config_template",
    "nsts": "nst/v1/netslice_templates",
    "nsds": "nsd/v1/ns_descriptors",
    "vnfds": "vnfpkgm/v1/vnf_packages",
    "clusters": "k8scluster/v1/clusters",
    "k8sapp": "k8scluster/v1/app_profiles",
    "k8sresource": "k8scluster/v1/resource_profiles",
    "k8sinfra_controller": "k8scluster/v1/infra_controller_profiles",
    "k8sinfra_config": "k8scluster/v1/infra_config_profiles",
    **{t: f"admin/v1/{t}" for t in ("k8sclusters", "k8srepos", "osmrepos", "vim_accounts", "wim_accounts", "sdns")},
    **{t: f"admin/v1/{t}" for t in ("vca", "users", "roles", "projects")},
}
#: what goes with the one that it belongs to
PARTS = ("nsilcmops", "vnfrs", "nslcmops")
#: what has to be empty before anything is touched, but for what OSM itself has
EMPTY = [t for t in TOPICS if t not in ("users", "projects", "roles")]
OWN = {"users": {"admin"}, "projects": {"admin"}}
OWN_ROLES = {"system_admin", "account_manager", "project_admin", "project_user"}
#: seconds for a dummy account to be dealt with, where there is a life-cycle manager
PATIENCE = 20.0
#: of an NBI that has forgotten how profiles are attached, until it is started anew
WORN_OUT = "'add_profile' was unexpected"
MANAGED = {r.module for r in DECLARED if r.ready} | {r.many for r in DECLARED if r.ready}
_OPEN: list[Elsewhere] = []


def lacking(what: str) -> NoReturn:
    """Skip the test that is running."""
    pytest.skip(f"{what}, which the OSM at OSM_HOSTNAME does not offer")


class Offered(dict[str, Any]):
    """What there is, by the name of the service; a test that wants another is skipped."""

    def __missing__(self, service: str) -> NoReturn:
        lacking("needs a Kubernetes cluster (OSM_KUBECONFIG)" if service == "kubernetes" else f"needs {service}")


class Topics:
    """What OSM has, by topic, as the lab's state tells it."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere = elsewhere

    def get(self, topic: str) -> list[dict[str, Any]]:
        """The documents of a topic."""
        if topic not in TOPICS:
            lacking(f"needs the lab's own records ({topic})")
        return self._elsewhere.listed(topic)


class Control:
    """The part of the lab's switches that there is elsewhere, too."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere, self.rows = elsewhere, list[dict[str, Any]]()
        #: whether another process has asked something meanwhile
        self.unseen = False

    def recorded(self, service: str | None = None, **match: Any) -> list[dict[str, Any]]:
        """Requests that left from here."""
        if self.unseen:
            lacking("needs the record of what another process has asked")
        return [r for r in self.rows if all(r[k] == v for k, v in match.items())]

    def forget(self) -> None:
        """Empty the record."""
        self.rows.clear()
        self.unseen = False

    def clear_faults(self) -> None:
        """There are none."""

    def state(self, service: str) -> Topics:
        """What OSM has."""
        return Topics(self._elsewhere)

    def fault(self, *_args: Any, **_spec: Any) -> NoReturn:
        """Faults cannot be ordered from a real one."""
        lacking("needs the lab's faults")


class Elsewhere:
    """What the tests use of a running lab, for an OSM of which only the address and a user are known."""

    def __init__(self) -> None:
        given = os.environ
        port = f":{given['OSM_PORT']}" if given.get("OSM_PORT") else ""
        self.urls = Offered({"osm": f"{given.get('OSM_SCHEME', 'https')}://{given['OSM_HOSTNAME']}{port}"})
        self.ca_cert = given.get("OSM_CA_CERT") or None
        self.control = Control(self)
        known = {"username": given["OSM_USER"], "password": given["OSM_PASSWORD"]}
        known["project_id"] = given.get("OSM_PROJECT", "admin")
        self.credentials = Offered({"osm": known})
        if given.get("OSM_KUBECONFIG"):
            self.credentials["kubernetes"] = {"kubeconfig": given["OSM_KUBECONFIG"]}
        self._own = self.session()
        self._own.headers["Accept"] = "application/json"
        self._record()
        self._login()
        self._refuse_to_destroy()
        self._found = {t: {d["_id"] for d in self.listed(t)} for t in ("users", "projects", "roles")}
        assert all(self._found.values()), "whoever runs the tests sees users, projects and roles"
        self._module, self._unmanaged = "", False
        for name in ("OSM_CA_CERT", "OSM_USER", "OSM_PASSWORD", "OSM_PROJECT"):
            given.pop(name, None)  # the modules would read what a test leaves out from there
        _OPEN.append(self)

    def _record(self) -> None:
        send, rows, host = requests.Session.send, self.control.rows, urlsplit(self.urls["osm"]).netloc
        own = self._own

        def sent(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
            answer = send(session, request, **kwargs)
            parts = urlsplit(str(request.url))
            if parts.netloc == host and session is not own:
                login = request.method == "POST" and parts.path.endswith("/tokens")
                write = request.method != "GET" and not login
                row = {"service": "osm", "method": request.method, "path": parts.path, "query": parts.query}
                rows.append({**row, "status": answer.status_code, "login": login, "write": write})
            return answer

        requests.Session.send = sent  # type: ignore[method-assign,assignment]
        start = subprocess.Popen.__init__

        def started(process: subprocess.Popen[Any], args: Any, *more: Any, **kwargs: Any) -> None:
            if Path(str(args if isinstance(args, str) else args[0])).name.startswith(("ansible", "python")):
                self.control.unseen = True
                if not self._unmanaged and not self.managed:
                    lacking("runs a playbook, which needs a life-cycle manager")
            start(process, args, *more, **kwargs)

        subprocess.Popen.__init__ = started  # type: ignore[method-assign,assignment]

    def _login(self) -> None:
        answer = self._own.post(f"{self.urls['osm']}/osm/admin/v1/tokens", json=self.credentials["osm"], timeout=30)
        assert answer.status_code == 200, answer.text
        self._own.headers["Authorization"] = f"Bearer {answer.json()['id']}"

    def _refuse_to_destroy(self) -> None:
        """The tests remove what they find: not from a project that somebody uses."""
        kept = {"users": {*OWN["users"], self.credentials["osm"]["username"]}, "roles": OWN_ROLES}
        kept["projects"] = {*OWN["projects"], self.credentials["osm"]["project_id"]}
        found = {t: [d.get("username", d.get("name")) for d in self.listed(t)] for t in (*EMPTY, *kept)}
        left = {t: sorted(set(map(str, names)) - kept.get(t, set())) for t, names in found.items()}
        left = {t: names for t, names in left.items() if names}
        if left:
            pytest.exit(f"The OSM at {self.urls['osm']} is in use, and the tests would remove what it has: {left}", 2)

    def empty(self) -> None:
        """Remove what was not there at first; what OSM keeps nevertheless, the next process refuses to touch."""
        for topic in (t for t in TOPICS if t not in PARTS):
            until = time.monotonic() + PATIENCE
            while left := [d for d in self.listed(topic) if d["_id"] not in self._found.get(topic, ())]:
                for document in left:
                    self._remove(topic, document)
                if topic != "clusters" or not self.managed or time.monotonic() >= until:
                    break
                time.sleep(0.5)

    def _remove(self, topic: str, document: dict[str, Any]) -> None:
        self._own.cookies.clear()
        way = "/deregister" if topic == "clusters" and document.get("created") == "false" else "?FORCE=True"
        self._own.delete(f"{self.urls['osm']}/osm/{TOPICS[topic]}/{document['_id']}{way}", timeout=30)

    def of(self, module: str, unmanaged: bool = False) -> Elsewhere:
        """Empty for the tests of another file, as the lab is then; nothing was asked before a test.

        ``unmanaged`` tests run playbooks that need no life-cycle manager.
        """
        self._unmanaged = unmanaged
        self.control.forget()
        if module != self._module:
            self.empty()
        self._module = module
        return self

    def listed(self, topic: str) -> list[dict[str, Any]]:
        """The documents of a topic; none where this OSM does not know it."""
        self._own.cookies.clear()
        answer = self._own.get(f"{self.urls['osm']}/osm/{TOPICS[topic]}", timeout=30)
        if answer.status_code == 401:
            self._login()
            return self.listed(topic)
        found = list(answer.json()) if answer.ok else []
        if topic != "clusters" or not found:
            return found
        accounts = {d["_id"] for d in self.listed("k8sclusters")}
        return [d for d in found if d["_id"] not in accounts]

    def session(self) -> requests.Session:
        """A session that trusts what OSM_CA_CERT says."""
        session = requests.Session()
        session.trust_env = False
        session.verify = self.ca_cert or False
        return session

    @functools.cached_property
    def managed(self) -> bool:
        """Whether there is a life-cycle manager: a dummy account does not stay in PROCESSING."""
        path = f"{self.urls['osm']}/osm/admin/v1/vim_accounts"
        names = {"vim_url": "http://dummy", "vim_user": "u", "vim_password": "p", "vim_tenant_name": "t"}
        made = self._own.post(path, json={"name": "edge-infra-probe", "vim_type": "dummy", **names}, timeout=30)
        assert made.status_code == 202, made.text
        one, until = f"{path}/{made.json()['id']}", time.monotonic() + PATIENCE
        state = "PROCESSING"
        while state == "PROCESSING" and time.monotonic() < until:
            time.sleep(0.5)
            state = self._own.get(one, timeout=30).json()["_admin"]["operationalState"]
        self._own.delete(f"{one}?FORCE=True", timeout=30)
        return state != "PROCESSING"

    def before(self, name: str, check: bool, options: dict[str, Any]) -> None:
        """Skip where the module needs what is not there."""
        bulk = options.get("resources")
        documents = {name: [options], **(bulk if isinstance(bulk, dict) else {})}
        lists = [found for k, found in documents.items() if k in MANAGED and isinstance(found, list)]
        managed = [d for found in lists for d in found if isinstance(d, dict) and d.get("instantiated", True)]
        # what goes is waited for where something else of the same document has to go after it
        waits = options.get("wait", True) or any(d.get("state") == "absent" for d in managed)
        unseen = name == "osm_deployment" and bool(options.get("path"))
        if not check and (unseen or managed) and waits and not self.managed:
            lacking("needs a life-cycle manager")

    def failed(self, answer: dict[str, Any]) -> None:
        """Skip after a failure that is none of the module's, nor of the test's."""
        if WORN_OUT in answer["msg"]:
            pytest.skip("needs an NBI that has been started anew since the description of a cluster was changed")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        lacking(f"needs the lab itself ({name})")


@functools.cache
def elsewhere() -> Elsewhere:
    """The one that the environment names."""
    return Elsewhere()


def leave() -> None:
    """Leave the OSM as it was found."""
    for one in _OPEN:
        one.empty()
