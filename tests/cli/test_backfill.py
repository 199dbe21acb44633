import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from digest.archive import Archive
from digest.archive.store import Store
from digest.cli.console import Pace
from tests.buckets import bucket, buckets
from tests.cli.calling import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, Command
from tests.clusters import Cluster, cluster
from tests.invented import report
from tests.oai_shapes import Recorded, error, repository
from tests.replay import needs_replay, replaying
from tests.serving import Site, serving

__all__ = ["bucket", "buckets", "cluster"]
DAYS = [MONDAY, TUESDAY, WEDNESDAY, THURSDAY]
RECORDS = [
    *(Recorded(f"2601.1000{n}", MONDAY, title=f"Paper {n} on plants") for n in range(4)),
    *(Recorded(f"2601.2000{n}", TUESDAY, title=f"Paper {n} on stars") for n in range(3)),
    Recorded("2601.40000", THURSDAY, deleted=True),
    *(Recorded(f"2601.4000{n}", THURSDAY, title=f"Paper {n} on tides") for n in range(1, 4)),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with serving() as found:
        yield found


@pytest.fixture
def site(server: Site, workspace: Path, slept: list[float]) -> Site:
    server.asked.clear()
    server.answer = repository(*RECORDS, size=3)
    settle(workspace, server.url)
    return server


def settle(workspace: Path, url: str, more: str = "", categories: str = '"cs.LG"') -> None:
    urls = f'api_url = "{url}/api/query"\nfeed_url = "{url}/rss"\noai_url = "{url}/oai"\n'
    text = f"{more}\n[arxiv]\ncategories = [{categories}]\ndelay = 0\n{urls}[http]\nretries = 6\ntimeout = 0.5\n"
    (workspace / "digest.toml").write_text(text)


def tree(workspace: Path) -> dict[str, bytes]:
    files = [p for p in workspace.rglob("*") if p.is_file() and p.name not in ("lock", "lock.holder")]
    return {str(p.relative_to(workspace)): p.read_bytes() for p in files}


def editions(archive: Archive) -> dict[str, int]:
    return {str(day): archive.history.days[day].total for day in archive.history.editions}


WHOLE = {"2026-01-05": 4, "2026-01-06": 3, "2026-01-07": 0, "2026-01-08": 3}


def test_an_empty_archive_is_filled_oldest_first(digest: Command, workspace: Path, site: Site) -> None:
    ended = digest("backfill", "--since", "2026-01-05", at=FRIDAY)
    assert ended.code == 0, ended.err
    archive = Archive(str(workspace / "archive"))
    assert editions(archive) == WHOLE and archive.pending == () and archive.begun == []
    assert archive.report(MONDAY).sources[0].origin == "OAI-PMH"
    assert (workspace / "reports/2026/01/2026-01-08.md").exists() and not (workspace / "archive/harvest").exists()
    assert "1 record is of a paper that arXiv has deleted." in ended.out
    assert re.search(r"^4 of 4 editions, 10 of 10 papers, \S+ papers/s, \$0\.00, 0 min left$", ended.out, re.M)
    told = [line.split(":")[0] for line in ended.err.splitlines() if "new papers" in line]
    assert told == [str(day) for day in DAYS]
    before = tree(workspace)
    site.asked.clear()
    again = digest("backfill", "--since", "2026-01-05", at=FRIDAY)
    assert (again.code, site.asked) == (0, []) and tree(workspace) == before
    assert (
        again.out == "Nothing is missing: every announcement day from 2026-01-05 to 2026-01-08 has its edition.\n"
    )


def test_editions_that_are_there_are_left_alone(digest: Command, workspace: Path, site: Site) -> None:
    assert digest("run", "--edition", "2026-01-06", at=TUESDAY).code == 0
    before = Archive(str(workspace / "archive")).report(TUESDAY)
    site.answer = repository(*RECORDS, Recorded("2601.90003", WEDNESDAY), Recorded("2601.90009", WEDNESDAY))
    assert digest("backfill", "--since", "2026-01-05", "--until", "2026-01-07", at=FRIDAY).code == 0
    archive = Archive(str(workspace / "archive"))
    # A paper of the edition that was there is not news again; those that it lacks came late, as if they were held.
    assert archive.report(TUESDAY) == before and archive.history.editions == DAYS[:3]
    new = {p.id for p in archive.papers(WEDNESDAY)}
    assert "arxiv:2601.90003" not in new and {"arxiv:2601.90009", "arxiv:2601.20001"} <= new
    assert digest("doctor", at=FRIDAY).out.count("BAD") == digest("doctor", at=FRIDAY).out.count("message.")


@pytest.mark.parametrize("which", range(1, 60, 12))
def test_a_run_killed_anywhere_goes_on_to_the_same_archive(
    digest: Command, workspace: Path, site: Site, which: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("backfill", "--since", "2026-01-05")
    left = iter(range(which, -1, -1))
    write = Store.write

    def cut(self: Store, name: str, told: bytes) -> None:
        if next(left, None) == 0:
            raise KeyboardInterrupt
        write(self, name, told)

    with monkeypatch.context() as cutting:
        cutting.setattr(Store, "write", cut)
        assert digest(*words, at=FRIDAY).code in (0, 130)
    assert digest(*words, at=FRIDAY).code == 0
    (tmp_path / "whole").mkdir()
    settle(tmp_path / "whole", site.url)
    assert digest(*words, "--workspace", str(tmp_path / "whole"), at=FRIDAY).code == 0
    assert tree(workspace) == tree(tmp_path / "whole")


def test_pages_that_came_are_not_asked_for_again(digest: Command, workspace: Path, site: Site) -> None:
    whole, left = repository(*RECORDS, size=3), [2]

    def tire(asked: object) -> bytes:
        left[0] -= 1
        return whole(asked) if left[0] >= 0 else b"Rate exceeded."  # type: ignore[arg-type]

    site.answer = tire
    ended = digest("backfill", "--since", "2026-01-05", at=FRIDAY)
    assert ended.code == 1 and "nothing is lost, try again later" in ended.err.splitlines()[-1]
    site.asked.clear()
    site.answer = whole
    assert digest("backfill", "--since", "2026-01-05", at=FRIDAY).code == 0 and len(site.asked) == 2


def test_an_estimate_publishes_nothing_and_keeps_what_it_fetched(
    digest: Command, workspace: Path, site: Site
) -> None:
    ended = digest("backfill", "--since", "2026-01-05", "--estimate", at=FRIDAY)
    assert ended.code == 0 and "10 papers of 4 editions, to be read by local" in ended.out
    assert re.search(r"in all +0 calls +0 tokens in +0 out +\$0\.00", ended.out)
    assert Archive(str(workspace / "archive")).history.editions == [] and not (workspace / "reports").exists()
    site.asked.clear()
    assert digest("backfill", "--since", "2026-01-05", at=FRIDAY).code == 0 and not site.asked


def test_days_beyond_the_records_are_left_for_another_time(digest: Command, workspace: Path, site: Site) -> None:
    site.answer = repository(*RECORDS[:7])
    ended = digest("backfill", "--since", "2026-01-05", at=FRIDAY)
    assert ended.code == 1 and "arXiv's records come to 2026-01-06 only, not to 2026-01-07" in ended.err
    assert "2026-01-07 is not published; the same command goes on from there" in ended.err
    assert Archive(str(workspace / "archive")).history.editions == DAYS[:2]
    assert (workspace / "reports/2026/01/2026-01-06.md").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing option '--since'"),
        (["--since", "2026-01-12"], "there is nothing to fill from 2026-01-12 to 2026-01-08"),
        (["--since", "2026-01-05", "--until", "2026-01-12"], "2026-01-12 is still to come"),
        (["--since", "2026-01-07", "--until", "2026-01-05"], "nothing to fill"),
        (["--since", "1066-10-14"], "editions begin in 1991"),
    ],
)
def test_wrong_usage_exits_2(digest: Command, workspace: Path, site: Site, words: list[str], said: str) -> None:
    ended = digest("backfill", *words, at=FRIDAY)
    assert ended.code == 2 and said in " ".join(ended.err.split()) and not site.asked


