from datetime import UTC, date, datetime, timedelta

import pytest

import digest.sources.arxiv_pages
from digest.errors import SourceError
from digest.http import Unusable
from digest.records import Paper, Skipped
from digest.sources.arxiv_api import ArxivApi, search_query
from digest.sources.arxiv_days import EASTERN, nominal_day, window, workday_before
from digest.sources.arxiv_pages import sound_page
from tests.arxiv_shapes import Invented, Shelf, entry, page
from tests.serving import Asked, Clock, Says, Site, client_of, settings

TUESDAY, WEDNESDAY, THURSDAY = date(2026, 6, 23), date(2026, 6, 24), date(2026, 6, 25)


def api(site: Site, **flags: object) -> ArxivApi:
    config = settings(site, **flags)
    return ArxivApi(config, client_of(config, Clock()), "arxiv")


def index(*papers: Invented, size: int = 1000):
    """Answers a search as arXiv does: by its dates, oldest first, page by page."""

    def answer(asked: Asked) -> bytes:
        dates = asked.query["search_query"].split("submittedDate:[")[1].rstrip("]").split(" TO ")
        first, last = (datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC) for text in dates)
        found = [p for p in papers if first <= p.submitted <= last + timedelta(seconds=59)]
        found.sort(key=lambda paper: paper.submitted)
        start, most = int(asked.query["start"]), min(size, int(asked.query["max_results"]))
        return page(found[start : start + most], len(found), start, most)

    return answer


def ids(api: ArxivApi, edition: date, shelf: Shelf | None = None, today: date = THURSDAY) -> list[str]:
    listings, _ = api.announced(edition, today, ["cs.LG"], shelf or Shelf())
    return [listing.paper.id.removeprefix("arxiv:") for listing in listings]


@pytest.mark.parametrize(
    ("submitted", "announced"),
    [
        ("2026-06-19 14:00", "2026-06-23"),  # Friday after the cut-off
        ("2026-06-20 12:00", "2026-06-23"),
        ("2026-06-21 23:59", "2026-06-23"),
        ("2026-06-22 13:59", "2026-06-23"),
        ("2026-06-22 14:00", "2026-06-24"),
        ("2026-06-23 13:59", "2026-06-24"),
        ("2026-06-24 13:59", "2026-06-25"),
        ("2026-06-24 14:00", "2026-06-26"),
        ("2026-06-25 13:59", "2026-06-26"),
        ("2026-06-25 14:00", "2026-06-29"),  # Thursday after the cut-off: Monday
        ("2026-06-26 13:59", "2026-06-29"),
        ("2026-01-07 13:59", "2026-01-08"),  # in winter too the Eastern clock counts
        ("2026-01-07 14:00", "2026-01-09"),
    ],
)
def test_the_calendar(submitted: str, announced: str) -> None:
    moment = datetime.fromisoformat(submitted).replace(tzinfo=EASTERN)
    assert nominal_day(moment.astimezone(UTC)) == date.fromisoformat(announced)


def test_every_moment_of_a_year_belongs_to_the_window_of_its_day() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year == 2026:
        first, last = window(nominal_day(moment))
        assert first <= moment < last
        moment += timedelta(hours=1, minutes=7)


def test_windows_leave_no_gap() -> None:
    day = date(2026, 12, 31)
    while day.year == 2026:
        assert window(workday_before(day))[1] == window(day)[0]
        day = workday_before(day)


def test_the_search_keeps_its_categories_in_brackets() -> None:
    assert search_query(["cs.LG", "cs.AI"], TUESDAY, TUESDAY) == (
        "(cat:cs.LG OR cat:cs.AI) AND submittedDate:[202606191800 TO 202606221800]"
    )


def test_an_archive_is_asked_for_with_all_its_categories() -> None:
    assert search_query(["math", "cs.AI"], TUESDAY, TUESDAY).startswith(
        "(cat:math OR cat:math.* OR cat:cs.AI) AND "
    )


def test_a_result_becomes_a_paper(site: Site) -> None:
    extra = {"comment": "3 pages", "doi": "10.1000/ABC"}
    site.say(page([Invented("2606.00001", "Counting\n  Clouds", " $a<b$\nWe count. ", ("A, Jr.", "C D"),
                            ("cs.AI", "cs.LG"), version=3, extra=extra)]))  # fmt: skip
    listings, failed = api(site).announced(WEDNESDAY, THURSDAY, ["cs.LG"], Shelf())
    assert not failed
    assert listings[0].paper == Paper(
        id="arxiv:2606.00001",
        title="Counting Clouds",
        source="arxiv",
        version=3,
        abstract="$a<b$\nWe count.",
        authors=("A, Jr.", "C D"),
        subjects=("cs.AI", "cs.LG"),
        comment="3 pages",
        doi="10.1000/abc",
        url="https://arxiv.org/abs/2606.00001",
        pdf_url="https://arxiv.org/pdf/2606.00001",
        submitted=date(2026, 6, 23),
    )


