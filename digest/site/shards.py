"""What the search looks through: all papers as JSON, one file a month, newest first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digest.text import delatex, plain

# A paper of a large collaboration is not found by its five-hundredth name.
AUTHORS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A paper as the search shows it; `told` is its title in the page's language, where it was translated."""

    id: str
    title: str
    authors: tuple[str, ...]
    tldr: str
    category: str
    edition: date
    told: str = ""


def shard(papers: Sequence[Found]) -> str:
    """The JSON of one month: `[id, title, authors, TL;DR, category, edition, title in the language]` per paper.

    Raises no error on hostile text: the page shows every field as text and builds each link from safe parts.
    """
    rows = [
        [
            plain(paper.id),
            plain(delatex(paper.title)),
            ", ".join(plain(delatex(name)) for name in paper.authors[:AUTHORS]),
            plain(paper.tldr),
            paper.category,
            paper.edition.isoformat(),
            plain(paper.told),
        ]
        for paper in papers
    ]
    return _json(rows)


def months_index(shards: Mapping[str, tuple[str, int]], categories: Mapping[str, str]) -> str:
    """The JSON that the search reads first.

    `shards` lead from a file (`2026-03.json`) to its text's version and the number of its papers, and are read in
    that order; `categories` are names by slug.
    """
    told = [[f"{name}?v={version}", count] for name, (version, count) in shards.items()]
    return _json({"months": told, "categories": dict(categories)})


def version(text: str) -> str:
    """A few letters that change with the text."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _json(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # Lone surrogates have no place in UTF-8; `plain` takes them from texts, and nothing else is written here.
    return text.encode("utf-8", "replace").decode() + "\n"
