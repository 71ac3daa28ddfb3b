"""A team's topics: described, renamed, merged and split, each change seen before it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.auth import page_caller
from api.current import parts_of_app
from api.operations import LEADERS
from api.pages.blueprint import pages
from api.wiring import Parts
from kb.types import Fault
from triage.errors import InvalidTopics
from triage.store import StoredTicket, TicketFilter
from triage.types import Topic

MOST_TO_SPLIT = 500  # tickets on one page
_STEP = 100

Kind = Literal["rename", "merge", "split", "delete"]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic in the list; ``level`` is 0 or 1, ``tickets`` counts those that show it."""

    topic: Topic
    level: int
    tickets: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A change before it is made: what it changes, and, of a split, which tickets may move."""

    kind: Kind
    name: str
    to: str = ""
    description: str = ""
    words: str = ""
    shown: int = 0
    tickets: tuple[StoredTicket, ...] = ()
    moving: frozenset[str] = frozenset()
    is_new: bool = False


@pages.get("/topics", endpoint="topics")
def topics() -> str:
    """Show the topics."""
    page_caller(parts_of_app(), LEADERS)
    return _list()


@pages.post("/topics", endpoint="describe_topic")
def describe() -> ResponseReturnValue:
    """Make a topic, or describe one anew."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    given = Topic(_field("name"), _field("description"), _field("parent"))
    is_new = bool(request.form.get("new"))
    taken = is_new and given.name in _names(parts)
    try:
        if taken:
            raise InvalidTopics((Fault(given.name, "exists already; describe that one"),))
        parts.desk.put_topics([given], caller.name, parts.now())
    except InvalidTopics as error:
        return _list(error.faults, given if is_new else None), 422
    flash(f"{given.name} is {'made' if is_new else 'changed'}.")
    return redirect(url_for("pages.topics"), 303)


@pages.get("/topics/<any(rename, merge, split, delete):kind>", endpoint="preview_topic")
def preview(kind: Kind) -> ResponseReturnValue:
    """Show what a change of a topic would change."""
    parts = parts_of_app()
    page_caller(parts, LEADERS)
    return _preview(parts, kind, request.args)


@pages.post("/topics/<any(rename, merge, split, delete):kind>", endpoint="change_topic")
def change(kind: Kind) -> ResponseReturnValue:
    """Rename, merge, split or delete a topic."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    changes: Mapping[Kind, Callable[[Parts, str], str]] = {
        "rename": _rename,
        "merge": _merge,
        "split": _split,
        "delete": _delete,
    }
    try:
        done = changes[kind](parts, caller.name)
    except InvalidTopics as error:
        return _preview(parts, kind, request.form, error.faults)
    flash(done)
    return redirect(url_for("pages.topics"), 303)


def _rename(parts: Parts, who: str) -> str:
    name, to = _field("name"), _field("to")
    number = parts.desk.rename_topic(name, to, who, parts.now())
    return f"{name} is now called {to}; {_tickets(number)} had that label."


def _merge(parts: Parts, who: str) -> str:
    name, to = _field("name"), _field("to")
    number = parts.desk.merge_topics([name], to, who, parts.now())
    return f"{name} is now part of {to}; {_tickets(number)} had that label."


def _split(parts: Parts, who: str) -> str:
    name, to = _field("name"), _field("to")
    moving = request.form.getlist("ticket")
    if not to or to == name:
        raise InvalidTopics((Fault("Topic", "name another topic to move tickets to"),))
    if not moving:
        raise InvalidTopics((Fault(name, "choose the tickets that move"),))
    made = [Topic(to, _field("description"))] if to not in _names(parts) else []
    parts.desk.split_topic(name, made, dict.fromkeys(moving, to), who, parts.now())
    return f"{_tickets(len(moving))} moved from {name} to {to}."


def _delete(parts: Parts, who: str) -> str:
    name = _field("name")
    parts.desk.delete_topic(name, who, parts.now())
    return f"{name} is deleted."


def _list(faults: Sequence[Fault] = (), given: Topic | None = None) -> str:
    parts = parts_of_app()
    known = parts.desk.topics()
    below = {topic.parent for topic in known if topic.parent}
    return render_template(
        "topics.html",
        rows=_rows(parts, known),
        names=[topic.name for topic in known],
        tops=[topic.name for topic in known if not topic.parent],
        with_topics_below=below,
        faults=faults,
        given=given,
    )


def _rows(parts: Parts, known: Sequence[Topic]) -> list[TopicRow]:
    """Each topic that lies at the top, followed by those below it."""
    ordered = [
        (one, level)
        for top in known
        if not top.parent
        for one, level in [(top, 0), *((below, 1) for below in known if below.parent == top.name)]
    ]
    return [TopicRow(one, level, _count(parts, one.name)) for one, level in ordered]


def _preview(
    parts: Parts, kind: Kind, given: Mapping[str, str], faults: Sequence[Fault] = ()
) -> ResponseReturnValue:
    name, to = given.get("name", "").strip(), given.get("to", "").strip()
    names = _names(parts)
    if name not in names:
        return _list((Fault(name or "Topic", "is not among the topics"),)), 422
    faults = faults or _plain_faults(kind, to, names)
    shown = Preview(
        kind,
        name,
        to,
        given.get("description", "").strip(),
        given.get("words", "").strip(),
        _count(parts, name),
        is_new=bool(to) and to not in names,
    )
    if kind == "split":
        shown = _with_tickets(parts, shown)
    page = render_template("topic_change.html", change=shown, names=names, faults=faults, most=MOST_TO_SPLIT)
    return page, 422 if faults else 200


def _plain_faults(kind: Kind, to: str, names: Sequence[str]) -> tuple[Fault, ...]:
    """What can be said before the change is tried."""
    if kind in {"rename", "merge"} and not to:
        return (Fault("Topic", "say which name it is to have"),)
    if kind == "rename" and to in names:
        return (Fault(to, "exists already; merge the two instead"),)
    return (Fault(to, "is not among the topics"),) if kind == "merge" and to not in names else ()


def _with_tickets(parts: Parts, shown: Preview) -> Preview:
    """The newest tickets of the topic, and which of them move: the chosen ones, else those with a word."""
    wanted = TicketFilter(topics=frozenset({shown.name}))
    found: list[StoredTicket] = []
    after = ""
    while len(found) < MOST_TO_SPLIT:
        page = parts.desk.queue(wanted, after, _STEP)
        found += page.tickets
        after = page.after
        if not after:
            break
    moving = frozenset(request.form.getlist("ticket")) or _with_words(found, shown.words)
    chosen_first = sorted(found[:MOST_TO_SPLIT], key=lambda one: one.ticket.id not in moving)
    return replace(shown, tickets=tuple(chosen_first), moving=moving)


def _with_words(found: Sequence[StoredTicket], words: str) -> frozenset[str]:
    wanted = [word.strip().casefold() for word in words.split(",") if word.strip()]
    texts = {one.ticket.id: f"{one.ticket.subject}\n{one.ticket.body}".casefold() for one in found}
    return frozenset(key for key, text in texts.items() if any(word in text for word in wanted))


def _count(parts: Parts, name: str) -> int:
    return parts.tickets.count(TicketFilter(topics=frozenset({name})))


def _names(parts: Parts) -> list[str]:
    return [topic.name for topic in parts.desk.topics()]


def _tickets(number: int) -> str:
    return f"{number} ticket{'s' if number != 1 else ''}"


def _field(name: str) -> str:
    return request.form.get(name, "").strip()
