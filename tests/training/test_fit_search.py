from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from math import isnan

import pytest

from kb.ranking.model import RelevanceModel
from models.registry import Registry
from tests.kb.builders import hashing
from tests.training.builders import corpus
from training.errors import NothingToLearn
from training.fit_search import corpus_examples, fit_all, fold_models, save_model

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def tiny():
    return corpus_examples(corpus(), hashing(256))


@pytest.fixture(scope="module")
def of_three(tiny):
    """The figures of three corpora, the last of which judges nothing."""
    other = [replace(one, corpus="other") for one in tiny[::2]]
    unjudged = [replace(one, corpus="unjudged") for one in tiny if not one.answerable]
    return {(row.corpus, row.how): row.figures for row in fit_all([tiny, other, unjudged]).rows}


@pytest.fixture(scope="module")
def fitted(tiny):
    return fit_all([tiny])


def test_the_table_tells_single_signals_and_folds(fitted):
    assert [(row.corpus, row.how) for row in fitted.rows] == [
        ("tiny", "passage alone"),
        ("tiny", "words alone"),
        ("tiny", "5 folds"),
    ]
    assert fitted.rows[2].figures.keys() == {"ndcg@10", "hit@1", "auroc", "answered@10%", "ece"}
    assert fitted.rows[2].figures["ndcg@10"] > 0.8


def test_with_several_corpora_each_is_left_out_once(of_three):
    ways = ["passage alone", "words alone", "corpus left out", "5 folds"]
    assert list(of_three) == [(name, how) for name in ("tiny", "other", "unjudged") for how in ways]
    assert of_three["other", "corpus left out"]["ndcg@10"] == 1.0


def test_a_corpus_without_judgments_has_no_figures_and_spoils_no_others(of_three):
    assert isnan(of_three["unjudged", "corpus left out"]["ndcg@10"])
    assert isnan(of_three["unjudged", "5 folds"]["auroc"])
    assert of_three["tiny", "5 folds"]["ndcg@10"] > 0.8


def test_each_question_is_measured_by_a_model_that_did_not_see_it(tiny):
    by_question = fold_models(tiny, [])
    assert by_question.keys() == {one.question.id for one in tiny}
    assert len({id(model) for model in by_question.values()}) == 5


def test_a_corpus_that_holds_too_little_is_refused(tiny):
    with pytest.raises(NothingToLearn):
        fit_all([[one for one in tiny if not one.answerable]])


def test_a_saved_model_is_the_current_one_with_its_card(fitted, tmp_path):
    registry = Registry([tmp_path])
    version = save_model(fitted, [corpus()], "hashing/1/256", "search_tiny", registry, NOW)
    loaded = registry.load("search_tiny")
    assert (registry.current("search_tiny"), loaded.card.version) == (version, version)
    assert isinstance(loaded.model, RelevanceModel)
    assert loaded.model.weights.tolist() == fitted.model.weights.tolist()
    assert loaded.model.threshold == fitted.model.threshold
    assert loaded.card.data.rows == 16
    assert loaded.card.params["embedder"] == "hashing/1/256"
    table = json.loads((loaded.folder / "card.json").read_text())["metrics"]["table"]
    assert table["tiny"]["5 folds"]["ndcg@10"] == round(fitted.rows[2].figures["ndcg@10"], 4)


def test_the_same_data_give_the_same_bytes(tiny, fitted, tmp_path):
    versions = [
        save_model(one, [corpus()], "hashing/1/256", "search_tiny", Registry([tmp_path / name]), NOW)
        for name, one in (("one", fitted), ("two", fit_all([tiny])))
    ]
    assert versions[0] == versions[1]
