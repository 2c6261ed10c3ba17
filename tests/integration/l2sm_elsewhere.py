# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kubernetes API that the environment names, in place of the lab, for the tests of L2S-M.

``KUBEBUILDER_ASSETS`` is a folder with kube-apiserver and etcd, which are started for the tests; ``KUBECONFIG`` (or
``--kubeconfig``) is that of a cluster. The definitions are the published ones where the field's own data are there,
else those of the lab's manifest. Nobody acts on the objects: modules that would wait for the operator do not wait, and
a test that looks at what the operator, the SDN controller or a kubelet does is skipped with that as its reason. A
cluster that has anything of L2S-M is left alone; what the tests make is removed. Requests are counted on this side.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import kubernetes.config
import pytest
import urllib3.connectionpool
import yaml
from kubernetes.client import Configuration

from edgelab.kubernetes import seed
from edgelab.l2sm.sdn import manifest

from .apiserver import ApiServer
from .kubeconfigs import alone
from .l2sm import shared_folder

#: seconds for a definition to be served, for something to be gone
PATIENCE = 60
GROUP = "/apis/l2sm.l2sm.k8s.local/v1"
PLURALS = ("quarantinepodrequests", "l2networks", "networkedgedevices", "overlays")
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
SPACE = "/api/v1/namespaces/l2sm-system"
PODS = "/api/v1/pods?labelSelector=l2sm%3Dtrue"
ATTACHMENTS = "network-attachment-definitions.k8s.cni.cncf.io"
#: what a module is told here unless its test says otherwise: nobody would write what it waits for
UNATTENDED = {
    **{kind: {"wait": False} for kind in ("network", "overlay", "network_edge_device", "quarantine", "deployment")},
    "operator": {"wait": False, "precheck": False},
}
#: where the objects of a manifest are
PATHS = {
    "Namespace": "/api/v1/namespaces",
    "ServiceAccount": f"{SPACE}/serviceaccounts",
    "Service": f"{SPACE}/services",
    "Deployment": "/apis/apps/v1/namespaces/l2sm-system/deployments",
    "Role": "/apis/rbac.authorization.k8s.io/v1/namespaces/l2sm-system/roles",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/namespaces/l2sm-system/rolebindings",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "NetworkPolicy": "/apis/networking.k8s.io/v1/namespaces/l2sm-system/networkpolicies",
    "Certificate": "/apis/cert-manager.io/v1/namespaces/l2sm-system/certificates",
    "Issuer": "/apis/cert-manager.io/v1/namespaces/l2sm-system/issuers",
    "MutatingWebhookConfiguration": "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
}
_OPEN: list[Elsewhere] = []
Row = dict[str, Any]


def named() -> str:
    """What the environment or the command line names: a folder of programs, or a kubeconfig."""
    # several processes would find one another's objects in a cluster
    cluster = "" if "PYTEST_XDIST_WORKER" in os.environ else os.environ.get("KUBECONFIG")
    return os.environ.get("KUBEBUILDER_ASSETS") or cluster or ""


def wanted(module: str) -> bool:
    """Whether a file of tests is for the API that the environment names."""
    name = module.split(".")[-1]
    return bool(named() or _OPEN) and name.startswith("test_l2sm_") and not name.endswith("_elsewhere")


def lacking(what: str) -> NoReturn:
    """Skip the test that is running."""
    pytest.skip(f"{what}, which the API of KUBEBUILDER_ASSETS or KUBECONFIG does not offer")


class Offered(dict[str, Any]):
    """What there is, by the name of the service; a test that wants another is skipped."""

    def __missing__(self, service: str) -> NoReturn:
        lacking(f"needs {'the SDN controller' if service.startswith('l2sm') else service}")


