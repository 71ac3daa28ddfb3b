from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.installation import CommandFailed, Installation
from benchmarks.kill import Content, all_good, moments
from benchmarks.tables import Column, Table

PLACE = ("refunds", 0, 0, 6, "Refund")


def content(vector: list[float], digest: str = "x") -> Content:
    return Content({"refunds": digest}, {"refunds": "Refunds"}, [PLACE], [np.array(vector, np.float32)])


def test_moments_are_spread_over_the_whole_import():
    found = sorted(moments(10.0, 5, seed=1))
    assert [int(moment // 2) for moment in found] == [0, 1, 2, 3, 4]
    assert moments(10.0, 5, seed=1) == moments(10.0, 5, seed=1) != moments(10.0, 5, seed=2)


def test_contents_are_the_same_but_for_rounding_of_vectors():
    assert content([1.0, 0.0]).equals(content([0.999, 0.001]))
    assert not content([1.0, 0.0]).equals(content([0.0, 1.0]))
    assert not content([1.0, 0.0]).equals(content([1.0, 0.0], digest="y"))


def test_one_check_that_failed_spoils_the_table():
    columns = tuple(Column(name) for name in "abcdef")
    good = (1, 0.5, 3, 4, "ok", "ok")
    assert all_good(Table("kills", columns, (good,)))
    assert not all_good(Table("kills", columns, (good, (*good[:5], "2 articles, not 3"))))


def test_an_installation_knows_nothing_of_the_callers_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("POINTSMAN_DATABASE_URL", "sqlite:///elsewhere.db")
    settings = Installation(tmp_path, "hashing").environment()
    assert "POINTSMAN_DATABASE_URL" not in settings
    assert settings["POINTSMAN_DATA_DIR"] == str(tmp_path)


def test_a_command_that_fails_says_why(tmp_path: Path):
    with pytest.raises(CommandFailed, match="flask kb import"):
        Installation(tmp_path, "hashing").run("kb", "import", str(tmp_path / "missing"))
