"""The embedders side by side: speed, memory, faithfulness to full precision, and what each signal finds with them."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.grounds import SAMPLE, add_corpora, opened, read_corpora
from benchmarks.tables import Cell, Column, Table, machine, show, tell
from kb.embedder.export import export_int8
from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.embedder.remembered import CachedEmbedder
from kb.embedder.weights import KNOWN, MINILM, MPNET
from kb.passages import embedded_text, split_article
from kb.ranking.signals import SIGNALS
from training.corpus import JudgedCorpus
from training.embedders import HOME, VECTORS_DIR, WEIGHTS_DIR
from training.relevance import article_gain

SPEED = (
    Column("embedder"),
    Column("export s", 1),
    Column("on disk MB", 1),
    Column("load ms", 0),
    Column("question ms, 1 thread", 1),
    Column("2 threads", 1),
    Column("passages/s, 1 thread", 1),
    Column("2 threads", 1),
    Column("sentences/s, 1 thread", 1),
    Column("2 threads", 1),
    Column("memory MB", 0),
    Column("cosine to fp32", 4),
)
FOUND = (
    Column("passages by"),
    Column("sentences by"),
    Column("passages only"),
    Column("sentences only"),
    Column("both"),
)
_SIGNALS = ({"passage": 1.0}, {"sentence": 1.0}, {"passage": 1.0, "sentence": 0.3})
_QUESTIONS, _PASSAGES, _SENTENCES = 60, 120, 400


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks embedders", description=__doc__)
    add_corpora(parser)
    parser.add_argument("--reference", action="store_true", help="full precision too, through torch")
    parser.add_argument("--set-up", action="store_true", help="time the export as well, about a minute each")
    parser.add_argument("--seed", type=int, default=1, help="of the texts that are drawn (default: 1)")
    chosen = parser.parse_args(arguments)
    corpora = read_corpora(chosen.beir or [str(SAMPLE)])
    show(speed_table(corpora[0], set_up=chosen.set_up, reference=chosen.reference, seed=chosen.seed))
    for corpus in corpora:
        show(found_table(corpus))
    return 0


def speed_table(corpus: JudgedCorpus, *, set_up: bool, reference: bool, seed: int) -> Table:
    """Time and weigh each embedder in processes of its own, over texts of a corpus."""
    with tempfile.TemporaryDirectory(prefix="pointsman-embedders-") as scratch:
        texts = _write_texts(corpus, Path(scratch), seed)
        rows: list[tuple[Cell, ...]] = [_row(name, "int8", texts, set_up=set_up) for name in KNOWN]
        if reference:
            rows += [_row(name, "fp32", texts, set_up=False) for name in KNOWN]
            near = {name: _likeness(texts.parent, name) for name in KNOWN}
            rows = [_with_likeness(row, near) for row in rows]
    return Table(
        "Embedders",
        SPEED,
        tuple(rows),
        (
            f"{_PASSAGES} passages and {_SENTENCES} sentences of {corpus.name}, {_QUESTIONS} of its questions",
            "one by one (median). Memory: resident after all that, of the process with one thread.",
            machine(),
        ),
    )


def found_table(corpus: JudgedCorpus) -> Table:
    """What passages, sentences and both find on a corpus, by embedder: nDCG@10."""
    small, large = (
        CachedEmbedder.open(OnnxEmbedder.load(WEIGHTS_DIR / weights.name, threads=2), VECTORS_DIR)
        for weights in (MINILM, MPNET)
    )
    pairs = (
        ("MiniLM", small, "MiniLM", small),
        ("mpnet", large, "MiniLM", small),
        ("mpnet", large, "mpnet", large),
    )
    try:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (first, second, *_gains(corpus, ArticleEmbedder(passages, sentences)))
            for first, passages, second, sentences in pairs
        )
    finally:
        small.save()
        large.save()
    note = (
        "nDCG@10, an article standing where its best passage or sentence does; both: passage + .3 sentence."
    )
    return Table(f"What they find on {corpus.name}", FOUND, rows, (note,))


def _row(name: str, form: str, texts: Path, *, set_up: bool) -> tuple[Cell, ...]:
    one, two = (_probed(name, form, threads, texts) for threads in (1, 2))
    return (
        f"{name} {form}",
        _export_seconds(name) if set_up else None,
        _size_mb(WEIGHTS_DIR / name) if form == "int8" else None,
        one["load_ms"],
        one["question_ms"],
        two["question_ms"],
        one["passages_per_second"],
        two["passages_per_second"],
        one["sentences_per_second"],
        two["sentences_per_second"],
        one["memory_mb"],
        None,
    )


def _with_likeness(row: tuple[Cell, ...], near: dict[str, float]) -> tuple[Cell, ...]:
    name, form = str(row[0]).split()
    return (*row[:-1], near[name] if form == "int8" else 1.0)


def _probed(name: str, form: str, threads: int, texts: Path) -> dict[str, float]:
    tell(f"{name} {form} with {threads} thread{'s' if threads > 1 else ''} ...")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.embedder_probe", name, form, str(threads), str(texts)],
        cwd=HOME,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _export_seconds(name: str) -> float:
    tell(f"{name}: exporting anew ...")
    with tempfile.TemporaryDirectory(prefix="pointsman-export-") as scratch:
        started = time.perf_counter()
        export_int8(KNOWN[name], Path(scratch))
        return time.perf_counter() - started


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / 1e6


def _likeness(folder: Path, name: str) -> float:
    exact, small = (np.load(folder / f"{name}-{form}.npy") for form in ("fp32", "int8"))
    return float(np.mean(np.sum(exact * small, axis=1)))


def _write_texts(corpus: JudgedCorpus, folder: Path, seed: int) -> Path:
    """Write a seeded choice of a corpus's texts, as the embedder is given them."""
    tokens = OnnxEmbedder.load(WEIGHTS_DIR / MINILM.name).count_tokens
    passages = [(article.title, one) for article in corpus.articles for one in split_article(article, tokens)]
    sentences = [
        embedded_text(
            "",
            (one.headings[-1] if one.headings else title,),
            one.text[span.start - one.start : span.end - one.start],
        )
        for title, one in passages
        for span in one.sentences
    ]
    texts = {
        "questions": _some([question.text for question in corpus.questions], _QUESTIONS, seed),
        "passages": _some(
            [embedded_text(title, one.headings, one.text) for title, one in passages], _PASSAGES, seed
        ),
        "sentences": _some(sentences, _SENTENCES, seed),
    }
    path = folder / "texts.json"
    path.write_text(json.dumps(texts), "utf-8")
    return path


def _some(texts: Sequence[str], count: int, seed: int) -> list[str]:
    order = np.random.default_rng(seed).permutation(len(texts))
    return [texts[place] for place in order[:count]]


def _gains(corpus: JudgedCorpus, embedder: ArticleEmbedder) -> list[float]:
    with opened(corpus, embedder) as ground:
        judged = [example for example in ground.examples if example.question.grades]
        weights = [np.array([chosen.get(name, 0.0) for name in SIGNALS]) for chosen in _SIGNALS]
        return [float(np.mean([article_gain(example, one) for example in judged])) for one in weights]
