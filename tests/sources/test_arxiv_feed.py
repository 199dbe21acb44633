from datetime import date

import pytest

from digest.http import Unusable
from digest.records import Kind, Paper, Skipped
from digest.sources.arxiv_feed import CAP, read_feed
from tests.arxiv_shapes import Invented, rss, rss_item

DAY = date(2026, 6, 24)


def only(paper: Invented) -> Paper:
    feed = read_feed(rss(DAY, [paper]), "cs.LG")
    assert not feed.failed
    return feed.listings[0].paper


def test_an_item_becomes_a_paper() -> None:
    authors, subjects = ("A B", "C D"), ("cs.LG", "cs.AI")
    invented = Invented("2606.00001", "Counting Clouds", "We count.", authors, subjects, version=2)
    assert only(invented) == Paper(
        id="arxiv:2606.00001",
        title="Counting Clouds",
        source="arxiv",
        version=2,
        abstract="We count.",
        authors=("A B", "C D"),
        subjects=("cs.LG", "cs.AI"),
        url="https://arxiv.org/abs/2606.00001",
        pdf_url="https://arxiv.org/pdf/2606.00001",
    )


@pytest.mark.parametrize(
    "number", ["2606.00001", "1501.0001", "0704.0001", "cs/0112017", "math.GT/0309136", "hep-th/9901001"]
)
def test_ids_of_every_style_are_known(number: str) -> None:
    assert only(Invented(number)).id == f"arxiv:{number}"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("new", Kind.NEW), ("cross", Kind.NEW), ("replace", Kind.UPDATED), ("replace-cross", Kind.UPDATED)],
)
def test_the_announcement_type_says_what_is_news(kind: str, expected: Kind) -> None:
    assert read_feed(rss(DAY, [Invented("2606.00001", kind=kind)]), "cs.LG").listings[0].kind is expected


@pytest.mark.parametrize(
    "text",
    [
        "Let $a<b$ and $c>d$; then p < 0.05 & so on.",
        "x &lt; y stays",
        "<script>alert(1)</script> <b>bold",
        "<a href='javascript:x'>l</a>",
        "Abstract: again",
        "arXiv:2606.00001v1 Announce Type: new \nAbstract: twice",
        "two\nlines",
        "]]> <!-- x",
        "",
    ],
)
def test_an_abstract_is_left_as_it_is(text: str) -> None:
    assert only(Invented("2606.00001", abstract=text)).abstract == text


def test_a_title_is_left_as_it_is_on_one_line() -> None:
    assert only(Invented("2606.00001", "<script>x</script> a<b\n and &amp; $\\alpha$")).title == (
        "<script>x</script> a<b and &amp; $\\alpha$"
    )


@pytest.mark.parametrize(
    ("creators", "authors"),
    [
        (("A B",), ("A B",)),
        (("John Doe, Jr.", "Jane Roe, III", "X"), ("John Doe, Jr.", "Jane Roe, III", "X")),
        (("A B (Univ. of X, Dept. of Y)", "C D"), ("A B (Univ. of X, Dept. of Y)", "C D")),
        (("A (B", "C D"), ("A (B", "C D")),
        (("",), ()),
    ],
)
def test_authors_are_told_apart(creators: tuple[str, ...], authors: tuple[str, ...]) -> None:
    assert only(Invented("2606.00001", authors=creators)).authors == authors


def test_three_thousand_authors_are_read() -> None:
    authors = tuple(f"Author Number{n}" for n in range(3000))
    assert only(Invented("2606.00001", authors=authors)).authors == authors


def test_the_feeds_own_category_is_the_primary_one_of_what_is_new_in_it() -> None:
    assert only(Invented("2606.00001", subjects=("cs.AI", "cs.LG"))).subjects == ("cs.LG", "cs.AI")
    assert only(Invented("2606.00001", subjects=("cs.AI", "cs.LG"), kind="cross")).subjects == ("cs.AI", "cs.LG")


