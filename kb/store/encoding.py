"""Values to what a column holds, and back: vectors as little-endian bytes, spans as pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from kb.store.values import SentenceVectors
from kb.types import Article, Block, Span

Key = TypeVar("Key")

FLOATS = np.dtype("<f4")
COUNT = np.dtype("<u4")
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
# Far below the most parameters a statement may have on either database.
CHUNK = 500

NO_VECTOR = np.empty(0, np.float32)
NO_SENTENCES = SentenceVectors(np.empty((0, 0), np.int8), np.empty(0, np.float32))


def vector_bytes(vector: NDArray[np.float32]) -> bytes:
    """A vector as little-endian float32."""
    return np.ascontiguousarray(vector, FLOATS).tobytes()


def vector_of(data: bytes) -> NDArray[np.float32]:
    """The inverse of ``vector_bytes``; the array is read-only."""
    return np.frombuffer(data, FLOATS)


def sentence_bytes(sentences: SentenceVectors) -> bytes:
    """Dimensions as uint32, then a float32 scale a sentence, then the int8 values row by row."""
    values = np.ascontiguousarray(sentences.values, np.int8)
    dimensions = np.array([values.shape[1]], COUNT)
    scales = np.ascontiguousarray(sentences.scales, FLOATS)
    return dimensions.tobytes() + scales.tobytes() + values.tobytes()


def sentences_of(data: bytes) -> SentenceVectors:
    """The inverse of ``sentence_bytes``; the arrays are read-only."""
    dimensions = int(np.frombuffer(data, COUNT, count=1)[0])
    count = (len(data) - COUNT.itemsize) // (FLOATS.itemsize + dimensions)
    scales = np.frombuffer(data, FLOATS, count=count, offset=COUNT.itemsize)
    first_value = COUNT.itemsize + count * FLOATS.itemsize
    values = np.frombuffer(data, np.int8, count=count * dimensions, offset=first_value)
    return SentenceVectors(values.reshape(count, dimensions), scales)


def spans_json(spans: Iterable[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


def spans_of(data: Iterable[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in data)


def blocks_json(blocks: Iterable[Block]) -> list[list[object]]:
    return [[block.kind, block.start, block.end, block.level] for block in blocks]


def article_of(row: sa.RowMapping) -> Article:
    """An article from a row of ``kb_articles``, with text where the row has ``text`` and ``blocks``."""
    return Article(
        id=row["id"],
        source=row["source"],
        title=row["title"],
        text=row.get("text", ""),
        blocks=tuple(Block(*block) for block in row.get("blocks", ())),
        path=row["path"],
        url=row["url"],
        audience=row["audience"],
        language=row["language"],
        tags=tuple(row["tags"]),
        owner=row["owner"],
        updated_at=row["updated_at"],
        verified_at=row["verified_at"],
        verify_by=row["verify_by"],
        version=row["version"],
    )


def chunks(values: Sequence[Key], size: int = CHUNK) -> Iterator[Sequence[Key]]:
    """Consecutive parts of ``values`` that fit into one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def unstorable(text: str) -> bool:
    """Whether a database would refuse the text: PostgreSQL has no NUL, UTF-8 no half surrogates."""
    return UNSTORABLE.search(text) is not None
