# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for further control-plane hosts: kept in the cluster, encrypted, for two hours."""

from __future__ import annotations

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from . import objects
from .client import Client
from .config import Config, new_token
from .host import Host, Refusal
from .objects import RBAC, SYSTEM

SECRET = "kubeadm-certs"
_EXTERNAL = {"external-etcd-ca.crt": "caFile", "external-etcd.crt": "certFile", "external-etcd.key": "keyFile"}


def new_key() -> str:
    """A key of 32 bytes."""
    return secrets.token_hex(32)


def _files(config: Config) -> dict[str, str]:
    place, etcd = config.cluster["certificatesDir"], config.cluster["etcd"]
    names = ["ca.crt", "ca.key", "front-proxy-ca.crt", "front-proxy-ca.key", "sa.pub", "sa.key"]
    if "external" not in etcd:
        names += ["etcd/ca.crt", "etcd/ca.key"]
        return {name: f"{place}/{name}" for name in names}
    external = {name: etcd["external"].get(key) or "" for name, key in _EXTERNAL.items()}
    return {**{name: f"{place}/{name}" for name in names}, **external}


def upload(host: Host, client: Client, config: Config, key: str) -> None:
    """Store them; a token that lives for two hours owns them."""
    host.say(f'[upload-certs] Storing the certificates in Secret "{SECRET}" in the "kube-system" Namespace')
    token = {"token": new_token(), "ttl": "2h", "description": "Proxy for managing TTL for the kubeadm-certs secret"}
    owner = objects.put_token(client, token)["metadata"]
    cipher = AESGCM(bytes.fromhex(key))
    data = {}
    for name, path in _files(config).items():
        value = b""
        if path and host.has(path):
            nonce = secrets.token_bytes(12)
            value = nonce + cipher.encrypt(nonce, host.path(path).read_bytes(), None)
        data[name.replace("/", "-")] = base64.b64encode(value).decode()
    whose = {"apiVersion": "v1", "kind": "Secret", "name": owner["name"], "uid": owner["uid"]}
    reference = {**whose, "controller": True, "blockOwnerDeletion": True}
    meta = {"name": SECRET, "namespace": "kube-system", "ownerReferences": [reference]}
    client.put(f"{SYSTEM}/secrets", {"metadata": meta, "type": "Opaque", "data": data})
    rule = {"apiGroups": [""], "resources": ["secrets"], "resourceNames": [SECRET], "verbs": ["get"]}
    space, own = f"{RBAC}/namespaces/kube-system", {"name": "kubeadm:kubeadm-certs", "namespace": "kube-system"}
    client.put(f"{space}/roles", {"metadata": own, "rules": [rule]})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": own["name"]}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": objects.NODE_GROUP}
    client.put(f"{space}/rolebindings", {"metadata": own, "roleRef": role, "subjects": [subject]})


def download(host: Host, client: Client, config: Config, key: str) -> None:
    """Fetch and write them; refused with a wrong key, and when they are gone."""
    host.say(f'[download-certs] Downloading the certificates in Secret "{SECRET}" in the "kube-system" Namespace')
    secret = client.get(f"{SYSTEM}/secrets/{SECRET}")
    if secret is None:
        raise Refusal(
            f'error downloading certs: error downloading the secret: Secret "{SECRET}" was not found in the '
            '"kube-system" Namespace. This Secret might have expired. Please, run `kubeadm init phase upload-certs '
            "--upload-certs` on a control plane to generate a new one"
        )
    cipher, found = AESGCM(bytes.fromhex(key)), {}
    for name, text in (secret.get("data") or {}).items():
        value = base64.b64decode(text)
        try:
            found[name] = cipher.decrypt(value[:12], value[12:], None) if value else b""
        except InvalidTag as error:
            raise Refusal(
                "error downloading certs: error decoding secret data with provided key: cipher: message authentication "
                "failed"
            ) from error
    for name, path in _files(config).items():
        one = found.get(name.replace("/", "-"))
        if one is None:
            raise Refusal(
                "error downloading certs: the Secret does not include the required certificate or key - name: "
                f"{name}, path: {path}"
            )
        if one and path:
            host.write(path, one, 0o600 if path.endswith(".key") else 0o644)
