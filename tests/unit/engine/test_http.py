# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP session against a real server on loopback: retries, lost answers, tokens, TLS, no secret in an error."""

from __future__ import annotations

import contextlib
import dataclasses
import email.utils
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.edge.infra.plugins.module_utils._engine import tokens
from ansible_collections.edge.infra.plugins.module_utils._engine.errors import (
    ApiError,
    InputError,
    LoginError,
    UnreachableError,
    UnsureWriteError,
    UntrustedError,
)
from ansible_collections.edge.infra.plugins.module_utils._engine.http import Endpoint, Http, patience
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def words(response: Any) -> str:
    return str(response.text)


def http(url: str, **options: Any) -> Http:
    return Http(
        Endpoint(url, retries=3, retry_deadline=5, timeout=5, title="Thing", option="thing_url", **options), words
    )


def answers(server: HTTPServer, path: str, *statuses: int, **headers: str) -> list[str]:
    """Answer ``path`` with the statuses in turn (the last one for ever); returns the list of methods received."""
    seen: list[str] = []

    def handler(request: Request) -> Response:
        seen.append(request.method)
        status = statuses[min(len(seen), len(statuses)) - 1]
        return Response("no" if status >= 400 else '{"ok": true}', status, headers=headers if status >= 400 else None)

    server.expect_request(path).respond_with_handler(handler)
    return seen


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_reads_are_repeated(httpserver: HTTPServer, status: int) -> None:
    seen = answers(httpserver, "/x", status, status, 200)
    assert http(httpserver.url_for("")).json("GET", "x") == {"ok": True}
    assert len(seen) == 3


@pytest.mark.parametrize(("status", "requests"), [(429, 2), (503, 2)])
def test_writes_are_repeated_when_they_surely_did_not_act(httpserver: HTTPServer, status: int, requests: int) -> None:
    seen = answers(httpserver, "/x", status, 200)
    http(httpserver.url_for("")).json("POST", "x", json={})
    assert len(seen) == requests


@pytest.mark.parametrize("status", [502, 504])
def test_writes_that_may_have_acted_are_not_repeated(httpserver: HTTPServer, status: int) -> None:
    seen = answers(httpserver, "/x", status)
    with pytest.raises(UnsureWriteError):
        http(httpserver.url_for("")).json("POST", "x", json={})
    assert len(seen) == 1


def test_retry_after_is_honoured(httpserver: HTTPServer) -> None:
    answers(httpserver, "/x", 503, 200, **{"Retry-After": "1"})
    begun = time.monotonic()
    http(httpserver.url_for("")).json("GET", "x")
    assert time.monotonic() - begun >= 1.0


def _date(seconds: float) -> str:
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


@pytest.mark.parametrize(
    ("wish", "least", "most"),
    [
        ("0.1", 0.1, 0.1),
        (" 2 ", 2, 2),
        (".5", 0.5, 0.5),
        ("-3", 0, 0),
        ("1e9", 30, 30),
        ("inf", 30, 30),
        (_date(-10), 0, 0),
        (_date(86400), 30, 30),
        ("Sun Nov  6 08:49:37 1994", 0, 0),
    ],
)
def test_a_wish_to_wait_is_taken_in_any_spelling_and_never_in_full_where_it_is_long(
    wish: str, least: float, most: float
) -> None:
    waited = patience(1, 5).get_retry_after(Response(headers={"Retry-After": wish}))
    assert waited is not None and least <= waited <= most


@pytest.mark.parametrize("spelled", [_date, lambda seconds: time.asctime(time.gmtime(time.time() + seconds))])
def test_a_date_is_waited_for(spelled: Any) -> None:
    waited = patience(1, 5).get_retry_after(Response(headers={"Retry-After": spelled(20)}))
    assert waited is not None and 10 <= waited <= 20


@pytest.mark.parametrize(
    "wish", ["", "nan", "soon", "1 second", "Thu, 99 Foo 99999 25:61:00 GMT", "Sat, 31 Dec 2022 23:59:59 +9999"]
)
def test_a_wish_that_is_none_is_ignored(wish: str) -> None:
    assert patience(1, 5).get_retry_after(Response(headers={"Retry-After": wish})) is None


@pytest.mark.parametrize("wish", ["0.1", "-1", "soon", "nan"])
def test_an_odd_wish_to_wait_does_not_end_the_request(httpserver: HTTPServer, wish: str) -> None:
    seen = answers(httpserver, "/x", 503, 429, 200, **{"Retry-After": wish})
    begun = time.monotonic()
    assert http(httpserver.url_for("")).json("POST", "x", json={}) == {"ok": True}
    assert len(seen) == 3 and time.monotonic() - begun < 4


def test_quick_does_not_repeat(httpserver: HTTPServer) -> None:
    seen = answers(httpserver, "/x", 503, 200)
    with pytest.raises(ApiError) as caught:
        http(httpserver.url_for("")).json("GET", "x", quick=True)
    assert caught.value.status == 503 and len(seen) == 1


def test_refused_connection_names_the_option() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(UnreachableError, match="thing_url"):
        http(f"http://127.0.0.1:{port}").json("POST", "x", json={}, quick=True)


