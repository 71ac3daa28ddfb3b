"""Errors of the knowledge base.

KnowledgeBaseError
├── ArticleNotFound      no article has that id (or the caller may not see it)
├── AnswerNotFound       no answer has that id
├── InvalidArticle       an article given by a caller has faults; all of them are listed
├── InvalidQuestion      a question is empty or too long
├── SourceNotFound       a path or source to import does not exist or holds nothing readable
├── EmbedderConflict     another process of this database is set to another embedder
├── EmbedderUnavailable  the weights are missing, not as published, or their package is not installed
└── IndexUnusable        an index on disk cannot be used and cannot be rebuilt
"""

from __future__ import annotations

from kb.types import Fault


class KnowledgeBaseError(Exception):
    """Anything the knowledge base refuses or cannot do."""


class ArticleNotFound(KnowledgeBaseError):
    """No article has that id, or it lies outside the caller's scope."""

    def __init__(self, article_id: str) -> None:
        super().__init__(f"There is no article {article_id!r}.")
        self.article_id = article_id


class AnswerNotFound(KnowledgeBaseError):
    """No answer has that id."""

    def __init__(self, answer_id: str) -> None:
        super().__init__(f"There is no answer {answer_id!r}.")


class InvalidArticle(KnowledgeBaseError):
    """An article has faults; ``faults`` lists all of them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.reason}" for fault in faults))
        self.faults = faults


class InvalidQuestion(KnowledgeBaseError):
    """A question is empty or longer than the limit."""


class SourceNotFound(KnowledgeBaseError):
    """A path or source to import does not exist, or nothing in it can be read."""


class EmbedderConflict(KnowledgeBaseError):
    """Another process has put the vectors of another embedder in place of this process's."""

    def __init__(self, wanted: str, active: str) -> None:
        super().__init__(
            f"This process is set to the embedder {wanted}, and served by it until another process of the same "
            f"database changed to {active}. Give all processes the same embedder and start them again."
        )


class EmbedderUnavailable(KnowledgeBaseError):
    """An embedder's weights are missing or not as published; the message says what to install."""


class IndexUnusable(KnowledgeBaseError):
    """An index on disk is damaged and could not be rebuilt."""
