"""A judged corpus made ready to be searched in several ways: embedded, indexed, and with its candidates found."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.tables import tell
from kb.embedder.pair import ArticleEmbedder
from kb.index.cache import PassageIndex
from kb.index.port import FloatVector, IndexRow
from kb.questions import Question
from kb.ranking.signals import Asked, measure
from kb.retrieval import CANDIDATES, Candidates, Retriever
from kb.types import Scope
from training.corpus import JudgedCorpus, read_corpus
from training.embedders import HOME
from training.errors import DatasetInvalid
from training.examples import Example, examples_of
from training.memory import MemoryPassages, memory_passages

EVERYTHING = Scope()
SAMPLE = HOME / "sample" / "questions"


@dataclass(frozen=True, eq=False)
class Ground:
    """A corpus with its passages and their index under one embedder.

    ``embedder`` remembers vectors; ``live`` computes each question's anew, as a server does, for timing.
    """

    corpus: JudgedCorpus
    passages: MemoryPassages
    index: PassageIndex
    embedder: ArticleEmbedder
    live: ArticleEmbedder

    @cached_property
    def examples(self) -> list[Example]:
        """Every question with its candidates, found as the product finds them."""
        return examples_of(self.corpus, Retriever(self.embedder, self.index, self.passages))

    @cached_property
    def rows(self) -> list[IndexRow]:
        """All passages, those of one article together and in order."""
        return [row for batch in self.passages.live_rows(self.embedder.fingerprint) for row in batch]

    def retriever(self) -> Retriever:
        """What a server searches with."""
        return Retriever(self.live, self.index, self.passages)

    def find_as_typed(self, text: str) -> Candidates:
        """Find candidates as `Retriever.find` does, with nothing taken off the question."""
        vector: FloatVector = self.embedder.passages.encode([text])[0]
        words = self.index.words(text, CANDIDATES, EVERYTHING)
        near = self.index.near(vector, CANDIDATES, EVERYTHING)
        found = self.passages.passages(list(dict.fromkeys(hit.passage_id for hit in (*near, *words))))
        asked = Asked(
            text=text,
            vector=vector,
            sentence_vector=self.embedder.sentences.encode([text])[0],
            word_scores={hit.passage_id: hit.score for hit in words},
            document_frequency=self.index.document_frequency,
            passages=self.index.word_count,
        )
        return Candidates(Question(text, text, (text,)), vector, tuple(found), measure(asked, found))


def add_corpora(parser: argparse.ArgumentParser) -> None:
    """Let a command take judged corpora."""
    parser.add_argument(
        "--beir",
        action="append",
        metavar="DIR[=ARTICLES]",
        help="a judged corpus, as for python -m training search; repeatable (default: the sample company)",
    )


def read_corpora(given: Sequence[str]) -> list[JudgedCorpus]:
    """Read corpora given as ``DIR`` or ``DIR=ARTICLES``.

    Raises:
        DatasetInvalid: a folder is not there or has faulty files.
    """
    found = []
    for one in given:
        folder, _, articles = one.partition("=")
        if not Path(folder).is_dir():
            raise DatasetInvalid(Path(folder), ["there is no such folder"])
        found.append(read_corpus(Path(folder), Path(articles) if articles else None))
    return found


@contextmanager
def opened(
    corpus: JudgedCorpus, embedder: ArticleEmbedder, live: ArticleEmbedder | None = None
) -> Iterator[Ground]:
    """Embed and index a corpus in a temporary folder for as long as the block runs."""
    tell(f"Embedding and indexing {corpus.name} ({len(corpus.articles)} articles) ...")
    passages = memory_passages(corpus.articles, embedder)
    with tempfile.TemporaryDirectory(prefix="pointsman-bench-") as folder:
        index = PassageIndex.open(Path(folder), passages, embedder.fingerprint, embedder.passages.dimension)
        yield Ground(corpus, passages, index, embedder, live or embedder)
