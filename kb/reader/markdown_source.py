"""What must leave Markdown before it is parsed: MDX, Liquid, comments, scripts; code stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape

from kb.reader.components import component, expression, tag
from kb.reader.vocabulary import NOTES

# Left to right, the first alternative wins, so that code is skipped and nothing in it is touched.
_OPENING = re.compile(
    r"""
    (?P<fence>^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?P<ticks>`{3,}|~{3,})[^\n]*(?:\n|\Z))
  | (?P<code>(?P<tick>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=tick)(?!`))
  | (?P<escape>\\[<{`\\])
  | (?P<comment><!--|\{/\*)
  | (?P<element><(?P<name>pre|textarea|script|style|head|Head|noscript)\b[^>]*>)
  | (?P<block>\{%-?\s*(?P<kind>comment|raw|highlight|code|codeblock)\b[^%]*%\})
  | (?P<liquid>\{%.{0,2000}?%\}|\{\{[<%].{0,2000}?[>%]\}\})
  | (?P<variable>\{\{.{0,500}?\}\})
  | (?P<statement>^(?:import[ ](?:[\w*{][^'"\n]*(?:\n[^'"\n]+)*?[ \n}]from[ ])?['"][^'"\n]+['"];?[ \t]*$
               |export[ ](?:default|const|let|function|async|\{)[^\n]*$))
  | (?P<contents>^[ \t]*(?:[-*]|1\.)[ ]+[^\n]*\n\{:[ ]*toc[^}\n]*\}|^[ \t]*\[(?:toc|TOC)\][ \t]*$)
  | (?P<attributes>[ \t]*\{:[^}\n]*\}|[ \t]*\{\#[\w:.-]+\}(?=[ \t]*$))
  | (?P<role>\{[\w:+-]+\}(?P<quote>`+)(?P<shown>[^`]+)(?P=quote))
  | (?P<options>^(?P<colons>[ \t]*:{3,}\{[\w:-]+\}[^\n]*\n)(?:[ \t]*:[\w-]+:[^\n]*\n)+)
  | (?P<tab>^(?P<margin>[ \t]*)===[!+]?[ ]+"(?P<label>[^"\n]+)")
  | (?P<wiki>!?\[\[(?P<page>[^\]\n|]+)(?:\|(?P<alias>[^\]\n]+))?\]\])
  | (?P<target>^\([\w./: -]+\)=[ \t]*$|^[ \t]*-{1,2}8<-{1,2}[^\n]*$)
  | (?P<tag></?[A-Za-z][\w.:-]*(?=[\s/>]))
  | (?P<fragment></?>)
  | (?P<brace>\{)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_ROLE_TARGET = re.compile(r"\s*<[^<>]+>\Z")
_MDX = re.compile(
    r"""^(?:import [^\n]*['"];?[ \t]*|export (?:default|const|function) [^\n]*)$""", re.MULTILINE
)
_CLOSING = {"<!--": re.compile("-->"), "{/*": re.compile(r"\*/\}")}
_STEPS = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}


@dataclass(frozen=True, slots=True)
class Source:
    """Markdown that a CommonMark parser reads well; ``mdx`` means that indented lines are not code."""

    text: str
    mdx: bool


def clean(text: str, mdx: bool = False) -> Source:
    """Takes out of ``text`` what is not Markdown, and turns components that stand for notes into ``div``."""
    mdx = mdx or bool(_MDX.search(text))
    pieces: list[str] = []
    position = 0
    while (found := _OPENING.search(text, position)) is not None:
        replacement, end = _replace(text, found, mdx)
        pieces += (text[position : found.start()], replacement)
        position = max(end, found.start() + 1)
    pieces.append(text[position:])
    return Source("".join(pieces), mdx)


def _replace(text: str, found: re.Match[str], mdx: bool) -> tuple[str, int]:
    # The alternative that matched is the outermost group, and so the last to close.
    kind = found.lastgroup or ""
    if kind in {"code", "escape"}:
        return found[0], found.end()
    if kind in {"comment", "element", "block"}:
        return _enclosed(text, found, kind)
    if kind == "fence":
        end = _fence_end(text, found)
        return text[found.start() : end], end
    if kind == "tag":
        return tag(text, found.start(), mdx)
    if kind == "brace":
        return expression(text, found.start()) if mdx else ("{", found.end())
    if kind == "statement":
        return "", _statement_end(text, found)
    if kind == "liquid":
        return _liquid(text, found), found.end()
    return _shown(kind, found), found.end()


def _enclosed(text: str, found: re.Match[str], kind: str) -> tuple[str, int]:
    closing = _CLOSING.get(found[0]) or _closing(found["name"] or found["kind"], kind)
    end = closing.search(text, found.end())
    if end is None:
        return (escape(found[0]) if kind == "comment" else ""), found.end()
    if found["name"] in {"pre", "textarea"}:
        return text[found.start() : end.end()], end.end()
    return _left(found["kind"], text[found.end() : end.start()]), end.end()


def _left(kind: str | None, body: str) -> str:
    if kind == "raw":
        return body
    if kind in {"highlight", "code", "codeblock"}:
        code = body.strip("\n")
        return f"\n\n{code}\n\n" if "```" in code else f"\n\n```\n{code}\n```\n\n"
    return ""


@cache
def _closing(name: str, kind: str) -> re.Pattern[str]:
    return re.compile(
        rf"</{name}\s*>" if kind == "element" else rf"\{{%-?\s*end{name}\s*-?%\}}", re.IGNORECASE
    )


def _shown(kind: str, found: re.Match[str]) -> str:
    if kind == "role":
        return _ROLE_TARGET.sub("", found["shown"])
    if kind == "options":
        return found["colons"]
    if kind == "tab":
        return f'{found["margin"]}!!! tab "{found["label"]}"'
    if kind == "wiki":
        shown = found["alias"] or found["page"].partition("#")[0]
        return "" if found[0].startswith("!") or shown.strip("_").lower() == "toc" else shown
    return ""


def _fence_end(text: str, found: re.Match[str]) -> int:
    ticks = found["ticks"]
    closing = re.compile(rf"^[ \t>]*{re.escape(ticks)}{ticks[0]}*[ \t]*(?:\n|\Z)", re.MULTILINE)
    end = closing.search(text, found.end())
    return end.end() if end else len(text)


def _liquid(text: str, found: re.Match[str]) -> str:
    inside = found[0].strip("{}<>%- \t\n")
    named = re.match(r"/?\s*([A-Za-z][\w-]*)", inside)
    if named is None:
        return ""
    word = named[1].lower()
    opened = word.removeprefix("end")
    closes = inside.startswith("/") or (word != opened and opened in NOTES)
    return component(text, found.start(), opened if closes else word, f"</{opened}>" if closes else inside)


def _statement_end(text: str, found: re.Match[str]) -> int:
    end = found.end()
    depth = sum(_STEPS.get(letter, 0) for letter in found[0])
    while depth > 0 and end < len(text):
        line_end = text.find("\n", end + 1)
        line_end = len(text) if line_end < 0 else line_end
        depth += sum(_STEPS.get(letter, 0) for letter in text[end:line_end])
        end = line_end
    return end
