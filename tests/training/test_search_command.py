from __future__ import annotations

import json

import pytest

from tests.training.builders import write_corpus
from training.__main__ import main

RANKING = {"ndcg@10", "recall@5", "hit@1", "mrr@10", "map"}
ABSTENTION = {"abstention_auroc", "answered_rate", "false_answer_rate"}


@pytest.fixture
def beir(tmp_path):
    return str(write_corpus(tmp_path / "tiny"))


@pytest.mark.weights
def test_a_model_is_learnt_saved_and_measured(exported_weights, beir, tmp_path, capsys):
    learn = ["search", "--fit", "--beir", beir, "--embedder", "small", "--out", str(tmp_path / "models")]
    assert main([*learn, "--date", "2026-11-22"]) == 0
    printed = capsys.readouterr()
    assert "saved search_small 2026.11.22-" in printed.out
    assert "Indexing tiny" in printed.err
    measure = [
        "search",
        "--beir",
        beir,
        "--embedder",
        "small",
        "--model",
        str(tmp_path / "models" / "search_small"),
    ]
    measure += ["--json", str(tmp_path / "figures.json"), "--run", str(tmp_path / "run.txt")]
    assert main(measure) == 0
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert RANKING | ABSTENTION | {"p50_ms", "p95_ms"} <= figures.keys()
    assert figures["hit@1"] == 1.0
    assert (tmp_path / "run.txt").read_text().startswith("q1 Q0 trash 1 ")
    assert (tmp_path / "run.txt.answers.jsonl").exists()
    assert "abstention_auroc" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_told_in_a_line(tmp_path, capsys):
    assert main(["search", "--beir", str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err == f"{tmp_path / 'nowhere'} cannot be used:\n  there is no such folder\n"


def test_all_faults_of_a_corpus_are_told(beir, tmp_path, capsys):
    (tmp_path / "tiny" / "qrels.tsv").write_text("bad\nworse\n")
    assert main(["search", "--beir", beir]) == 1
    assert capsys.readouterr().err.count("qrels.tsv line") == 2


@pytest.mark.parametrize("wrong", [["--date", "tomorrow"], ["--embedder", "huge"], []])
def test_wrong_arguments_end_with_usage(wrong, beir, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["search", *([] if not wrong else ["--beir", beir, *wrong])])
    assert "usage: python -m training search" in capsys.readouterr().err
