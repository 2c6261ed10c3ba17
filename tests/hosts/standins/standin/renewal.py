# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubeadm certs: until when certificates hold, and new ones for old."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from cryptography import x509

from . import config as configuration
from . import kubeconfig, objects, pki
from .client import ApiError
from .config import Config
from .host import ADMIN, Host, Refusal
from .phases import folder
from .tokens import aligned

_FILES = {
    "admin.conf": "certificate embedded in the kubeconfig file for the admin to use and for kubeadm itself",
    "controller-manager.conf": "certificate embedded in the kubeconfig file for the controller manager to use",
    "scheduler.conf": "certificate embedded in the kubeconfig file for the scheduler manager to use",
    "super-admin.conf": "certificate embedded in the kubeconfig file for the super-admin",
}


def _config(host: Host, flags: dict[str, str], prefix: str) -> Config:
    if "config" in flags:
        return configuration.load_init(host, configuration.read(str(host.path(flags["config"]))))
    try:
        found = objects.fetch(objects.admin(host, flags.get("kubeconfig", ADMIN), timeout=3.0), host, prefix)
        host.say()
        return found
    except (Refusal, ApiError):
        host.say(f"[{prefix}] Error reading configuration from the Cluster. Falling back to default configuration\n")
    config = Config()
    config.cluster["kubernetesVersion"] = host.version.tag
    configuration.complete_init(host, config)
    return config


def _names(host: Host, config: Config) -> dict[str, str]:
    """What can be renewed, with what it is for."""
    local = "local" in config.cluster["etcd"]
    found = {c.name: c.about for c in pki.CERTS if c.ca and (local or not c.of_etcd)}
    files = {k: v for k, v in _FILES.items() if k != "super-admin.conf" or host.version.minor >= 29}
    return dict(sorted({**found, **files}.items()))


def _cert(host: Host, config: Config, name: str) -> x509.Certificate | None:
    if name in _FILES:
        path = f"/etc/kubernetes/{name}"
        return pki.load_cert(objects.access(host, path).cert) if host.has(path) else None
    place, base = folder(host, config), pki.BY_NAME[name].base
    return place.cert(base) if place.has(base) else None


