"""The search's files: a month of papers is read from the archive only where its editions or readings changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from digest import site
from digest.archive import Archive
from digest.records import Outcome
from digest.report import Language
from digest.website.output import key_of
from digest.website.workshop import Steps, Workshop

# A change of what a shard holds makes all of them anew.
FORMAT = 1


def write_shards(shop: Workshop, steps: Steps) -> None:
    """Write the papers of each month, and the index that the search reads first, in every language."""
    archive, history = shop.archive, shop.archive.history
    months: dict[str, list[date]] = {}
    for edition in reversed(history.editions):
        day = history.days[edition]
        if day.outcome is Outcome.PUBLISHED and day.total:
            months.setdefault(f"{edition:%Y-%m}", []).append(edition)
    names = {language.code: _category_names(shop, months, language) for language in shop.languages}
    for language in shop.languages:
        shards: dict[str, tuple[str, int]] = {}
        for number, (month, editions) in enumerate(months.items()):
            key = key_of(FORMAT, archive.head.readings, [str(edition) for edition in editions], language.code)
            name = f"{month}{language.suffix}.json"
            path = f"search/{name}"
            if not shop.output.has(path, key):
                text = site.shard(_papers(archive, editions, language))
                shop.output.add(path, text.encode(), key)
            shards[name] = (key, sum(history.days[edition].total for edition in editions))
            steps(f"search {language.code}", number + 1, len(months))
        told = site.months_index(shards, names[language.code])
        shop.output.add(f"search/months{language.suffix}.json", told.encode())


def _category_names(shop: Workshop, months: dict[str, list[date]], language: Language) -> dict[str, str]:
    """The categories as the latest edition has them."""
    if not months:
        return {}
    latest = shop.archive.report(next(iter(months.values()))[0])
    return {c.slug: f"{c.emoji} {c.name(language.code)}" for c in latest.categories}


def _papers(archive: Archive, editions: Sequence[date], language: Language) -> list[site.Found]:
    found = []
    for edition in editions:
        told = {} if language.first else {t.paper_id: t for t in archive.translations(edition, language.code)}
        for paper, reading in zip(archive.papers(edition), archive.enrichments(edition), strict=True):
            own = told.get(paper.id)
            found.append(
                site.Found(
                    id=paper.id,
                    title=paper.title,
                    authors=paper.authors,
                    tldr=own.tldr if own and own.tldr else reading.tldr,
                    category=reading.primary,
                    edition=edition,
                    told=own.title if own else "",
                )
            )
    return found
