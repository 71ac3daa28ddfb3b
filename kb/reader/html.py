"""HTML to parts: the content of a page without its scripts, navigation and markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from kb.reader.parts import (
    Page,
    Part,
    Place,
    Sheet,
    cell_text,
    one_line,
    rows,
    tidy,
    verbatim,
    words_of_image,
)
from kb.reader.vocabulary import NOTES, words

_DROPPED = words(
    "script style head title meta link nav footer svg math template noscript iframe object embed canvas "
    "audio video select input textarea map dialog button ac:parameter ac:image ac:emoticon ri:page "
    "ri:attachment ri:user"
)
_BLOCKS = words(
    "p div section article main header aside blockquote figure figcaption ul ol li dl dt dd details summary "
    "form fieldset center address body html hr ac:structured-macro ac:rich-text-body ac:layout "
    "ac:layout-section ac:layout-cell ac:task-list ac:task ac:task-body"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "dl", "ac:task-list"})
_ITEMS = frozenset({"li", "dt", "ac:task"})
_UNSHOWN_CLASSES = words(
    "headerlink hash-link anchor-link breadcrumb breadcrumbs toc table-of-contents footnote-ref "
    "footnote-backref sr-only visually-hidden screen-reader-text pagination sidebar related share comments "
    "article-votes article-relatives recent-articles"
)
_CONTENT = ("main article", "article", "main", "[role=main]", ".article-body", "#content", ".content")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_EMPTY = re.compile(r"<((?:ac|ri):[\w-]+)([^<>]*)/>")
_SITE_NAME = re.compile(r"\s+[|·\u2013\u2014]\s+[^|·\u2013\u2014]+\Z")
_TICK_BOX = re.compile(r"^\[[ xX]\] ")


def read_html(text: str) -> Page:
    """Reads a whole page or a fragment; a page's own title, language, date and address become fields."""
    tree = LexborHTMLParser(_html_of_confluence(text))
    body = tree.body
    if body is None:
        return Page()
    return Page(parts=parts_of(_content(tree, body)), title=_page_title(tree), fields=_fields(tree))


def fragment_parts(text: str) -> tuple[Part, ...]:
    """Reads markup that is content from end to end, such as rendered Markdown."""
    body = LexborHTMLParser(text).body
    return parts_of(body) if body is not None else ()


def parts_of(node: LexborNode) -> tuple[Part, ...]:
    """Returns what ``node`` holds in reading order."""
    walk = _Walk()
    try:
        walk.children(node, Place())
    except RecursionError:
        return _flat(node)
    walk.flush(Place())
    return tuple(walk.sheet.parts)


def _html_of_confluence(text: str) -> str:
    # Its storage format is XML; to a reader of HTML, an empty element there would swallow all that follows.
    opened = _EMPTY.sub(r"<\1\2></\1>", text)
    return _CDATA.sub(lambda found: escape(found[1]), opened)


def _flat(node: LexborNode) -> tuple[Part, ...]:
    # Elements left open by hundreds nest too deeply to be followed; their words are still there.
    for unshown in node.css("script, style, nav, footer, svg, template"):
        unshown.decompose()
    lines = node.text(separator="\n").split("\n")
    return tuple(Part("paragraph", one_line(line)) for line in lines if line.strip())


