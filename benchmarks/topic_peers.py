"""Scripts that tell the topic of a ticket and nothing else, as their libraries' own guides show."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.apart import apart
from benchmarks.optional import is_there, version_of
from benchmarks.processes import memory_mb
from benchmarks.tables import Cell, tell
from kb.embedder.weights import MINILM, model_folder
from training.dataset import Dataset, read_messages
from training.embedders import HOME

_EXAMPLES = 8  # of each topic, which is what SetFit is for
_PAIRS = 2  # an example, instead of all: its training then takes minutes, and its answers as long as ever
_BATCH = 32

Predict = Callable[[Sequence[str]], object]
Texts = Sequence[str]
Body = dict[str, Any]


def peer_rows(
    single: Sequence[Body], short: Sequence[Body], warm_up: int, seed: int
) -> list[tuple[Cell, ...]]:
    """Rows of `benchmarks.triage`; without SetFit where it is not installed, which is said."""
    texts = [[text_of(one) for one in some] for some in (single, short)]
    tell("A script with sentence-transformers and logistic regression ...")
    name = f"sentence-transformers {version_of('sentence-transformers')} + LogisticRegression, MiniLM"
    rows = [_row(name, _script, texts, warm_up, seed)]
    if is_there("SetFit", ("setfit",)):
        tell("SetFit ...")
        name = f"SetFit {version_of('setfit')}, MiniLM, {_EXAMPLES} examples a topic, {_PAIRS} pairs each"
        rows.append(_row(name, _setfit, texts, warm_up, seed))
    return rows


def text_of(message: Body) -> str:
    """What a script reads of a ticket."""
    return "\n\n".join(filter(None, (message["subject"], message["body"])))


def _row(
    name: str, learn: Callable[[Dataset, int], Predict], texts: Sequence[Texts], warm_up: int, seed: int
) -> tuple[Cell, ...]:
    found, _ = apart(_measured, learn, texts, warm_up, seed)
    return (name, *found, "topic only")


def _measured(
    learn: Callable[[Dataset, int], Predict], texts: Sequence[Texts], warm_up: int, seed: int
) -> tuple[float, ...]:
    single, short = texts
    tickets = read_messages(HOME / "sample" / "tickets" / "tickets.jsonl", ["topic"])
    started = time.perf_counter()
    predict = learn(tickets, seed)
    learnt = time.perf_counter() - started
    taken = []
    for text in single:
        started = time.perf_counter()
        predict([text])
        taken.append(time.perf_counter() - started)
    taken = taken[warm_up:]
    started = time.perf_counter()
    for start in range(0, len(short), _BATCH):
        predict(short[start : start + _BATCH])
    in_batches = len(short) / (time.perf_counter() - started)
    p50, p95 = (1000 * np.percentile(taken, (50, 95))).tolist()
    return (learnt, p50, p95, 1 / float(np.mean(taken)), in_batches, memory_mb())


def _script(tickets: Dataset, seed: int) -> Predict:
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    with model_folder(MINILM) as folder:
        model = SentenceTransformer(str(folder), device="cpu")
    labels = [message.label for message in tickets.messages]
    head = LogisticRegression(max_iter=1000).fit(model.encode(tickets.texts, batch_size=_BATCH), labels)
    return lambda texts: head.predict_proba(model.encode(list(texts), batch_size=_BATCH))


def _setfit(tickets: Dataset, seed: int) -> Predict:
    import datasets
    import setfit

    by_topic: dict[str, list[str]] = defaultdict(list)
    for message in tickets.messages:
        by_topic[message.label].append(message.text)
    lot = random.Random(seed)  # noqa: S311 - which examples are taken is no secret
    drawn = [
        (text, topic) for topic, some in sorted(by_topic.items()) for text in lot.sample(some, _EXAMPLES)
    ]
    with model_folder(MINILM) as folder:
        model = setfit.SetFitModel.from_pretrained(str(folder), device="cpu")
    arguments = setfit.TrainingArguments(
        batch_size=16, num_epochs=1, num_iterations=_PAIRS, seed=seed, report_to="none", save_strategy="no"
    )
    examples = datasets.Dataset.from_dict(
        {"text": [text for text, _ in drawn], "label": [topic for _, topic in drawn]}
    )
    setfit.Trainer(model=model, args=arguments, train_dataset=examples).train()
    return lambda texts: model.predict_proba(list(texts))
