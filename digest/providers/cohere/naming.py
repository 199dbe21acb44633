"""What names of topics look like in prompts and in answers: the parts of two calls that need no client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from digest.providers.base import Named, Shelf, Sketch
from digest.providers.cohere.reading import list_of, text_of

NAME, NAMES = "name.v1", "names.v1"
FIELDS = {
    "name": "3 to 6 words",
    "description": "two sentences, at most 45 words",
    "includes": "what belongs to the topic, at most 20 words",
    "excludes": "what belongs to its neighbours instead, at most 20 words",
}
# Tokens that a topic takes in an answer: named with all fields, and looked over by its name alone.
NAMING_TOKENS, COMPARING_TOKENS = 160, 30
LINE_CHARS, TERM_CHARS, ABOUT_CHARS = 240, 60, 240
Quote = Callable[[str, int], str]


def schema(fields: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of an answer that says these fields of every topic."""
    texts = {name: text_of(FIELDS[name]) for name in fields}
    return list_of("topics", {"id": text_of("the id of the topic"), **texts})


def told(keys: Mapping[str, Sketch], quote: Quote) -> list[dict[str, Any]]:
    """The topics as the prompt shows them; `quote` makes hostile text plain and short."""
    return [
        {
            "key": key,
            "central": [quote(line, LINE_CHARS) for line in sketch.central],
            "boundary": [quote(line, LINE_CHARS) for line in sketch.boundary],
            "terms": [quote(term, TERM_CHARS) for term in sketch.terms],
            "unlike": [quote(name, TERM_CHARS) for name in sketch.unlike],
            "again": quote(sketch.again, TERM_CHARS),
        }
        for key, sketch in keys.items()
    ]


def shelved(shelves: Sequence[Shelf], marks: Mapping[int, str], quote: Quote) -> list[dict[str, Any]]:
    """The categories as the prompt shows them, each with its topics by id; those without a mark are fixed."""
    return [
        {
            "category": quote(shelf.category, TERM_CHARS),
            "topics": [
                {
                    "key": marks.get(topic, ""),
                    "name": quote(named.name, 2 * TERM_CHARS),
                    "about": quote(named.description, ABOUT_CHARS),
                    "fixed": topic in shelf.fixed,
                }
                for topic, named in sorted({**shelf.renamed, **shelf.fixed}.items())
            ],
        }
        for shelf in shelves
    ]


def named(found: Mapping[str, Any], namer: str) -> Named | None:
    """An element of an answer, or None if a field is missing or no text."""
    texts = {name: found.get(name) for name in FIELDS}
    if not all(isinstance(value, str) for value in texts.values()):
        return None
    return Named(**texts, namer=namer)  # type: ignore[arg-type]
