"""Errors of the web door, and the one table of which error becomes which problem (RFC 9457).

AccessError
├── NotSignedIn        there is no key, or it is unknown or revoked
├── NotAllowed         the key's role or audiences do not allow it
└── ForgedRequest      a page's request lacks the session's token
RequestError
├── UnreadableBody     the body is not JSON
├── WrongMediaType     the body is of another type than JSON
├── InvalidRequest     a body, a parameter or a header has faults; all of them are listed
└── ArticleChanged     the article is not the one the caller has read
NotReady               parts are still being loaded, or are missing
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from api.replies import FaultReply
from api.store import KeyNotFound, RequestConflict, RequestInProgress
from api.wiring import DatabaseTrouble
from kb.errors import (
    AnswerNotFound,
    ArticleNotFound,
    EmbedderConflict,
    EmbedderUnavailable,
    IndexUnusable,
    InvalidArticle,
    InvalidQuestion,
    KnowledgeBaseError,
    SourceNotFound,
)
from models.errors import ModelError
from reports.errors import InvalidIssueChange, IssueNotFound, NothingToReport, ReportError
from triage.churn.scoring import ModelNotForUse
from triage.errors import (
    AccountNotFound,
    ImportUnreadable,
    InvalidSettings,
    InvalidTicket,
    InvalidTopics,
    StaleSettings,
    TicketConflict,
    TicketNotFound,
    TriageError,
    UnknownLabel,
)
from triage.store.flags import FlagNotFound


class AccessError(Exception):
    """The caller may not do this."""


class NotSignedIn(AccessError):
    """There is no key, or it is unknown or revoked."""


class NotAllowed(AccessError):
    """The key's role or audiences do not allow it."""


class ForgedRequest(AccessError):
    """A page's request lacks the session's token, so another site may have sent it."""


class RequestError(Exception):
    """The request cannot be understood or done as it is."""


class UnreadableBody(RequestError):
    """The body is not JSON."""


class WrongMediaType(RequestError):
    """The body is of another type than JSON."""


class InvalidRequest(RequestError):
    """A request has faults; ``faults`` lists all of them."""

    def __init__(self, faults: tuple[FaultReply, ...]) -> None:
        super().__init__("The request has faults.")
        self.faults = faults

    @classmethod
    def from_validation(cls, error: ValidationError) -> InvalidRequest:
        """All that pydantic found, without what was sent."""
        found = error.errors(include_url=False, include_context=False, include_input=False)
        places = [(".".join(map(str, each["loc"])), each["msg"]) for each in found]
        return cls(tuple(FaultReply(field=place, detail=reason) for place, reason in places))


class ArticleChanged(RequestError):
    """The article is not the one the caller has read."""


class NotReady(Exception):
    """Parts are still being loaded, or are missing."""


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """How a kind of error is answered; ``detailed`` says whether its own message may be shown."""

    status: int
    name: str
    title: str
    detailed: bool = True

    @property
    def type(self) -> str:
        """A reference that leads to its description."""
        return f"/api/docs#{self.name}"


# The nearest class in an error's line of descent decides.
PROBLEMS: dict[type[Exception], ProblemKind] = {
    NotSignedIn: ProblemKind(401, "not-signed-in", "A key is needed"),
    NotAllowed: ProblemKind(403, "not-allowed", "This key does not allow that"),
    ForgedRequest: ProblemKind(403, "forged-request", "The page's token is missing or too old"),
    UnreadableBody: ProblemKind(400, "unreadable-body", "The body is not JSON"),
    WrongMediaType: ProblemKind(415, "wrong-media-type", "The body must be application/json"),
    InvalidRequest: ProblemKind(422, "invalid-request", "The request has faults", detailed=False),
    ArticleChanged: ProblemKind(412, "article-changed", "The article has changed meanwhile"),
    NotReady: ProblemKind(503, "not-ready", "Not ready yet"),
    ArticleNotFound: ProblemKind(404, "article-not-found", "No such article"),
    AnswerNotFound: ProblemKind(404, "answer-not-found", "No such answer"),
    InvalidArticle: ProblemKind(422, "invalid-article", "The article has faults", detailed=False),
    InvalidQuestion: ProblemKind(422, "invalid-question", "The question cannot be answered"),
    SourceNotFound: ProblemKind(404, "source-not-found", "No such source"),
    EmbedderConflict: ProblemKind(
        503, "embedder-conflict", "Processes are set to different embedders", detailed=False
    ),
    EmbedderUnavailable: ProblemKind(
        503, "embedder-unavailable", "The embedder is not available", detailed=False
    ),
    IndexUnusable: ProblemKind(503, "index-unusable", "The index is not available", detailed=False),
    KnowledgeBaseError: ProblemKind(500, "knowledge-base-error", "The knowledge base failed", detailed=False),
    TicketNotFound: ProblemKind(404, "ticket-not-found", "No such ticket"),
    AccountNotFound: ProblemKind(404, "account-not-found", "No such account"),
    FlagNotFound: ProblemKind(404, "flag-not-found", "The account has no such flag"),
    InvalidTicket: ProblemKind(422, "invalid-ticket", "The ticket has faults", detailed=False),
    TicketConflict: ProblemKind(409, "ticket-conflict", "The id is taken by a ticket with other content"),
    InvalidTopics: ProblemKind(422, "invalid-topics", "The topics cannot be changed so", detailed=False),
    UnknownLabel: ProblemKind(422, "unknown-label", "The correction has faults", detailed=False),
    InvalidSettings: ProblemKind(422, "invalid-settings", "The settings have faults", detailed=False),
    StaleSettings: ProblemKind(409, "stale-settings", "Another has changed the settings meanwhile"),
    ImportUnreadable: ProblemKind(422, "import-unreadable", "The file cannot be read"),
    ModelNotForUse: ProblemKind(503, "model-not-for-use", "The model was refused when it was trained"),
    TriageError: ProblemKind(500, "triage-error", "Triage failed", detailed=False),
    KeyNotFound: ProblemKind(404, "key-not-found", "No such key"),
    RequestConflict: ProblemKind(
        422, "idempotency-key-reused", "The idempotency key was used for another request"
    ),
    RequestInProgress: ProblemKind(409, "request-in-progress", "The first request is still at work"),
    IssueNotFound: ProblemKind(404, "issue-not-found", "No such issue"),
    InvalidIssueChange: ProblemKind(
        422, "invalid-issue-change", "The change of the issue has faults", detailed=False
    ),
    NothingToReport: ProblemKind(404, "nothing-to-report", "There is nothing to report"),
    ReportError: ProblemKind(500, "report-error", "The report failed", detailed=False),
    ModelError: ProblemKind(503, "model-unavailable", "A model is not available", detailed=False),
    DatabaseTrouble: ProblemKind(
        503, "database-unavailable", "The database is not available", detailed=False
    ),
}
UNKNOWN = ProblemKind(500, "internal-error", "Something went wrong here", detailed=False)


def kind_of(error: Exception) -> ProblemKind:
    """How an error is answered; one without a row is an internal error."""
    return next((PROBLEMS[each] for each in type(error).__mro__ if each in PROBLEMS), UNKNOWN)


def faults_of(error: Exception) -> tuple[FaultReply, ...]:
    """The single faults that an error lists, if it does."""
    if isinstance(error, InvalidRequest):
        return error.faults
    if isinstance(
        error,
        InvalidArticle | InvalidTicket | InvalidTopics | UnknownLabel | InvalidSettings | InvalidIssueChange,
    ):
        return tuple(FaultReply(field=fault.where, detail=fault.reason) for fault in error.faults)
    return ()
