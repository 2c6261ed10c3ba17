# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way to an OpenStack: options, sign-in, requests, and what a failure is called.

Source: keystoneauth1 5.x; the error documents of Keystone, Nova, Neutron and Glance (2026.2), whose words are in
``error.message``, ``<kind>.message``, ``NeutronError.message`` or plain text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from .._engine.errors import (
    ApiError,
    EdgeError,
    InputError,
    LoginError,
    NotFoundError,
    UnreachableError,
    UntrustedError,
)

#: options of every module, and where each is read from when it is not given
OPTIONS: dict[str, dict[str, Any]] = {
    "auth_url": {"type": "str", "required": True},
    "auth_username": {"type": "str", "required": True},
    "auth_password": {"type": "str", "required": True, "no_log": True},
    "project_name": {"type": "str", "required": True},
    "user_domain_name": {"type": "str", "default": "Default"},
    "project_domain_name": {"type": "str", "default": "Default"},
    "region_name": {"type": "str"},
    "interface": {"type": "str", "choices": ["public", "internal", "admin"], "default": "public"},
    "ca_cert": {"type": "path"},
    "validate_certs": {"type": "bool", "default": True},
    "timeout": {"type": "int", "default": 60},
}
#: what an API's paths begin with, where the catalog may name the service with it or without
PREFIX = {"image": "/v2", "network": "/v2.0", "identity": "/v3"}
_VERSION = re.compile(r"/v\d+(?:\.\d+)?/?$")


def words(text: str) -> str:
    """What an API says in the body of a refusal."""
    try:
        document = json.loads(text)
    except ValueError:
        plain = re.sub(r"<[^>]+>", " ", text)
        return " ".join(plain.split())[:500]
    if isinstance(document, Mapping):
        for value in document.values():
            if isinstance(value, Mapping) and isinstance(value.get("message"), str):
                return " ".join(str(value["message"]).split())[:500]
            if isinstance(value, list) and value and isinstance(value[0], Mapping) and "detail" in value[0]:
                return " ".join(str(value[0]["detail"]).split())[:500]
        if isinstance(document.get("message"), str):
            return " ".join(str(document["message"]).split())[:500]
    return " ".join(text.split())[:500]


