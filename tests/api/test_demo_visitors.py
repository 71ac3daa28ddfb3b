from __future__ import annotations

from dataclasses import replace

import pytest

from api.app import create_app
from api.wiring import Parts
from tests.api.conftest import NOW


@pytest.fixture
def demo(settings):
    parts = Parts(replace(settings, demo=True), now=lambda: NOW)
    yield create_app(parts=parts)
    parts.close()


def test_visitors_from_this_machine_are_the_demo_manager(demo):
    page = demo.test_client().get("/")
    assert page.status_code == 200
    assert "Demo manager" in page.text


def test_two_visitors_share_one_key(demo):
    demo.test_client().get("/")
    demo.test_client().get("/")
    keys = demo.extensions["pointsman"].keys.list_keys()
    assert [(key.name, key.role) for key in keys] == [("Demo manager", "manager")]


@pytest.mark.parametrize(
    "visit",
    [
        {"environ_base": {"REMOTE_ADDR": "10.0.0.7"}},
        {"headers": {"X-Forwarded-For": "10.0.0.7"}},
        {"base_url": "http://rebound.example"},
    ],
    ids=["from elsewhere", "through a proxy", "by another name"],
)
def test_other_visitors_are_asked_for_a_key(demo, visit):
    assert demo.test_client().get("/", **visit).status_code == 302


def test_the_api_takes_nobody_without_a_session(demo):
    assert demo.test_client().get("/api/v1/articles").status_code == 401


def test_sessions_end_with_the_demo(demo, settings):
    client = demo.test_client()
    cookie = client.get("/").headers["Set-Cookie"].split(";")[0]
    parts = Parts(settings, now=lambda: NOW)
    later = create_app(parts=parts).test_client(use_cookies=False)
    assert later.get("/", headers={"Cookie": cookie}).status_code == 302
    parts.close()
