from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.gains import Measured, chosen_settings, crossed, measured, trial_table
from benchmarks.grounds import Ground
from benchmarks.trials import (
    BASE,
    added,
    article_mean,
    base,
    centred,
    feedback,
    requests,
    scored,
    trials_of,
    weighed,
    without,
)
from kb.ranking.signals import SIGNALS


def test_the_base_weighs_passage_sentence_and_coverage(ground: Ground):
    found = ground.examples[0].found
    columns = {name: found.signals.values[:, place] for place, name in enumerate(SIGNALS)}
    expected = columns["passage"] + 0.3 * columns["sentence"] + 0.3 * columns["coverage"]
    assert weighed(found, BASE) == pytest.approx(expected)


def test_an_idea_of_no_weight_changes_nothing(ground: Ground):
    example = ground.examples[0]
    assert added("title_words")(example, 0.0) == base(example)
    assert centred(ground)(example, 0.0) == [
        (name, pytest.approx(score, abs=1e-5)) for name, score in base(example)
    ]
    assert feedback(ground)(example, 0.0) == [
        (name, pytest.approx(score, abs=1e-5)) for name, score in base(example)
    ]


def test_a_signal_that_is_left_out_no_longer_counts(ground: Ground):
    found = ground.examples[0].found
    weights = {name: weight for name, weight in BASE.items() if name != "sentence"}
    assert without("sentence")(ground.examples[0], 1.0) == scored(found, weighed(found, weights))


def test_an_article_may_stand_where_the_mean_of_its_best_passages_does(ground: Ground):
    example = ground.examples[0]
    scores = weighed(example.found, BASE)
    own = [
        score
        for score, one in zip(scores, example.found.passages, strict=True)
        if one.passage.article_id == "refunds"
    ]
    assert dict(article_mean(example, 1.0))["refunds"] == pytest.approx(np.mean(sorted(own)[-3:]))


def test_an_article_counts_by_the_request_it_answers_best(ground: Ground):
    example = ground.examples[0]
    two = replace(
        example,
        found=replace(
            example.found,
            question=replace(
                example.found.question,
                parts=(ground.corpus.questions[1].text, ground.corpus.questions[2].text),
            ),
        ),
    )
    best = {name for name, _ in requests(ground)(two, 1.0)[:2]}
    assert best == {"invoices", "calendar"}


def test_each_fold_is_measured_under_the_setting_that_was_best_on_the_others():
    def of(*gains: float) -> Measured:
        return Measured(np.array(gains), np.array(gains), np.array(gains))

    by_setting = {0.1: of(1.0, 1.0, 0.0, 0.0), 0.2: of(0.0, 0.0, 0.9, 0.9)}
    dealt = np.array([0, 0, 1, 1])
    settings = chosen_settings(by_setting, dealt)
    assert settings == {0: 0.2, 1: 0.1}
    assert crossed(by_setting, dealt, settings).gains.tolist() == [0.0, 0.0, 0.0, 0.0]


def test_questions_without_judgments_count_for_abstention_only(ground: Ground):
    found = measured(ground.examples, base, 1.0)
    assert found.gains[:3].tolist() == [1.0, 1.0, 1.0]
    assert np.isnan(found.gains[3])
    assert found.sure[3] < found.sure[:3].min()


def test_every_idea_has_a_row_beside_the_base(ground: Ground):
    table = trial_table(ground)
    assert [row[0] for row in table.rows] == ["base", *(trial.name for trial in trials_of(ground))]
    assert table.rows[0][2] == 1.0
