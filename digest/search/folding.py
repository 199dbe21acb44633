"""Texts made comparable, and where words stand in them.

Folded text is UTF-8 in lower case, without accents, its words between blanks. It stays bytes: words are found by
`bytes.find`, at a gigabyte a second, where taking the texts apart into words would cost a hundred times more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Ends a field of a paper, and parts the names within one.
FIELD, PART = b"\x1e", b"\x1f"
# What stands within words or clings to them is taken away ("don't", "(GNNs),", "M\"uller", "$k$-means"): a blank
# in its place would tear apart what belongs together.
_CLINGING = b"\"'`.,;:!?()[]{}$\\^%*"
_CURLY = str.maketrans(dict.fromkeys("‘’‚‛“”„‟′″…·"))
_BLANKS = bytes(
    code if chr(code).isalnum() or code >= 128 or bytes([code]) in (FIELD, PART) else 32 for code in range(256)
).lower()
# Runs of letters beyond ASCII up to this many bytes are remembered: most texts have the same few.
_LONGEST = 64
_NO_NULLS = {"null_handling": "replace", "null_replacement": ""}
_MARK = re.compile("[\u0300-\u036f]")
_NO_WORD = re.compile(r"\W")


def fold(text: bytes | memoryview) -> bytes:
    """The text in lower case, without accents and marks; blanks may stand in a row."""
    return _in_ascii(text).translate(_BLANKS, _CLINGING)


def folded_words(text: str) -> list[str]:
    """The words of a text, folded."""
    told = text.encode("utf-8", "replace").replace(FIELD, b" ").replace(PART, b" ")
    return fold(told).decode("utf-8", "replace").split()


def _in_ascii(text: bytes | memoryview) -> bytes:
    """The text with all that is not ASCII folded: few letters of many, so only they are looked at one by one."""
    high = np.flatnonzero(np.frombuffer(text, dtype=np.int8) < 0)
    if not len(high):
        return bytes(text)
    gaps = np.flatnonzero(np.diff(high) > 1)
    starts, ends = high[np.append(0, gaps + 1)].tolist(), high[np.append(gaps, len(high) - 1)].tolist()
    pieces: list[bytes | memoryview] = []
    last = 0
    for start, end in zip(starts, ends, strict=True):
        run = bytes(text[start : end + 1])
        pieces += (text[last:start], _word(run) if len(run) <= _LONGEST else _run(run))
        last = end + 1
    return b"".join((*pieces, text[last:]))


def _run(run: bytes) -> bytes:
    """A run of letters beyond ASCII: in plain forms (no "ﬁ", no full width), without accents; Hangul is whole."""
    apart = unicodedata.normalize("NFKD", run.decode("utf-8", "replace").translate(_CURLY))
    bare = unicodedata.normalize("NFC", _MARK.sub("", apart.casefold()))
    return _NO_WORD.sub(" ", bare).encode()


_word = lru_cache(maxsize=1 << 14)(_run)


@dataclass(frozen=True, slots=True)
class Spelling:
    """What to look for: `needle`, with one of the `endings` right behind it, which `further` then has to match."""

    needle: bytes
    endings: tuple[bytes, ...]
    further: re.Pattern[bytes] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """The folded texts of an edition's papers, `fields` for each, one after the other.

    A field begins and ends with a blank; `ends` says where the mark after each one stands.
    """

    text: bytes
    ends: NDArray[np.int64]
    fields: int

    @classmethod
    def of(cls, arrays: Sequence[Any]) -> Folded:
        """Fold Arrow arrays of strings, one for each field, null for none."""
        from pyarrow import compute

        mark = FIELD.decode()
        for attempt in range(2):
            if attempt:
                # Somebody has written the mark into a text.
                arrays = [compute.replace_substring(array, mark, " ") for array in arrays]
            # The blank in front of the very first word stands in front of every title.
            joined = compute.binary_join_element_wise(
                compute.binary_join_element_wise("", arrays[0], " ", **_NO_NULLS),
                *arrays[1:],
                "",
                f" {mark} ",
                **_NO_NULLS,
            )
            text = fold(_whole(joined))
            ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == FIELD[0])
            if len(ends) == len(arrays) * len(arrays[0]):
                break
        return cls(text, ends, len(arrays))

    def counts(self, spellings: Sequence[Spelling]) -> NDArray[np.intp]:
        """How often a word stands in each field of each paper, in one of its spellings; shape (papers, fields)."""
        places = [at for spelling in spellings for at in self._places(spelling)]
        found = np.bincount(np.searchsorted(self.ends, places), minlength=len(self.ends))
        return found.reshape(-1, self.fields)

    def _places(self, spelling: Spelling) -> list[int]:
        text, found, size = self.text, [], len(spelling.needle)
        needle, endings, further = spelling.needle, spelling.endings, spelling.further
        at = text.find(needle)
        while at >= 0:
            if text.startswith(endings, at + size) and (further is None or further.match(text, at + size)):
                found.append(at)
            at = text.find(needle, at + size)
        return found

    def field(self, row: int, first: int, last: int | None = None) -> bytes:
        """One field of one paper, or those from the first to the last."""
        start, end = row * self.fields + first, row * self.fields + (first if last is None else last)
        return self.text[int(self.ends[start - 1]) + 1 if start else 0 : int(self.ends[end])]


def _whole(array: Any) -> memoryview:
    """All strings of an array in one."""
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int32)
    start, end = int(offsets[array.offset]), int(offsets[array.offset + len(array)])
    return memoryview(array.buffers()[2])[start:end]
