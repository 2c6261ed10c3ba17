# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""cert-manager's part: issuers become ready, certificates get their secret, webhooks their ``caBundle``."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from ..core.tls import Authority
from .controllers import SECRETS, Controllers, condition, with_conditions
from .store import Key, Object
from .workloads import DEPLOYMENTS

ISSUERS: Key = ("cert-manager.io", "issuers")
CLUSTER_ISSUERS: Key = ("cert-manager.io", "clusterissuers")
CERTIFICATES: Key = ("cert-manager.io", "certificates")
WEBHOOKS: tuple[Key, ...] = (
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
    ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
)
_INJECT = "cert-manager.io/inject-ca-from"
_NAME = "cert-manager"


class CertManager:
    """Acts while its deployments are available, as the real one does."""

    def __init__(self, controllers: Controllers, authority: Authority) -> None:
        self.c = controllers
        self.authority = authority
        controllers.on(ISSUERS, self.issuer)
        controllers.on(CLUSTER_ISSUERS, self.cluster_issuer)
        controllers.on(CERTIFICATES, self.certificate)
        controllers.on(DEPLOYMENTS, self._deployment)
        for key in WEBHOOKS:
            controllers.on(key, self.inject)

    def _up(self, name: str) -> bool:
        found = self.c.registry.store.get(DEPLOYMENTS, _NAME, name)
        return bool(found and (found.get("status") or {}).get("availableReplicas"))

    def _deployment(self, namespace: str, name: str) -> None:
        if namespace != _NAME:
            return
        store = self.c.registry.store
        todo = ((ISSUERS, self.issuer), (CLUSTER_ISSUERS, self.cluster_issuer), (CERTIFICATES, self.certificate))
        for key, reconcile in (*todo, *((k, self.inject) for k in WEBHOOKS)):
            for obj in store.all(key):
                self.c.enqueue(reconcile, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])

    def issuer(self, namespace: str, name: str) -> None:
        """A self-signed or CA issuer is ready at once."""
        self._issuer(ISSUERS, namespace, name)

    def cluster_issuer(self, namespace: str, name: str) -> None:
        """As an issuer, for the whole cluster."""
        self._issuer(CLUSTER_ISSUERS, namespace, name)

    def _issuer(self, key: Key, namespace: str, name: str) -> None:
        obj = self.c.get(key, namespace, name)
        if obj is None or not self._up(_NAME):
            return
        fresh = condition("Ready", "True", "IsReady", "", observedGeneration=obj["metadata"].get("generation", 1))
        status = {"conditions": with_conditions(obj.get("status"), [fresh])}
        self.c.set_status(key, obj, status, "cert-manager-issuers")
        for certificate in self.c.registry.store.all(CERTIFICATES, namespace):
            meta = certificate["metadata"]
            self.c.enqueue(self.certificate, meta["namespace"], meta["name"])

    def _issuer_of(self, certificate: Object) -> Object | None:
        reference = certificate["spec"]["issuerRef"]
        if reference.get("kind", "Issuer") == "ClusterIssuer":
            return self.c.get(CLUSTER_ISSUERS, "", reference["name"])
        return self.c.get(ISSUERS, certificate["metadata"]["namespace"], reference["name"])

    def certificate(self, namespace: str, name: str) -> None:
        """Issue the certificate into its secret; wait for the issuer."""
        obj = self.c.get(CERTIFICATES, namespace, name)
        if obj is None or "deletionTimestamp" in obj["metadata"] or not self._up(_NAME):
            return
        generation = obj["metadata"].get("generation", 1)
        issuer, secret_name = self._issuer_of(obj), obj["spec"]["secretName"]
        if issuer is None or not issuer.get("status"):
            reference = obj["spec"]["issuerRef"]["name"]
            text = f'Referenced "Issuer" not found: issuer.cert-manager.io "{reference}" not found'
            fresh = condition("Ready", "False", "DoesNotExist", text, observedGeneration=generation)
            waiting = {"conditions": with_conditions(obj.get("status"), [fresh])}
            self.c.set_status(CERTIFICATES, obj, waiting, "cert-manager-certificates-readiness")
            return
        if not self.c.registry.store.get(SECRETS, namespace, secret_name):
            self._issue(obj, secret_name)
        text = "Certificate is up to date and has not expired"
        fresh = condition("Ready", "True", "Ready", text, observedGeneration=generation)
        start = datetime.now(UTC)
        old = obj.get("status") or {}
        status: Object = {
            "conditions": with_conditions(old, [fresh]),
            "notBefore": old.get("notBefore") or start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "notAfter": old.get("notAfter") or (start + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "revision": 1,
        }
        self.c.set_status(CERTIFICATES, obj, status, "cert-manager-certificates-readiness")
        for key in WEBHOOKS:
            for hook in self.c.registry.store.all(key):
                self.c.enqueue(self.inject, "", hook["metadata"]["name"])

    def _issue(self, obj: Object, secret_name: str) -> None:
        names = obj["spec"].get("dnsNames") or []
        common = obj["spec"].get("commonName") or (names or [obj["metadata"]["name"]])[0]
        cert, key = self.authority.issue(common[:64], names, obj["spec"].get("ipAddresses") or [])
        ca = self.authority.ca_file.read_bytes()
        data = {"tls.crt": cert, "tls.key": key, "ca.crt": ca}
        body = {
            "metadata": {
                "name": secret_name,
                "namespace": obj["metadata"]["namespace"],
                "annotations": {"cert-manager.io/certificate-name": obj["metadata"]["name"]},
            },
            "type": "kubernetes.io/tls",
            "data": {k: base64.b64encode(v).decode() for k, v in data.items()},
        }
        self.c.create(SECRETS, body, "cert-manager-certificates-issuing")

    def inject(self, _unused: str, name: str) -> None:
        """Put the CA of the certificate that an annotation names into a webhook configuration."""
        for key in WEBHOOKS:
            obj = self.c.get(key, "", name)
            source = (obj or {}).get("metadata", {}).get("annotations", {}).get(_INJECT)
            if obj is None or not source or not self._up("cert-manager-cainjector"):
                continue
            namespace, _separator, certificate_name = source.partition("/")
            certificate = self.c.get(CERTIFICATES, namespace, certificate_name)
            secret_name = certificate["spec"]["secretName"] if certificate else ""
            secret = self.c.get(SECRETS, namespace, secret_name) if secret_name else None
            bundle = ((secret or {}).get("data") or {}).get("ca.crt")
            hooks = obj.get("webhooks") or []
            if bundle and any((h.get("clientConfig") or {}).get("caBundle") != bundle for h in hooks):
                for hook in hooks:
                    hook.setdefault("clientConfig", {})["caBundle"] = bundle
                self.c.update(key, obj, "cert-manager-cainjector")
