"""A chart as SVG."""

from __future__ import annotations

from html import escape

from reports.render.charts import Bar, Chart, Dot, Label, Path


def svg_of(chart: Chart, *, labels: bool = True) -> str:
    """Draw a chart; its words are told to those who cannot see it.

    Args:
        chart: to draw.
        labels: whether to write the labels too; a PDF writes them in its own font.
    """
    shapes = "".join(_shape(shape) for shape in chart.shapes)
    written = "".join(_label(label) for label in chart.labels)
    words = f"<title>{escape(chart.alt)}</title>{written}" if labels else ""
    width, height = _n(chart.width), _n(chart.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{escape(chart.alt)}">{shapes}{words}</svg>'
    )


def _shape(shape: Bar | Path | Dot) -> str:
    if isinstance(shape, Bar):
        return (
            f'<rect x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}" height="{_n(shape.height)}"'
            f' fill="{shape.colour}"/>'
        )
    if isinstance(shape, Dot):
        fill, stroke = ("#ffffff", shape.colour) if shape.hollow else (shape.colour, "none")
        return (
            f'<circle cx="{_n(shape.x)}" cy="{_n(shape.y)}" r="{_n(shape.radius)}" fill="{fill}"'
            f' stroke="{stroke}" stroke-width="1.4"/>'
        )
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
    if shape.area:
        return f'<polygon points="{points}" fill="{shape.colour}"/>'
    dash = ' stroke-dasharray="4 3"' if shape.dashed else ""
    return f'<polyline points="{points}" fill="none" stroke="{shape.colour}" stroke-width="{_n(shape.width)}"{dash}/>'


def _label(label: Label) -> str:
    return (
        f'<text x="{_n(label.x)}" y="{_n(label.y)}" font-size="{_n(label.size)}" text-anchor="{label.anchor}"'
        f' fill="#444b57">{escape(label.text)}</text>'
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