def test_a_category_that_is_refused_is_one_line(digest: Command, workspace: Path, site: Site) -> None:
    site.answer = lambda asked: error("badArgument", "no such set")
    ended = digest("backfill", "--since", "2026-01-05", at=FRIDAY)
    assert ended.code == 1 and "refuses what was asked: no such set; check the categories" in ended.err


def test_an_archive_in_a_bucket_is_filled_alike(digest: Command, workspace: Path, site: Site, bucket: str) -> None:
    settle(workspace, site.url, f'archive = "{bucket}/digest"')
    assert digest("backfill", "--since", "2026-01-05", at=FRIDAY).code == 0
    archive = Archive(f"{bucket}/digest")
    assert editions(archive) == WHOLE and archive.store.names("harvest") == [] and archive.begun == []


def test_workers_of_a_scheduler_share_the_work(
    digest: Command, workspace: Path, site: Site, cluster: list[Cluster], tmp_path: Path
) -> None:
    words = ("backfill", "--since", "2026-01-05")
    ended = digest(*words, "--scheduler", cluster[0].address, at=FRIDAY)
    assert ended.code == 0, ended.err
    (tmp_path / "alone").mkdir()
    settle(tmp_path / "alone", site.url)
    assert digest(*words, "--workspace", str(tmp_path / "alone"), at=FRIDAY).code == 0
    assert tree(workspace) == tree(tmp_path / "alone")


