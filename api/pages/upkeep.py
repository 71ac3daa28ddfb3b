"""Pages for those who look after the knowledge base: what it lacks, and what is due for a check."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from api.auth import page_caller
from api.current import parts_of_app
from api.errors import InvalidRequest
from api.operations import LEADERS
from api.pages.blueprint import pages
from api.payloads import DueQuery, GapsQuery
from api.times import day_text, today
from api.upkeep import due, find_gaps, verify

AHEAD_DAYS = 30
GAP_REASONS = {
    "nothing_close": "No article answers",
    "conflicting": "Articles disagree",
    "outdated": "Only outdated articles answer",
    "not_permitted": "Only articles that the asker may not see answer",
    "not_helpful": "The answer did not help",
}


@pages.get("/gaps", endpoint="gaps")
def gaps() -> str:
    """Show unanswered questions in groups."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    try:
        query = GapsQuery.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from None
    found = find_gaps(parts, caller.scope, query)
    return render_template(
        "gaps.html", gaps=found, days=query.days, asked=sum(gap.count for gap in found), reasons=GAP_REASONS
    )


@pages.get("/verification", endpoint="verification")
def verification() -> str:
    """Show the articles whose check is due, or will be soon."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    ahead = request.args.get("ahead") == "1"
    now = today(parts)
    articles = due(parts, caller, DueQuery(on=now + timedelta(days=AHEAD_DAYS if ahead else 0), limit=200))
    return render_template(
        "verification.html", articles=articles, today=now, ahead=ahead, ahead_days=AHEAD_DAYS
    )


@pages.post("/verification", endpoint="verify")
def confirm() -> ResponseReturnValue:
    """Confirm an article and show what is left."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    confirmed = verify(parts, caller, request.form.get("article_id", ""))
    flash(f"{confirmed.title} is confirmed until {day_text(parts, confirmed.verify_by)}.")
    return redirect(url_for("pages.verification", ahead=request.form.get("ahead") or None), 303)
