"""Assembles the parts, for the web and the commands alike; what is heavy is loaded when it is first used."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from api.config import Settings
from api.database import make_engine, newest_schema, schema_version
from api.failures import log_failure
from api.jobs import Job, JobQueue, make_queue
from api.memory import give_back_memory
from api.secret import session_secret
from api.store import AuditLog, IdempotencyStore, KeyStore
from kb.types import Scope

if TYPE_CHECKING:
    from kb.embedder.port import Embedder
    from kb.service import KnowledgeBase
    from models.registry import Registry
    from reports.service import IssueDesk
    from triage.accounts import AccountDesk
    from triage.service import TriageDesk
    from triage.store import TicketStore

SHIPPED_MODELS = Path(__file__).parents[1] / "models"
DatabaseTrouble = OperationalError

logger = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The time the program goes by, unless it is given another clock."""
    return datetime.now(UTC)


class Parts:
    """Everything an application is made of, each part built once and when it is first asked for."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.now = now
        self._loading = threading.Lock()
        self._beginning = threading.Lock()
        self._knowledge: KnowledgeBase | None = None
        self._desk: TriageDesk | None = None
        self._opening = threading.Lock()
        self._warming: threading.Thread | None = None
        self._trouble = ""

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return make_engine(self.settings.database_url)

    @cached_property
    def keys(self) -> KeyStore:
        """API keys."""
        return KeyStore(self.engine)

    @cached_property
    def repeatable_requests(self) -> IdempotencyStore:
        """Requests that may be sent twice."""
        return IdempotencyStore(self.engine)

    @cached_property
    def audit(self) -> AuditLog:
        """What people changed."""
        return AuditLog(self.engine)

    @cached_property
    def registry(self) -> Registry:
        """Trained models: the team's own, then those that come with the program."""
        from models.registry import Registry

        return Registry((self.settings.data_dir / "models", SHIPPED_MODELS), unsigned_roots=(SHIPPED_MODELS,))

    @cached_property
    def queue(self) -> JobQueue:
        """Work that can wait."""
        return make_queue(self.settings.database_url, self.settings.data_dir, self.jobs)

    @cached_property
    def jobs(self) -> Mapping[str, Job]:
        """What the queue knows to do."""
        from api.work import job_table

        return job_table(self)

    @property
    def knowledge(self) -> KnowledgeBase:
        """The knowledge base; whoever asks first waits until it is loaded.

        Raises:
            KnowledgeBaseError: the embedder or the indexes cannot be loaded.
        """
        with self._loading:
            if self._knowledge is None:
                from api.searching import make_knowledge_base

                self._knowledge = make_knowledge_base(self.settings, self.engine, self.registry)
            return self._knowledge

    @cached_property
    def tickets(self) -> TicketStore:
        """Tickets and all that is kept of them."""
        from triage.store import TicketStore

        return TicketStore(self.engine)

    @cached_property
    def ticket_embedder(self) -> Embedder:
        """What makes vectors of tickets.

        Raises:
            EmbedderUnavailable: its weights were not exported, or a package is missing.
        """
        from api.triaging import make_ticket_embedder

        return make_ticket_embedder(self.settings)

    @cached_property
    def issues(self) -> IssueDesk:
        """Repeat issues and the weekly report."""
        from api.reporting import make_issue_desk

        return make_issue_desk(self)

    @cached_property
    def accounts(self) -> AccountDesk:
        """Accounts with their risk and the churn ledger."""
        from api.accounting import make_account_desk

        return make_account_desk(self, session_secret(self.settings))

    @property
    def desk(self) -> TriageDesk:
        """The triage desk; whoever asks first waits until its models are loaded.

        Raises:
            EmbedderUnavailable: the embedder of tickets cannot be loaded.
            ModelError: a model cannot be loaded.
        """
        with self._opening:
            if self._desk is None:
                from api.accounting import follow_correction, follow_triaged, risk_of
                from api.reporting import join_triaged
                from api.triaging import make_desk

                secret = session_secret(self.settings)
                self._desk = make_desk(
                    self.settings,
                    self.tickets,
                    self.registry,
                    lambda: self.knowledge,
                    secret,
                    embedder=self.ticket_embedder,
                    issue_of=self.issues.issue_of,
                    risk_of=lambda *given: risk_of(self, *given),
                    on_triaged=(
                        lambda made: join_triaged(self, made),
                        lambda made: follow_triaged(self, made),
                    ),
                    on_corrected=(lambda said: follow_correction(self, said),),
                )
            return self._desk

    def warm_up(self) -> None:
        """Begin to load what is heavy, in the background, unless that has begun."""
        with self._beginning:
            if self._warming is None:
                self._warming = threading.Thread(target=self._load, name="warm-up", daemon=True)
                self._warming.start()

    def not_ready(self) -> tuple[str, ...]:
        """Why requests cannot be served yet; empty where they can."""
        reasons = [self.database_trouble()]
        if self.loaded_knowledge is None:
            reasons.append(self._trouble or "The indexes are being loaded.")
        elif self._warming is not None and self._warming.is_alive():
            reasons.append("The triage models are being loaded.")
        return tuple(reason for reason in reasons if reason)

    def database_trouble(self) -> str:
        """Why the database cannot be used; empty where it can."""
        try:
            found = schema_version(self.engine)
        except OperationalError:
            return "The database cannot be reached."
        return (
            "" if found == newest_schema() else "The database is not set up for this release. Run: flask init"
        )

    @property
    def loaded_knowledge(self) -> KnowledgeBase | None:
        """The knowledge base, once it is loaded and can be searched."""
        return self._knowledge if self._knowledge is not None and self._knowledge.ready() else None

    @property
    def loaded_desk(self) -> TriageDesk | None:
        """The triage desk, once its models are loaded."""
        return self._desk

    def queue_reembedding(self) -> None:
        """Have the worker make the vectors anew where another embedder made them than the one that is set."""
        if self.knowledge.needs_reembedding():
            self.queue.enqueue("reembed", {}, key="reembed")

    def close(self) -> None:
        """Give back files and connections."""
        if "queue" in self.__dict__:
            self.queue.close()
        if "engine" in self.__dict__:
            self.engine.dispose()

    def _load(self) -> None:
        try:
            # A first search loads all that searches need.
            self.knowledge.search("ready", Scope(), limit=1)
            self._load_desk()
            give_back_memory()
            self._trouble = ""
            self.queue_reembedding()
        except Exception as error:
            # Whatever it is, the process stays up and says so; the next look at its readiness tries again.
            self._trouble = f"The knowledge base cannot be loaded ({type(error).__name__}); see the log."
            log_failure(logger, "Loading the knowledge base", error)
            self._warming = None

    def _load_desk(self) -> None:
        try:
            self.desk.warm_up()
        except Exception as error:
            # Questions are answered all the same; who sends a ticket is told what is missing.
            log_failure(logger, "Loading triage", error)
