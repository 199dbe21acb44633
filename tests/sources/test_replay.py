"""The arXiv source against a server that replays real days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from digest.config import Config, load_config
from digest.errors import StaleSource
from digest.http import Client
from digest.intake import merge
from digest.records import Batch, Kind, Listing, Paper
from digest.sources.arxiv import ArxivSource
from tests.arxiv_shapes import Shelf
from tests.replay import Replay, announced, needs_replay, replaying

pytestmark = needs_replay

CATEGORIES = ("cs.AI", "cs.CL", "cs.CV", "cs.LG")
WEEK = [date(2026, 3, 9) + timedelta(days=n) for n in range(5)]
HOLIDAY = date(2026, 3, 3)
SPACING = 0.2


@pytest.fixture(scope="module")
def server() -> Iterator[Replay]:
    since = ("--since", "2026-02-20", "--replacements", "20", "--min-interval", str(SPACING))
    with replaying(*since) as replay:
        yield replay


@pytest.fixture
def replay(server: Replay) -> Replay:
    server.reset()
    return server


def config_of(replay: Replay, delay: float = 0.0, **flags: object) -> Config:
    return load_config(Path(), {}, replay.flags(delay) | {k.replace("__", "."): v for k, v in flags.items()})


def arxiv(config: Config) -> ArxivSource:
    return ArxivSource.open(config, Client(config))


def works(batches: list[Batch], kind: Kind = Kind.NEW) -> dict[str, Paper]:
    listings, failed = merge(batches)
    assert not failed
    return {listing.paper.id: listing.paper for listing in listings if listing.kind is kind}


def feed(replay: Replay, day: date, config: Config | None = None) -> list[Batch]:
    replay.turn_to(day)
    return list(arxiv(config or config_of(replay)).fetch(day, day, Shelf(), ()))


def test_a_week_from_the_api_equals_the_feeds_paper_for_paper(replay: Replay) -> None:
    by_feed = {day: works(feed(replay, day)) for day in WEEK}
    today = WEEK[-1] + timedelta(days=3)
    replay.turn_to(today)
    source = arxiv(config_of(replay))
    for day in WEEK:
        batches = list(source.fetch(day, today, Shelf(), ()))
        assert [batch.part for batch in batches] == ["api"]
        by_api = works(batches)
        assert by_api.keys() == by_feed[day].keys() == announced(day, CATEGORIES)
        for key, paper in by_feed[day].items():
            found = by_api[key]
            # What only the API knows, and the versions that came after the day, are set aside.
            same = replace(found, version=paper.version, comment="", submitted=None)
            assert same == paper and found.version >= paper.version


def test_the_updates_of_a_day_are_in_the_feeds(replay: Replay) -> None:
    assert works(feed(replay, WEEK[0]), Kind.UPDATED)


def test_polite_spacing_is_kept_by_feeds_and_api_together(replay: Replay) -> None:
    config = config_of(replay, delay=SPACING + 0.05)
    feed(replay, WEEK[1], config)
    source = arxiv(config)
    for day in (WEEK[0], WEEK[0] - timedelta(days=3)):
        list(source.fetch(day, WEEK[1], Shelf(), ()))
    stats = replay.stats()
    assert stats["requests"] == {"rss": 5, "api": 2}
    assert stats["too_soon"] == 0
    assert stats["in_flight_peak"] == 1


def test_a_whole_archive_is_the_same_by_feed_and_api(replay: Replay) -> None:
    config = config_of(replay, arxiv__categories=["eess"])
    by_feed = works(feed(replay, WEEK[0], config))
    replay.turn_to(WEEK[1])
    by_api = works(list(arxiv(config).fetch(WEEK[0], WEEK[1], Shelf(), ())))
    assert by_feed.keys() == by_api.keys() and by_feed


def test_a_server_that_is_left_behind_is_stale(replay: Replay) -> None:
    replay.turn_to(WEEK[0])
    with pytest.raises(StaleSource, match="still shows 2026-03-09, not 2026-03-10"):
        list(arxiv(config_of(replay)).fetch(WEEK[1], WEEK[1], Shelf(), ()))


def test_a_holiday_has_no_papers_by_feed_or_api(replay: Replay) -> None:
    assert [batch.listings for batch in feed(replay, HOLIDAY)] == [()] * 4
    replay.turn_to(HOLIDAY + timedelta(days=1))
    batches = list(arxiv(config_of(replay)).fetch(HOLIDAY, HOLIDAY + timedelta(days=1), Shelf(), ()))
    assert [(batch.part, batch.listings) for batch in batches] == [("api", ())]


def test_a_weekend_asks_nothing(replay: Replay) -> None:
    saturday = WEEK[-1] + timedelta(days=1)
    assert feed(replay, saturday) == []
    assert replay.stats()["requests"] == {}


def test_what_was_held_comes_late_but_comes(replay: Replay) -> None:
    """A day's papers but for one are seen; the one that was held comes with the next edition from the API."""
    first, second, today = WEEK[0], WEEK[1], WEEK[4]
    replay.turn_to(today)
    source = arxiv(config_of(replay))
    day = works(list(source.fetch(first, today, Shelf(), ())))
    held = sorted(day)[7]
    shelf = Shelf((first,), {key: paper.version for key, paper in day.items() if key != held})
    found = works(list(source.fetch(second, today, shelf, ())))
    assert found.keys() == announced(second, CATEGORIES) | {held}


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_storm_of_failures_changes_nothing(seed: str) -> None:
    flags = ("--since", "2026-03-05", "--replacements", "20", "--seed", seed)
    with replaying(*flags) as server:
        calm = three_days(server, config_of(server))
    with replaying(*flags, "--faults", "storm", "--retry-after", "0", "--slow-seconds", "0.6") as server:
        storm = three_days(server, config_of(server, http__timeout=0.4))
        assert sum(server.stats()["faults"].values()) > 3
    assert storm == calm


