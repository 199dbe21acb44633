import hashlib
from datetime import date
from html import escape

import pytest

from digest.errors import SourceError
from digest.http import Unusable
from digest.records import Batch, Kind, Listing, Paper, Skipped
from digest.sources.feed import FeedSource, read_items, text_of
from tests.arxiv_shapes import Invented, Shelf, rss
from tests.serving import Asked, Says, Site, client_of, settings

URL = "https://journal.example/feed.xml"
DAY = date(2026, 6, 24)


def rss2(*items: str, head: str = "") -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>A Journal</title>{head}{''.join(items)}</channel></rss>"
    ).encode()


def item(title: str = "Title", link: str = "https://journal.example/1", text: str = "", more: str = "") -> str:
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
        f"<description>{escape(text)}</description>{more}</item>"
    )


def only(body: bytes, url: str = URL) -> Paper:
    found = read_items(body, url)
    assert len(found) == 1 and isinstance(found[0], Listing)
    return found[0].paper


def source(site: Site, *paths: str) -> FeedSource:
    config = settings(site, feed__urls=[site.url + path for path in paths])
    return FeedSource.open(config, client_of(config))


def fetch(source: FeedSource, shelf: Shelf | None = None, done: tuple[str, ...] = ()) -> list[Batch]:
    return list(source.fetch(DAY, DAY, shelf or Shelf(), done))


def test_an_rss_item_becomes_a_paper() -> None:
    more = (
        "<guid>tag:journal.example,2026:7</guid><dc:creator>Ada A, Bo B</dc:creator><category>Optics</category>"
        "<prism:doi>10.1000/XY.7</prism:doi><pubDate>Tue, 23 Jun 2026 23:30:00 -0400</pubDate>"
        '<enclosure url="/7.pdf" type="application/pdf" length="1"/>'
    )
    assert only(rss2(item("A &amp; B", text="<p>We <i>see</i>.</p><p>Far.</p>", more=more))) == Paper(
        id="doi:10.1000/xy.7",
        title="A & B",
        source="feed",
        abstract="We see. Far.",
        authors=("Ada A", "Bo B"),
        subjects=("Optics",),
        doi="10.1000/xy.7",
        url="https://journal.example/1",
        pdf_url="https://journal.example/7.pdf",
        submitted=date(2026, 6, 24),
    )


