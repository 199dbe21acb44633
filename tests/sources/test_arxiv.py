from datetime import date

import pytest

import digest.sources.arxiv_feed
from digest.errors import SourceError, StaleSource
from digest.records import Batch, Kind
from digest.sources.arxiv import ArxivSource
from tests.arxiv_shapes import Invented, Shelf, page, rss
from tests.serving import Asked, Says, Site, client_of, settings

MONDAY, TUESDAY, WEDNESDAY = date(2026, 6, 22), date(2026, 6, 23), date(2026, 6, 24)
FRIDAY, SATURDAY, SUNDAY = date(2026, 6, 26), date(2026, 6, 27), date(2026, 6, 28)
CATEGORIES = ("cs.AI", "cs.CL", "cs.LG")


def arxiv(site: Site) -> ArxivSource:
    config = settings(site, arxiv__categories=list(CATEGORIES))
    return ArxivSource.open(config, client_of(config))


def shows(site: Site, *days: date, papers: tuple[Invented, ...] = (), api: bytes = b"") -> None:
    """Each category's feed shows its day and one paper of its own besides `papers`; the API answers `api`."""
    dated = dict(zip(CATEGORIES, days if len(days) > 1 else days * len(CATEGORIES), strict=True))

    def answer(asked: Asked) -> bytes:
        category = asked.path.rpartition("/")[2]
        if category == "query":
            return api
        own = Invented(f"2606.0000{1 + CATEGORIES.index(category)}", subjects=(category,))
        return rss(dated[category], [own, *papers] if dated[category].weekday() < 5 else [])

    site.answer = answer


def fetch(source: ArxivSource, edition: date, today: date, done: tuple[str, ...] = ()) -> list[Batch]:
    return list(source.fetch(edition, today, Shelf(), done))


def paths(site: Site) -> list[str]:
    return [asked.path.rpartition("/")[2] for asked in site.asked]


def test_todays_edition_comes_from_one_feed_per_category(site: Site) -> None:
    shows(site, WEDNESDAY)
    batches = fetch(arxiv(site), WEDNESDAY, WEDNESDAY)
    assert [(batch.part, batch.origin) for batch in batches] == [(name, "feed") for name in CATEGORIES]
    assert [listing.paper.id for batch in batches for listing in batch.listings] == [
        "arxiv:2606.00001",
        "arxiv:2606.00002",
        "arxiv:2606.00003",
    ]
    assert paths(site) == list(CATEGORIES)


def test_new_and_replaced_papers_are_told_apart(site: Site) -> None:
    shows(site, WEDNESDAY, papers=(Invented("2601.00009", kind="replace", version=2),))
    kinds = [listing.kind for listing in fetch(arxiv(site), WEDNESDAY, WEDNESDAY)[0].listings]
    assert kinds == [Kind.NEW, Kind.UPDATED]


def test_parts_that_are_done_are_not_asked_again(site: Site) -> None:
    shows(site, WEDNESDAY)
    assert [b.part for b in fetch(arxiv(site), WEDNESDAY, WEDNESDAY, ("cs.AI", "cs.LG"))] == ["cs.CL"]
    assert paths(site) == ["cs.CL"]


@pytest.mark.parametrize("done", [CATEGORIES, ("api",), ("cs.AI", "api")])
def test_nothing_is_asked_once_all_is_done(site: Site, done: tuple[str, ...]) -> None:
    assert fetch(arxiv(site), WEDNESDAY, WEDNESDAY, done) == []
    assert not site.asked


def test_a_feed_that_still_shows_an_earlier_day_is_stale(site: Site) -> None:
    shows(site, TUESDAY)
    with pytest.raises(StaleSource, match=r"still shows 2026-06-23, not 2026-06-24; .*run again later"):
        fetch(arxiv(site), WEDNESDAY, WEDNESDAY)


def test_feeds_that_disagree_are_stale_and_keep_what_they_gave(site: Site) -> None:
    shows(site, WEDNESDAY, TUESDAY, WEDNESDAY)
    fetching = arxiv(site).fetch(WEDNESDAY, WEDNESDAY, Shelf(), ())
    assert next(fetching).part == "cs.AI"
    with pytest.raises(StaleSource, match=r"cs\.CL"):
        next(fetching)


def test_current_feeds_without_items_mean_that_nothing_was_announced(site: Site) -> None:
    site.say(rss(WEDNESDAY))
    batches = fetch(arxiv(site), WEDNESDAY, WEDNESDAY)
    assert len(batches) == 3 and not any(batch.listings or batch.failed for batch in batches)


@pytest.mark.parametrize("day", [SATURDAY, SUNDAY])
def test_nothing_is_asked_for_a_weekend_day(site: Site, day: date) -> None:
    assert fetch(arxiv(site), day, day) == []
    assert not site.asked


