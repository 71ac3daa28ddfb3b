from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace

import pytest

from reports.render import csv_files_of, render
from reports.render.csv_files import FILES


def rows(report, name):
    return list(csv.DictReader(io.StringIO(csv_files_of(report)[name].decode(), newline="")))


def test_every_file_has_its_header_and_rows_of_that_width(report, bare):
    for made in (report, bare):
        for name in FILES:
            header, *found = csv.reader(io.StringIO(csv_files_of(made)[name].decode(), newline=""))
            assert tuple(header) == FILES[name][0]
            assert header[0] == "week"
            assert all(len(row) == len(header) for row in found)


def test_the_files_say_what_their_columns_mean(report):
    described = {(row["file"], row["column"]) for row in rows(report, "columns.csv") if row["meaning"]}

    assert described == {(name, column) for name, (columns, _) in FILES.items() for column in columns}


def test_columns_stay_as_they_are():
    assert FILES["issues.csv"][0] == (
        *("week", "issue_id", "place", "title", "state", "kind", "tickets", "tickets_before", "direction"),
        *(
            "ratio",
            "ratio_low",
            "ratio_high",
            "ratio_level",
            "certainty",
            "accounts",
            "agent_minutes",
            "forecast",
        ),
        *("forecast_low", "forecast_high", "forecast_level", "article_id", "article_title", "first_seen_at"),
        *("last_seen_at", "summary", "ticket_ids"),
    )
    assert FILES["figures.csv"][0] == (
        *("week", "section", "name", "value", "unit", "before", "note", "ticket_ids"),
    )


def test_an_issue_is_a_row(report):
    first, second = rows(report, "issues.csv")[:2]

    assert (first["issue_id"], first["tickets"], first["tickets_before"]) == ("I-0001", "9", "4.5")
    assert (first["ratio"], first["ratio_low"], first["ratio_high"]) == ("3.1", "1.8", "5.4")
    assert (first["forecast"], first["article_id"]) == ("24.2", "")
    assert (second["ratio"], second["ratio_low"], second["ratio_high"]) == ("", "2.2", "")
    assert second["ticket_ids"] == "T-2033;T-2034;T-2035;T-2036;T-2037"


def test_tickets_of_issues_can_be_joined_with_those_of_the_help_desk(report):
    found = [row for row in rows(report, "issue_tickets.csv") if row["issue_id"] == "I-0001"]

    assert len(found) == 42
    assert [row["ticket_id"] for row in found if row["this_week"] == "true"] == [
        f"T-10{number}" for number in range(34, 43)
    ]


def test_a_text_is_no_formula(report):
    gap = replace(report.gaps[0], title="=HYPERLINK(1)")
    (row,) = rows(replace(report, gaps=(gap,)), "knowledge_gaps.csv")

    assert row["title"] == "'=HYPERLINK(1)"


def test_forecasts_stand_beside_what_came(report):
    found = rows(report, "volume.csv")

    assert list(found[11].values())[:7] == ["2026-W12", "actual_week", "2026-03-16", "240", "", "", ""]
    assert [row["kind"] for row in found].count("forecast_day") == 7
    assert found[-1]["kind"] == "last_forecast_week"


def test_one_zip_holds_all(report):
    archive = zipfile.ZipFile(io.BytesIO(render(report, "csv").content))

    assert archive.namelist() == [f"2026-W12-{name}" for name in (*FILES, "columns.csv")]
    assert archive.read("2026-W12-issues.csv") == csv_files_of(report)["issues.csv"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_utf_8_with_crlf(report, name):
    assert csv_files_of(report)[name].decode().endswith("\r\n")