def three_days(replay: Replay, config: Config) -> list[list[Batch]]:
    """Two days from the feeds, and the first one again from the API."""
    days = [feed(replay, day, config) for day in WEEK[:2]]
    replay.turn_to(WEEK[2])
    return [*days, list(arxiv(config).fetch(WEEK[0], WEEK[2], Shelf(), ()))]


def test_hostile_records_are_read_whole(replay: Replay) -> None:
    with replaying("--since", "2026-03-01", "--nasty", "--today", str(WEEK[0])) as nasty:
        listings, failed = merge(feed(nasty, WEEK[0]))
        nasty.turn_to(WEEK[1])
        later = list(arxiv(config_of(nasty)).fetch(WEEK[0], WEEK[1], Shelf(), ()))
    hostile = [listing for listing in listings if ".9000" in listing.paper.id or ".9001" in listing.paper.id]
    assert not failed and len(hostile) == 16
    assert all(is_sound(listing) for listing in listings)
    longest = max(hostile, key=lambda listing: len(listing.paper.abstract)).paper
    assert len(longest.abstract) > 60_000
    assert max(len(listing.paper.authors) for listing in hostile) == 3000
    by_api = works(later)
    missing = {listing.paper.id for listing in listings if listing.kind is Kind.NEW} - by_api.keys()
    # The one record that claims to be a second version counts as submitted for an earlier, unpublished day.
    assert missing == {"arxiv:2603.90015"}
    for listing in hostile:
        if listing.paper.id in by_api:
            paper = by_api[listing.paper.id]
            assert (paper.title, paper.abstract) == (listing.paper.title, listing.paper.abstract)


def is_sound(listing: Listing) -> bool:
    paper = listing.paper
    number = paper.id.removeprefix("arxiv:")
    paper.abstract.encode()
    return bool(paper.title) and (paper.url, paper.pdf_url) == (
        f"https://arxiv.org/abs/{number}",
        f"https://arxiv.org/pdf/{number}",
    )
