from __future__ import annotations

import pytest

from triage.wordings import Wordings


def test_a_rare_word_in_common_counts_for_more_than_frequent_ones():
    wordings = Wordings()
    wordings.add({f"n{place}": "the export does not work" for place in range(20)})
    wordings.add({"code": "error PX-4471 at checkout", "same": "the export does not work at all"})
    alike = wordings.alike("the import stops with PX-4471", ["code", "same", "unknown"])
    assert alike[0] > alike[1] > alike[2] == 0


def test_the_same_words_in_another_order_are_fully_alike():
    wordings = Wordings()
    wordings.add({"a": "Refund my card, please", "b": "Locked out"})
    assert wordings.alike("please refund MY card", ["a", "b"]).tolist() == pytest.approx([1.0, 0.0])


def test_texts_that_are_dropped_no_longer_make_their_words_frequent():
    kept, dropped = Wordings(), Wordings()
    kept.add({"a": "refund card", "b": "refund locked"})
    dropped.add({"a": "refund card", "b": "refund locked", **{str(n): "refund" for n in range(50)}})
    dropped.keep_only({"a", "b"})
    assert "7" not in dropped
    assert dropped.alike("refund", ["a"]) == pytest.approx(kept.alike("refund", ["a"]))


def test_an_empty_text_is_like_nothing():
    wordings = Wordings()
    wordings.add({"a": "refund", "b": ""})
    assert wordings.alike("", ["a", "b"]).tolist() == [0.0, 0.0]
    assert wordings.alike("refund", []).tolist() == []


def test_a_text_of_many_new_words_neither_fails_nor_is_remembered():
    wordings = Wordings()
    wordings.add({str(n): " ".join(f"word{400 * n + k}" for k in range(400)) for n in range(10)})
    question = " ".join(["word7", *(f"unheard{k}" for k in range(600))])
    assert wordings.alike(question, ["0", "1"]).tolist() == wordings.alike("word7", ["0", "1"]).tolist()
