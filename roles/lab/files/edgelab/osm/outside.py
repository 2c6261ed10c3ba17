# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the resource orchestrator tries an OpenStack that stands outside of the lab: it signs in, and lists networks.

Source: OSM RO's connector for OpenStack (2025). An authority comes as ``ca_cert_content`` and excludes ``insecure``; a
URL that does not end in ``/v3`` means version 2 of Keystone; domains are ``default`` by id unless given; the endpoint
of Neutron is that of ``region_name``, public unless ``use_internal_endpoint`` is set.
"""

from __future__ import annotations

import ssl
from typing import Any

import aiohttp

Document = dict[str, Any]
SECONDS = 30


class Refused(Exception):
    """The orchestrator's words for why the account does not work."""


async def check(vim: Document, password: str) -> None:
    """Try the account as the orchestrator does; raises :class:`Refused`."""
    config = dict(vim.get("config") or {})
    if config.get("insecure") and config.get("ca_cert_content"):
        raise Refused("options insecure and ca_cert are mutually exclusive")
    version = config.get("APIversion")
    if version and version not in ("v3.3", "v2.0", "2", "3"):
        raise Refused(f"Invalid value '{version}' for config:APIversion. Allowed values are 'v3.3', 'v2.0', '2' or '3'")
    url = vim["vim_url"].rstrip("/")
    newer = version in ("v3.3", "3") if version else url.endswith("/v3")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as http:
        if not newer:
            user = {"username": vim["vim_user"], "password": password}
            body = {"auth": {"tenantName": vim["vim_tenant_name"], "passwordCredentials": user}}
            await _asked(http, "POST", f"{url}/tokens", _context(config), json=body)
            raise Refused("the catalog of version 2 of Keystone cannot be read any more")
        token, catalog = await _login(http, url, vim, password, config)
        networks = _endpoint(catalog, "network", config)
        base = networks.removesuffix("/v2.0").rstrip("/")
        await _asked(http, "GET", f"{base}/v2.0/networks", _context(config), headers={"X-Auth-Token": token})


def _context(config: Document) -> Any:
    if config.get("insecure"):
        return False
    try:
        # of the system unless there is one of its own, and never both
        given = config.get("ca_cert_content")
        return ssl.create_default_context(cadata=given) if given else ssl.create_default_context()
    except ssl.SSLError as error:
        raise Refused(f"Could not find a suitable TLS CA certificate bundle: {error}") from None


def _domain(config: Document, whose: str) -> Document:
    for key in ("id", "name"):
        if config.get(f"{whose}_domain_{key}"):
            return {key: config[f"{whose}_domain_{key}"]}
    return {"id": "default"}


async def _login(
    http: aiohttp.ClientSession, url: str, vim: Document, password: str, config: Document
) -> tuple[str, list[Document]]:
    user = {"name": vim["vim_user"], "password": password, "domain": _domain(config, "user")}
    project = {"name": vim["vim_tenant_name"], "domain": _domain(config, "project")}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": project}}}
    headers, document = await _asked(http, "POST", f"{url}/auth/tokens", _context(config), json=body)
    return headers["X-Subject-Token"], document["token"].get("catalog") or []


def _endpoint(catalog: list[Document], service: str, config: Document) -> str:
    interface, region = "internal" if config.get("use_internal_endpoint") else "public", config.get("region_name")
    for entry in catalog:
        for endpoint in entry["endpoints"] if entry["type"] == service else ():
            if endpoint["interface"] == interface and region in (None, endpoint.get("region_id")):
                return str(endpoint["url"]).rstrip("/")
    where = f" in {region} region" if region else ""
    raise Refused(f"{interface} endpoint for {service} service{where} not found")


async def _asked(http: aiohttp.ClientSession, method: str, url: str, context: Any, **more: Any) -> tuple[Any, Document]:
    """Headers and document of an answer."""
    try:
        async with http.request(method, url, ssl=context, **more) as reply:
            text = await reply.text()
            document: Any = await reply.json(content_type=None) if text else {}
            if reply.status < 400:
                return reply.headers, document
            error = document.get("error") or document.get("NeutronError") or {}
            raise Refused(f"{error.get('message') or reply.reason} (HTTP {reply.status})")
    except aiohttp.ClientConnectorCertificateError as error:
        raise Refused(f"SSL exception connecting to {url}: {error.certificate_error}") from None
    except (TimeoutError, ValueError, aiohttp.ClientError) as error:
        raise Refused(f"Unable to establish connection to {url}: {error}") from None
