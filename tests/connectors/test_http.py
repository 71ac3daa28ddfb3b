from __future__ import annotations

import socket
import threading

import pytest

from connectors.errors import AddressRefused, ServiceRefused, ServiceUnavailable
from connectors.http import Http, HttpSetting

HERE = frozenset({"127.0.0.1"})


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def http(pauses):
    return Http(HttpSetting(private_hosts=HERE, read_seconds=0.3), pauses.append)


def test_json_is_sent_and_the_answer_given(http, web):
    reply = http.post_json(web.url, {"text": "größer"}, {"X-Key": "k"})

    assert (reply.status, reply.text) == (200, "ok")
    ((path, headers, body),) = web.heard
    assert (path, body) == ("/hooks/secret", {"text": "größer"})
    assert headers["Host"] == f"127.0.0.1:{web.port}"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["X-Key"] == "k"


def test_a_host_that_asks_to_come_back_is_tried_again_when_it_said(http, web, pauses):
    web.answers = [(429, {"Retry-After": "7"}, ""), (503, {}, "")]

    assert http.post_json(web.url, {}).status == 200
    assert pauses == [7.0, 2.0]


def test_nobody_is_waited_for_longer_than_is_set(http, web, pauses):
    web.answers = [(429, {"Retry-After": "86400"}, "")]

    http.post_json(web.url, {})

    assert pauses == [30.0]


def test_after_all_tries_it_is_given_up(http, web):
    web.answers = [(503, {}, "")] * 3

    with pytest.raises(ServiceUnavailable, match=r"127\.0\.0\.1 answered 503, 3 times"):
        http.post_json(web.url, {})
    assert len(web.heard) == 3


def test_an_error_of_the_sender_is_not_tried_again(http, web, pauses):
    web.answers = [(400, {}, "invalid_payload")]

    with pytest.raises(ServiceRefused, match=r"127\.0\.0\.1 answered 400: invalid_payload") as caught:
        http.post_json(web.url, {})
    assert caught.value.status == 400
    assert pauses == []
    assert "secret" not in str(caught.value)


def test_an_error_of_the_host_may_pass(http, web):
    web.answers = [(500, {}, "")]

    with pytest.raises(ServiceUnavailable, match="answered 500"):
        http.post_json(web.url, {})
    assert len(web.heard) == 1


def test_where_nobody_listens_it_is_tried_again(http, pauses):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(ServiceUnavailable, match="could not be reached, 3 times"):
        http.post_json(f"http://127.0.0.1:{port}/", {})
    assert pauses == [1.0, 2.0]


def test_what_may_have_been_heard_is_not_sent_twice(http):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        opened = []
        threading.Thread(target=lambda: opened.append(silent.accept()[0])).start()

        with pytest.raises(ServiceUnavailable, match="gave no answer: ReadTimeoutError"):
            http.post_json(f"http://127.0.0.1:{silent.getsockname()[1]}/", {})
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()
        opened[0].close()


def test_a_redirect_that_keeps_the_method_is_followed(http, web):
    web.answers = [(307, {"Location": "/moved"}, "")]

    assert http.post_json(web.url, {"a": 1}).status == 200
    assert [(path, body) for path, _, body in web.heard] == [
        ("/hooks/secret", {"a": 1}),
        ("/moved", {"a": 1}),
    ]


@pytest.mark.parametrize(
    "place",
    ["http://localhost/", "https://169.254.169.254/latest", "https://10.0.0.1/", "file:///etc/passwd"],
)
def test_no_redirect_leads_into_the_own_network(http, web, place):
    web.answers = [(308, {"Location": place}, "")]

    with pytest.raises(AddressRefused):
        http.post_json(web.url, {})
    assert len(web.heard) == 1


def test_a_redirect_that_would_turn_into_a_reading_is_an_error(http, web):
    web.answers = [(302, {"Location": "/sign-in"}, "")]

    with pytest.raises(ServiceRefused, match="answered 302"):
        http.post_json(web.url, {})


def test_redirects_in_circles_end(http, web):
    web.answers = [(307, {"Location": "/hooks/secret"}, "")] * 9

    with pytest.raises(AddressRefused, match="redirects too often"):
        http.post_json(web.url, {})
    assert len(web.heard) == 4


def test_the_own_network_is_closed_unless_it_is_opened(web):
    with pytest.raises(AddressRefused):
        Http().post_json(web.url.replace("http:", "https:"), {})
    assert web.heard == []
