from __future__ import annotations

from triage.churn.effect import Observed, effect_of_acting


def shown(count, left, **facts):
    return [Observed(f"s{n}", 0.6, n < left, shown=True, **facts) for n in range(count)]


def withheld(count, left):
    return [Observed(f"w{n}", 0.6, n < left, withheld=True) for n in range(count)]


def calm(count, left, risk=0.58):
    return [Observed(f"c{n}", risk, n < left) for n in range(count)]


def test_a_lot_shows_how_many_were_kept():
    by_lot, nearest = effect_of_acting(shown(100, 20) + withheld(100, 50))
    assert (by_lot.method, by_lot.treated, by_lot.compared) == ("lot", 100, 100)
    assert round(by_lot.kept, 3) == 0.3
    assert 0.15 < by_lot.low < 0.25 < 0.35 < by_lot.high < 0.45
    assert by_lot.sentence.startswith(
        "100 flags that people saw, beside 100 withheld by lot. Within 90 days 30.0% fewer"
    )
    assert nearest.kept is None


def test_like_accounts_are_compared_and_the_sentence_says_what_that_does_not_show():
    (nearest,) = effect_of_acting(shown(60, 12, acted=True) + calm(3, 0, risk=0.2) + calm(40, 20, risk=0.6))
    assert nearest.kept is not None and nearest.low < nearest.kept < nearest.high
    assert "does not prove that acting was the cause" in nearest.sentence


def test_an_interval_that_holds_zero_is_called_luck():
    (by_lot, _) = effect_of_acting(shown(40, 10) + withheld(40, 11))
    assert by_lot.low < 0 < by_lot.high
    assert "this may be luck" in by_lot.sentence


def test_too_few_are_not_counted():
    (nearest,) = effect_of_acting(shown(5, 1, acted=True) + calm(30, 10))
    assert (nearest.kept, nearest.low) == (None, None)
    assert "too few" in nearest.sentence


def test_the_same_seed_gives_the_same_interval():
    data = shown(50, 10, acted=True) + withheld(50, 20) + calm(50, 25)
    assert effect_of_acting(data, seed=3) == effect_of_acting(data, seed=3)
