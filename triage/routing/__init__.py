"""Who takes a ticket: the team its topic belongs to, and the member who best solves such tickets and has room."""

from triage.routing.choosing import assign
from triage.routing.evidence import Solved
from triage.routing.teams import Away, Member, Team, dump_teams, parse_teams

__all__ = ["Away", "Member", "Solved", "Team", "assign", "dump_teams", "parse_teams"]
