"""What the knowledge base says of an issue: the article that answers it, or a draft from how agents solved it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Literal

from reports.report import AgentReply, ArticleLink
from reports.types import Issue
from triage.types import Ticket

FindArticles = Callable[
    [str], Sequence[ArticleLink]
]  # a question to the articles that answer it, the best first
REPLY = "agent_reply"  # the attribute of a ticket that holds what the agent wrote
ASKED = 5  # representatives whose questions are asked
_LONGEST = 600
_OUTLINE = 3
_LEAST_SHARE = 0.5

_HOW_TO = re.compile(
    r"\b(?:how (?:do|can|could|would|should|to)\b|where (?:do|can|is|are) |is (?:it|there) (?:possible|a way|any way)"
    r"|what(?:'s| is) the (?:best )?way|can (?:i|we|you) (?:please )?(?:tell|explain|show|change|set|turn|add|export)"
    r"|wie (?:kann|mache|geht|stelle|bekomme)|wo (?:finde|kann|stelle)|ist es möglich|gibt es eine möglichkeit"
    r"|comment (?:puis|peut|faire|est-ce)|est-il possible|où (?:puis|trouve)|cómo (?:puedo|hago|se)|¿?es posible"
    r"|miten (?:voin|saan|teen)|onko mahdollista|mistä (?:löydän|voin)|hoe (?:kan|moet|doe)|hur (?:kan|gör)"
    r"|kuidas (?:saan|ma|saab))",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\b(?:would (?:be (?:great|nice|helpful)|love)|feature request|please (?:add|consider adding|support)"
    r"|(?:we|i) wish|any plans? (?:to|for)|wäre (?:schön|toll|super)|wünsche[n]? (?:mir|uns)"
    r"|serait (?:bien|utile|génial)|toivoisi|olisi (?:kiva|hyvä)|zou (?:fijn|handig))",
    re.IGNORECASE,
)
_DEFECT = re.compile(
    r"\b(?:error|bug|broken|crash\w*|fail(?:s|ed|ing|ure)?|stopp?(?:s|ed)|(?:doesn|isn|won|didn|don|can)['\u2019]?t"
    r"|(?:does|is|did|do|will|can) ?not|no longer|wrong(?:ly)?|missing|twice|duplicate\w*|freez\w+|froze\w*"
    r"|hang(?:s|ing)|stuck|blank|slow"
    r"|vanish\w*|disappear\w*|fehler|kaputt|geht nicht|funktioniert nicht|doppelt|falsch|fehlt"
    r"|erreur|ne (?:marche|fonctionne)|n(?:e |['\u2019])\w+ plus|deux fois"
    r"|virhe|ei (?:toimi|näy|tule)|kahdesti|väärin|werkt niet|fout"
    r"|fungerar inte|fel|ei tööta|viga)\b",
    re.IGNORECASE,
)


def kind_of(tickets: Sequence[Ticket]) -> Literal["defect", "how_to", "request", ""]:
    """Tell a confusion about how to do something from a defect and a wish, by what most customers write.

    Empty where their words say none of it often enough.
    """
    votes = Counter(_kind(f"{ticket.subject}\n{ticket.body}") for ticket in tickets)
    told = {kind: count for kind, count in votes.items() if kind}
    if not told:
        return ""
    best = max(sorted(told), key=lambda kind: told[kind])
    if told[best] < _LEAST_SHARE * sum(told.values()):
        return ""
    return best  # type: ignore[return-value]


def article_for(issue: Issue, tickets: Mapping[str, Ticket], find: FindArticles) -> ArticleLink | None:
    """The article that answers most of the tickets that show the issue best; None where none does."""
    asked = [tickets[one] for one in issue.representatives[:ASKED] if one in tickets]
    found: dict[str, list[ArticleLink]] = defaultdict(list)
    for ticket in asked:
        for article in find(question_of(ticket))[:1]:
            found[article.article_id].append(article)
    best = max(sorted(found), key=lambda one: len(found[one]), default="")
    if not best or len(found[best]) < _LEAST_SHARE * len(asked):
        return None
    return max(found[best], key=lambda article: article.probability or 0.0)


def question_of(ticket: Ticket) -> str:
    """What a ticket asks, as the knowledge base is asked it."""
    return f"{ticket.subject}\n{ticket.body}".strip()[:2000]


def outline_of(issue: Issue, tickets: Mapping[str, Ticket], zone: tzinfo) -> tuple[AgentReply, ...]:
    """How agents answered the issue, word for word: first where the customer was content and did not come back.

    Replies that say the same are quoted once.
    """
    replied = [tickets[one] for one in issue.tickets if one in tickets and _reply(tickets[one])]
    shown = {one: place for place, one in enumerate(issue.representatives)}
    ordered = sorted(
        replied, key=lambda ticket: (*_worth(ticket), shown.get(ticket.id, len(shown)), ticket.id)
    )
    replies: dict[str, AgentReply] = {}
    for ticket in ordered:
        text = _reply(ticket)
        replies.setdefault(
            " ".join(text.casefold().split()),
            AgentReply(_cut(text), ticket.id, _day(ticket, zone), ticket.assignee),
        )
    return tuple(replies.values())[:_OUTLINE]


def _kind(text: str) -> str:
    if _REQUEST.search(text):
        return "request"
    defect, how_to = len(_DEFECT.findall(text)), len(_HOW_TO.findall(text))
    if not defect and not how_to:
        return ""
    return "how_to" if how_to > defect / 2 else "defect"


def _reply(ticket: Ticket) -> str:
    return ticket.attributes.get(REPLY, "").strip()


def _worth(ticket: Ticket) -> tuple[int, float, bool]:
    return ticket.reopened, -(ticket.csat or 3.0), ticket.solved_at is None


def _day(ticket: Ticket, zone: tzinfo) -> date | None:
    moment: datetime | None = ticket.first_replied_at or ticket.solved_at
    return moment.astimezone(zone).date() if moment else None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + "…"
