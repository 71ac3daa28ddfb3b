"""What is promised to whom, and the business hours by which it is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.auth import page_caller
from api.current import parts_of_app
from api.operations import LEADERS
from api.pages.blueprint import pages
from api.pages.forms import named, whole, words_in
from api.pages.team_settings import CHANGES, Change
from kb.types import Fault
from triage.clocks.calendar import WEEKDAYS
from triage.errors import InvalidSettings, StaleSettings
from triage.team import SLA
from triage.types import URGENCIES

NEW_POLICIES = 2  # empty rows
HOUSE = "house"
_PROMISES = ("first_reply", "resolution")
_DURATION = re.compile(r"(\d{1,6})\s*(min|m|h)?", re.ASCII)


@pages.get("/sla", endpoint="sla")
def show() -> str:
    """Show promises and hours."""
    page_caller(parts_of_app(), LEADERS)
    return _page()


@pages.post("/sla", endpoint="change_sla")
def change() -> ResponseReturnValue:
    """Change promises and hours."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    given = {
        "policies": list(_policies()),
        "calendar": _calendar(HOUSE),
        "team_calendars": dict(_team_calendars()),
    }
    try:
        parts.desk.set_sla(given, whole(request.form.get("version", "")), caller.name, parts.now())
    except InvalidSettings as error:
        return _page(named(error.faults, given), given), 422
    except StaleSettings as error:
        return _page((Fault("Not saved", str(error)),), given), 409
    flash("Saved. It holds for tickets from now on.")
    return redirect(url_for("pages.sla"), 303)


def duration(minutes: object) -> str:
    """Minutes as they are written in the form: whole hours as hours."""
    if not isinstance(minutes, int):
        return "" if minutes is None else str(minutes)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _page(faults: Sequence[Fault] = (), given: Mapping[str, Any] | None = None) -> str:
    parts = parts_of_app()
    setting = parts.desk.sla()
    return render_template(
        "sla.html",
        faults=faults,
        setting=setting,
        table=given or setting.document,
        urgencies=list(reversed(URGENCIES)),
        weekdays=WEEKDAYS,
        teams=[team["name"] for team in parts.desk.teams().document["teams"]],
        changes=[
            Change(one.who, one.at, _changed(one.before, one.after))
            for one in parts.tickets.trail(SLA, CHANGES)
        ],
        duration=duration,
        new_policies=NEW_POLICIES,
        house=HOUSE,
    )


def _changed(before: Any, after: Any) -> str:  # noqa: ANN401 - documents as they were kept
    names = {"policies": "Promises", "calendar": "Business hours", "team_calendars": "Hours of teams"}
    return ", ".join(name for key, name in names.items() if (before or {}).get(key) != (after or {}).get(key))


def _policies() -> Iterator[dict[str, Any]]:
    """The promises as the form has them; a row without an urgency or without any time is left out."""
    form = request.form
    columns = ("urgency", "plan", "team", "channel", *_PROMISES, *(f"{one}_clock" for one in _PROMISES))
    for row in zip(*(form.getlist(column) for column in columns), strict=False):
        given = dict(zip(columns, (value.strip() for value in row), strict=True))
        promises = {
            name: {"minutes": _minutes(given[name]), "clock": given[f"{name}_clock"]} if given[name] else None
            for name in _PROMISES
        }
        if given["urgency"] and any(promises.values()):
            yield {name: given[name] for name in ("urgency", "plan", "team", "channel")} | promises


def _minutes(given: str) -> object:
    """The minutes of ``30 min`` or ``4 h``; what is neither stays as it came, and is refused with the reason."""
    found = _DURATION.fullmatch(given)
    if found is None:
        return given
    return int(found[1]) * (60 if found[2] == "h" else 1)


def _team_calendars() -> Iterator[tuple[str, dict[str, Any]]]:
    for place in request.form.getlist("place"):
        team = request.form.get(f"{place}-team", "").strip()
        if team and not request.form.get(f"{place}-remove"):
            yield team, _calendar(place)


def _calendar(place: str) -> dict[str, Any]:
    form = request.form
    return {
        "zone": form.get(f"{place}-zone", "").strip() or "UTC",
        "country": form.get(f"{place}-country", "").strip().upper(),
        "region": form.get(f"{place}-region", "").strip(),
        "hours": {day: hours for day in WEEKDAYS if (hours := words_in(form.get(f"{place}-{day}", "")))},
        "closed_on": words_in(form.get(f"{place}-closed_on", "")),
        "open_on": words_in(form.get(f"{place}-open_on", "")),
    }
