"""One build of the site, from the reports' files to the last feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from digest import site
from digest.archive import Archive
from digest.archive.clustering import Clustering
from digest.assets import Assets, mistakes_told
from digest.config import Config
from digest.report import Language
from digest.website.feeding import write_feeds
from digest.website.front import landing
from digest.website.output import Output, key_of
from digest.website.searching import write_shards
from digest.website.sources import Kind, Source
from digest.website.workshop import Steps, Workshop

# Where the site is built, in the workspace.
SITE = "archive/site"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: where the front page is, the site's files and bytes, and how many files were written.

    The map's own files are not counted.
    """

    front: Path
    files: int
    size: int
    written: int


def build_site(
    archive: Archive,
    clustering: Clustering | None,
    config: Config,
    assets: Assets,
    languages: Sequence[Language],
    steps: Steps,
) -> Built:
    """Build the whole site, or what has changed of it since the last build.

    `clustering` has the topics under the names that people see. Raises `ConfigError` for a mistake in a template
    and `ArchiveError` for an archive that cannot be read.
    """
    output = Output(config.workspace / SITE)
    shop = Workshop(archive, clustering, config, assets, languages, output)
    with mistakes_told():
        for name, text in shop.static.files.items():
            output.add(name, text.encode())
        _write_pictures(shop)
        for language in languages:
            _write_pages(shop, language, steps)
            _write_front(shop, language)
        write_shards(shop, steps)
        write_feeds(shop, steps)
    if shop.base:
        output.add("sitemap.xml", site.sitemap(_listed(shop), shop.base))
    output.close()
    return Built(output.folder / "index.html", len(output), output.size, output.written)


def _write_pictures(shop: Workshop) -> None:
    for source in shop.sources:
        if source.kind is Kind.PICTURE:
            shop.output.add(source.page, (shop.config.reports / source.path).read_bytes())


def _write_pages(shop: Workshop, language: Language, steps: Steps) -> None:
    """The page of each file of the reports in a language, where it or what is around it has changed."""
    frame, maps = shop.frame(language), shop.map_files
    around = key_of(frame, _templates(shop.assets), maps)
    neighbours = _neighbours(shop.editions(language))
    sources = [s for s in shop.sources if s.suffix == language.suffix and s.kind is not Kind.PICTURE]
    for number, source in enumerate(sources):
        before, after = neighbours.get(source.path, (None, None))
        page = site.Page(
            path=source.page,
            versions=shop.versions[source.stem],
            before=before,
            after=after,
            feed=_feed(source, shop),
            only=source.kind in (Kind.EDITION, Kind.TOPICS),
        )
        markdown = (shop.config.reports / source.path).read_bytes()
        key = key_of(around, page, markdown)
        if not shop.output.has(source.page, key):
            text = markdown.decode("utf-8", "replace")
            told = site.body(text, source.path, source.suffix, shop.base, shop.config.title, maps)
            html = site.html_page(frame, page, told, shop.environment)
            shop.output.add(source.page, html.encode("utf-8", "replace"), key)
        steps(f"pages {language.code}", number + 1, len(sources))


def _neighbours(
    editions: Sequence[Source],
) -> Mapping[str, tuple[tuple[str, str] | None, tuple[str, str] | None]]:
    """The editions before and after each, by its file."""
    named = [(source.page, str(source.edition)) for source in editions]
    around = zip(editions, [None, *named[:-1]], [*named[1:], None], strict=True) if named else ()
    return {source.path: (before, after) for source, before, after in around}


def _feed(source: Source, shop: Workshop) -> str:
    """The feed of what a page is about, if that has one of its own: a topic that has gone gets no more papers."""
    if source.kind is Kind.CARDS:
        return f"feeds/{source.name}{source.suffix}.xml"
    live = source.kind is Kind.TOPIC and shop.clustering is not None and int(source.name) in shop.clustering.live
    return f"feeds/t{source.name}{source.suffix}.xml" if live else ""


def _write_front(shop: Workshop, language: Language) -> None:
    """The front page and the search of a language."""
    frame = shop.frame(language)
    for name, make in (("index", _landing_page), ("search", _search_page)):
        page = site.Page(
            path=f"{name}{language.suffix}.html",
            versions={other.code: f"{name}{other.suffix}.html" for other in shop.languages},
        )
        shop.output.add(page.path, make(shop, frame, page).encode("utf-8", "replace"))


def _landing_page(shop: Workshop, frame: site.Frame, page: site.Page) -> str:
    language = next(o for o in shop.languages if o.code == frame.language)
    pages = {source.edition: source.page for source in shop.editions(language) if source.edition}
    told = landing(shop.archive, shop.clustering, language, pages)
    return site.landing_page(frame, page, told, shop.environment)


def _search_page(shop: Workshop, frame: site.Frame, page: site.Page) -> str:
    return site.search_page(frame, page, shop.environment)


def _listed(shop: Workshop) -> list[tuple[str, date | None]]:
    """The pages for crawlers: front pages, the newest editions first, cards last."""
    order = [Kind.TOPICS, Kind.MAP, Kind.EDITION, Kind.TOPIC, Kind.CARDS]
    pages = [s for s in shop.sources if s.kind in order]
    pages.sort(key=lambda s: (order.index(s.kind), -(s.edition.toordinal() if s.edition else 0), s.path))
    fronts = [(shop.frame(language).front, None) for language in shop.languages]
    maps = [(page, None) for page in shop.maps(shop.languages[0])]
    return [*fronts, *maps, *((source.page, source.edition) for source in pages)]


def _templates(assets: Assets) -> str:
    names = ("frame.html.j2", "page.html.j2")
    return "".join(assets.find("templates", f"site/{name}").read_text(encoding="utf-8") for name in names)
