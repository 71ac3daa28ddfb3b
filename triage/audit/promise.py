"""The error counted on the blind sample, beside the error that was promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["kept", "broken", "too few yet"]
_MOST_TICKETS = 1_000_000


@dataclass(frozen=True, slots=True)
class AuditedLabel:
    """A task of a ticket of the sample: what was predicted unseen, and what a person said (``""``: nothing yet).

    ``accepted`` says that the prediction passed its threshold, so that the promise covers it.
    """

    task: str
    predicted: str
    label: str
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class MeasuredError:
    """What the sample says of a task. Rates are shares of 1; ``error`` is None before the first label.

    ``least`` and ``most`` are the ends of the confidence interval; ``coverage`` is the share of labelled tickets
    of the sample whose prediction was accepted; ``waiting`` tickets of the sample have no label yet;
    ``needed`` is about how many accepted ones a verdict takes if the rate stays (none wrong, before the first), None
    where that is out of reach.
    """

    task: str
    promised: float
    verdict: Verdict
    tickets: int
    errors: int
    error: float | None
    least: float
    most: float
    coverage: float | None
    waiting: int
    needed: int | None


def measured_errors(
    audited: Iterable[AuditedLabel], promised: Mapping[str, float], *, confidence: float = 0.95
) -> tuple[MeasuredError, ...]:
    """Compare the error of accepted predictions with the promise, task by task in the order of ``promised``.

    Only tickets of the blind sample may be given. Corrections of other tickets say little of the error: people
    correct what looks wrong to them and let the plausible mistake stand, and who sees a prediction tends to
    agree with it. Their rate is biased in both ways by an amount that nobody knows. For the same reason tickets
    that wait for a label matter: where it is the hard ones that wait, the error is larger than it seems.

    The interval is the exact one of Clopper and Pearson (1934, "The use of confidence or fiducial limits
    illustrated in the case of the binomial"). A promise is kept when all of it lies at or below the promise,
    broken when all of it lies above, and else there are too few tickets to tell. Looked at weekly, a promise that
    is just kept will now and then seem broken: each look errs with half of ``1 - confidence`` at most.

    Raises:
        ValueError: a promise or the confidence is not between 0 and 1.
    """
    for name, value in (*promised.items(), ("confidence", confidence)):
        if not 0 < value < 1:
            raise ValueError(f"{name} is {value}; give a share between 0 and 1")
    labels = list(audited)
    return tuple(
        _measured(task, rate, [one for one in labels if one.task == task], confidence)
        for task, rate in promised.items()
    )


def _measured(task: str, promised: float, labels: list[AuditedLabel], confidence: float) -> MeasuredError:
    labelled = [one for one in labels if one.label]
    accepted = [one for one in labelled if one.accepted]
    errors = sum(one.predicted != one.label for one in accepted)
    least, most = interval(errors, len(accepted), confidence)
    return MeasuredError(
        task=task,
        promised=promised,
        verdict=_verdict(promised, least, most),
        tickets=len(accepted),
        errors=errors,
        error=errors / len(accepted) if accepted else None,
        least=least,
        most=most,
        coverage=len(accepted) / len(labelled) if labelled else None,
        waiting=len(labels) - len(labelled),
        needed=_needed(promised, errors, len(accepted), confidence),
    )


def interval(errors: float, tickets: int, confidence: float) -> tuple[float, float]:
    """Give the Clopper-Pearson interval of a rate; all from 0 to 1 where nothing was counted."""
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    least = float(betaincinv(errors, tickets - errors + 1, tail)) if errors > 0 else 0.0
    most = float(betaincinv(errors + 1, tickets - errors, 1 - tail)) if errors < tickets else 1.0
    return least, most


def _verdict(promised: float, least: float, most: float) -> Verdict:
    if most <= promised:
        return "kept"
    return "broken" if least > promised else "too few yet"


def _needed(promised: float, errors: int, tickets: int, confidence: float) -> int | None:
    rate = errors / tickets if tickets else 0.0

    def decided(count: int) -> bool:
        return _verdict(promised, *interval(rate * count, count, confidence)) != "too few yet"

    count = max(tickets, 1)
    while not decided(count):
        count += max(1, count // 50)  # near enough to plan with
        if count > _MOST_TICKETS:
            return None
    return count
