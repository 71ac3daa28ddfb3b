"""A folder of files, or one file, to articles; what is left out is told with its reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from kb.errors import SourceNotFound
from kb.reader.addresses import date_in_name, url_of
from kb.reader.articles import Draft, compose
from kb.reader.decoding import NotTextError, decode
from kb.reader.forms import SUFFIXES
from kb.reader.front_matter import split
from kb.reader.vocabulary import words
from kb.types import Article, Fault, Reading

_LARGEST = 5 * 1024 * 1024
_SILENT = frozenset({"node_modules", "__pycache__"})
_CONTENT_FOLDERS = frozenset({"_docs", "_posts", "_articles", "_pages"})
_PARTIAL_FOLDERS = words(
    "_includes _layouts _drafts _data _sass _site _build _static _templates _partials _snippets _images"
)
_HOUSEKEEPING = words(
    "LICENSE LICENCE COPYING NOTICE CONTRIBUTING CODE_OF_CONDUCT PULL_REQUEST_TEMPLATE ISSUE_TEMPLATE"
)
_MACHINE_FILES = frozenset({"robots.txt", "humans.txt", "requirements.txt", "cmakelists.txt"})


def read_path(path: Path, source: str, *, audience: str = "public", base_url: str = "") -> Reading:
    """Reads every article in a folder and those below it, or the one in a file.

    Args:
        path: A folder or a file.
        source: What the articles' ids begin with.
        audience: Who may read an article that does not say so itself.
        base_url: What the articles' addresses begin with.

    Raises:
        SourceNotFound: There is no such path, or no article in it can be read.
    """
    if not path.exists():
        raise SourceNotFound(f"There is no file or folder {str(path)!r}.")
    tour = _Tour(path.resolve())
    if path.is_dir():
        tour.folder(tour.root, inside_collection=False)
    else:
        tour.file(path, path.name, inside_collection=False)
    reading = _Reading(source, audience, base_url)
    for found in tour.found:
        reading.take(found)
    if not reading.articles:
        raise SourceNotFound(_nothing(path, (*reading.skipped, *tour.faults())))
    return Reading(tuple(reading.articles), tuple(sorted((*reading.skipped, *tour.faults()), key=_order)))


@dataclass(frozen=True, slots=True)
class _Found:
    file: Path
    name: str
    needs_front_matter: bool


@dataclass(slots=True)
class _Tour:
    root: Path
    found: list[_Found] = field(default_factory=list)
    left_out: list[Fault] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)

    def folder(self, folder: Path, inside_collection: bool) -> None:
        try:
            entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        except OSError as error:
            self._leave_out(folder, f"could not be opened: {type(error).__name__}")
            return
        for entry in entries:
            if entry.name.startswith(".") or entry.name in _SILENT or self._leads_astray(entry):
                continue
            if entry.is_dir():
                self._subfolder(entry, inside_collection)
            elif entry.is_file():
                self.file(entry, self._name(entry), inside_collection)

    def file(self, file: Path, name: str, inside_collection: bool) -> None:
        suffix = file.suffix.lower()
        if suffix not in SUFFIXES:
            self.others[suffix] += 1
        elif file.name.startswith("_") and file.stem != "_index":
            self.left_out.append(Fault(name, "partial: its name begins with an underscore"))
        elif file.stem in _HOUSEKEEPING or file.name.lower() in _MACHINE_FILES:
            self.left_out.append(Fault(name, "is about the files, not an article"))
        else:
            self.found.append(_Found(file, name, inside_collection))

    def faults(self) -> tuple[Fault, ...]:
        return (*self.left_out, *(_other(suffix, count) for suffix, count in self.others.items()))

    def _subfolder(self, folder: Path, inside_collection: bool) -> None:
        if folder.name in _PARTIAL_FOLDERS:
            self._leave_out(folder, "partial: a folder of pieces that other pages use")
        else:
            named = folder.name.startswith("_") and folder.name not in _CONTENT_FOLDERS
            self.folder(folder, inside_collection or named)

    def _leads_astray(self, entry: Path) -> bool:
        if not entry.is_symlink():
            return False
        target = entry.resolve()
        if not target.exists():
            self._leave_out(entry, "is a link that leads nowhere")
        elif not target.is_relative_to(self.root):
            self._leave_out(entry, "is a link that leads outside the folder")
        elif target.is_dir():
            self._leave_out(entry, "is a link to a folder that is read where it lies")
        else:
            return False
        return True

    def _leave_out(self, entry: Path, reason: str) -> None:
        self.left_out.append(Fault(self._name(entry), reason))

    def _name(self, entry: Path) -> str:
        return entry.relative_to(self.root).as_posix()


@dataclass(slots=True)
class _Reading:
    source: str
    audience: str
    base_url: str
    articles: list[Article] = field(default_factory=list)
    skipped: list[Fault] = field(default_factory=list)

    def take(self, found: _Found) -> None:
        try:
            text = _text(found)
            draft = compose(
                text,
                article_id=f"{self.source}:{found.name}",
                source=self.source,
                title="",
                form=None,
                path=found.name,
                audience=self.audience,
            )
        except _LeftOutError as reason:
            self.skipped.append(Fault(found.name, str(reason)))
        except Exception as error:  # one bad file must not stop the others, whatever a parser does with it
            self.skipped.append(Fault(found.name, f"could not be read: {type(error).__name__}"))
        else:
            self._keep(found.name, draft)

    def _keep(self, name: str, draft: Draft) -> None:
        faults = list(draft.faults)
        if draft.withheld:
            faults.append(draft.withheld)
        elif not draft.article.text:
            faults.append("holds no text besides its title")
        else:
            self.articles.append(self._placed(name, draft))
        self.skipped.extend(Fault(name, fault) for fault in faults)

    def _placed(self, name: str, draft: Draft) -> Article:
        article = replace(draft.article, url=url_of(name, draft.address, self.base_url))
        posted = date_in_name(name)
        if article.updated_at is not None or not posted:
            return article
        return replace(article, updated_at=datetime.fromisoformat(posted).replace(tzinfo=UTC))


class _LeftOutError(Exception):
    pass


def _text(found: _Found) -> str:
    size = found.file.stat().st_size
    if size > _LARGEST:
        raise _LeftOutError(f"has {size / 1024 / 1024:.1f} MB; up to {_LARGEST // 1024 // 1024} MB are read")
    try:
        text = decode(found.file.read_bytes())
    except NotTextError as error:
        raise _LeftOutError(str(error)) from error
    if not text.strip():
        raise _LeftOutError("is empty")
    if found.needs_front_matter and not split(text).present:
        raise _LeftOutError(
            "partial: it lies in a folder whose name begins with an underscore and has no front matter"
        )
    return text


def _other(suffix: str, count: int) -> Fault:
    kind = f"of type {suffix}" if suffix else "without a type"
    count_of = f"1 file {kind} is not an article" if count == 1 else f"{count} files {kind} are not articles"
    return Fault(f"*{suffix}", count_of)


def _nothing(path: Path, skipped: tuple[Fault, ...]) -> str:
    reasons = "; ".join(f"{fault.where}: {fault.reason}" for fault in skipped[:3])
    kinds = " ".join(SUFFIXES)
    return f"{str(path)!r} holds no article that can be read ({kinds}). {reasons}".rstrip()


def _order(fault: Fault) -> str:
    return fault.where
