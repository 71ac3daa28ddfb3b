"""What a team sets about its work with accounts: reach, bands, competitors, and who is told of a crossing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.account_operations import ADMINS
from api.accounting import change_settings
from api.auth import Caller, page_caller
from api.current import parts_of_app
from api.operations import LEADERS
from api.pages.blueprint import pages
from api.reporting import settings_of
from kb.types import Fault
from triage.account_settings import KINDS, SETTING
from triage.account_values import EventNotDelivered
from triage.errors import InvalidSettings, StaleSettings

CHANGES = 5
NAMES = {
    "hours_a_week": "Hours of outreach a week",
    "hours_an_account": "Hours an account",
    "withheld_share": "Share kept back by lot",
    "quiet_days": "Quiet days",
    "watch_from": "Watch from",
    "at_risk_from": "At risk from",
    "competitors": "Competitors",
    "destinations": "Who is told",
}
KIND_NAMES = {
    "webhook": "Another program (webhook)",
    "slack": "Slack",
    "teams": "Microsoft Teams",
    "mail": "Mail",
}
_PERCENT = ("withheld_share", "watch_from", "at_risk_from")
_MAIL = ("host", "user", "sender")
_SECURITY = ("starttls", "tls", "none")


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed the settings when, and which of them; not to what, because addresses are secret."""

    who: str
    at: datetime
    fields: tuple[str, ...]


@pages.get("/accounts/settings", endpoint="account_settings")
def show() -> str:
    """Show the settings."""
    caller = page_caller(parts_of_app(), LEADERS)
    return _page(caller)


@pages.post("/accounts/settings", endpoint="change_account_settings")
def change() -> ResponseReturnValue:
    """Change the settings; where others are told is for admins to say."""
    parts = parts_of_app()
    caller = page_caller(parts, LEADERS)
    before = parts.accounts.settings_document()
    given = _document()
    given["destinations"] = (
        list(_destinations()) if caller.role == "admin" else before.document["destinations"]
    )
    try:
        change_settings(parts, given, _whole(request.form.get("version", "")), caller.name)
    except InvalidSettings as error:
        return _page(caller, error.faults, given), 422
    except StaleSettings as error:
        return _page(caller, (Fault("Not saved", str(error)),), given), 409
    flash("Saved. It holds from the next ticket on; all accounts are being scored again.")
    return redirect(url_for("pages.account_settings"), 303)


@pages.post("/accounts/settings/test", endpoint="test_account_destination")
def send_a_test() -> ResponseReturnValue:
    """Send a test to a destination as it is set, and say what became of it."""
    from api.account_delivery import send_test

    parts = parts_of_app()
    page_caller(parts, ADMINS)
    name = request.form.get("test", "")
    try:
        flash(f"{name}: {send_test(parts, name)}.")
    except EventNotDelivered as error:
        flash(str(error))
    return redirect(url_for("pages.account_settings"), 303)


def _page(caller: Caller, faults: Sequence[Fault] = (), given: Mapping[str, Any] | None = None) -> str:
    parts = parts_of_app()
    setting = parts.accounts.settings_document()
    shared = settings_of(parts)
    return render_template(
        "account_settings.html",
        faults=faults,
        setting=setting,
        settings=given or setting.document,
        length=parts.accounts.settings().length,
        bands=parts.accounts.bands(),
        changes=list(_changes()),
        names=NAMES,
        kinds={kind: KIND_NAMES[kind] for kind in KINDS},
        security=_SECURITY,
        may_send=caller.role == "admin",
        base_url=shared.base_url,
        private_hosts=shared.private_hosts,
    )


def _changes() -> Iterator[Change]:
    for entry in parts_of_app().tickets.trail(SETTING, CHANGES):
        before, after = entry.before or {}, entry.after or {}
        changed = [label for name, label in NAMES.items() if before.get(name) != after.get(name)]
        yield Change(entry.who, entry.at, tuple(changed) if before else ())


def _document() -> dict[str, Any]:
    form = request.form
    return {
        "hours_a_week": _number(form.get("hours_a_week", "")),
        "hours_an_account": _number(form.get("hours_an_account", "")),
        "quiet_days": _number(form.get("quiet_days", "")),
        **{name: _share(form.get(name, "")) for name in _PERCENT},
        "withheld_share": _share(form.get("withheld_share", "")) or 0.0,
        "competitors": [line.strip() for line in form.get("competitors", "").splitlines() if line.strip()],
    }


def _destinations() -> Iterator[dict[str, Any]]:
    """The destinations as the form has them: those that stay, and the new one where it has a name."""
    form = request.form
    for place in form.getlist("place"):
        if form.get(f"remove-{place}") or (place == "new" and not form.get("name-new", "").strip()):
            continue
        kind = form.get(f"kind-{place}", "")
        one: dict[str, Any] = {"name": form.get(f"name-{place}", ""), "kind": kind}
        if kind != "mail":
            yield one | {"webhook": form.get(f"webhook-{place}", "").strip()}
            continue
        one |= {name: form.get(f"{name}-{place}", "").strip() for name in _MAIL}
        one |= {"port": _number(form.get(f"port-{place}", "")), "security": form.get(f"security-{place}", "")}
        given = form.get(f"recipients-{place}", "")
        yield one | {"recipients": [each.strip() for each in given.split(",") if each.strip()]}


def _share(percent: str) -> object:
    """The share that a percentage means; None where nothing was given."""
    number = _number(percent.removesuffix("%")) if percent.strip() else None
    return round(number / 100, 6) if isinstance(number, int | float) else number


def _number(given: str) -> object:
    """The number, or the text as it came, which the reader of settings refuses with the reason."""
    try:
        number = float(given)
    except ValueError:
        return given
    return int(number) if number.is_integer() else number


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
