from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from reports.render import render


@pytest.fixture(scope="module")
def reader():
    from tests.reports.render.made_up import full_report

    return opened(full_report())


def opened(report):
    return PdfReader(io.BytesIO(render(report, "pdf", base_url="https://s.example").content))


def words(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def links(reader):
    found = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    return [note["/A"]["/URI"] for note in found if "/A" in note and "/URI" in note["/A"]]


def test_pages_say_what_they_belong_to_and_their_number(reader):
    count = len(reader.pages)

    for number, page in enumerate(reader.pages, 1):
        assert f"{number} of {count}" in page.extract_text()
        assert "Weekly report 2026-W12 · Harbour Boards · digest" in page.extract_text()


def test_the_file_is_dated_by_the_report_and_not_by_the_clock(reader, report):
    assert reader.metadata.creation_date == report.window.as_of
    assert reader.metadata.title == "Weekly report 2026-W12"
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_figures_open_their_tickets(reader):
    assert "https://s.example/tickets?ids=T-2033,T-2034,T-2035,T-2036,T-2037" in links(reader)


def test_bookmarks_lead_to_the_sections(reader):
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]

    assert titles[:3] == [
        "Issues",
        "I-0001: Charged twice after changing the plan",
        "I-0002: Reminder mail sent again and again",
    ]


def test_each_issue_begins_a_page(reader):
    firsts = [page.extract_text().splitlines()[0] for page in reader.pages]

    assert "I-0001: Charged twice after changing the plan" in firsts
    assert "I-0002: Reminder mail sent again and again" in firsts


def test_characters_that_the_font_lacks_are_owned_up_to(reader, report):
    assert "Rückzahlung, ◊◊◊◊" in words(reader)
    assert "◊ stands for a character that the font of this file lacks" in words(reader)
    plain = opened(replace(report, pages=(replace(report.pages[0], quotes=()),)))
    assert "◊" not in words(plain)


def test_a_long_table_names_its_columns_on_each_page(report):
    many = replace(report, pages=(), issues=report.issues[2:3] * 40)

    pages = [page.extract_text() for page in opened(many).pages]

    assert sum("This week" in page and "Touched" in page for page in pages) >= 3
    assert sum(page.count("I-0003") for page in pages) >= 40


def test_a_row_longer_than_a_page_goes_on_on_the_next(report):
    account = report.churn.accounts[0]
    reasons = tuple(replace(account.reasons[1], text=f"reason number {number}") for number in range(120))
    churn = replace(report.churn, accounts=(replace(account, reasons=reasons),))

    text = words(opened(replace(report, churn=churn)))

    assert all(f"reason number {number}" in text for number in range(120))


def test_charts_have_words_for_those_who_cannot_see_them(reader):
    stream = b"".join(page.get_contents().get_data() for page in reader.pages)

    assert stream.count(b"BDC") >= 6 or b"/Figure" in stream
