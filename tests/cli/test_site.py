"""`digest site`: a whole site from a small archive; what it links to is there, and nothing is made twice."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import feedparser
import pytest

from digest.cli import website
from tests.cli.calling import MONDAY, TUESDAY, Command, Filling, Stage
from tests.cli.curating import fill
from tests.site.atoms import mistakes

SITE = Path("archive/site")
# Folders of the map's pages.
MAPS = ("map", "ko")
BASE = "https://me.github.io/papers/"
_LINK = re.compile(r'\b(?:href|src)="([^"]*)"')


@pytest.fixture
def filled(workspace: Path, stage: Stage, filling: Filling) -> Path:
    fill(stage, filling)
    return workspace


@pytest.fixture
def built(digest: Command, filled: Path) -> Path:
    ended = digest("site")
    assert ended.code == 0, ended.err
    assert str(SITE / "index.html") in ended.out
    return filled


def dead_links() -> set[tuple[str, str]]:
    """The links that lead to no page of the site, or to no place on it; the map finds its places itself."""
    missing = set()
    for page, link in links():
        path, _, fragment = unquote(link).partition("#")
        target = ((SITE / page).parent / path.split("?")[0] if path else SITE / page).resolve()
        there = target.is_file() and target.is_relative_to(SITE.resolve())
        placed = fragment and target.parent.parts[-1] not in MAPS
        if not there or (placed and f'id="{fragment}"' not in target.read_text(encoding="utf-8")):
            missing.add((page, link))
    return missing


def links() -> Iterator[tuple[str, str]]:
    """Every link of every page that does not leave the site, with its page."""
    for page in SITE.rglob("*.html"):
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            if not re.match(r"https?:|data:", link):
                yield page.relative_to(SITE).as_posix(), unescape(link)


def test_every_link_leads_to_a_page_that_is_there(built: Path) -> None:
    assert not dead_links()


def test_every_page_of_the_reports_has_its_own(built: Path) -> None:
    told = {path.relative_to("reports").as_posix() for path in Path("reports").rglob("*.md")}
    pages = {re.sub(r"README", "index", name).removesuffix(".md") + ".html" for name in told}
    assert pages and all((SITE / page).is_file() for page in pages)


def test_a_second_build_writes_nothing_and_a_new_edition_little(
    digest: Command, built: Path, stage: Stage
) -> None:
    before = {path: path.stat().st_mtime_ns for path in SITE.rglob("*") if path.is_file()}
    assert "0 of them new or changed" in digest("site").out
    assert {path: path.stat().st_mtime_ns for path in SITE.rglob("*") if path.is_file()} == before
    page = next(Path("reports").rglob("2*-*-*.md"))
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("# ", "# Changed: ", 1), encoding="utf-8")
    assert digest("site").code == 0
    changed = {path.name for path, when in before.items() if path.stat().st_mtime_ns != when}
    assert page.with_suffix(".html").name in changed and len(changed) < 30


def test_what_left_the_reports_leaves_the_site(digest: Command, built: Path) -> None:
    gone = next(Path("reports/topics").glob("[0-9]*.md"))
    gone.unlink()
    assert digest("site").code == 0
    assert not (SITE / "topics" / f"{gone.stem}.html").exists()


def test_all_feeds_are_valid_and_read_back(digest: Command, built: Path) -> None:
    feeds = sorted([SITE / "feed.xml", *SITE.glob("feeds/*.xml")])
    assert {"feed.xml", "language.xml"} <= {path.name for path in feeds}
    assert any(re.fullmatch(r"t\d+\.xml", path.name) for path in feeds)
    assert {str(path): mistakes(path.read_bytes()) for path in feeds} == {str(path): [] for path in feeds}
    read = feedparser.parse((SITE / "feed.xml").read_bytes())
    assert read.entries[0].link.startswith("2026/01/2026-01-") and "<h2>" in read.entries[0].content[0].value


def test_with_an_address_feeds_previews_and_sitemap_are_whole(digest: Command, filled: Path) -> None:
    Path("digest.toml").write_text(f'languages = ["en", "ko"]\n[site]\nurl = "{BASE.rstrip("/")}"\n')
    assert digest("render", "--all").code == 0
    ended = digest("site")
    assert ended.code == 0 and "not set" not in ended.out
    for path in (SITE / "feed.ko.xml", next(SITE.glob("feeds/t*.ko.xml")), SITE / "feeds/language.xml"):
        told = path.read_bytes()
        assert mistakes(told) == []
        read = feedparser.parse(told)
        assert read.feed.id == BASE + path.relative_to(SITE).as_posix()
        addresses = [link for entry in read.entries for link in _LINK.findall(entry.content[0].value)]
        assert addresses and all(link.startswith("https://") for link in addresses)
    listed = re.findall(r"<loc>([^<]*)</loc>", (SITE / "sitemap.xml").read_text())
    assert f"{BASE}index.ko.html" in listed and len(listed) == len(set(listed))
    assert all((SITE / address.removeprefix(BASE)).is_file() for address in listed)
    korean = (SITE / "index.ko.html").read_text(encoding="utf-8")
    assert f'hreflang="en" href="{BASE}index.html"' in korean and '<html lang="ko">' in korean


def test_the_search_has_every_paper_once(built: Path) -> None:
    months = json.loads((SITE / "search/months.json").read_text())["months"]
    rows = []
    for name, count in months:
        shard = json.loads((SITE / "search" / name.split("?")[0]).read_text())
        assert len(shard) == count
        rows += shard
    assert len(rows) == 48 and len({row[0] for row in rows}) == 48
    for identity, _, _, _, category, edition, _ in rows:
        page = SITE / edition[:4] / edition[5:7] / edition / f"{category}.html"
        anchor = re.sub(r"[^a-z0-9]+", "-", identity.lower()).strip("-")
        assert f'id="{anchor}"' in page.read_text(encoding="utf-8")


def test_a_site_too_large_for_pages_is_told(digest: Command, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "GitHub Pages" not in digest("site").err
    monkeypatch.setattr(website, "PAGES_BYTES", 1000)
    ended = digest("site")
    assert ended.code == 0 and "GitHub Pages serves at most 1 GB" in ended.err


def test_the_map_is_linked_once_it_is_there_and_survives_a_build(digest: Command, built: Path) -> None:
    (SITE / "map").mkdir()
    (SITE / "map/index.html").write_text("the map")
    assert digest("site").code == 0
    assert (SITE / "map/index.html").read_text() == "the map"
    assert 'href="map/index.html"' in (SITE / "index.html").read_text(encoding="utf-8")


def test_an_archive_without_papers_has_a_site_too(digest: Command, stage: Stage, workspace: Path) -> None:
    stage.clear()
    assert digest("run", "--edition", str(MONDAY), at=MONDAY).code == 0
    ended = digest("site", at=MONDAY)
    assert ended.code == 0, ended.err
    assert "No edition has been published yet." in (SITE / "index.html").read_text(encoding="utf-8")
    assert mistakes((SITE / "feed.xml").read_bytes()) == []
    assert dead_links() == set()


def test_a_mistake_in_an_own_template_is_told(digest: Command, filled: Path) -> None:
    Path("templates/site").mkdir(parents=True)
    Path("templates/site/page.html.j2").write_text("{{ nothing }}")
    ended = digest("site", at=TUESDAY)
    assert ended.code == 1 and "page.html.j2, line 1" in ended.err
