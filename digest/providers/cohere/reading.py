"""What a reading must look like: the schema that binds an answer's form, and the checks that no schema makes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from digest.records import OTHER, Category, Enrichment
from digest.text import fault, tidy

# A text may have so many characters for each word that it was asked to have at most: twice the usual length.
CHARS_PER_WORD = 16
MOST_SECONDARY, MOST_KEYPHRASES, KEYPHRASE_CHARS = 2, 6, 60
SHORTEST_TLDR = 8


@dataclass(frozen=True, slots=True)
class Field:
    """A text of a reading: its name, the most words it should have, and what to say in it."""

    name: str
    words: int
    about: str

    @property
    def most(self) -> int:
        """The most characters that are let pass."""
        return self.words * CHARS_PER_WORD


FIELDS = (
    Field("tldr", 25, "what is new and what it brings, in one sentence"),
    Field("summary", 45, "the paper in two or three sentences for somebody who will not read it"),
    Field("problem", 20, "what was missing or wrong before, in one sentence"),
    Field("method", 30, "what the authors do about it, in one sentence"),
    Field("result", 30, "what they found, with the figures, in one sentence"),
    Field("application", 20, "what it can be used for, as far as the abstract says"),
    Field("eli5", 30, "the idea for a curious child, in everyday words without jargon"),
)
TITLE_WORDS, SENTENCE_WORDS = 20, 45
# Tokens that a pack of papers, or of translations, takes for each of them in an answer.
READING_TOKENS, TRANSLATION_TOKENS = 460, 280


def schema(categories: Sequence[Category]) -> dict[str, Any]:
    """The JSON schema of a pack's readings, within what Cohere supports: no lengths, no numbers of items."""
    slugs = [category.slug for category in categories]
    texts = {f.name: text_of(f"{f.about}, at most {f.words} words") for f in FIELDS}
    properties = {
        "id": text_of("the id of the paper"),
        **texts,
        "keyphrases": {
            "type": "array",
            "items": text_of("a specific term, at most 4 words"),
            "description": "3 to 5 terms",
        },
        "primary": {"type": "string", "enum": slugs},
        "secondary": {"type": "array", "items": {"type": "string", "enum": slugs}, "description": "up to 2 more"},
    }
    return list_of("papers", properties)


def translation_schema(names: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a pack of translations with these fields."""
    words = {"title": TITLE_WORDS, **{field.name: field.words for field in FIELDS}}
    texts = {n: text_of(f"the translation, at most {words.get(n, SENTENCE_WORDS)} words") for n in names}
    return list_of("items", {"id": text_of("the id of the item"), **texts})


def text_of(description: str) -> dict[str, Any]:
    """The schema of a text; Cohere reads its description."""
    return {"type": "string", "description": description}


def list_of(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an answer that is a list `name` of objects with all these properties."""
    item = {"type": "object", "properties": dict(properties), "required": list(properties)}
    return {"type": "object", "properties": {name: {"type": "array", "items": item}}, "required": [name]}


def elements(answer: str, name: str, known: Mapping[str, object]) -> dict[str, dict[str, Any]]:
    """The objects of the list `name` by their id: only known ids, and none that appears twice.

    What stands whole in an answer that was cut short, or wrapped in other text, is found as well.
    """
    found = [o for o in _objects(answer, name) if isinstance(o, dict) and isinstance(o.get("id"), str)]
    times = Counter(o["id"] for o in found)
    return {o["id"]: o for o in found if o["id"] in known and times[o["id"]] == 1}


def _objects(answer: str, name: str) -> list[Any]:
    decoder = json.JSONDecoder()
    place = answer.find("[", answer.find(f'"{name}"')) if f'"{name}"' in answer else -1
    objects: list[Any] = []
    while place >= 0:
        start = answer.find("{", place)
        if start < 0 or answer[place + 1 : start].strip(" \t\r\n,"):
            break
        try:
            value, end = decoder.raw_decode(answer, start)
        except (ValueError, RecursionError):
            break
        objects.append(value)
        place = end - 1
    return objects


def reading(
    found: Mapping[str, Any], known: Enrichment, slugs: Sequence[str], language: str, tag: str
) -> Enrichment | None:
    """The reading in an element of an answer, or None if it is unfit; `known` says whose and by whom."""
    texts: dict[str, Any] = {}
    for field in FIELDS:
        text = _fit(found.get(field.name), field.most, language, tag)
        if text is None:
            return None
        texts[field.name] = text
    phrases = found.get("keyphrases")
    primary, secondary = found.get("primary"), found.get("secondary")
    if len(texts["tldr"]) < SHORTEST_TLDR or not isinstance(primary, str) or primary not in slugs:
        return None
    if not isinstance(phrases, list) or not isinstance(secondary, list) or any(s not in slugs for s in secondary):
        return None
    others = [s for s in dict.fromkeys(secondary) if s not in (primary, OTHER)]
    return replace(
        known,
        keyphrases=_keyphrases(phrases, language, tag),
        primary=primary,
        secondary=tuple(others[:MOST_SECONDARY]),
        **texts,
    )


def _fit(value: Any, most: int, language: str, tag: str) -> str | None:
    """The text without links and markup, or None if it is none, too long, or not fit to be published."""
    if not isinstance(value, str) or len(value) > 4 * most:
        return None
    text = tidy(value)
    return None if len(text) > most or tag in text or fault(text, language) else text


def _keyphrases(values: Sequence[Any], language: str, tag: str) -> tuple[str, ...]:
    """The usable ones, each once; a bad phrase is no reason to ask again."""
    fit = (_fit(value, KEYPHRASE_CHARS, language, tag) for value in values[: 2 * MOST_KEYPHRASES])
    by_word: dict[str, str] = {}
    for phrase in fit:
        if phrase:
            by_word.setdefault(phrase.casefold(), phrase)
    return tuple(by_word.values())[:MOST_KEYPHRASES]


def translated(found: Mapping[str, Any], source: Mapping[str, str], language: str, tag: str) -> dict[str, str]:
    """The fields of `source` that came back translated and fit; the others are missing."""
    fit = {}
    for name, text in source.items():
        result = _fit(found.get(name), max(3 * len(text), 200), language, tag)
        if result:
            fit[name] = result
    return fit
