"""One text to one article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from kb.errors import InvalidArticle
from kb.reader.addresses import url_of
from kb.reader.fields import Fields, read_fields
from kb.reader.forms import Form, form_of
from kb.reader.front_matter import FrontMatter, split
from kb.reader.html import read_html
from kb.reader.language import language_of
from kb.reader.markdown import read_markdown
from kb.reader.parts import Page, Part, lay_out, one_line
from kb.reader.rst import read_rst
from kb.types import Article, Fault


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as read, with the fields its address depends on and all that is wrong with them."""

    article: Article
    address: str = ""
    withheld: str = ""
    faults: tuple[str, ...] = ()


def read_text(
    text: str,
    *,
    article_id: str,
    source: str,
    title: str = "",
    form: Form | None = None,
    path: str = "",
    audience: str = "public",
) -> Article:
    """Makes an article of one text; ``form`` is guessed from ``path``, else from the text, where not given.

    ``title`` goes before one that the text has. Front matter is read where there is any.

    Raises:
        InvalidArticle: The text names an audience that is none, or is nested thousands deep.
    """
    try:
        draft = compose(
            text, article_id=article_id, source=source, title=title, form=form, path=path, audience=audience
        )
    except RecursionError as error:
        raise InvalidArticle((Fault(article_id, "text: is nested too deeply to be read"),)) from error
    if draft.withheld and not draft.article.audience:
        raise InvalidArticle(tuple(Fault(article_id, fault) for fault in draft.faults))
    return replace(draft.article, url=url_of(path, draft.address, "") if draft.address or path else "")


def compose(
    text: str, *, article_id: str, source: str, title: str, form: Form | None, path: str, audience: str
) -> Draft:
    """Reads ``text`` as ``read_text`` does, and tells what it could not use."""
    form = form or form_of(text, path)
    matter = split(text.replace("\r\n", "\n").replace("\r", "\n"))
    page = _page(matter.body, form)
    fields = read_fields({**page.fields, **matter.fields})
    shown, parts = _titled(title or fields.title, page, path)
    plain, blocks = lay_out(parts)
    article = Article(
        id=article_id,
        source=source,
        title=shown,
        text=plain,
        blocks=blocks,
        path=path,
        audience=_audience(fields, audience),
        language=fields.language or language_of(parts),
        tags=fields.tags,
        owner=fields.owner,
        updated_at=fields.updated_at,
        verified_at=fields.verified_at,
        verify_by=fields.verify_by,
    )
    return Draft(article, fields.address, fields.withheld, _faults(matter, fields))


def readable_name(path: str) -> str:
    """Returns a title made of a file's name; an index page is named after its folder."""
    place = PurePosixPath(path)
    name = place.stem
    if name.lower() in {"index", "readme"} and place.parent.name:
        name = place.parent.name
    words = re.sub(r"[\s_-]+", " ", re.sub(r"^\d{4}-\d\d-\d\d-|^\d+[._-]+(?=\D)", "", name)).strip()
    return words[:1].upper() + words[1:]


def _page(body: str, form: Form) -> Page:
    if form in {"markdown", "mdx"}:
        return read_markdown(body, mdx=form == "mdx")
    if form == "html":
        return read_html(body)
    if form == "rst":
        return read_rst(body)
    return Page(tuple(Part("paragraph", one_line(part)) for part in re.split(r"\n\s*\n", body)))


def _titled(given: str, page: Page, path: str) -> tuple[str, Sequence[Part]]:
    first = next((number for number, part in enumerate(page.parts) if part.kind == "heading"), -1)
    heading = page.parts[first] if first >= 0 else Part("heading", "")
    title = given or (heading.text if heading.level == 1 else "") or page.title or readable_name(path)
    if heading.text and _same(heading.text, title):
        return title, page.parts[:first] + page.parts[first + 1 :]
    return title, page.parts


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one).casefold() == re.sub(r"\W+", "", other).casefold()


def _audience(fields: Fields, default: str) -> str:
    unknown = fields.withheld.endswith("is not known")
    return "" if unknown else fields.audience or default


def _faults(matter: FrontMatter, fields: Fields) -> tuple[str, ...]:
    return (*((matter.fault,) if matter.fault else ()), *fields.faults)
