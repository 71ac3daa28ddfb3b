from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.apart import apart, spent
from benchmarks.optional import is_there, version_of
from benchmarks.tables import ratios
from benchmarks.topic_peers import text_of
from benchmarks.triage import written_tickets


def test_written_messages_are_tickets_in_an_order_of_their_own():
    found = written_tickets(1)
    assert len({ticket["body"] for ticket in found}) > 2800
    assert found == written_tickets(1) != written_tickets(2)
    assert set(found[0]) == {"subject", "body"}
    assert text_of({"subject": "", "body": "only a body"}) == "only a body"


def test_a_function_runs_in_a_process_of_its_own_and_its_memory_is_known():
    result, peak = apart(ratios, (6, "a word", 1), (2, 1, 0))
    assert result == ["3 x", None, None]
    assert peak != peak or peak > 10  # not known where there is no /proc


def test_an_error_of_such_a_process_is_that_of_the_caller():
    with pytest.raises(ValueError, match="shorter"):
        apart(ratios, (6, 1), (2,))


def test_clocks_are_read_around_a_run():
    done = spent(lambda: sum(range(200_000)))
    assert done.result == 19_999_900_000
    assert done.seconds > 0
    assert done.cpu_seconds >= 0


def test_a_peer_that_is_not_installed_is_left_out_and_told(capsys: pytest.CaptureFixture[str]):
    assert is_there("pytest", ("pytest",))
    assert version_of("pytest") == pytest.__version__
    assert not is_there("Nothing", ("no-such-package-anywhere",))
    said = capsys.readouterr().err
    assert said == (
        "Nothing is not installed, so it is left out. "
        "To compare with it: pip install -r benchmarks/requirements-peers.txt\n"
    )
    assert (Path(__file__).parents[2] / "benchmarks" / "requirements-peers.txt").is_file()
