"""A small trained pipeline, cards for it, and a registry in a temporary folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from models.card import Card, Primary, TrainingData
from models.registry import Registry
from models.sealing import signature

KEY = b"a key of the team, long enough"
TEXTS = ["refund my invoice", "card was charged twice", "cannot log in", "password reset fails"] * 6
LABELS = np.array(["billing", "billing", "login", "login"] * 6, dtype=object)


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    words = TfidfVectorizer(stop_words=["my", "was", "in"])
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3))
    classifier = CalibratedClassifierCV(LogisticRegression(), cv=2)
    return make_pipeline(make_union(words, characters), classifier).fit(TEXTS, LABELS)


@pytest.fixture
def make_card() -> Callable[..., Card]:
    def make(**changes: Any) -> Card:
        facts: dict[str, Any] = {
            "task": "topic",
            "created_at": datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
            "labels": ("billing", "login"),
            "data": TrainingData(
                fingerprint="ab" * 32,
                rows=24,
                window_from=datetime(2026, 5, 1, tzinfo=UTC),
                window_to=datetime(2026, 11, 1, tzinfo=UTC),
                sources=("tickets.csv",),
            ),
            "text_columns": ("subject", "body"),
            "metrics": {"held_out": {"macro_f1": 0.8, "by_label": {"billing": [0.7, 0.9]}}},
            "primary": Primary(metric="held_out.macro_f1", tolerance=0.01),
            "baseline": {"held_out": {"macro_f1": 0.3}},
            "thresholds": {"default": 0.62},
            "notes": "Größte Klasse: Rechnung",
        }
        return Card(**{**facts, **changes})

    return make


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry((tmp_path / "own", tmp_path / "shipped"), KEY)


@pytest.fixture
def save_scoring(registry: Registry, make_card: Callable[..., Card]) -> Callable[..., str]:
    """Saves a version of a given primary metric and names it."""

    def save(macro_f1: float, **changes: Any) -> str:
        card = make_card(metrics={"held_out": {"macro_f1": macro_f1}}, **changes)
        return registry.save("topic", {"bias": macro_f1}, card).name

    return save


@pytest.fixture
def rewrite() -> Callable[..., None]:
    """Changes files and card of a version as an attacker without the key, or with it, could."""

    def change(folder: Path, model: bytes | None = None, key: bytes = KEY, **fields: Any) -> None:
        document = {**json.loads((folder / "card.json").read_bytes()), **fields}
        if model is not None:
            (folder / "model.joblib").write_bytes(model)
            document["files"]["model.joblib"] = hashlib.sha256(model).hexdigest()
        text = json.dumps(document).encode()
        (folder / "card.json").write_bytes(text)
        (folder / "card.hmac").write_bytes(signature(key, text))

    return change
