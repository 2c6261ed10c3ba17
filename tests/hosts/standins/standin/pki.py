# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates and keys as kubeadm keeps them: real ones, with the real lifetimes."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .host import Host, Refusal

Key = Any
_PEM = serialization.Encoding.PEM
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


@dataclass(frozen=True)
class Cert:
    """One certificate of a cluster: where it is, who signs it, whose it is."""

    name: str
    base: str
    about: str
    ca: str = ""
    common_name: str = ""
    organization: str = ""
    usages: tuple[Any, ...] = ()
    of_etcd: bool = False


MASTERS = "system:masters"
CERTS = (
    Cert("ca", "ca", "self-signed Kubernetes CA to provision identities for other Kubernetes components"),
    Cert("apiserver", "apiserver", "certificate for serving the Kubernetes API", "ca", "kube-apiserver", "", (SERVER,)),
    Cert(
        "apiserver-kubelet-client",
        "apiserver-kubelet-client",
        "certificate for the API server to connect to kubelet",
        "ca",
        "kube-apiserver-kubelet-client",
        "kubeadm:cluster-admins",
        (CLIENT,),
    ),
    Cert("front-proxy-ca", "front-proxy-ca", "self-signed CA to provision identities for front proxy"),
    Cert(
        "front-proxy-client",
        "front-proxy-client",
        "certificate for the front proxy client",
        "front-proxy-ca",
        "front-proxy-client",
        "",
        (CLIENT,),
    ),
    Cert("etcd-ca", "etcd/ca", "self-signed CA to provision identities for etcd", of_etcd=True),
    Cert("etcd-server", "etcd/server", "certificate for serving etcd", "etcd-ca", "", "", (SERVER, CLIENT), True),
    Cert(
        "etcd-peer",
        "etcd/peer",
        "certificate for etcd nodes to communicate with each other",
        "etcd-ca",
        "",
        "",
        (SERVER, CLIENT),
        True,
    ),
    Cert(
        "etcd-healthcheck-client",
        "etcd/healthcheck-client",
        "certificate for liveness probes to healthcheck etcd",
        "etcd-ca",
        "kube-etcd-healthcheck-client",
        "",
        (CLIENT,),
        True,
    ),
    Cert(
        "apiserver-etcd-client",
        "apiserver-etcd-client",
        "certificate the apiserver uses to access etcd",
        "etcd-ca",
        "kube-apiserver-etcd-client",
        "",
        (CLIENT,),
        True,
    ),
)
BY_NAME = {c.name: c for c in CERTS}
#: what every control-plane host has the same of
SHARED = ("ca.crt", "ca.key", "sa.key", "sa.pub", "front-proxy-ca.crt", "front-proxy-ca.key")
SHARED_ETCD = ("etcd/ca.crt", "etcd/ca.key")


def after(cert: x509.Certificate) -> datetime:
    """Until when a certificate holds, whatever the library's age."""
    return (
        cert.not_valid_after_utc if hasattr(cert, "not_valid_after_utc") else cert.not_valid_after.replace(tzinfo=UTC)
    )


def before(cert: x509.Certificate) -> datetime:
    """Since when a certificate holds."""
    found = cert.not_valid_before_utc if hasattr(cert, "not_valid_before_utc") else cert.not_valid_before
    return found.replace(tzinfo=UTC)


def new_key(algorithm: str = "RSA-2048") -> Key:
    """A private key of one of kubeadm's kinds."""
    if algorithm.startswith("ECDSA"):
        return ec.generate_private_key(ec.SECP384R1() if algorithm.endswith("384") else ec.SECP256R1())
    return rsa.generate_private_key(65537, int(algorithm.rpartition("-")[2]))


def key_pem(key: Key) -> bytes:
    """A private key as text."""
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return bytes(key.private_bytes(_PEM, form, serialization.NoEncryption()))


def public_pem(key: Key) -> bytes:
    """The public half as text."""
    return bytes(key.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo))


def cert_pem(cert: x509.Certificate) -> bytes:
    """A certificate as text."""
    return cert.public_bytes(_PEM)


def load_key(data: bytes) -> Key:
    """A private key from its text."""
    return serialization.load_pem_private_key(data, None)


def load_cert(data: bytes) -> x509.Certificate:
    """A certificate from its text."""
    return x509.load_pem_x509_certificate(data)


def _name(common: str, organizations: Iterable[str]) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, o) for o in organizations if o]
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(subject: x509.Name, issuer: x509.Name, key: Key, days: float, since: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key() if hasattr(key, "public_key") else key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(datetime.now(UTC) + timedelta(days=days))
    )


