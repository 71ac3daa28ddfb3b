from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.__main__ import PARTS, Part, main


def test_a_corpus_that_is_not_there_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["quality", "--beir", str(tmp_path / "nowhere")]) == 1
    assert "nowhere cannot be used:\n  there is no such folder" in capsys.readouterr().err


def test_help_names_every_part_and_what_it_measures(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said and part.about in said for name, part in PARTS.items())


def test_a_part_that_is_not_there_is_told_with_those_that_are(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["quantity"])
    assert ended.value.code == 2
    assert "quality" in capsys.readouterr().err


def test_a_part_of_a_set_that_fails_is_told_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(
        "benchmarks.__main__.PARTS", {"quality": Part("", "--beir /nowhere"), "kill": Part("")}
    )
    assert main([]) == 1
    said = capfd.readouterr().err
    assert "== python -m benchmarks quality --beir /nowhere" in said
    assert said.endswith("Not everything went well: quality\n")


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_a_module_of_its_name(name: str):
    assert find_spec(f"benchmarks.{name.replace('-', '_')}") is not None


@pytest.mark.parametrize("name", ["triage", "training-time", "grouping", "duplicates", "report", "accounts"])
def test_a_part_explains_its_options(name: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: python -m benchmarks {name} " in capsys.readouterr().out
