from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.errors import PROBLEMS, UNKNOWN, AccessError, NotReady, RequestError, faults_of, kind_of
from api.store import StoreError
from kb.errors import InvalidArticle, KnowledgeBaseError
from kb.types import Fault

ROOTS = (KnowledgeBaseError, AccessError, RequestError, NotReady, StoreError)


def descendants(root: type[Exception]) -> Iterator[type[Exception]]:
    for each in root.__subclasses__():
        yield each
        yield from descendants(each)


@pytest.mark.parametrize(
    "error", [each for root in ROOTS for each in descendants(root)], ids=lambda each: each.__name__
)
def test_every_error_has_a_row_of_its_own(error):
    assert error in PROBLEMS


def test_problem_names_are_distinct():
    kinds = [*PROBLEMS.values(), UNKNOWN]
    assert len({kind.name for kind in kinds}) == len(kinds)


def test_an_unforeseen_error_says_nothing_about_itself():
    kind = kind_of(KeyError("what a customer wrote"))
    assert (kind, kind.detailed) == (UNKNOWN, False)


def test_a_new_kind_of_knowledge_base_error_is_one_of_ours():
    class Unheard(KnowledgeBaseError):
        pass

    assert kind_of(Unheard()).name == "knowledge-base-error"


def test_the_faults_of_an_article_are_listed_one_by_one():
    error = InvalidArticle((Fault("title", "is empty"), Fault("text", "is too long")))
    assert [(fault.field, fault.detail) for fault in faults_of(error)] == [
        ("title", "is empty"),
        ("text", "is too long"),
    ]
