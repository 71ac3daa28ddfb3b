from __future__ import annotations

import time

import numpy as np
import pytest

from triage.review import ReviewMix, ReviewPlace, review_order


def ids(count):
    return [f"t{number:04}" for number in range(count)]


def order(vectors, margins, nearness, **rest):
    vectors = np.asarray(vectors, np.float32)
    places = review_order(ids(len(vectors)), vectors, np.asarray(margins), np.asarray(nearness), **rest)
    return [place.ticket_id for place in places]


def random_batch(count, dim=16, seed=7):
    source = np.random.default_rng(seed)
    return (
        source.normal(size=(count, dim)).astype(np.float32),
        source.uniform(size=count),
        source.uniform(size=count),
    )


def test_the_ticket_whose_labels_are_closest_comes_first():
    assert order(np.eye(3), [0.9, 0.1, 0.5], [0.5, 0.5, 0.5]) == ["t0001", "t0002", "t0000"]


def test_of_equally_uncertain_tickets_the_one_that_stands_for_many_comes_first():
    vectors = [[0, 0, 1], [1, 0.2, 0], [1, -0.2, 0], [1, 0, 0]]
    assert order(vectors, [0.5] * 4, [0.5] * 4)[0] == "t0003"


def test_of_equally_uncertain_tickets_the_one_unlike_all_known_comes_first():
    assert order(np.eye(3), [0.5] * 3, [0.9, 0.2, 0.6]) == ["t0001", "t0002", "t0000"]


def test_the_first_ten_are_not_ten_copies():
    copies = np.tile([1.0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], (50, 1))
    vectors = np.vstack([copies, np.eye(11)[1:]])
    margins = [0.0] * 50 + [0.6] * 10
    top = order(vectors, margins, [0.5] * 60)[:11]
    assert top[0] == "t0000"
    assert set(top[1:]) == {f"t{number:04}" for number in range(50, 60)}


def test_every_ticket_has_a_place_also_after_the_spread_ones():
    vectors, margins, nearness = random_batch(300)
    assert sorted(order(vectors, margins, nearness, mix=ReviewMix(spread=20))) == ids(300)


def test_places_tell_why():
    places = review_order(["a", "b"], np.eye(2, dtype=np.float32), np.array([0.2, 0.9]), np.array([0.9, 0.1]))
    assert places == (
        ReviewPlace("a", pytest.approx(0.8), 0.5, 0.0, 1.0),
        ReviewPlace("b", pytest.approx(0.1), 0.5, 1.0, 1.0),
    )


def test_the_order_in_which_tickets_are_given_does_not_matter():
    vectors, margins, nearness = random_batch(200)
    mixed = np.random.default_rng(3).permutation(200)
    names = ids(200)
    first = review_order(names, vectors, margins, nearness)
    again = review_order([names[at] for at in mixed], vectors[mixed], margins[mixed], nearness[mixed])
    assert [place.ticket_id for place in first] == [place.ticket_id for place in again]


def test_weights_choose_what_counts():
    only_novelty = ReviewMix(uncertainty=0, density=0, novelty=1)
    assert order(np.eye(3), [0, 0.5, 1], [0.9, 0.5, 0.1], mix=only_novelty) == ["t0002", "t0001", "t0000"]


def test_vectors_of_any_length_count_by_their_direction():
    vectors, margins, nearness = random_batch(50)
    longer = vectors * np.linspace(1, 9, 50, dtype=np.float32)[:, None]
    assert order(longer, margins, nearness) == order(vectors, margins, nearness)


def test_a_ticket_without_words_has_a_place_too():
    assert sorted(order([[0, 0], [1, 0]], [0.1, 0.2], [0.5, 0.5])) == ["t0000", "t0001"]


def test_nothing_and_one_ticket_are_ordered():
    empty = np.zeros(0)
    assert review_order([], np.zeros((0, 4), np.float32), empty, empty) == ()
    assert order([[1.0, 0.0]], [0.4], [0.5]) == ["t0000"]


def test_sizes_that_do_not_agree_are_refused():
    with pytest.raises(ValueError, match=r"there are 2 tickets, and other numbers of margins \(3,\)"):
        order(np.eye(2), [0.1, 0.2, 0.3], [0.5, 0.5])


def test_numbers_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="have to be finite"):
        order(np.eye(2), [np.nan, 0.2], [0.5, 0.5])


def test_five_thousand_tickets_take_under_a_second():
    vectors, margins, nearness = random_batch(5_000, 384)
    names, seconds = ids(5_000), []
    for _ in range(3):
        start = time.process_time()
        review_order(names, vectors, margins, nearness)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 1
