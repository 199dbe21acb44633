"""The static text embedding: words and pairs of words, one stored vector each, weighed, summed and centred.

Every step from text to vector is written out here and in the one weights file, so that an upgrade of a library
never moves a vector. The training is `benchmarks/train_embedding.py`, the comparison `benchmarks/embedding.py`.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

WEIGHTS = Path(__file__).with_name("embedding-v1.npz")
# Longer texts are cut: an abstract has some 1,500 characters; a hostile one must not cost more than its share.
MAX_CHARACTERS = 40_000

_NOISE = re.compile(r"https?:\S*|\\[a-z]+")
_WORD = re.compile(r"[a-z0-9]{2,40}")

Floats = NDArray[np.float32]


def words(text: str) -> list[str]:
    """Lower-case runs of two or more ASCII letters and digits; no accents, LaTeX commands, links or numbers."""
    plain = text[:MAX_CHARACTERS]
    if not plain.isascii():
        # Compatibility forms first ("ﬁ", full-width letters); what has no ASCII letter becomes a blank.
        folded = unicodedata.normalize("NFKD", plain)
        plain = "".join(mark for mark in folded if not unicodedata.combining(mark))
    found = _WORD.findall(_NOISE.sub(" ", plain.lower()))
    return [word for word in found if not word.isdigit()]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which row of the table stands for a word or a pair; words without one share `buckets` rows at the end."""

    rows: dict[str, int]
    buckets: int

    @property
    def size(self) -> int:
        """Number of rows, buckets included."""
        return len(self.rows) + self.buckets

    def features(self, text: str) -> list[int]:
        """Rows of all words of the text and of the neighbouring pairs that have one; repeated as they repeat."""
        known, get = len(self.rows), self.rows.get
        found = words(text)
        single = [
            row if (row := get(word)) is not None else known + zlib.crc32(word.encode()) % self.buckets
            for word in found
        ]
        pairs = [row for left, right in itertools.pairwise(found) if (row := get(f"{left} {right}")) is not None]
        return single + pairs

    def bags(self, texts: Sequence[str]) -> csr_matrix:
        """Sparse float32 matrix (n, size) of 1 + ln(count), each row sorted by feature."""
        found = [self.features(text) for text in texts]
        text_of = np.repeat(np.arange(len(found), dtype=np.int64), [len(rows) for rows in found])
        flat = np.fromiter(itertools.chain.from_iterable(found), dtype=np.int64, count=len(text_of))
        distinct, counts = np.unique(text_of * self.size + flat, return_counts=True)
        starts = np.searchsorted(distinct, np.arange(len(found) + 1) * self.size)
        weights = (1.0 + np.log(counts)).astype(np.float32)
        return csr_matrix((weights, distinct % self.size, starts), shape=(len(found), self.size))


@dataclass(frozen=True, slots=True)
class StaticModel:
    """A table of vectors (size, dimension), its idf folded in, and the mean of the space."""

    version: int
    vocabulary: Vocabulary
    table: Floats
    mean: Floats

    @property
    def dimension(self) -> int:
        """Width of a vector."""
        return int(self.table.shape[1])

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """Read a weights file: int8 rows with one scale each, about 30 MB once unpacked."""
        with np.load(path, allow_pickle=False) as stored:
            names = bytes(stored["words"]).decode("ascii").split("\n")
            table = stored["table"].astype(np.float32) * stored["scale"].astype(np.float32)[:, None]
            return cls(
                version=int(stored["version"]),
                vocabulary=Vocabulary({name: row for row, name in enumerate(names)}, len(table) - len(names)),
                table=table,
                mean=stored["mean"].astype(np.float32),
            )

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit rows (n, dimension), float32; each depends on its own text alone.

        A text without a single word (empty, or in a script other than Latin) has no direction: its row is zero.
        """
        sums = np.asarray(self.vocabulary.bags(texts) @ self.table, dtype=np.float32)
        return centre(sums, self.mean)


def centre(sums: Floats, mean: Floats) -> Floats:
    """Unit rows, taken relative to the mean of the space; zero rows stay zero."""
    lengths = np.sqrt(np.einsum("ij,ij->i", sums, sums))[:, None]
    present = lengths > 0
    shifted = np.where(present, sums / np.where(present, lengths, 1) - mean, 0)
    lengths = np.sqrt(np.einsum("ij,ij->i", shifted, shifted))[:, None]
    return np.asarray(shifted / np.where(lengths > 0, lengths, 1), dtype=np.float32)


@cache
def shipped() -> StaticModel:
    """The model that came with the program, loaded once for all who ask."""
    return StaticModel.load()
