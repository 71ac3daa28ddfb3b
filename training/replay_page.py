"""The replay as one HTML page with plots that need nothing from outside."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from training.replay import Replay, WeekReplayed

_WIDTH, _HEIGHT, _LEFT = 720, 180, 44
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f2a}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid #d8dbe2}"
    "th:first-child,td:first-child{text-align:left}svg{width:100%;height:auto}"
)


def page_of(replay: Replay) -> str:
    """Write the page."""
    totals = replay.totals
    stated = replay.assumptions.stated
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Replay</title>
<style>{_STYLE}</style></head><body>
<h1>Replay: {escape(replay.weeks[0].week)} to {escape(replay.weeks[-1].week)}</h1>
<p>{totals["tickets"]:.0f} tickets of {totals["weeks"]:.0f} weeks,
each week judged by a model that knew only the weeks before.
{totals["accuracy"]:.1%} of the topics were right. Set without a person at a stated error of {stated:.0%}:
{totals["coverage"]:.1%} of the tickets, of which {totals["error"]:.1%} wrong.
{totals["minutes_saved"]:.0f} minutes of routing saved after what {totals["misroutes"]:.0f} misroutes cost;
{totals["sla_gained"]:.0f} first replies more in time, {totals["sla_lost"]:.0f} fewer.</p>
{_plot("Share of topics that were right", [week.accuracy for week in replay.weeks], replay.weeks)}
{_plot("Share of tickets set without a person", [week.coverage for week in replay.weeks], replay.weeks)}
<table><thead><tr><th>Week</th><th>Tickets</th><th>Known before</th><th>Right</th><th>Set</th><th>Wrong of these</th>
<th>Minutes saved</th><th>Misroutes</th><th>SLA + / -</th><th>Load</th></tr></thead><tbody>
{"".join(_row(week) for week in replay.weeks)}</tbody></table>
<p>Assumed: {replay.assumptions.routing_minutes:g} minutes to route a ticket by hand,
{replay.assumptions.misroute_minutes:g} lost by a misroute.</p></body></html>
"""


def _row(week: WeekReplayed) -> str:
    load = ", ".join(f"{escape(team)} {count}" for team, count in week.load.items())
    error = "" if week.error is None else f"{week.error:.1%}"
    return (
        f"<tr><td>{escape(week.week)}</td><td>{week.tickets}</td><td>{week.known_before}</td><td>{week.accuracy:.1%}</td>"
        f"<td>{week.coverage:.1%}</td><td>{error}</td><td>{week.minutes_saved:.0f}</td><td>{week.misroutes}</td>"
        f"<td>{week.sla_gained} / {week.sla_lost}</td><td>{load}</td></tr>\n"
    )


def _plot(title: str, values: Sequence[float], weeks: Sequence[WeekReplayed]) -> str:
    step = (_WIDTH - _LEFT - 10) / max(len(values) - 1, 1)
    points = [(_LEFT + place * step, 10 + (1 - value) * (_HEIGHT - 40)) for place, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{escape(week.week)}: {value:.1%}</title></circle>'
        for (x, y), week, value in zip(points, weeks, values, strict=True)
    )
    rules = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{10 + (1 - share) * (_HEIGHT - 40):.1f}" '
        f'y2="{10 + (1 - share) * (_HEIGHT - 40):.1f}" stroke="#d8dbe2"/>'
        f'<text x="0" y="{14 + (1 - share) * (_HEIGHT - 40):.1f}" font-size="12">{share:.0%}</text>'
        for share in (0.0, 0.5, 1.0)
    )
    told = f"{title}, by week, from {values[0]:.1%} to {values[-1]:.1%}"
    return (
        f'<h2>{escape(title)}</h2><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(told)}">{rules}'
        f'<polyline points="{line}" fill="none" stroke="#33518f" stroke-width="2"/>{marks}</svg>'
    )
