from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import main


def test_a_corpus_that_is_not_there_is_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["quality", "--beir", str(tmp_path / "nowhere")]) == 1
    assert "nowhere cannot be used:\n  there is no such folder" in capsys.readouterr().err


def test_help_names_every_part(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(part in said for part in ("quality", "embedders", "speed", "kill", "--trials", "--peers"))
