"""The map from afar: a picture of how dense it is where, in the colours of the categories."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from digest.map.lettering import kind_colour

# Pixels of the longer side, and how far a paper's colour spreads.
SIDE, BLUR = 1024, 0.8
# A pixel with less than this of a paper shows nothing; how far unseen colours reach.
LEAST, SPREAD = 0.05, 2.0
# What lies outside this share of the papers, each way, is not in the picture.
WITHIN = (0.05, 99.95)
# The least opaque pixel that holds a paper, and the densest one, of 255; colours in steps, which packs better.
FAINTEST, DENSEST, STEP = 100, 240, 8
GREY = "#969696"


def density_picture(
    positions: NDArray[np.float32], kinds: NDArray[np.int64], count: int
) -> tuple[bytes, list[float]]:
    """A PNG of the positions (n, 2), and its bounds x0, x1, y0, y1 on the map.

    `kinds` (n,) are the numbers of papers' categories, of which there are so many, or negative.
    """
    from matplotlib.colors import to_rgb
    from scipy.ndimage import gaussian_filter

    low, high = np.percentile(positions, WITHIN, axis=0)
    unit = max(float((high - low).max()), 1e-9) / SIDE
    width, height = (np.ceil((high - low) / unit).astype(int) + 2).tolist()
    low = low - unit
    cells = np.floor((positions - low) / unit).astype(np.int64)
    inside = ((cells >= 0) & (cells < (width, height))).all(axis=1)
    # The first row of a picture is its top.
    flat = (height - 1 - cells[inside, 1]) * width + cells[inside, 0]
    palette = np.array([to_rgb(kind_colour(number)) for number in range(count)] + [to_rgb(GREY)])
    colours = palette[kinds[inside]]
    weights = [None, *colours.T]
    size = height, width
    grids = [np.bincount(flat, weight, height * width).reshape(size).astype(np.float32) for weight in weights]
    counts, mixed = gaussian_filter(grids[0], BLUR), []
    seen = counts > LEAST
    # Around a colour there is the same one, unseen: a screen mixes neighbouring pixels.
    wide = gaussian_filter(grids[0], SPREAD)
    for grid in grids[1:]:
        near, far = gaussian_filter(grid, BLUR), gaussian_filter(grid, SPREAD)
        around = np.where(wide > LEAST / 100, 255 * far / np.maximum(wide, 1e-6), 0)
        mixed.append(np.where(seen, 255 * near / np.maximum(counts, 1e-6), around))
    full = np.log1p(np.percentile(counts[seen], 99)) if seen.any() else 1.0
    alpha = np.where(seen, FAINTEST + (DENSEST - FAINTEST) * np.minimum(np.log1p(counts) / full, 1), 0)
    pixels = np.stack([*mixed, alpha], axis=-1)
    steps = (np.rint(np.clip(pixels, 0, 255) / STEP) * STEP).clip(0, 255).astype(np.uint8)
    bounds = [low[0], low[0] + width * unit, low[1], low[1] + height * unit]
    return _png(steps), [round(float(bound), 4) for bound in bounds]


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG (ISO/IEC 15948) of pixels (height, width, 4): red, green, blue and how opaque."""
    height, width = pixels.shape[:2]

    def part(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    # Every line begins with its filter: none.
    lines = np.concatenate([np.zeros((height, 1), dtype=np.uint8), pixels.reshape(height, -1)], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    drawn = part(b"IHDR", head) + part(b"IDAT", zlib.compress(lines.tobytes(), 9)) + part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + drawn
