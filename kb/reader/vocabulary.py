"""Words of markup that more than one form uses."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Returns the words of ``text``, set apart by spaces."""
    return frozenset(text.split())


NOTES = words(
    "note tip info important warning caution danger error hint attention seealso admonition callout alert "
    "notice panel banner aside success check"
)
"""What authors call a remark set off from the text: directives, components, classes and macros."""

TITLED = words(
    "tab tabitem tab-item accordion accordionitem step card grid-item-card expand expandable dropdown "
    "collapsible collapse details topic sidebar rubric admonition table centered button"
)
"""Parts of a page whose title is shown: tabs, cards, folded sections."""

ELEMENTS = words(
    "a abbr address article aside audio b base bdi bdo big blockquote body br button caption center cite "
    "code col colgroup data dd del details dfn div dl dt em embed figcaption figure font footer form h1 h2 "
    "h3 h4 h5 h6 head header hr html i iframe img input ins kbd label li link main mark meta nav object ol "
    "option p param path picture pre q s samp script section select small source span strike strong style "
    "sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var "
    "video wbr"
)
"""The elements of HTML; another name between angle brackets is a gap to be filled in by the reader."""

UNSHOWN = words(
    "toctree include image meta contents index highlight default-role role literalinclude graphviz mermaid "
    "uml todo tags sectionauthor codeauthor math bibliography youtube video target-notes sectnum header "
    "footer tabularcolumns currentmodule module autosummary ifconfig replace unicode date"
)
"""Directives of Sphinx that leave no words on the page."""