def new_ca(common: str, algorithm: str, days: float = 3650) -> tuple[x509.Certificate, Key]:
    """A certificate authority."""
    key = new_key(algorithm)
    name = _name(common, [])
    built = (
        _builder(name, name, key, days, datetime.now(UTC) - timedelta(minutes=5))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(True, False, True, False, False, True, False, False, False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(common)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return built, key


def sign(
    ca: tuple[x509.Certificate, Key],
    key: Key,
    common: str,
    organizations: Iterable[str] = (),
    usages: Iterable[Any] = (CLIENT,),
    names: Iterable[str] = (),
    days: float = 365,
) -> x509.Certificate:
    """A certificate for a key (private, or public), for DNS names and addresses."""
    issuer, issuer_key = ca
    builder = (
        _builder(_name(common, organizations), issuer.subject, key, days, before(issuer))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(True, False, True, False, False, False, False, False, False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(list(usages)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(_public(issuer)), critical=False)
    )
    alternatives = [_alternative(n) for n in dict.fromkeys(names)]
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def alternatives(cert: x509.Certificate) -> list[str]:
    """The names and addresses of a certificate."""
    try:
        value = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*value.get_values_for_type(x509.DNSName), *map(str, value.get_values_for_type(x509.IPAddress))]


def subject(cert: x509.Certificate) -> tuple[str, list[str]]:
    """Common name and organizations."""
    names = [str(a.value) for a in cert.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    groups = [str(a.value) for a in cert.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    return (names or [""])[0], groups


def pin(cert: x509.Certificate) -> str:
    """The hash of a CA's public key as ``--discovery-token-ca-cert-hash`` has it."""
    digest = hashes.Hash(hashes.SHA256())
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    digest.update(cert.public_key().public_bytes(serialization.Encoding.DER, form))
    return "sha256:" + digest.finalize().hex()


class Folder:
    """The certificates folder of a host."""

    def __init__(self, host: Host, place: str = "/etc/kubernetes/pki", algorithm: str = "RSA-2048") -> None:
        self.host, self.place, self.algorithm = host, place, algorithm

    def name(self, base: str, ending: str = "crt") -> str:
        """A file by its base name."""
        return f"{self.place}/{base}.{ending}"

    def has(self, base: str, ending: str = "crt") -> bool:
        """Whether a file is there."""
        return self.host.has(self.name(base, ending))

    def cert(self, base: str) -> x509.Certificate:
        """A certificate that is there."""
        return load_cert(self.host.path(self.name(base)).read_bytes())

    def pair(self, base: str) -> tuple[x509.Certificate, Key]:
        """A certificate and its key."""
        return self.cert(base), load_key(self.host.path(self.name(base, "key")).read_bytes())

    def write(self, base: str, cert: x509.Certificate, key: Key) -> None:
        """Write a certificate and its key."""
        self.host.write(self.name(base, "key"), key_pem(key), 0o600)
        self.host.write(self.name(base), cert_pem(cert), 0o644)

    def make(self, spec: Cert, common: str, names: Iterable[str], organization: str) -> None:
        """Make a certificate where there is none; one that is there is kept, and refused when another CA signed it."""
        host = self.host
        if spec.ca:
            ca_base = BY_NAME[spec.ca].base
            if self.has(spec.base):
                if self.cert(spec.base).issuer != self.cert(ca_base).subject or not _signed(
                    self.cert(spec.base), self.cert(ca_base)
                ):
                    raise Refusal(
                        f"[certs] certificate {spec.base} not signed by CA certificate {ca_base}: x509: certificate "
                        "signed by unknown authority"
                    )
                host.say(f"[certs] Using existing {spec.name} certificate and key on disk")
                return
            if not self.has(ca_base, "key"):
                raise Refusal(f"couldn't load the private key file {self.name(ca_base, 'key')}")
            key = new_key(self.algorithm)
            made = sign(self.pair(ca_base), key, common, [organization], spec.usages, names)
            self.write(spec.base, made, key)
            host.say(f'[certs] Generating "{spec.base}" certificate and key')
            if names:
                listed = [n for n in names if not _is_ip(n)]
                ips = [n for n in names if _is_ip(n)]
                what = "apiserver serving cert" if spec.name == "apiserver" else f"{spec.base} serving cert"
                host.say(f"[certs] {what} is signed for DNS names [{' '.join(listed)}] and IPs [{' '.join(ips)}]")
        elif self.has(spec.base) and (self.has(spec.base, "key") or spec.name != "etcd-ca"):
            host.say(f"[certs] Using existing {spec.base} certificate authority")
        else:
            self.write(spec.base, *new_ca("kubernetes" if spec.name == "ca" else spec.name, self.algorithm))
            host.say(f'[certs] Generating "{spec.base}" certificate and key')

    def make_accounts(self) -> None:
        """The key that signs the service accounts' tokens."""
        if self.has("sa", "key"):
            self.host.say('[certs] Using the existing "sa" key')
            return
        key = new_key(self.algorithm)
        self.host.say('[certs] Generating "sa" key and public key')
        self.host.write(self.name("sa", "key"), key_pem(key), 0o600)
        self.host.write(self.name("sa", "pub"), public_pem(key), 0o600)


def _public(ca: x509.Certificate) -> Any:
    return ca.public_key()


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _signed(cert: x509.Certificate, ca: x509.Certificate) -> bool:
    extension = x509.AuthorityKeyIdentifier
    own = cert.extensions.get_extension_for_class(extension).value.key_identifier
    return own == extension.from_issuer_public_key(_public(ca)).key_identifier
