"""How names are written on a picture: in which fonts, colours and lines, and where else one may stand."""

from __future__ import annotations

import textwrap
import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from digest import text

# The first is matplotlib's own, the others draw what it lacks where a machine has them.
FAMILIES = (
    "DejaVu Sans", "Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo",
)  # fmt: skip
LONGEST = 60
# Symbols before this (a degree, a copyright sign) are part of what is written.
FIRST_PICTURE = 0x2100
# From OKLCH's a and b to its cones, and from those to linear sRGB (Ottosson 2020).
CONES = ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.291485548))
LIGHT = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.707614701),
)
CHROMA, INK_CHROMA = 0.15, 0.11
GOLDEN_ANGLE = 137.508


def kind_colour(number: int, lightness: float = 0.0) -> str:
    """The colour of the category of that number on the page, or one as light as asked (0 to 1) for its name."""
    from matplotlib.colors import to_hex

    hue = np.radians((29 + number * GOLDEN_ANGLE) % 360)
    hued = (INK_CHROMA if lightness else CHROMA) * np.array([np.cos(hue), np.sin(hue)])
    cones = (lightness or (0.62, 0.74, 0.52)[number % 3]) + np.array(CONES) @ hued
    light = np.clip(np.array(LIGHT) @ cones**3, 0, 1)
    return to_hex(tuple(np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)))


def wrapped(words: str, width: int) -> str:
    """The words in as few lines as `width` signs allow, and those lines as alike in length as may be."""
    longest = max(map(len, words.split()), default=1)
    widths = range(width, min(width, longest) - 1, -1)
    lines = [textwrap.wrap(words, n, break_on_hyphens=False) for n in widths]
    return "\n".join([wrapped for wrapped in lines if len(wrapped) == len(lines[0])][-1])


@lru_cache
def shifts(reach: float) -> NDArray[np.float64]:
    """Where else a name may stand: steps (m, 2) in pixels on a grid, the nearest first."""
    steps = np.arange(-reach, reach + 1, 6.0)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    far = np.hypot(*grid.T)
    grid = np.vstack([np.zeros((1, 2)), grid[far <= reach]])
    near: NDArray[np.float64] = grid[np.lexsort((grid[:, 0], grid[:, 1], np.hypot(*grid.T)))]
    return near


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """Those of `FAMILIES` that this machine has; matplotlib always has the first."""
    from matplotlib.font_manager import fontManager

    known = set(fontManager.get_font_names())
    return tuple(family for family in FAMILIES if family in known)


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """The characters that can be drawn."""
    from matplotlib.font_manager import findfont, get_font

    return frozenset().union(*(get_font(findfont(family)).get_charmap() for family in families()))


def _pictorial(sign: str) -> bool:
    """Whether a sign is an emoji or the like, or makes one of what is before it; matplotlib's font has some."""
    return ord(sign) > FIRST_PICTURE and (unicodedata.category(sign) == "So" or "\ufe00" <= sign <= "\ufe0f")


def writable(name: str) -> str:
    """The name without emoji and the like that no font has; empty if it would lose letters or has none."""
    name = text.truncate(text.plain(name), LONGEST)
    kept = "".join(sign for sign in name if ord(sign) in _glyphs() and not _pictorial(sign))
    letters = [sign for sign in name if sign.isalnum()]
    return kept.strip() if letters and all(ord(sign) in _glyphs() for sign in letters) else ""
