from __future__ import annotations

import pytest

from api.auth import default_audiences
from tests.api.conftest import NOW

QUESTION = {"question": "How do refunds work?"}


def token_of(page: str) -> str:
    return page.split('name="csrf-token" content="')[1].split('"')[0] if "csrf-token" in page else ""


def form_token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def sign_in_on_page(client, secret, target=""):
    token = form_token(client.get("/sign-in").text)
    return client.post("/sign-in", data={"key": secret, "next": target, "csrf_token": token})


def test_without_a_key_the_api_asks_for_one(client):
    response = client.get("/api/v1/articles")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Pointsman"'
    assert response.get_json(force=True)["type"] == "/api/docs#not-signed-in"


@pytest.mark.parametrize("header", ["Bearer pm_unknown", "Basic cG06eA==", "Bearer", "Bearer \xe9"])
def test_a_key_that_is_none_is_refused(client, header):
    assert client.get("/api/v1/articles", headers={"Authorization": header}).status_code == 401


def test_a_revoked_key_is_refused(app, parts):
    made = parts.keys.add("Gone", "admin", None, "test", NOW)
    parts.keys.revoke(made.key.id, "test", NOW)
    header = {"Authorization": f"Bearer {made.secret}"}
    assert app.test_client().get("/api/v1/articles", headers=header).status_code == 401


def test_a_role_that_may_not_is_told_which_may(agent):
    response = agent.post("/api/v1/articles", json={"title": "T", "text": "x"})
    assert response.status_code == 403
    assert (
        response.get_json(force=True)["detail"]
        == "This needs one of the roles admin, manager; the key has agent."
    )


def test_a_help_desk_sees_public_articles_unless_told_otherwise():
    assert default_audiences("helpdesk") == {"public"}
    assert default_audiences("agent") is None


def test_pages_send_strangers_to_the_form_and_back(client, parts):
    response = client.get("/gaps?days=7")
    assert response.headers["Location"] == "/sign-in?next=/gaps?days%3D7"
    secret = parts.keys.add("Mia", "manager", None, "test", NOW).secret
    response = sign_in_on_page(client, secret, "/gaps?days=7")
    assert (response.status_code, response.headers["Location"]) == (303, "/gaps?days=7")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""]
)
def test_signing_in_never_leads_to_another_site(client, parts, target):
    secret = parts.keys.add("Mia", "agent", None, "test", NOW).secret
    assert sign_in_on_page(client, secret, target).headers["Location"] == "/"


def test_an_unknown_key_is_told_on_the_form(client):
    response = sign_in_on_page(client, "pm_wrong")
    assert response.status_code == 401
    assert "This key is unknown or was revoked." in response.text


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client, parts):
    secret = parts.keys.add("Mia", "agent", None, "test", NOW).secret
    cookie = sign_in_on_page(client, secret).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert secret not in cookie


def test_a_page_may_call_the_api_with_its_token_only(client, parts):
    sign_in_on_page(client, parts.keys.add("Mia", "agent", None, "test", NOW).secret)
    token = token_of(client.get("/").text)
    assert client.get("/api/v1/articles").status_code == 200
    assert client.post("/api/v1/answers", json=QUESTION).status_code == 403
    assert client.post("/api/v1/answers", json=QUESTION, headers={"X-CSRF-Token": "x"}).status_code == 403
    assert client.post("/api/v1/answers", json=QUESTION, headers={"X-CSRF-Token": token}).status_code == 200


def test_a_form_from_another_site_is_refused(client, parts):
    secret = parts.keys.add("Mia", "agent", None, "test", NOW).secret
    assert client.post("/sign-in", data={"key": secret}).status_code == 403


def test_a_session_ends_with_its_key(client, parts):
    made = parts.keys.add("Mia", "agent", None, "test", NOW)
    sign_in_on_page(client, made.secret)
    parts.keys.revoke(made.key.id, "test", NOW)
    assert client.get("/").status_code == 302


def test_signing_out_ends_the_session(client, parts):
    sign_in_on_page(client, parts.keys.add("Mia", "agent", None, "test", NOW).secret)
    token = form_token(client.get("/").text)
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert client.get("/").status_code == 302
