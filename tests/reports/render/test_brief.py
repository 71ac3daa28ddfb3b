from __future__ import annotations

from reports.render.brief import brief_html, brief_of, brief_text


def test_it_names_the_week_the_news_and_the_most_costly_issues(report):
    brief = brief_of(report, "https://s.example", issues=2)

    assert brief.title == "Weekly report 2026-W12"
    assert brief.period == "Harbour Boards · 16 March 2026 to 22 March 2026"
    assert brief.headlines[1].text == "Reminder mails are back six weeks after their fix."
    assert [line.text for line in brief.issues] == [
        "Charged twice after changing the plan: 9 tickets · 7 accounts · EUR 12,400 a month"
        " · growing, 3.1 times (1.8 to 5.4) · no article",
        "Reminder mail sent again and again: 5 tickets · 5 accounts · EUR 3,200 a month · USD 950 a month"
        " · growing, at least 2.2 times · regressed · no article",
    ]
    assert brief.more == 2
    assert brief.pdf == "https://s.example/reports/weekly/2026-W12.pdf"


def test_as_text(report):
    text = brief_text(brief_of(report, "https://s.example"))

    assert "- Replies are faster than in the four weeks before.\n" in text
    assert text.endswith("The whole report: https://s.example/reports/weekly/2026-W12\n")


def test_as_html_it_shows_what_people_wrote_as_written(report):
    assert "guests &lt;outside&gt; the team?" in brief_html(brief_of(report, None))


def test_without_an_address_there_are_no_links(report):
    assert "http" not in brief_text(brief_of(report, None))
    assert "http" not in brief_text(brief_of(report, ""))