def test_an_edition_in_the_future_is_an_error(site: Site) -> None:
    with pytest.raises(SourceError, match="not announced yet: today is 2026-06-23"):
        fetch(arxiv(site), WEDNESDAY, TUESDAY)
    assert not site.asked


def test_a_past_edition_comes_from_the_api(site: Site) -> None:
    shows(site, WEDNESDAY, api=page([Invented("2606.00007", day=MONDAY)]))
    batches = fetch(arxiv(site), MONDAY, WEDNESDAY)
    assert [(batch.part, batch.origin) for batch in batches] == [("api", "API")]
    assert [listing.paper.id for listing in batches[0].listings] == ["arxiv:2606.00007"]
    asked = site.asked[-1].query["search_query"]
    assert asked.startswith("(cat:cs.AI OR cat:cs.CL OR cat:cs.LG) AND submittedDate:[")


def test_the_feed_serves_a_past_edition_for_as_long_as_it_shows_it(site: Site) -> None:
    shows(site, FRIDAY)
    assert [batch.origin for batch in fetch(arxiv(site), FRIDAY, SATURDAY)] == ["feed"] * 3


def test_a_feed_that_stands_still_does_not_keep_back_past_editions(site: Site) -> None:
    shows(site, MONDAY, api=page([Invented("2606.00007", day=TUESDAY)]))
    assert [batch.part for batch in fetch(arxiv(site), TUESDAY, WEDNESDAY)] == ["api"]


def test_a_feed_that_fails_does_not_keep_back_past_editions(site: Site) -> None:
    site.answer = lambda asked: (
        page([Invented("2606.00007", day=TUESDAY)]) if asked.path.endswith("query") else Says(b"", 404)
    )
    source = arxiv(site)
    assert [batch.part for batch in fetch(source, TUESDAY, WEDNESDAY)] == ["api"]
    assert [batch.part for batch in fetch(source, TUESDAY, WEDNESDAY)] == ["api"]
    assert paths(site).count("cs.AI") == 1


def test_a_feed_that_fails_today_is_an_error(site: Site) -> None:
    site.say(Says(b"", 404))
    with pytest.raises(SourceError, match="answered 404"):
        fetch(arxiv(site), WEDNESDAY, WEDNESDAY)


def test_each_feed_is_asked_once_for_several_editions(site: Site) -> None:
    papers = [Invented("2606.00006", day=MONDAY), Invented("2606.00007", day=TUESDAY)]
    shows(site, WEDNESDAY, api=page(papers))
    source = arxiv(site)
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        assert fetch(source, day, WEDNESDAY)
    assert [paths(site).count(name) for name in CATEGORIES] == [1, 1, 1]


def test_what_is_left_after_the_day_has_turned_comes_from_the_api(site: Site) -> None:
    shows(site, WEDNESDAY, api=page([Invented("2606.00007", day=TUESDAY)]))
    batches = fetch(arxiv(site), TUESDAY, WEDNESDAY, ("cs.AI",))
    assert [batch.part for batch in batches] == ["api"]
    assert site.asked[-1].query["search_query"].startswith("(cat:cs.CL OR cat:cs.LG) AND ")


def test_a_day_that_turns_between_two_feeds_loses_nothing(site: Site) -> None:
    shows(site, TUESDAY, WEDNESDAY, WEDNESDAY, api=page([Invented("2606.00007", day=TUESDAY)]))
    batches = fetch(arxiv(site), TUESDAY, TUESDAY)
    assert [batch.part for batch in batches] == ["cs.AI", "api"]
    assert site.asked[-1].query["search_query"].startswith("(cat:cs.CL OR cat:cs.LG) AND ")


def test_a_full_feed_is_completed_from_the_api(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest.sources.arxiv_feed, "CAP", 2)
    papers = [Invented("2606.00001"), Invented("2606.00007", day=WEDNESDAY)]
    shows(site, WEDNESDAY, papers=(Invented("2601.00009", kind="replace", version=2),), api=page(papers))
    batch = fetch(arxiv(site), WEDNESDAY, WEDNESDAY)[0]
    assert (batch.part, batch.origin) == ("cs.AI", "feed and API")
    assert [listing.paper.id for listing in batch.listings] == [
        "arxiv:2606.00001",
        "arxiv:2601.00009",
        "arxiv:2606.00007",
    ]
    assert site.asked[1].query["search_query"].startswith("(cat:cs.AI) AND ")


def test_the_check_asks_one_feed(site: Site) -> None:
    shows(site, WEDNESDAY)
    assert arxiv(site).check() == "the feed of cs.AI shows 2026-06-24 with 1 item"
    assert paths(site) == ["cs.AI"]
