"""Duplicates: are they found as similar tickets, and do they lie in one issue when weeks are grouped one by one?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.duplicate_issues import issue_table, weekly_issues, write_groups_to_read
from benchmarks.duplicate_pairs import KnownDuplicates, read_gitbugs, read_sample
from benchmarks.duplicate_search import search_table
from benchmarks.tables import show
from training.dataset import Message
from training.embedders import HOME, open_ticket_embedder
from triage.text import clean
from triage.types import Ticket

SAMPLE = HOME / "sample" / "tickets" / "tickets.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks duplicates", description=__doc__)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--gitbugs", type=Path, metavar="DIR", help="a project's folder of GitBugs")
    source.add_argument(
        "--tickets", type=Path, default=SAMPLE, metavar="FILE", help="with issue_id (default: the sample)"
    )
    parser.add_argument(
        "--every", type=int, default=1, metavar="WEEKS", help="group every so many weeks (default: 1)"
    )
    parser.add_argument(
        "--read", type=Path, metavar="FILE", help="write 50 groups there, drawn by lot, to judge by reading"
    )
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn by lot (default: 1)")
    chosen = parser.parse_args(arguments)
    known = read_gitbugs(chosen.gitbugs) if chosen.gitbugs else read_sample(chosen.tickets)
    messages = messages_of(known)
    embedder = open_ticket_embedder()
    embedder.encode([message.text for message in messages])
    embedder.save()
    show(search_table(known, messages, embedder))
    weeks = weekly_issues(messages, embedder, chosen.every)
    show(issue_table(known, weeks))
    if chosen.read:
        write_groups_to_read(chosen.read, known, weeks, seed=chosen.seed)
    return 0


def messages_of(known: KnownDuplicates) -> list[Message]:
    """The tickets as ``python -m training issues`` reads them."""
    return [_message(ticket) for ticket in known.tickets]


def _message(ticket: Ticket) -> Message:
    text = clean(ticket.subject, ticket.body).text or ticket.subject
    return Message(ticket.id, text, ticket.issue_id, ticket.account_id, ticket.created_at)
