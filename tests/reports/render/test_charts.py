from __future__ import annotations

from reports.forecast import DayForecast
from reports.render.charts import INK, Bar, Dot, Path, sparkline, trend, volume
from reports.render.svg import svg_of
from reports.types import Estimate
from tests.reports.render.made_up import MONDAY, points


def test_a_sparkline_has_a_bar_a_week_and_shows_this_week_darker():
    chart = sparkline(points(1, [0, 2, 4]))

    assert [round(bar.height, 1) for bar in chart.shapes] == [0.6, 10.0, 20.0]
    assert [bar.colour == INK for bar in chart.shapes] == [False, False, True]
    assert chart.alt == "Tickets by week, 2026-W10 to 2026-W12: 0, 2, 4."


def test_a_week_without_tickets_at_all_can_be_drawn():
    assert len(sparkline(points(1, [0, 0])).shapes) == 2
    assert sparkline(()).alt == "No week is known."


def test_counts_and_expectation_differ_in_form_and_not_in_colour_alone():
    shapes = trend(points(1, [2, 2, 2, 2, 3, 9], expected=2.5)).shapes

    assert [path.dashed for path in shapes if isinstance(path, Path) and not path.area].count(True) == 1
    assert sum(path.area for path in shapes if isinstance(path, Path)) == 1
    assert sum(isinstance(shape, Dot) for shape in shapes) == 6


def test_what_came_are_bars_and_what_is_to_come_are_rings_with_whiskers():
    chart = volume(points(1, [200, 210]), [DayForecast(MONDAY, Estimate(220.0, 190, 286))])

    assert sum(isinstance(shape, Bar) for shape in chart.shapes) == 2
    (ring,) = [shape for shape in chart.shapes if isinstance(shape, Dot)]
    assert ring.hollow
    assert chart.labels[1].text == "300"
    assert chart.alt.endswith("Forecast: week from 2026-03-16: 220 (190 to 286).")


def test_everything_lies_inside_the_drawing():
    chart = trend(points(1, [0, 7, 93], expected=50))

    for shape in chart.shapes:
        for x, y in shape.points if isinstance(shape, Path) else [(shape.x, shape.y)]:
            assert 0 <= x <= chart.width
            assert 0 <= y <= chart.height


def test_svg_tells_its_words():
    drawn = svg_of(sparkline(points(1, [1, 2])))

    assert 'role="img" aria-label="Tickets by week, 2026-W11 to 2026-W12: 1, 2."' in drawn
