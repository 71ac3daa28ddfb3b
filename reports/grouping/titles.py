"""Finds the tickets that show an issue best, and a short title in the customers' words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.types import Member

FloatVectors = NDArray[np.float32]

_SHORTEST, _LONGEST = 10, 80  # characters
_LEAST_TOKENS, _LEAST_WORDS = 4, 2  # fewer name a subject and not what happens
_SUBJECT = 1.4  # what a subject line counts beside a clause
_NUMBERED = 0.8  # what a phrase with a number counts, which is often one customer's own
_ALONE = 1.5  # words of one ticket alone weigh so much more in a phrase's length
_STAYS = 0.85  # of what the best phrase says
_SENTENCES = re.compile(r"[.!?;]\s")
_TWO_THINGS = re.compile(r", and |[/+]")
_NUMBER = re.compile(r"\d{2,}")
_TOKEN = re.compile(r"\w+")
_CLAUSE = re.compile(r"[.!?;\n]+|(?<=\w),\s| - ")
_WORD = re.compile(r"[^\W\d_]{3,}")


def representatives(members: Sequence[Member], vectors: FloatVectors, count: int = 3) -> tuple[Member, ...]:
    """Give the members nearest to the middle of their group, nearest first.

    ``vectors`` are (members, dimension), unit rows.
    """
    middle = vectors.mean(axis=0)
    nearness = np.round(vectors @ middle, 5).tolist()
    order = sorted(range(len(members)), key=lambda place: (-nearness[place], members[place].key))
    return tuple(members[place] for place in order[:count])


@dataclass(frozen=True, slots=True)
class Background:
    """In how many of so many tickets each word occurs."""

    with_word: Counter[str]
    size: int

    @classmethod
    def of(cls, members: Sequence[Member]) -> Background:
        """Count words, each once a ticket."""
        counted = Counter(word for member in members for word in set(_words(member.text)))
        return cls(counted, len(members))


def title(shown: Sequence[Member], group: Sequence[Member], background: Background, before: str = "") -> str:
    """Choose the subject line or clause that says most with words that the group uses and others do not.

    Args:
        shown: the representatives, whose words are chosen from.
        group: all tickets of the group.
        background: of all tickets, the group's among them.
        before: the title until now; it stays while a representative says it and it says nearly as much.
    """
    inside = Background.of(group)
    found: dict[str, float] = {}
    for member in shown:
        for phrase, factor in _phrases(member.text):
            telling = factor * _telling(phrase, inside, background)
            found[phrase] = max(telling, found.get(phrase, 0.0))
    best = max(found, key=lambda phrase: found[phrase], default="")
    return before if before in found and found[before] >= _STAYS * found[best] else best


def _phrases(text: str) -> list[tuple[str, float]]:
    """The subject line, which customers write as a title, and clauses; each with what it counts beside others."""
    line, _, rest = text.strip().partition("\n")
    first = " ".join(line.split()).rstrip(".!?")
    titled = bool(rest) and _fits(first) and not _SENTENCES.search(first)
    clauses = [" ".join(part.split()) for part in _CLAUSE.split(rest if titled else text)]
    found = [(first, 1.0 if _TWO_THINGS.search(first) else _SUBJECT)] if titled else []
    found += [(clause, 1.0) for clause in clauses if _fits(clause)]
    return found or [(clause[:_LONGEST].strip(), 1.0) for clause in clauses if clause][:1]


def _fits(phrase: str) -> bool:
    long_enough = _SHORTEST <= len(phrase) <= _LONGEST and len(_TOKEN.findall(phrase)) >= _LEAST_TOKENS
    return long_enough and len(_words(phrase)) >= _LEAST_WORDS


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _telling(phrase: str, inside: Background, everywhere: Background) -> float:
    """Add up by how much each word is more frequent in the group; words of one ticket alone are a burden."""
    words = set(_words(phrase))
    shared = [word for word in words if inside.with_word[word] > 1 or inside.size == 1]
    gain = 0.0
    for word in shared:
        here = inside.with_word[word] / inside.size
        others = max(everywhere.with_word[word] - inside.with_word[word], 0)
        elsewhere = (others + 1) / (everywhere.size - inside.size + 2)
        gain += here * max(np.log((here + 1e-9) / elsewhere), 0.0)
    burden = len(words) + _ALONE * (len(words) - len(shared)) + 3
    return float(gain / burden**0.7) * (_NUMBERED if _NUMBER.search(phrase) else 1.0)
