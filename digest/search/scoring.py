"""How well papers meet a query, in one number: words by BM25, meaning by cosine, phrases before both.

Words and meaning are each brought to 0 to 1 and added: the words found as their share of what the query tells (a
word that few papers have tells much), so that a query of rare words is answered by words, and one of common words,
or of words that no paper has, by meaning. Fields are weighed before saturation, as in BM25F (Robertson and others,
2004); their lengths are left out, because abstracts are of one length, more or less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digest.archive.columns import Columns
from digest.search.folding import FIELD, PART, Folded
from digest.search.query import Query, Term

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What all words found, at their best, are worth beside a cosine of one.
WORDS = 1.5
# A word counts by where it stands; BM25's k1.
TITLE, AUTHORS, KEYPHRASES, TEXT = 3.0, 3.0, 1.5, 1.0
SATURATION = 1.2
# The fields of lists, authors first, beside the titles.
LISTS = (1, 2)
BLANK = (b" ",)
_ARRAYS = ("editions", "rows", "meaning", "phrases", "terms")
# What the whole query, as one phrase, is worth: more than all words and the meaning in a title or in a name, ...
PHRASE = WORDS + 1.0
# ... still more where it is the whole title, and something in the text, as is all that must stand in a paper.
WHOLE, WITHIN = 0.5, 0.25
# A paper with none of the words is found from this cosine on, with so small a share of them as well.
MEANT, SHARE = 0.4, 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Papers of some editions, a row for each that may be found: which one it is, and how it meets the query.

    `editions` and `rows` tell which paper; `terms` has shape (n, terms), each 0 to 1; `papers` and `having` count
    the papers that were looked at, and those with each term.
    """

    editions: NDArray[np.int32]
    rows: NDArray[np.int32]
    meaning: NDArray[np.float32]
    phrases: NDArray[np.float32]
    terms: NDArray[np.float16]
    papers: int
    having: NDArray[np.int64]

    @classmethod
    def joined(cls, parts: list[Scores]) -> Scores:
        """Those of all editions; at least one."""
        arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS}
        having = np.sum([part.having for part in parts], axis=0)
        return cls(**arrays, papers=sum(part.papers for part in parts), having=having)

    def only(self, wanted: list[bool]) -> Scores:
        """These without the rows that are not wanted; what was counted stays."""
        kept = np.array(wanted, dtype=bool)
        arrays = {name: getattr(self, name)[kept] for name in _ARRAYS}
        return Scores(**arrays, papers=self.papers, having=self.having)

    def total(self) -> NDArray[np.float64]:
        """The score of every row, shape (n,); 0 for one that is not to be found."""
        telling = np.log1p((self.papers - self.having + 0.5) / (self.having + 0.5))
        found = self.terms.astype(np.float32) @ (telling / max(telling.sum(), 1e-9))
        meaning = np.maximum(self.meaning, 0)
        wanted = (found >= SHARE) | (meaning >= MEANT) | (self.phrases > 0)
        return np.where(wanted, meaning + WORDS * found + self.phrases, 0.0)


def scores(number: int, columns: Columns, query: Query, vector: NDArray[np.float32]) -> Scores:
    """How the papers of an edition, the `number`-th, meet the query, whose vector has shape (d,)."""
    head, body, weights = _folded(columns, tidy=query.phrased)
    count = len(columns.ids)
    found = np.zeros((count, len(query.terms)), dtype=np.float32)
    authors = np.ones(count, dtype=bool)
    for place, term in enumerate(query.terms):
        in_head = _counts(head, term, count)
        authors &= in_head[:, LISTS[0]] > 0
        heavy = in_head @ weights + TEXT * _counts(body, term, count).sum(axis=1)
        found[:, place] = heavy / (heavy + SATURATION)
    meaning = columns.vectors.astype(np.float32) @ vector
    phrases = _phrases(head, body, query, count)
    if len(query.words) > 1:
        phrases[_named(head, query.words, np.flatnonzero(authors))] = PHRASE
    kept = found.any(axis=1) | (phrases > 0) | (meaning >= MEANT)
    if required := [place for place, term in enumerate(query.terms) if term.required]:
        kept &= found[:, required].all(axis=1)
        phrases += WITHIN
    rows = np.flatnonzero(kept).astype(np.int32)
    return Scores(
        editions=np.full(len(rows), number, dtype=np.int32),
        rows=rows,
        meaning=meaning[rows],
        phrases=phrases[rows],
        terms=found[rows].astype(np.float16),
        papers=count,
        having=np.count_nonzero(found, axis=0),
    )


def _folded(columns: Columns, tidy: bool) -> tuple[Folded, Folded, NDArray[np.float32]]:
    """Titles, names and keyphrases, always tidy; abstracts and TL;DRs; and the weights of the former's fields."""
    from pyarrow import compute

    between = f" {PART.decode()} "
    lists = [compute.binary_join(columns.lists[name], between) for name in ("authors", "keyphrases")]
    further = [name for name in columns.texts if name.startswith("title.")]
    titles = [columns.texts[name] for name in further]
    head = Folded.of([columns.texts["title"], *lists, *titles], tidy=True)
    told = ("abstract", "tldr", *(name.replace("title.", "tldr.") for name in further))
    body = Folded.of([columns.texts[name] for name in told], tidy)
    return head, body, np.array([TITLE, AUTHORS, KEYPHRASES, *[TITLE] * len(further)], dtype=np.float32)


def _counts(folded: Folded, term: Term, count: int) -> NDArray[np.float32]:
    """How often the term stands in each field of each paper, shape (count, fields)."""
    places = [at for needle, endings in term.spellings for at in folded.places(needle, endings)]
    fields = np.searchsorted(folded.ends, places)
    return np.bincount(fields, minlength=count * folded.fields).reshape(count, -1).astype(np.float32)


def _phrases(head: Folded, body: Folded, query: Query, count: int) -> NDArray[np.float32]:
    """What each paper gains by the whole query standing in it as one phrase."""
    found, words = np.zeros(count, dtype=np.float32), len(query.words)
    needle = f" {' '.join(query.words)}".encode()
    if words > 1:
        found[np.searchsorted(body.ends, body.places(needle, BLANK)) // body.fields] = WITHIN
    for at in head.places(needle, BLANK):
        row, field = divmod(int(np.searchsorted(head.ends, at)), head.fields)
        end = at + len(needle) + 1
        whole = head.text[max(at - 1, 0) : at] in (b"", FIELD) and head.text[end : end + 1] == FIELD
        if field not in LISTS and (whole or words > 1):
            found[row] = max(found[row], PHRASE + WHOLE * whole)
    return found


def _named(head: Folded, words: tuple[str, ...], rows: NDArray[np.int64]) -> list[int]:
    """Those of the rows of which one author has all the words in the name, in any order."""
    wanted = {word.encode() for word in words}
    names = {row: head.field(row, LISTS[0]).split(PART) for row in rows.tolist()}
    return [row for row, found in names.items() if any(wanted <= set(name.split()) for name in found)]
