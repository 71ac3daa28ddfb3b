"""Tickets to issues: how well the groups agree with labels and hold still, and what grouping many tickets takes.

The number of groups is told to no method but k-means. Peers get the same vectors in the same run.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.grouping_agreement import agreement_table, stability_table
from benchmarks.grouping_cost import cost_table
from benchmarks.tables import show
from training.dataset import read_messages
from training.embedders import HOME, open_ticket_embedder

SAMPLE = HOME / "sample" / "tickets" / "tickets.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks grouping", description=__doc__)
    parser.add_argument(
        "--tickets", type=Path, default=SAMPLE, metavar="FILE", help="CSV or JSON Lines (default: the sample)"
    )
    parser.add_argument("--text", action="append", default=[], metavar="COL", help="(default: subject, body)")
    parser.add_argument("--label", default="issue_id", metavar="COL", help="(default: issue_id)")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="*",
        default=(10_000, 100_000),
        metavar="N",
        help="tickets to time with; none: not at all (default: 10000 100000)",
    )
    parser.add_argument("--without-peers", action="store_true", help="measure ours alone")
    parser.add_argument("--seed", type=int, default=1, help="of all that is drawn by lot (default: 1)")
    chosen = parser.parse_args(arguments)
    dataset = read_messages(chosen.tickets, [chosen.label], chosen.text, need_label=False)
    peers = not chosen.without_peers
    embedder = open_ticket_embedder()
    show(agreement_table(dataset, embedder, peers=peers, seed=chosen.seed))
    show(stability_table(dataset, embedder, seed=chosen.seed))
    if chosen.sizes:
        show(cost_table(chosen.sizes, embedder, peers=peers, seed=chosen.seed))
    embedder.save()
    return 0
