"""Where the map's page finds reports: as pages of the site, or as Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from digest.records.maps import MapLinks
from digest.report import Language

# Markdown pages and where their HTML is: `README.md` is `index.html`.
_README = re.compile(r"(^|/)README((?:\.[A-Za-z-]+)?)\.md$")


@dataclass(frozen=True, slots=True)
class Reports:
    """Where reports are, seen from the page of the map: their `folder`, as `pages` of the site or as Markdown.

    `observed` says whether there is what the map shows, and how good it is, among them.
    """

    folder: str
    pages: bool = False
    observed: bool = True

    def at(self, path: str) -> str:
        """The address of a file of the reports, perhaps with a fragment."""
        name, mark, fragment = path.partition("#")
        if self.pages and name.endswith(".md"):
            name = _README.sub(r"\1index\2.md", name).removesuffix(".md") + ".html"
        return f"{self.folder}{name}{mark}{fragment}"

    def links(self, language: Language) -> MapLinks:
        """The addresses that the page itself shows."""
        suffix = language.suffix
        # Only the site has an index in every language.
        index = f"README{suffix}.md" if self.pages else "README.md"
        told = (self.at(f"map/{page}{suffix}.md") if self.observed else "" for page in ("quality", "observations"))
        return MapLinks(self.at(index), *told)
