"""How the page's numbers and texts travel: packed columns, and JSON that no HTML parser can be led astray by."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from digest.text import plain, safe_url

STEPS = 65535
_PRINTABLE = bytes(range(0x20, 0x7F))
CURVE_BITS = 10
# Most addresses are as plain as this, and need no second look.
_PLAIN_WEB = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:/[A-Za-z0-9._~/-]{0,500})?", re.ASCII)
_RELATIVE = re.compile(r"(?:\.{1,2}/)*[\w-][\w./-]*(?:#[\w./:%-]*)?|#[\w./:%-]+", re.ASCII)


def json_text(content: Any) -> str:
    """Compact JSON that may stand inside a script block of HTML: it holds neither `<` nor a line separator."""
    return _in_script(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def words_text(content: Any) -> str:
    """`json_text` of what holds texts and whole numbers alone, which are most of a page, five times as fast."""
    return _in_script(orjson.dumps(content).decode())


def _in_script(text: str) -> str:
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def shown(text: str) -> str:
    """One line of visible text; bidi controls and the like are gone."""
    # Nearly every text is clean already, and to see that takes less time than to clean it.
    if (
        text.isascii()
        and not text.encode().translate(None, _PRINTABLE)
        and "  " not in text
        and text == text.strip()
    ):
        return text
    return plain(text)


def address(url: str) -> str:
    """An http(s) address or one on the same site; anything else becomes empty."""
    if not url or _PLAIN_WEB.fullmatch(url) or _RELATIVE.fullmatch(url):
        return url
    return safe_url(url) or ""


class Columns:
    """Columns of numbers in one block of bytes, with a table that says where each one is."""

    def __init__(self) -> None:
        self.table: dict[str, list[Any]] = {}
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, name: str, values: NDArray[Any], kind: str) -> None:
        """Append a column as little-endian `kind` (a NumPy code such as `u2`), at the next multiple of 4 bytes."""
        content = np.ascontiguousarray(values).astype(f"<{kind}").tobytes()
        self.table[name] = [kind, self._size, int(np.size(values))]
        padding = -len(content) % 4
        self._parts.append(content + b"\0" * padding)
        self._size += len(content) + padding

    def add_positions(self, name: str, positions: NDArray[np.float32]) -> list[float]:
        """Append (n, 2) positions in 65,535 steps per side; returns x0, y0 and the width of a step of each."""
        low = positions.min(axis=0) if len(positions) else np.zeros(2)
        high = positions.max(axis=0) if len(positions) else np.ones(2)
        step = np.maximum((high - low).astype(np.float64) / STEPS, 1e-12)
        self.add(name, np.rint((positions - low) / step), "u2")
        return [float(low[0]), float(low[1]), float(step[0]), float(step[1])]

    def packed(self) -> bytes:
        """The block itself."""
        return b"".join(self._parts)


def day_number(day: date) -> int:
    """Days since 1970-01-01, as browsers count them; negative before."""
    return (day - date(1970, 1, 1)).days


def along_a_curve(positions: NDArray[np.float32]) -> NDArray[np.intp]:
    """The order of points along a Z curve (Morton 1966), so that a shard of cards covers one neighbourhood."""
    return np.argsort(curve_codes(positions), kind="stable")


def curve_codes(positions: NDArray[np.float32]) -> NDArray[np.int64]:
    """How far along the Z curve each of the points (n, 2) is: `CURVE_BITS` of either axis, the second first."""
    if not len(positions):
        return np.zeros(0, dtype=np.int64)
    low, side = positions.min(axis=0), (1 << CURVE_BITS) - 1
    cells = ((positions - low) / np.maximum(np.ptp(positions, axis=0), 1e-9) * side).astype(np.int64)
    bits = (((cells[:, axis] >> bit) & 1) << (2 * bit + axis) for bit in range(CURVE_BITS) for axis in (0, 1))
    return np.asarray(sum(bits))
