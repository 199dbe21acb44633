"""The map as a picture: a PNG for the README and reports, and an SVG whose names are text."""

from __future__ import annotations

import io
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digest.map.cards import column
from digest.map.framing import framed
from digest.map.lettering import families, kind_colour, shifts, wrapped, writable
from digest.map.page.labels import placed_labels
from digest.map.plotting import load_datamapplot
from digest.records.maps import MapView

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches and pixels per inch; the map's own room within, as shares (left, bottom, width, height).
SIZE, DPI = (16.0, 12.0), 100
ROOM = (0.015, 0.01, 0.97, 0.915)
MARGIN = 0.04
# Points cover this share of the room together, each so many square points at least and at most.
COVERED, LEAST, MOST = 0.34, 1.5, 20.0
SEEN, PALE = 0.62, 0.65
# The lightness of names (OKLCH), on the light ground and on the dark one.
INKED = (0.4, 0.84)
GREY = "#999999"
# Ground and ink, light and dark.
PAPER, NIGHT = ("#ffffff", "#1f2328"), ("#0d1117", "#e6edf3")
_EMBEDDED = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=\s]+")


@dataclass(frozen=True, slots=True)
class _Level:
    """How the names of one level are written, and how far from their papers they may stand (in pixels)."""

    size: float
    weight: str
    wrap: int
    gap: float
    reach: float


CATEGORY = _Level(20.0, "bold", 20, 7.0, 260.0)
TOPIC = _Level(12.0, "normal", 20, 3.0, 36.0)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name to be written: where it belongs in map units, and its colour."""

    words: str
    x: float
    y: float
    colour: str
    level: _Level


def picture(view: MapView, phrases: Mapping[str, str], dark: bool = False) -> bytes:
    """The map as a PNG of 1600 x 1200 pixels in 256 colours; the same view and fonts give the same bytes.

    Points have their category's colour, provisional ones are paler. Category names are large; of the topics as
    many are named as find room. No two names overlap. `phrases` are the strings of the view's language. Where no
    font has the letters of that language, categories are named in English and topics are left out.
    """
    with _style():
        figure = _drawn(view, phrases, dark, outlined=True)
        drawn = io.BytesIO()
        # It is read again at once.
        figure.savefig(drawn, format="png", dpi=DPI, pil_kwargs={"compress_level": 1})
    return _packed(drawn.getvalue(), "RGB")


def drawing(view: MapView, phrases: Mapping[str, str], dark: bool = False) -> str:
    """The same picture as an SVG: names are text, points one image, so that it does not grow with them."""
    with _style():
        figure = _drawn(view, phrases, dark, outlined=False)
        for points in figure.axes[0].collections:
            points.set_rasterized(True)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", dpi=DPI, metadata={"Date": None, "Creator": None})
    ground = _ground(dark)[0]
    rules = f"text{{paint-order:stroke;stroke:{ground};stroke-width:2.5px;stroke-linejoin:round}}"
    smaller = _EMBEDDED.sub(
        lambda found: b64encode(_packed(b64decode(found[0]), "RGBA")).decode(), drawn.getvalue()
    )
    head, body = smaller.split("<defs>", 1)
    return f"{head}<style>{rules}</style>\n <defs>{body}"


def _packed(png: bytes, mode: str) -> bytes:
    """The picture in 256 colours, a fraction of the size, without a word on when and by what it was made."""
    from PIL import Image

    packed = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert(mode)
    few = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(packed, "png", optimize=True)
    return packed.getvalue()


def _ground(dark: bool) -> tuple[str, str]:
    return NIGHT if dark else PAPER


def _style() -> Any:
    import matplotlib as mpl

    # A dollar sign in a name is a dollar sign.
    return mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "digest", "text.parse_math": False})


def _drawn(view: MapView, phrases: Mapping[str, str], dark: bool, outlined: bool) -> Figure:
    """The figure by datamapplot's static plot with names on it, `outlined` in the colour of the ground."""
    load_datamapplot()
    from datamapplot import create_plot
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    ground, ink = _ground(dark)
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes(ROOM)
    order, colours = _points(view, ground)
    area = (SIZE[0] * 72) * (SIZE[1] * 72) * COVERED
    count = phrases["map_paper_one" if len(order) == 1 else "map_paper_many"].format(count=f"{len(order):,}")
    font = {"fontfamily": list(families())}
    create_plot(
        view.positions[order] if len(order) else np.zeros((1, 2), dtype=np.float32),
        title=writable(view.title) or None,
        sub_title=writable(f"{count} · {view.generated}") or f"{len(order):,} · {view.generated}",
        label_color_map={},
        marker_color_array=colours if len(order) else [ground],
        point_size=float(np.clip(area / max(len(order), 1), LEAST, MOST)),
        alpha=SEEN,
        title_keywords={**font, "fontsize": 26, "fontweight": "bold", "color": ink},
        sub_title_keywords={**font, "fontsize": 14},
        font_family=font["fontfamily"],
        use_system_fonts=True,
        add_glow=False,
        force_matplotlib=True,
        darkmode=dark,
        figsize=SIZE,
        dpi=DPI,
        ax=axes,
    )
    axes.set_axis_off()
    figure.set_facecolor(ground)
    _frame(axes, view.positions)
    _write(figure, axes, list(_names(view, dark)), ground if outlined else "")
    return figure


