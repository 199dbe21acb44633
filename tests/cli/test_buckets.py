"""Whole editions with their archive on an object store."""

from pathlib import Path

import pytest

from digest.archive import Archive
from digest.archive.store import Store
from tests.buckets import bucket, buckets
from tests.cli.calling import MONDAY, TUESDAY, WEDNESDAY, Command

__all__ = ["bucket", "buckets"]


@pytest.fixture
def url(bucket: str, workspace: Path) -> str:
    (workspace / "digest.toml").write_text(f'archive = "{bucket}/digest"\n')
    return f"{bucket}/digest"


def same(one: Archive, other: Archive) -> bool:
    """True if two archives hold the same, whatever their files are called."""
    assert one.history.editions == other.history.editions
    for edition in one.history.editions:
        assert one.report(edition) == other.report(edition)
        assert one.papers(edition) == other.papers(edition) and one.enrichments(edition) == other.enrichments(
            edition
        )
        assert (one.vectors(edition)[1] == other.vectors(edition)[1]).all()
        assert str(one.assigned(edition)) == str(other.assigned(edition))
    return one.head.generation == other.head.generation


def reports(workspace: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(Path(workspace / "reports").rglob("*")) if p.is_file()}


def test_editions_are_the_same_as_on_a_disk(digest: Command, workspace: Path, url: str) -> None:
    assert digest("run", "--since", "2026-01-05", at=WEDNESDAY).code == 0
    there = reports(workspace)
    assert not (workspace / "archive").exists()
    remote = Archive(url)
    (workspace / "digest.toml").unlink()
    (workspace / "reports").rename(workspace / "before")
    assert digest("run", "--since", "2026-01-05", at=WEDNESDAY).code == 0
    assert reports(workspace) == there
    assert same(remote, Archive(str(workspace / "archive")))


def test_the_doctor_search_and_render_find_everything(digest: Command, workspace: Path, url: str) -> None:
    digest("run", at=MONDAY)
    digest("run", at=TUESDAY)
    ended = digest("doctor")
    assert ended.code == 0, ended.out + ended.err
    assert f"{url}: 2 editions from 2026-01-05 to 2026-01-06" in ended.out
    assert "An Invented Paper, Number 4" in digest("search", "invented paper number 4").out
    before = reports(workspace)
    assert digest("render", "--all").code == 0 and reports(workspace) == before
    assert digest("render", "--recategorise").code == 0
    assert digest("run", at=WEDNESDAY).code == 0 and digest("doctor").code == 0


def test_what_is_missing_or_damaged_is_told(digest: Command, workspace: Path, url: str) -> None:
    digest("run", at=MONDAY)
    store = Store(url)
    store.write(store.names("papers")[0], b"rubbish")
    ended = digest("doctor")
    assert ended.code == 1 and "is damaged" in ended.out + ended.err
    store.remove(store.names("papers")[0])
    assert "the archive lacks" in digest("doctor").out


@pytest.mark.parametrize("which", range(0, 24, 5))
def test_a_run_killed_at_any_put_goes_on_where_it_was(
    digest: Command, workspace: Path, url: str, which: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest("run", at=MONDAY)
    left = iter(range(which, -1, -1))

    def cut(name: str) -> None:
        put = getattr(Store, name)

        def one(self: Store, *told: object) -> object:
            if next(left, None) == 0:
                raise KeyboardInterrupt
            return put(self, *told)

        cutting.setattr(Store, name, one)

    with monkeypatch.context() as cutting:
        for name in ("write", "create", "replace", "remove_all"):
            cut(name)
        assert digest("run", at=TUESDAY).code in (0, 130)
    assert digest("run", at=TUESDAY).code == 0
    assert digest("doctor").code == 0
    assert Archive(url).history.editions == [MONDAY, TUESDAY]
    assert len(Archive(url).papers(TUESDAY)) == 2 and Archive(url).begun == []