def test_an_atom_entry_becomes_a_paper() -> None:
    body = b"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
    <entry><title type="html">On &lt;i&gt;x&lt;/i&gt;</title><id>urn:x:1</id><link href="papers/1"/>
    <author><name>Ada A</name></author><author><name>Bo B, Jr.</name></author>
    <updated>2026-06-24T01:00:00Z</updated>
    <content type="html">&lt;p&gt;Body&lt;/p&gt;</content></entry></feed>"""
    paper = only(body)
    assert (paper.title, paper.abstract, paper.authors) == ("On x", "Body", ("Ada A", "Bo B, Jr."))
    assert (paper.url, paper.submitted) == ("https://journal.example/papers/1", date(2026, 6, 24))
    assert paper.id.startswith("feed:")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (item(link="https://arxiv.org/abs/2606.00001v3"), ("arxiv:2606.00001", 3)),
        (item(link="http://www.arxiv.org/pdf/2606.00001"), ("arxiv:2606.00001", 1)),
        (item(more="<guid>oai:arXiv.org:math.GT/0309136v2</guid>"), ("arxiv:math.GT/0309136", 2)),
        (item("Clouds (arXiv:2606.00001v2 [cs.LG])"), ("arxiv:2606.00001", 2)),
        (item(link="https://huggingface.co/papers/2606.00001"), ("arxiv:2606.00001", 1)),
        (item(link="https://doi.org/10.48550/arXiv.2606.00001"), ("arxiv:2606.00001", 1)),
        (item(link="https://doi.org/10.1000/AbC"), ("doi:10.1000/abc", 1)),
        (item(link="https://j.example/doi/full/10.1000/abc?af=R"), ("doi:10.1000/abc", 1)),
        (item(more="<dc:identifier>doi:10.1000/abc(1)</dc:identifier>"), ("doi:10.1000/abc(1)", 1)),
        (item(more="<prism:doi>10.1000/abc</prism:doi>", link="https://arxiv.org/abs/2606.00001"),
         ("arxiv:2606.00001", 1)),
    ],
)  # fmt: skip
def test_papers_are_keyed_by_arxiv_id_or_doi(entry: str, expected: tuple[str, int]) -> None:
    paper = only(rss2(entry))
    assert (paper.id, paper.version) == expected
    assert "(arXiv" not in paper.title


@pytest.mark.parametrize("path", ["2606.00001", "2026/06/10.html", "abs/2606.00001", "cs/0112017"])
def test_numbers_that_only_look_like_ids_are_no_keys(path: str) -> None:
    assert only(rss2(item(link=f"https://j.example/{path}"))).id.startswith("feed:")


def test_the_hash_is_that_of_the_guid_or_the_link_whatever_else_changes() -> None:
    guid = "<guid>https://journal.example/?p=7</guid>"
    first = only(rss2(item("One", "https://journal.example/1?utm=a", more=guid)))
    second = only(rss2(item("Two", "https://journal.example/1?utm=b", more=guid)))
    assert first.id == second.id == f"feed:{hashlib.sha256(b'https://journal.example/?p=7').hexdigest()[:20]}"
    assert only(rss2(item("One"))).id == only(rss2(item("Two"))).id
    assert only(rss2(item(link="https://journal.example/2"))).id != only(rss2(item())).id


def test_a_guid_that_is_a_bare_number_does_not_join_two_feeds() -> None:
    entry = "<item><title>T</title><guid isPermaLink='false'>17</guid></item>"
    assert (
        only(rss2(entry), URL).id == only(rss2(entry), URL).id != only(rss2(entry), "https://other.example/x").id
    )


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[", "https://a@b.example/"]
)
def test_a_link_that_is_not_safe_is_left_out(link: str) -> None:
    assert only(rss2(item(link=link, more="<guid>urn:1</guid>"))).url == ""


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One Two"),
        ("a<br/>b<script>alert(1)</script>c<style>x{}</style>", "a bc"),
        ("p < 0.05 and a<b, c>d", "p < 0.05 and a<b, c>d"),
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("<p>x &lt; y</p>", "x < y"),
        ("<b>unclosed <i>tags", "unclosed tags"),
        ("<p><!-- hidden --><?php x ?>seen</p>", "seen"),
        ("<img src=x onerror=alert(1)>cat", "cat"),
        ("<?xml version='1.0' encoding='x'?><p>declared</p>", "declared"),
        ("<div>" * 5000 + "deep", "deep"),
        ("<p>a\x00b\x1b[31m\ud800</p>", "ab[31m"),
        ("", ""),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert text_of(markup) == text


def test_endless_markup_is_cut() -> None:
    assert len(text_of("<p>" + "word " * 200_000)) <= 100_000


def test_an_item_without_a_title_is_accounted_for() -> None:
    body = rss2("<item><link>https://journal.example/1</link></item>", item("Good"))
    assert read_items(body, URL)[0] == Skipped(f"{URL} item 1", "the item has no title")


def test_arxivs_own_feed_can_be_read_here_too() -> None:
    body = rss(DAY, [Invented("2606.00001"), Invented("2606.00002", kind="replace", version=2)])
    found = [entry for entry in read_items(body, URL) if isinstance(entry, Listing)]
    assert [(f.paper.id, f.kind) for f in found] == [
        ("arxiv:2606.00001", Kind.NEW),
        ("arxiv:2606.00002", Kind.UPDATED),
    ]
    assert found[0].paper.abstract == "We invent things."


def test_a_feed_with_faulty_xml_is_read_if_it_is_whole() -> None:
    body = rss2(item("One"), "<item><title>A & B</title><link>https://j.example/2</link></item>", item("Three"))
    assert len(read_items(body, URL)) == 3


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"<html><body>no</body></html>", b"/etc/passwd", rss2(item(), item())[:-60]]
)
def test_anything_but_a_whole_feed_is_unusable(body: bytes) -> None:
    with pytest.raises(Unusable):
        read_items(body, URL)


def test_feeds_are_asked_conditionally_with_what_the_archive_kept(site: Site) -> None:
    url = f"{site.url}/a"
    site.say(Says(rss2(item()), headers={"ETag": '"v1"', "Last-Modified": "Tue, 23 Jun 2026 00:00:00 GMT"}))
    first = fetch(source(site, "/a"))[0]
    assert "if-none-match" not in site.asked[0].headers
    assert first.validators == {url: ('"v1"', "Tue, 23 Jun 2026 00:00:00 GMT")}

    site.say(Says(b"", 304))
    second = fetch(source(site, "/a"), Shelf(marks=first.validators))[0]
    assert site.asked[1].headers["if-none-match"] == '"v1"'
    assert site.asked[1].headers["if-modified-since"] == "Tue, 23 Jun 2026 00:00:00 GMT"
    assert (second.origin, second.listings, second.validators) == ("unchanged", (), {})


def test_a_run_that_was_killed_before_its_commit_asks_in_full(site: Site) -> None:
    site.answer = lambda asked: (
        Says(b"", 304) if "if-none-match" in asked.headers else Says(rss2(item()), headers={"ETag": '"v1"'})
    )
    fetch(source(site, "/a"))
    assert len(fetch(source(site, "/a"))[0].listings) == 1


def test_a_feed_that_lost_its_validators_forgets_them(site: Site) -> None:
    site.say(rss2(item()))
    batch = fetch(source(site, "/a"), Shelf(marks={f"{site.url}/a": ('"old"', "")}))[0]
    assert batch.validators == {f"{site.url}/a": ("", "")}


def test_one_feed_that_fails_does_not_keep_back_the_others(site: Site) -> None:
    site.answer = lambda asked: Says(b"", 404) if asked.path == "/b" else rss2(item())
    fetching = source(site, "/a", "/b", "/c").fetch(DAY, DAY, Shelf(), ())
    assert [next(fetching).part, next(fetching).part] == [f"{site.url}/a", f"{site.url}/c"]
    with pytest.raises(SourceError, match="/b cannot be fetched"):
        next(fetching)


def test_feeds_that_are_done_are_not_asked(site: Site) -> None:
    site.say(rss2(item()))
    assert [b.part for b in fetch(source(site, "/a", "/b"), done=(f"{site.url}/a",))] == [f"{site.url}/b"]
    assert [asked.path for asked in site.asked] == ["/b"]


def test_a_feed_may_not_lead_to_a_private_address(site: Site) -> None:
    def answer(asked: Asked) -> Says:
        return Says(b"", 302, {"Location": "http://169.254.169.254/latest/meta-data/"})

    site.answer = answer
    with pytest.raises(SourceError, match="private address"):
        fetch(source(site, "/a"))
