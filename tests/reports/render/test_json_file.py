from __future__ import annotations

import json

from reports.render import render


def document(report):
    return json.loads(render(report, "json").content)


def test_it_says_which_schema_it_has(report):
    assert list(document(report))[:3] == ["schema", "digest", "week"]
    assert document(report)["schema"] == 1


def test_moments_are_utc_and_weeks_are_iso(report):
    found = document(report)

    assert found["week"] == "2026-W12"
    assert found["window"]["begin"] == "2025-09-01T00:00:00Z"
    assert found["pages"][1]["fix"]["fixed_on"] == "2026-01-30"


def test_what_is_not_finite_is_null(report):
    ratio = document(report)["issues"][1]["change"]["ratio"]

    assert ratio == {"value": None, "low": 2.2, "high": None, "level": 0.95}


def test_every_figure_lists_its_tickets(report):
    found = document(report)

    assert found["issues"][1]["tickets"]["tickets"] == ["T-2033", "T-2034", "T-2035", "T-2036", "T-2037"]
    assert found["alone"]["tickets"][:2] == ["T-6001", "T-6002"]
    assert len(found["service"][0]["tickets"]) == 240
