"""The triage desk as others use it: triage tickets, correct, look up, review, and decide what may be set."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kb.types import Fault
from triage.correcting import Corrector
from triage.deciding import shown
from triage.errors import InvalidTicket, TriageError
from triage.keeping import DraftKeeper
from triage.labelling import blinded
from triage.making import Drafted, Given, IssueOf, RiskOf, Sample, TriageMaker, no_issue, no_risk
from triage.quality import QualityReport, QualityWatch
from triage.reviewing import ReviewEntry, ReviewOrder
from triage.serving import ServedModels
from triage.settling import DeskSettings
from triage.store import Claim, Labels, Stored, StoredTicket, TicketFilter, TicketPage, TicketStore
from triage.suggesting import SuggestsArticles, TicketMemory
from triage.text import clean
from triage.types import Correction, Ticket, Topic, Triage
from triage.viewing import TicketView, TicketViews

CLAIM_MINUTES = 10
IN_TURN = 64  # tickets that are embedded and stored together
OnTriaged = Callable[[Sequence[Triage]], None]
OnCorrected = Callable[[Correction], None]


class TriageDesk(DeskSettings):
    """Tickets, what models and people say of them, and what follows from it.

    A ticket is in the store before anything else is done with it, so none that was taken is lost.
    """

    def __init__(
        self,
        store: TicketStore,
        models: ServedModels,
        sample: Sample,
        *,
        articles: SuggestsArticles | None = None,
        issue_of: IssueOf = no_issue,
        risk_of: RiskOf = no_risk,
        on_triaged: Sequence[OnTriaged] = (),
        on_corrected: Sequence[OnCorrected] = (),
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        super().__init__(store)
        self._models = models
        self._memory = TicketMemory(store, models.embedder.fingerprint)
        self._maker = TriageMaker(store, models, self._memory, sample, articles, issue_of, risk_of)
        self._keeper = DraftKeeper(store, self._memory, models.embedder.fingerprint)
        self._views = TicketViews(store, self._memory, self._maker, models.embedder.fingerprint)
        self._corrector = Corrector(store, self._team)
        self._reviews = ReviewOrder(store, models.embedder.fingerprint)
        self._watch = QualityWatch(store, models, self._team)
        self._on_triaged = tuple(on_triaged)
        self._on_corrected = tuple(on_corrected)
        self._new_id = new_id

    def warm_up(self) -> None:
        """Load what the first ticket would wait for."""
        self._models.current(self.store.topics()).predictor.predict([clean("", "Ready to read tickets?")])
        self._memory.read()

    def triage(self, ticket: Ticket, *, now: datetime, dry_run: bool = False) -> Triage:
        """Store a ticket and tell all about it; the same one again gets the same answer. A dry run keeps nothing.

        Raises:
            TicketConflict: its id is taken by a ticket with other content.
            InvalidTicket: it has faults; all of them are listed.
        """
        (made,) = self.triage_many([ticket], now=now, dry_run=dry_run)
        if isinstance(made, TriageError):
            raise made
        return made

    def triage_many(
        self, tickets: Sequence[Ticket], *, now: datetime, dry_run: bool = False
    ) -> list[Triage | TriageError]:
        """Triage tickets, each by itself: the result or what is wrong with it, in the order given."""
        named = [ticket if ticket.id else replace(ticket, id=self._new_id()) for ticket in tickets]
        if dry_run:
            drafts = self._drafted([Given(one, clean(one.subject, one.body)) for one in named], now)
            return [shown(one.triage, Labels()) for one in drafts]
        refused = self._stored(named, now)
        ids = dict.fromkeys(one.id for place, one in enumerate(named) if place not in refused)
        stored = self.store.get_many(list(ids))
        before = self._still_right(stored, now)
        due = [one for key, one in stored.items() if key not in before]
        made = before | {one.ticket_id: one for one in self._make(due, now)}
        return [refused.get(place) or made[one.id] for place, one in enumerate(named)]

    def put(self, tickets: Sequence[Ticket], *, now: datetime) -> Stored:
        """Store the tickets of an import; `triage_waiting` does the rest.

        Topics that the tickets are labelled with and that the team has not are made.

        Raises:
            InvalidTicket: ids are missing or texts cannot be stored; all faults are listed.
        """
        new = sorted({one.topic for one in tickets if one.topic} - self._topic_names())
        if new:
            self.store.put_topics([Topic(name) for name in new], "import", now)
        return self.store.upsert(tickets, now)

    def triage_waiting(
        self, *, now: datetime, since: datetime | None = None, again: bool = False
    ) -> Iterator[Sequence[Triage]]:
        """Triage stored tickets that wait for it, batch by batch: new ones, and those whose text has changed.

        Cut off, it goes on where it ended. With ``again`` all are triaged that came in ``since``.
        """
        while not again and (rewritten := self.store.uncleaned(IN_TURN)):
            stored = self.store.get_many([ticket.id for ticket in rewritten])
            yield self._make(list(stored.values()), now)
        wanted = TicketFilter(triaged=None if again else False, created_from=since)
        after, first = "", True
        while first or after:
            page = self.store.list_tickets(wanted, after, IN_TURN)
            after, first = page.after, False
            yield self._make([one for one in page.tickets if not one.forgotten], now)
        while lacking := self.store.without_vector(self._models.embedder.fingerprint, IN_TURN):
            self._embed(lacking)

    def correct(self, correction: Correction) -> None:
        """Keep what a person says of a ticket: it counts in training, and decides queue and clocks anew.

        Raises:
            UnknownLabel: a label is none of the team's; all faults are listed, nothing is kept.
            TicketNotFound: there is no such ticket.
        """
        self._corrector.correct(correction, self._topic_names())
        for hook in self._on_corrected:
            hook(correction)

    def view(self, ticket_id: str, *, now: datetime, reader: str = "") -> TicketView:
        """Everything about a ticket; ``reader`` is who looks, whose own claim is no warning.

        Raises:
            TicketNotFound: there is no such ticket.
        """
        return self._views.view(ticket_id, now, reader)

    def queue(self, wanted: TicketFilter, after: str = "", limit: int = 50) -> TicketPage:
        """A page of tickets, the newest first; predictions of the blind sample are left out.

        Raises:
            ValueError: ``after`` is not of a page.
        """
        page = self.store.list_tickets(wanted, after, limit)
        return TicketPage(tuple(blinded(one) for one in page.tickets), page.after)

    def claim(self, ticket_id: str, by: str, now: datetime) -> Claim:
        """Say that somebody works on a ticket now; gives the claim that holds, which may be a colleague's.

        Raises:
            TicketNotFound: there is no such ticket.
        """
        return self.store.claim(ticket_id, by, now + timedelta(minutes=CLAIM_MINUTES), now)

    def release(self, ticket_id: str, by: str) -> None:
        """End one's own claim; there need not be one."""
        self.store.release(ticket_id, by)

    def review_queue(self, limit: int, now: datetime) -> list[ReviewEntry]:
        """Tickets that need a person: the blind sample first, then by what a label would teach."""
        return self._reviews.entries(limit)

    def skip_review(self, ticket_id: str, who: str, now: datetime) -> None:
        """Take a ticket out of the review queue without a label.

        Raises:
            TicketNotFound: it was never in the queue.
        """
        self.store.close_review(ticket_id, "skipped", who, now)

    def quality(self, *, now: datetime) -> QualityReport:
        """What was promised beside what is measured, and whether the mix of tickets drifts."""
        return self._watch.report(now)

    def _stored(self, named: Sequence[Ticket], now: datetime) -> dict[int, TriageError]:
        """Store what can be stored; gives what is wrong with the others, by their place."""
        refused: dict[int, TriageError] = self._faulty(named)
        sound = [(place, one) for place, one in enumerate(named) if place not in refused]
        result = self.store.put_new([one for _, one in sound], now)
        conflicts = list(result.conflicts)
        if conflicts:
            kept = self.store.get_many([one.id for _, one in sound])
            for place, one in sound:
                if conflicts and conflicts[0].ticket_id == one.id and kept[one.id].ticket != one:
                    refused[place] = conflicts.pop(0)
        return refused

    def _faulty(self, named: Sequence[Ticket]) -> dict[int, TriageError]:
        known = self._topic_names()
        return {
            place: InvalidTicket((Fault("topic", f"there is no topic {one.topic!r}; make it first"),))
            for place, one in enumerate(named)
            if one.topic and one.topic not in known
        }

    def _still_right(self, stored: Mapping[str, StoredTicket], now: datetime) -> dict[str, Triage]:
        """The triages of tickets that were sent before, where the same models would speak again."""
        done = [key for key, one in stored.items() if one.triaged and one.clean is not None]
        versions = self._models.current(self.store.topics()).versions
        made = {key: one.triage for key, one in self.store.latest_triages(done).items()}
        return {
            key: shown(self._memory.with_claims(one, now), stored[key].labels)
            for key, one in made.items()
            if dict(one.models) == dict(versions)
        }

    def _make(self, stored: Sequence[StoredTicket], now: datetime) -> list[Triage]:
        told: list[Triage] = []
        for start in range(0, len(stored), IN_TURN):
            part = stored[start : start + IN_TURN]
            given = [
                Given(one.ticket, one.clean or clean(one.ticket.subject, one.ticket.body), one.labels)
                for one in part
            ]
            drafts = self._drafted(given, now)
            self._keeper.keep(part, drafts, now)
            told += [shown(draft.triage, one.labels) for one, draft in zip(part, drafts, strict=True)]
        for hook in self._on_triaged if told else ():
            hook(told)
        return told

    def _drafted(self, given: Sequence[Given], now: datetime) -> list[Drafted]:
        return self._maker.draft(given, self._team.state(), now)

    def _embed(self, ticket_ids: Sequence[str]) -> None:
        stored = self.store.get_many(ticket_ids)
        texts = {key: one.clean.text for key, one in stored.items() if one.clean is not None}
        vectors = self._models.embedder.encode(list(texts.values()))
        self.store.put_vectors(self._models.embedder.fingerprint, list(texts), vectors)

    def _topic_names(self) -> set[str]:
        """The names of topics, former ones too."""
        return {topic.name for topic in self.store.topics()} | set(self.store.former_topic_names())
