"""The knowledge base as others use it: ask, search, import, verify, and learn from what people say."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from kb.answers import Ranking, compose, rank
from kb.embedder.pair import ArticleEmbedder
from kb.errors import ArticleNotFound
from kb.feedback import nudges
from kb.gaps import group_gaps
from kb.importing import Progress, import_reading, prepare
from kb.quoting import hit_of
from kb.ranking.model import RelevanceModel
from kb.retrieval import CANDIDATES
from kb.serving import EmbedderSwitch, LoadEmbedder, OpenIndex
from kb.store import ArticleStore, Source
from kb.types import Answer, Article, ArticleHit, Feedback, Gap, Health, ImportReport, Scope

EVERYWHERE = Scope()
_TYPED_CANDIDATES = 20  # of each index: enough for eight articles, and somebody who types waits for every one
_FEEDBACK = 500  # the latest judgments that may move a ranking


class KnowledgeBase:
    """Articles, their search, and quoted answers.

    ``wanted`` is the embedder that is configured. While the stored vectors are another's, that one serves (``load``
    finds it by its fingerprint) until `reembed` has made them anew.
    """

    def __init__(
        self,
        store: ArticleStore,
        wanted: ArticleEmbedder,
        model: RelevanceModel,
        open_index: OpenIndex,
        load: LoadEmbedder = lambda fingerprint: None,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._store = store
        self._model = model
        self._new_id = new_id
        self._switch = EmbedderSwitch(store, wanted, open_index, load)

    def answer(
        self,
        question: str,
        scope: Scope,
        *,
        now: datetime,
        limit: int = 3,
        asked_by: str = "",
        ticket_id: str = "",
        tell_hidden: bool = False,
    ) -> Answer:
        """Answer with quotes, or with the reason why not; what is given is kept.

        With ``tell_hidden`` a caller learns that an article outside the scope would answer, and nothing of it.

        Raises:
            InvalidQuestion: the question is empty or too long.
        """
        ranking = self._rank(question, scope)
        given = compose(self._new_id(), ranking, self._model, limit=limit, today=now.date())
        if given.reason == "nothing_close" and tell_hidden and scope.audiences is not None:
            beyond = self._rank(question, replace(scope, audiences=None))
            if beyond.best >= self._model.threshold:
                given = replace(given, reason="not_permitted")
        self._store.save_answer(given, asked_by, ticket_id, ranking.found.vector, now)
        return given

    def search(self, question: str, scope: Scope, *, limit: int = 8) -> list[ArticleHit]:
        """List the best articles as a question is typed; nothing is kept.

        Raises:
            InvalidQuestion: the question is empty or too long.
        """
        ranking = self._typed(question, scope, _TYPED_CANDIDATES)
        if len(ranking.articles) < limit:  # long articles took all the places
            ranking = self._typed(question, scope, CANDIDATES)
        known = (*ranking.probabilities, *[0.0] * limit)
        return [
            hit_of(ranking.found, one, probability)
            for one, probability in zip(ranking.articles[:limit], known, strict=False)
        ]

    def answer_as_given(self, answer_id: str) -> Answer:
        """Give an answer exactly as it was given, whatever became of its articles.

        Raises:
            AnswerNotFound: there is none of that id.
        """
        return self._store.answer(answer_id)

    def feedback(self, feedback: Feedback, *, said_by: str) -> None:
        """Keep what a person said of an answer; it moves the ranking of like questions.

        Raises:
            AnswerNotFound: there is no such answer.
        """
        self._store.add_feedback(feedback, said_by)

    def article(self, article_id: str, scope: Scope) -> Article:
        """Give an article as it is now.

        Raises:
            ArticleNotFound: there is none of that id in the scope.
        """
        return self._store.get(article_id, scope)

    def article_version(self, article_id: str, version: int, scope: Scope) -> Article:
        """Give an article as it was.

        Raises:
            ArticleNotFound: there is no such version in the scope.
        """
        return self._store.version(article_id, version, scope)

    def articles(
        self, scope: Scope, *, source: str | None = None, after: str = "", limit: int = 50
    ) -> Sequence[Article]:
        """List articles by id, without their text, after a cursor."""
        return self._store.list_articles(scope, source, after, limit)

    def save_article(self, article: Article, *, now: datetime) -> Article:
        """Create or replace an article; gives it with its version.

        Raises:
            InvalidArticle: a field holds characters no database can store.
        """
        serving = self._switch.current()
        (write,) = prepare(self._store, serving.embedder, [article])
        (saved,) = self._store.put_many([write], serving.embedder.fingerprint, now)
        self._switch.follow_writing(serving)
        return saved

    def remove_article(self, article_id: str, *, now: datetime) -> None:
        """Take an article out of search; answers that quoted it keep its text.

        Raises:
            ArticleNotFound: there is none of that id.
        """
        if not self._store.remove([article_id], now):
            raise ArticleNotFound(article_id)
        self._switch.current().index.refresh()

    def import_path(
        self,
        path: Path,
        source: str,
        *,
        audience: str = "public",
        base_url: str = "",
        now: datetime,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Make a source hold just what a folder or a file holds.

        Raises:
            SourceNotFound: the path does not exist or holds nothing readable.
        """
        from kb.reader import read_path

        reading = read_path(path, source, audience=audience, base_url=base_url)
        serving = self._switch.current()
        report = import_reading(self._store, serving.embedder, source, reading, now=now, progress=progress)
        settings: dict[str, object] = {"base_url": base_url}
        self._store.save_source(Source(source, "files", str(path), audience, settings, now, report))
        self._switch.follow_writing(serving).index.save()
        return report

    def gaps(self, *, since: datetime, limit: int = 50, scope: Scope = EVERYWHERE) -> list[Gap]:
        """Group the questions that found no answer, or none that helped; name articles of the scope only."""
        return group_gaps(self._store.unanswered(since, scope=scope), limit)

    def forget_questions(self, *, before: datetime) -> int:
        """Delete what was asked before that time, with its answers and feedback; gives how many there were."""
        return self._store.forget_answers(before)

    def verify(self, article_id: str, *, by: str, now: datetime, days: int = 90) -> Article:
        """Record that a person found the article right; it is due again after ``days``.

        Raises:
            ArticleNotFound: there is none of that id.
        """
        return self._store.verify(article_id, by, now, now.date() + timedelta(days=days))

    def due(self, on: date, limit: int = 100) -> Sequence[Article]:
        """List the articles that someone should verify, the longest overdue first, without their text."""
        return self._store.due(on, limit)

    def refresh(self) -> bool:
        """Follow what other processes changed; says whether anything did."""
        return self._switch.refresh()

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make the indexes anew from the database."""
        index = self._switch.open().index
        index.rebuild(progress)
        index.save()

    def needs_reembedding(self) -> bool:
        """Say whether the stored vectors are another embedder's than the one that is configured."""
        return self._switch.needs_reembedding()

    def reembed(self, progress: Progress | None = None) -> int:
        """Make the configured embedder's vectors of all passages, then switch to them; searches go on meanwhile.

        Cut off, it goes on where it ended.

        Returns:
            The number of passages embedded.
        """
        return self._switch.reembed(progress)

    def check(self) -> Health:
        """Compare the indexes with the database."""
        faults = self._switch.current().index.check()
        return replace(self.health(), faults=faults)

    def health(self) -> Health:
        """Count what is held, without comparing."""
        serving = self._switch.open()
        return Health(
            articles=self._store.count(),
            passages=self._store.passage_count(),
            generation=serving.index.generation,
            index_kind=serving.index.kind,
            index_size=serving.index.vector_count,
            lexical_size=serving.index.word_count,
            embedder=serving.embedder.fingerprint,
        )

    def ready(self) -> bool:
        """Say whether the indexes are loaded."""
        return self._switch.is_open

    def _typed(self, question: str, scope: Scope, candidates: int) -> Ranking:
        return rank(self._switch.find(question, scope, limit=candidates, prefix=True), self._model)

    def _rank(self, question: str, scope: Scope) -> Ranking:
        found = self._switch.find(question, scope)
        return rank(found, self._model, nudges(self._store.feedback_by_article(_FEEDBACK), found.vector))
