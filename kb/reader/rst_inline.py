"""Inline markup of reStructuredText to plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kb.reader.parts import one_line, tidy

_INLINE = re.compile(
    r"""
    \\(?P<escaped>.?)
  | ``(?P<literal>.{1,2000}?)``(?!`)
  | :(?P<role>[A-Za-z][\w.+:-]*):`(?P<of_role>(?:\\.|[^`\\])+)`
  | (?<![\w`])_?`(?P<phrase>(?:\\.|[^`\\])+)`(?::(?P<role_after>[A-Za-z][\w+:-]*):(?!`)|_{0,2})
  | (?<![\w*])\*\*(?=\S)(?P<strong>.{1,1000}?)(?<=\S)\*\*(?![\w*])
  | (?<![\w*])\*(?=[^\s*])(?P<emphasis>.{1,1000}?)(?<=[^\s*])\*(?![\w*])
  | (?<!\w)\|(?P<substitution>[\w](?:[^|\n]*[\w])?)\|(?:__?)?(?!\w)
  | [ ]?\[(?:\d+|\#[\w-]*|\*|[A-Za-z][\w.-]*)\]_(?!\w)
  | (?<!\w)(?P<word>[A-Za-z0-9][\w.+-]*?)__?(?![\w])
    """,
    re.VERBOSE | re.DOTALL,
)
_TARGET = re.compile(r"\s*<[^<>]*>\Z", re.DOTALL)
_SPACE_BEFORE = re.compile(r" +(?=[,.;:!?)])")
_UNSHOWN_ROLES = frozenset(
    {"raw", "raw-html", "raw-latex", "octicon", "fa", "fab", "fas", "far", "image", "cite", "math"}
)
_NAMES = frozenset({"doc", "ref", "numref", "any", "term", "download", "std:ref", "std:doc"})


@dataclass(frozen=True, slots=True)
class Names:
    """What a file defines for use in its sentences: substitutions with their text, and link targets."""

    substitutions: dict[str, str] = field(default_factory=dict)
    targets: frozenset[str] = frozenset()


def plain(text: str, names: Names) -> str:
    """Returns the words that a reader of ``text`` sees; a substitution that is not known leaves nothing."""
    shown = _words(text, names)
    return tidy(_SPACE_BEFORE.sub("", shown) if "|" in text else shown)


def _words(text: str, names: Names) -> str:
    return _INLINE.sub(lambda found: _shown(found, names), text)


def _shown(found: re.Match[str], names: Names) -> str:
    groups = found.groupdict()
    if groups["escaped"] is not None:
        return groups["escaped"].strip()
    if groups["literal"] is not None:
        return one_line(groups["literal"])
    if groups["of_role"] is not None:
        return _of_role(groups["role"], groups["of_role"])
    if groups["phrase"] is not None:
        return _of_role(groups["role_after"] or "", groups["phrase"])
    inner = groups["strong"] or groups["emphasis"]
    if inner is not None:
        return _words(inner, names)
    if groups["substitution"] is not None:
        return _substituted(found, groups["substitution"], names)
    word = groups["word"]
    if word is not None:
        return word if word.lower() in names.targets else found[0]
    return ""


def _of_role(role: str, content: str) -> str:
    text = re.sub(r"\\(.)", r"\1", content)
    name = role.lower().rpartition(":")[2]
    if name in _UNSHOWN_ROLES:
        return ""
    shown = _TARGET.sub("", text).strip()
    if not shown:
        return text.strip().strip("<>")
    if shown == text.strip() and name in _NAMES:
        return _named(shown)
    if name in {"guilabel", "menuselection"}:
        return re.sub(r"\s*-->\s*", " > ", re.sub(r"&(?=\w)", "", shown))
    return shown


def _named(target: str) -> str:
    # The reader of the page sees the title of what is linked; its name is the nearest thing at hand.
    last = re.split(r"[/:]", target.strip("/~!"))[-1]
    return re.sub(r"[-_]+", " ", last) if re.search(r"[/:_-]", target) else target.lstrip("~!")


def _substituted(found: re.Match[str], name: str, names: Names) -> str:
    known = names.substitutions.get(name.lower())
    if known is not None:
        return _words(known, names) if "|" not in known else known
    return "" if re.fullmatch(r"[\w.-]+", name) else found[0]