def test_an_edition_holds_what_was_submitted_for_it(site: Site) -> None:
    first, last = window(WEDNESDAY)
    second = timedelta(seconds=1)
    site.answer = index(
        Invented("2606.00001", at=first - second),
        Invented("2606.00002", at=first),
        Invented("2606.00003", at=last - second),
        Invented("2606.00004", at=last),
    )
    assert ids(api(site), WEDNESDAY) == ["2606.00002", "2606.00003"]


def test_pages_are_followed_to_the_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest.sources.arxiv_pages, "PAGE", 10)
    papers = [Invented(f"2606.{n:05}", at=window(WEDNESDAY)[0] + timedelta(minutes=n)) for n in range(35)]
    site.answer = index(*papers)
    assert ids(api(site), WEDNESDAY) == [paper.id for paper in papers]
    assert [asked.query["start"] for asked in site.asked] == ["0", "10", "20", "30"]
    assert site.asked[0].query["sortBy"] == "submittedDate"
    assert site.asked[0].query["sortOrder"] == "ascending"


def test_the_package_does_not_name_itself(site: Site) -> None:
    site.answer = index(Invented("2606.00001"))
    ids(api(site), WEDNESDAY)
    assert "paper-digest/" in site.asked[0].headers["user-agent"]


GOOD = page([Invented("2606.00001"), Invented("2606.00002")])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"Rate exceeded.", "cut short or no page"),
        (b"", "cut short or no page"),
        (b"<!DOCTYPE html><html><body><p>Try later<br></body></html>", "cut short or no page"),
        (b"<html><body><p>Try later</p></body></html>", "no page of results"),
        (GOOD[: len(GOOD) * 6 // 10], "cut short or no page"),
        (page([Invented("2606.00001")], total=2), "1 entries instead of 2"),
        (page([], total=2), "0 entries instead of 2"),
        (GOOD.replace(b"totalResults", b"someResults"), "how many results"),
        (page(["<entry><id>http://arxiv.org/api/errors#x</id><summary>bad id</summary></entry>"]), "bad id"),
    ],
)
def test_a_page_that_would_lose_papers_is_asked_again(site: Site, bad: bytes, reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        sound_page(bad, 0, 1000)
    site.say(bad, GOOD)
    assert ids(api(site), WEDNESDAY) == ["2606.00001", "2606.00002"]
    site.say(bad)
    with pytest.raises(SourceError, match=reason):
        ids(api(site), WEDNESDAY)


def test_a_reset_and_a_429_are_asked_again(site: Site) -> None:
    site.say(Says(GOOD[:500], cut=1000), Says(b"Rate exceeded.", 429), GOOD)
    assert ids(api(site), WEDNESDAY) == ["2606.00001", "2606.00002"]


def test_a_later_page_is_checked_as_well(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest.sources.arxiv_pages, "PAGE", 2)
    pages = [[Invented("2606.00001"), Invented("2606.00002")], [Invented("2606.00003")]]
    site.say(page(pages[0], 3), page([], 3), b"Rate exceeded.", page(pages[1], 3))
    assert ids(api(site), WEDNESDAY) == ["2606.00001", "2606.00002", "2606.00003"]


def test_a_count_that_changes_between_pages_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest.sources.arxiv_pages, "PAGE", 2)
    site.say(page([Invented("2606.00001"), Invented("2606.00002")], 3), page([Invented("2606.00003")] * 2, 4))
    with pytest.raises(SourceError, match="counted 3 and 4 results"):
        ids(api(site), WEDNESDAY)


def test_more_results_than_arxiv_gives_are_refused(site: Site) -> None:
    site.say(page([Invented("2606.00001")] * 1000, total=30_001))
    with pytest.raises(SourceError, match="name fewer categories"):
        ids(api(site), WEDNESDAY)


@pytest.mark.parametrize(
    ("strange", "skipped"),
    [
        (
            entry(Invented("2606.00009")).replace("/2606.00009v1", "/x.y.z"),
            Skipped("x.y.z", "the result has no valid arXiv id"),
        ),
        (
            "<entry><title>No id</title></entry>",
            Skipped("unknown", "the result has no valid arXiv id"),
        ),
        (
            entry(Invented("2606.00009")).replace("<published>2026", "<published>soon"),
            Skipped("arxiv:2606.00009", "the result has no date of submission"),
        ),
        (
            entry(Invented("2606.00009")).replace("<published>", "<x>").replace("</published>", "</x>"),
            Skipped("arxiv:2606.00009", "the result has no date of submission"),
        ),
        (entry(Invented("2606.00009", " ")), Skipped("arxiv:2606.00009", "the result has no title")),
    ],
)
def test_a_strange_entry_costs_only_itself(site: Site, strange: str, skipped: Skipped) -> None:
    site.say(page([Invented("2606.00001"), strange, Invented("2606.00002")]))
    listings, failed = api(site).announced(WEDNESDAY, THURSDAY, ["cs.LG"], Shelf())
    assert [listing.paper.id for listing in listings] == ["arxiv:2606.00001", "arxiv:2606.00002"]
    assert failed == (skipped,)


