"""Rows as a folder of notes for Obsidian: one per paper, linked by their topics and categories.

A note is known as one of these by a seal in its front matter: a checksum of all else in it. What somebody has
written, or added to a note, does not bear it out and is never written over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from digest.archive.store import write_together
from digest.errors import ConfigError
from digest.export.references import short_id
from digest.export.rows import Row
from digest.text import obsidian, truncate

SEAL = "digest-seal"
_SEALED = re.compile(rf'^{SEAL}: "([0-9a-f]{{16}})"\n', re.M)
# What file systems, or Obsidian's links, do not have in names.
_UNFIT = re.compile(r'[\\/:*?"<>|#^\[\]%`{}$]+')
_TAG = re.compile(r"[^\w-]+")
TITLE, TOPIC = 80, 60
# Notes written at once: a disk is slow to confirm each.
TOGETHER = 500
FIELDS = ("tldr", "eli5", "summary", "problem", "method", "result", "application")
HEADINGS = {"tldr": "TL;DR", "eli5": "For a five-year-old"}


class _Quoted(yaml.SafeDumper):
    """Writes every text in double quotes: what looks like a number or a date stays a text to any reader."""


def _quote(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


_Quoted.add_representer(str, _quote)


def write_notes(rows: Iterable[Row], folder: Path) -> tuple[int, list[Path]]:
    """Write a note per paper; returns how many stand as they should, and the files left alone as somebody else's.

    Raises `ConfigError` if the folder cannot be used.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file; name a folder for the notes")
    folder.mkdir(parents=True, exist_ok=True)
    count, left, changed = 0, list[Path](), dict[Path, bytes]()
    for row in rows:
        path, text = folder / note_name(row), note(row)
        found = _read(path)
        if found is not None and found != text and not _ours(found):
            left.append(path)
            continue
        if found != text:
            changed[path] = text.encode()
        if len(changed) == TOGETHER:
            write_together(changed)
            changed = {}
        count += 1
    write_together(changed)
    return count, left


def note_name(row: Row) -> str:
    """The file's name: the title as far as it goes, and the id, which no other paper has."""
    title = _fit(row.title, TITLE)
    return f"{title} ({short_id(row.id)}).md" if title else f"{short_id(row.id)}.md"


def _fit(text: str, limit: int) -> str:
    """The text as a name of a file or a link, under 255 bytes also in scripts of three bytes a letter."""
    text = truncate(_UNFIT.sub(" ", text), limit, ellipsis="").strip(" .'-")
    while len(text.encode()) > 2 * limit:
        text = text[:-1]
    return text.strip(" .'-")


def _read(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        return path.read_bytes().decode()
    except (UnicodeDecodeError, OSError):
        # Whatever it is, it is no note of ours.
        return ""


def _ours(text: str) -> bool:
    found = _SEALED.search(text)
    return found is not None and found[1] == _checksum(text[: found.start()] + text[found.end() :])


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def note(row: Row) -> str:
    """The whole note."""
    front, body = _front(row), _body(row)
    seal = _checksum(f"---\n{front}---\n{body}")
    return f'---\n{front}{SEAL}: "{seal}"\n---\n{body}'


def _front(row: Row) -> str:
    told: dict[str, Any] = {
        "title": row.title,
        "id": row.id,
        "authors": list(row.authors),
        "edition": row.edition,
        "submitted": row.submitted,
        "url": row.url,
        "pdf": row.pdf_url,
        "doi": row.doi,
        "category": _link(row.category_name),
        "topics": [_link(_topic(i, name)) for i, name in zip(row.topics, row.topic_names, strict=True)],
        "tags": [f"digest/{_tag(slug)}" for slug in (row.category, *row.secondary) if slug],
    }
    lines = []
    for name, value in told.items():
        # A key at a time: keys need no quotes, and lists stand in one line.
        dumped = yaml.dump(value, Dumper=_Quoted, allow_unicode=True, default_flow_style=True, width=10**9)
        if value:
            # A lone scalar is dumped with the end of its document.
            shown = dumped.strip().removesuffix("...").strip()
            # The same text to YAML, but no command to Obsidian's template plug-in, which runs programs.
            lines.append(f"{name}: {shown}".replace("<%", r"\x3C%"))
    return "".join(f"{line}\n" for line in lines)


def _topic(topic: str, name: str) -> str:
    return name if name == topic else f"{topic} {name}"


def _link(name: str) -> str:
    return f"[[{_fit(name, TOPIC) or '-'}]]"


def _tag(slug: str) -> str:
    return _TAG.sub("-", slug)


def _body(row: Row) -> str:
    parts = [f"# {obsidian(row.title) or row.id}", " · ".join(obsidian(author) for author in row.authors)]
    links = [f"[{name}](<{url}>)" for name, url in (("Paper", row.url), ("PDF", row.pdf_url)) if url]
    topics = [_link(_topic(i, name)) for i, name in zip(row.topics, row.topic_names, strict=True)]
    parts.append(" · ".join([*links, _link(row.category_name), *topics]))
    parts += [
        f"**{HEADINGS.get(name, name.capitalize())}** {obsidian(text)}"
        for name in FIELDS
        if (text := getattr(row, name))
    ]
    if row.keyphrases:
        parts.append("**Key phrases** " + " · ".join(obsidian(phrase) for phrase in row.keyphrases))
    if row.abstract:
        parts.append(f"## Abstract\n\n{obsidian(row.abstract)}")
    return "\n" + "\n\n".join(part for part in parts if part) + "\n"
