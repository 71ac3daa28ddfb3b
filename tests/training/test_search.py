from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from kb.ranking.plain import plain_model
from kb.types import Answer, Quote
from tests.kb.builders import Progress, hashing
from tests.training.builders import ARTICLES, corpus, judged
from training.search import Outcome, ask_all, summary, write_run


@pytest.fixture(scope="module")
def outcomes():
    model = plain_model()
    return ask_all(corpus(), hashing(256), lambda question: model)


def outcome(number, answer, ranked, *, answered=True, probability=0.9, quoted=""):
    quotes = (Quote("trash", 1, "", "", quoted, 0, len(quoted), probability),) if quoted else ()
    given = Answer(number, "", answered, probability, quotes=quotes)
    scored = tuple((article, 1.0 - place / 10) for place, article in enumerate(ranked))
    return Outcome(judged(number, "x", answer), scored, given, ms=10.0)


def test_every_question_is_asked_and_every_article_ranked(outcomes):
    assert [one.question.id for one in outcomes] == [f"q{number}" for number in range(1, 17)]
    assert outcomes[0].ranked[0][0] == "trash"
    assert all(one.ms > 0 for one in outcomes)
    for one in outcomes:
        scores = [score for _, score in one.ranked]
        assert scores == sorted(scores, reverse=True)
        for quote in one.answer.quotes:
            assert quote.text == ARTICLES[quote.article_id][quote.start : quote.end]


def test_progress_counts_the_articles():
    seen = Progress()
    ask_all(corpus(), hashing(), lambda question: plain_model(), seen)
    assert seen[-1] == (5, 5)


def test_figures_by_hand():
    figures = summary(
        [
            outcome("q1", "trash", ["trash", "widget"], probability=0.9),
            outcome("q2", "trash", ["widget", "trash"], probability=0.8, quoted="kept in Trash"),
            outcome("q9", None, ["widget"], probability=0.7),
            outcome("q10", None, [], answered=False, probability=0.0),
        ]
    )
    assert figures == pytest.approx(
        {
            "questions": 4.0,
            "ndcg@10": round((1 + 0.63093) / 2, 4),
            "recall@5": 1.0,
            "hit@1": 0.5,
            "mrr@10": 0.75,
            "map": 0.75,
            "abstention_auroc": 1.0,
            "answered_rate": 1.0,
            "false_answer_rate": 0.5,
            "answered_at_10_percent": 1.0,
            "calibration_error": round((0.1 + 0.8 + 0.7 + 0.0) / 4, 4),
            "quote_hit_rate": 0.0,
            "p50_ms": 10.0,
            "p95_ms": 10.0,
        }
    )


def test_a_quote_hits_where_it_holds_a_judged_sentence():
    whole = "Deleted bookings are kept in **Trash** for 30 days. And more."
    assert summary([outcome("q2", "trash", ["trash"], quoted=whole)])["quote_hit_rate"] == 1.0


def test_without_unanswerable_questions_nothing_is_said_of_abstention():
    assert "abstention_auroc" not in summary([outcome("q1", "trash", ["trash"])])


def test_without_judgments_nothing_is_said_of_ranking():
    figures = summary([outcome("q9", None, ["widget"])])
    assert figures == {"questions": 1.0, "p50_ms": 10.0, "p95_ms": 10.0}


def test_a_run_is_written_as_trec_wants_it_with_the_answers_beside(outcomes, tmp_path):
    write_run(outcomes, tmp_path / "run.txt")
    lines = (tmp_path / "run.txt").read_text().splitlines()
    first = lines[0].split(" ")
    assert first[:4] == ["q1", "Q0", "trash", "1"]
    assert (float(first[4]), first[5]) == (pytest.approx(outcomes[0].ranked[0][1], abs=1e-6), "pointsman")
    assert len(lines) == sum(len(one.ranked) for one in outcomes)
    rows = [json.loads(line) for line in (tmp_path / "run.txt.answers.jsonl").read_text().splitlines()]
    assert [row["_id"] for row in rows] == [one.question.id for one in outcomes]
    answered = next(row for row in rows if row["quotes"])
    quote = answered["quotes"][0]
    assert quote["text"] == ARTICLES[quote["corpus_id"]][quote["start"] : quote["end"]]
    assert rows[8] == {
        "_id": "q9",
        "answered": False,
        "probability": rows[8]["probability"],
        "reason": "nothing_close",
        "quotes": [],
    }


def test_an_outdated_article_counts_as_current():
    old = corpus()
    articles = tuple(replace(one, verify_by=date(2000, 1, 1)) for one in old.articles)
    given = ask_all(replace(old, articles=articles), hashing(256), lambda question: plain_model())
    assert "outdated" not in {one.answer.reason for one in given}
