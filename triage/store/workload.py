"""Who has how much to do, and who solved what: what routing goes by."""

from __future__ import annotations

from datetime import datetime

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
        """How many tickets of each topic and language every assignee solved from a moment on.

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
            sa.func.count().label("count"),
        )
        solved = solved.where(~tickets.c.is_open, tickets.c.noise == "", tickets.c.assignee != "")
        solved = solved.where(sa.func.coalesce(tickets.c.solved_at, tickets.c.came_at) >= since)
        by = ("assignee", "team", "topic", "language")
        solved = solved.group_by(tickets.c.assignee, tickets.c.team, topic, language)
        with reading(self._engine) as connection:
            counts = [SolvedCount(**row) for row in connection.execute(solved).mappings()]
        return tuple(sorted(counts, key=lambda one: tuple(getattr(one, name) for name in by)))
