# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubeconfigs of each shape on paper: what OSM could use, what it could not, and what to do about it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.edge.infra.plugins.module_utils._adopt import kubeconfig, rules
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import InputError

from .shapes import NOW, SECRET, certificate, config, merged, packed, signed, token

PEM, KEY = certificate(24 * 365)
CERTIFICATE = {"client-certificate-data": packed(PEM), "client-key-data": packed(KEY)}
LEAST = timedelta(hours=24)


def ending(hours: float) -> dict[str, Any]:
    """A user whose certificate ends so many hours from now."""
    pem, key = certificate(hours)
    return {"client-certificate-data": packed(pem), "client-key-data": packed(key)}


def judged(document: dict[str, Any], folder: Path, same: bool = False) -> tuple[str, str, str]:
    """How it signs in, the faults and the warnings."""
    picked = kubeconfig.choose(document, "", "lyon.kubeconfig")
    chosen, faults = kubeconfig.complete(picked, folder)
    found, more, warnings = rules.judge(chosen, NOW, LEAST, same)
    told = [f"{f.message} {f.remedy}" for f in [*faults, *more]]
    assert SECRET not in str(told) + str(warnings)
    return found.kind, "\n".join(told), "\n".join(warnings)


@pytest.mark.parametrize(
    ("document", "kind", "fault", "warning"),
    [
        (config(CERTIFICATE), "certificate", "", ""),
        (config({"token": token(None)}), "token", "", ""),
        (config({"token": f"kubeconfig-u-1:{SECRET}"}), "token", "", ""),
        (config({"token": token(24 * 90)}), "token", "", ""),
        (config({"token": token(24 * 9)}), "token", "", "the token ends at"),
        (config({"token": token(1)}), "token", "could not reach the cluster any more", ""),
        (config({"token": token(-1)}), "token", "the token has expired", ""),
        (config({"token": signed(0)}), "token", "could not reach the cluster any more", ""),
        (config({"token": signed(-0.5)}), "token", "the token has expired", ""),
        (config({"token": "k8s-aws-v1.%%"}), "token", "", ""),
        (config({"token": f"k8s-aws-v1.{packed('https://sts/?X-Amz-Date=never')}"}), "token", "", ""),
        (config(ending(-5)), "certificate", "the certificate has expired", ""),
        (config(ending(8)), "certificate", "the certificate ends at", ""),
        (config(ending(24 * 20)), "certificate", "", "the certificate ends at"),
        (
            config({"exec": {"command": "/usr/bin/aws-iam-authenticator", "args": [SECRET]}}),
            "exec",
            "signs in by running aws-iam-authenticator, a program that OSM does not have. Give a kubeconfig with",
            "",
        ),
        (config({"auth-provider": {"name": "oidc", "config": {"id-token": SECRET}}}), "auth-provider", "(oidc)", ""),
        (config({"username": "admin", "password": SECRET}), "password", "since 1.19", ""),
        (config({}), "none", "nothing to sign in with", ""),
        (config({"client-certificate-data": packed(PEM)}), "none", "certificate without its key", ""),
        (config({**CERTIFICATE, "client-certificate-data": "%%"}), "certificate", "no certificate in base64", ""),
        (config(CERTIFICATE, {"server": "https://127.0.0.1:6443"}), "certificate", "edge_kubeconfig_server", ""),
        (config(CERTIFICATE, {"server": "https://[::1]:6443"}), "certificate", "each machine has for itself", ""),
        (config(CERTIFICATE, {"server": "https://0.0.0.0:6443"}), "certificate", "each machine has for itself", ""),
        (config(CERTIFICATE, {"server": "https://localhost:6443"}), "certificate", "another machine wherever", ""),
        (config(CERTIFICATE, {"server": "https://kubernetes.default.svc"}), "certificate", "only pods of that", ""),
        (config(CERTIFICATE, {"server": "https://[fe80::1%25eth0]:6443"}), "certificate", "on one link only", ""),
        (config(CERTIFICATE, {"server": "10.20.30.40:6443"}), "certificate", "no URL", ""),
        (config(CERTIFICATE, {"server": "https://rancher.example.com/k8s/clusters/c-m-1"}), "certificate", "", ""),
        (config(CERTIFICATE, {"server": "http://10.20.30.40:8080"}), "certificate", "", "in clear"),
        (config(CERTIFICATE, {"insecure-skip-tls-verify": True}), "certificate", "", "whoever has the address"),
        (config(CERTIFICATE, {"proxy-url": "http://proxy.example.com:3128"}), "certificate", "", "reach the proxy"),
        (config(CERTIFICATE, {"proxy-url": "http://127.0.0.1:8888"}), "certificate", "which OSM cannot reach", ""),
        (
            config(CERTIFICATE, {"certificate-authority-data": packed(certificate(-1)[0])}),
            "certificate",
            "certificate-authority-data has expired",
            "",
        ),
        (
            config(CERTIFICATE, {"certificate-authority-data": packed("x")}),
            "certificate",
            "there is no certificate",
            "",
        ),
    ],
)
def test_each_shape(document: dict[str, Any], kind: str, fault: str, warning: str, tmp_path: Path) -> None:
    found, faults, warnings = judged(document, tmp_path)
    assert found == kind
    assert fault in faults if fault else not faults
    assert warning in warnings if warning else not warnings


