"""What pages are made from: an edition, a language, and sections and papers as the templates show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from digest import text
from digest.records import Category, EditionReport, Enrichment, Paper, Share, Synthesis, Translation


@dataclass(frozen=True, slots=True)
class Edition:
    """A committed edition with its new papers and their readings, in one order, and their translations."""

    report: EditionReport
    papers: tuple[Paper, ...]
    enrichments: tuple[Enrichment, ...]
    # Language to translations, as far as there are any.
    translations: Mapping[str, tuple[Translation, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Language:
    """A report language: its code, its phrases, and whether it is the first, whose files carry no suffix."""

    code: str
    phrases: Mapping[str, str]
    first: bool

    @property
    def suffix(self) -> str:
        """What the language adds to file names: nothing, or `.ko`."""
        return "" if self.first else f".{self.code}"


def map_address(site: str, language: Language) -> str:
    """Where the page of the map is on the site at that address, in the language; empty for no site."""
    folder = "map" if language.first else f"map/{language.code}"
    return text.safe_url(f"{site.rstrip('/')}/{folder}/index.html") or "" if site else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper as the templates show it; `number` counts within its section, `page` is its card's file."""

    number: int
    paper: Paper
    reading: Enrichment
    anchor: str
    page: str
    code: str
    also: tuple[Category, ...]
    # The title in the report's language, where it was translated; `untranslated` is a reading that was not.
    title: str = ""
    untranslated: bool = False
    # Ids and names of the paper's topics, best first.
    topics: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A category section as the templates show it."""

    category: Category
    share: Share
    percent: int
    entries: tuple[Entry, ...]
    synthesis: Synthesis | None
    # Cited id to the label and target of its link.
    cited: Mapping[str, tuple[str, str]]
    # True for a synthesis that a model wrote and that stays in the first language.
    untranslated: bool = False
