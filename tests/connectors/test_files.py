from __future__ import annotations

import pytest

from connectors.files import FolderSink
from reports.render import FORMS, csv_files_of, render
from reports.sinks import DeliveryFailed


def test_each_form_is_a_file_below_the_week(tmp_path, report):
    note = FolderSink("share", tmp_path, base_url="https://s.example").send(report)

    week = tmp_path / "2026-W12"
    assert note == f"19 files written to {week}"
    for form in set(FORMS) - {"csv"}:
        made = render(report, form, base_url="https://s.example")
        assert (week / made.filename).read_bytes() == made.content
    assert {path.name: path.read_bytes() for path in (week / "csv").iterdir()} == csv_files_of(report)


def test_only_the_forms_asked_for(tmp_path, report):
    FolderSink("share", tmp_path, ("md",)).send(report)

    assert [path.name for path in (tmp_path / "2026-W12").iterdir()] == ["weekly-2026-W12.md"]


def test_a_file_of_the_same_week_is_replaced(tmp_path, report, bare):
    sink = FolderSink("share", tmp_path, ("md",))
    sink.send(bare)

    sink.send(report)

    written = (tmp_path / "2026-W12" / "weekly-2026-W12.md").read_bytes()
    assert written == render(report, "md").content


def test_a_folder_that_cannot_be_written_is_named(tmp_path, report):
    taken = tmp_path / "taken"
    taken.write_text("a file")

    with pytest.raises(DeliveryFailed, match=r"taken/2026-W12 cannot be written: Not a directory"):
        FolderSink("share", taken).send(report)
