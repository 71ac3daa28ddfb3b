from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from models.registry import Registry
from training.churn import candidates, choosing, held_out, measures
from training.churn.choosing import fit_chosen
from training.churn.errors import ModelRefused
from training.churn.files import read_history_accounts, read_history_tickets, read_table_accounts
from training.churn.held_out import five_folds
from training.churn.rows import Rows, deal
from training.churn.saving import examine, save
from training.churn.sources import read_history, read_table
from training.churn.verdict import judge
from training.churn.weeks import Weeks, mondays, weekly
from training.errors import DatasetInvalid, NothingToLearn
from triage.churn.events import DAY, events_of, seconds
from triage.churn.scoring import ModelNotForUse, predict_accounts
from triage.features.account import AccountTable
from triage.types import Account

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def made_rows(count: int = 400, strength: float = 2.0) -> Rows:
    random = np.random.default_rng(4)
    numbers = random.normal(size=(count, 2))
    words = np.where(random.random((count, 1)) < 0.5, "basic", "pro").astype(object)
    score = strength * numbers[:, 0] + 0.5 * strength * (words[:, 0] == "basic") - 1
    left = random.random(count) < 1 / (1 + np.exp(-score))
    table = AccountTable(("calls", "noise"), numbers, ("plan",), words)
    return Rows(table, left, np.ones(count), np.arange(count), np.zeros(count, np.int64))


@pytest.fixture(autouse=True)
def small_trees(monkeypatch):
    monkeypatch.setattr(candidates, "TREES", 10)
    monkeypatch.setattr(measures, "DRAWS", 60)
    monkeypatch.setattr(held_out, "FOLDS", 2)
    monkeypatch.setattr(choosing, "FOLDS", 2)
    with candidates.one_thread():
        yield


