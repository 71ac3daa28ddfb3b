from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.processes import children, cpu_seconds, has_loaded, memory_mb
from benchmarks.speed import beginning

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no /proc")


def test_a_beginning_is_two_to_eight_words_with_the_last_unfinished():
    question = "How do I change the billing address of a customer who moved abroad?"
    found = [beginning(question, seed) for seed in range(50)]
    assert all(question.startswith(text) for text in found)
    assert {len(text.split()) for text in found} == {2, 3, 4, 5, 6, 7, 8}


def test_a_beginning_of_one_word_is_part_of_it():
    assert "refund".startswith(beginning("refund", 3))
    assert beginning("refund", 3)


@linux
def test_memory_and_time_of_this_process_are_known():
    assert 10 < memory_mb() < 10_000
    assert cpu_seconds(os.getpid()) > 0
    assert has_loaded(os.getpid(), "libc")
    assert not has_loaded(os.getpid(), "libnothing")


@linux
def test_children_are_listed_while_they_run():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in children(os.getpid())
        child.kill()
    assert child.pid not in children(os.getpid())


def test_a_process_that_is_gone_has_no_figures():
    assert children(2**22 + 1) == []
    assert memory_mb(2**22 + 1) != memory_mb(2**22 + 1)
