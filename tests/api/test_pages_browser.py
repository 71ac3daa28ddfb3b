"""The agents' page in a real browser, over the real server and a small help centre."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from api.config import Settings
from api.wiring import Parts
from tests.api.browsing import new_page, served
from tests.api.conftest import NOW

REFUNDS = """# Refunds

## How long a refund takes

A refund reaches the client's card within five working days. The fee is not returned.

## Limits

Refunds are possible for 180 days after the payment.
"""
PAYOUTS = """# Payouts

The first payout takes seven days. Later payouts arrive daily.
"""
QUESTION = "How long until a refund reaches the client's card within five working days?"


@pytest.fixture(scope="module")
def site(tmp_path_factory, sqlite_template) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    shutil.copyfile(sqlite_template, folder / "pointsman.db")
    (folder / "help").mkdir()
    (folder / "help" / "refunds.md").write_text(REFUNDS, "utf-8")
    (folder / "help" / "payouts.md").write_text(PAYOUTS, "utf-8")
    parts = Parts(Settings(data_dir=folder, embedder="hashing", demo=True), now=lambda: NOW)
    parts.knowledge.import_path(folder / "help", "help", base_url="https://help.example", now=NOW)
    with served(parts) as address:
        yield address
    parts.close()


@pytest.fixture
def page(chromium, site) -> Iterator[object]:
    allowed = ["clipboard-read", "clipboard-write"]
    with new_page(chromium, viewport={"width": 1000, "height": 800}, permissions=allowed) as page:
        page.goto(site)
        yield page


def ask(page, question: str = QUESTION) -> None:
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".card, .verdict")


def test_results_follow_what_is_typed(page):
    page.keyboard.type("refund")
    page.wait_for_selector(".found .title")
    assert page.locator(".found .title").first.inner_text() == "Refunds"


def test_enter_shows_the_sentence_marked_where_it_stands(page):
    ask(page)
    card = page.locator(".card").first
    assert (
        "A refund reaches the client's card within five working days."
        in card.locator("mark").all_inner_texts()[0]
    )
    assert "The fee is not returned." in card.locator("blockquote").inner_text()
    assert card.locator("h3").inner_text() == "Refunds"
    assert page.evaluate("document.activeElement.className") == "card"


def test_h_and_n_are_kept_and_shown(page):
    ask(page)
    with page.expect_response("**/feedback") as kept:
        page.keyboard.press("h")
    assert kept.value.status == 204
    assert kept.value.request.post_data_json == {"helpful": True, "article_id": "help:refunds.md"}
    page.wait_for_selector('[data-key="h"][aria-pressed="true"]')


def test_zero_says_that_none_helped(page):
    ask(page)
    with page.expect_response("**/feedback") as kept:
        page.keyboard.press("0")
    assert kept.value.request.post_data_json == {"helpful": False}


def test_c_copies_the_quote_with_its_link(page):
    ask(page)
    page.keyboard.press("c")
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“A refund reaches the client's card within five working days.")
    assert copied.splitlines()[-1].startswith("http")


def test_o_opens_the_article_at_the_quote_and_back_restores_the_answer(page):
    ask(page)
    page.keyboard.press("o")
    page.wait_for_selector("mark#quote")
    assert "within five working days" in page.locator("mark#quote").inner_text()
    page.go_back()
    page.wait_for_selector(".card")
    assert page.locator("#question").input_value() == QUESTION


def test_arrows_move_and_slash_returns_to_the_question(page):
    page.keyboard.type("refund")
    page.wait_for_selector(".found")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.className") == "found"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "question"
    assert page.locator("#question").input_value() == "refund"


def test_a_question_mark_shows_the_keys(page):
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog#keys").is_visible()


@pytest.mark.parametrize("path", ["/", "/gaps", "/verification", "/api/docs"])
def test_pages_fit_a_narrow_screen(page, site, path):
    page.set_viewport_size({"width": 380, "height": 800})
    page.goto(site + path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_answer_fits_a_narrow_screen(page):
    page.set_viewport_size({"width": 380, "height": 800})
    ask(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
