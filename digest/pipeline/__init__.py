"""The story of an edition, from what the sources list to the committed record."""

from digest.pipeline.budgeting import estimate
from digest.pipeline.parts import Parts
from digest.pipeline.reading import begin_spending
from digest.pipeline.story import publish, recategorised

__all__ = ["Parts", "begin_spending", "estimate", "publish", "recategorised"]