def test_a_strange_entry_of_another_day_is_not_this_days_failure(site: Site) -> None:
    strange = entry(Invented("2606.00009", " ", day=TUESDAY))
    site.say(page([strange, Invented("2606.00001"), Invented("2606.00002", day=TUESDAY)]))
    asking = api(site)
    failed = [asking.announced(day, THURSDAY, ["cs.LG"], Shelf())[1] for day in (TUESDAY, WEDNESDAY)]
    assert [[skipped.id for skipped in found] for found in failed] == [["arxiv:2606.00009"], []]


def test_a_control_character_does_not_spoil_the_page(site: Site) -> None:
    site.say(page([Invented("2606.00001", "A @ B")]).replace(b"@", b"\x08"))
    assert ids(api(site), WEDNESDAY) == ["2606.00001"]


def test_what_a_moderator_held_comes_with_the_next_edition(site: Site) -> None:
    site.answer = index(
        Invented("2606.00001", day=date(2026, 6, 16)),  # of a published day, and seen
        Invented("2606.00002", day=date(2026, 6, 16)),  # of a published day, and not seen: held
        Invented("2606.00003", day=date(2026, 6, 17)),  # of a day that was never published
        Invented("2606.00004", day=date(2026, 6, 9)),  # held for too long
        Invented("2606.00005", day=WEDNESDAY),
    )
    shelf = Shelf((date(2026, 6, 9), date(2026, 6, 16)), {"arxiv:2606.00001": 1})
    assert ids(api(site), WEDNESDAY, shelf) == ["2606.00002", "2606.00005"]


def test_a_paper_known_by_its_doi_was_not_held(site: Site) -> None:
    held = Invented("2606.00002", day=date(2026, 6, 16), extra={"doi": "10.1000/x"})
    site.answer = index(held, Invented("2606.00005", day=WEDNESDAY))
    shelf = Shelf((date(2026, 6, 16),), {"doi:10.1000/x": 1})
    assert ids(api(site), WEDNESDAY, shelf) == ["2606.00005"]


def test_nothing_is_asked_before_what_was_published(site: Site) -> None:
    site.answer = index(Invented("2606.00005", day=WEDNESDAY))
    ids(api(site), WEDNESDAY, Shelf((date(2026, 6, 22), date(2026, 6, 1))))
    ids(api(site), WEDNESDAY, Shelf())
    spans = [asked.query["search_query"].split("AND ")[1] for asked in site.asked]
    assert spans == [
        "submittedDate:[202606181800 TO 202606231800]",
        "submittedDate:[202606221800 TO 202606231800]",
    ]


def test_catching_up_asks_for_each_day_once(site: Site) -> None:
    papers = [Invented(f"2606.000{n}", day=date(2026, 6, n)) for n in range(15, 27) if n not in (20, 21)]
    site.answer = index(*papers)
    asking = api(site)
    published = tuple(date(2026, 6, n) for n in range(15, 20))
    known = {f"arxiv:2606.000{n}": 1 for n in range(15, 20)}
    for n in range(22, 27):
        shelf = Shelf(published, known)
        assert ids(asking, date(2026, 6, n), shelf, date(2026, 6, 29)) == [f"2606.000{n}"]
        published, known = (*published, date(2026, 6, n)), known | {f"arxiv:2606.000{n}": 1}
    spans = [asked.query["search_query"].split("[")[1] for asked in site.asked]
    assert spans[0] == "202606111800 TO 202606191800]"
    assert len(spans) == 5 and spans[1] == "202606191800 TO 202606221800]"


def test_a_revised_paper_is_listed_once_in_its_newest_version(site: Site) -> None:
    site.say(page([Invented("2606.00001"), Invented("2606.00001", version=2)]))
    listings, _ = api(site).announced(WEDNESDAY, THURSDAY, ["cs.LG"], Shelf())
    assert [listing.paper.version for listing in listings] == [2]


def test_a_holiday_is_believed_if_later_days_have_papers(site: Site) -> None:
    site.answer = index(Invented("2606.00001", day=TUESDAY), Invented("2606.00002", day=THURSDAY))
    assert ids(api(site), WEDNESDAY) == []


def test_an_older_holiday_is_believed_if_any_day_around_it_has_papers(site: Site) -> None:
    site.answer = index(Invented("2606.00001", day=TUESDAY))
    assert ids(api(site), WEDNESDAY, today=date(2026, 6, 26)) == []


def test_an_index_that_is_a_day_late_is_no_holiday(site: Site) -> None:
    site.answer = index(Invented("2606.00001", day=TUESDAY))
    with pytest.raises(SourceError, match="nothing is lost"):
        ids(api(site), WEDNESDAY, today=THURSDAY)


def test_an_index_without_anything_is_no_holiday(site: Site) -> None:
    site.answer = index()
    with pytest.raises(SourceError, match="no papers for 2026-06-24"):
        ids(api(site), WEDNESDAY, today=date(2026, 7, 10))
