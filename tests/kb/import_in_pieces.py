"""What an import that is killed runs, in a process of its own."""

from __future__ import annotations

from pathlib import Path

from api.database import make_engine
from tests.kb.builders import NOW, knowledge_base

ARTICLES = 24


def write_articles(folder: Path, words: str) -> Path:
    """Write articles of several sections; ``words`` tells one state of the folder from another."""
    folder.mkdir(exist_ok=True)
    for number in range(ARTICLES):
        sections = "\n\n".join(f"## Part {part}\n\n" + f"{words} {number} {part}. " * 25 for part in range(6))
        (folder / f"article-{number}.md").write_text(f"# Article {number}\n\n{sections}\n", "utf-8")
    return folder


def run_import(url: str, index: str, folder: str, started: object) -> None:
    """Import a folder; ``started`` is an event that is set when the import begins."""
    knowledge = knowledge_base(make_engine(url), Path(index))
    started.set()  # type: ignore[attr-defined]
    knowledge.import_path(Path(folder), "help", now=NOW)
