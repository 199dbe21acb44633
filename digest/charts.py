"""Numbers to SVG (real text, readable on light and dark pages) and, for mails, PNG: same numbers, same bytes."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from digest import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Drawn with these, then turned into variables that follow the reader's colour scheme. The picture brings its own
# ground, because a page's theme and the system's colour scheme need not agree.
INK, FAINT, GROUND, BAR = "#1f2328", "#656d76", "#ffffff", "#2f6fdb"
DARK = {INK: "#e6edf3", FAINT: "#9198a1", GROUND: "#0d1117", BAR: "#4c8dff"}
NAMES = {INK: "ink", FAINT: "faint", GROUND: "ground", BAR: "bar"}
FONTS = (
    "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', "
    "'Noto Sans CJK KR', 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', sans-serif"
)
PICTURE_WIDTH, PICTURE_COLOURS = 680, 32
# Those of a picture: matplotlib's own, and others for what it lacks, where a machine has them.
PICTURE_FONTS = (
    "DejaVu Sans", "Noto Sans CJK KR", "Noto Sans CJK JP", "Noto Sans KR", "NanumGothic", "Malgun Gothic",
    "Apple SD Gothic Neo",
)  # fmt: skip
# matplotlib up to 3.10 writes fonts in one property, later ones in several.
_FAMILY = re.compile(r"(font: (?:\w+ )*[\d.]+px |font-family: )[^;\"]*")
WIDTH, ROW, INCH = 820, 27, 72
# The chart of weeks: its height, the bars' room, and how many weeks at least and by label there are.
TALL, LEFT, RIGHT, TOP, BOTTOM = 170, 52, 40, 16, 30
FEWEST_WEEKS, LABEL_WEEKS = 12, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a distribution: today's count, and the mean it is held against with the change from it."""

    label: str
    count: int
    mean: float | None = None
    change: str = ""


def category_chart(bars: Sequence[Bar], title: str, legend: tuple[str, str]) -> str:
    """Horizontal bars, biggest on top, with counts and the change against the mean; returns an SVG document.

    `legend` names today's bars and the means. Raises ValueError without bars.
    """
    with _style():
        return _svg(_distribution(bars, title, legend), title)


def category_picture(bars: Sequence[Bar], title: str, legend: tuple[str, str]) -> bytes:
    """The same as a PNG, twice as sharp as its size, for where no SVG is shown; on a light ground.

    All words must be `drawable`. Raises ValueError without bars.
    """
    import matplotlib as mpl
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    buffer = io.BytesIO()
    with _style(), mpl.rc_context({"font.family": list(_families())}):
        figure = _distribution(bars, title, legend, PICTURE_WIDTH)
        figure.set_dpi(2 * INCH)
        canvas: Any = FigureCanvasAgg(figure)
        with _glyphs_missing():
            canvas.draw()
    # Few colours make a third of the bytes.
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").quantize(PICTURE_COLOURS)
    drawn.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def drawable(words: str) -> bool:
    """True if this machine has letters for all of the words; emoji are in colour, which a picture has not."""
    return all(ord(sign) in _glyphs() for sign in words)


@cache
def _families() -> tuple[str, ...]:
    from matplotlib.font_manager import fontManager

    known = set(fontManager.get_font_names())
    return tuple(family for family in PICTURE_FONTS if family in known)


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset().union(*(get_font(findfont(family)).get_charmap() for family in _families()))


def _distribution(bars: Sequence[Bar], title: str, legend: tuple[str, str], width: int = WIDTH) -> Figure:
    if not bars:
        raise ValueError("a chart needs at least one bar")
    figure, axes = _canvas(len(bars), title, width)
    top = max(max(bar.count, bar.mean or 0) for bar in bars) or 1
    for row, bar in enumerate(bars):
        _draw(axes, row, bar, top, WIDTH / width)
    axes.set_xlim(0, top * 1.24)
    axes.set_ylim(len(bars) - 0.4, -0.7)
    if any(bar.mean is not None for bar in bars):
        _legend(figure, legend)
    return figure


def sparkline(values: Sequence[int], title: str) -> str:
    """A row of thin bars, one per value, oldest first; an SVG document. Raises ValueError without values."""
    if not values:
        raise ValueError("a sparkline needs at least one value")
    with _style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(WIDTH / INCH, 120 / INCH), dpi=INCH, facecolor=GROUND)
        axes = figure.add_axes((0.02, 0.08, 0.96, 0.66))
        axes.set_axis_off()
        axes.bar(range(len(values)), values, width=0.8, color=BAR)
        axes.set_xlim(-0.7, max(len(values), 12) - 0.3)
        axes.set_ylim(0, max(values) or 1)
        figure.text(0.02, 0.86, title, color=INK, fontsize=13, va="center", fontweight="bold")
        label = f"{values[-1]} · max {max(values)}"
        figure.text(0.98, 0.86, label, color=FAINT, fontsize=12, va="center", ha="right")
        return _svg(figure, title)


