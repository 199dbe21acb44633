"""Archives on an object store: nothing is locked there, and nothing may be lost."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from digest.archive import Archive, Bill, Journal, objects
from digest.archive.store import Store
from digest.errors import ArchiveError
from digest.records import Spending
from tests.buckets import Buckets
from tests.invented import DAY, paper, reading, report, vectors

NEXT = DAY + timedelta(days=1)
NUMBERS = itertools.count()
BILL = Bill(DAY, DAY, Spending("chat", "m", 1, 100, 10, 0.25))


@pytest.fixture(params=["bucket", "memory"])
def url(request: pytest.FixtureRequest) -> str:
    """S3, and a store whose conditions are compared by ourselves."""
    if request.param == "memory":
        return f"memory://objects-{next(NUMBERS)}"
    return f"{request.getfixturevalue('bucket')}/digest"


def take_in(archive: Archive, edition: date, *numbers: int) -> None:
    papers = tuple(paper(n) for n in numbers)
    archive.fix_embedder("test", 4)
    archive.commit(report(edition, len(papers)), papers, [reading(p) for p in papers], vectors(len(papers)))


def ids(archive: Archive, edition: date) -> list[str]:
    found = [p.id for p in archive.papers(edition)]
    assert found == archive.vectors(edition)[0] == [e.paper_id for e in archive.enrichments(edition)]
    assert archive.report(edition).ledger.new == archive.history.days[edition].total == len(found)
    assert archive.seen(found).keys() == set(found)
    return found


def begun(url: str) -> tuple[Archive, Archive]:
    """Two runs that both see an archive with one edition."""
    first, second = Archive(url), Archive(url)
    with first.writing():
        take_in(first, DAY, 1, 2)
    for archive in (first, second):
        with archive.writing():
            assert archive.head.generation == 1 and archive.history.editions == [DAY]
    return first, second


def test_a_file_that_is_not_there_yet_has_no_other_writer(url: str) -> None:
    store = Store(url)
    store.check("head.json")
    with pytest.raises(ArchiveError, match="the archive lacks"):
        store.read("head.json")
    Store(url).write("head.json", b"another writer's")
    with pytest.raises(ArchiveError, match="another run has changed the archive"):
        store.check("head.json")


def test_of_two_writers_of_one_edition_the_second_is_told_and_nothing_is_lost(url: str) -> None:
    first, second = begun(url)
    take_in(first, NEXT, 3, 4)
    with pytest.raises(ArchiveError, match=r"another run has changed the archive .*run the same command again"):
        take_in(second, NEXT, 5, 6, 7)
    again = Archive(url)
    assert ids(again, NEXT) == [paper(3).id, paper(4).id] and ids(again, DAY) == [paper(1).id, paper(2).id]
    assert again.seen([paper(5).id]) == {}


def test_of_two_writers_of_different_editions_the_second_goes_on_when_it_comes_again(url: str) -> None:
    first, second = begun(url)
    take_in(first, NEXT, 3)
    later = NEXT + timedelta(days=1)
    with pytest.raises(ArchiveError, match="another run"):
        take_in(second, later, 5)
    with second.writing():
        take_in(second, later, 5)
    again = Archive(url)
    assert [ids(again, day) for day in (DAY, NEXT, later)] == [
        [paper(1).id, paper(2).id],
        [paper(3).id],
        [paper(5).id],
    ]


@pytest.mark.parametrize(
    ("url", "which"), [*(("memory", put) for put in range(8)), ("bucket", 0), ("bucket", 6)], indirect=["url"]
)
def test_a_writer_overtaken_at_any_put_loses_and_spoils_nothing(
    url: str, which: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is stopped before one of its puts, the second commits and sweeps, then the first goes on."""
    first, second = begun(url)
    puts = itertools.count()

    def overtaken(put: Callable[..., Any]) -> Callable[..., Any]:
        def slow(self: Store, *told: Any) -> Any:
            if self is first.store and next(puts) == which:
                with second.writing():
                    take_in(second, NEXT, 3, 4)
            return put(self, *told)

        return slow

    with monkeypatch.context() as slowing:
        for name in ("write", "create", "replace"):
            slowing.setattr(Store, name, overtaken(getattr(Store, name)))
        with pytest.raises(ArchiveError, match="another run has changed"):
            take_in(first, NEXT, 5, 6, 7)
    assert next(puts) > which
    again = Archive(url)
    with again.writing():
        take_in(again, NEXT + timedelta(days=1), 8)
        assert ids(again, DAY) == [paper(1).id, paper(2).id] and ids(again, NEXT) == [paper(3).id, paper(4).id]
    assert again.store.names("claims") == []