def write(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_area_counts_ties_half_and_weights():
    left, scores = np.array([True, False, True, False]), np.array([0.9, 0.9, 0.2, 0.1])
    assert measures.area(left, scores) == pytest.approx((0.5 + 1 + 0 + 1) / 4)
    assert measures.area(left, scores, np.array([1.0, 0.0, 1.0, 1.0])) == 1.0


def test_accounts_are_dealt_whole_and_leavers_evenly():
    rows = made_rows(60)
    doubled = rows.rows(np.repeat(np.arange(60), 3))
    dealt = deal(doubled, 3, seed=0)
    assert all(len(set(dealt[doubled.accounts == one])) == 1 for one in range(60))
    leavers = [len(set(doubled.accounts[(dealt == fold) & doubled.left])) for fold in range(3)]
    assert max(leavers) - min(leavers) <= 1


def test_the_simpler_candidate_is_kept_where_the_truth_is_linear():
    chosen = fit_chosen(made_rows(), 90)
    assert chosen.candidate == "plain"
    risks = chosen.model.probabilities(made_rows().table)
    assert abs(risks.mean() - made_rows().left.mean()) < 0.02


def test_contributions_of_a_linear_model_add_up_to_the_difference_of_two_accounts():
    rows = made_rows()
    member = candidates.fit_linear(rows)
    scores, added = member.scores(rows.table), member.contributions(rows.table)
    np.testing.assert_allclose(added.sum(axis=1) - added[0].sum(), scores - scores[0], atol=1e-9)


def test_a_column_is_ablated_to_its_usual_value():
    rows = made_rows()
    members = [candidates.fit_linear(rows), candidates.fit_boosted(rows)]
    model = candidates.assemble(rows.table, members, fit_chosen(rows, 90).model.calibration, 90)
    added = model.contributions(rows.table)
    high = rows.table.numbers[:, 0] > 1
    assert added[high, 0].min() > 0.3
    assert np.abs(added[:, 1]).mean() < 0.3 * np.abs(added[:, 0]).mean()


def test_noise_is_refused_and_a_signal_is_not():
    noise = made_rows(300, strength=0.0)
    assert "No better than the base rate" in judge(five_folds(noise, 90, 0, lambda: None)).refusal
    assert judge(five_folds(made_rows(300), 90, 0, lambda: None)).refusal == ""


def test_too_few_leavers_are_said_to_be_too_few():
    rows = made_rows(40)
    few = Rows(rows.table, np.arange(40) < 3, rows.weights, rows.accounts, rows.moments)
    with pytest.raises(NothingToLearn, match="3 accounts are known to have left"):
        fit_chosen(few, 90)


def test_censored_rows_are_stood_for_by_those_that_were_followed():
    moments = np.arange(10, dtype=np.int64) * 10 * DAY
    leaves = np.full(10, 10**12, np.int64)
    leaves[[1, 9]] = moments[[1, 9]] + 5 * DAY
    table = AccountTable(("x",), np.zeros((10, 1)), (), np.zeros((10, 0), object))
    rows = Weeks(table, np.arange(10), moments, leaves, 100 * DAY).outcomes(50, 100 * DAY, np.ones(10, bool))
    assert rows.left.nonzero()[0].tolist() == [1, 9]
    # Six of ten are followed for 50 days: each of the stayers stands for 10/6; all are followed for five.
    assert rows.weights.round(3).tolist() == [1.667, 1, 1.667, 1.667, 1.667, 1.667, 0, 0, 0, 1]


def test_what_was_not_known_at_an_origin_is_not_learnt():
    moments = np.zeros(4, np.int64)
    leaves = np.array([5, 30, 10**9, 10**9], np.int64) * DAY
    table = AccountTable(("x",), np.zeros((4, 1)), (), np.zeros((4, 0), object))
    weeks = Weeks(table, np.arange(4), moments, leaves, 200 * DAY)
    assert weeks.outcomes(20, 20 * DAY, np.ones(4, bool)).left.tolist() == [True, False, False, False]
    assert weeks.outcomes(40, 200 * DAY, np.ones(4, bool)).left.tolist() == [True, True, False, False]


def test_rows_begin_after_a_warm_up_and_end_with_the_account(tmp_path):
    accounts = [Account("a", signed_up_on=date(2026, 1, 1), churned_on=date(2026, 2, 20)), Account("b")]
    weeks = weekly(accounts, events_of([], accounts), [])
    days = {
        place: [
            datetime.fromtimestamp(at, UTC).date().isoformat()
            for at, own in zip(weeks.moments, weeks.accounts, strict=True)
            if own == place
        ]
        for place in (0, 1)
    }
    assert days[0] == ["2026-01-12", "2026-01-19", "2026-01-26", "2026-02-02", "2026-02-09", "2026-02-16"]
    assert days[1] == days[0]


def test_mondays_lie_between_both_ends():
    found = mondays(datetime(2026, 6, 2, 9, tzinfo=UTC), datetime(2026, 6, 22, tzinfo=UTC))
    assert [day.date().isoformat() for day in found] == ["2026-06-08", "2026-06-15", "2026-06-22"]


def test_a_table_leaves_out_personal_columns_names_and_doubles(tmp_path):
    rows = [
        {
            "Age": str(place),
            "Usage": str(place % 7),
            "owner_name": f"n{place}",
            "churn_date": "",
            "Churn": "Yes" if place % 3 else "No",
        }
        for place in range(30)
    ]
    path = write(tmp_path / "table.csv", [*rows, rows[0]])
    source = read_table(path, "Churn", [], {}, "utf-8-sig")
    assert source.rows(90).table.names == ("Usage",)
    assert sorted(source.facts["left_out"]) == ["Age", "churn_date", "owner_name"]
    assert (source.facts["doubles_dropped"], int(source.rows(90).left.sum())) == (1, 20)
    named = read_table(path, "Churn", ["Age"], {}, "utf-8-sig")
    assert named.rows(90).table.names == ("Age", "Usage")


def test_a_label_has_to_say_yes_or_no(tmp_path):
    path = write(tmp_path / "table.csv", [{"x": "1", "Churn": "maybe"}])
    with pytest.raises(DatasetInvalid, match="'maybe'"):
        read_table(path, "Churn", [], {}, "utf-8-sig")


def test_a_history_file_may_have_other_names_and_no_text(tmp_path):
    accounts = write(tmp_path / "a.csv", [{"account_id": "a", "signup": "2026-01-01"}])
    tickets = write(tmp_path / "t.csv", [{"account_id": "a", "sent": "2026-02-01T08:00:00"}])
    mapping = {"signup": "signed_up_on", "sent": "created_at"}
    assert read_history_accounts(accounts, mapping).accounts == (Account("a", signed_up_on=date(2026, 1, 1)),)
    (ticket,) = read_history_tickets(tickets, mapping)
    assert (ticket.id, ticket.created_at) == ("0", datetime(2026, 2, 1, 8, tzinfo=UTC))
    with pytest.raises(NothingToLearn, match="No account has a churned_on"):
        read_history(accounts, tickets, [], mapping, "utf-8-sig")


def test_a_saved_model_gives_the_same_bytes_and_serves_as_it_was_trained(tmp_path):
    random = np.random.default_rng(1)
    rows = [
        {
            "account_id": f"a{place}",
            "calls": f"{value:.2f}",
            "Churn": int(random.random() < 1 / (1 + np.exp(-3 * value))),
        }
        for place, value in enumerate(random.normal(size=200))
    ]
    source = read_table(write(tmp_path / "t.csv", rows), "Churn", [], {}, "utf-8-sig")
    found = source.rows(90)
    folders = []
    for name in ("one", "two"):
        trained = examine(fit_chosen(found, 90), found, five_folds(found, 90, 0, lambda: None), {})
        folders.append(save(trained, Registry([tmp_path / name]), NOW, sources=["t.csv"], facts=source.facts))
    assert folders[0].name == folders[1].name
    assert [
        (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
        for name in ("card.json", "model.joblib")
    ] == [True, True]
    loaded = Registry([tmp_path / "one"]).load("churn")
    accounts = read_table_accounts(tmp_path / "t.csv").accounts
    written = predict_accounts(loaded.model, loaded.card, accounts, [], NOW)
    expected = trained.chosen.model.probabilities(found.table)
    assert [row["risk"] for row in written] == [f"{risk:.4f}" for risk in expected]
    most = written[int(expected.argmax())]
    assert most["reasons"].startswith("calls: ") and most["band"] == "at_risk"


def test_a_refused_model_is_saved_with_the_reason_and_neither_promoted_nor_used(tmp_path):
    noise = made_rows(200, strength=0.0)
    trained = examine(fit_chosen(noise, 90), noise, five_folds(noise, 90, 0, lambda: None), {})
    registry = Registry([tmp_path])
    folder = save(trained, registry, NOW, sources=[], facts={"shape": "table"})
    loaded = registry.load(folder)
    assert "No better than the base rate" in loaded.card.notes
    assert not (tmp_path / "churn" / "current").exists() and not registry.history("churn")
    with pytest.raises(ModelNotForUse, match="refused when it was trained"):
        predict_accounts(loaded.model, loaded.card, [Account("a")], [], NOW)


def test_an_account_that_left_has_no_risk(tmp_path):
    rows = made_rows(200)
    trained = examine(fit_chosen(rows, 90), rows, five_folds(rows, 90, 0, lambda: None), {})
    folder = save(trained, Registry([tmp_path]), NOW, sources=[], facts={"shape": "table"})
    loaded = Registry([tmp_path]).load(folder)
    gone = Account("a", churned_on=(NOW - timedelta(days=3)).date())
    assert predict_accounts(loaded.model, loaded.card, [gone], [], NOW) == [
        {"id": "a", "risk": "", "band": "left", "reasons": "Left on 2026-11-19"}
    ]
    assert seconds(NOW) > 0 and issubclass(ModelRefused, Exception)
