"""The triage pages in a real browser: by keyboard, on a narrow screen, and with scripts turned off."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.config import Settings
from api.wiring import Parts
from tests.api.browsing import new_page, served, width_of
from tests.api.conftest import NOW
from tests.api.pages.conftest import TICKET, TRIAGE, put
from triage.store import ReviewItem
from triage.types import Choice, Prediction, Topic

DOUBTFUL = replace(TRIAGE, topic=Prediction("payments", 0.41, False, (Choice("invoices", 0.38),)))
PATHS = [
    "/tickets",
    "/tickets/T/1",
    "/tickets/blind",
    "/review",
    "/topics",
    "/topics/merge?name=payments&to=invoices",
    "/topics/split?name=payments&to=cards",
    "/quality",
    "/teams",
    "/sla",
]
NAMELESS = """[...document.querySelectorAll('main :is(select, textarea, input, button):not([type=hidden])')]
  .filter((each) => !(each.labels?.length || each.getAttribute('aria-label') || each.textContent.trim()))
  .map((each) => each.outerHTML)"""


@pytest.fixture
def desk(tmp_path, sqlite_template) -> Iterator[tuple[str, Parts]]:
    """The address of a server, and its parts."""
    shutil.copyfile(sqlite_template, tmp_path / "pointsman.db")
    parts = Parts(Settings(data_dir=tmp_path, embedder="hashing", demo=True), now=lambda: NOW)
    parts.tickets.put_topics([Topic("payments", "Cards"), Topic("invoices"), Topic("bookings")], "test", NOW)
    put(parts, TICKET, TRIAGE)
    for number, name in enumerate(("first", "second", "third")):
        ticket = replace(TICKET, id=name, subject=f"The {name}")
        put(parts, ticket, replace(DOUBTFUL, ticket_id=name), ReviewItem(name, "novel", 0.9 - number / 10))
    put(parts, replace(TICKET, id="blind"), replace(TRIAGE, ticket_id="blind", audited=True))
    with served(parts) as address:
        yield address, parts
    parts.close()


@pytest.fixture
def page(chromium) -> Iterator[object]:
    with new_page(chromium, viewport={"width": 1100, "height": 800}) as page:
        yield page


def focused(page) -> str:
    return page.evaluate("document.activeElement.querySelector('h2')?.innerText ?? ''")


def test_the_review_queue_is_worked_through_by_keyboard(page, desk):
    site, parts = desk
    page.goto(f"{site}/review")
    top = page.locator(".card h2").all_inner_texts()
    assert focused(page) == top[0]
    page.keyboard.press("j")
    assert focused(page) == top[1]
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("2")
    assert page.locator(".notice").inner_text() == "Noted. Topic: invoices."
    assert page.locator(".card h2").all_inner_texts() == top[1:]
    assert parts.tickets.get(top[0].removeprefix("The ")).labels.topic == "invoices"


def test_another_topic_is_chosen_by_keyboard_and_the_ticket_opened(page, desk):
    site, _ = desk
    page.goto(f"{site}/review")
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert "/tickets/" in page.url


def test_pages_work_without_scripts(chromium, desk):
    site, _ = desk
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/review")
    assert not page.locator("kbd").first.is_visible()
    page.locator(".card button[value=payments]").first.click()
    assert page.locator(".notice").inner_text() == "Noted. Topic: payments."
    context.close()


def test_pages_fit_a_narrow_screen(page, desk):
    page.set_viewport_size({"width": 380, "height": 800})
    widths = {}
    for path in PATHS:
        assert page.goto(desk[0] + path).status == 200
        widths[path] = width_of(page)
    assert widths == dict.fromkeys(PATHS, 380)


def test_every_field_and_button_has_a_name(page, desk):
    nameless = {}
    for path in PATHS:
        page.goto(desk[0] + path)
        nameless[path] = page.evaluate(NAMELESS)
    assert nameless == {path: [] for path in PATHS}
