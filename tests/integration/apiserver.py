# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A kube-apiserver and an etcd of the folder ``KUBEBUILDER_ASSETS``, on loopback, for the time of these tests.

Its certificates, its token and its data are its own, in a folder of the tests. There is no controller manager, no
scheduler and no kubelet: objects are kept, checked and given back, and nobody acts on them.
"""

from __future__ import annotations

import atexit
import ctypes
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import yaml

from edgelab.core.tls import Authority, write_secret

#: seconds for a program to be there; a machine that does something else, too, takes its time
PATIENCE = 180
PR_SET_PDEATHSIG = 1
#: the file of the folder to give to the modules
KUBECONFIG = "kubeconfig"


def _ends_with_us() -> None:
    """What is started goes when the tests are killed, too."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _number in range(count)]
    ports = [int(s.getsockname()[1]) for s in sockets]
    for one in sockets:
        one.close()
    return ports


class ApiServer:
    """The two programs; :meth:`stop` ends them and removes what they have written."""

    def __init__(self, assets: Path) -> None:
        self._assets = assets
        missing = [name for name in ("kube-apiserver", "etcd") if not (assets / name).exists()]
        if missing:
            raise FileNotFoundError(f"KUBEBUILDER_ASSETS: {assets} has no {' and no '.join(missing)}.")
        self._processes: list[subprocess.Popen[bytes]] = []
        self.folder = Path(tempfile.mkdtemp(prefix="edge-apiserver-"))
        atexit.register(self.stop)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        pki = Authority(self.folder)
        token = secrets.token_hex(16)
        write_secret(self.folder / "tokens.csv", f'{token},admin,admin,"system:masters"\n'.encode())
        peers, clients, port = free_ports(3)
        ca, cert, key = (str(p) for p in (pki.ca_file, pki.cert_file, pki.key_file))
        store, url = f"https://127.0.0.1:{clients}", f"https://127.0.0.1:{port}"
        self._run(
            "etcd",
            f"--data-dir={self.folder}/etcd",
            f"--listen-client-urls={store}",
            f"--advertise-client-urls={store}",
            f"--listen-peer-urls=http://127.0.0.1:{peers}",
            f"--initial-advertise-peer-urls=http://127.0.0.1:{peers}",
            f"--initial-cluster=default=http://127.0.0.1:{peers}",
            f"--cert-file={cert}",
            f"--key-file={key}",
            f"--trusted-ca-file={ca}",
            "--client-cert-auth",
        )
        self._run(
            "kube-apiserver",
            f"--etcd-servers={store}",
            f"--etcd-cafile={ca}",
            f"--etcd-certfile={cert}",
            f"--etcd-keyfile={key}",
            f"--cert-dir={self.folder}",
            f"--tls-cert-file={cert}",
            f"--tls-private-key-file={key}",
            f"--token-auth-file={self.folder}/tokens.csv",
            "--authorization-mode=RBAC",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            f"--secure-port={port}",
            "--service-cluster-ip-range=10.96.0.0/16",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={cert}",
            f"--service-account-signing-key-file={key}",
            # nobody issues tokens to pods here, and without one they would be refused
            "--disable-admission-plugins=ServiceAccount",
        )
        self.kubeconfig = self.folder / KUBECONFIG
        cluster = {"server": url, "certificate-authority": ca}
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "tests", "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": token}}],
            "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "admin"}}],
            "current-context": "tests",
        }
        write_secret(self.kubeconfig, yaml.safe_dump(document).encode())
        for path in ("/readyz", "/api/v1/namespaces/kube-public", "/api/v1/namespaces/default"):
            self._await(url + path, token, ca)

    def _run(self, program: str, *options: str) -> None:
        with (self.folder / f"{program}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    [str(self._assets / program), *options],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.folder,
                    start_new_session=True,
                    preexec_fn=_ends_with_us,
                )
            )

    def _await(self, url: str, token: str, ca: str) -> None:
        context = ssl.create_default_context(cafile=ca)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
        deadline, last = time.monotonic() + PATIENCE, ""
        while time.monotonic() < deadline:
            for process in self._processes:
                if process.poll() is not None:
                    raise RuntimeError(f"{process.args!r} ended with {process.returncode}:\n{self._told()}")
            try:
                with opener.open(request, timeout=5):
                    return
            except (OSError, urllib.error.URLError) as error:
                last = str(error)
            time.sleep(0.25)
        raise TimeoutError(f"{url} did not answer within {PATIENCE} s ({last}):\n{self._told()}")

    def _told(self) -> str:
        return "\n".join(p.read_text(encoding="utf-8", errors="replace")[-3000:] for p in self.folder.glob("*.log"))

    def stop(self) -> None:
        """End them, the API before what it writes to; and again where that was done already, nothing."""
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.stop)