def _left(until: datetime) -> str:
    seconds = int((until - datetime.now(UTC)).total_seconds())
    if seconds < 0:
        return "<invalid>"
    for unit, size in (("y", 31536000), ("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and (unit != "y" or seconds >= 2 * size):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def check_expiration(host: Host, flags: dict[str, str]) -> None:
    """Until when everything holds."""
    json_wanted = flags.get("output", "text") == "json"
    quiet = Host(host.version, host.root, host.settings, out=host.err, err=host.err) if json_wanted else host
    config = _config(quiet, flags, "check-expiration")
    place = folder(host, config)
    rows: list[dict[str, Any]] = []
    for name in _names(host, config):
        ca = "ca" if name in _FILES else pki.BY_NAME[name].ca
        external = not place.has(pki.BY_NAME[ca].base, "key")
        rows.append({"name": name, "ca": ca, "external": external, "cert": _cert(host, config, name)})
    local = "local" in config.cluster["etcd"]
    cas = [c for c in pki.CERTS if not c.ca and (local or not c.of_etcd)]
    authorities = [{"name": c.name, "ca": "", "external": not place.has(c.base, "key")} for c in cas]
    for row, spec in zip(authorities, cas, strict=True):
        row["cert"] = place.cert(spec.base) if place.has(spec.base) else None
    if json_wanted:
        head = {"kind": "CertificateExpirationInfo", "apiVersion": "output.kubeadm.k8s.io/v1alpha3"}
        body = {"certificates": [_json(r) for r in rows], "certificateAuthorities": [_json(r) for r in authorities]}
        host.say(json.dumps({**head, **body}))
        return
    columns = ["EXPIRES", "RESIDUAL TIME"]
    table = [["CERTIFICATE", *columns, "CERTIFICATE AUTHORITY", "EXTERNALLY MANAGED"]]
    table += [_row(row, [row["ca"]]) for row in rows]
    for line in aligned(table):
        host.say(line)
    host.say()
    for line in aligned(
        [["CERTIFICATE AUTHORITY", *columns, "EXTERNALLY MANAGED"], *(_row(r, []) for r in authorities)]
    ):
        host.say(line)


def _row(row: dict[str, Any], ca: list[str]) -> list[str]:
    if row["cert"] is None:
        return [f"!MISSING! {row['name']}", "", "", *["" for _unused in ca], ""]
    until = pki.after(row["cert"])
    return [row["name"], until.strftime("%b %d, %Y %H:%M UTC"), _left(until), *ca, "yes" if row["external"] else "no"]


def _json(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": row["name"], "externallyManaged": row["external"]}
    if row["ca"]:
        found["caName"] = row["ca"]
    if row["cert"] is None:
        return {**found, "missing": True}
    until = pki.after(row["cert"])
    left = int((until - datetime.now(UTC)).total_seconds())
    return {**found, "expirationDate": until.strftime("%Y-%m-%dT%H:%M:%SZ"), "residualTime": left, "missing": False}


def renew(host: Host, flags: dict[str, str], words: list[str]) -> None:
    """New certificates for one name, or for ``all``."""
    known = [*_names(host, Config(cluster={"etcd": {"local": {}}})), "all"]
    if len(words) != 1 or words[0] not in known:
        what = (
            f'invalid subcommand "{words[0]}"'
            if words
            else 'missing subcommand; "renew" is not meant to be run on its own'
        )
        raise Refusal(what)
    config = _config(host, flags, "renew")
    if words[0] != "all":
        renew_one(host, config, words[0])
        return
    renew_all(host, config)
    host.say(
        "\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, kube-scheduler "
        "and etcd, so that they can use the new certificates."
    )


def renew_all(host: Host, config: Config) -> None:
    """New certificates for all."""
    for name in _names(host, config):
        renew_one(host, config, name)


def renew_one(host: Host, config: Config, name: str) -> None:
    """A new certificate for an old one, of the same names, with a new key."""
    about = _names(host, config).get(name)
    if about is None:
        raise Refusal(f"{name} is not a valid certificate for this cluster")
    old = _cert(host, config, name)
    if old is None:
        host.say(f"MISSING! {about}")
        return
    place = folder(host, config)
    base = pki.BY_NAME["ca" if name in _FILES else pki.BY_NAME[name].ca].base
    if not place.has(base, "key"):
        host.say(f"Detected external {base}, {about} can't be renewed")
        return
    common, organizations = pki.subject(old)
    usages = old.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    key = pki.new_key(place.algorithm)
    cert = pki.sign(place.pair(base), key, common, organizations, list(usages), pki.alternatives(old))
    if name in _FILES:
        path = f"/etc/kubernetes/{name}"
        live = objects.access(host, path)
        pems = {"cert": pki.cert_pem(cert), "key": pki.key_pem(key)}
        host.write(path, kubeconfig.build(live.server, live.ca, live.cluster, live.user, **pems))
    else:
        place.write(pki.BY_NAME[name].base, cert, key)
    host.say(f"{about} renewed")


def user(host: Host, flags: dict[str, str]) -> None:
    """``kubeadm kubeconfig user``: a kubeconfig for somebody, on standard output."""
    if not flags.get("client-name"):
        raise Refusal('required flag(s) "client-name" not set')
    if "config" in flags:
        config = configuration.load_init(host, configuration.read(str(host.path(flags["config"]))))
    else:
        config = Config()
        config.cluster["kubernetesVersion"] = host.version.tag
        configuration.complete_init(host, config)
    place = folder(host, config)
    if not place.has("ca", "key"):
        raise Refusal(f"couldn't load the private key file {place.name('ca', 'key')}")
    from .schema import seconds

    days = seconds(flags.get("validity-period", "8760h0m0s")) / 86400
    key = pki.new_key(place.algorithm)
    cert = pki.sign(place.pair("ca"), key, flags["client-name"], flags.get("org", "").split(","), days=days)
    ca = host.path(place.name("ca")).read_bytes()
    server = f"https://{objects.endpoint(config)}"
    pems = {"cert": pki.cert_pem(cert), "key": pki.key_pem(key)}
    host.say(kubeconfig.build(server, ca, config.cluster["clusterName"], flags["client-name"], **pems))
