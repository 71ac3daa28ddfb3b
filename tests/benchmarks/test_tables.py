from __future__ import annotations

import pytest

from benchmarks.tables import Column, Table, ratios, rendered, show

TABLE = Table(
    "Trains",
    (Column("line"), Column("speed", 1), Column("change", 2, signed=True)),
    (("coast", 80.25, 0.5), ("mountain", None, -0.001), ("valley", float("nan"), -12.345)),
    ("km/h",),
)


def test_numbers_stand_right_and_what_is_missing_is_a_dash():
    assert rendered(TABLE, "python -m benchmarks").splitlines() == [
        "Trains",
        "$ python -m benchmarks",
        "line      speed  change",
        "--------  -----  ------",
        "coast      80.2   +0.50",
        "mountain      -   +0.00",
        "valley        -  -12.35",
        "  km/h",
    ]


def test_large_numbers_have_thousands_marked():
    table = Table("Sizes", (Column("passages", 0),), ((100_000,),))
    assert "100,000" in rendered(table, "x")


def test_a_table_is_printed_with_the_command_that_made_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.argv", ["benchmarks", "kill", "--folder", "my articles"])
    show(TABLE)
    assert "$ python -m benchmarks kill --folder 'my articles'\n" in capsys.readouterr().out


def test_ratios_are_of_numbers_only_and_short():
    assert ratios((6.0, 1, "a word", None, 3), (4.0, 3, "a word", 2.0, 0)) == [
        "1.5 x",
        "0.33 x",
        None,
        None,
        None,
    ]
    assert ratios((24_690.4,), (2.0,)) == ["12,345 x"]
