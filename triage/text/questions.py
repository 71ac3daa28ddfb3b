"""What a message asks, in few words, to look articles up by: reading more takes longer and finds no more."""

from __future__ import annotations

from triage.features.sentences import sentences
from triage.text.places import BETWEEN
from triage.text.statements import asks
from triage.types import CleanText

_MOST_WORDS = 40


def question_of(clean: CleanText) -> str:
    """Returns the subject and the sentences that ask or complain, the first ones first, about forty words of them.

    Other sentences fill what room is left; all stay in the order in which they were written.
    """
    text = clean.text
    spans = sentences(text)
    pieces = [text[span.start : span.end].strip() for span in spans]
    titled = bool(spans) and text.startswith(BETWEEN, spans[0].end)
    wanted = sorted(
        range(len(pieces)), key=lambda place: (not (titled and place == 0), not asks(pieces[place]), place)
    )
    chosen: list[int] = []
    room = _MOST_WORDS
    for place in wanted:
        length = len(pieces[place].split())
        if length <= room or not chosen:
            chosen.append(place)
            room -= length
    return " ".join(" ".join(pieces[place] for place in sorted(chosen)).split()[:_MOST_WORDS])
