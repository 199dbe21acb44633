"""How near a term lies to what a topic's papers are about, by the embedding that comes with the program.

What papers mention beside their subject ("frame rates", "blind spots") may be as frequent in a topic, and as rare
elsewhere, as the subject itself; its meaning tells the two apart. Whoever embeds the papers, this costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digest.naming.portrait import Portrait
from digest.naming.terms import TITLE_CHARS, Term

# The least that a term counts for, however far it lies; and to how many digits, so that processors which sum in
# another order agree.
LEAST, DIGITS = 0.05, 3
TLDR_CHARS = 600


def nearness(portrait: Portrait, terms: Sequence[Term]) -> list[float]:
    """The cosine of each term to the mean of the topic's papers, LEAST to 1.

    Terms without a word that has a direction (of other scripts, for instance) count as the others do on average.
    """
    from digest.providers.local.static import shipped

    model = shipped()
    seen = (*portrait.central, *portrait.boundary)
    papers = model.embed([f"{paper.title[:TITLE_CHARS]}. {reading.tldr[:TLDR_CHARS]}" for paper, reading in seen])
    mean = papers.sum(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    vectors = model.embed([term.text for term in terms])
    known = vectors.any(axis=1)
    if not length or not known.any():
        return [1.0] * len(terms)
    cosines = np.clip(vectors.astype(np.float64) @ (mean / length), LEAST, 1)
    cosines[~known] = cosines[known].mean()
    near: list[float] = np.round(cosines, DIGITS).tolist()
    return near
