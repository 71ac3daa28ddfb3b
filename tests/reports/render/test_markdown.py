from __future__ import annotations

from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from reports.render import render


def shown(report):
    text = render(report, "md", base_url="https://s.example").content.decode()
    return LexborHTMLParser(MarkdownIt("gfm-like", {"linkify": False}).render(text))


def test_the_table_of_issues_is_a_table(report):
    table = shown(report).css_first("table")
    first = [cell.text() for cell in table.css("tbody tr")[0].css("td")]

    assert [cell.text() for cell in table.css("th")] == [
        *("Issue", "Last weeks", "This week", "Change", "Touched", "Cost", "Article"),
    ]
    assert first[0] == "Charged twice after changing the planI-0001 · growing · defect"
    assert first[1] == "▂▁▃▂▂▃▂▄▃▅▆█"
    assert first[6] == "no article"
    assert all(len(row.css("td")) == 7 for row in table.css("tbody tr"))


def test_what_people_wrote_is_not_read_as_markdown(report):
    tree = shown(report)

    assert "“=SUM(1) guests | comments”" in [item.text() for item in tree.css("li")]
    assert "How do I share a board with guests <outside> the team?" in tree.css_first("table").text()


def test_charts_are_told(report):
    assert "The band shows what was to be expected, last 2.7 (1.1 to 4.9)." in shown(report).body.text()


def test_figures_open_their_tickets(report):
    addresses = [link.attributes["href"] for link in shown(report).css("a[href]")]

    assert "https://s.example/tickets?ids=T-2033,T-2034,T-2035,T-2036,T-2037" in addresses


def test_headings_follow_the_page(report):
    titles = [node.text() for node in shown(report).css("h1, h2")]

    assert titles == [
        "Weekly report 2026-W12",
        "Issues",
        "I-0001: Charged twice after changing the plan",
        "I-0002: Reminder mail sent again and again",
        "Accounts that may leave",
        "What the knowledge base lacks",
        "Service",
        "Tickets to come, and agents needed",
        "How the machine did",
        "What this report rests on",
    ]
