"""The review queue: tickets that need a person, with the reason, and their labels one press away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.auth import page_caller
from api.current import parts_of_app
from api.operations import STAFF
from api.pages.blueprint import pages
from api.pages.decisions import ShownChoice, choices_of, prediction_of
from api.pages.ticket_shown import is_blind
from api.pages.wording import TASK_LABELS, TASK_TITLES, percent
from api.wiring import Parts
from triage.review import ReviewPlace
from triage.reviewing import ReviewEntry
from triage.store import Claim, StoredTicket, TicketFilter
from triage.types import Prediction

CARDS = 20
_CLOSE = 0.15
_MUCH = 0.8  # of the ranks from 0 to 1


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A ticket of the queue. ``others`` are the topics without a button."""

    stored: StoredTicket
    came_at: datetime
    reasons: tuple[str, ...]
    blind: bool
    choices: tuple[ShownChoice, ...]
    others: tuple[str, ...]
    worked_on_by: str


@pages.get("/review", endpoint="review")
def review() -> str:
    """Show the head of the review queue."""
    parts = parts_of_app()
    page_caller(parts, STAFF)
    topics = [topic.name for topic in parts.desk.topics()]
    return render_template(
        "review.html",
        cards=_cards(parts, topics),
        waiting=parts.tickets.count(TicketFilter(needs_person=True, is_open=True)),
        topics=topics,
        tasks=TASK_TITLES,
        task_labels=TASK_LABELS,
    )


@pages.post("/review/skip", endpoint="skip_review")
def skip() -> ResponseReturnValue:
    """Take a ticket out of the queue without a label."""
    parts = parts_of_app()
    caller = page_caller(parts, STAFF)
    parts.desk.skip_review(request.form.get("ticket_id", ""), caller.name, parts.now())
    flash("Skipped: the ticket left the queue without a label.")
    return redirect(url_for("pages.review"), 303)


def _cards(parts: Parts, topics: Sequence[str]) -> list[ReviewCard]:
    now = parts.now()
    entries = parts.desk.review_queue(CARDS, now)
    claims = parts.tickets.claims([entry.stored.ticket.id for entry in entries], now)
    return [_card(entry, claims.get(entry.stored.ticket.id), topics) for entry in entries]


def _card(entry: ReviewEntry, claim: Claim | None, topics: Sequence[str]) -> ReviewCard:
    stored, predicted = entry.stored, prediction_of(entry.triage, "topic")
    choices = choices_of("topic", predicted, stored.labels.topic)
    buttons = {one.label for one in choices}
    return ReviewCard(
        stored=stored,
        came_at=stored.ticket.created_at or stored.received_at,
        reasons=tuple(_why(entry, predicted)),
        blind=is_blind(stored),
        choices=choices,
        others=tuple(name for name in topics if name not in buttons),
        worked_on_by=claim.by if claim else "",
    )


def _why(entry: ReviewEntry, predicted: Prediction) -> Iterator[str]:
    if entry.why == "blind_sample":
        yield "Drawn for the blind sample, by which errors are counted"
        return
    best = [(predicted.label, predicted.probability)] if predicted.label else []
    best += [(one.label, one.probability) for one in predicted.alternatives[:1]]
    if entry.why == "novel":
        yield f"Perhaps none of the topics ({percent(predicted.none_of_these)})"
    elif len(best) > 1 and best[0][1] - best[1][1] < _CLOSE:
        yield "Hard to tell apart: " + " or ".join(f"{label} ({percent(chance)})" for label, chance in best)
    else:
        yield "Not sure enough to be set" if best else "Nothing was predicted"
    if entry.place is not None:
        yield from _teaches(entry.place)


def _teaches(place: ReviewPlace) -> Iterator[str]:
    if place.density >= _MUCH:
        yield "Stands for many like it"
    if place.novelty >= _MUCH:
        yield "Unlike what is known"
