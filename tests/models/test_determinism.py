from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from models.card import Card
from models.registry import Registry

REPOSITORY = Path(__file__).parents[2]
ELSEWHERE = """
import pathlib, runpy, sys
runpy.run_path(sys.argv[1])["train"](pathlib.Path(sys.argv[2]), sys.argv[3])
assert "training" not in sys.modules
"""


def train(root: Path, card: str) -> None:
    """Train, save, load: with words in sets, labels as objects, and a vectorizer that has been used."""
    texts = ["refund my invoice", "card was charged twice", "cannot log in", "password reset fails"] * 5
    labels = np.array(["billing", "billing", "login", "login"] * 5, dtype=object)
    words = TfidfVectorizer(stop_words="english")
    model = make_pipeline(words, DecisionTreeClassifier(random_state=2)).fit(texts, labels)
    model.own_words = {"in", "my", "the", "was", *words.build_analyzer()("my words")}
    registry = Registry((root,))
    loaded = registry.load(registry.save("topic", model, Card.from_json(card))).model
    assert loaded.predict(["invoice refund"]) == ["billing"]
    assert loaded.own_words == model.own_words


def test_the_same_training_gives_the_same_bytes_in_any_process(tmp_path, make_card):
    card = make_card().to_json()
    train(tmp_path / "here", card)
    command = [sys.executable, "-c", ELSEWHERE, __file__, str(tmp_path / "elsewhere"), card]
    subprocess.run(command, cwd=REPOSITORY, env={**os.environ, "PYTHONHASHSEED": "1"}, check=True)
    assert files_under(tmp_path / "elsewhere") == files_under(tmp_path / "here")
    assert len(files_under(tmp_path / "here")) == 2


def test_a_loaded_model_has_the_same_bytes_when_it_is_saved_again(registry, pipeline, make_card):
    folder = registry.save("topic", pipeline, make_card())
    assert registry.save("topic", registry.load(folder).model, make_card()) == folder


def files_under(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
