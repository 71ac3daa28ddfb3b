"""Help-centre files to articles: Markdown, MDX, HTML, reStructuredText and plain text."""

from __future__ import annotations

from kb.reader.articles import read_text
from kb.reader.folder import read_path
from kb.reader.forms import Form

__all__ = ["Form", "read_path", "read_text"]
