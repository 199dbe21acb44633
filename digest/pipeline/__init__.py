"""The story of an edition, from what the sources list to the committed record, and of its topics."""

from digest.pipeline.addresses import Reports
from digest.pipeline.aspects import with_aspects
from digest.pipeline.budgeting import estimate
from digest.pipeline.doubting import doubted
from digest.pipeline.folding import curated, named, redraw
from digest.pipeline.gathering import gathered
from digest.pipeline.judging import Named, names_judged
from digest.pipeline.mapping import Drawn, draw, grouped, keep
from digest.pipeline.parts import Parts
from digest.pipeline.preparing import prepared_ahead
from digest.pipeline.reading import begin_spending
from digest.pipeline.redrawing import Redrawn, Wishes, heir_of, resorted
from digest.pipeline.respacing import respaced
from digest.pipeline.story import publish, recategorised
from digest.pipeline.viewing import viewed

__all__ = [
    "Drawn",
    "Named",
    "Parts",
    "Redrawn",
    "Reports",
    "Wishes",
    "begin_spending",
    "curated",
    "doubted",
    "draw",
    "estimate",
    "gathered",
    "grouped",
    "heir_of",
    "keep",
    "named",
    "names_judged",
    "prepared_ahead",
    "publish",
    "recategorised",
    "redraw",
    "resorted",
    "respaced",
    "viewed",
    "with_aspects",
]
