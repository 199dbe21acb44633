"""Which files of the reports the site shows, and what each is; whatever else lies there stays where it is."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from digest.site import page_path


class Kind(StrEnum):
    """What a file of the reports is."""

    EDITION = "edition"
    CARDS = "cards"
    TOPIC = "topic"
    TOPICS = "topics"
    MAP = "map"
    PICTURE = "picture"


_DATE = r"(?:\d{4})/(?:\d\d)/(?P<edition>\d{4}-\d\d-\d\d)"
_LANGUAGE = r"(?P<suffix>\.[a-z]{2}(?:-[A-Za-z]{2,4})?)?"
_KINDS = (
    (Kind.EDITION, rf"{_DATE}{_LANGUAGE}\.md"),
    (Kind.CARDS, rf"{_DATE}/(?P<name>[a-z][a-z0-9-]*?)(?:-\d+)?{_LANGUAGE}\.md"),
    (Kind.TOPIC, rf"topics/(?P<name>\d+){_LANGUAGE}\.md"),
    (Kind.TOPICS, rf"topics/README{_LANGUAGE}\.md"),
    (Kind.MAP, rf"map/(?:observations|quality){_LANGUAGE}\.md"),
    (Kind.PICTURE, rf"{_DATE}{_LANGUAGE}\.svg|topics/\d+\.svg|map/map\.png"),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the reports: its path there, its language's suffix, its edition and its name (category, topic).

    `stem` is the same in all languages.
    """

    path: str
    kind: Kind
    suffix: str
    stem: str
    edition: date | None
    name: str

    @property
    def page(self) -> str:
        """Where it is on the site."""
        return self.path if self.kind is Kind.PICTURE else page_path(self.path)


def found_sources(reports: Path, suffixes: Collection[str]) -> list[Source]:
    """The files of the reports in languages with these suffixes, by path."""
    paths = sorted(path.relative_to(reports).as_posix() for path in reports.rglob("*.*"))
    found = (_source(path) for path in paths)
    return [source for source in found if source and source.suffix in suffixes]


def _source(path: str) -> Source | None:
    for kind, pattern in _PATTERNS:
        if match := pattern.fullmatch(path):
            told = {key: value or "" for key, value in match.groupdict().items()}
            suffix = told.get("suffix", "")
            stem = path.rpartition(".")[0].removesuffix(suffix)
            try:
                edition = date.fromisoformat(told["edition"]) if told.get("edition") else None
            except ValueError:
                return None
            return Source(path, kind, suffix, stem, edition, told.get("name", ""))
    return None
