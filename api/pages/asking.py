"""The agents' page, and an article with a quote marked."""

from __future__ import annotations

from flask import render_template, request

from api.auth import page_caller
from api.current import parts_of_app
from api.errors import InvalidRequest
from api.operations import EVERYONE, STAFF
from api.pages.blueprint import pages
from api.pages.marking import shown_groups
from api.replies import FaultReply

EXAMPLES = (
    "A client was charged twice, what do I tell them?",
    "How long until the first payout arrives?",
    "Can I move to a smaller plan in the middle of the month?",
)


@pages.get("/", endpoint="ask")
def ask() -> str:
    """Show the page that asks."""
    parts = parts_of_app()
    page_caller(parts, STAFF)
    return render_template("ask.html", examples=EXAMPLES if parts.settings.demo else ())


@pages.get("/articles/<path:article_id>", endpoint="article")
def article(article_id: str) -> str:
    """Show an article, in the version and with the place that the address names."""
    parts = parts_of_app()
    caller = page_caller(parts, EVERYONE)
    version, start, end = (_number(name) for name in ("version", "start", "end"))
    present = None
    if version is None:
        found = present = parts.knowledge.article(article_id, caller.scope)
    else:
        found = parts.knowledge.article_version(article_id, version, caller.scope)
    groups = shown_groups(found, start or 0, end or 0)
    return render_template("article.html", article=found, groups=groups, is_named_version=present is None)


def _number(name: str) -> int | None:
    given = request.args.get(name, "")
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise InvalidRequest((FaultReply(field=name, detail="give a whole number"),))
    return int(given)