def _points(view: MapView, ground: str) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """The papers (n,) in the order they are drawn, unlabelled ones below, and their colours (n,)."""
    from matplotlib.colors import to_hex, to_rgb

    shown = view.assignments[0]
    of = np.append(np.asarray(shown.groups, dtype=np.int64), -1)[shown.labels]
    kinds = [*(kind_colour(number) for number in range(len(shown.group_names))), GREY]
    pale = [to_hex(tuple(PALE * np.array(to_rgb(ground)) + (1 - PALE) * np.array(to_rgb(k)))) for k in kinds]
    provisional = np.array(column(view.papers, "provisional"), dtype=bool)
    colours = np.where(provisional, np.array(pale, dtype=object)[of], np.array(kinds, dtype=object)[of])
    order = np.argsort(of >= 0, kind="stable")
    return order, colours[order]


def _frame(axes: Axes, positions: NDArray[np.float32]) -> None:
    """Show all but a few strays, a unit as long across as up."""
    low, high = framed(positions) if len(positions) else (np.zeros(2), np.ones(2))
    wide, tall = ROOM[2] * SIZE[0], ROOM[3] * SIZE[1]
    unit = max((high - low) / (wide, tall)) * (1 + 2 * MARGIN) or 1.0
    middle, half = (low + high) / 2, np.array([wide, tall]) * unit / 2
    axes.set_xlim(middle[0] - half[0], middle[0] + half[0])
    axes.set_ylim(middle[1] - half[1], middle[1] + half[1])


def _names(view: MapView, dark: bool) -> Iterator[_Name]:
    """The names that can be written, categories first, larger ones before smaller ones."""
    shown = view.assignments[0]
    told = placed_labels(shown, view.positions)
    inks = [kind_colour(number, INKED[dark]) for number in range(len(shown.group_names))]
    english = {name: c.names["en"] for c in view.categories
               for name in (c.name(view.language), f"{c.emoji} {c.name(view.language)}")}  # fmt: skip
    for key, level, colours in (("groups", CATEGORY, inks), ("labels", TOPIC, [inks[g] for g in shown.groups])):
        lines = [(line, colour) for line, colour in zip(told[key], colours, strict=True) if line[1] is not None]
        for (name, x, y, *_), colour in sorted(lines, key=lambda told: (-told[0][6], told[0][0])):
            words = writable(name) or writable(english.get(name, ""))
            if words:
                yield _Name(wrapped(words, level.wrap), x, y, colour, level)


def _write(figure: Figure, axes: Axes, names: list[_Name], outline: str) -> None:
    """Each name where it belongs or as near to there as there is room; one that finds none nearby is left out."""
    from matplotlib.patheffects import withStroke

    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    room = axes.get_window_extent(renderer)
    taken = np.zeros((0, 4))
    for name in names:
        effects = [withStroke(linewidth=3.0, foreground=outline)] if outline else None
        written = axes.text(
            name.x, name.y, name.words, color=name.colour, fontsize=name.level.size, fontweight=name.level.weight,
            fontfamily=list(families()), ha="center", va="center", ma="center", linespacing=1.0,
            path_effects=effects,
        )  # fmt: skip
        box = written.get_window_extent(renderer).padded(name.level.gap)
        place = np.array([box.x0, box.y0, box.x1, box.y1])
        for shift in shifts(name.level.reach):
            moved = place + np.tile(shift, 2)
            inside = (moved[:2] >= (room.x0, room.y0)).all() and (moved[2:] <= (room.x1, room.y1)).all()
            if inside and not ((taken[:, :2] < moved[2:]) & (moved[:2] < taken[:, 2:])).all(axis=1).any():
                taken = np.vstack([taken, moved])
                x, y = axes.transData.inverted().transform((moved[:2] + moved[2:]) / 2)
                written.set_position((x, y))
                break
        else:
            written.remove()
