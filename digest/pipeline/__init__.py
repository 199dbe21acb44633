"""The story of an edition, from what the sources list to the committed record, and of its topics."""

from digest.pipeline.budgeting import estimate
from digest.pipeline.folding import curated, named, redraw
from digest.pipeline.mapping import Drawn, draw, grouped
from digest.pipeline.parts import Parts
from digest.pipeline.reading import begin_spending
from digest.pipeline.redrawing import Redrawn, Wishes, heir_of, resorted
from digest.pipeline.respacing import respaced
from digest.pipeline.story import publish, recategorised
from digest.pipeline.viewing import viewed

__all__ = [
    "Drawn",
    "Parts",
    "Redrawn",
    "Wishes",
    "begin_spending",
    "curated",
    "draw",
    "estimate",
    "grouped",
    "heir_of",
    "named",
    "publish",
    "recategorised",
    "redraw",
    "resorted",
    "respaced",
    "viewed",
]
