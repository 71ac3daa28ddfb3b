"""Do risk and its errors fall alike on all plans, languages and regions? Says so, or that there are too few to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb

from triage.audit.promise import interval

FEWEST = 10  # accounts that a rate is told of
CONFIDENCE = 0.95
_MEASURES = 2  # that groups are compared by
UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of an account; ``groups`` are its plan, language and the like by name.

    ``in_band`` and ``risk`` are of now, for customers; ``warned_right`` says whether it left within 90 days after a
    flag, None without a flag that is so old; ``left_unwarned`` whether it left without a flag in the 90 days
    before, None where it did not leave. ``expected`` is its risk of 90 days ago, ``left_since`` whether it left since.
    """

    groups: Mapping[str, str]
    customer: bool = True
    in_band: bool = False
    risk: float | None = None
    warned_right: bool | None = None
    left_unwarned: bool | None = None
    expected: float | None = None
    left_since: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, with the ends of the exact 95 % interval; None where there are fewer than `FEWEST`."""

    number: int
    of: int
    least: float
    most: float

    @property
    def share(self) -> float | None:
        """The share; None where it would say little."""
        return self.number / self.of if self.of >= FEWEST else None


@dataclass(frozen=True, slots=True)
class GroupFairness:
    """A group: customers, those in a band now, and the errors: warned accounts that stayed, leavers not warned of.

    ``mean_risk`` is that of its customers now; ``expected`` leavers of those scored 90 days ago stand beside ``left``.
    """

    group: str
    customers: int
    in_band: Rate
    mean_risk: float | None
    stayed: Rate
    missed: Rate
    scored: int
    expected: float
    left: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """The groups of one kind, the largest first, and what they show in a sentence."""

    kind: str
    groups: tuple[GroupFairness, ...]
    sentence: str


def fairness_by(kind: str, watched: Sequence[Watched]) -> Fairness:
    """Compare the groups of a kind, such as plans."""
    members: dict[str, list[Watched]] = {}
    for one in watched:
        members.setdefault(one.groups.get(kind) or UNKNOWN, []).append(one)
    groups = sorted(
        (_group(name, own) for name, own in members.items()), key=lambda one: (-one.customers, one.group)
    )
    return Fairness(kind, tuple(groups), _sentence(kind, groups))


def _group(name: str, own: Sequence[Watched]) -> GroupFairness:
    customers = [one for one in own if one.customer]
    risks = [one.risk for one in customers if one.risk is not None]
    warned = [one.warned_right for one in own if one.warned_right is not None]
    left = [one.left_unwarned for one in own if one.left_unwarned is not None]
    expected = [one.expected for one in own if one.expected is not None]
    return GroupFairness(
        group=name,
        customers=len(customers),
        in_band=_rate(sum(one.in_band for one in customers), len(customers)),
        mean_risk=sum(risks) / len(risks) if len(risks) >= FEWEST else None,
        stayed=_rate(sum(not right for right in warned), len(warned)),
        missed=_rate(sum(left), len(left)),
        scored=len(expected),
        expected=sum(expected),
        left=sum(one.left_since for one in own if one.expected is not None),
    )


def _rate(number: int, of: int) -> Rate:
    return Rate(number, of, *interval(number, of, CONFIDENCE))


def _sentence(kind: str, groups: Sequence[GroupFairness]) -> str:
    told = []
    compared = 0
    for what, rates in (
        ("warnings were followed by no departure", {one.group: one.stayed for one in groups}),
        ("departures came without a warning", {one.group: one.missed for one in groups}),
    ):
        enough = {name: rate for name, rate in rates.items() if rate.of >= FEWEST}
        if len(enough) > 1:
            compared += 1
            told += _differing(kind, what, enough)
    if told:
        return " ".join(told)
    if compared:
        return f"No {kind} differs from the others by more than chance explains."
    return (
        f"Too few accounts to compare: it takes two groups by {kind} with at least {FEWEST} warnings whose outcome is "
        f"known, or {FEWEST} departures, each."
    )


def _differing(kind: str, what: str, rates: Mapping[str, Rate]) -> list[str]:
    """Name groups that differ from the others together; the more comparisons, the stricter each (Bonferroni)."""
    number, of = sum(rate.number for rate in rates.values()), sum(rate.of for rate in rates.values())
    # Of two groups each is the other's others, so one comparison says it all.
    compared = list(rates.items())[: 1 if len(rates) == 2 else None]
    told = []
    for name, rate in compared:
        other, others = number - rate.number, of - rate.of
        if fisher(rate.number, rate.of, other, others) * len(compared) * _MEASURES < 1 - CONFIDENCE:
            often = "more" if rate.number / rate.of > other / others else "less"
            told.append(
                f"{kind.capitalize()} {name}: {what} {often} often than elsewhere "
                f"({rate.number / rate.of:.0%} against {other / others:.0%}), by more than chance explains."
            )
    return told


def fisher(number: int, of: int, other: int, others: int) -> float:
    """Give the two-sided p-value of Fisher's exact test that two shares are alike.

    That of all tables with the same sums which are no likelier than this one; exact, in whole numbers.
    """
    total = number + other
    ways = [comb(of, k) * comb(others, total - k) for k in range(max(0, total - others), min(of, total) + 1)]
    own = comb(of, number) * comb(others, other)
    return sum(way for way in ways if way <= own) / sum(ways)
