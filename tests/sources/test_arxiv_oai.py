from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from digest.archive.harvest import Harvest, Page
from digest.archive.store import Store
from digest.errors import SourceError
from digest.http import Unusable
from digest.records import Paper, Skipped
from digest.sources.arxiv_days import is_workday, nominal_day, window
from digest.sources.arxiv_oai import Harvester, announced, possible_days, read_page, set_of, windows
from tests.oai_shapes import Recorded, answer, error, repository
from tests.serving import Clock, Says, Site, client_of, settings

TODAY, SINCE = date(2026, 6, 26), date(2026, 6, 22)
SEVEN = [Recorded(f"2606.0000{n}") for n in range(1, 8)]


def gather(
    site: Site, store: Store, categories: tuple[str, ...] = ("cs.LG",), since: date = SINCE, today: date = TODAY
) -> list[Page]:
    config = settings(site)
    told: list[int] = []
    harvest = Harvest(store, str(since))
    harvester = Harvester(config.arxiv.oai_url, client_of(config, Clock()), "arxiv")
    pages = list(harvester.gather(categories, since, today, harvest, told.append))
    assert told == sorted(told) and (not told or told[-1] == sum(page.records for page in pages))
    return pages


def ids(pages: list[Page]) -> list[str]:
    return [paper.id.removeprefix("arxiv:") for page in pages for paper, _ in page.papers]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "archive"))


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("cs.LG", "cs:cs:LG"),
        ("cs", "cs:cs"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.GA", "physics:astro-ph:GA"),
        ("physics.optics", "physics:physics:optics"),
    ],
)
def test_categories_have_sets(category: str, name: str) -> None:
    assert set_of(category) == name


def test_years_are_asked_for_one_by_one() -> None:
    assert windows(date(2024, 5, 1), TODAY) == [
        (date(2024, 5, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 12, 31)),
        (date(2026, 1, 1), None),
    ]
    assert windows(date(2026, 5, 1), TODAY) == [(date(2026, 5, 1), None)]


def test_every_page_is_fetched_once_and_politely_asked_for(site: Site, store: Store) -> None:
    site.answer = repository(*SEVEN)
    assert ids(gather(site, store)) == [record.id for record in SEVEN]
    first, second = site.asked[0].query, site.asked[1].query
    assert first == {"verb": "ListRecords", "metadataPrefix": "arXiv", "set": "cs:cs:LG", "from": "2026-06-21"}
    assert second.keys() == {"verb", "resumptionToken"} and len(site.asked) == 4
    site.asked.clear()
    assert ids(gather(site, store)) == [record.id for record in SEVEN] and not site.asked


def test_requests_are_three_seconds_apart(site: Site, store: Store) -> None:
    site.answer = repository(*SEVEN)
    config, clock = settings(site), Clock()
    harvester = Harvester(config.arxiv.oai_url, client_of(config, clock), "arxiv")
    list(harvester.gather(["cs.LG"], SINCE, TODAY, Harvest(store, "x"), lambda _: None))
    assert len(clock.slept) == 4 and min(clock.slept) >= 3


def test_a_killed_harvest_goes_on_with_its_token(site: Site, store: Store) -> None:
    whole = repository(*SEVEN)
    left = [2]

    def stop(asked: object) -> bytes:
        left[0] -= 1
        if left[0] < 0:
            raise ConnectionError
        return whole(asked)  # type: ignore[arg-type]

    site.answer = stop
    with pytest.raises(SourceError, match="nothing is lost"):
        gather(site, store)
    site.asked.clear()
    site.answer = whole
    assert ids(gather(site, store)) == [record.id for record in SEVEN]
    assert [asked.query.get("resumptionToken", "")[-1:] for asked in site.asked] == ["4", "6"]


def test_a_forgotten_token_begins_its_window_again(site: Site, store: Store) -> None:
    whole = repository(*SEVEN)
    pages: Iterator[bytes] = iter([error("badResumptionToken", "expired")])
    gather_from = whole

    def forget(asked: object) -> bytes:
        if "resumptionToken" in asked.query and asked.query["resumptionToken"].endswith("4"):  # type: ignore[attr-defined]
            return next(pages, None) or whole(asked)  # type: ignore[arg-type]
        return gather_from(asked)  # type: ignore[arg-type]

    site.answer = forget
    assert ids(gather(site, store)) == [record.id for record in SEVEN]
    assert len(site.asked) == 3 + 4


def test_a_server_that_always_forgets_is_given_up(site: Site, store: Store) -> None:
    site.answer = lambda asked: (
        error("badResumptionToken") if "resumptionToken" in asked.query else answer(SEVEN[:1], "more")
    )
    with pytest.raises(SourceError, match="forgets its own tokens"):
        gather(site, store)


def test_a_token_that_stays_the_same_is_no_way_on(site: Site, store: Store) -> None:
    site.say(answer(SEVEN[:1], "more"))
    with pytest.raises(SourceError, match="the same page for ever"):
        gather(site, store)


def test_what_may_have_changed_since_is_asked_for_again(site: Site, store: Store) -> None:
    site.answer = repository(*SEVEN)
    gather(site, store)
    later = TODAY + timedelta(days=3)
    site.answer = repository(*SEVEN, Recorded("2606.00009", date(2026, 6, 29)))
    assert "2606.00009" in ids(gather(site, store, today=later))
    in_january = date(2027, 1, 4)
    site.asked.clear()
    gather(site, store, today=in_january)
    # The rest of the old year is a window that was never whole; after that, only the new year changes.
    assert [asked.query.get("until") for asked in site.asked if "set" in asked.query] == ["2026-12-31", None]
    site.asked.clear()
    gather(site, store, today=in_january + timedelta(days=1))
    assert [asked.query.get("from") for asked in site.asked] == ["2027-01-01"]


