"""Editions: their accounting, their texts and figures, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from digest.records.papers import Category, Paper, Skipped
from digest.records.topics import Newborn, Pick, Trend

# Under this name, which no category can have, stands the summary of the whole day.
DAY = ""
# Documents of a grounded call that hold the archive's figures, not a paper.
STAT = "stat:"


class Outcome(StrEnum):
    """How an edition ended: with papers, or because nothing was announced."""

    PUBLISHED = "published"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What became of everything announced for an edition; it must add up."""

    announced: int = 0
    new: int = 0
    updated: int = 0
    seen: int = 0
    failed: tuple[Skipped, ...] = ()

    @property
    def balanced(self) -> bool:
        """True if every announced paper is accounted for exactly once."""
        return self.announced == self.new + self.updated + self.seen + len(self.failed)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What one source gave to an edition; `error` says why it gave nothing."""

    name: str
    origin: str
    listed: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class Spending:
    """What calls to a paid service cost: tokens as the service billed them, US dollars by the price settings."""

    endpoint: str
    model: str
    calls: int = 1
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens in and out."""
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """One sentence of a synthesis and the ids that it rests on: papers, or `stat:…` for the archive's figures.

    `aspect` says what of the section it tells (`themes`, `results`, `trends`, `impact`, `watch`), if anything.
    """

    text: str
    cites: tuple[str, ...]
    aspect: str = ""


@dataclass(frozen=True, slots=True)
class Synthesis:
    """The cited summary of one category's papers in one edition, or of the day (`DAY`).

    `written` is the number of sentences that the model wrote, of which the cited ones are here (0: not written).
    """

    category: str
    sentences: tuple[CitedSentence, ...]
    extractive: bool = False
    written: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """A category's count in an edition beside its mean over the 30 days before (None: no past)."""

    category: str
    count: int
    mean: float | None = None

    @property
    def change(self) -> str:
        """The rounded difference from the mean, signed (`+8`, `-3`, `±0`); empty without a past."""
        if self.mean is None:
            return ""
        return f"{round(self.count - self.mean):+d}".replace("+0", "±0")


@dataclass(frozen=True, slots=True)
class EditionReport:
    """The complete record of an edition except for its papers and readings, which have tables of their own.

    `categories` is the taxonomy as it stood, so that an old edition can be rendered after a change.
    """

    edition: date
    outcome: Outcome
    ledger: Ledger
    sources: tuple[SourceLine, ...] = ()
    shares: tuple[Share, ...] = ()
    mean_total: float | None = None
    syntheses: tuple[Synthesis, ...] = ()
    categories: tuple[Category, ...] = ()
    updated: tuple[Paper, ...] = ()
    provider: str = ""
    model: str = ""
    embedder: str = ""
    dimension: int = 0
    version: str = ""
    published_at: str = ""
    notes: tuple[str, ...] = field(default=())
    # Which prompts were used, why papers or sections were left to the local provider (`budget`, `answer`,
    # `failure`, `section`) and how many, what it all cost, and the syntheses in further languages.
    prompts: tuple[str, ...] = ()
    left: dict[str, int] = field(default_factory=dict)
    spending: tuple[Spending, ...] = ()
    translated: dict[str, tuple[Synthesis, ...]] = field(default_factory=dict)
    # What the topics say of the edition, under the names that they had then: those of each new paper, best first
    # and in the papers' order; what is rising and fading; which topics are new; and what the reader asked for.
    folded: tuple[tuple[int, ...], ...] = ()
    topic_names: dict[int, str] = field(default_factory=dict)
    rising: tuple[Trend, ...] = ()
    fading: tuple[Trend, ...] = ()
    newborn: tuple[Newborn, ...] = ()
    picks: tuple[Pick, ...] = ()
    # The categories with unusually many and unusually few papers; their slugs stand for names.
    categories_rising: tuple[Trend, ...] = ()
    categories_fading: tuple[Trend, ...] = ()
