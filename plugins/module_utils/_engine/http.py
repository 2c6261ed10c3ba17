# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One way to talk HTTP: pooled sessions, TLS, one retry policy, one new login on a real 401, no secret in an error."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Protocol
from urllib.parse import urlsplit

from .errors import ApiError, EdgeError, InputError, LoginError, UnreachableError, UnsureWriteError, UntrustedError
from .traffic import CountingAdapter, Traffic
from .trust import check_authority

try:
    import requests
    from urllib3.util.retry import Retry
except ImportError:  # reported by the module with missing_required_lib
    HAS_REQUESTS = False
    Retry = object  # type: ignore[assignment,misc]
else:
    HAS_REQUESTS = True

#: seconds in which a connection has to be there
CONNECT_TIMEOUT = 10.0
READS = frozenset({"GET", "HEAD", "OPTIONS"})
#: seconds that a ``Retry-After`` is followed at most
LONGEST_WISH = 30.0
#: what to do about answers that are lost: the way to the API is there
LOOK_AT = "Look at the API's log, and at proxies and load balancers in between (their limits of time)."


class Patience(Retry):
    """The retry policy, as urllib3 runs it.

    Reads are repeated on connection errors, 429, 502, 503 and 504. A write is repeated only when it surely did not
    act: the connection was never made, or the server said 429 or 503. ``Retry-After`` is honoured. ``deadline``
    (seconds) bounds the whole, however many attempts are left.
    """

    deadline = 60.0
    _until: float | None = None

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        codes = {429, 502, 503, 504} if method.upper() in READS else {429, 503}
        return bool(self.total) and status_code in codes

    def new(self, **kwargs: Any) -> Patience:
        fresh = super().new(**kwargs)
        fresh.deadline = self.deadline
        fresh._until = self._until or time.monotonic() + self.deadline
        return fresh

    def is_exhausted(self) -> bool:
        return super().is_exhausted() or (self._until is not None and time.monotonic() > self._until)

    def get_retry_after(self, response: Any) -> float | None:
        """The server's wish in seconds, clamped so that one answer cannot stall a play; None for what is no wish."""
        wish = _seconds(response.headers.get("Retry-After") or "")
        return None if wish is None else min(max(wish, 0.0), LONGEST_WISH)


def _seconds(wish: str) -> float | None:
    """A ``Retry-After`` in seconds: a number (gateways write fractions, too) or a date; None for anything else.

    urllib3 takes whole numbers and dates, and gives the whole request up over the rest.
    """
    try:
        number = float(wish)
    except ValueError:
        pass
    else:
        return None if math.isnan(number) else number
    try:
        date = email.utils.parsedate_to_datetime(wish)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - time.time()
    except (TypeError, ValueError, OverflowError):
        return None


def patience(attempts: int, deadline: float) -> Patience:
    """The policy for so many further attempts (0: none) within ``deadline`` seconds."""
    policy = Patience(
        total=attempts,
        connect=attempts,
        read=attempts,
        status=attempts,
        other=0,
        redirect=0,
        allowed_methods=READS,
        status_forcelist=(),
        backoff_factor=0.3,
        backoff_max=8,
        raise_on_status=False,
    )
    policy.deadline = deadline
    return policy


class Auth(Protocol):
    """Where the authorisation of a request comes from."""

    def headers(self) -> Mapping[str, str]:
        """Headers for the next request; logs in when there is no usable token."""

    def renew(self, detail: str) -> bool:
        """After a 401: forget the token; False when a new login cannot help (``detail`` is the API's text)."""


@dataclass(frozen=True)
class Endpoint:
    """Where and how to connect. ``option`` and ``ca_option`` name what a person would correct."""

    url: str
    validate_certs: bool = True
    ca_cert: str | None = None
    timeout: float = 60.0
    retries: int = 4
    retry_deadline: float = 60.0
    title: str = "API"
    option: str = "url"
    ca_option: str = "ca_cert"

    @property
    def timeouts(self) -> tuple[float, float]:
        """Seconds for making a connection and for an answer. A host that is off should be noticed soon."""
        return min(CONNECT_TIMEOUT, self.timeout), self.timeout


