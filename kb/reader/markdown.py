"""Markdown and MDX to parts: rendered by markdown-it and read as HTML, as HTML may stand within it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from kb.reader.html import fragment_parts
from kb.reader.markdown_source import clean
from kb.reader.parts import Page, Part
from kb.reader.rst import read_rst
from kb.reader.vocabulary import NOTES, TITLED, UNSHOWN, words

_CONTAINER = re.compile(r"\{?\.?(?P<name>[\w-]+)\}?(?:\[(?P<label>[^\]]*)\]|[ \t]+(?P<title>[^{]+))?")
_DIRECTIVE = re.compile(r"\{(?P<name>[\w:-]+)\}[ \t]*(?P<title>.*)")
_OPTION = re.compile(r"\A(?::[\w-]+:[^\n]*(?:\n|\Z))+|\A---\n.*?\n---\n", re.DOTALL)
_SHOWN = TITLED | words("tab-set tabs grid grid-item figure")
_CODE = words("code code-block code-cell sourcecode prompt")
_STRAY_FENCE = re.compile(r":{3,}\Z")
_PIECES = re.compile(r"(<pre\b.*?</pre>|<[^<>]*>)", re.DOTALL | re.IGNORECASE)
_ALERT = re.compile(
    r"(<blockquote>\s*<p>)\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION|INFO)\][-+]?\s*", re.IGNORECASE
)


def read_markdown(text: str, mdx: bool = False) -> Page:
    """Reads the body of a file whose front matter is off."""
    parts = fragment_parts(_render(text, mdx))
    return Page(parts=tuple(part for part in parts if not _STRAY_FENCE.match(part.text)))


def _render(text: str, mdx: bool = False) -> str:
    source = clean(text, mdx)
    html = str(_parser(source.mdx).render(source.text))
    return _ALERT.sub(r'<blockquote class="note"><p>', html)


class _Parser(MarkdownIt):
    # Addresses never reach the text, so none is checked or encoded, and none makes a link unreadable.
    def normalizeLink(self, url: str) -> str:  # noqa: N802  the library's name
        return url

    def validateLink(self, url: str) -> bool:  # noqa: N802  the library's name
        return True


@cache
def _parser(mdx: bool) -> MarkdownIt:
    parser = _Parser("commonmark", {"html": True}).enable(["table", "strikethrough"])
    if mdx:
        parser.disable("code")
    parser.use(deflist_plugin).use(footnote_plugin).use(admon_plugin)
    parser.use(container_plugin, name="any", validate=_opens_container, render=_container)
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("html_block", _html_block)
    parser.add_render_rule("footnote_ref", _nothing)
    parser.add_render_rule("footnote_anchor", _nothing)
    return parser


def _opens_container(params: str, *_: object) -> bool:
    return bool(_CONTAINER.match(params.strip()))


def _container(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    if tokens[index].nesting < 0:
        return "</div>\n"
    found = _CONTAINER.match(tokens[index].info.strip())
    if found is None:
        return "<div>\n"
    name = found["name"].lower()
    if name in UNSHOWN:
        return "<div hidden>\n"
    title = (found["label"] or found["title"] or "").strip()
    kind = ' class="note"' if name.removeprefix("callout-") in NOTES else ""
    return f"<div{kind}>\n" + (f"<p>{_inline(title)}</p>\n" if title else "")


def _fence(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    directive = _DIRECTIVE.match(token.info.strip())
    if directive is None:
        return f"<pre>{escape(token.content)}</pre>\n"
    return _directive(directive["name"].lower(), directive["title"].strip(), token.content)


def _directive(name: str, title: str, content: str) -> str:
    body = _OPTION.sub("", content)
    if name == "eval-rst":
        return "".join(_markup(part) for part in read_rst(content).parts)
    if name in _CODE:
        return f"<pre>{escape(body)}</pre>\n"
    if name not in NOTES and name not in _SHOWN:
        return ""
    kind = ' class="note"' if name in NOTES else ""
    shown = f"<p>{_inline(title)}</p>" if title and name != "figure" else ""
    return f"<div{kind}>{shown}{_render(body)}</div>\n"


def _markup(part: Part) -> str:
    tag = {"heading": f"h{part.level}", "code": "pre", "item": "li"}.get(part.kind, "p")
    kind = ' class="note"' if part.kind == "note" else ""
    return f"<div{kind}><{tag}>{escape(part.text)}</{tag}></div>\n"


def _html_block(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    # Authors write Markdown between HTML tags, and MDX reads it so; CommonMark would leave its signs.
    pieces = _PIECES.split(tokens[index].content)
    return "".join(piece if number % 2 else _inline(piece) for number, piece in enumerate(pieces))


def _nothing(*_: object) -> str:
    return ""


def _inline(text: str) -> str:
    if not text.strip():
        return text
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    return before + str(_parser(True).renderInline(text.strip())) + after
