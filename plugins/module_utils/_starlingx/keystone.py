# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing in to StarlingX's Keystone with keystoneauth1, once per play, and what its catalog says of sysinv.

Source: StarlingX's services and regions; Keystone API v3. keystoneauth1 keeps its state as text (``get_auth_state``),
which the engine's token store keeps between tasks.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from .._engine.errors import ApiError, InputError, LoginError
from .._engine.http import Endpoint, Http
from .._engine.lazy import Lazily
from .._engine.tokens import TokenStore

ks: Any = Lazily("keystoneauth1.exceptions")
ks_session: Any = Lazily("keystoneauth1.session")
v3: Any = Lazily("keystoneauth1.identity.v3")

#: further attempts of a sign-in when nobody answers (none where that may be normal); a wait comes again by itself
RETRIES = 2


def keystone_words(response: Any) -> str:
    """Keystone's words in an error answer (``{"error": {"message"}}``)."""
    try:
        return str(response.json()["error"]["message"]).strip()
    except (ValueError, KeyError, TypeError, AttributeError):
        return str(getattr(response, "text", ""))[:300].strip()


def _persistent(sign_in: Callable[[], Any], retries: int) -> Any:
    """Sign in; once more when the answer was lost, since signing in twice does no harm."""
    try:
        return sign_in()
    except ks.SSLError:
        raise
    except ks.ConnectionError as error:
        if not retries or "NewConnectionError" in str(error):
            raise
    return sign_in()


class KeystoneAuth:
    """A token for sysinv, kept between tasks; a 401 leads to one new sign-in."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params
        self._retries = int(params.get("sign_in_retries", RETRIES))
        url = str(params["auth_url"]).rstrip("/")
        self._url = url if url.endswith("/v3") else f"{url}/v3"
        self._http = Http(
            Endpoint(
                url=self._url,
                validate_certs=params["validate_certs"],
                ca_cert=params["ca_cert"],
                timeout=params["timeout"],
                retries=0 if params["check_without_api"] else self._retries,
                title="Keystone",
                option="auth_url",
            ),
            keystone_words,
            login=True,
        )
        keys = ("auth_username", "project_name", "user_domain_name", "project_domain_name")
        self._store = TokenStore(
            (self._url, *(params[k] for k in keys)), params["auth_password"], params["token_cache"]
        )

    def headers(self) -> dict[str, str]:
        """The token as a header."""
        return {"X-Auth-Token": self._store.get(self._login)["token"]}

    def renew(self, detail: str) -> bool:
        """Forget a token that sysinv does not take (any more)."""
        self._store.forget()
        return True

    def service_url(self, service: str = "platform") -> str:
        """The URL of sysinv, or of another service, in the catalog, by interface and region.

        It is kept beside the token: reading a kept catalog takes keystoneauth1, and that a third of a short task.
        """
        region, interface = self._params["region_name"], self._params["interface"]
        place = f"{service} {interface} {region}"
        known = self._store.get(self._login).get("urls", {})
        if place not in known:
            found = self._look_up(service, region, interface)
            known = self._store.get(self._login).get("urls", {})  # another token may be kept by now
            self._store.add(urls={**known, place: found})
            return found
        return str(known[place])

    def _look_up(self, service: str, region: str, interface: str) -> str:
        wanted = {"service_type": service, "interface": interface, "region_name": region}
        catalog = self._catalog()
        if not catalog.get_urls(**wanted):
            # a kept catalog may be older than the region: that of a system that was enrolled, or has moved
            self._store.forget()
            catalog = self._catalog()
        try:
            found = str(catalog.url_for(**wanted))
        except ks.CatalogException:
            endpoints = catalog.get_endpoints(service_type=service).get(service, [])
            known = sorted({f"{e.get('interface')} in {e.get('region_id') or e.get('region')}" for e in endpoints})
            raise InputError(
                f"Keystone's catalog has no service {service} with interface {interface!r} in region {region!r}.",
                f"Known: {', '.join(known) or 'none'}. Correct region_name or interface.",
                option="region_name",
                value=region,
            ) from None
        return found.rstrip("/") if found.rstrip("/").endswith("/v1") else f"{found.rstrip('/')}/v1"

    def _catalog(self) -> Any:
        plugin = self._plugin()
        plugin.set_auth_state(self._store.get(self._login)["state"])
        return plugin.auth_ref.service_catalog

    def _plugin(self) -> Any:
        given = self._params
        return v3.Password(
            auth_url=self._url,
            username=given["auth_username"],
            password=given["auth_password"],
            project_name=given["project_name"],
            user_domain_name=given["user_domain_name"],
            project_domain_name=given["project_domain_name"],
        )

    def _login(self) -> dict[str, Any]:
        plugin = self._plugin()
        verify = self._http.session.verify
        session = ks_session.Session(session=self._http.session, verify=verify)
        # keystoneauth1 hands it on to requests, which takes one for the connection and one for the answer
        session.timeout = self._http.endpoint.timeouts
        try:
            access = _persistent(lambda: plugin.get_access(session), self._retries)
        except ks.Unauthorized as error:
            raise self._refused(error) from None
        except ks.SSLError as error:
            raise self._http.untrusted(error.__context__ or error) from None
        except ks.ConnectionError as error:
            raise self._http.unreachable(error.__context__ or error) from None
        except ks.HttpError as error:
            raise self._unexpected(error) from None
        except ks.ClientException as error:
            raise InputError(
                f"{self._url} does not answer as a Keystone does: {error}.",
                "Correct auth_url: Keystone listens on the OAM floating address, port 5000, path /v3.",
                option="auth_url",
            ) from None
        expires: datetime.datetime = access.expires
        return {"token": access.auth_token, "expires": expires.timestamp(), "state": plugin.get_auth_state()}

    def _refused(self, error: Any) -> LoginError:
        user, project = self._params["auth_username"], self._params["project_name"]
        return LoginError(
            f"Keystone refused to sign in user {user!r} to project {project!r}: {keystone_words(error.response)}",
            "Check auth_username and auth_password, then project_name and the names of the domains.",
            status=401,
            detail=keystone_words(error.response),
        )

    def _unexpected(self, error: Any) -> ApiError:
        status = int(error.http_status or 0)
        remedy = "Check the controller; run again when Keystone answers."
        if status in (300, 404, 405):
            remedy = "Correct auth_url: Keystone listens on the OAM floating address, port 5000, path /v3."
        return ApiError(
            f"Keystone answered the sign-in with {status}: {keystone_words(error.response)}",
            remedy,
            status=status,
            detail=keystone_words(error.response),
        )

    def close(self) -> None:
        """Give connections back."""
        self._http.close()
