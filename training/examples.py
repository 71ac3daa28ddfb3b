"""Judged questions as the relevance model learns them: with the candidates that were found for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.retrieval import Candidates, Retriever
from kb.types import Scope
from training.corpus import JudgedCorpus, JudgedQuestion

EVERYTHING = Scope()


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A judged question with its candidates, and the name of its corpus."""

    corpus: str
    question: JudgedQuestion
    found: Candidates

    @property
    def answerable(self) -> bool:
        """Whether the corpus answers it."""
        return self.question.is_answerable


def examples_of(corpus: JudgedCorpus, retriever: Retriever) -> list[Example]:
    """Retrieve candidates for every question, as the product does."""
    return [
        Example(corpus.name, question, retriever.find(question.text, EVERYTHING))
        for question in corpus.questions
    ]


def folds(examples: Sequence[Example], count: int, seed: int = 0) -> NDArray[np.int64]:
    """Deal examples into folds: the same seed gives the same folds."""
    order = np.random.default_rng(seed).permutation(len(examples))
    dealt = np.empty(len(examples), np.int64)
    dealt[order] = np.arange(len(examples)) % count
    return dealt