def test_a_dropped_connection_is_unsure_for_a_write_and_repeated_for_a_read() -> None:
    accepted: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _unused = listener.accept()
            except OSError:
                return
            accepted.append(connection.recv(4096).split(b" ")[0])
            if accepted.count(b"GET") > 1:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    client = http(f"http://127.0.0.1:{listener.getsockname()[1]}")
    with pytest.raises(UnsureWriteError) as lost:
        client.json("POST", "x", json={})
    assert client.json("GET", "x") == {}
    listener.close()
    assert accepted == [b"POST", b"GET", b"GET"]
    # a login that is lost every time: one message with the cause, one remedy
    error = client.unreachable(lost.value)
    assert "took POST x several times in a row, and each answer was lost (Remote end closed" in error.message
    assert "cannot be reached" not in str(error) and "firewalls" not in str(error) and "API's log" in error.remedy
    assert lost.value.remedy not in str(error) and str(error).count("Check thing_url") == 1


def test_an_untrusted_certificate_names_the_ca_option(tmp_path: Path) -> None:
    import trustme

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with HTTPServer(ssl_context=context, host="127.0.0.1") as server:
        server.expect_request("/x").respond_with_json({})
        with pytest.raises(UntrustedError, match=r"thing_url.*") as caught:
            http(server.url_for("")).json("GET", "x")
        assert "ca_cert" in caught.value.remedy
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        assert http(server.url_for(""), ca_cert=str(tmp_path / "ca.pem")).json("GET", "x") == {}


class Auth:
    """Counts logins; ``renewable`` tells whether a 401 leads to another."""

    def __init__(self, renewable: bool = True) -> None:
        self.token, self.renewable = 0, renewable

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"t{self.token}"}

    def renew(self, detail: str) -> bool:
        self.token += 1
        return self.renewable


@pytest.mark.parametrize(("renewable", "requests"), [(True, 2), (False, 1)])
def test_one_new_login_on_a_401(httpserver: HTTPServer, renewable: bool, requests: int) -> None:
    seen = answers(httpserver, "/x", 401)
    client = http(httpserver.url_for(""))
    client.auth = Auth(renewable)
    with pytest.raises(LoginError):
        client.json("POST", "x", json={"password": "s3cret"})
    assert len(seen) == requests


def test_no_secret_in_an_error(httpserver: HTTPServer) -> None:
    answers(httpserver, "/x", 400)
    with pytest.raises(ApiError) as caught:
        http(httpserver.url_for("")).json("POST", "x", json={"password": "s3cret"}, headers={"Authorization": "s3cret"})
    assert "s3cret" not in str(caught.value) + str(caught.value.as_dict())


def test_something_that_is_not_json_says_so(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data("<html>a proxy's page</html>")
    with pytest.raises(ApiError, match="not JSON"):
        http(httpserver.url_for("")).json("GET", "x")


def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str = "right") -> tokens.TokenStore:
    monkeypatch.setenv("EDGE_INFRA_CACHE", str(tmp_path / "cache"))
    return tokens.TokenStore(("url", "user", "project"), password)


def test_a_token_is_kept_for_the_next_task_only_with_the_same_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logins: list[int] = []

    def login() -> dict[str, Any]:
        logins.append(1)
        return {"token": f"t{len(logins)}", "expires": time.time() + 3600}

    assert _store(tmp_path, monkeypatch).get(login)["token"] == "t1"
    assert _store(tmp_path, monkeypatch).get(login)["token"] == "t1"
    assert _store(tmp_path, monkeypatch, "wrong").get(login)["token"] == "t2"
    files = [p for p in (tmp_path / "cache").iterdir() if p.suffix == ".json"]
    assert [p.stat().st_mode & 0o777 for p in files] == [0o600]
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert "right" not in files[0].read_text()


def test_what_is_kept_beside_a_token_goes_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = _store(tmp_path, monkeypatch)
    store.add(urls={"platform": "lost"})
    assert "urls" not in store.get(lambda: {"token": "one", "expires": time.time() + 600}), "there was no token yet"
    store.add(urls={"platform": "https://a"})
    for again in (store, _store(tmp_path, monkeypatch)):
        assert again.get(pytest.fail)["urls"] == {"platform": "https://a"}
    other = _store(tmp_path, monkeypatch)
    other.get(pytest.fail)
    other.forget()
    assert "urls" not in other.get(lambda: {"token": "two", "expires": time.time() + 600})
    store.add(urls={"platform": "stale"})
    assert "urls" not in _store(tmp_path, monkeypatch).get(pytest.fail), "the token is another one by now"


def test_an_expired_token_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([time.time() + 10, time.time() + 3600])
    store = _store(tmp_path, monkeypatch)
    assert store.get(lambda: {"token": "a", "expires": next(times)})["token"] == "a"
    assert _store(tmp_path, monkeypatch).get(lambda: {"token": "b", "expires": next(times)})["token"] == "b"


