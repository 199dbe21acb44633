"""Cohere's reader: packs of papers in one call, cited prose, translations; hostile text is set apart as data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

from digest.config import Config
from digest.errors import ConfigError
from digest.providers.base import Access, Document, Grounded, Named, Shelf, Sketch, Writer
from digest.providers.cohere import naming, reading
from digest.providers.cohere.client import CHARS_PER_TOKEN, CohereClient
from digest.records import Category, Enrichment, Paper, Sorting, Spending
from digest.text import delatex, in_language, truncate

if TYPE_CHECKING:
    from jinja2 import Template

    from digest.assets import Assets

READ, TRANSLATE = "read.v1", "translate.v1"
# All that may be needed, so that a broken one is told before anything is spent.
PROMPTS = (READ, TRANSLATE, "synthesis.v1", "day.v1", naming.NAME, naming.NAMES)
TITLE_CHARS, ABSTRACT_CHARS = 300, 3000
# What a grounded answer may be expected to take, in tokens.
GROUNDED_TOKENS = 450
# Documents should have fewer than 300 words each (Cohere's guide to retrieval-augmented generation).
DOCUMENT_CHARS = 1200
# The start of anything that looks like a tag; one blank keeps it from being taken for a delimiter.
_TAG_START = re.compile(r"<(?=[A-Za-z/!?])")


class CohereReader(Writer):
    """Reads through JSON-schema calls, writes through grounded ones: Cohere does not combine the two."""

    name = "cohere"
    extractive = False
    name_pack, compare_pack = 10, 60

    def __init__(
        self, client: CohereClient, config: Config, categories: Sequence[Category], assets: Assets
    ) -> None:
        settings = config.cohere
        self.model, self.pack, self.parallel = settings.model, settings.pack, settings.parallel
        self.translate_pack, self.synthesis_calls = settings.translate_pack, settings.synthesis_calls
        self._reasoning_model = settings.reasoning_model
        self._client, self._categories, self._assets = client, tuple(categories), assets
        self._schema = reading.schema(categories)
        self._code = config.languages[0]
        self._nonce = ""
        self._templates: dict[str, Template] = {}

    @classmethod
    def open(cls, config: Config, categories: Sequence[Category], access: Access | None = None) -> Self:
        """Build the reader from the settings. Raises `ConfigError` without a key or with a broken prompt."""
        if access is None or not access.key:
            raise ConfigError('the provider "cohere" needs a key: set CO_API_KEY, or use provider = "local"')
        client = CohereClient(access.key, access.url, config.cohere, access.caller)
        reader = cls(client, config, categories, access.assets)
        for name in PROMPTS:
            reader._template(name)
        return reader

    def begin(self, nonce: str) -> None:
        """Start an edition: the same nonce gives the same delimiters, so that a repeated call is the same call."""
        self._nonce = nonce

    def read(self, papers: Sequence[Paper]) -> list[Enrichment]:
        """Readings of the papers that were read well, in their order; the others are missing."""
        keys = {self._mark(paper.id): paper for paper in papers}
        tag = self._mark(*(paper.id for paper in papers))
        told = [
            {
                "key": key,
                "title": _quoted(paper.title, TITLE_CHARS),
                "abstract": _quoted(paper.abstract, ABSTRACT_CHARS) or "(no abstract)",
            }
            for key, paper in keys.items()
        ]
        fixed = {"categories": self._categories, "fields": reading.FIELDS, **self._spoken(self._code)}
        system, user = self._prompt(READ, {**fixed, "tag": tag, "papers": told})
        answer = self._client.chat_json(system, user, self._schema, reading.READING_TOKENS * len(papers))
        slugs = [category.slug for category in self._categories]
        found = reading.elements(answer, "papers", keys)
        label = self.prompt_label(READ)
        read = (
            reading.reading(found[key], Enrichment(paper.id, self.name, self.model, label), slugs, self._code, tag)
            for key, paper in keys.items()
            if key in found
        )
        return [enrichment for enrichment in read if enrichment is not None]

    def categorise(self, papers: Sequence[Paper]) -> list[Sorting]:
        """Where each paper belongs, as its reading says; "other" where it could not be read."""
        sorted_ = {}
        for start in range(0, len(papers), self.pack):
            for e in self.read(papers[start : start + self.pack]):
                sorted_[e.paper_id] = Sorting(e.primary, e.secondary)
        return [sorted_.get(paper.id, Sorting()) for paper in papers]

    def ground(
        self, prompt: str, told: Mapping[str, object], documents: Sequence[Document], attempt: int = 1
    ) -> Grounded:
        """Prose on the documents in the first language, with citations as the model gave them."""
        system, user = self._prompt(prompt, {**self._spoken(self._code), **told})
        quoted = [
            Document(d.id, _quoted(d.title, TITLE_CHARS), _quoted(d.text, DOCUMENT_CHARS)) for d in documents
        ]
        return self._client.chat_grounded(system, user, quoted, GROUNDED_TOKENS)

    def translate(self, items: Mapping[str, Mapping[str, str]], language: str) -> dict[str, dict[str, str]]:
        """The fields that came back in that language and fit to be published."""
        keys = {self._mark(language, item): item for item in items}
        tag = self._mark(language, *items)
        names = list(dict.fromkeys(name for fields in items.values() for name in fields))
        told = [
            {"key": key, "fields": [(name, _quoted(text, ABSTRACT_CHARS)) for name, text in items[item].items()]}
            for key, item in keys.items()
        ]
        system, user = self._prompt(TRANSLATE, {**self._spoken(language), "tag": tag, "items": told})
        expected = sum(map(len, (t for fields in items.values() for t in fields.values()))) // CHARS_PER_TOKEN
        answer = self._client.chat_json(system, user, reading.translation_schema(names), expected)
        found = reading.elements(answer, "items", keys)
        fit = {keys[k]: reading.translated(found[k], items[keys[k]], language, tag) for k in found}
        return {
            item: {name: text for name, text in fields.items() if in_language(text, language)}
            for item, fields in fit.items()
        }

    def name_topics(self, sketches: Sequence[Sketch]) -> dict[int, Named]:
        """The names in one answer; a topic that it leaves out or answers twice is missing."""
        keys = {self._mark("topic", str(sketch.id)): sketch for sketch in sketches}
        tag = self._mark("topics", *(str(sketch.id) for sketch in sketches))
        told = {"tag": tag, "topics": naming.told(keys, _quoted), **self._spoken(self._code)}
        system, user = self._prompt(naming.NAME, told)
        expected = naming.NAMING_TOKENS * len(sketches)
        answer = self._client.chat_json(system, user, naming.schema(tuple(naming.FIELDS)), expected)
        found = reading.elements(answer, "topics", keys)
        named = {keys[key].id: naming.named(one, self.name) for key, one in found.items()}
        return {topic: one for topic, one in named.items() if one is not None and tag not in str(one)}

    def better_names(self, shelves: Sequence[Shelf]) -> dict[int, str]:
        """The names in one answer of the model that is set for reasoning, or of the usual one."""
        keys = {self._mark("topic", str(topic)): topic for shelf in shelves for topic in shelf.renamed}
        tag = self._mark("names", *map(str, keys.values()))
        marks = {topic: key for key, topic in keys.items()}
        shown = naming.shelved(shelves, marks, _quoted)
        told = {"tag": tag, "shelves": shown, "count": len(keys), **self._spoken(self._code)}
        system, user = self._prompt(naming.NAMES, told)
        expected = naming.COMPARING_TOKENS * len(keys)
        answer = self._client.chat_json(system, user, naming.schema(("name",)), expected, self._reasoning_model)
        found = reading.elements(answer, "topics", keys)
        names = {keys[key]: one.get("name") for key, one in found.items()}
        return {topic: name for topic, name in names.items() if isinstance(name, str) and tag not in name}

    def prompt_label(self, prompt: str) -> str:
        """The prompt's name and version; one that the workspace has changed carries a fingerprint."""
        path = self._assets.prompt(f"{prompt}.j2")
        if not path.is_relative_to(self._assets.workspace / "prompts"):
            return prompt
        return f"{prompt}+{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"

    def estimate(self, step: str, texts: Sequence[str], language: str = "") -> Spending:
        """Tokens by the length of prompt and texts; the answer as long as such answers usually are."""
        written = sum(len(text) for text in texts) // CHARS_PER_TOKEN
        fixed = {"categories": self._categories, "fields": reading.FIELDS, "tag": ""}
        fixed |= {"papers": (), "items": (), "topics": ()}
        if step == "read":
            system, user = self._prompt(READ, {**fixed, **self._spoken(self._code)})
            out = reading.READING_TOKENS * len(texts)
        elif step == "translate":
            system, user = self._prompt(TRANSLATE, {**fixed, **self._spoken(language)})
            out = reading.TRANSLATION_TOKENS * len(texts)
        elif step == "name":
            system, user = self._prompt(naming.NAME, {**fixed, **self._spoken(self._code)})
            out = naming.NAMING_TOKENS * len(texts)
        else:
            system = user = " " * 2000
            out = GROUNDED_TOKENS
        return Spending("chat", self.model, 1, written + len(system + user) // CHARS_PER_TOKEN, out)

    def _spoken(self, code: str) -> dict[str, str]:
        return {"language": self._assets.strings(code)["language_name"], "code": code}

    def _template(self, name: str) -> Template:
        if name not in self._templates:
            self._templates[name] = self._assets.prompt_template(f"{name}.j2")
        return self._templates[name]

    def _prompt(self, name: str, told: Mapping[str, object]) -> tuple[str, str]:
        """What the prompt's two macros make of the values. Raises `ConfigError` if it cannot be filled in."""
        from jinja2 import TemplateError

        try:
            module = self._template(name).make_module(dict(told))
            return module.system().strip(), module.user().strip()  # type: ignore[attr-defined]
        except (TemplateError, AttributeError, TypeError) as error:
            raise ConfigError(f"prompts/{name}.j2 cannot be filled in: {error}") from error

    def _mark(self, *parts: str) -> str:
        """A short mark that only who knows the edition's nonce can foresee."""
        told = "\0".join((self._nonce, *parts)).encode()
        return hashlib.blake2b(told, digest_size=4).hexdigest()


def _quoted(text: str, most: int) -> str:
    """Hostile text for a prompt: plain, cut, and without anything that opens like a tag."""
    return _TAG_START.sub("< ", truncate(delatex(text[: 4 * most]), most))
