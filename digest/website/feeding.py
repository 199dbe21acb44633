"""The feeds: of all editions, of each category and of each topic, in every language."""

from __future__ import annotations

import html as escapes
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import accumulate

from digest import site
from digest.records import Mention, Paper, Topic
from digest.report import Language, card_address
from digest.text import delatex, plain, safe_url
from digest.website.output import key_of
from digest.website.sources import Source
from digest.website.workshop import Steps, Workshop

# The newest editions stand in a feed whole: two weeks of them, or fewer where they are large.
EDITIONS, FEWEST = 10, 3
FEED_CHARACTERS = 1_000_000
# As many editions back, a topic's papers come with their authors and TL;DR.
READ = 30
# A change of what feeds hold makes all of them anew.
FORMAT = 1
NEVER = "1970-01-01T00:00:00Z"
AUTHORS = 20

# Papers by id with their TL;DR.
Readings = dict[str, tuple[Paper, str]]


def write_feeds(shop: Workshop, steps: Steps) -> None:
    """Write every feed, unless nothing that they tell has changed."""
    head = shop.archive.head
    for number, language in enumerate(shop.languages):
        newest = shop.editions(language)[-EDITIONS:][::-1]
        texts = [(shop.config.reports / source.path).read_bytes() for source in newest]
        topics = [topic for topic in shop.clustering.topics if not topic.retired] if shop.clustering else []
        told = (FORMAT, shop.base, shop.config.title, language, head.readings, head.clustering, topics, newest)
        key = key_of(*told, shop.map_files, *texts)
        names = [_name("feed", language), *(f"feeds/t{topic.id}{language.suffix}.xml" for topic in topics)]
        names += [f"feeds/{slug}{language.suffix}.xml" for slug in _slugs(shop)]
        kept = [shop.output.has(name, key) for name in names]
        if not all(kept):
            readings = latest_readings(shop, language)
            for feed in _feeds(shop, language, newest, texts, topics, readings):
                shop.output.add(feed.path, site.atom(feed, shop.base, _seed(shop)), key)
        steps("feeds", number + 1, len(shop.languages))


def _feeds(
    shop: Workshop,
    language: Language,
    newest: Sequence[Source],
    texts: Sequence[bytes],
    topics: Sequence[Topic],
    readings: Readings,
) -> Iterator[site.Feed]:
    editions = []
    for source, text in zip(newest, texts, strict=True):
        told = text.decode("utf-8", "replace")
        body = site.body(told, source.path, source.suffix, shop.base, shop.config.title, shop.map_files)
        editions.append((source.page, body, _published(shop, source)))
    title, front = shop.config.title, f"index{language.suffix}.html"
    path = _name("feed", language)
    entries = [site.Entry(b.heading, page, when, b.html(path, shop.base)) for page, b, when in editions]
    yield _feed(shop, language, path, front, title, _fitting(entries))
    names = _slugs(shop)
    for slug, category in names.items():
        path = f"feeds/{slug}{language.suffix}.xml"
        entries = [
            site.Entry(f"{section.text} · {b.heading}", f"{page}#{slug}", when, section.placed(path, shop.base))
            for page, b, when in editions
            for section in b.sections
            if section.id == slug
        ]
        name = category.get(language.code, category["en"])
        yield _feed(shop, language, path, front, f"{title} · {name}", entries)
    for topic in topics:
        path = f"feeds/t{topic.id}{language.suffix}.xml"
        entries = [_paper_entry(mention, language, readings) for mention in topic.newest]
        name = plain(topic.name) or f"t{topic.id}"
        yield _feed(shop, language, path, f"topics/{topic.id}{language.suffix}.html", f"{title} · {name}", entries)


def _fitting(entries: Sequence[site.Entry]) -> Sequence[site.Entry]:
    """The newest entries that a feed has room for: readers fetch all of it again and again."""
    sizes = accumulate(len(entry.html) for entry in entries)
    return [
        entry
        for number, (entry, size) in enumerate(zip(entries, sizes, strict=True))
        if number < FEWEST or size <= FEED_CHARACTERS
    ]


def _feed(
    shop: Workshop, language: Language, path: str, page: str, title: str, entries: Sequence[site.Entry]
) -> site.Feed:
    return site.Feed(path, page, title, language.code, shop.config.title, NEVER, entries)


def _paper_entry(mention: Mention, language: Language, readings: Readings) -> site.Entry:
    """A paper of a topic: who wrote it, what it says, and where it is."""
    told = ""
    if (found := readings.get(mention.paper_id)) is not None:
        paper, tldr = found
        shown = [", ".join(plain(delatex(name)) for name in paper.authors[:AUTHORS]), plain(tldr)]
        told = "".join(f"<p>{escapes.escape(text)}</p>" for text in shown if text)
    if address := safe_url(mention.url):
        told += f'<p><a href="{escapes.escape(address)}">{escapes.escape(address)}</a></p>'
    page, mark, anchor = card_address(mention.edition, mention.category, mention.paper_id, language).partition("#")
    return site.Entry(
        title=plain(delatex(mention.title)),
        page=site.page_path(page) + mark + anchor,
        updated=_time(mention.edition),
        html=told,
    )


def latest_readings(shop: Workshop, language: Language) -> Readings:
    """The papers of the latest editions by id, each with its TL;DR, in the language if that was made."""
    archive, history = shop.archive, shop.archive.history
    found: Readings = {}
    for edition in [edition for edition in history.editions if history.days[edition].total][-READ:]:
        own = {} if language.first else {t.paper_id: t for t in archive.translations(edition, language.code)}
        for paper, reading in zip(archive.papers(edition), archive.enrichments(edition), strict=True):
            told = own[paper.id].tldr if paper.id in own else ""
            found[paper.id] = (paper, told or reading.tldr)
    return found


def _slugs(shop: Workshop) -> dict[str, dict[str, str]]:
    """The categories of which there ever were papers, with their names, as the latest edition has them."""
    history = shop.archive.history
    full = [edition for edition in history.editions if history.days[edition].total]
    if not full:
        return {}
    names = {c.slug: c.names for c in shop.archive.report(full[-1]).categories}
    slugs = dict.fromkeys(slug for edition in full for slug in sorted(history.days[edition].counts))
    return {slug: names.get(slug, {"en": slug}) for slug in slugs}


def _published(shop: Workshop, source: Source) -> str:
    """When an edition came out, as its record says."""
    assert source.edition is not None
    if not shop.archive.published(source.edition):
        return _time(source.edition)
    try:
        moment = datetime.fromisoformat(shop.archive.report(source.edition).published_at)
    except ValueError:
        return _time(source.edition)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def _time(edition: date) -> str:
    return f"{edition}T00:00:00Z"


def _name(stem: str, language: Language) -> str:
    return f"{stem}{language.suffix}.xml"


def _seed(shop: Workshop) -> str:
    """What tells this digest from others where its site has no address: its title and its first edition."""
    return f"{shop.config.title}/{min(shop.archive.history.editions, default='')}"
