from __future__ import annotations

import pytest

from training.__main__ import main


def test_help_lists_the_tasks(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert "search" in capsys.readouterr().out


def test_a_task_is_needed(capsys):
    with pytest.raises(SystemExit, match="2"):
        main([])
    assert "usage: python -m training" in capsys.readouterr().err
