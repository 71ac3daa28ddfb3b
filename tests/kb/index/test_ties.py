from __future__ import annotations

from kb.index.ties import best
from kb.types import Hit


def fetch_from(hits: list[Hit], asked: list[int]):
    def fetch(wanted: int) -> list[Hit]:
        asked.append(wanted)
        return hits[:wanted]

    return fetch


def test_equal_scores_are_ordered_by_passage_id():
    hits = [Hit(3, 0.5), Hit(1, 0.5), Hit(2, 0.9)]
    assert best(fetch_from(hits, []), 2) == [Hit(2, 0.9), Hit(1, 0.5)]


def test_a_tie_that_reaches_beyond_what_was_fetched_is_followed():
    asked: list[int] = []
    hits = [Hit(passage_id, 1.0) for passage_id in range(100, 0, -1)] + [Hit(200, 0.1)]
    assert best(fetch_from(hits, asked), 2) == [Hit(1, 1.0), Hit(2, 1.0)]
    assert asked == [10, 40, 160]


def test_without_ties_one_fetch_is_enough():
    asked: list[int] = []
    hits = [Hit(passage_id, 1 / passage_id) for passage_id in range(1, 50)]
    assert best(fetch_from(hits, asked), 5) == hits[:5]
    assert asked == [13]


def test_no_limit_no_hits():
    assert best(fetch_from([Hit(1, 1.0)], []), 0) == []
