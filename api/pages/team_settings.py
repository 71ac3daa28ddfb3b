"""Who takes tickets: teams with their topics, and people with what they can do and how much at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.auth import page_caller
from api.current import parts_of_app
from api.operations import LEADERS
from api.pages.blueprint import pages
from api.pages.forms import named, number, whole, words_in
from kb.types import Fault
from triage.errors import InvalidSettings, StaleSettings
from triage.team import TEAMS

CHANGES = 8
NEW_MEMBERS = 2  # empty rows of each team
_TO = " to "


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed the settings, when, and which parts of them."""

    who: str
    at: datetime
    what: str


@pages.get("/teams", endpoint="teams")
def show() -> str:
    """Show the teams."""
    page_caller(parts_of_app(), LEADERS)
    return _page()


@pages.post("/teams", endpoint="change_teams")
def change() -> ResponseReturnValue:
    """Change the teams."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    given = {"teams": list(_teams())}
    try:
        parts.desk.set_teams(given, whole(request.form.get("version", "")), caller.name, parts.now())
    except InvalidSettings as error:
        return _page(named(error.faults, given), given), 422
    except StaleSettings as error:
        return _page((Fault("Not saved", str(error)),), given), 409
    flash("Saved. It holds for tickets from now on.")
    return redirect(url_for("pages.teams"), 303)


def _page(faults: Sequence[Fault] = (), given: Mapping[str, Any] | None = None) -> str:
    parts = parts_of_app()
    setting = parts.desk.teams()
    return render_template(
        "teams.html",
        faults=faults,
        setting=setting,
        teams=(given or setting.document)["teams"],
        topics=[topic.name for topic in parts.desk.topics()],
        load=parts.tickets.load().assignees,
        changes=[Change(one.who, one.at, _changed(one.before, one.after)) for one in _trail()],
        away_text=away_text,
        new_members=NEW_MEMBERS,
    )


def away_text(away: Sequence[Mapping[str, str]]) -> str:
    """Days off as they are written in the form."""
    return ", ".join(
        one["first"] if one["first"] == one["last"] else f"{one['first']}{_TO}{one['last']}" for one in away
    )


def _trail() -> Sequence[Any]:
    return parts_of_app().tickets.trail(TEAMS, CHANGES)


def _changed(before: object, after: object) -> str:
    old, new = _by_name(before), _by_name(after)
    told = [f"{name} new" for name in new if name not in old]
    told += [f"{name} removed" for name in old if name not in new]
    told += [f"{name} changed" for name in new if name in old and new[name] != old[name]]
    return ", ".join(told) or "The order"


def _by_name(document: object) -> dict[str, object]:
    teams = document.get("teams", ()) if isinstance(document, Mapping) else ()
    return {str(team["name"]): team for team in teams}


def _teams() -> Iterator[dict[str, Any]]:
    """The teams as the form has them; one without a name is left out, and so is one that is to be removed."""
    form = request.form
    hours = _working_hours()
    for place in form.getlist("place"):
        name = form.get(f"{place}-team", "").strip()
        if not name or form.get(f"{place}-remove"):
            continue
        zone = form.get(f"{place}-zone", "").strip()
        yield {
            "name": name,
            "topics": words_in(form.get(f"{place}-topics", "")),
            "channels": words_in(form.get(f"{place}-channels", "")),
            "members": list(_members(place, hours)),
            **({"zone": zone} if zone else {}),
        }


def _members(place: str, hours: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    columns = ("name", "capacity", "languages", "skills", "away")
    rows = zip(*(request.form.getlist(f"{place}-{column}") for column in columns), strict=False)
    for name, capacity, languages, skills, away in rows:
        if not name.strip():
            continue
        yield {
            "name": name.strip(),
            "capacity": number(capacity),
            "languages": words_in(languages),
            "skills": words_in(skills),
            "away": [_days(one) for one in words_in(away)],
            "working_hours": hours.get(name.strip()),
        }


def _days(given: str) -> dict[str, str]:
    first, _, last = given.partition(_TO)
    return {"first": first.strip(), "last": last.strip() or first.strip()}


def _working_hours() -> dict[str, object]:
    """Hours of people's own, which the form does not show and must not lose."""
    document: Any = parts_of_app().desk.teams().document
    return {one["name"]: one.get("working_hours") for team in document["teams"] for one in team["members"]}
