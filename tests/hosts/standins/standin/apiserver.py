# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An API server: it knows its callers as the real one does, and hands their requests to the lab as a front proxy."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import re
import ssl
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography import x509

from . import apifiles, pki
from .client import ApiError, Client, context_of
from .host import Host, Refusal
from .kubeconfig import Access
from .serving import Answer, Handler, Listener, server_context
from .validation import TOKEN

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "upgrade", "te", "trailer"}
_CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
_MASTER = ("kubernetes-admin", ("system:masters", "system:authenticated"))
_FILES = ("-file", "-cafile", "-certfile", "-keyfile", "-config", "-certificate", "-key")
_ADMINS = {"system:masters", "kubeadm:cluster-admins"}
_SECRETS = re.compile(r"/api/v1(?:/namespaces/(?P<space>[^/]+))?/secrets(?:/(?P<name>[^/]+))?$")
User = tuple[str, tuple[str, ...]]


def status(code: int, reason: str, message: str) -> Answer:
    """A refusal in the API's form."""
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
    return code, {**body, "reason": reason, "code": code}


class ApiServer:
    """One instance, from the arguments of its manifest."""

    def __init__(self, host: Host, arguments: dict[str, str], pod: dict[str, Any]) -> None:
        self.host, self.given, self.pod = host, arguments, pod
        self.release = pod["spec"]["containers"][0]["image"].rpartition(":")[2]
        self.cluster = ""
        self.quorum = False
        self._stop = threading.Event()
        #: whoever stops this server, and whoever makes it listen, one after the other
        self._opening = threading.Lock()
        self._listener: Listener | None = None
        self._etcd: dict[str, Client] = {}
        self._idle: list[http.client.HTTPSConnection] = []
        self._lab = host.settings["lab"]
        self._context: ssl.SSLContext | None = None
        #: paths of anonymous requests that are taken, None for all; keys that secrets are stored with, the first used
        #: as the real one does: whoever has a name may do everything, and "AnonymousAuth is not allowed with the
        #: AlwaysAllow authorizer" but for what a file lets in
        self._everything = "AlwaysAllow" in arguments.get("authorization-mode", "AlwaysAllow").split(",")
        shut = self._everything or arguments.get("anonymous-auth") == "false"
        self._taken: list[str] | None = [] if shut else None
        self._keys: list[str] = []
        self._began = 0.0

    # -- life ----------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Check the arguments, and listen once etcd answers."""
        apifiles.check_flags(self.given, int(self.release.split(".")[1]))
        self._check_files()
        self._began = time.time()
        access = Access(self._lab["url"], self._lab["ca"].encode())
        access.cert, access.key = self._lab["cert"].encode(), self._lab["key"].encode()
        self._context = context_of(access)
        self._context.check_hostname = False  # the lab's CA vouches for one server only
        threading.Thread(target=self._watch, daemon=True).start()

    def _check_files(self) -> None:
        """A file that an argument names has to be there, and to be mounted into the pod."""
        container, volumes = self.pod["spec"]["containers"][0], self.pod["spec"].get("volumes") or []
        paths = {v["name"]: (v.get("hostPath") or {}).get("path", "") for v in volumes}
        mounts = [(m["mountPath"].rstrip("/"), paths.get(m["name"], "")) for m in container.get("volumeMounts") or []]
        texts: dict[str, str] = {}
        for flag, value in self.given.items():
            if not value.startswith("/") or not flag.endswith(_FILES):
                continue
            seen = next(((m, p) for m, p in mounts if value == m or value.startswith(f"{m}/")), None)
            if seen is None or not self.host.has(seen[1] + value[len(seen[0]) :]):
                raise Refusal(f"--{flag}: open {value}: no such file or directory")
            texts[flag] = self.host.read(seen[1] + value[len(seen[0]) :])
        minor = int(self.release.split(".")[1])
        if "audit-policy-file" in texts:
            apifiles.audit_policy(texts["audit-policy-file"])
        if "admission-control-config-file" in texts:
            apifiles.admission(texts["admission-control-config-file"], minor)
        if "encryption-provider-config" in texts:
            self._keys = apifiles.keys(texts["encryption-provider-config"])
        if "authentication-config" in texts:
            self._taken = apifiles.open_paths(texts["authentication-config"], self.given, minor)

    def _watch(self) -> None:
        pace = max(0.1, 0.5 * float(self.host.settings.get("pace", 1.0)))
        while not self._stop.is_set():
            self._ask_etcd()
            with self._opening:
                if self.quorum and self._listener is None and not self._stop.is_set():
                    self._listen()
            self._stop.wait(pace)

    def _listen(self) -> None:
        cert, key, ca = (
            self.host.path(self.given[f]) for f in ("tls-cert-file", "tls-private-key-file", "client-ca-file")
        )
        address = self.given.get("bind-address") or ("::" if self._bind_all() else self.host.addresses()[0])
        port = self.host.port(int(self.given.get("secure-port", "6443")))
        # who stopped a moment ago may still hold the port: the next round finds it free
        with contextlib.suppress(OSError):
            self._listener = Listener(address, port, self._answer, server_context(cert, key, ca))

    def _bind_all(self) -> bool:
        return not self.host.settings.get("addresses") and Path("/proc/net/if_inet6").exists()

    def _ask_etcd(self) -> None:
        urls = self.given["etcd-servers"].split(",")
        for url in urls:
            client = self._etcd_client(url)
            try:
                if client.call("GET", "/health").get("health") not in ("true", True):
                    continue
                found = client.get("/standin/cluster")
                self.cluster = (found or {}).get("cluster") or hashlib.sha256(",".join(urls).encode()).hexdigest()[:16]
                self.quorum = True
                return
            except (ApiError, OSError):
                continue
        self.quorum = False

    def _etcd_client(self, url: str) -> Client:
        if url not in self._etcd:
            parts = urlsplit(url)
            where = self.host.dial(parts.hostname or "")
            shown = f"[{where}]" if ":" in where else where
            access = Access(f"{parts.scheme}://{shown}:{self.host.port(parts.port or 2379)}", b"")
            if self.given.get("etcd-cafile"):
                access.ca = self.host.path(self.given["etcd-cafile"]).read_bytes()
                access.cert = self.host.path(self.given["etcd-certfile"]).read_bytes()
                access.key = self.host.path(self.given["etcd-keyfile"]).read_bytes()
            self._etcd[url] = Client(access, timeout=2.0, agent="kube-apiserver")
        return self._etcd[url]

    def stop(self) -> None:
        """End."""
        with self._opening:
            self._stop.set()
            if self._listener:
                self._listener.stop()

    # -- callers -------------------------------------------------------------------------------------------------
    def _who(self, request: Handler) -> User | None:
        """The caller, or None for a token that the lab has to know."""
        header = request.headers.get("Authorization", "")
        if header.lower().startswith("bearer "):
            token = header[7:].strip()
            return self._bootstrap(token) if TOKEN.fullmatch(token) else None
        if request.peer and ssl.cert_time_to_seconds(request.peer["notAfter"]) < time.time():
            raise PermissionError
        parts = [pair for group in request.peer.get("subject", ()) for pair in group]
        names = [value for key, value in parts if key == "commonName"]
        if names:
            groups = [value for key, value in parts if key == "organizationName"]
            groups += _MASTER[1] if self._everything else ()
            return names[0], (*groups, "system:authenticated")
        if self._taken is not None and request.path.partition("?")[0] not in self._taken:
            raise PermissionError
        return "system:anonymous", ("system:unauthenticated",)

    def _bootstrap(self, token: str) -> User:
        ident, secret = token.split(".")
        code, body = self._ask("GET", f"/api/v1/namespaces/kube-system/secrets/bootstrap-token-{ident}")
        if code != 200 or self.given.get("enable-bootstrap-token-auth") != "true":
            raise PermissionError
        data = {k: base64.b64decode(v).decode() for k, v in (body.get("data") or {}).items()}
        until = data.get("expiration")
        ended = bool(until) and datetime.fromisoformat(until or "") < datetime.now(UTC)
        right = hmac.compare_digest(data.get("token-secret", ""), secret)
        if ended or not right or data.get("usage-bootstrap-authentication") != "true":
            raise PermissionError
        extra = [g for g in data.get("auth-extra-groups", "").split(",") if g]
        return f"system:bootstrap:{ident}", ("system:bootstrappers", *extra, "system:authenticated")

    # -- answers -------------------------------------------------------------------------------------------------
    def _answer(self, request: Handler) -> Answer | None:
        path = request.path.partition("?")[0]
        if path in ("/healthz", "/livez", "/readyz", "/version") and self._taken is not None:
            try:
                self._who(request)
            except PermissionError:
                return status(401, "Unauthorized", "Unauthorized")
        if path in ("/healthz", "/livez", "/readyz"):
            return (200, "ok") if self.quorum else (500, f"[-]etcd failed: reason withheld\n{path[1:]} check failed")
        if path == "/version":
            return 200, self._version()
        body = request.body()
        if not self.quorum:
            time.sleep(min(2.0, 2.0 * float(self.host.settings.get("pace", 1.0))))
            return status(500, "InternalError", "etcdserver: request timed out")
        try:
            user = self._who(request)
        except PermissionError:
            return status(401, "Unauthorized", "Unauthorized")
        if path.startswith(_CSRS) and request.command == "POST" and user:
            return self._sign(user, json.loads(body))
        if path == "/metrics" and user:
            if not _ADMINS & set(user[1]):
                return status(403, "Forbidden", f'forbidden: User "{user[0]}" cannot get path "/metrics"')
            return 200, f"# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds {self._began:.11e}\n"
        if self._keys and (secret := _SECRETS.match(path)):
            refused = self._sealed(request.command, secret["space"] or "", secret["name"] or "", body)
            if refused:
                return refused
        return self._forward(request, user, body)

    def _sealed(self, method: str, space: str, name: str, body: bytes) -> Answer | None:
        """Which key each secret is stored with, in etcd: what none of our keys reads is an error."""
        client = self._etcd_client(self.given["etcd-servers"].split(",")[0])
        if method in ("GET", "HEAD"):
            held: dict[str, str] = (client.get("/standin/sealed") or {}).get("sealed", {})
            start = f"{space}/{name}" if space else ""
            for place, key in held.items():
                wanted = place == start if name else place.startswith(start)
                if wanted and key not in self._keys and self._kept(place):
                    words = "no matching key was found for the provided Secretbox transformer"
                    return status(500, "InternalError", f"Internal error occurred: unable to transform key: {words}")
        elif method in ("POST", "PUT", "PATCH"):
            made = name or str((json.loads(body or b"{}").get("metadata") or {}).get("name") or "")
            client.call("POST", "/standin/sealed", {"place": f"{space}/{made}", "key": self._keys[0]})
        return None

    def _kept(self, place: str) -> bool:
        """Whether a secret is still there: what is deleted, or ends by itself, nobody has to read."""
        space, name = place.split("/")
        return self._ask("GET", f"/api/v1/namespaces/{space}/secrets/{name}")[0] == 200

    def _version(self) -> dict[str, str]:
        major, minor, _rest = self.release.lstrip("v").split(".", 2)
        return {"major": major, "minor": minor, "gitVersion": self.release, "platform": "linux/amd64"}

    def _sign(self, user: User, body: dict[str, Any]) -> Answer:
        """What the controller manager does for a node's certificate: approve it and sign it with the cluster's CA."""
        name, groups = user
        csr = x509.load_pem_x509_csr(base64.b64decode(body["spec"]["request"]))
        common, organizations = pki.subject(csr)  # type: ignore[arg-type]
        bootstrap = "system:bootstrappers:kubeadm:default-node-token" in groups
        if not bootstrap and name != common:
            message = (
                f'certificatesigningrequests.certificates.k8s.io is forbidden: User "{name}" cannot create resource'
            )
            return status(403, "Forbidden", message)
        if organizations != ["system:nodes"] or not common.startswith("system:node:") or not csr.is_signature_valid:
            return status(403, "Forbidden", "subject of the request is not that of a node")
        place = self.given["client-ca-file"].rpartition("/")[0]
        cert = pki.sign(pki.Folder(self.host, place).pair("ca"), csr.public_key(), common, organizations)
        signed = base64.b64encode(pki.cert_pem(cert)).decode()
        condition = {"type": "Approved", "status": "True", "reason": "AutoApproved"}
        return 201, {**body, "status": {"conditions": [condition], "certificate": signed}}

    # -- the lab -------------------------------------------------------------------------------------------------
    def _open(self) -> http.client.HTTPSConnection:
        parts = urlsplit(self._lab["url"])
        return http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=60, context=self._context)

    def _headers(self, user: User | None) -> list[tuple[str, str]]:
        found = [("X-Edge-Cluster", self.cluster)]
        if user:
            found.append(("X-Remote-User", quote(user[0], safe=":@/.")))
            found += [("X-Remote-Group", group) for group in user[1]]
        return found

    def _ask(self, method: str, path: str) -> tuple[int, dict[str, Any]]:
        connection, reply = self._reply(method, path, b"", self._headers(_MASTER))
        body = reply.read()
        self._idle.append(connection)
        return reply.status, json.loads(body or b"{}")

    @staticmethod
    def _request(
        connection: http.client.HTTPSConnection, method: str, path: str, body: bytes, headers: list[tuple[str, str]]
    ) -> None:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for key, value in headers:
            connection.putheader(key, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)

    def _forward(self, request: Handler, user: User | None, body: bytes) -> Answer | None:
        headers = [
            (k, v)
            for k, v in request.headers.items()
            if k.lower() not in _HOP and not k.lower().startswith(("x-remote-", "x-edge-"))
        ]
        if user:
            headers = [(k, v) for k, v in headers if k.lower() != "authorization"]
        try:
            connection, reply = self._reply(request.command, request.path, body, [*headers, *self._headers(user)])
        except (OSError, http.client.HTTPException) as error:
            return status(500, "InternalError", f"etcdserver: request timed out: {type(error).__name__}")
        done = False
        try:
            self._pass_on(request, reply)
            done = reply.isclosed() and not reply.will_close
        finally:
            if done:
                self._idle.append(connection)
            else:
                connection.close()
        return None

    def _reply(
        self, method: str, path: str, body: bytes, headers: list[tuple[str, str]]
    ) -> tuple[http.client.HTTPSConnection, http.client.HTTPResponse]:
        """What the lab answers, over a connection that is there or a new one."""
        while True:
            old = self._idle.pop() if self._idle else None
            connection = old or self._open()
            try:
                self._request(connection, method, path, body, headers)
                return connection, connection.getresponse()
            except (OSError, http.client.HTTPException):
                connection.close()
                if old is None:
                    raise

    def _pass_on(self, request: Handler, reply: http.client.HTTPResponse) -> None:
        """Hand an answer back as it comes, a watch for as long as it lasts."""
        request.send_response(reply.status)
        for key, value in reply.getheaders():
            if key.lower() not in (_HOP - {"content-length"}):
                request.send_header(key, value)
        whole = reply.getheader("Content-Length") is not None or reply.status in (204, 304) or request.command == "HEAD"
        if not whole:
            request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        while not self._stop.is_set() and (data := reply.read1(65536)):
            request.wfile.write(data if whole else f"{len(data):x}\r\n".encode() + data + b"\r\n")
            request.wfile.flush()
        if not whole:
            request.wfile.write(b"0\r\n\r\n")