def test_nothing_that_matches_is_an_answer(site: Site, store: Store) -> None:
    site.answer = repository()
    assert gather(site, store) == [Page(TODAY)]
    site.asked.clear()
    assert gather(site, store) == [Page(TODAY)] and not site.asked


@pytest.mark.parametrize(
    "wrong",
    [
        Says(b"busy", 503, {"Retry-After": "7"}),
        Says(b"<html><body>later</body></html>"),
        Says(answer(SEVEN)[:-300]),
        Says(b"Rate exceeded."),
        Says(b""),
        Says(b"half", cut=50),
        Says(b"<feed/>"),
        Says(b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"></OAI-PMH>'),
    ],
)
def test_what_is_no_page_is_asked_for_again_and_never_an_end(site: Site, store: Store, wrong: Says) -> None:
    site.say(wrong, answer(SEVEN))
    assert len(ids(gather(site, store))) == 7 and len(site.asked) == 2
    site.say(wrong)
    with pytest.raises(SourceError, match="nothing is lost"):
        gather(site, Store("memory://oai-none"))


def test_a_refusal_is_told_at_once(site: Site, store: Store) -> None:
    site.say(error("badArgument", "set does not exist"))
    with pytest.raises(SourceError, match="refuses what was asked: set does not exist; check the categories"):
        gather(site, store)
    assert len(site.asked) == 1


def test_records_that_are_lacking_are_told(site: Site, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    site.say(answer(SEVEN, whole=9))
    gather(site, store)
    assert "counted 9 records of cs:cs:LG since 2026-06-21 and gave 7" in caplog.text


def test_a_record_is_read_whole() -> None:
    extra = "<comments>12  pages</comments><doi>10.1000/AbC</doi><updated>2026-07-01</updated>"
    record = Recorded("2606.00001", title="A\n  <b>Title</b> a<b", abstract=" $x<y$ \x0b & more ", extra=extra)
    (found, stamp) = read_page(answer([record]), "arxiv", TODAY).papers[0]
    assert stamp == record.day
    assert found == Paper(
        id="arxiv:2606.00001",
        title="A <b>Title</b> a<b",
        source="arxiv",
        abstract="$x<y$  & more",
        authors=("Ada Invented", "Group"),
        subjects=("cs.LG",),
        comment="12 pages",
        doi="10.1000/abc",
        url="https://arxiv.org/abs/2606.00001",
        pdf_url="https://arxiv.org/pdf/2606.00001",
        submitted=date(2026, 6, 23),
    )


def test_what_cannot_be_read_and_what_was_deleted_is_counted() -> None:
    broken = "<record><header><identifier>oai:x:1</identifier></header></record>"
    page = read_page(
        answer(
            [
                Recorded("2606.00001", deleted=True),
                Recorded("2606.00002", title=" "),
                Recorded("2606.00003", extra="", created=date(1066, 10, 14)),
                Recorded("nonsense"),
                broken,
                Recorded("hep-th/9901001"),
            ]
        ),
        "arxiv",
        TODAY,
    )
    assert page.deleted == 1 and page.records == 6
    assert [skipped for skipped, _ in page.failed] == [
        Skipped("arxiv:2606.00002", "the record has no title"),
        Skipped("arxiv:2606.00003", "the record has no date of submission"),
        Skipped("nonsense", "the record has no valid arXiv id"),
        Skipped("1", "the record has no valid arXiv id"),
    ]
    assert [paper.id for paper, _ in page.papers] == ["arxiv:hep-th/9901001"]


def test_entities_are_not_followed() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    body = answer([Recorded("2606.00001", title="T &a; x")]).replace(b"&amp;a;", b"&a;")
    with pytest.raises(Unusable):
        read_page(body, "arxiv", TODAY)
    start, _, rest = body.partition(b"\n")
    page = read_page(start + bomb + rest, "arxiv", TODAY)
    assert "root:" not in page.papers[0][0].title


def test_a_day_in_utc_can_have_two_announcements() -> None:
    assert possible_days(date(2026, 6, 22)) == (date(2026, 6, 23), date(2026, 6, 24))
    saturday = date(2026, 6, 20)
    assert possible_days(saturday) == (date(2026, 6, 23), date(2026, 6, 23))


def test_unchanged_records_and_their_neighbours_tell_the_day() -> None:
    monday, tuesday, wednesday = (date(2026, 6, 22) + timedelta(days=n) for n in range(3))
    later = date(2026, 9, 1)
    days = announced(
        {
            "arxiv:2606.00001": (monday, tuesday),
            "arxiv:2606.00002": (monday, later),  # between two of Tuesday's
            "arxiv:2606.00003": (monday, tuesday),
            "arxiv:2606.00005": (monday, wednesday),
            "arxiv:2606.00006": (monday, later),  # after one of Wednesday's
            "arxiv:2606.00004": (monday, later),  # between the days: the earlier one has more
            "arxiv:2606.00000": (monday, later),
        }
    )
    assert [days[f"arxiv:2606.0000{n}"] for n in range(7)] == [*[tuesday] * 5, wednesday, wednesday]
    assert announced({"arxiv:2606.00001": (monday, later)}) == {"arxiv:2606.00001": tuesday}


def test_records_never_changed_are_all_put_right() -> None:
    day, told, true = date(2026, 2, 2), {}, {}
    while day < date(2026, 4, 1):
        if is_workday(day):
            first, last = window(day)
            for n in range(5):
                key = f"arxiv:26{day:%m.%d}{n:03}"
                at = first + (last - first) * n / 5
                assert nominal_day(at) == day
                told[key], true[key] = (at.date(), day), day
        day += timedelta(days=1)
    assert announced(told) == true
