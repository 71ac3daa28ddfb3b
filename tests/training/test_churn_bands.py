from __future__ import annotations

import argparse

import numpy as np
import pytest

from training.churn import command
from training.churn.held_out import HeldOut
from training.churn.rows import Rows
from training.churn.verdict import OWN_SHARE, bands
from triage.features.account import AccountTable


def calibrated(count: int = 8000) -> HeldOut:
    """Rows of a model that is right about each of its probabilities: 0 to .8, about a quarter leave."""
    random = np.random.default_rng(3)
    risks = np.sort(random.beta(0.8, 2.2, count))
    table = AccountTable(("x",), risks[:, None], (), np.zeros((count, 0), object))
    left = random.random(count) < risks
    rows = Rows(table, left, np.ones(count), np.arange(count), np.zeros(count, np.int64))
    return HeldOut(rows, np.zeros(count, np.int64), {"model": risks})


def test_a_calibrated_model_gives_both_bands_and_each_keeps_its_precision():
    at_risk, watch = bands(calibrated())
    assert (at_risk.name, watch.name) == ("at_risk", "watch")
    assert watch.probability < at_risk.probability
    assert min(at_risk.share, watch.share) > 0.02
    for band in (at_risk, watch):
        assert band.precision >= band.stated_precision
        assert band.probability >= OWN_SHARE * band.stated_precision


def test_a_label_says_that_tickets_are_not_used(tmp_path):
    table, tickets = tmp_path / "table.csv", tmp_path / "tickets.csv"
    table.write_text("usage,Churn\n" + "".join(f"{n % 7},{n % 2}\n" for n in range(30)), "utf-8")
    tickets.write_text("account_id,created_at\na,2026-01-01T00:00:00Z\n", "utf-8")
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    given = ["churn", "--accounts", str(table), "--label", "Churn"]
    with_tickets = command._source(parser.parse_args([*given, "--tickets", str(tickets)]))
    assert with_tickets.notes[0].startswith(f"{tickets} is not used: with --label Churn a row says who left")
    assert with_tickets.notes[1:] == command._source(parser.parse_args(given)).notes


@pytest.mark.parametrize("label", ["Churn", None])
def test_only_files_that_are_learnt_from_are_sources(tmp_path, label):
    chosen = argparse.Namespace(accounts=tmp_path / "a.csv", tickets=tmp_path / "t.csv", label=label)
    assert [path.name for path in command._files(chosen)] == (["a.csv"] if label else ["a.csv", "t.csv"])
