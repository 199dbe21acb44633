"""The categories that papers are sorted into: load and check the taxonomy file."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from digest.errors import ConfigError
from digest.records import OTHER, Category

FILE = "taxonomy.toml"
# Names become headings, file names' neighbours and map labels, where these characters would be markup.
FORBIDDEN = re.compile(r"[<>&\"'`|\[\]\\*_#\x00-\x1f]")

# A slug like a topic's id: both name feeds.
_TOPIC_ID = re.compile(r"t[0-9]+")

OTHER_CATEGORY = Category(
    slug=OTHER,
    emoji="📦",
    names={"en": "Other", "ko": "기타"},
    description="Papers that fit none of the categories well.",
)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    slug: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    emoji: Annotated[str, Field(min_length=1, max_length=8, pattern=r"^[^A-Za-z0-9\s<>&|*_#`\[\]\\]+$")]
    name: dict[str, Annotated[str, Field(min_length=1, max_length=60)]]
    description: Annotated[str, Field(min_length=10, max_length=600)]
    seeds: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    category: Annotated[list[_Entry], Field(min_length=1, max_length=60)]


def load_taxonomy(path: Path) -> tuple[Category, ...]:
    """The categories in the file's order, "other" last. Raises `ConfigError` that lists every mistake."""
    try:
        entries = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).category
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}; got {e['input']!r:.80}" for e in error.errors()]
        raise ConfigError("\n".join([f"{path} has mistakes:", *lines])) from error
    categories = tuple(
        Category(e.slug, e.emoji, e.name, " ".join(e.description.split()), e.seeds, e.arxiv) for e in entries
    )
    mistakes = _mistakes((*categories, OTHER_CATEGORY))
    if mistakes:
        raise ConfigError("\n".join([f"{path} has mistakes:", *(f"  {m}" for m in mistakes)]))
    return (*categories, OTHER_CATEGORY)


def _mistakes(categories: tuple[Category, ...]) -> list[str]:
    found: list[str] = []
    slugs: dict[str, str] = {}
    emojis: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    for category in categories:
        if category.slug in slugs:
            found.append(f"{category.slug}: this slug is used twice")
        if _TOPIC_ID.fullmatch(category.slug):
            found.append(f"{category.slug}: a slug of t and digits is a topic's id")
        if category.emoji in emojis:
            found.append(f"{category.slug}: {category.emoji} already belongs to {emojis[category.emoji]}")
        if "en" not in category.names:
            found.append(f'{category.slug}: name has no "en"')
        for language, name in category.names.items():
            if FORBIDDEN.search(name):
                found.append(f"{category.slug}: name {name!r} holds a character used as markup")
            if (language, name.lower()) in names:
                found.append(f"{category.slug}: name {name!r} already belongs to {names[language, name.lower()]}")
            names.setdefault((language, name.lower()), category.slug)
        slugs.setdefault(category.slug, category.slug)
        emojis.setdefault(category.emoji, category.slug)
    return found
