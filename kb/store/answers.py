"""The log of answers, and what people said about them."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from pydantic import TypeAdapter

from kb.errors import AnswerNotFound, InvalidQuestion
from kb.store.base import StorePart, within
from kb.store.encoding import unstorable, vector_bytes, vector_of
from kb.store.tables import answers, articles, feedback
from kb.store.transactions import reading, writing
from kb.store.values import ArticleFeedback, UnansweredQuestion
from kb.types import Answer, Feedback, Scope

EVERYWHERE = Scope()
ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)

# Named as the fields of UnansweredQuestion.
QUESTION = (
    answers.c.id.label("answer_id"),
    *(answers.c[name] for name in ("question", "vector", "asked_at", "reason")),
    answers.c.first_article_id.label("nearest_article_id"),
    answers.c.first_title.label("nearest_title"),
    answers.c.first_probability.label("nearest_probability"),
)


_NO_ARTICLE = {"nearest_article_id": "", "nearest_title": "", "nearest_probability": 0.0}


class AnswerLog(StorePart):
    """Keeps each answer as it was given, with the feedback to it."""

    def save_answer(
        self,
        answer: Answer,
        asked_by: str,
        ticket_id: str,
        vector: NDArray[np.float32] | None,
        now: datetime,
    ) -> None:
        """Keep an answer; ``vector`` (float32 [dimensions]) is the question's.

        Raises:
            InvalidQuestion: the question holds characters no database can store.
        """
        if unstorable(answer.question):
            raise InvalidQuestion("The question holds a NUL character or half a surrogate pair; remove it.")
        row = {
            "id": answer.id,
            "question": answer.question,
            "asked_at": now,
            "asked_by": asked_by,
            "ticket_id": ticket_id,
            "answered": answer.answered,
            "reason": answer.reason,
            "probability": answer.probability,
            "vector": None if vector is None else vector_bytes(vector),
            "payload": ANSWER.dump_python(answer, mode="json"),
        }
        with writing(self._engine) as connection:
            connection.execute(answers.insert().values(row | _first_article(answer)))

    def answer(self, answer_id: str) -> Answer:
        """An answer exactly as it was given, whatever became of its articles.

        Raises:
            AnswerNotFound: there is none of that id.
        """
        given = sa.select(answers.c.payload).where(answers.c.id == answer_id)
        with reading(self._engine) as connection:
            payload = connection.execute(given).scalar_one_or_none()
        if payload is None:
            raise AnswerNotFound(answer_id)
        return ANSWER.validate_python(payload)

    def add_feedback(self, said: Feedback, said_by: str, now: datetime | None = None) -> None:
        """Keep what a person said about an answer; saying it again replaces it.

        ``now`` stands in where ``said`` has no time of its own.

        Raises:
            AnswerNotFound: there is no such answer.
            ValueError: there is neither time.
        """
        at = said.at or now
        if at is None:
            raise ValueError("Feedback needs a time: give it one, or pass now.")
        same = {"answer_id": said.answer_id, "article_id": said.article_id, "said_by": said_by}
        before = [feedback.c[name] == value for name, value in same.items()]
        with writing(self._engine) as connection:
            # The lock makes the same person's second click wait for the first.
            present = sa.select(answers.c.id).where(answers.c.id == said.answer_id).with_for_update()
            if connection.execute(present).one_or_none() is None:
                raise AnswerNotFound(said.answer_id)
            connection.execute(feedback.delete().where(*before))
            row = same | {"helpful": said.helpful, "at": at}
            connection.execute(feedback.insert().values(row))

    def feedback_by_article(self, limit: int) -> list[ArticleFeedback]:
        """The latest judgments of articles whose question has a vector, the newest first.

        One about an answer as a whole counts for the article it quoted first.
        """
        article = sa.func.coalesce(sa.func.nullif(feedback.c.article_id, ""), answers.c.first_article_id)
        judged = sa.select(article.label("article_id"), feedback.c.helpful, answers.c.vector, feedback.c.at)
        judged = judged.join(answers).where(answers.c.vector.is_not(None), article != "")
        judged = judged.where(answers.c.answered | (feedback.c.article_id != ""))
        latest = judged.order_by(feedback.c.at.desc(), feedback.c.id.desc()).limit(limit)
        with reading(self._engine) as connection:
            rows = connection.execute(latest).mappings().all()
        return [ArticleFeedback(**{**row, "vector": vector_of(row["vector"])}) for row in rows]

    def forget_answers(self, before: datetime) -> int:
        """Delete the answers given before that time, with their questions and what was said about them.

        Returns:
            How many there were.
        """
        with writing(self._engine) as connection:
            return connection.execute(answers.delete().where(answers.c.asked_at < before)).rowcount

    def tickets_asked_for(self, since: datetime, until: datetime) -> dict[str, bool]:
        """The tickets that questions were asked for, and whether one got an answer that nobody called unhelpful."""
        good = answers.c.answered & ~_was_said(helpful=False)
        wanted = sa.select(answers.c.ticket_id, good.label("good")).where(answers.c.ticket_id != "")
        wanted = wanted.where(answers.c.asked_at >= since, answers.c.asked_at < until)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted).all()
        found: dict[str, bool] = {}
        for row in rows:
            found[row.ticket_id] = found.get(row.ticket_id, False) or bool(row.good)
        return found

    def unanswered(
        self, since: datetime, until: datetime | None = None, scope: Scope = EVERYWHERE
    ) -> list[UnansweredQuestion]:
        """Questions asked from ``since`` and before ``until`` without an answer that helped, oldest first.

        That is: nobody found anything helpful, and there was no answer or somebody said it did not help. The
        nearest article is named only where it lies within ``scope``.
        """
        seen = sa.exists().where(articles.c.id == answers.c.first_article_id, *within(scope, articles))
        wanted = sa.select(*QUESTION, seen.label("seen")).where(answers.c.asked_at >= since)
        wanted = wanted.where(~_was_said(helpful=True), ~answers.c.answered | _was_said(helpful=False))
        if until is not None:
            wanted = wanted.where(answers.c.asked_at < until)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(answers.c.asked_at, answers.c.id)).mappings().all()
        return [_unanswered(row, named=row["seen"] or scope == EVERYWHERE) for row in rows]


def _unanswered(row: sa.RowMapping, *, named: bool) -> UnansweredQuestion:
    values = {name: row[name] for name in row if name != "seen"}
    values["vector"] = None if row["vector"] is None else vector_of(row["vector"])
    return UnansweredQuestion(**(values | ({} if named else _NO_ARTICLE)))


def _first_article(answer: Answer) -> dict[str, object]:
    best = next(iter(answer.quotes + answer.nearest), None)
    return {
        "first_article_id": "" if best is None else best.article_id,
        "first_title": "" if best is None else best.title,
        "first_probability": 0.0 if best is None else best.probability,
    }


def _was_said(*, helpful: bool) -> sa.Exists:
    return sa.exists().where(feedback.c.answer_id == answers.c.id, feedback.c.helpful.is_(helpful))
