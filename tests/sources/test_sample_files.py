"""The bundled sample: plainly invented, out of arXiv's reach, and in the exact shape of arXiv's RSS feed."""

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest

import digest

SAMPLE = Path(digest.__file__).parent / "sources" / "sample"
EDITIONS = ["2026-01-05", "2026-01-06", "2026-01-07"]
FEEDS = ["cs.CL", "cs.CV", "cs.LG", "cs.RO"]
FILES = [SAMPLE / edition / f"{feed}.xml" for edition in EDITIONS for feed in FEEDS]
RANK = ["new", "cross", "replace", "replace-cross"]

DC = "{http://purl.org/dc/elements/1.1/}"
ARXIV = "{http://arxiv.org/schemas/atom}"
ATOM = "{http://www.w3.org/2005/Atom}"
CHANNEL = [
    "title",
    "link",
    "description",
    f"{ATOM}link",
    "docs",
    "language",
    "lastBuildDate",
    "managingEditor",
    "pubDate",
    "skipDays",
]
# The elements of one item, in arXiv's order; `category` is there once or more.
ITEM = [
    "title",
    "link",
    "description",
    "guid",
    "category",
    "pubDate",
    f"{ARXIV}announce_type",
    f"{DC}rights",
    f"{DC}creator",
]
ID = re.compile(r"2601\.9[0-9]{4}")  # arXiv numbers a month's papers from 00001 and never comes this far


def channel_of(file: Path) -> ElementTree.Element:
    channel = ElementTree.fromstring(file.read_bytes()).find("channel")
    assert channel is not None
    return channel


def text_of(item: ElementTree.Element, name: str) -> str:
    return item.findtext(name) or ""


def id_of(item: ElementTree.Element) -> str:
    return text_of(item, "link").removeprefix("https://arxiv.org/abs/")


def items_of(edition: str, feed: str | None = None) -> list[ElementTree.Element]:
    return [
        item
        for name in ([feed] if feed else FEEDS)
        for item in channel_of(SAMPLE / edition / f"{name}.xml").findall("item")
    ]


def kinds_of(edition: str) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for item in items_of(edition):
        kinds.setdefault(id_of(item), set()).add(text_of(item, f"{ARXIV}announce_type"))
    return kinds


def announced(edition: str) -> set[str]:
    return {key for key, kinds in kinds_of(edition).items() if kinds & {"new", "cross"}}