def test_a_run_killed_before_the_head_leaves_files_that_the_next_commit_removes(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, other = begun(url)
    with monkeypatch.context() as killing:
        killing.setattr(Store, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            take_in(archive, NEXT, 3, 4)
    again = Archive(url)
    assert not again.published(NEXT) and len(again.store.names("papers")) == 2
    with other.writing():
        take_in(other, NEXT, 5)
    assert ids(Archive(url), NEXT) == [paper(5).id]
    assert len(other.store.names("papers")) == 2 and other.store.names("claims") == []


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_put_whose_answer_got_lost_is_no_other_run(url: str) -> None:
    """A client that hears nothing puts again, and finds what it had put."""
    store = Store(url)
    assert store.create("a", b"1") and store.create("a", b"1") and not store.create("a", b"2")
    store.read_guarded("a")
    before = dict(store._versions)
    store.replace("a", b"2")
    store._versions = dict(before)
    store.replace("a", b"2")
    store.replace("a", b"3")
    assert store.read("a") == b"3"
    store._versions = before
    with pytest.raises(ArchiveError, match="another run"):
        store.replace("a", b"4")


def test_a_store_that_ignores_conditions_is_found_out(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(url)
    assert store.keeps_apart("probe") and store.names("") == []
    put = store.fs.pipe_file
    monkeypatch.setattr(store.fs, "pipe_file", lambda path, told, **_: put(path, told) or {"ETag": "x"})
    assert not store.keeps_apart("probe") and store.names("") == []


def test_a_head_that_is_gone_is_not_made_anew(url: str) -> None:
    archive, _ = begun(url)
    archive.store.remove("HEAD.json")
    with pytest.raises(ArchiveError, match="another run"):
        archive.rendered(DAY)


def test_what_others_write_and_remove_is_seen_at_once(url: str) -> None:
    one, other = Store(url), Store(url)
    assert one.names("x") == [] and not one.exists("x/a")
    other.write("x/a", b"1")
    assert one.names("x") == ["x/a"] and one.exists("x/a") and one.read("x/a") == b"1"
    other.write("x/a", b"22")
    assert one.read("x/a") == b"22" and one.read_guarded("x/a") == b"22"
    other.remove("x/a")
    assert one.names("x") == [] and not one.exists("x/a")


def test_files_next_to_a_folder_are_not_in_it(url: str) -> None:
    store = Store(url)
    for name in ("a/2", "a/1", "ab/1", "a.b"):
        store.write(name, name.encode())
    assert store.names("a") == ["a/1", "a/2"]
    assert store.read_all(["a/2", "ab/1", "a/1"]) == [b"a/2", b"ab/1", b"a/1"]
    store.remove_all(store.names("a"))
    assert store.names("a") == [] and store.names("ab") == ["ab/1"]


def test_a_journal_goes_on_after_a_kill_and_is_gone_after_discarding(url: str) -> None:
    store = Store(url)
    Journal(store, DAY).add("x", {"text": "한국어\u2028"})
    again = Journal(store, DAY)
    again.add("x", 2)
    assert Archive(url).begun == [DAY]
    assert Journal(Store(url), DAY).entries("x") == [{"text": "한국어\u2028"}, 2]
    again.discard()
    assert Journal(store, DAY).entries("x") == [] and Archive(url).begun == []
    again.add("x", 3)
    assert Journal(store, DAY).entries("x") == [3]


def test_two_runs_at_work_on_one_edition_meet_at_the_first_result(url: str) -> None:
    first, second = Journal(Store(url), DAY), Journal(Store(url), DAY)
    first.add("x", 1)
    with pytest.raises(ArchiveError, match=r"another run is at work on .*2026-01-05; wait for it to end"):
        second.add("x", 2)
    assert Journal(Store(url), DAY).entries("x") == [1]


def test_a_damaged_journal_is_named(url: str) -> None:
    store = Store(url)
    Journal(store, DAY).add("x", 1)
    store.write(store.names("journal")[0], b"\x00\x00\n")
    with pytest.raises(ArchiveError, match=f"{DAY} is damaged"):
        Journal(store, DAY)


def test_bills_of_two_runs_are_all_kept_in_few_files(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.archive.spending.MOST", 500)
    first, second = Archive(url), Archive(url)
    for _ in range(4):
        first.spending.add(BILL)
        second.spending.add(BILL)
    assert list(Archive(url).spending.bills("2026-01")) == [BILL] * 8
    assert not list(Archive(url).spending.bills("2026-02"))
    assert len(first.store.names("spending")) == 4


def test_a_large_file_comes_back_whole_or_is_refused(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a size the client sends parts, which become a file only together."""
    store, size = Store(f"{bucket}/digest"), 12 * 2**20
    whole = store.fs._pipe_file
    monkeypatch.setattr(
        store.fs, "_pipe_file", lambda *words, **more: whole(*words, chunksize=5 * 2**20, **more), raising=False
    )
    assert objects.is_s3(store.fs)
    for told in (b"1" * size, b"2" * size):
        store.write("large", told)
        assert store.read("large") == told


def test_a_bucket_that_is_not_there_is_one_line(bucket: str) -> None:
    archive = Archive("s3://elsewhere/digest")
    with pytest.raises(
        ArchiveError, match="s3://elsewhere/digest cannot be listed: there is no such place; create it"
    ):
        archive.writing().__enter__()


def test_a_server_that_is_not_there_and_missing_keys_are_one_line(
    buckets: Buckets, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = buckets.client()
    store = Store(f"{bucket}/digest")

    async def refuse(*_: Any, **__: Any) -> None:
        from botocore.exceptions import NoCredentialsError

        raise NoCredentialsError

    monkeypatch.setattr(store.fs, "_call_s3", refuse, raising=False)
    with pytest.raises(ArchiveError, match="cannot be read: Unable to locate credentials"):
        store.read("HEAD.json")
    assert closed is not store.fs
