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
from digest.search.folding import PART, Folded
from digest.search.query import Query

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What all words found, at their best, are worth beside a cosine of one.
WORDS = 2.0
# A word counts by where it stands; BM25's k1.
TITLE, AUTHORS, KEYPHRASES, TEXT = 3.0, 3.0, 1.5, 1.0
SATURATION = 1.2
# Fields in which phrases and names are looked for: title, authors, and every other one from the translations on.
TITLED, BY, FURTHER = 0, 1, 5
_ARRAYS = ("editions", "rows", "meaning", "phrases", "terms")
# What the whole query, as one phrase, is worth: more than all words and the meaning in a title or in a name, ...
PHRASE = WORDS + 1.0
# ... still more where it is the whole title, and something in the text, as is all that must stand in a paper.
WHOLE, WITHIN = 0.5, 0.25
# A paper with none of the words is found from this cosine on, with so small a share of them as well.
MEANT, SHARE = 0.45, 0.15


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
    folded, weights = _folded(columns)
    found = np.zeros((len(columns.ids), len(query.terms)), dtype=np.float32)
    everywhere = np.ones((len(columns.ids), folded.fields), dtype=bool)
    for place, term in enumerate(query.terms):
        counts = folded.counts(term.spellings)
        everywhere &= counts > 0
        heavy = counts @ weights
        found[:, place] = heavy / (heavy + SATURATION)
    meaning = columns.vectors.astype(np.float32) @ vector
    whole = np.asarray(found.all(axis=1))
    phrases = _phrases(folded, query, whole, everywhere)
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
        papers=len(found),
        having=np.count_nonzero(found, axis=0),
    )


def _folded(columns: Columns) -> tuple[Folded, NDArray[np.float32]]:
    """The folded fields and the weight of each: title, authors, keyphrases, texts, translations in turn."""
    from pyarrow import compute

    between = f" {PART.decode()} "
    lists = [compute.binary_join(columns.lists[name], between) for name in ("authors", "keyphrases")]
    further = [name for name in columns.texts if "." in name]
    arrays = [columns.texts["title"], *lists, *(columns.texts[name] for name in ("abstract", "tldr", *further))]
    weights = [TITLE, AUTHORS, KEYPHRASES, TEXT, TEXT]
    weights += [TITLE if name.startswith("title.") else TEXT for name in further]
    return Folded.of(arrays), np.array(weights, dtype=np.float32)


def _phrases(
    folded: Folded, query: Query, whole: NDArray[np.bool_], everywhere: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """What each paper gains by the query standing in it as one phrase.

    `whole`, shape (n,), says which papers have all terms, `everywhere`, shape (n, fields), which fields do: only
    these need be looked at.
    """
    found, words = np.zeros(len(whole), dtype=np.float32), len(query.words)
    needle = f" {' '.join(query.words)} ".encode()
    for row in np.flatnonzero(whole).tolist() if words > 1 else ():
        if needle in folded.field(row, 0, folded.fields - 1):
            found[row] = WITHIN
    for row in np.flatnonzero(everywhere[:, BY]).tolist() if words > 1 else ():
        if _named(folded.field(row, BY), needle):
            found[row] = PHRASE
    for field in (TITLED, *range(FURTHER, folded.fields, 2)):
        for row in np.flatnonzero(everywhere[:, field]).tolist():
            title = b" %b " % b" ".join(folded.field(row, field).split())
            if needle in title and (words > 1 or needle == title):
                found[row] = max(found[row], PHRASE + WHOLE * (needle == title))
    return found


def _named(authors: bytes, words: bytes) -> bool:
    """True if one of the authors has all the words in the name, in any order."""
    wanted = set(words.split())
    return any(wanted <= set(name.split()) for name in authors.split(PART))
