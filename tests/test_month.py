"""A month of the daemon over real announcements, in simulated time, with restarts, kills and absences."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest import registry
from digest.archive import Archive
from digest.archive.health import Ending, Health, HealthFile
from digest.cli import scheduling
from digest.cli.logged import logged
from digest.cli.scheduling import daemon_of, jobs
from digest.cli.setting import now, open_setting
from digest.daemon import EDITION, Timetable
from digest.map import libraries
from digest.records import Outcome
from tests.fakes import FakeEmbedder
from tests.replay import Replay, announced, needs_replay, replaying

pytestmark = needs_replay

EASTERN = ZoneInfo("America/New_York")
CATEGORY = "cs.GT"
# On the 8th clocks change; on the 3rd nothing is announced.
FIRST, LAST, HOLIDAY = date(2026, 3, 2), date(2026, 3, 31), date(2026, 3, 3)
WEEKDAYS = [FIRST + timedelta(days=n) for n in range(30) if (FIRST + timedelta(days=n)).weekday() < 5]


class Month:
    """A workspace whose daemon wakes at every slot of the month, unless something happens to it."""

    def __init__(self, replay: Replay, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.replay, self.workspace, self.monkeypatch = replay, workspace, monkeypatch
        self.file = HealthFile(workspace / "archive")
        self.seen: list[Health] = []
        settings = {
            "DIGEST_ARXIV_API_URL": f"{replay.url}/api/query",
            "DIGEST_ARXIV_FEED_URL": f"{replay.url}/rss",
            "DIGEST_ARXIV_OAI_URL": f"{replay.url}/oai2",
            "DIGEST_ARXIV_DELAY": "0",
            "DIGEST_ARXIV_CATEGORIES": f'["{CATEGORY}"]',
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        self.turn(datetime.combine(FIRST, datetime.min.time(), EASTERN))

    def turn(self, moment: datetime, announced_on: date | None = None) -> None:
        self.monkeypatch.setenv("DIGEST_NOW", moment.isoformat())
        self.replay.turn_to(announced_on or moment.astimezone(EASTERN).date())

    def begin(self) -> None:
        """A daemon in a process of its own: all it knows of the past is on the disk."""
        config = open_setting(self.workspace).config
        with logged("info", {}) as lines, self.file.held(now()) as health:
            health = daemon_of(config, jobs(self.workspace, lines)).look(health)
        self.seen.append(health)

    @property
    def attempt(self) -> Ending:
        return self.seen[-1].attempts[EDITION].ending

    @property
    def archive(self) -> Archive:
        return Archive(str(self.workspace / "archive"))


@pytest.fixture
def month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Month]:
    monkeypatch.setitem(registry.READERS, "local", "tests.fakes:FakeReader")
    monkeypatch.setitem(registry.EMBEDDERS, "local", "tests.fakes:FakeEmbedder")
    held = tmp_path / "held"
    (held / "licences").mkdir(parents=True)
    for name in libraries.SCRIPTS:
        (held / name).write_text("// a library\n")
    monkeypatch.setattr(libraries, "fetch_libraries", lambda cache, client: held)
    # What the site holds of a month is for others to say.
    monkeypatch.setattr(scheduling, "write_site", lambda workspace: None)
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    flags = ("--since", "2026-02-20", "--replacements", "5", "--min-interval", "0")
    with replaying(*flags) as server:
        yield Month(server, workspace, monkeypatch)


def test_every_edition_exactly_once(month: Month) -> None:
    config = open_setting(month.workspace).config
    table = Timetable(config.schedule.clocks, config.schedule.map_day, EASTERN)
    slot = table.next(now())
    while slot.date() <= LAST:
        happening = f"{slot:%d %H:%M}"
        month.turn(slot)
        if happening == "05 04:15":
            killed_while_embedding(month)
        elif slot.day in (10, 11, 12):
            pass  # the machine is off
        elif happening == "17 04:15":
            month.turn(slot, date(2026, 3, 16))
            month.begin()
            assert month.attempt is Ending.FAILED and "still shows 2026-03-16" in reason(month)
        elif happening == "20 04:15":
            with month.archive.writing():
                month.begin()
            assert month.attempt is Ending.FAILED and "in use by process" in reason(month)
        else:
            month.begin()
            assert month.attempt is Ending.DONE, reason(month)
        slot = table.next(slot)
    check(month.archive)


def killed_while_embedding(month: Month) -> None:
    def killed(self: FakeEmbedder, papers: object) -> None:
        raise KeyboardInterrupt

    with month.monkeypatch.context() as patched:
        patched.setattr(FakeEmbedder, "embed", killed)
        with pytest.raises(KeyboardInterrupt):
            month.begin()
    assert date(2026, 3, 5) not in month.archive.history
    month.turn(datetime(2026, 3, 5, 5, 0, tzinfo=EASTERN))
    month.begin()
    assert date(2026, 3, 5) in month.archive.history


def reason(month: Month) -> str:
    return month.seen[-1].attempts[EDITION].reason


def check(archive: Archive) -> None:
    """No day and no paper twice or left out; the map was rebuilt on its last day and has them all."""
    assert archive.history.editions == WEEKDAYS
    printed: set[str] = set()
    for day in WEEKDAYS:
        report = archive.report(day)
        assert report.ledger.balanced and not report.ledger.failed
        if report.outcome is Outcome.QUIET:
            assert day == HOLIDAY
            continue
        ids = {paper.id for paper in archive.papers(day)}
        assert ids == announced(day, (CATEGORY,)) - printed and not ids & printed
        printed |= ids
    places = archive.layout
    assert places is not None and set(places.ids) == printed and places.told["built"] == "2026-03-29"
    assert len(printed) > 80
