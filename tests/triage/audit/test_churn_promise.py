from __future__ import annotations

import pytest

from tests.triage.desk_builders import NOW, desk_over
from tests.triage.store.builders import corrected, ticket, triage
from triage.types import ChurnRisk, Prediction


@pytest.fixture
def engine(sqlite_database):
    from api.database import make_engine

    opened = make_engine(sqlite_database(True))
    yield opened
    opened.dispose()


def test_the_error_of_churn_words_is_measured_on_those_that_were_set(engine):
    desk = desk_over(engine)
    ids = [f"t{number}" for number in range(6)]
    desk.store.upsert([ticket(key, created_at=NOW) for key in ids], NOW)
    for number, key in enumerate(ids):
        churn = ChurnRisk(Prediction("none", 0.9, accepted=number < 4), "none")
        desk.store.save_triages([triage(key, churn=churn, audited=True)], NOW)
    said = ("explicit", "none", "none", "", "explicit", "none")
    desk.store.correct(
        [corrected(key, NOW, churn_intent=label) for key, label in zip(ids, said, strict=True) if label]
    )
    (task,) = [one for one in desk.quality(now=NOW).tasks if one.task == "churn_intent"]
    assert (task.measured.tickets, task.measured.errors, task.measured.waiting) == (3, 1, 1)
    assert task.coverage == pytest.approx(4 / 6)
    assert task.promised_error == 0.05
    assert task.corrections == 5
