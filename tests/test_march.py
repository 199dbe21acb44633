"""The whole program over two weeks of real announcements: feeds, a holiday, weekends, a stale day, faults."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from digest import registry
from digest.archive import Archive
from digest.cli import main
from digest.records import Outcome
from tests.replay import Replay, announced, needs_replay, replaying
from tests.test_report import Outline

pytestmark = needs_replay

CATEGORIES = ("cs.AI", "cs.CL", "cs.CV", "cs.LG")
FIRST, LAST, HOLIDAY = date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 3)
CALENDAR = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
SPACING = 0.1

Run = Callable[..., int]


@pytest.fixture
def run(real_run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program with a reader and an embedder that take no time."""
    monkeypatch.setitem(registry.READERS, "local", "tests.fakes:FakeReader")
    monkeypatch.setitem(registry.EMBEDDERS, "local", "tests.fakes:FakeEmbedder")
    return real_run


@pytest.fixture
def real_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def digest(replay: Replay, day: date, *words: str) -> int:
        told = {
            "DIGEST_NOW": f"{day}T09:00-05:00",
            "DIGEST_ARXIV_API_URL": f"{replay.url}/api/query",
            "DIGEST_ARXIV_FEED_URL": f"{replay.url}/rss",
            "DIGEST_ARXIV_DELAY": str(SPACING * 1.2),
            "DIGEST_HTTP_RETRIES": "8",
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["digest", *(words or ("run",)), "--workspace", str(tmp_path)])
        with pytest.raises(SystemExit) as ended:
            main()
            raise SystemExit(0)
        return int(ended.value.code or 0)

    return digest


@pytest.fixture(params=["none", "storm"])
def replay(request: pytest.FixtureRequest) -> Iterator[Replay]:
    flags = ("--since", "2026-02-20", "--replacements", "20", "--min-interval", str(SPACING))
    faults = ("--faults", request.param, "--slow-seconds", "0.3", "--retry-after", "1")
    with replaying(*flags, *faults) as server:
        yield server


def check(archive: Archive, days: list[date]) -> None:
    """No id is new twice, every ledger adds up, and nothing that was announced is missing."""
    printed: dict[str, date] = {}
    for day in days:
        report = archive.report(day)
        assert report.ledger.balanced and not report.ledger.failed
        if report.outcome is Outcome.QUIET:
            assert not announced(day, CATEGORIES)
            continue
        ids = {paper.id for paper in archive.papers(day)}
        assert not ids & printed.keys()
        assert ids == announced(day, CATEGORIES) - printed.keys()
        printed.update(dict.fromkeys(ids, day))
    assert len(printed) > 1500


def test_two_weeks_day_by_day(replay: Replay, run: Run, tmp_path: Path) -> None:
    for day in CALENDAR:
        replay.turn_to(day)
        assert run(replay, day) == 0
    archive = Archive(str(tmp_path / "archive"))
    assert archive.history.editions == [day for day in CALENDAR if day.weekday() < 5]
    assert archive.report(HOLIDAY).outcome is Outcome.QUIET
    check(archive, archive.history.editions)
    stats = replay.stats()
    assert stats["too_soon"] == 0 and stats["in_flight_peak"] == 1
    assert all(agent.startswith("paper-digest/") for agent in stats["user_agents"])
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "reports").glob("2026/03/*.md")]
    listed = [
        i
        for page in pages
        for i in re.findall(r"^\d+\. \*\*\[.*?\]\(https://arxiv\.org/abs/([\d.]+)\)", page, re.M)
    ]
    assert len(listed) == len(set(listed)) > 1000


def test_a_stale_day_fails_in_words_and_is_caught_up(
    replay: Replay, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monday, tuesday = date(2026, 3, 9), date(2026, 3, 10)
    replay.turn_to(monday)
    assert run(replay, monday) == 0
    capsys.readouterr()
    assert run(replay, tuesday) == 1
    said = capsys.readouterr().err
    assert "still shows 2026-03-09, not 2026-03-10" in said and "Traceback" not in said
    replay.turn_to(tuesday)
    assert run(replay, tuesday) == 0
    archive = Archive(str(tmp_path / "archive"))
    assert archive.history.editions == [monday, tuesday]


def test_a_missed_week_is_caught_up(replay: Replay, run: Run, tmp_path: Path) -> None:
    for day in (date(2026, 3, 6), date(2026, 3, 16)):
        replay.turn_to(day)
        assert run(replay, day) == 0
    archive = Archive(str(tmp_path / "archive"))
    days = [d for d in CALENDAR if d >= date(2026, 3, 6) and d.weekday() < 5]
    assert archive.history.editions == days
    check(archive, days)


def test_hostile_records_lead_nowhere(real_run: Run, tmp_path: Path) -> None:
    day = date(2026, 3, 10)
    with replaying("--since", "2026-03-06", "--nasty", "--today", str(day)) as replay:
        assert real_run(replay, day) == 0
    for path in (tmp_path / "reports").rglob("*.md"):
        outline = Outline(path.read_text(encoding="utf-8"))
        hosts = {urlsplit(address).netloc for address in outline.addresses}
        known = {"", "arxiv.org", "github.com", "huggingface.co", "gitlab.com", "bitbucket.org", "codeberg.org"}
        assert hosts <= known and not {"script", "img", "iframe", "style", "object"} & set(outline.tags) - {"img"}
        assert outline.tags.count("img") <= 1
    assert "evil" not in "".join(
        a for p in (tmp_path / "reports").rglob("*.md") for a in Outline(p.read_text()).addresses
    )
