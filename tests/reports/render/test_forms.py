from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache

import pytest

from reports.render import FORMS, digest_of, render
from reports.render.reading import report_of
from tests.reports.render.made_up import bare_report, full_report


@cache
def rendered_once(make, form):
    """A report in a form, made once for the tests that only read it."""
    return render(make(), form)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_report_gives_the_same_bytes(form):
    first, second = (render(full_report(), form, base_url="https://s.example") for _ in range(2))

    assert first.content == second.content


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", [full_report, bare_report])
def test_a_report_read_back_gives_the_same_bytes_in_every_form(form, make):
    back = report_of(rendered_once(make, "json").content)

    assert render(back, form).content == rendered_once(make, form).content


def test_the_digest_is_over_the_canonical_data(report):
    document = json.loads(render(report, "json").content)
    digest = document.pop("digest")
    document.pop("schema")
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert digest == digest_of(report) == hashlib.sha256(text.encode()).hexdigest()


def test_the_digest_changes_with_the_data_and_not_with_what_machines_differ_in(report):
    other = replace(report, alone=replace(report.alone, value=0.43))
    rounded = replace(report, alone=replace(report.alone, value=0.42 + 1e-13))

    assert digest_of(other) != digest_of(report)
    assert digest_of(rounded) == digest_of(report)


def test_files_are_named_by_week_and_form():
    names = {form: rendered_once(full_report, form).filename for form in FORMS}

    assert names == {
        "html": "weekly-2026-W12.html",
        "md": "weekly-2026-W12.md",
        "json": "weekly-2026-W12.json",
        "csv": "weekly-2026-W12.csv.zip",
        "pdf": "weekly-2026-W12.pdf",
    }


@pytest.mark.parametrize("text", ["[]", "{}", '{"week": 7}', "nonsense"])
def test_what_is_no_report_is_refused(text):
    with pytest.raises(ValueError):
        report_of(text)