class Http:
    """Requests to one endpoint. Safe to share between threads; no cookies are kept."""

    def __init__(
        self,
        endpoint: Endpoint,
        words: Callable[[requests.Response], str],
        auth: Auth | None = None,
        headers: Mapping[str, str] | None = None,
        traffic: Traffic | None = None,
        login: bool = False,
    ) -> None:
        """``traffic`` counts together with that of others; ``login``: everything sent here is a sign-in."""
        self.endpoint = endpoint
        self.auth = auth
        self.traffic = traffic or Traffic()
        self._login = login
        self._answered = False
        self._authority_read = False
        self._words = words
        #: (status, method, path, the API's words) of a refusal -> what to do about it, and details for programs
        self.explain: Callable[[int, str, str, str], tuple[str, dict[str, Any]]] | None = None
        self._headers = dict(headers or {})
        self._patient = self._session(patience(endpoint.retries, endpoint.retry_deadline))
        self._quick = self._session(patience(0, 0))

    def _session(self, policy: Patience) -> requests.Session:
        session = requests.Session()
        session.trust_env = True
        session.verify = (self.endpoint.ca_cert or True) if self.endpoint.validate_certs else False
        session.cookies.set_policy(_NoCookies())
        session.headers.update(self._headers)
        adapter = CountingAdapter(self.traffic, max_retries=policy, pool_connections=4, pool_maxsize=16)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    @property
    def session(self) -> requests.Session:
        """The pooled session with the retry policy, for a library that does the talking itself."""
        self._check()
        return self._patient

    def _check(self) -> None:
        """Raise InputError for a URL without a scheme, and for a file with the authority that is none."""
        if not self.endpoint.url.lower().startswith(("https://", "http://")):
            shown = self.endpoint.url.rpartition("@")[2]  # a password may stand before it
            raise InputError(
                f"{self.endpoint.option} = {shown!r} is no URL of an API, and nothing was sent: it begins with https://"
                " (with http:// where the API has no TLS).",
                f"Write https:// before it, or what else the address of {self.endpoint.title} begins with.",
                option=self.endpoint.option,
                value=shown,
            )
        if self.endpoint.ca_cert and self.endpoint.validate_certs and not self._authority_read:
            check_authority(self.endpoint.ca_cert, self.endpoint.ca_option)
            self._authority_read = True

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        quick: bool = False,
    ) -> requests.Response:
        """Send and return a good answer (status below 400); anything else is one of the typed errors."""
        response = self._send(method, path, json, data, headers, params, quick)
        if response.status_code == 401 and self.auth and self.auth.renew(self._words(response)):
            response = self._send(method, path, json, data, headers, params, quick)
        if response.status_code >= 400:
            raise self._refused(method, path, response)
        return response

    def json(self, method: str, path: str, **kwargs: Any) -> Any:
        """The same, with the answer decoded (None when it has no body)."""
        response = self.request(method, path, **kwargs)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError:
            raise ApiError(
                f"{self.endpoint.title} answered {method} {path} with something that is not JSON.",
                f"Check that {self.endpoint.option} ({self.endpoint.url}) is the API and not a proxy or a web page.",
                status=response.status_code,
                method=method,
                path=path,
                detail=response.text[:200],
            ) from None

    def _send(
        self,
        method: str,
        path: str,
        json: Any,
        data: bytes | None,
        headers: Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        quick: bool,
    ) -> requests.Response:
        self._check()
        session = self._quick if quick else self._patient
        merged = {**(self.auth.headers() if self.auth else {}), **(headers or {})}
        url = path if "://" in path else f"{self.endpoint.url.rstrip('/')}/{path.lstrip('/')}"
        self.traffic.asked(method, self._login, quick)
        try:
            response = session.request(
                method,
                url,
                json=json,
                data=data,
                headers=merged,
                params=params,
                timeout=self.endpoint.timeouts,
                allow_redirects=False,
                # requests lets REQUESTS_CA_BUNDLE win over the session's setting, but not over this
                verify=session.verify,
            )
        except requests.exceptions.SSLError as error:
            raise self.untrusted(error) from None
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ConnectionError) as error:
            if method in READS or _never_sent(error):
                raise self.unreachable(error) from None
            raise self._unsure(method, path, error) from None
        except requests.exceptions.Timeout as error:
            if method in READS:
                raise self.unreachable(error) from None
            raise self._unsure(method, path, error) from None
        except requests.exceptions.InvalidJSONError:
            raise InputError(
                f"{self.endpoint.title}: {method} {urlsplit(path).path} would hold a number that JSON has not (.nan or"
                " .inf), and was not sent.",
                "Look for it in what is declared, and give a finite number or a text.",
            ) from None
        except requests.exceptions.RequestException as error:
            raise self.unreachable(error) from None
        except OSError as error:  # the file with the authority cannot be read, or holds something else
            raise self.untrusted(error) from None
        self.traffic.answered(response)
        self._answered = True
        if method not in READS and response.status_code in (502, 504):
            raise self._unsure(method, path, Exception(f"HTTP {response.status_code}"))
        return response

    def _refused(self, method: str, path: str, response: requests.Response) -> Exception:
        detail = self._words(response)
        kind = LoginError if response.status_code == 401 else ApiError
        shown = urlsplit(path).path
        remedy, told = self.explain(response.status_code, method, shown, detail) if self.explain else ("", {})
        return kind(
            f"{self.endpoint.title} refused {method} {shown} with {response.status_code}: {detail}",
            remedy,
            **told,
            status=response.status_code,
            method=method,
            path=shown,
            detail=detail,
        )

    def untrusted(self, error: BaseException) -> UntrustedError:
        """The error for a certificate that is not trusted, naming the options to correct."""
        return UntrustedError(
            f"{self.endpoint.title} at {self.endpoint.url}: its TLS certificate is not trusted ({_cause(error)}).",
            f"Give the authority that signed it with {self.endpoint.ca_option}, or correct {self.endpoint.option}.",
            url=self.endpoint.url,
        )

    def unreachable(self, error: BaseException) -> UnreachableError:
        """The error for a connection that could not be made, naming the option to correct.

        Of a write whose answer was lost every time it says that: there was a connection, so the way is there.
        """
        if self._may_want_tls(error):
            return UnreachableError(
                f"{self.endpoint.title} at {self.endpoint.url} gave no answer to the sign-in ({_cause(error)}).",
                f"Where the API has TLS, {self.endpoint.option} begins with https://, and here it begins with http://."
                f" Otherwise: {LOOK_AT[0].lower()}{LOOK_AT[1:]}",
                url=self.endpoint.url,
            )
        if isinstance(error, UnsureWriteError):
            write = f"{error.details.get('method')} {error.details.get('path')}"
            return UnreachableError(
                f"{self.endpoint.title} at {self.endpoint.url} took {write} several times in a row, and each answer was"
                f" lost ({_cause(error)}).",
                f"{LOOK_AT} Check {self.endpoint.option}, and run again: what exists by then is taken up, nothing is"
                " doubled.",
                url=self.endpoint.url,
                method=error.details.get("method"),
                path=error.details.get("path"),
            )
        return UnreachableError(
            f"{self.endpoint.title} at {self.endpoint.url} cannot be reached ({_cause(error)}).",
            f"Check {self.endpoint.option}, the network and firewalls in between, and that the service runs.",
            url=self.endpoint.url,
        )

    def _may_want_tls(self, error: BaseException) -> bool:
        """Whether a sign-in without TLS was sent and cut off, as a port with TLS does with what is no TLS."""
        sent = isinstance(error, UnsureWriteError) or not _never_sent(error)
        late = "timed out" in _cause(error).lower()  # such a port hangs up at once
        plain = self.endpoint.url.lower().startswith("http://")
        return self._login and plain and sent and not late and not self._answered

    def _unsure(self, method: str, path: str, error: Exception) -> UnsureWriteError:
        return UnsureWriteError(
            f"{self.endpoint.title}: the answer to {method} {urlsplit(path).path} was lost ({_cause(error)}).",
            f"{LOOK_AT} Then run again: what exists by then is taken up, nothing is doubled.",
            method=method,
            path=urlsplit(path).path,
            cause=_cause(error),
            late="timed out" in _cause(error).lower(),
        )

    def close(self) -> None:
        """Give connections back."""
        self._patient.close()
        self._quick.close()


def _never_sent(error: BaseException) -> bool:
    """Whether a request surely never left: the connection was refused, or its name or route not found."""
    text = repr(error)
    return "NewConnectionError" in text or "NameResolutionError" in text or "ConnectTimeout" in text


def _cause(error: BaseException) -> str:
    """The innermost reason in a few words (the libraries wrap it several times, and so do our own errors)."""
    if isinstance(error, EdgeError):  # its text has a remedy of its own
        return str(error.details.get("cause") or error.message)
    inner: BaseException = error
    for _depth in range(8):
        reason = getattr(inner, "reason", None)
        following = reason if isinstance(reason, BaseException) else None
        following = following or next((a for a in inner.args if isinstance(a, BaseException)), None)
        following = following or inner.__cause__
        if following is None:
            break
        inner = following
    text = str(inner).split(": ", 1)[-1] if "object at 0x" in str(inner) else str(inner)
    return text[:200] or type(inner).__name__


if HAS_REQUESTS:
    from http.cookiejar import DefaultCookiePolicy

    class _NoCookies(DefaultCookiePolicy):
        """The OSM NBI would sign a client in by cookie alone: keep none."""

        def set_ok(self, cookie: Any, request: Any) -> bool:
            return False
