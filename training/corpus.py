"""Reads a judged search corpus: BEIR files, or a folder of articles with questions beside it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kb.reader import read_path, read_text
from kb.types import Article
from training.errors import DatasetInvalid


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
    questions = tuple(
        JudgedQuestion(
            id=str(row["_id"]),
            text=str(row["text"]),
            kind=str(row.get("kind", "")),
            answerable=row.get("answerable"),
            grades=grades.get(str(row["_id"]), {}),
            sentences=sentences.get(str(row["_id"]), {}),
        )
        for row in _rows(folder / "queries.jsonl", ("_id", "text"), faults)
    )
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
        rows = _rows(folder / "corpus.jsonl", ("_id", "text"), faults)
        return tuple(
            read_text(
                str(row["text"]),
                article_id=str(row["_id"]),
                source="corpus",
                title=str(row.get("title") or ""),
            )
            for row in rows
        )
    if not given.is_dir():
        faults.append(f"{given} is not a folder")
        return ()
    articles = (replace(article, id=article.path) for article in read_path(given, "corpus").articles)
    listed = folder / "corpus.files"
    wanted = set(listed.read_text("utf-8").split("\n")) if listed.is_file() else None
    return tuple(article for article in articles if wanted is None or article.id in wanted)


def _grades(path: Path, faults: list[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    if not path.is_file():
        faults.append(f"{path.name}: there is no such file")
        return found
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.reader(stream, delimiter="\t"), start=1):
            if number == 1 and row and row[-1].strip() == "score":
                continue
            try:
                question, article, score = row
                grade = int(float(score))
            except ValueError:
                faults.append(
                    f"{path.name} line {number}: expected query-id, corpus-id and a score, separated by tabs"
                )
                continue
            if grade > 0:
                found.setdefault(question, {})[article] = grade
    return found


def _sentences(path: Path, faults: list[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    if not path.is_file():
        return found
    for row in _rows(path, ("_id", "corpus_id", "answer_sentences"), faults):
        found.setdefault(str(row["_id"]), {})[str(row["corpus_id"])] = tuple(
            map(str, row["answer_sentences"])
        )
    return found


def _rows(path: Path, required: tuple[str, ...], faults: list[str]) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        faults.append(f"{path.name}: there is no such file")
        return
    with path.open(encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                faults.append(f"{path.name} line {number}: not JSON ({error.msg})")
                continue
            missing = [name for name in required if not isinstance(row, dict) or name not in row]
            if missing:
                faults.append(f"{path.name} line {number}: lacks {', '.join(missing)}")
                continue
            yield row
