"""Looking after the articles, for API, pages and commands alike: gaps, checks that are due, the trail."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from api.auth import Caller
from api.payloads import DueQuery, GapsQuery
from api.store import AuditEntry
from api.times import today
from api.wiring import Parts
from kb.types import Article, Gap, Scope

COLUMNS = (
    "title",
    "count",
    "last_asked_at",
    "reasons",
    "nearest_article_id",
    "nearest_title",
    "nearest_probability",
    "questions",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def verify(parts: Parts, caller: Caller, article_id: str) -> Article:
    """Confirm an article in the caller's name.

    Raises:
        ArticleNotFound: there is none that the caller may see.
    """
    before = parts.knowledge.article(article_id, caller.scope)
    days = parts.settings.verify_days
    parts.knowledge.verify(article_id, by=caller.name, now=parts.now(), days=days)
    after = parts.knowledge.article(article_id, caller.scope)
    note(parts, caller, "article verified", before, after)
    return after


def due(parts: Parts, caller: Caller, query: DueQuery) -> list[Article]:
    """Articles whose check is due, as far as the caller may see them."""
    on = query.on or today(parts)
    return [each for each in parts.knowledge.due(on, query.limit) if caller.may_write(each.audience)]


def note(parts: Parts, caller: Caller, what: str, before: Article | None, after: Article | None) -> None:
    """Keep in the trail that it happened, by versions: the texts are in the knowledge base."""
    changed = after or before
    if changed is None:
        return
    who = f"{caller.name} ({caller.key_id})"
    parts.audit.add(AuditEntry(who, what, changed.id, _state(before), _state(after), parts.now()))


def _state(article: Article | None) -> dict[str, object] | None:
    if article is None:
        return None
    return {"version": article.version, "verify_by": str(article.verify_by or "")}


def find_gaps(parts: Parts, scope: Scope, query: GapsQuery) -> list[Gap]:
    """The gaps of the last days; articles outside the scope are not named."""
    since = parts.now() - timedelta(days=query.days)
    return list(parts.knowledge.gaps(since=since, limit=query.limit, scope=scope))


def gaps_csv(found: list[Gap]) -> str:
    """Gaps as CSV with a header; the questions of one stand in its last column, a line each."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for gap in found:
        values = {name: getattr(gap, name) for name in COLUMNS}
        values |= {"reasons": ", ".join(gap.reasons), "questions": "\n".join(gap.questions)}
        writer.writerow([_cell(value) for value in values.values()])
    return table.getvalue()


def _cell(value: object) -> object:
    # Spreadsheets run a cell that begins like a formula, and customers write these.
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
