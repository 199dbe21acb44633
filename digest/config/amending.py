"""Changes single entries of `digest.toml`; comments and layout, which are the user's, stay as they are."""

from __future__ import annotations

import tomllib
from collections.abc import MutableSequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.config.ids import paper_id
from digest.errors import ConfigError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

SECTION = "interests"
LISTS = ("papers", "disliked")


def with_opinion(path: Path, text: str, paper: str, liked: bool) -> str:
    """The `text` of the file at `path` with a paper (by its canonical id) among those liked, or disliked, only.

    It is the same text where nothing is to change. Raises `ConfigError` if it is no TOML, or laid out so that
    more would change.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    into, out_of = LISTS if liked else LISTS[::-1]
    before = _parsed(path, text)
    told = before.get(SECTION, {})
    try:
        kept = {name: [i for i in told.get(name, ()) if paper_id(i) != paper] for name in LISTS}
        if len(kept[out_of]) == len(told.get(out_of, ())) and len(kept[into]) < len(told.get(into, ())):
            return text
        wanted = {**before, SECTION: {**told, into: [*kept[into], paper]}}
        if out_of in told:
            wanted[SECTION][out_of] = kept[out_of]
        document = tomlkit.parse(text)
        section = _section(document)
        for name in LISTS:
            _take_out(section.get(name, []), paper)
        if into not in section:
            section[into] = tomlkit.array()
        section[into].append(paper)
        changed = tomlkit.dumps(document)
    except (TOMLKitError, TypeError, AttributeError, ValueError) as error:
        raise ConfigError(f"{path}: {SECTION}.{into} cannot be changed: {error}; {_BY_HAND}") from error
    if _parsed(path, changed) != wanted:
        raise ConfigError(f"{path}: {SECTION}.{into} cannot be changed without changing more; {_BY_HAND}")
    return changed


_BY_HAND = "write it by hand"


def _section(document: TOMLDocument) -> Any:
    import tomlkit

    if SECTION not in document:
        if document:
            document.add(tomlkit.nl())
        document.append(SECTION, tomlkit.table())
    return document[SECTION]


def _take_out(entries: MutableSequence[str], paper: str) -> None:
    for place in reversed(range(len(entries))):
        if paper_id(entries[place]) == paper:
            del entries[place]


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
