from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from reports.render import content_security_policy, fragment_of, render


def page(report, base_url="https://s.example"):
    return LexborHTMLParser(render(report, "html", base_url=base_url).content.decode())


def links(tree):
    return [node.attributes["href"] for node in tree.css("a")]


def test_every_figure_opens_its_tickets(report):
    found = links(page(report))

    assert "https://s.example/tickets?ids=T-2033,T-2034,T-2035,T-2036,T-2037" in found
    volume = page(report).css_first("#service ~ .scroll tbody a")
    assert volume.text() == "240"
    assert volume.attributes["href"].endswith("/tickets?ids=" + ",".join(report.service[0].tickets))


def test_a_page_served_by_the_program_has_addresses_without_a_host(report):
    assert "/tickets?ids=T-1034" in links(page(report, base_url=""))


def test_without_an_address_nothing_links_outside_but_articles(report):
    outside = {href for href in links(page(report, base_url=None)) if not href.startswith("#")}

    assert outside == {"https://help.example/guests"}


def test_places_on_the_page_exist(report):
    tree = page(report)

    for href in links(tree):
        if href.startswith("#"):
            assert tree.css_first(f"[id='{href[1:]}']") is not None


def test_what_people_wrote_is_shown_as_written(report):
    tree = page(report)

    assert "How do I share a board with guests <outside> the team?" in tree.body.text()
    assert tree.css("outside") == []
    assert [node.text() for node in tree.css("blockquote")][:2] == [
        "We changed to the yearly plan and were charged twice.",
        "Zweimal abgebucht!\nBitte um Rückzahlung, 二重請求",
    ]


def test_charts_say_in_words_what_they_show(report):
    charts = page(report).css("svg")

    assert len(charts) == 6
    assert all(chart.attributes["role"] == "img" for chart in charts)
    assert charts[0].attributes["aria-label"] == (
        "Tickets by week, 2026-W01 to 2026-W12: 2, 1, 3, 2, 2, 3, 2, 4, 3, 5, 6, 9."
    )


def test_tables_name_their_columns_and_rows(report):
    for table in page(report).css("table"):
        assert table.css_first("caption").text()
        assert all(node.attributes["scope"] == "col" for node in table.css("thead th"))
        assert all(row.css_first("th").attributes["scope"] == "row" for row in table.css("tbody tr"))


def test_the_page_needs_no_other_file_and_runs_nothing(report):
    tree = page(report)

    assert tree.css("script, link, img, iframe, [style], [onclick]") == []
    digest = hashlib.sha256(tree.css_first("style").text().encode()).digest()
    assert f"'sha256-{base64.b64encode(digest).decode()}'" in content_security_policy()


def test_a_restated_report_says_so(report):
    restated = replace(report, window=replace(report.window, restated=True))

    assert (
        "restated with what is known on 23 March 2026, 10:00"
        in page(
            replace(
                restated,
                zone="Asia/Tokyo",
                window=replace(restated.window, as_of=report.window.end.replace(hour=1)),
            )
        )
        .css_first(".note")
        .text()
    )


def test_an_empty_report_says_what_there_is_not(bare):
    words = page(bare).body.text()

    assert "No issue had a ticket this week." in words
    assert "No account is flagged this week." in words
    assert "Nothing was sampled, decided or corrected this week." in words


def test_moments_are_shown_in_the_zone_of_the_team(report):
    words = page(report).body.text()

    assert "1 December 2025: first found to repeat." in words
    assert page(report).css_first("#volume ~ .scroll tbody td:nth-child(3)").text() == "11:00"


def test_a_fragment_has_no_frame(report):
    assert fragment_of(report).lstrip().startswith("<h1>Weekly report 2026-W12</h1>")