def test_an_address_of_this_machine_is_right_where_osm_is_on_it(tmp_path: Path) -> None:
    document = config(CERTIFICATE, {"server": "https://127.0.0.1:6443"})
    assert judged(document, tmp_path, same=True) == ("certificate", "", "")


def test_files_beside_it_are_taken_in(tmp_path: Path) -> None:
    """Relative ones are beside the kubeconfig; data win over a file, and a token's file over a token."""
    for name, text in (("ca.crt", PEM), ("admin.crt", PEM), ("admin.key", KEY)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    user = {"client-certificate": "admin.crt", "client-key": str(tmp_path / "admin.key")}
    document = config(user, {"certificate-authority": "ca.crt", "extensions": [{"name": "minikube"}]})
    chosen, faults = kubeconfig.complete(kubeconfig.choose(document, "", "x"), tmp_path)
    assert not faults
    assert dict(chosen.user) == CERTIFICATE
    assert dict(chosen.cluster) == {"server": "https://10.20.30.40:6443", "certificate-authority-data": packed(PEM)}
    both = config({**CERTIFICATE, "client-certificate": "not/there", "client-key": "not/there"})
    chosen, faults = kubeconfig.complete(kubeconfig.choose(both, "", "x"), tmp_path)
    assert (faults, dict(chosen.user)) == ([], CERTIFICATE)
    (tmp_path / "token").write_text(f"{token(None)}\n", encoding="utf-8")
    chosen, faults = kubeconfig.complete(
        kubeconfig.choose(config({"token": "old", "tokenFile": "token"}), "", "x"), tmp_path
    )
    assert (faults, dict(chosen.user)) == ([], {"token": token(None)})


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    document = config({"client-certificate": "pki/admin.crt", "client-key": "pki/admin.key"})
    _found, faults = kubeconfig.complete(kubeconfig.choose(document, "", "x"), tmp_path)
    assert [f"users[admin].{key} names the file {tmp_path}/pki/admin" in f.message for f, key in zip(
        faults, ("client-certificate", "client-key"), strict=True
    )] == [True, True]  # fmt: skip
    assert "--flatten" in faults[0].remedy


def test_the_named_context_and_no_other(tmp_path: Path) -> None:
    """Of several, also where another one is current; the rest of the file does not go along."""
    document = merged(config({"token": SECRET}, name="paris"), config(CERTIFICATE))
    document["users"][1]["name"] = "lyon-admin"
    document["contexts"][1]["context"]["user"] = "lyon-admin"
    chosen, _faults = kubeconfig.complete(kubeconfig.choose(document, "admin@lyon", "x"), tmp_path, "https://a:1", "b")
    alone = chosen.document()
    assert SECRET not in str(alone) and "paris" not in str(alone)
    assert alone["current-context"] == "admin@lyon"
    assert alone["clusters"][0]["cluster"] == {"server": "https://a:1", "tls-server-name": "b"}
    assert kubeconfig.choose(document, "", "x").context == "admin@paris"
    alone.pop("current-context")
    assert kubeconfig.choose(alone, "", "x").context == "admin@lyon"


@pytest.mark.parametrize(
    ("change", "context", "words", "remedy"),
    [
        ({}, "admin@rome", "has no context 'admin@rome'; it has admin@lyon, admin@paris", "current one (admin@lyon)"),
        ({"current-context": ""}, "", "it has no current context; it has admin@lyon, admin@paris", "Name one"),
        ({"current-context": "gone"}, "", "'gone' is not there", "edge_kubeconfig_context"),
        ({"users": [{"name": "other", "user": {}}]}, "", "has no user 'admin'", "Fetch it"),
        ({"clusters": [{"name": "other", "cluster": {}}]}, "", "has no cluster 'lyon'", "Fetch it"),
    ],
)
def test_a_context_that_cannot_be_told(change: dict[str, Any], context: str, words: str, remedy: str) -> None:
    document = merged(config(CERTIFICATE), config(CERTIFICATE, name="paris")) | change
    with pytest.raises(InputError) as caught:
        kubeconfig.choose(document, context, "lyon.kubeconfig")
    assert words in caught.value.message and remedy in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is not a dictionary"),
        ("{}", "it has no clusters"),
        (f"a: [{SECRET}\nb: c", "does not parse as YAML (line 2)"),
        (yaml.safe_dump(config(CERTIFICATE) | {"users": []}), "it has no users"),
    ],
)
def test_what_is_no_kubeconfig(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        kubeconfig.read(str(path))
    assert words in str(caught.value) and SECRET not in str(caught.value)
    with pytest.raises(InputError, match="cannot be read"):
        kubeconfig.read(str(tmp_path / "other"))
