"""What templates may do to a text before it stands in Markdown, and how much of it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import quote

from digest import text

LIMITS = {
    "title": 300,
    "author": 60,
    "abstract": 4000,
    "comment": 300,
    "reading": 1500,
    "topic": 120,
    "description": 600,
}


SPARK_EDITIONS = 20
# Five of Unicode's eight blocks: the other ones end above or below the line in common fonts.
BLOCKS = "▁▂▃▅▇"


def verbatim(value: str, limit: int = LIMITS["reading"]) -> str:
    """What a reader or a model wrote, in one line, cut and escaped."""
    return text.markdown(text.truncate(value, limit))


def label(name: str, topic: int) -> str:
    """A topic's name as it is shown, or its id if it has none."""
    return verbatim(name, LIMITS["topic"]) or f"t{topic}"


def spark(counts: Sequence[int]) -> str:
    """The counts of the latest editions as a row of block characters, oldest first; the lowest stands for none."""
    shown = counts[-SPARK_EDITIONS:]
    top = max(shown, default=0)
    # Whatever there is stands above the ground: the share of the most is rounded up.
    return "".join(BLOCKS[-(-count * (len(BLOCKS) - 1) // top) if top else 0] for count in shown)


def bars(counts: Sequence[int]) -> str:
    """The sparkline in Markdown; who points at it, or has it read aloud, gets the numbers."""
    numbers = ", ".join(map(str, counts[-SPARK_EDITIONS:]))
    return f'<span title="{numbers}">{spark(counts)}</span>' if counts else ""


def expected(count: float) -> str:
    """An expected number of papers as it is printed: two digits, and never nothing."""
    return f"{count:.0f}" if count >= 10 else f"{max(count, 0.01):.2g}"


def fragment(value: str) -> str:
    """An id as it may stand in the fragment of an address, and in Markdown."""
    return quote(value, safe=":/,")


# `short` cleans, cuts and escapes what a source said, `url` gives an address that cannot lead elsewhere, or
# nothing. A paper's texts stand on its card, on the dated page as often as that is tried for size, and in every
# language: the results of one large edition are remembered, so that each text is worked on once.
_remembered = lru_cache(maxsize=1 << 15)
FILTERS: dict[str, Callable[..., str]] = {
    "short": _remembered(lambda value, limit: text.markdown(text.truncate(text.delatex(value), limit))),
    "verbatim": _remembered(verbatim),
    "url": _remembered(lambda value: text.safe_url(value) or ""),
    "label": label,
    "bars": bars,
    "expected": expected,
    "fragment": fragment,
}
