# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which passwords the charts want, and which of them are one and the same.

A chart names its accounts in ``endpoints.SERVICE.auth.WHO`` with a username and a password, and upstream's values
have ``password`` for all of them. The same account stands in many charts (Nova's Keystone user also in Neutron's),
in several services of one kind (``oslo_db``, ``oslo_db_cell0``) and by other names (RabbitMQ calls its administrator
``user``). Who it is, is told by the kind of service and the username: one password for each.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping, Sequence
from typing import Any

from .values import at, put

#: services of which another one keeps the accounts
_FAMILIES = {"oslo_db": "oslo_db", "oslo_messaging": "oslo_messaging", "ceph_object_store": "identity"}
#: accounts of somebody else's service: a password of ours would open nothing there
_FOREIGN = ("oci_image_registry", "ldap")
#: further secrets, by the place in a chart's values
_OTHERS: Mapping[tuple[str, ...], str] = {
    ("endpoints", "oslo_messaging", "auth", "erlang_cookie"): "oslo_messaging.erlang_cookie",
    ("endpoints", "oslo_cache", "auth", "memcache_secret_key"): "oslo_cache.memcache_secret_key",
    ("conf", "nova", "neutron", "metadata_proxy_shared_secret"): "metadata_proxy_shared_secret",
    ("conf", "metadata_agent", "DEFAULT", "metadata_proxy_shared_secret"): "metadata_proxy_shared_secret",
    ("conf", "ovn_agent", "DEFAULT", "metadata_proxy_shared_secret"): "metadata_proxy_shared_secret",
    ("conf", "ovn_metadata_agent", "DEFAULT", "metadata_proxy_shared_secret"): "metadata_proxy_shared_secret",
    ("conf", "horizon", "local_settings", "config", "horizon_secret_key"): "horizon.secret_key",
    ("conf", "octavia", "health_manager", "heartbeat_key"): "octavia.heartbeat_key",
}
#: passwords that upstream has published in its values
PUBLISHED = ("password", "insecure", "not-secure-passphrase", "openstack-cookie")
#: letters and digits: the charts write passwords into URLs, INI files and shell scripts without quoting
_LETTERS = string.ascii_letters + string.digits
LENGTH = 32


def family(service: str) -> str:
    """The service that keeps the accounts of another one."""
    kind = next((name for name in ("oslo_db", "oslo_messaging") if service.startswith(name)), service)
    return _FAMILIES.get(kind, kind)


def wanted(values: Mapping[str, Any], inventory: Mapping[str, Any]) -> dict[str, str]:
    """Places of passwords in a chart's effective values (with dots), and whose each is (``identity.nova``).

    What the inventory sets itself stays as it is; so do accounts of a service that is somebody else's.
    """
    places: dict[tuple[str, ...], str] = {}
    for service, endpoint in (values.get("endpoints") or {}).items():
        auth = endpoint.get("auth") if isinstance(endpoint, Mapping) else None
        if not isinstance(auth, Mapping) or service in _FOREIGN:
            continue
        for who, account in auth.items():
            if not isinstance(account, Mapping) or account.get("auth_url"):
                continue  # of a Keystone elsewhere
            if "password" in account:
                named = account.get("username") or who
                places["endpoints", service, "auth", who, "password"] = f"{family(service)}.{named}"
    for path, whose in _OTHERS.items():
        parent = at(values, path[:-1])
        if isinstance(parent, Mapping) and path[-1] in parent:
            places[path] = whose
    return {".".join(path): whose for path, whose in places.items() if at(inventory, path) is None}


def place(values: dict[str, Any], places: Mapping[str, str], passwords: Mapping[str, str]) -> None:
    """Write the passwords where they belong."""
    for path, whose in places.items():
        if whose in passwords:
            put(values, path.split("."), passwords[whose])


def lacking(names: Sequence[str], known: Mapping[str, Any]) -> list[str]:
    """Those that have to be made."""
    return sorted({name for name in names if not known.get(name)})


def make() -> str:
    """A new one."""
    return "".join(secrets.choice(_LETTERS) for _number in range(LENGTH))
