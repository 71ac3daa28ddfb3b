"""Who has how much to do, and who solved what: what routing goes by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from statistics import median

import sqlalchemy as sa

from kb.store.transactions import reading
from triage.store.base import StorePart
from triage.store.tables import tickets
from triage.store.values import Load, SolvedCount


class Workload(StorePart):
    """Counts open and solved tickets."""

    def load(self) -> Load:
        """Open tickets by assignee and by team; what is no work does not count."""
        counted = sa.select(tickets.c.team, tickets.c.assignee, sa.func.count().label("number"))
        counted = counted.where(tickets.c.is_open, tickets.c.noise == "")
        assignees: dict[str, int] = {}
        teams: dict[str, int] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(counted.group_by(tickets.c.team, tickets.c.assignee)):
                assignees[row.assignee] = assignees.get(row.assignee, 0) + row.number
                teams[row.team] = teams.get(row.team, 0) + row.number
        return Load(assignees, teams)

    def solved_since(self, since: datetime) -> tuple[SolvedCount, ...]:
        """How many tickets of each topic and language every assignee solved from a moment on, and how fast.

        Where the time of solving is not known, that of coming in stands for it. The topic is what people say,
        else the prediction; the language is the ticket's own, else the one that was found.
        """
        topic = sa.func.coalesce(sa.func.nullif(tickets.c.said_topic, ""), tickets.c.predicted_topic)
        language = sa.func.coalesce(sa.func.nullif(tickets.c.language, ""), tickets.c.clean_language)
        solved = sa.select(
            tickets.c.assignee,
            tickets.c.team,
            topic.label("topic"),
            language.label("language"),
            tickets.c.came_at,
            tickets.c.solved_at,
        )
        solved = solved.where(~tickets.c.is_open, tickets.c.noise == "", tickets.c.assignee != "")
        solved = solved.where(sa.func.coalesce(tickets.c.solved_at, tickets.c.came_at) >= since)
        hours: dict[tuple[str, str, str, str], list[float]] = defaultdict(list)
        with reading(self._engine) as connection:
            for row in connection.execute(solved):
                took = -1.0 if row.solved_at is None else (row.solved_at - row.came_at).total_seconds() / 3600
                hours[row.assignee, row.team, row.topic, row.language].append(took)
        return tuple(SolvedCount(*who, len(took), _median(took)) for who, took in sorted(hours.items()))


def _median(hours: Sequence[float]) -> float:
    known = [one for one in hours if one >= 0]
    return round(median(known), 3) if known else -1.0