class _Walk:
    def __init__(self) -> None:
        self.sheet = Sheet()
        self._inline: list[str] = []

    def children(self, node: LexborNode, place: Place) -> None:
        for child in node.iter(include_text=True):
            self._node(child, place)

    def flush(self, place: Place) -> None:
        text = tidy("".join(self._inline))
        self._inline.clear()
        self.sheet.add(place.kind, _TICK_BOX.sub("", text))

    def _node(self, node: LexborNode, place: Place) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._inline.append(re.sub(r"\s+", " ", node.text_content or ""))
        elif tag == "br":
            self._inline.append("\n")
        elif tag == "img":
            self._image(node)
        elif tag in _DROPPED or tag.startswith(("-", "!")) or _unshown(node):
            return
        else:
            self._element(tag, node, place)

    def _element(self, tag: str, node: LexborNode, place: Place) -> None:
        if tag in _HEADINGS:
            self._heading(node, place, _HEADINGS[tag])
        elif tag == "pre" or tag == "ac:plain-text-body":
            self.flush(place)
            self.sheet.add("code", verbatim(node.text()))
        elif tag == "table":
            self.flush(place)
            for row in _table(node):
                self.sheet.add(row.kind, row.text)
        elif tag in _BLOCKS:
            self._block(tag, node, place)
        else:
            self.children(node, place)

    def _heading(self, node: LexborNode, place: Place, level: int) -> None:
        self.flush(place)
        self.sheet.close_item()
        text = " ".join(part.text for part in parts_of(node))
        self.sheet.add("heading", one_line(text), level)

    def _block(self, tag: str, node: LexborNode, place: Place) -> None:
        self.flush(place)
        inside = place
        if tag in _LISTS:
            inside = replace(place, depth=place.depth + 1)
        elif tag in _ITEMS:
            self.sheet.open_item(place.depth)
            inside = replace(place, kind="paragraph")
        elif _is_note(tag, node):
            inside = replace(place, kind="note")
        self.children(node, inside)
        self.flush(inside)
        if tag in _ITEMS:
            self.sheet.close_item()

    def _image(self, node: LexborNode) -> None:
        alt = words_of_image(node.attributes.get("alt") or "")
        if alt and "".join(self._inline).strip():
            self._inline.append(f" {alt} ")


def _unshown(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if attributes.get("role") in {"navigation", "search", "contentinfo"}:
        return True
    classes = (attributes.get("class") or "").split()
    # The generic title of a note, such as "Note", says nothing.
    if "admonition-title" in classes and node.text().strip(" :\n").lower() in NOTES:
        return True
    return not _UNSHOWN_CLASSES.isdisjoint(classes)


def _is_note(tag: str, node: LexborNode) -> bool:
    attributes = node.attributes
    if tag == "ac:structured-macro":
        return (attributes.get("ac:name") or "") in NOTES
    classes = (attributes.get("class") or "").lower().split()
    if "tab" in classes:
        return False
    return any(word in NOTES or word.startswith(("admonition", "callout-", "alert-")) for word in classes)


def _table(table: LexborNode) -> list[Part]:
    cells: list[list[str]] = []
    headed = False
    spanning: dict[int, tuple[int, str]] = {}
    for row in table.css("tr"):
        columns = [cell for cell in row.iter() if cell.tag in {"td", "th"}]
        if not cells:
            headed = bool(columns) and all(cell.tag == "th" for cell in columns)
        cells.append(_row(columns, spanning))
    return rows(cells, headed)


def _row(columns: list[LexborNode], spanning: dict[int, tuple[int, str]]) -> list[str]:
    # A cell that spans rows is repeated in each, so that every row can be read on its own.
    texts: list[str] = []
    waiting = iter(columns)
    cell = next(waiting, None)
    while cell is not None or len(texts) in spanning:
        column = len(texts)
        if column in spanning:
            left, text = spanning.pop(column)
        elif cell is not None:
            left, text = _span(cell), cell_text(parts_of(cell))
            cell = next(waiting, None)
        if left > 1:
            spanning[column] = (left - 1, text)
        texts.append(text)
    return texts


def _span(cell: LexborNode) -> int:
    value = cell.attributes.get("rowspan") or "1"
    return int(value) if value.isdigit() else 1


def _content(tree: LexborHTMLParser, body: LexborNode) -> LexborNode:
    for selector in _CONTENT:
        found = tree.css(selector)
        if len(found) == 1:
            return found[0]
    for header in body.css("header"):
        if header.css_first("h1") is None:
            header.decompose()
    return body


def _page_title(tree: LexborHTMLParser) -> str:
    headings = tree.css("h1")
    if len(headings) == 1:
        return " ".join(part.text for part in parts_of(headings[0]))
    title = tree.css_first("title")
    return _SITE_NAME.sub("", one_line(title.text())) if title is not None else ""


def _fields(tree: LexborHTMLParser) -> dict[str, object]:
    fields: dict[str, object] = {}
    root = tree.css_first("html[lang]")
    if root is not None:
        fields["language"] = root.attributes.get("lang")
    canonical = tree.css_first("link[rel=canonical]")
    if canonical is not None:
        fields["url"] = canonical.attributes.get("href")
    modified = tree.css_first('meta[property="article:modified_time"]')
    if modified is not None:
        fields["updated_at"] = modified.attributes.get("content")
    return {name: value for name, value in fields.items() if value}