@pytest.mark.parametrize("day", [date(2026, 1, 7), date(2026, 3, 9), date(2026, 6, 24), date(2026, 11, 2)])
def test_the_day_is_that_of_the_eastern_clock(day: date) -> None:
    assert read_feed(rss(day), "cs.LG").day == day


def test_a_feed_without_items_still_has_its_day() -> None:
    feed = read_feed(rss(DAY), "cs.LG")
    assert (feed.day, feed.listings, feed.failed) == (DAY, (), ())


@pytest.mark.parametrize(
    ("item", "skipped"),
    [
        ("<item><title>T</title></item>", Skipped("cs.LG item 2", "the item has no valid arXiv id")),
        (
            rss_item(Invented("../../etc")),
            Skipped("oai:arXiv.org:../../etcv1", "the item has no valid arXiv id"),
        ),
        (
            rss_item(Invented("2613.00001")),
            Skipped("oai:arXiv.org:2613.00001v1", "the item has no valid arXiv id"),
        ),
        (rss_item(Invented("2606.00002", " ")), Skipped("arxiv:2606.00002", "the item has no title")),
        (
            rss_item(Invented("2606.00002", kind="whisper")),
            Skipped("arxiv:2606.00002", "the item has no known announcement type"),
        ),
    ],
)
def test_an_item_that_makes_no_sense_is_accounted_for(item: str, skipped: Skipped) -> None:
    feed = read_feed(rss(DAY, [Invented("2606.00001"), item]), "cs.LG")
    assert [listing.paper.id for listing in feed.listings] == ["arxiv:2606.00001"]
    assert feed.failed == (skipped,)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no feed"),
        (b"Rate exceeded.", "no feed"),
        (b"<!DOCTYPE html><html><head><title>arXiv</title></head><body><p>Try later<br></body></html>", "no feed"),
        (rss(DAY, [Invented("2606.00001"), Invented("2606.00002")])[:-300], "cut short"),
        (rss(DAY, [Invented("2606.00001")]).replace(b"</rss>", b""), "cut short"),
        (rss(DAY, title="Feed error for query: http://rss.arxiv.org/rss/cs.XX"), "reports an error"),
        (rss(DAY).replace(b"<pubDate>", b"<nothing>").replace(b"</pubDate>", b"</nothing>"), "no valid date"),
        (rss(DAY).replace(b"2026", b"garbage"), "no valid date"),
    ],
)
def test_anything_but_a_whole_feed_is_unusable(body: bytes, reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        read_feed(body, "cs.LG")


def test_a_control_character_does_not_spoil_the_feed() -> None:
    body = rss(DAY, [Invented("2606.00001", abstract="one@two")]).replace(b"one@two", b"one\x0btwo\x1b[31m")
    assert read_feed(body, "cs.LG").listings[0].paper.abstract == "onetwo[31m"


def test_entities_are_no_way_to_files_or_bombs() -> None:
    head = b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY y 'yyyy'>]>"
    body = rss(DAY, [Invented("2606.00001", abstract="@")]).replace(b"@", b"&x;")
    try:
        feed = read_feed(head + body.split(b"?>", 1)[1], "cs.LG")
    except Unusable:
        return
    assert "root:" not in feed.listings[0].paper.abstract


def test_a_body_is_never_taken_for_a_file_name(tmp_path: object) -> None:
    with pytest.raises(Unusable):
        read_feed(b"/etc/passwd", "cs.LG")


@pytest.mark.parametrize(("count", "capped"), [(CAP - 1, False), (CAP, True)])
def test_a_full_feed_says_so(count: int, capped: bool) -> None:
    feed = read_feed(rss(DAY, [Invented(f"2606.{n:05}") for n in range(count)]), "cs.LG")
    assert feed.capped is capped


def test_the_same_code_reads_for_another_source() -> None:
    assert read_feed(rss(DAY, [Invented("2606.00001")]), "cs.LG", "sample").listings[0].paper.source == "sample"
