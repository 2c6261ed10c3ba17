# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of values is shown: secrets are told by their names, and by what a text looks like."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.releases import differences
from ansible_collections.edge.infra.plugins.module_utils._openstack_helm.secrecy import (
    MASKED,
    masked,
    secrets,
    telling,
    without,
)

#: of programs that a chart's free parts configure
OTHERS = ["secret_key", "secretKey", "secret_access_key", "client_secret", "clientSecret", "privateKey", "apiKey"]
OTHERS += [
    "approle_secret_id",
    "root_token_id",
    "auth_token",
    "access_token",
    "token",
    "access_key",
    "basic_auth",
    "auth",
]
OTHERS += ["pass", "bind_pw", "pwd", "credential", "Authorization"]


def test_secrets_are_not_shown_by_their_names() -> None:
    """By the names that the charts use; switches of that name are none."""
    shown = masked(
        {
            "endpoints": {"a": {"auth": {"admin": {"username": "u", "password": "canary"}, "erlang_cookie": "canary"}}},
            "conf": {"nova": {"neutron": {"metadata_proxy_shared_secret": "canary"}}, "horizon_secret_key": "canary"},
            "manifests": {"secret_db": True, "secret_dbadmin_password": True},
            "list": [{"password": "canary"}],
            "credentials": {"nova": "canary", "more": {"neutron": ["canary"]}},
            "dbPasswords": {"a": "canary", "b": 1, "user": "seen", "enabled": True, "tls_secret_name": "seen"},
            "free": dict.fromkeys(OTHERS, "canary"),
            "tokens": {"token_name": "seen", "secret_admin_user": "seen", "service_token_roles": "seen"},
            "secrets": {"identity": {"admin": "keystone-keystone-admin"}},
            "ceph_client": {"user_secret_name": "pvc"},
        }
    )
    assert "canary" not in repr(shown)
    seen = {"user": "seen", "enabled": True, "tls_secret_name": "seen"}
    assert shown["dbPasswords"] == {"a": MASKED, "b": MASKED, **seen}
    assert shown["endpoints"]["a"]["auth"] == {"admin": {"username": "u", "password": MASKED}, "erlang_cookie": MASKED}
    assert shown["manifests"] == {"secret_db": True, "secret_dbadmin_password": True}
    assert set(shown["tokens"].values()) == {"seen"}
    assert shown["ceph_client"] == {"user_secret_name": "pvc"}


@pytest.mark.parametrize(
    "value",
    [
        "mysql+pymysql://keystone:canary@mariadb/keystone",
        "https://canary@git.example.com/x",
        "https://hooks.example.com/?token=canary",
        "[ldap]\npassword = canary\nurl = http://x\n",
        '{"clientSecret": "canary"}',
        '{"a":{"client-secret":"canary"}}',
        "auth:\n  password: 'canary'\n",
        "-----BEGIN PRIVATE KEY-----\ncanary",
        ["Authorization: Bearer canary"],
        ["OS_PASSWORD=canary"],
        "openstack --os-username=admin --os-password=canary",
        "A=1;PASSWORD=canary",
        "password = $canary",
        "password = $CANARYcanary",
        "password = $A-canary",
        [{"name": "OS_PASSWORD", "value": "canary"}],
        {"one": {"kind": "Secret", "stringData": {"db": "canary"}, "data": {"list": ["canary"]}}},
    ],
)
def test_secrets_are_not_shown_whatever_they_are_called(value: Any) -> None:
    """Neither in files of the plan, nor in a diff, nor in Helm's words."""
    assert "canary" not in repr(masked({"conf": {"it": value}}))
    [line] = differences({}, {"conf": {"it": value}}, {})[:1]
    assert "canary" not in line and "canary" not in "".join(differences({"conf": {"it": value}}, {}, {}))
    assert any("canary" in one for one in secrets(value))
    said = without(f"YAML parse error near {value if isinstance(value, str) else 'canary'}", {"conf": {"it": value}})
    assert said == f"YAML parse error near {MASKED}"


@pytest.mark.parametrize(
    "value",
    [
        "keystonemiddleware.auth_token:filter_factory",
        "https://keystone.example.com:5000/v3",
        "--os-password=${OS_PASSWORD}",
        "openstack --os-password=$OS_PASSWORD token issue",
        'curl -H "X-Auth-Token: $TOKEN"',
        {"security_context": {"rabbitmq_password": {"runAsUser": 999}}},
        "oslo_middleware.sizelimit:RequestBodySizeLimiter.factory",
        "registry.example.com/keystone-credential-setup:2026.1",
        [{"name": "REGION", "value": "one"}],
        {"token": {"provider": "fernet", "expiration": 3600}, "auth": {"methods": "password,token"}},
    ],
)
def test_what_is_no_secret_is_shown(value: Any) -> None:
    """Places in programs, addresses without a password, references."""
    assert masked({"conf": {"it": value}}) == {"conf": {"it": value}}


def test_a_long_word_is_looked_at_once() -> None:
    """A picture or an archive among the values, as text: from each of its letters on it took minutes."""
    assert not telling(100_000 * "a") and telling(100_000 * "a" + "\npassword = b")
