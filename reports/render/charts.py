"""Charts as plain shapes, which a page draws as SVG and a PDF as paths.

They read in grey and for the colour-blind: what differs, differs in form (bar, dotted line, dashed line, area, ring)
before it differs in shade; and each says in words what it shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reports.forecast import DayForecast
from reports.render.wording import interval, number
from reports.report import WeekPoint

INK, SOFT, BAND, QUIET = "#1f4e8c", "#5b6472", "#dfe3ea", "#9aa7b8"


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points; filled instead where ``area``."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 1.0
    dashed: bool = False
    area: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A disc, or a ring where ``hollow``."""

    x: float
    y: float
    radius: float
    colour: str
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point of their base line."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    size: float = 8.0


@dataclass(frozen=True, slots=True)
class Chart:
    """Shapes in points from the upper left corner, and ``alt``, what they show in words."""

    width: float
    height: float
    shapes: tuple[Bar | Path | Dot, ...]
    labels: tuple[Label, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where counts lie: ``count`` columns of equal width, from 0 at the bottom to ``most`` at the top."""

    count: int
    most: float
    left: float = 26.0
    top: float = 8.0
    width: float = 480.0
    height: float = 96.0

    def x(self, place: float) -> float:
        return self.left + (place + 0.5) * self.width / self.count

    def y(self, value: float) -> float:
        return self.top + self.height * (1 - min(value, self.most) / self.most)


def sparkline(points: Sequence[WeekPoint]) -> Chart:
    """Draw a week a bar, the week of the report darker than those before."""
    width, height = 72.0, 20.0
    most = max((point.count for point in points), default=0) or 1
    step = width / max(len(points), 1)
    bars = []
    for place, point in enumerate(points):
        tall = max(height * point.count / most, 0.6)
        colour = INK if place == len(points) - 1 else QUIET
        bars.append(Bar(place * step, height - tall, step * 0.72, tall, colour))
    return Chart(width, height, tuple(bars), (), _in_words(points))


def trend(points: Sequence[WeekPoint]) -> Chart:
    """Draw the weeks of an issue as a dotted line over the band of what was to be expected."""
    expected = [(place, point.expected) for place, point in enumerate(points) if point.expected]
    tops = [point.count for point in points] + [one.high for _, one in expected]
    frame = _Frame(max(len(points), 1), _round_up(tops))
    shapes: list[Bar | Path | Dot] = []
    if expected:
        upper = [(frame.x(place), frame.y(one.high)) for place, one in expected]
        lower = [(frame.x(place), frame.y(one.low)) for place, one in reversed(expected)]
        middle = tuple((frame.x(place), frame.y(one.value)) for place, one in expected)
        shapes += [
            Path((*upper, *lower), BAND, area=True),
            Path(middle, SOFT, width=1.0, dashed=True),
        ]
    shapes += _axes(frame)
    line = tuple((frame.x(place), frame.y(point.count)) for place, point in enumerate(points))
    shapes.append(Path(line, INK, width=1.5))
    shapes += [Dot(x, y, 2.0, INK) for x, y in line]
    said = f" The band shows what was to be expected, last {interval(expected[-1][1])}." if expected else ""
    return _framed(frame, shapes, [str(point.week) for point in points], _in_words(points) + said)


def volume(history: Sequence[WeekPoint], weeks: Sequence[DayForecast]) -> Chart:
    """Draw what came as bars, and what is to come as rings with their intervals."""
    tops = [point.count for point in history] + [one.tickets.high for one in weeks]
    frame = _Frame(max(len(history) + len(weeks), 1), _round_up(tops))
    step = frame.width / frame.count
    shapes: list[Bar | Path | Dot] = []
    for place, point in enumerate(history):
        top = frame.y(point.count)
        shapes.append(
            Bar(frame.x(place) - step * 0.35, top, step * 0.7, frame.top + frame.height - top, QUIET)
        )
    shapes += _axes(frame)
    for place, one in enumerate(weeks, start=len(history)):
        x, low, high = frame.x(place), frame.y(one.tickets.low), frame.y(one.tickets.high)
        shapes += [
            Path(((x, low), (x, high)), INK, width=1.2),
            Path(((x - 4, low), (x + 4, low)), INK, width=1.2),
            Path(((x - 4, high), (x + 4, high)), INK, width=1.2),
            Dot(x, frame.y(one.tickets.value), 3.0, INK, hollow=True),
        ]
    if history and weeks:
        border = frame.left + len(history) * step
        shapes.append(
            Path(((border, frame.top), (border, frame.top + frame.height)), SOFT, width=0.8, dashed=True)
        )
    ahead = ", ".join(f"week from {one.day}: {interval(one.tickets)}" for one in weeks)
    names = [str(point.week) for point in history] + [f"{one.day:%d %b}" for one in weeks]
    return _framed(frame, shapes, names, _in_words(history) + (f" Forecast: {ahead}." if ahead else ""))


def _framed(frame: _Frame, shapes: Sequence[Bar | Path | Dot], names: Sequence[str], alt: str) -> Chart:
    bottom = frame.top + frame.height
    labels = [
        Label(frame.left - 4, bottom + 3, "0", "end"),
        Label(frame.left - 4, frame.top + 4, number(frame.most), "end"),
    ]
    every = max(1, math.ceil(len(names) / 9))
    for place in range(len(names) - 1, -1, -every):
        labels.append(Label(frame.x(place), bottom + 12, names[place], "middle"))
    return Chart(frame.left + frame.width + 20, bottom + 16, tuple(shapes), tuple(labels), alt)


def _axes(frame: _Frame) -> list[Bar | Path | Dot]:
    right, bottom = frame.left + frame.width, frame.top + frame.height
    return [
        Path(((frame.left, bottom), (right, bottom)), SOFT, width=0.8),
        Path(((frame.left, frame.top), (right, frame.top)), BAND, width=0.6),
    ]


def _in_words(points: Sequence[WeekPoint]) -> str:
    if not points:
        return "No week is known."
    counts = ", ".join(str(point.count) for point in points)
    weeks = str(points[0].week) if len(points) == 1 else f"{points[0].week} to {points[-1].week}"
    return f"Tickets by week, {weeks}: {counts}."


def _round_up(values: Sequence[float]) -> float:
    """The end of the scale: a round number not below any value."""
    most = max((value for value in values if math.isfinite(value)), default=0.0)
    if most <= 5:
        return 5.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= most)
