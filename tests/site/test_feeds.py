import feedparser
import pytest
from hypothesis import given

from digest.site import Entry, Feed, atom
from tests.any_text import ANY_TEXT, FUZZ
from tests.invented_maps import NASTY
from tests.site.atoms import mistakes

BASE = "https://me.github.io/papers/"
WHEN = "2026-01-05T14:00:00Z"


def feed(*entries: Entry, path: str = "feed.xml", title: str = "My Digest") -> Feed:
    return Feed(path, "index.html", title, "en", title, "1970-01-01T00:00:00Z", entries)


def entry(day: int, title: str = "An edition", html: str = "<p>Whales &amp; comets</p>") -> Entry:
    return Entry(title, f"2026/01/2026-01-0{day}.html", f"2026-01-0{day}T14:00:00Z", html)


@pytest.mark.parametrize("base", [BASE, ""])
def test_a_feed_is_valid_and_read_back(base: str) -> None:
    told = atom(feed(entry(6), entry(5)), base, "seed")
    assert mistakes(told) == []
    read = feedparser.parse(told)
    assert not read.bozo and read.version == "atom10"
    assert read.feed.title == "My Digest" and read.feed.language == "en"
    assert [e.updated for e in read.entries] == ["2026-01-06T14:00:00Z", "2026-01-05T14:00:00Z"]
    assert read.feed.updated == "2026-01-06T14:00:00Z"
    assert read.entries[0].content[0].value == "<p>Whales &amp; comets</p>"
    assert read.entries[0].content[0].type == "text/html"


def test_with_an_address_everything_is_whole() -> None:
    read = feedparser.parse(atom(feed(entry(5)), BASE, "seed"))
    assert read.feed.id == f"{BASE}feed.xml" and read.entries[0].id == f"{BASE}2026/01/2026-01-05.html"
    links = {link.rel: link.href for link in read.feed.links}
    assert links == {"self": f"{BASE}feed.xml", "alternate": f"{BASE}index.html"}


def test_without_one_ids_are_uuids_that_stay_and_links_start_from_the_feed() -> None:
    first, again = (atom(feed(entry(5), path="feeds/vision.xml"), "", "seed") for _ in range(2))
    other = feedparser.parse(atom(feed(entry(5), path="feeds/vision.xml"), "", "other"))
    assert first == again
    read = feedparser.parse(first)
    assert read.entries[0].id.startswith("urn:uuid:") and read.entries[0].id != other.entries[0].id
    assert read.entries[0].link == "../2026/01/2026-01-05.html"
    assert [link.rel for link in read.feed.links] == ["alternate"]


def test_an_empty_feed_is_valid() -> None:
    assert mistakes(atom(feed(), "", "seed")) == []


@pytest.mark.parametrize("text", NASTY)
def test_hostile_titles_are_text(text: str) -> None:
    told = atom(feed(entry(5, title=text, html=text), title=text or "x"), "", text)
    assert mistakes(told) == []
    assert not feedparser.parse(told).bozo


@FUZZ
@given(ANY_TEXT)
def test_any_text_makes_a_valid_feed(text: str) -> None:
    assert mistakes(atom(feed(entry(5, title=text, html=text), title=text), BASE, text)) == []


def test_the_grammar_sees_mistakes() -> None:
    told = atom(feed(entry(5)), BASE, "seed")
    assert mistakes(told.replace(WHEN.encode(), b"yesterday"))
    assert mistakes(told.replace(b"<name>", b"<nom>").replace(b"</name>", b"</nom>"))
    assert mistakes(told.replace(b"<id>https://me.github.io/papers/", b"<id>"))
    assert mistakes(atom(feed(entry(5), entry(5)), BASE, "seed"))
