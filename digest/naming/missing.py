"""Names for the topics that need one, by a model in two passes or from their own terms; all others keep theirs."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from digest.archive import Journal
from digest.errors import BudgetSpent, ProviderError
from digest.naming.checks import Rules, Taken, name_key
from digest.naming.composed import Composer
from digest.naming.desk import Desk
from digest.naming.portrait import Portrait
from digest.naming.terms import Terms
from digest.providers.base import Named, Reader, Shelf, Sketch, Writer
from digest.records import Category

CENTRAL, BOUNDARY, TERMS, UNLIKE = 8, 4, 16, 3

log = logging.getLogger(__name__)


def name_missing(
    reader: Reader,
    portraits: Sequence[Portrait],
    categories: Sequence[Category],
    journal: Journal,
    language: str,
    fallback: bool = False,
) -> dict[int, Named]:
    """A name for each topic that is due, by its id; `portraits` are of all live topics, so that names differ.

    A `Writer` names the topics, then looks over whole categories; what it leaves, what is unfit and what its
    budget does not cover is named from the topic's terms. Names that people gave are never changed. Raises
    `ProviderError` unless `fallback`.
    """
    portraits = sorted(portraits, key=lambda portrait: portrait.topic.id)
    if not any(portrait.open for portrait in portraits):
        return {}
    office = _Office(portraits, categories, language)
    if isinstance(reader, Writer):
        office.ask(reader, journal, fallback)
    return office.settled()


class _Office:
    """The topics to be named, what a model said of them, and who gets which name in the end."""

    def __init__(self, portraits: Sequence[Portrait], categories: Sequence[Category], language: str) -> None:
        self._portraits = {portrait.topic.id: portrait for portrait in portraits}
        self._open = [portrait for portrait in portraits if portrait.open]
        self._categories, self._language = categories, language
        terms = Terms(portraits)
        self._composer, self._rules = Composer(terms, portraits), Rules(terms, language)
        self._said: dict[int, Named] = {}
        self._better: dict[int, str] = {}
        self._names = {p.topic.id: p.topic.name for p in portraits if not p.open}
        self._names |= {topic: named.name for topic, named in self.settled().items()}

    def ask(self, writer: Writer, journal: Journal, fallback: bool) -> None:
        """Have the topics named, then the names of each category compared."""
        desk = Desk(writer, journal, self._rules, self._language)
        try:
            desk.name(self._portraits, [self._sketch(portrait) for portrait in self._open], self._said)
            desk.compare(self._shelves(), self._better)
        except BudgetSpent as error:
            log.warning("%s", error)
        except ProviderError as error:
            if not fallback:
                raise
            log.warning("%s", error)

    def _sketch(self, portrait: Portrait) -> Sketch:
        return Sketch(
            portrait.topic.id,
            tuple(reading.tldr or paper.title for paper, reading in portrait.central[:CENTRAL]),
            tuple(reading.tldr or paper.title for paper, reading in portrait.boundary[:BOUNDARY]),
            tuple(self._composer.telling(portrait)[:TERMS]),
            tuple(self._nearest(portrait)),
        )

    def _nearest(self, portrait: Portrait) -> list[str]:
        names = (self._names.get(topic, "") for topic in portrait.topic.neighbours)
        return [name for name in names if name][:UNLIKE]

    def _shelves(self) -> list[Shelf]:
        """Each category in which the model named a topic beside which there is another."""
        found = []
        for category in self._categories:
            ids = [t for t, p in self._portraits.items() if p.topic.category == category.slug]
            renamed = {topic: self._said[topic] for topic in ids if topic in self._said}
            kept = [self._portraits[topic].topic for topic in ids if topic not in renamed]
            fixed = {topic.id: Named(self._names[topic.id], topic.description) for topic in kept}
            if renamed and len(ids) > 1:
                found.append(Shelf(category.name(self._language), renamed, fixed))
        return found

    def settled(self) -> dict[int, Named]:
        """Every topic its name, the older ones first: the best one that is fit and nobody else's."""
        fixed = [p.topic.name for p in self._portraits.values() if not p.open]
        taken = Taken(filter(None, fixed), self._categories)
        found: dict[int, Named] = {}
        for portrait in self._open:
            said = self._said.get(portrait.topic.id)
            name = next(filter(taken.free, self._options(portrait, said)), "") if said else ""
            found[portrait.topic.id] = (
                replace(said, name=name) if said and name else self._composer.named(portrait, taken.free)
            )
            taken.add(found[portrait.topic.id].name)
        return found

    def _options(self, portrait: Portrait, said: Named) -> Iterator[str]:
        """The model's names for a topic, the second look's first, then with what tells the topic apart."""
        better = self._better.get(portrait.topic.id, "")
        names = [name for name in (better, said.name) if name and not self._rules.fault(portrait, name)]
        yield from names
        for term in self._composer.telling(portrait):
            longer = f"{names[-1]}: {term}"
            if name_key(term) not in name_key(names[-1]) and not self._rules.fault(portrait, longer):
                yield longer
