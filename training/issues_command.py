"""The ``issues`` task: group an export's tickets into repeat issues."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kb.embedder.port import Embedder
from kb.embedder.remembered import CachedEmbedder
from reports.identity import Identities
from training.dataset import read_messages
from training.embedders import WEIGHTS_DIR
from training.errors import DatasetInvalid
from training.issues import end_of, group_messages, read_state, seen_by, write_groups, write_state
from triage.embedders import small_ticket_embedder

Tasks = Any  # argparse does not export the type of its sub-parsers


def add(tasks: Tasks) -> None:
    """Add the task to the command line."""
    parser = tasks.add_parser("issues", help="group tickets into repeat issues; no number of groups is given")
    parser.add_argument("--tickets", type=Path, required=True, metavar="FILE", help="CSV or JSON Lines")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where groups.csv is written")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="see only tickets created up to this day"
    )
    parser.add_argument(
        "--state", type=Path, metavar="DIR", help="keep issue ids between calls with growing dates"
    )
    parser.add_argument(
        "--text", action="append", default=[], metavar="COL", help="the text (default: subject and body)"
    )
    parser.add_argument("--encoding", default="utf-8-sig", help="the file's encoding (default: UTF-8)")
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    table = read_messages(chosen.tickets, (), chosen.text, encoding=chosen.encoding, need_label=False)
    until = end_of(chosen.as_of) if chosen.as_of else None
    messages = seen_by(table.messages, until)
    if not messages:
        raise DatasetInvalid(chosen.tickets, [f"no ticket bears a date up to {chosen.as_of}"])
    twice = sorted(_repeated([message.id for message in messages]))
    if twice:
        raise DatasetInvalid(chosen.tickets, [f"the id {one} occurs more than once" for one in twice])
    known = read_state(chosen.state) if chosen.state else Identities()
    embedder, caches = _open_embedder(chosen.state)
    sys.stderr.write(f"Grouping {len(messages)} tickets ...\n")
    rows, found = group_messages(messages, embedder, known, until)
    write_groups(rows, chosen.out)
    if chosen.state:
        write_state(found, chosen.state)
        for cache in caches:
            cache.save()
    alone = sum(row.is_outlier for row in rows)
    issues = len({row.issue_id for row in rows if not row.is_outlier})
    print(f"{len(rows)} tickets, {issues} issues, {alone} tickets alone ({alone / len(rows):.0%})")
    return 0


def _repeated(ids: Sequence[str]) -> set[str]:
    seen: set[str] = set()
    return {one for one in ids if one in seen or seen.add(one)}  # type: ignore[func-returns-value]


def _open_embedder(folder: Path | None) -> tuple[Embedder, list[CachedEmbedder]]:
    """Open the ticket embedder; with a folder its vectors are remembered there."""
    small = small_ticket_embedder(WEIGHTS_DIR, threads=2)
    if folder is None:
        return small, []
    cached = CachedEmbedder.open(small, folder)
    return cached, [cached]
