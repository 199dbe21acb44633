"""All that one build of the site is made with, and what its pages have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from digest import site
from digest.archive import Archive
from digest.archive.clustering import Clustering
from digest.assets import Assets
from digest.config import Config
from digest.report import FILTERS, Language
from digest.website.output import Output
from digest.website.sources import Kind, Source, found_sources

if TYPE_CHECKING:
    from jinja2 import Environment

# The map among the reports, and as a drawing beside its page.
PICTURE, DRAWING = "map/map.png", "map/map.svg"

Steps = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Workshop:
    """All that the pages of one build are made with."""

    archive: Archive
    clustering: Clustering | None
    config: Config
    assets: Assets
    languages: Sequence[Language]
    output: Output

    @cached_property
    def environment(self) -> Environment:
        """The templates."""
        return site.environment(self.assets, {"expected": FILTERS["expected"]})

    @cached_property
    def static(self) -> site.Static:
        """Scripts and styles."""
        return site.static_files(self.assets)

    @cached_property
    def sources(self) -> list[Source]:
        """What there is to show."""
        return found_sources(self.config.reports, {language.suffix for language in self.languages})

    @cached_property
    def versions(self) -> dict[str, dict[str, str]]:
        """The pages of the reports by stem, language by language."""
        codes = {language.suffix: language.code for language in self.languages}
        found: dict[str, dict[str, str]] = {}
        for source in self.sources:
            found.setdefault(source.stem, {})[codes[source.suffix]] = source.page
        return found

    @cached_property
    def base(self) -> str:
        """The site's address with one slash at its end; empty where none is set."""
        return f"{self.config.site.url.rstrip('/')}/" if self.config.site.url else ""

    def editions(self, language: Language) -> list[Source]:
        """The editions that have a page in the language, oldest first."""
        return [s for s in self.sources if s.kind is Kind.EDITION and s.suffix == language.suffix]

    def maps(self, language: Language) -> list[str]:
        """The pages of the map that there are, the language's own first."""
        ordered = [language, *(other for other in self.languages if other is not language)]
        return [page for page in map(_map_page, ordered) if page in self.map_files]

    @property
    def map_files(self) -> tuple[str, ...]:
        """The files of the map that reports lead to, as far as they are there: `digest map` makes them."""
        names = [*map(_map_page, self.languages), DRAWING]
        return tuple(name for name in names if (self.output.folder / name).is_file())

    def frame(self, language: Language) -> site.Frame:
        """What all pages of a language have in common."""
        pictured = any(source.path == PICTURE for source in self.sources)
        return site.Frame(
            title=self.config.title,
            language=language.code,
            suffix=language.suffix,
            phrases=language.phrases,
            languages=tuple((o.code, o.phrases["language_name"], o.suffix) for o in self.languages),
            version=self.static.version,
            base=self.base,
            map=next(iter(self.maps(language)), ""),
            picture=PICTURE if pictured else "",
            topics=next(
                (s.page for s in self.sources if s.kind is Kind.TOPICS and s.suffix == language.suffix), ""
            ),
        )


def _map_page(language: Language) -> str:
    return "map/index.html" if language.first else f"map/{language.code}/index.html"