def test_the_files_are_exactly_these_and_small() -> None:
    assert sorted(SAMPLE.rglob("*.xml")) == sorted(FILES)
    assert sum(file.stat().st_size for file in FILES) < 400_000


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_channel_has_arxivs_shape_and_says_it_is_invented(file: Path) -> None:
    channel, day = channel_of(file), date.fromisoformat(file.parent.name)
    assert [child.tag for child in channel if child.tag != "item"] == CHANNEL
    assert text_of(channel, "title") == f"{file.stem} updates on arXiv.org"
    assert text_of(channel, "link") == f"http://rss.arxiv.org/rss/{file.stem}"
    assert text_of(channel, "description") == "Invented sample papers for Digest; none of them exists."
    assert text_of(channel, "pubDate") == f"{day:%a, %d %b %Y} 00:00:00 -0500"
    assert text_of(channel, "lastBuildDate") == f"{day:%a, %d %b %Y} 05:00:11 +0000"
    assert [skipped.text for skipped in channel.iterfind("skipDays/day")] == ["Sunday", "Saturday"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_item_has_arxivs_shape_and_is_marked_invented(file: Path) -> None:
    channel = channel_of(file)
    items = channel.findall("item")
    assert items
    for item in items:
        assert list(dict.fromkeys(child.tag for child in item)) == ITEM
        assert len(item) == len(ITEM) - 1 + len(item.findall("category"))
        key, kind = id_of(item), text_of(item, f"{ARXIV}announce_type")
        assert ID.fullmatch(key)
        version = 2 if kind.startswith("replace") else 1
        guid = item.find("guid")
        assert guid is not None and guid.attrib == {"isPermaLink": "false"}
        assert guid.text == f"oai:arXiv.org:{key}v{version}"
        start = f"arXiv:{key}v{version} Announce Type: {kind} \nAbstract: "
        assert text_of(item, "description").startswith(start)
        assert text_of(item, "description").endswith(" This paper is invented.")
        assert text_of(item, f"{DC}rights") == "Invented sample paper for Digest; it does not exist."
        assert text_of(item, f"{DC}creator").strip() and text_of(item, "title").strip()
        assert text_of(item, "pubDate") == text_of(channel, "pubDate")
        categories = [category.text for category in item.findall("category")]
        assert file.stem in categories and len(set(categories)) == len(categories)
        assert (categories[0] == file.stem) == (kind in ("new", "replace"))
    order = [(RANK.index(text_of(item, f"{ARXIV}announce_type")), id_of(item)) for item in items]
    assert order == sorted(set(order))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_feedparser_reads_every_item_whole(file: Path) -> None:
    parsed = feedparser.parse(file.read_bytes(), sanitize_html=False, resolve_relative_uris=False)
    items = channel_of(file).findall("item")
    assert not parsed.bozo and parsed.version == "rss20"
    assert [entry.summary for entry in parsed.entries] == [text_of(item, "description") for item in items]
    assert [entry.arxiv_announce_type for entry in parsed.entries] == [
        text_of(item, f"{ARXIV}announce_type") for item in items
    ]


def test_about_forty_new_papers_a_day_and_none_is_new_twice() -> None:
    seen: set[str] = set()
    for edition in EDITIONS:
        fresh = announced(edition) - seen
        assert 38 <= len(fresh) <= 42
        seen |= fresh
    new = [
        id_of(item)
        for edition in EDITIONS
        for item in items_of(edition)
        if text_of(item, f"{ARXIV}announce_type") == "new"
    ]
    assert len(new) == len(set(new))


def test_later_days_bring_replacements_and_one_late_cross_list_of_known_papers() -> None:
    known = announced(EDITIONS[0])
    assert "replace" not in set().union(*kinds_of(EDITIONS[0]).values())
    for edition in EDITIONS[1:]:
        kinds = kinds_of(edition)
        replaced = {key for key, found in kinds.items() if "replace" in found}
        assert 2 <= len(replaced) <= 3 and replaced <= known
        late = announced(edition) & known
        assert len(late) == 1 and kinds[late.pop()] == {"cross"}
        known |= announced(edition)


def test_a_paper_says_the_same_in_every_feed_of_a_day() -> None:
    for edition in EDITIONS:
        told: dict[str, tuple[str, ...]] = {}
        for item in items_of(edition):
            abstract = text_of(item, "description").partition("\n")[2]
            facts = (text_of(item, "title"), abstract, text_of(item, f"{DC}creator"))
            assert told.setdefault(id_of(item), facts) == facts


def test_repositories_named_are_invented_ones() -> None:
    found = {
        url
        for edition in EDITIONS
        for item in items_of(edition)
        for url in re.findall(r"https?://\S+", text_of(item, "description"))
    }
    assert found and all(re.fullmatch(r"https://github\.com/example/[\w-]+[.,]?", url) for url in found)


def test_the_hard_cases_are_there() -> None:
    items = [item for edition in EDITIONS for item in items_of(edition)]
    creators = [text_of(item, f"{DC}creator") for item in items]
    texts = [text_of(item, "title") + text_of(item, "description") for item in items]
    assert any(len(creator.split(", ")) == 8 for creator in creators)
    assert any(not creator.isascii() for creator in creators)
    for mark in ("$O(n \\log", "\\emph{", "\\'o", "<", "&", '"'):
        assert any(mark in text for text in texts), mark
    assert min(len(text.split()) for text in texts) < 50
