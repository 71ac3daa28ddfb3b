"""Builds the query for a question out of its words: no query syntax, so no question can be malformed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import log
from typing import Any

from tantivy import Occur, Query, Schema, Searcher

from kb.index.terms import Word, joined_forms, phrases, stemming_analyzer, without_stop_words, words
from kb.types import Scope

# Chosen on two sets of judged questions: the best field counts whole and the others by OTHER_FIELDS, since a
# word in the title, in the heading and in the text is still one word (a plain sum lost 2 to 4 nDCG points).
STEMMED = {"title": 2.0, "headings": 1.25, "text": 1.25}
OTHER_FIELDS = 0.3
EXACT = "exact"
EXACT_WEIGHT = 0.3
CODE_WEIGHT = 3.0
COMPOUND_WEIGHT = 0.5
PHRASE_WEIGHT = 4.0
GUESS_WEIGHT = 0.8
MOST_WORDS = 40
MOST_GUESSES = 6
MOST_PHRASES = 5
SHORTEST_GUESS = 5
SHORTEST_FAR_GUESS = 8


@dataclass(frozen=True, slots=True)
class QueryBuilder:
    """Turns questions into queries on one committed state of the index."""

    schema: Schema
    searcher: Searcher

    def build(self, text: str, scope: Scope, prefix: bool = False) -> Query | None:
        """Give the query for ``text``, or None where it has no words.

        A word that occurs nowhere is replaced by words one letter away (two for long words).
        With ``prefix`` the last word may be unfinished.
        """
        asked = self._informative(without_stop_words(_distinct(words(text))))
        if not asked:
            return None
        wanted = [self._word(word) for word in asked]
        wanted += self._guesses(asked[:-1] if prefix else asked)
        wanted += [self._phrase(stems, PHRASE_WEIGHT) for stems in phrases(text)[:MOST_PHRASES]]
        if prefix:
            wanted += self._unfinished(asked[-1])
        return self._within(scope, _any(wanted))

    def document_frequency(self, term: str) -> int:
        """Count the passages with this term; where fields differ, the highest count of one field."""
        return max(self.searcher.doc_freq(field, term) for field in (*STEMMED, EXACT))

    def _informative(self, asked: list[Word]) -> list[Word]:
        """Keep the rarest words of a long text; one that occurs nowhere tells nothing there."""
        if len(asked) <= MOST_WORDS:
            return asked
        counted = [(self._frequency(word), place) for place, word in enumerate(asked)]
        rarest = sorted(pair for pair in counted if pair[0])[:MOST_WORDS]
        return [asked[place] for place in sorted(place for _, place in rarest)]

    def _frequency(self, word: Word) -> int:
        return max(self.document_frequency(term) for term in {word.exact, *word.stems})

    def _word(self, word: Word) -> Query:
        exact = Query.term_query(self.schema, EXACT, word.exact)
        parts = [Query.boost_query(exact, CODE_WEIGHT if word.is_code else EXACT_WEIGHT)]
        parts += [self._stem(stem) for stem in word.stems if len(stem) > 1 or len(word.stems) == 1]
        if len(word.stems) > 1:
            parts.append(self._phrase(word.stems, COMPOUND_WEIGHT))
            parts += [self._stem(stem) for stem in stemming_analyzer().analyze(joined_forms(word.exact))]
        return _any(parts)

    def _stem(self, stem: str) -> Query:
        return self._best_field(1.0, lambda field: Query.term_query(self.schema, field, stem))

    def _phrase(self, stems: tuple[str, ...], weight: float) -> Query:
        if len(stems) == 1:
            return Query.boost_query(self._stem(stems[0]), weight)
        return self._best_field(weight, lambda field: Query.phrase_query(self.schema, field, list(stems)))

    def _best_field(self, weight: float, query: Callable[[str], Query]) -> Query:
        weighed = [Query.boost_query(query(field), weight * own) for field, own in STEMMED.items()]
        return Query.disjunction_max_query(weighed, OTHER_FIELDS)

    def _guesses(self, asked: list[Word]) -> Iterator[Query]:
        unknown = [
            word
            for word in asked
            if word.is_plain and len(word.exact) >= SHORTEST_GUESS and not self._frequency(word)
        ]
        for word in unknown[:MOST_GUESSES]:
            yield from self._near(word.exact, prefix=False)

    def _unfinished(self, word: Word) -> Iterator[Query]:
        begun = Query.fuzzy_term_query(self.schema, EXACT, word.exact, distance=0, prefix=True)
        known = list(self._weighed(begun, 1.0))
        if known or not word.is_plain or len(word.exact) < SHORTEST_GUESS:
            yield from known
        else:
            yield from self._near(word.exact, prefix=True)

    def _near(self, word: str, prefix: bool) -> Iterator[Query]:
        furthest = 2 if len(word) >= SHORTEST_FAR_GUESS else 1
        for distance in range(1, furthest + 1):
            near = Query.fuzzy_term_query(self.schema, EXACT, word, distance=distance, prefix=prefix)
            guess = list(self._weighed(near, GUESS_WEIGHT))
            if guess:
                yield from guess
                return

    def _weighed(self, query: Query, weight: float) -> Iterator[Query]:
        """Give a query for many terms the weight of one term found as often: it has no BM25 of its own."""
        found: Any = self.searcher.search(query, limit=1)
        count = int(found.count)
        if count:
            rarity = log(1 + (self.searcher.num_docs - count + 0.5) / (count + 0.5))
            yield Query.const_score_query(query, rarity * weight)

    def _within(self, scope: Scope, query: Query) -> Query:
        limits = {"audience": scope.audiences, "language": scope.languages, "source": scope.sources}
        required = [(Occur.Must, query)]
        for field, allowed in limits.items():
            if allowed is not None:
                members = Query.term_set_query(self.schema, field, sorted(allowed))
                required.append((Occur.Must, Query.const_score_query(members, 0.0)))
        return Query.boolean_query(required)


def _any(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _distinct(found: list[Word]) -> list[Word]:
    return list(dict.fromkeys(found))
