"""Reads a judged search corpus: BEIR files, or a folder of articles with questions beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import NoneType
from typing import Any

from kb.reader import read_path, read_text
from kb.types import Article
from training.errors import DatasetInvalid

Row = dict[str, Any]
Fields = Mapping[str, tuple[type, ...]]
_ID = (str, int)
_ARTICLE: Fields = {"_id": _ID, "text": (str,)}
_QUESTION: Fields = {"_id": _ID, "text": (str,), "answerable": (bool, NoneType)}
_ANSWER: Fields = {"_id": _ID, "corpus_id": _ID, "answer_sentences": (list,)}


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with its judgments.

    ``grades`` maps article ids to 1 (helps) or 2 (answers alone); ``sentences`` maps article ids to the sentences
    that answer, as they stand in the source; ``answerable`` is None where the corpus does not say.
    """

    id: str
    text: str
    kind: str
    answerable: bool | None
    grades: dict[str, int]
    sentences: dict[str, tuple[str, ...]]

    @property
    def is_answerable(self) -> bool:
        """Whether the corpus answers it: as it says, else by whether any article is judged."""
        return bool(self.grades) if self.answerable is None else self.answerable


@dataclass(frozen=True, slots=True)
class JudgedCorpus:
    """Articles and judged questions over them."""

    name: str
    articles: tuple[Article, ...]
    questions: tuple[JudgedQuestion, ...]


def read_corpus(folder: Path, articles_folder: Path | None = None) -> JudgedCorpus:
    """Read ``corpus.jsonl``, ``queries.jsonl``, ``qrels.tsv`` and, where it is, ``answers.jsonl``.

    In place of ``corpus.jsonl`` the articles may be a folder: ``articles_folder``, or the one ``corpus.path``
    names; ``corpus.files`` then lists those of its files that count, one a line (all where it is missing).

    Raises:
        DatasetInvalid: a file is missing or has faulty rows; all of them are named.
    """
    faults: list[str] = []
    articles = _articles(folder, articles_folder, faults)
    grades = _grades(folder / "qrels.tsv", faults)
    sentences = _sentences(folder / "answers.jsonl", faults)
    questions = _questions(folder / "queries.jsonl", grades, sentences, faults)
    if not faults:
        faults += [
            f"it holds no {what}"
            for what, found in (("article", articles), ("question", questions))
            if not found
        ]
    if faults:
        raise DatasetInvalid(folder, faults)
    return JudgedCorpus(folder.resolve().name, articles, questions)


def plain(text: str) -> str:
    """Fold a text for comparison: letters and digits only, Markdown links without their targets."""
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"\]\([^)]*\)", " ", text.lower())).strip()


def _articles(folder: Path, given: Path | None, faults: list[str]) -> tuple[Article, ...]:
    pointer = folder / "corpus.path"
    if given is None and pointer.is_file():
        given = (folder / pointer.read_text("utf-8").strip()).resolve()
    if given is None:
        rows = _rows(folder / "corpus.jsonl", _ARTICLE, faults)
        return tuple(
            read_text(
                row["text"], article_id=str(row["_id"]), source="corpus", title=str(row.get("title") or "")
            )
            for row in _distinct(rows, "corpus.jsonl", faults)
        )
    if not given.is_dir():
        faults.append(f"{given} is not a folder")
        return ()
    articles = (replace(article, id=article.path) for article in read_path(given, "corpus").articles)
    listed = folder / "corpus.files"
    wanted = set(listed.read_text("utf-8").splitlines()) if listed.is_file() else None
    return tuple(article for article in articles if wanted is None or article.id in wanted)


def _questions(
    path: Path,
    grades: dict[str, dict[str, int]],
    sentences: dict[str, dict[str, tuple[str, ...]]],
    faults: list[str],
) -> tuple[JudgedQuestion, ...]:
    return tuple(
        JudgedQuestion(
            id=str(row["_id"]),
            text=row["text"],
            kind=str(row.get("kind", "")),
            answerable=row.get("answerable"),
            grades=grades.get(str(row["_id"]), {}),
            sentences=sentences.get(str(row["_id"]), {}),
        )
        for row in _distinct(_rows(path, _QUESTION, faults), path.name, faults)
    )


def _grades(path: Path, faults: list[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, line in _lines(path, faults):
        row = line.split("\t")
        if number == 1 and row[-1].strip() == "score":
            continue
        try:
            question, article, score = row
            grade = int(float(score))
        except (ValueError, OverflowError):
            faults.append(
                f"{path.name} line {number}: expected query-id, corpus-id and a score, separated by tabs"
            )
            continue
        if grade > 0:
            found.setdefault(question, {})[article] = grade
    return found


def _sentences(path: Path, faults: list[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for _, row in _rows(path, _ANSWER, faults) if path.is_file() else ():
        given = tuple(map(str, row["answer_sentences"]))
        found.setdefault(str(row["_id"]), {})[str(row["corpus_id"])] = given
    return found


def _distinct(rows: Iterable[tuple[int, Row]], name: str, faults: list[str]) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for number, row in rows:
        first = seen.setdefault(str(row["_id"]), number)
        if first == number:
            yield row
        else:
            faults.append(f"{name} line {number}: _id {str(row['_id'])!r} is that of line {first} too")


def _rows(path: Path, fields: Fields, faults: list[str]) -> Iterator[tuple[int, Row]]:
    """Give the rows of a JSON Lines file that have every field they must have, each of its type."""
    for number, line in _lines(path, faults):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            faults.append(f"{path.name} line {number}: not JSON ({error.msg})")
            continue
        if not isinstance(row, dict):
            faults.append(f"{path.name} line {number}: not an object")
            continue
        wrong = [name for name, kinds in fields.items() if not isinstance(row.get(name), kinds)]
        faults += [f"{path.name} line {number}: {name} is {_told(row, name)}" for name in wrong]
        if not wrong:
            yield number, row


def _told(row: Row, name: str) -> str:
    return f"of the wrong type: {str(row[name])[:40]!r}" if name in row else "missing"


def _lines(path: Path, faults: list[str]) -> Iterator[tuple[int, str]]:
    """Give the lines of a file with something on them, numbered from 1."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except FileNotFoundError:
        faults.append(f"{path.name}: there is no such file")
    except UnicodeDecodeError as error:
        faults.append(f"{path.name}: not UTF-8 (byte {error.start})")
    else:
        yield from ((number, line.rstrip("\r")) for number, line in enumerate(lines, 1) if line.strip())
