"""How texts and questions become terms: one normalisation for the word index and for ranking signals."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

LONGEST_TERM = 100
_KNOWN_WORDS = 50_000  # kept with their terms: 15 MB, and a tenth of the time of looking at each anew
_STOP_TEXT = """
a about all also am an and any anyone are as at be been being but by can cannot cant could d did didn do
does doesn doesnt doing don dont each for from get gets getting give got had has have having he hello
help her here hi him his how i id if im in into is isn isnt it its ive just ll m may me might my need of
on or our out please s shall she should so some someone something t tell than thank thanks that the their
them then there these they thing things this those to too trying us ve very want wants was way we were
what when where whether which while who whom whose why will with won would you your
"""
STOP_WORDS = frozenset(_STOP_TEXT.split())

# A word together with the marks that codes and product names carry: CAL-401, wf_live_, C++, .htaccess, $HOME.
_EXACT = re.compile(r"[.@#$]?\w+(?:[-.:/@+&]\w+)*(?:\+\+|\+|#)?")
_DIGIT_OR_MARK = re.compile(r"[\d_.@#$:/+&-]")
_QUOTED = re.compile(r'"([^"\n]{2,300})"')
_HYPHENATED = re.compile(r"\w+(?:-\w+)+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{2,}")
_MARKS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"')
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed (``exact``, lower case without accents) and the stems of its parts."""

    exact: str
    stems: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is letters only; all else is a number, a code or a compound."""
        return not _DIGIT_OR_MARK.search(self.exact)

    @property
    def is_code(self) -> bool:
        return not self.is_plain and not self.exact.isdigit()


def terms(text: str) -> list[str]:
    """Give the terms of a text in order, with repeats, without stop words unless there is nothing else.

    A plain word gives its stem; ``CAL-401`` gives itself, ``cal`` and ``401``.
    """
    found: list[str] = []
    for word in without_stop_words(words(text)):
        if word.is_code and word.stems != (word.exact,):
            found.append(word.exact)
        found.extend(word.stems)
    return found


@lru_cache(maxsize=_KNOWN_WORDS)
def terms_of_word(word: str) -> tuple[str, ...]:
    """Give the terms of what stands between two spaces; of a stop word none, as within a text."""
    return tuple(terms(f"{word} pointsman")[:-1])


def words(text: str) -> list[Word]:
    """Give the words of a text in order, with repeats."""
    stemming = stemming_analyzer()
    known: dict[str, Word] = {}
    found = exact_analyzer().analyze(exact_forms(normal(text)))
    for exact in found:
        if exact not in known:
            known[exact] = Word(exact, tuple(stemming.analyze(exact)))
    return [known[exact] for exact in found]


def without_stop_words(found: list[Word]) -> list[Word]:
    """Leave out stop words, unless nothing would be left."""
    return [word for word in found if word.exact not in STOP_WORDS] or found


def phrases(text: str) -> list[tuple[str, ...]]:
    """Give what stands in quotation marks of any kind, as stems."""
    stemming = stemming_analyzer()
    quoted = (tuple(stemming.analyze(phrase)) for phrase in _QUOTED.findall(normal(text)))
    return [stems for stems in quoted if stems]


def normal(text: str) -> str:
    """Fold the variants of one character into one, and part scripts without spaces into pairs of letters."""
    if text.isascii():
        return text
    valid = text.encode("utf-8", "replace").decode("utf-8")
    folded = unicodedata.normalize("NFKC", valid.translate(_MARKS))
    return _UNSPACED.sub(_in_pairs, folded)


def joined_forms(text: str) -> str:
    """Give each hyphenated word in one piece, so that "email" finds "e-mail"."""
    if "-" not in text:
        return ""
    return " ".join(word.replace("-", "") for word in _HYPHENATED.findall(text))


def exact_forms(text: str) -> str:
    """Give the words with their marks, parted by spaces, for the exact analyzer."""
    return " ".join(_EXACT.findall(text))


@cache
def stemming_analyzer() -> TextAnalyzer:
    """Letters and digits, lower case, no accents, English stems."""
    return _folded(Tokenizer.simple()).filter(Filter.stemmer("english")).build()


@cache
def exact_analyzer() -> TextAnalyzer:
    """What lies between spaces, lower case, no accents, no stemming."""
    return _folded(Tokenizer.whitespace()).build()


def _folded(tokenizer: Tokenizer) -> TextAnalyzerBuilder:
    return (
        TextAnalyzerBuilder(tokenizer)
        .filter(Filter.remove_long(LONGEST_TERM))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )


def _in_pairs(run: re.Match[str]) -> str:
    letters = run.group()
    return " " + " ".join(letters[at : at + 2] for at in range(len(letters) - 1)) + " "
