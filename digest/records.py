"""The frozen records that rooms hand each other; no behaviour beyond what follows from their own fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

OTHER = "other"
# Under this name, which no category can have, stands the summary of the whole day.
DAY = ""
# Documents of a grounded call that hold the archive's figures, not a paper.
STAT = "stat:"


class Kind(StrEnum):
    """What an edition says of a paper."""

    NEW = "new"
    UPDATED = "updated"


class Outcome(StrEnum):
    """How an edition ended: with papers, or because nothing was announced."""

    PUBLISHED = "published"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Paper:
    """One work as its source described it; text is kept raw and is hostile until cleaned.

    `id` is canonical and carries no version (`arxiv:2606.28729`, `doi:10.1/x`, `venue/…`).
    `subjects` are the source's own categories, the primary one first.
    """

    id: str
    title: str
    source: str
    version: int = 1
    abstract: str = ""
    authors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    comment: str = ""
    doi: str = ""
    url: str = ""
    pdf_url: str = ""
    submitted: date | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key under which this work counts as the same: its id, and its DOI if it has one."""
        doi = f"doi:{self.doi.lower()}" if self.doi else ""
        return (self.id, doi) if doi and doi != self.id else (self.id,)


@dataclass(frozen=True, slots=True)
class Listing:
    """A paper as listed in one edition: as new, or as a new version of an older one."""

    paper: Paper
    kind: Kind = Kind.NEW


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something announced that could not be taken in, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request brought: `part` names it within its source, `origin` says how it was asked.

    `validators` are the ETag and Last-Modified of each address that answered, to be kept at the commit.
    """

    source: str
    part: str
    origin: str
    listings: tuple[Listing, ...] = ()
    failed: tuple[Skipped, ...] = ()
    validators: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sorting:
    """Where a paper belongs in the taxonomy: one category, up to two more, and how sure (0 to 1) of the first."""

    primary: str = OTHER
    secondary: tuple[str, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What a provider wrote about one paper; an empty field means that it found nothing to say.

    `extractive` marks sentences taken from the abstract; `confidence` (0 to 1) is that of `primary`.
    """

    paper_id: str
    provider: str
    model: str
    prompt: str = ""
    extractive: bool = False
    tldr: str = ""
    summary: str = ""
    problem: str = ""
    method: str = ""
    result: str = ""
    application: str = ""
    eli5: str = ""
    keyphrases: tuple[str, ...] = ()
    primary: str = OTHER
    secondary: tuple[str, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Category:
    """One entry of the taxonomy; `names` by language, "en" always among them."""

    slug: str
    emoji: str
    names: dict[str, str]
    description: str = ""
    seeds: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """The category's name in `language`, or in English where it has none."""
        return self.names.get(language, self.names["en"])


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
class Translation:
    """A paper's title and reading in a further language; an empty field was not translated."""

    paper_id: str
    language: str
    provider: str
    model: str
    prompt: str = ""
    title: str = ""
    tldr: str = ""
    problem: str = ""
    method: str = ""
    result: str = ""
    eli5: str = ""


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
