"""Titles of issues in the customers' words, and the tickets that show them best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from reports.gathering import Gathered
from reports.grouping.titles import Background, representatives, title
from reports.store import Face
from reports.types import Member

SHOWN = 5
_TITLED_FROM = 10  # tickets that show an issue best
_BACKGROUND = 1000  # tickets that words are compared with
_UNTITLED = "Without text"


def faces_of(gathered: Gathered, assigned: Mapping[str, str], before: Mapping[str, Face]) -> dict[str, Face]:
    """Find a title and representatives for each issue.

    Args:
        gathered: the members that were grouped.
        assigned: the issue by a member's key.
        before: the faces of the last grouping; a title stays while it fits.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, member in enumerate(gathered.members):
        if member.key in assigned:
            places[assigned[member.key]].append(place)
    step = max(len(gathered.members) // _BACKGROUND, 1)
    background = Background.of(gathered.members[::step])
    return {
        issue: face_of(
            [gathered.members[one] for one in own],
            gathered.vectors[own],
            background,
            before[issue].title if issue in before else "",
        )
        for issue, own in sorted(places.items())
    }


def face_of(
    members: Sequence[Member],
    vectors: NDArray[np.float32],
    background: Background,
    before: str = "",
) -> Face:
    """Find a title and representatives for an issue.

    Args:
        members: of the issue.
        vectors: (members, dimension).
        background: of members of all kinds, with whose words the issue's are compared.
        before: its title until now.
    """
    shown = representatives(members, vectors, _TITLED_FROM)
    found = title(shown, members, background, "" if before == _UNTITLED else before)
    return Face(found or _UNTITLED, tuple(dict.fromkeys(member.ticket_id for member in shown))[:SHOWN])