def week_chart(weeks: Sequence[tuple[date, int]], title: str) -> str:
    """A column for each week, oldest first, with the most and some weeks' dates; an SVG document.

    Its only words are the title, which is not drawn: there is one such chart for every topic, in every language.
    Raises ValueError without weeks.
    """
    if not weeks:
        raise ValueError("a chart needs at least one week")
    top, ground = max(count for _, count in weeks), TALL - BOTTOM
    step = (WIDTH - LEFT - RIGHT) / max(len(weeks), FEWEST_WEEKS)
    bars, labels = [], []
    for place, (week, count) in enumerate(weeks):
        x, height = LEFT + step * place, (ground - TOP) * count / (top or 1)
        if count:
            shape = (x + 0.1 * step, ground - height, 0.8 * step, height)
            bars.append('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'.format(*shape))
        # Counted from the latest, whose date is always there.
        if (len(weeks) - 1 - place) % LABEL_WEEKS == 0:
            labels.append(_label(x + step / 2, TALL - 10, f"{week}", "middle"))
    lines = "".join(f'<path d="M {LEFT} {y} H {WIDTH - RIGHT}"/>' for y in dict.fromkeys((TOP, ground)))
    numbers = _label(LEFT - 8, TOP + 4, f"{top}", "end") + _label(LEFT - 8, ground + 4, "0", "end")
    size = f'width="{WIDTH}" height="{TALL}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {TALL}" {size}>',
            f" <title>{text.html(title)}</title>",
            f" <style>{_rules()}</style>",
            f' <path d="M 0 0 H {WIDTH} V {TALL} H 0 Z" style="fill: var(--ground)"/>',
            f' <g style="fill: none; stroke: var(--faint); stroke-opacity: 0.4">{lines}</g>',
            f' <g style="fill: var(--bar)">{"".join(bars)}</g>',
            f' <g style="fill: var(--faint); font: 12px {FONTS}">{numbers}{"".join(labels)}</g>',
            "</svg>\n",
        )
    )


def _label(x: float, y: float, label: str, at: str) -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{at}">{label}</text>'


def _canvas(rows: int, title: str, width: int) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    height = rows * ROW + 78
    figure = Figure(figsize=(width / INCH, height / INCH), dpi=INCH, facecolor=GROUND)
    axes = figure.add_axes((0.36, 16 / height, 0.62, rows * ROW / height))
    axes.set_axis_off()
    figure.text(0.02, 1 - 26 / height, title, color=INK, fontsize=16, fontweight="bold", va="center")
    return figure, axes


def _draw(axes: Axes, row: int, bar: Bar, top: float, letter: float) -> None:
    axes.barh(row, bar.count, height=0.62, color=BAR)
    axes.text(-0.015 * top, row, bar.label, color=INK, fontsize=13, ha="right", va="center")
    end: float = bar.count
    if bar.mean is not None:
        axes.plot([bar.mean, bar.mean], [row - 0.42, row + 0.42], color=FAINT, linewidth=2.2)
        end = max(end, bar.mean)
    axes.text(end + 0.02 * top, row, f"{bar.count}", color=INK, fontsize=13, va="center", fontweight="bold")
    if bar.mean is not None:
        shift = (0.03 + 0.022 * len(str(bar.count))) * letter * top
        axes.text(end + shift, row, bar.change.replace("-", "−"), color=FAINT, fontsize=12, va="center")


def _legend(figure: Figure, legend: tuple[str, str]) -> None:
    height = figure.get_figheight() * INCH
    y = 1 - 52 / height
    for x, colour, sign, words in ((0.36, BAR, "■", legend[0]), (0.60, FAINT, "┃", legend[1])):
        figure.text(x, y, sign, color=colour, fontsize=12, va="center")
        figure.text(x + 0.02, y, words, color=FAINT, fontsize=12, va="center")


def _style() -> Any:
    import matplotlib as mpl

    # Labels are real text in the reader's fonts; that matplotlib's own lacks their glyphs does not matter.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    return mpl.rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "digest",
            "font.family": "sans-serif",
            "text.parse_math": False,  # a dollar sign in a name is a dollar sign
        }
    )


def _svg(figure: Figure, title: str) -> str:
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    with _glyphs_missing():
        FigureCanvasSVG(figure).print_svg(  # type: ignore[no-untyped-call]
            buffer, metadata={"Date": None, "Creator": None, "Title": title}
        )
    drawn = _FAMILY.sub(rf"\1{FONTS}", buffer.getvalue())
    for colour, name in NAMES.items():
        drawn = drawn.replace(colour, f"var(--{name})")
    return re.sub(r"(<svg\b[^>]*>)", rf"\1\n <style>{_rules()}</style>", drawn, count=1)


@contextmanager
def _glyphs_missing() -> Iterator[None]:
    """Signs that matplotlib's own font lacks are no reason to tell anybody."""
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def _rules() -> str:
    light = "".join(f"--{name}:{colour};" for colour, name in NAMES.items())
    dark = "".join(f"--{name}:{DARK[colour]};" for colour, name in NAMES.items())
    return f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
