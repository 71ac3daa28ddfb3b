"""The sheets of a PDF: its fonts, margins, page numbers, and how words and charts get onto them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files

from fpdf import FPDF
from fpdf.fonts import TTFFont

from reports.render.blocks import Run, Text
from reports.render.charts import INK, SOFT, Chart
from reports.render.pdf_flow import Line, lines_of
from reports.render.svg import svg_of

MARGIN, FOOT = 38.0, 30.0  # points
_FONT = "fira"
_UNKNOWN = "◊"
_MEASURED = 100.0  # points: the size at which words are measured


class Sheets(FPDF):
    """A4 pages in points; each says at its foot what it belongs to and its number of how many."""

    def __init__(self, title: str, foot: str, language: str, made_at: datetime) -> None:
        super().__init__(orientation="P", unit="pt", format="A4")
        self._foot, self._places = foot, dict[str, int]()
        self._widths: dict[tuple[str, bool], float] = {}
        self.lacking = False
        self.set_margin(MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(False)
        folder = files("fontpkg_fira_sans") / "files"
        self.add_font(_FONT, "", str(folder / "FiraSans-Regular.ttf"))
        self.add_font(_FONT, "B", str(folder / "FiraSans-SemiBold.ttf"))
        self.set_font(_FONT, "", 9)
        self.set_title(title)
        self.set_lang(language)
        self.set_producer("Pointsman")
        self.set_creation_date(made_at.astimezone(UTC))
        self.alias_nb_pages()

    @property
    def bottom(self) -> float:
        """Where the room for content ends."""
        return float(self.h - MARGIN - FOOT / 2)

    @property
    def room(self) -> float:
        """Points left on the page."""
        return self.bottom - float(self.y)

    def footer(self) -> None:
        """Write the foot of a page; the library calls it."""
        with self._look(Run("", soft=True), 7.5):
            self.set_xy(MARGIN, self.h - FOOT)
            self.cell(0, 9, self.known(self._foot))
            self.set_xy(MARGIN, self.h - FOOT)
            self.cell(0, 9, f"{self.page_no()} of {{nb}}", align="R")

    def place(self, anchor: str) -> int:
        """Give the link to an anchor, wherever it will be."""
        if anchor not in self._places:
            self._places[anchor] = self.add_link()
        return self._places[anchor]

    def reach(self, anchor: str) -> None:
        """Say that an anchor is here."""
        self.set_link(self.place(anchor), y=max(self.y - 12, 0), page=self.page_no())

    def need(self, height: float) -> bool:
        """Begin a page where so much does not fit any more; says whether one was begun."""
        if height <= self.room:
            return False
        self.add_page()
        return True

    def measured(self, words: str, run: Run, size: float) -> float:
        """The width of words; it grows with the size, and many words come again."""
        key = words, run.bold
        if key not in self._widths:
            with self._look(run, _MEASURED):
                self._widths[key] = float(self.get_string_width(self.known(words))) / _MEASURED
        return self._widths[key] * size

    def lines(self, text: Text, width: float, size: float) -> list[Line]:
        """Set a text into lines."""
        return lines_of(text, width, lambda words, run: self.measured(words, run, size))

    def write_line(self, line: Line, x: float, y: float, size: float) -> None:
        """Write a line of pieces; ``y`` is its upper edge."""
        for piece in line:
            with self._look(piece.run, size):
                self.text(x, y + size, self.known(piece.text))
            if piece.run.href:
                href = piece.run.href
                self.link(x, y, piece.width, size * 1.3, self.place(href[1:]) if href[0] == "#" else href)
            x += piece.width

    def draw(self, chart: Chart, x: float, y: float, width: float) -> float:
        """Draw a chart as wide as given; gives its height."""
        scale = width / chart.width
        shapes = io.BytesIO(svg_of(chart, labels=False).encode())
        self.image(shapes, x=x, y=y, w=width, h=chart.height * scale, alt_text=chart.alt)
        for label in chart.labels:
            size = label.size * scale
            with self._look(Run("", soft=True), size):
                wide = self.get_string_width(label.text)
                back = {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
                self.text(x + label.x * scale - back, y + label.y * scale, label.text)
        return chart.height * scale

    def known(self, words: str) -> str:
        """Put a box for each character that the font lacks."""
        glyphs = self._glyphs()
        shown = []
        for letter in words:
            known = (
                letter if ord(letter) in glyphs or letter in "{}" else " " if letter.isspace() else _UNKNOWN
            )
            self.lacking = self.lacking or known == _UNKNOWN != letter
            shown.append(known)
        return "".join(shown)

    def _glyphs(self) -> Mapping[int, str]:
        font = self.fonts[_FONT]
        return font.cmap if isinstance(font, TTFFont) else {}

    @contextmanager
    def _look(self, run: Run, size: float) -> Iterator[None]:
        self.set_font(_FONT, "B" if run.bold else "", size)
        colour = INK if run.href else SOFT if run.soft else "#1b1f27"
        self.set_text_color(colour)
        yield


def rule(sheets: Sheets, points: Sequence[float], width: float, grey: int) -> None:
    """Draw a straight line between two points: ``x, y, x, y``."""
    sheets.set_line_width(width)
    sheets.set_draw_color(grey)
    sheets.line(*points)