class Cloud:
    """One region of an OpenStack, signed in to when it is first asked."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        import keystoneauth1.exceptions as failures
        from keystoneauth1.identity import v3
        from keystoneauth1.session import Session

        self.options = dict(options)
        self._failures: Any = failures
        self.url = str(options["auth_url"]).rstrip("/")
        if not re.match(r"https?://[^/]+", self.url):
            raise InputError(
                f"auth_url = {self.url!r} is no URL.",
                "Write it as https://HOST:5000/v3.",
                option="auth_url",
                value=self.url,
            )
        self._auth: Any = v3.Password(
            auth_url=self.url if _VERSION.search(self.url) else f"{self.url}/v3",
            username=options["auth_username"],
            password=options["auth_password"],
            project_name=options["project_name"],
            user_domain_name=options["user_domain_name"],
            project_domain_name=options["project_domain_name"],
        )
        verify: Any = (options.get("ca_cert") or True) if options["validate_certs"] else False
        self._session: Any = Session(auth=self._auth, verify=verify, timeout=options["timeout"])
        self.requests = 0

    # -- sign in ---------------------------------------------------------------------------------------------------

    def _access(self) -> Any:
        try:
            return self._auth.get_access(self._session)
        except self._failures.ClientException as error:
            raise self._translated(error, f"{self.url}/auth/tokens") from None
        except OSError as error:  # a file of certificates that is not there
            raise InputError(
                f"{self.url}: ca_cert = {self.options.get('ca_cert')}: {error}.",
                "Name the file with the authority that signed the certificate.",
                option="ca_cert",
            ) from None

    @property
    def project(self) -> str:
        """Id of the project that is signed in to."""
        return str(self._access().project_id)

    def catalog(self) -> list[dict[str, Any]]:
        """Every service of the catalog with its endpoints."""
        return list(self._access().service_catalog.catalog or [])

    def regions(self) -> list[str]:
        """Regions that the catalog speaks of."""
        return sorted({str(e.get("region_id") or e.get("region")) for s in self.catalog() for e in s["endpoints"]})

    def endpoint(self, service: str) -> str:
        """Where a service answers in this region; ``NotFoundError`` says which regions there are."""
        region, interface = self.options.get("region_name"), self.options["interface"]
        found = (
            self._access().service_catalog.url_for(service_type=service, interface=interface, region_name=region)
            if self.has(service)
            else None
        )
        if found:
            url = str(found).rstrip("/")
            return _VERSION.sub("", url) + PREFIX[service] if service in PREFIX else url
        regions = self.regions()
        if region and region not in regions:
            raise NotFoundError(
                f"{self.url}: there is no region {region!r} (region_name). There is {', '.join(regions) or 'none'}.",
                "Correct region_name.",
                option="region_name",
                value=region,
            )
        raise NotFoundError(
            f"{self.url}: the catalog has no {interface} endpoint of the service {service}"
            + (f" in region {region}." if region else "."),
            f"Install {service}, enter its endpoint in Keystone, or take another interface.",
            option="interface",
            value=interface,
            service=service,
        )

    def has(self, service: str) -> bool:
        """Whether the catalog has an endpoint of a service here."""
        region, interface = self.options.get("region_name"), self.options["interface"]
        try:
            found = self._access().service_catalog.url_for(
                service_type=service, interface=interface, region_name=region
            )
        except self._failures.CatalogException:
            return False
        return bool(found)

    # -- requests --------------------------------------------------------------------------------------------------

    def call(
        self,
        method: str,
        service: str,
        path: str,
        body: Any = None,
        microversion: str = "",
        missing: bool = False,
    ) -> Any:
        """The document that an API answers; None for nothing, and, where ``missing`` is allowed, for what is not there.

        :param microversion: of Nova's API.
        """
        url = self.endpoint(service) + path
        headers = {"Accept": "application/json"}
        if microversion:
            headers |= {"OpenStack-API-Version": f"compute {microversion}"}
        self.requests += 1
        try:
            answer = self._session.request(
                url, method, json=body, headers=headers, raise_exc=False, connect_retries=2 if method == "GET" else 0
            )
        except self._failures.ClientException as error:
            raise self._translated(error, url) from None
        if missing and answer.status_code == 404:
            return None
        if answer.status_code >= 400:
            raise self._refused(method, url, answer.status_code, words(answer.text))
        return answer.json() if answer.content and "json" in answer.headers.get("Content-Type", "") else None

    def get(self, service: str, path: str, microversion: str = "", missing: bool = False) -> Any:
        """What an API answers to GET."""
        return self.call("GET", service, path, microversion=microversion, missing=missing)

    def answers(self, service: str) -> str:
        """ "" when something answers at a service's endpoint, else what is wrong."""
        url = self.endpoint(service)
        self.requests += 1
        try:
            status = self._session.request(url, "GET", raise_exc=False, authenticated=True).status_code
        except self._failures.ClientException as error:
            return self._translated(error, url).message
        return f"{url} answers with HTTP {status}" if status >= 500 else ""

    # -- failures --------------------------------------------------------------------------------------------------

    def _refused(self, method: str, url: str, status: int, detail: str) -> EdgeError:
        remedy = {
            401: "Sign in as a user whose token counts there.",
            403: "Sign in as a user with the role admin, or raise the quota that is named.",
            404: "Look whether the service has this API.",
            409: "Look what is in the way.",
            413: "Raise the quota that is named, or remove what is not needed.",
        }.get(status, "Look into the service's log." if status >= 500 else "Correct what the API names.")
        return ApiError(
            f"{method} {url}: HTTP {status}: {detail}", remedy, status=status, method=method, path=url, detail=detail
        )

    def _translated(self, error: Any, url: str) -> EdgeError:
        known, options = self._failures, self.options
        text = " ".join(str(error).split())
        if isinstance(error, known.Unauthorized):
            who = f"auth_username = {options['auth_username']} of domain {options['user_domain_name']}"
            return LoginError(
                f"{url} does not let {who} into project_name = {options['project_name']}: {text}",
                "Correct auth_username, auth_password, project_name and their domains.",
                option="auth_password",
                url=url,
            )
        if isinstance(error, known.SSLError):
            return UntrustedError(
                f"{url}: {text}",
                f"ca_cert = {options.get('ca_cert') or 'not given'}: name the file with the authority that signed it.",
                option="ca_cert",
                url=url,
            )
        if isinstance(error, known.ConnectFailure | known.ConnectTimeout | known.RetriableConnectionFailure):
            return UnreachableError(
                f"{url} does not answer: {text}",
                "Look whether it runs, and whether auth_url and the catalog's endpoints can be reached from here.",
                option="auth_url",
                url=url,
            )
        if isinstance(error, known.HttpError):
            return ApiError(
                f"{url}: {text}", "Look into the service's log.", status=error.http_status, path=url, detail=text
            )
        return UnreachableError(
            f"{url}: {text}",
            "auth_url has to be that of Keystone, such as https://HOST:5000/v3.",
            option="auth_url",
            url=url,
        )