class Control:
    """The part of the lab's switches that there is elsewhere, too."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        #: whether another process has asked something meanwhile
        self.unseen = False

    def recorded(self, service: str | None = None, **match: Any) -> list[Row]:
        """Requests that left from here."""
        if self.unseen:
            lacking("needs the record of what another process has asked")
        found = {**match, **({"service": service} if service else {})}
        return [r for r in list(self.rows) if all(r[k] == v for k, v in found.items())]

    def forget(self) -> None:
        """Empty the record."""
        self.rows.clear()
        self.unseen = False

    def clear_faults(self) -> None:
        """There are none."""

    def state(self, service: str) -> NoReturn:
        """There is an API server and nothing else."""
        lacking("needs the SDN controller" if service.startswith("l2sm") else f"needs the lab's records of {service}")

    def fault(self, *_args: Any, **_spec: Any) -> NoReturn:
        """Faults cannot be ordered from a real one."""
        lacking("needs the lab's faults")


class Elsewhere:
    """What the tests use of a running lab, for an API of which only the address and a user are known."""

    #: nobody writes the states of networks and overlays
    operated = False

    def __init__(self) -> None:
        assets = os.environ.get("KUBEBUILDER_ASSETS")
        self._server = ApiServer(Path(assets)) if assets else None
        _OPEN.append(self)
        given = str(self._server.kubeconfig) if self._server else os.environ["KUBECONFIG"]
        for name in ("KUBECONFIG", "K8S_AUTH_KUBECONFIG", "K8S_AUTH_CONTEXT"):
            os.environ.pop(name, None)  # the modules would read what a test leaves out from there
        self._folder = tempfile.TemporaryDirectory(prefix="edge-kubeconfig-")
        kubeconfig = Path(self._folder.name) / "config"
        kubeconfig.touch(mode=0o600)
        kubeconfig.write_text(yaml.safe_dump(alone(given)), encoding="utf-8")
        known = Configuration()
        kubernetes.config.load_kube_config(str(kubeconfig), None, known, persist_config=False)
        self.urls = Offered({"kubernetes": known.host})
        self.ca_cert = known.ssl_ca_cert
        token = next((str(v["value"]) for v in known.auth_settings().values() if v.get("value")), "")
        token = token.removeprefix("Bearer ")
        credentials = {"kubeconfig": str(kubeconfig), "token": token, "cert": known.cert_file, "key": known.key_file}
        self.credentials = Offered({"kubernetes": credentials})
        self.control = Control()
        self._context = ssl.create_default_context(cafile=self.ca_cert)
        if known.cert_file:
            self._context.load_cert_chain(known.cert_file, known.key_file)
        if not known.verify_ssl:
            self._context.check_hostname, self._context.verify_mode = False, ssl.CERT_NONE
        self._made: list[str] = []
        self._installed, self._nodes, self._module = False, set[str](), ""
        self._refuse_to_destroy()
        definitions, self.manifest = self._sources()
        self._define(definitions)
        self._record()

    # -- what is there ------------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the API, beside the modules; nothing where there is no such thing."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = urllib.request.Request(self.urls["kubernetes"].rstrip("/") + path, method=method)
        request.add_header("Content-Type", kind)
        if self.credentials["kubernetes"]["token"]:
            request.add_header("Authorization", f"Bearer {self.credentials['kubernetes']['token']}")
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30, context=self._context) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404 or (method, error.code) == ("DELETE", 409):  # gone, or going already
                return None
            text = error.read().decode("utf-8", "replace")
            raise AssertionError(f"{method} {path}: {error.code} {text[:500]}") from None

    def items(self, path: str) -> list[Row]:
        """The objects at a path."""
        return list((self.ask("GET", path) or {}).get("items") or [])

    def _refuse_to_destroy(self) -> None:
        """The tests remove what they find: not from a cluster that has networks."""
        found = [d["metadata"]["name"] for d in self.items(DEFINITIONS)]
        left = [f"definition {name}" for name in found if name.endswith(".l2sm.l2sm.k8s.local")]
        left += [f"pod {p['metadata']['namespace']}/{p['metadata']['name']}" for p in self.items(PODS)]
        left += ["namespace l2sm-system"] if self.ask("GET", SPACE) else []
        if left:
            leave()
            text = f"The cluster at {self.urls['kubernetes']} has L2S-M, and the tests would remove it: "
            pytest.exit(text + ", ".join(left), 2)

    def _sources(self) -> tuple[list[Row], str]:
        """Definitions, and the path of the operator's manifest: the published ones where they are there."""
        folder = shared_folder()
        published, attachments = folder / "install/l2sm-deployment.yaml", list(folder.glob("crds/k8s.cni*.yaml"))
        lab = [p.read_text(encoding="utf-8") for p in sorted(Path(seed.__file__).parent.glob("manifests/*.manifest"))]
        if published.exists() and attachments:
            text = published.read_text(encoding="utf-8")
            lab.insert(0, attachments[0].read_text(encoding="utf-8"))
        else:
            text, published = manifest(), Path(self._folder.name) / "l2sm-deployment.yaml"
            published.write_text(text, encoding="utf-8")
        documents = [d for t in (text, *lab) for d in yaml.safe_load_all(t) if d]
        by_name: dict[str, Row] = {}
        for one in documents:
            if one["kind"] == "CustomResourceDefinition":
                by_name.setdefault(one["metadata"]["name"], one)
        return list(by_name.values()), str(published)

    def _define(self, definitions: list[Row]) -> None:
        """Make the definitions that are not there, and wait until they are served."""
        present = {d["metadata"]["name"] for d in self.items(DEFINITIONS)}
        own = self._server is not None
        self._definitions = [
            d
            for d in definitions
            # of a cluster's own programs only what the tests make objects of
            if own or d["spec"]["group"].startswith("l2sm.") or d["metadata"]["name"] == ATTACHMENTS
        ]
        for one in self._definitions:
            name = one["metadata"]["name"]
            if name not in present:
                self.ask("POST", DEFINITIONS, one)
                self._made.append(f"{DEFINITIONS}/{name}")
        for one in self._definitions:
            version = next(v["name"] for v in one["spec"]["versions"] if v["storage"])
            path = f"/apis/{one['spec']['group']}/{version}/{one['spec']['names']['plural']}"
            self.until(lambda path=path: self.ask("GET", path), f"{path} is not served")

    def until(self, probe: Any, complaint: str) -> None:
        """Wait for what the API server does by itself."""
        deadline = time.monotonic() + PATIENCE
        while not probe():
            assert time.monotonic() < deadline, complaint
            time.sleep(0.1)

    def _record(self) -> None:
        pool, rows, port = urllib3.connectionpool.HTTPConnectionPool, self.control.rows, self.urls["kubernetes"]
        send = pool.urlopen

        def sent(one: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            if f"{one.host}:{one.port}" in f"{port}:443":
                path, _mark, query = url.partition("?")
                row = {"service": "kubernetes", "method": method, "path": path, "query": query}
                rows.append({**row, "write": method != "GET"})
            return send(one, method, url, *args, **kwargs)

        pool.urlopen = sent  # type: ignore[method-assign,assignment]
        start = subprocess.Popen.__init__

        def started(process: subprocess.Popen[Any], args: Any, *more: Any, **kwargs: Any) -> None:
            program = Path(str(args if isinstance(args, str) else args[0])).name
            if program.startswith("ansible"):
                lacking("runs a playbook, which waits for the operator")
            self.control.unseen = self.control.unseen or program.startswith("python")
            start(process, args, *more, **kwargs)

        subprocess.Popen.__init__ = started  # type: ignore[method-assign,assignment]

    # -- what the tests ask for ---------------------------------------------------------------------------------

    def of(self, module: Any) -> Elsewhere:
        """Empty, with the nodes that a file of tests has in the lab."""
        self.control.forget()
        wanted_nodes = set(getattr(module, "LAB", {}).get("kubernetes", {}).get("nodes", ()))
        if module.__name__ != self._module:
            self.prepare()
            self.empty()
            self._module = module.__name__
            live = {n["metadata"]["name"] for n in self.items("/api/v1/nodes")}
            if self._server:
                for name in live - wanted_nodes:
                    self.ask("DELETE", f"/api/v1/nodes/{name}")
                for name in wanted_nodes - live:
                    labels = {"kubernetes.io/hostname": name, "kubernetes.io/arch": "amd64"}
                    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}
                    self.ask("POST", "/api/v1/nodes", node)
                if not self.ask("GET", "/api/v1/namespaces/default/serviceaccounts/default"):
                    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
                    self.ask("POST", "/api/v1/namespaces/default/serviceaccounts", account)
            self._nodes = set() if self._server else wanted_nodes - live
        return self

    def options(self, module: str, options: Row, check: bool) -> Row:
        """What a module is told beside its test's options; skips where it needs what is not there."""
        text = json.dumps(options)
        for name in sorted(self._nodes):
            if name in text:
                lacking(f"needs a node {name}")
        kind = module.removeprefix("l2sm_")
        if kind == "operator" and not check:
            if not self._server:
                lacking("would start the operator's programs")
            self._installed = True
            if options.get("state") == "absent" and self.ask("GET", SPACE):
                threading.Thread(target=self._let_go, daemon=True).start()
        return dict(UNATTENDED.get(kind, {}))

    def _let_go(self) -> None:
        """What a controller manager does, and nobody does here: a namespace that is to go, goes."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            space = self.ask("GET", SPACE)
            if not space:
                return
            if space["metadata"].get("deletionTimestamp"):
                self.ask("PUT", f"{SPACE}/finalize", {**space, "spec": {"finalizers": []}})
                return
            time.sleep(0.2)

    def lacks(self, what: str) -> NoReturn:
        """Skip a test that needs more than an API."""
        lacking(f"needs {what}")

    def wait(self, *_args: Any) -> NoReturn:
        """What the tests wait for is somebody's doing."""
        lacking("waits for what the operator or a kubelet does")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        lacking(f"needs the lab itself ({name})")

    # -- afterwards ---------------------------------------------------------------------------------------------

    def empty(self) -> None:
        """Remove what tests have made, but for definitions and what an installation has made."""
        for pod in self.items(PODS):
            meta = pod["metadata"]
            path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
            self.ask("DELETE", f"{path}?gracePeriodSeconds=0")
        for path in (f"{GROUP}/{plural}" for plural in PLURALS):
            for one in self.items(path):
                meta = one["metadata"]
                space, plural = f"{GROUP}/namespaces/{meta['namespace']}", path.rpartition("/")[2]
                self.ask("DELETE", f"{space}/{plural}/{meta['name']}")
            self.until(lambda path=path: not self.items(path), f"{path} is not empty")

    def prepare(self) -> None:
        """Remove what an installation of the operator has made; the definitions are there again afterwards."""
        if not self._installed:
            return
        for path in self._of_manifest():
            self.ask("DELETE", path)
        for policy in self.items(PATHS["NetworkPolicy"]):
            self.ask("DELETE", f"{PATHS['NetworkPolicy']}/{policy['metadata']['name']}")
        space = self.ask("GET", SPACE)
        if space and self._server:  # there is no controller that would let it go
            self.ask("PUT", f"{SPACE}/finalize", {**space, "spec": {"finalizers": []}})
        self.until(lambda: not self.ask("GET", SPACE), "the namespace l2sm-system does not go")
        self._define(self._definitions)
        self._installed = False

    def _of_manifest(self) -> Iterator[str]:
        for one in yaml.safe_load_all(Path(self.manifest).read_text(encoding="utf-8")):
            if one and one["kind"] in PATHS:
                yield f"{PATHS[one['kind']]}/{one['metadata']['name']}"

    def close(self) -> None:
        """Leave the cluster as it was found; end what was started."""
        try:
            if self._server is None and "_definitions" in vars(self):
                self.prepare()
                self.empty()
                for path in reversed(self._made):
                    self.ask("DELETE", path)
        finally:
            if self._server:
                self._server.stop()
            self._folder.cleanup()


def elsewhere() -> Elsewhere:
    """The one that the environment names."""
    if not _OPEN:
        try:
            return Elsewhere()
        except (AssertionError, OSError, RuntimeError) as error:
            leave()
            pytest.exit(f"KUBEBUILDER_ASSETS or KUBECONFIG: {error}", 2)
    return _OPEN[0]


def leave() -> None:
    """Leave the cluster as it was found."""
    while _OPEN:
        _OPEN.pop().close()
