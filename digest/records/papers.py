"""Papers, what was said of them, and the categories that they are sorted into."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

OTHER = "other"


class Kind(StrEnum):
    """What an edition says of a paper."""

    NEW = "new"
    UPDATED = "updated"


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