def test_a_folder_that_others_can_enter_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").mkdir(mode=0o755)
    store = _store(tmp_path, monkeypatch)
    store.get(lambda: {"token": "a", "expires": time.time() + 3600})
    assert list((tmp_path / "cache").iterdir()) == []


def test_forgetting_leaves_a_token_that_another_task_has_put_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _store(tmp_path, monkeypatch), _store(tmp_path, monkeypatch)
    first.get(lambda: {"token": "old", "expires": time.time() + 3600})
    second.get(lambda: {"token": "unused", "expires": 0})
    second.forget()
    second.get(lambda: {"token": "new", "expires": time.time() + 3600})
    first.forget()
    assert second.get(lambda: {"token": "x", "expires": 0})["token"] == "new"
    assert _store(tmp_path, monkeypatch).get(lambda: {"token": "x", "expires": 0})["token"] == "new"


@pytest.mark.parametrize("kept", [True, False])
def test_many_requests_that_are_refused_with_one_token_sign_in_once(
    kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGE_INFRA_CACHE", str(tmp_path / "cache"))
    store = tokens.TokenStore(("url", "user", "project"), "right", kept)
    logins: list[int] = []

    def login() -> dict[str, Any]:
        logins.append(1)
        time.sleep(0.01)
        return {"token": f"t{len(logins)}", "expires": time.time() + 3600}

    sent_with = [store.get(login) for _turn in range(8)]

    def refused(token: dict[str, Any]) -> str:
        store.forget(token)
        return str(store.get(login)["token"])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(refused, sent_with)) == {"t2"}
    assert refused(sent_with[0]) == "t2" and len(logins) == 2


@pytest.mark.parametrize("talk", [lambda one: one.json("GET", "x"), lambda one: one.session])
def test_an_authority_that_is_not_there_is_named(talk: Any, httpserver: HTTPServer, tmp_path: Path) -> None:
    seen = answers(httpserver, "/x", 200)
    path = str(tmp_path / "nope.pem")
    with pytest.raises(InputError, match=r"thing_ca = .*nope\.pem: there is no such file") as caught:
        talk(http(httpserver.url_for(""), ca_cert=path, ca_option="thing_ca"))
    assert caught.value.details["option"] == "thing_ca" and seen == []
    http(httpserver.url_for(""), ca_cert=path, validate_certs=False).json("GET", "x")


@pytest.mark.parametrize("talk", [lambda one: one.json("GET", "x"), lambda one: one.session])
@pytest.mark.parametrize("url", ["nbi.example.com", "nbi.example.com:9999", "htps://nbi.example.com", "me:canary@nbi"])
def test_a_url_without_a_scheme_is_refused_with_the_option(url: str, talk: Any) -> None:
    with pytest.raises(InputError, match=r"thing_url = '.*nbi.* nothing was sent: it begins with https://") as caught:
        talk(http(url))
    assert caught.value.details["option"] == "thing_url" and "canary" not in str(caught.value)


def test_no_cookie_is_kept(httpserver: HTTPServer) -> None:
    """The NBI of OSM would sign whoever has its cookie in, whatever the token says."""
    sent: list[str | None] = []

    def answer(request: Request) -> Response:
        sent.append(request.headers.get("Cookie"))
        return Response("{}", headers={"Set-Cookie": "session_id=1; Path=/"}, content_type="application/json")

    httpserver.expect_request("/x").respond_with_handler(answer)
    one = http(httpserver.url_for(""))
    for _turn in range(2):
        one.json("GET", "x")
        one.session.get(httpserver.url_for("/x"), timeout=5)
    assert sent == [None] * 4


@pytest.fixture
def hangs_up() -> Iterator[int]:
    """A port that closes each connection once something came, as one with TLS does with what is no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _peer = server.accept()
                    with connection:
                        connection.recv(100)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def test_a_sign_in_without_tls_that_is_cut_off_is_told_to_use_https(hangs_up: int) -> None:
    endpoint = Endpoint(f"http://127.0.0.1:{hangs_up}", retries=0, timeout=5, title="Thing", option="thing_url")
    with pytest.raises(UnsureWriteError) as lost:
        Http(endpoint, words).json("POST", "x", json={})
    told = Http(endpoint, words, login=True).unreachable(lost.value)
    assert "gave no answer to the sign-in" in str(told) and "thing_url begins with https://" in told.remedy
    assert "https://" not in Http(endpoint, words).unreachable(lost.value).remedy, "it is no sign-in"
    with_tls = dataclasses.replace(endpoint, url=endpoint.url.replace("http:", "https:"))
    assert "several times" in str(Http(with_tls, words, login=True).unreachable(lost.value))


def test_a_sign_in_that_is_lost_after_an_answer_is_not_about_tls(httpserver: HTTPServer) -> None:
    answers(httpserver, "/x", 200, 502)
    endpoint = Endpoint(httpserver.url_for(""), retries=0, title="Thing", option="thing_url")
    one = Http(endpoint, words, login=True)
    one.json("POST", "x", json={})
    with pytest.raises(UnsureWriteError) as lost:
        one.json("POST", "x", json={})
    assert "several times" in str(one.unreachable(lost.value))