def test_without_the_scheduler_that_was_asked_for_nothing_is_published(
    digest: Command, workspace: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digest.scale.PATIENCE", 1)
    settle(workspace, site.url, more='[scale]\nscheduler = "tcp://127.0.0.1:9"')
    ended = digest("backfill", "--since", "2026-01-05", at=FRIDAY)
    assert ended.code == 1 and "no scheduler with workers at tcp://127.0.0.1:9: start" in ended.err
    assert Archive(str(workspace / "archive")).history.editions == []


def test_the_pace_tells_rate_cost_and_time_left() -> None:
    seconds = iter([0.0, 0.0, 60.0, 60.0])
    pace = Pace("backfill", 3, 9000, lambda: next(seconds))
    assert pace.summary == "0 of 3 editions, 0 of 9,000 papers"
    pace.edition(report(new=100), 120)
    assert pace.summary == "1 of 3 editions, 120 of 9,000 papers, 2 papers/s, $0.00, 1 h 14 min left"


@needs_replay
def test_a_storm_of_failures_changes_nothing(digest: Command, tmp_path: Path, slept: list[float]) -> None:
    found = []
    for name, flags in (
        ("calm", ()),
        ("storm", ("--faults", "storm", "--retry-after", "0", "--slow-seconds", "1")),
    ):
        (tmp_path / name).mkdir()
        with replaying("--since", "2026-03-02", "--today", "2026-03-13", "--seed", "3", *flags) as server:
            settle(tmp_path / name, server.url, categories='"cs.LG", "cs.CL", "cs.CV", "cs.AI"')
            words = ("--since", "2026-03-09", "--until", "2026-03-12", "--workspace", str(tmp_path / name))
            ended = digest("backfill", *words, at=date(2026, 3, 13))
            assert ended.code == 0, ended.err
            assert bool(server.stats()["faults"]) == (name == "storm")
        (tmp_path / name / "digest.toml").unlink()
        found.append(tree(tmp_path / name))
    assert found[0] == found[1] and "reports/2026/03/2026-03-12.md" in found[0]
