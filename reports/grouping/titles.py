"""Finds the tickets that show an issue best, and a short title in the customers' words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reports.types import Member

FloatVectors = NDArray[np.float32]

_LONGEST = 80
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


def title(shown: Sequence[Member], group: Sequence[Member], background: Sequence[Member]) -> str:
    """Choose the clause that says most with words that the group uses and others do not.

    Args:
        shown: the representatives, whose clauses are chosen from.
        group: all tickets of the group.
        background: all tickets, the group's among them.
    """
    inside, everywhere = _documents(group), _documents(background)
    clauses = [clause for member in shown for clause in _clauses(member.text)]
    if not clauses:
        return ""
    return max(clauses, key=lambda clause: _telling(clause, inside, everywhere, len(group), len(background)))


def _clauses(text: str) -> list[str]:
    found = [" ".join(part.split()) for part in _CLAUSE.split(text)]
    fitting = [part for part in found if 10 <= len(part) <= _LONGEST and len(_words(part)) >= 2]
    return fitting or [part[:_LONGEST].strip() for part in found if part][:1]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _documents(members: Sequence[Member]) -> Counter[str]:
    return Counter(word for member in members for word in set(_words(member.text)))


def _telling(clause: str, inside: Counter[str], everywhere: Counter[str], size: int, total: int) -> float:
    """Add up by how much each word is more frequent in the group; long clauses pay for their length."""
    words = set(_words(clause))
    gain = 0.0
    for word in words:
        here = inside[word] / size
        others = max(everywhere[word] - inside[word], 0)
        elsewhere = (others + 1) / (total - size + 2)
        gain += here * max(np.log((here + 1e-9) / elsewhere), 0.0)
    return float(gain / (len(words) + 3) ** 0.7)
