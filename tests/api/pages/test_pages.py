from __future__ import annotations

import pytest

from tests.api.conftest import NOW

REFUNDS = {"title": "Refunds <fast>", "text": "A refund takes five days.\n\n- <b>Cards</b> only"}


@pytest.fixture
def signed_in(client, parts):
    """A browser in which a manager has signed in."""
    secret = parts.keys.add("Mia", "manager", None, "test", NOW).secret
    token = form_token(client.get("/sign-in").text)
    client.post("/sign-in", data={"key": secret, "csrf_token": token})
    return client


def form_token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_the_first_page_asks(signed_in):
    page = signed_in.get("/")
    assert page.status_code == 200
    assert 'id="question"' in page.text
    assert 'href="/verification"' in page.text


def test_agents_are_not_led_to_what_they_may_not_do(client, parts):
    secret = parts.keys.add("Ann", "agent", None, "test", NOW).secret
    client.post("/sign-in", data={"key": secret, "csrf_token": form_token(client.get("/sign-in").text)})
    assert 'href="/verification"' not in client.get("/").text
    assert client.get("/verification").status_code == 403


def test_an_article_shows_the_quote_marked(signed_in, manager):
    manager.put("/api/v1/articles/help:refunds.md", json=REFUNDS)
    page = signed_in.get("/articles/help:refunds.md?version=1&start=9&end=14").text
    assert 'A refund <mark id="quote">takes</mark> five days.' in page
    assert "Refunds &lt;fast&gt;" in page
    assert "Read it as it is now" in page


def test_an_article_that_is_not_there_is_told_on_a_page(signed_in):
    page = signed_in.get("/articles/help:none")
    assert page.status_code == 404
    assert "No such article" in page.text


def test_a_place_that_is_no_number_is_a_fault(signed_in, manager):
    manager.put("/api/v1/articles/help:refunds.md", json=REFUNDS)
    assert signed_in.get("/articles/help:refunds.md?start=nine").status_code == 422


def test_gaps_are_listed_with_their_count(signed_in, manager):
    manager.post("/api/v1/answers", json={"question": "zebra quantum volcano"})
    page = signed_in.get("/gaps").text
    assert "zebra quantum volcano" in page
    assert "1 question in 1 group." in page
    assert 'href="/api/v1/gaps.csv?days=30"' in page
    assert signed_in.get("/gaps?days=0").status_code == 422


def test_an_article_is_confirmed_with_one_press(signed_in, manager):
    manager.put("/api/v1/articles/help:refunds.md", json=REFUNDS | {"verify_by": "2026-04-30"})
    page = signed_in.get("/verification").text
    assert "Overdue by 4 days" in page
    form = {"article_id": "help:refunds.md", "csrf_token": form_token(page)}
    response = signed_in.post("/verification", data=form, follow_redirects=True)
    assert "is confirmed until 2 August 2026." in response.text
    assert "Nothing is due." in response.text


def test_a_confirmation_from_another_site_is_refused(signed_in, manager):
    manager.put("/api/v1/articles/help:refunds.md", json=REFUNDS | {"verify_by": "2026-04-30"})
    assert signed_in.post("/verification", data={"article_id": "help:refunds.md"}).status_code == 403
    assert manager.get("/api/v1/articles/help:refunds.md").json["verify_by"] == "2026-04-30"


def test_what_is_due_soon_can_be_seen_ahead(signed_in, manager):
    manager.put("/api/v1/articles/help:refunds.md", json=REFUNDS | {"verify_by": "2026-05-20"})
    assert "Nothing is due." in signed_in.get("/verification").text
    assert "Due 20 May 2026" in signed_in.get("/verification?ahead=1").text
