"""Commands that share their work: whom they call, when, and what becomes of it without workers."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from digest import scale
from digest.archive import Archive
from digest.cli import crew as room
from digest.cli.crew import crew_of
from digest.config import Config
from digest.errors import ScaleError
from digest.map import cells, landmarks
from digest.pipeline import parting
from digest.records import Listing
from digest.scale import Held, Here
from tests.cli.calling import MONDAY, Command, Filling, Stage
from tests.cli.curating import fill
from tests.cli.test_backfill import tree
from tests.clusters import Cluster, cluster
from tests.invented import paper

__all__ = ["cluster"]
NEXT_WEEK = MONDAY + timedelta(days=7)
NOWHERE = "tcp://127.0.0.1:9"
WITHOUT = f"digest: going on without workers: no scheduler with workers at {NOWHERE}: start `dask scheduler`"


@pytest.fixture
def filled(held: None, workspace: Path, stage: Stage, filling: Filling) -> Path:
    """Six topics, and papers that have them redrawn in the week after."""
    fill(stage, filling)
    stage[NEXT_WEEK] = [Listing(paper(900 + n, title="moths moths moths owls on moths")) for n in range(9)]
    return workspace


@pytest.fixture
def large(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same where that is much."""
    monkeypatch.setattr(parting, "PART", 8)
    monkeypatch.setattr(parting, "FEWEST", 2)
    monkeypatch.setattr(cells, "PART", 8)
    monkeypatch.setattr(landmarks, "FEWEST", 4)
    monkeypatch.setattr(landmarks, "rebuilt", partial(landmarks.rebuilt, most=30))
    monkeypatch.setattr(scale, "PATIENCE", 1)
    return filled


def settle(workspace: Path, address: str) -> None:
    (workspace / "digest.toml").write_text(f'[scale]\nscheduler = "{address}"\n')


def worked(digest: Command, *more: str) -> list[str]:
    """What the commands say that could share their work."""
    calls = (("run", "--edition", str(NEXT_WEEK)), ("topics", "rebalance", "--yes"), ("map", "--rebuild"))
    found = [digest(*words, *more, at=NEXT_WEEK) for words in calls]
    assert [ended.code for ended in found] == [0, 0, 0], found
    return [ended.err for ended in found]


def left(workspace: Path) -> dict[str, bytes]:
    # The settings differ, and the quality page tells how long the map took.
    differ = ("digest.toml", "reports/map/quality.md")
    return {name: told for name, told in tree(workspace).items() if name not in differ}


@pytest.fixture
def alone(digest: Command, large: Path, filled_before: Path) -> dict[str, bytes]:
    """What comes of it by a single process."""
    folder = filled_before / "worked alone"
    if not folder.exists():
        shutil.copytree(large, folder)
        worked(digest, "--workspace", str(folder))
    return left(folder)


def test_nobody_is_called_for_an_ordinary_archive(
    digest: Command, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(filled, NOWHERE)
    monkeypatch.setattr(room, "crew_at", None)
    assert not any("workers" in err for err in worked(digest))


def test_without_the_scheduler_of_the_settings_no_edition_is_lost(
    digest: Command, large: Path, alone: dict[str, bytes]
) -> None:
    settle(large, NOWHERE)
    for err in worked(digest):
        assert err.count("digest: ") == err.count(WITHOUT) == 1
    assert Archive("archive").published(NEXT_WEEK) and left(large) == alone


def test_an_option_is_stronger_than_the_setting(digest: Command, large: Path) -> None:
    settle(large, "tcp://127.0.0.1:1")
    words = ("topics", "rebalance", "--yes", "--scheduler")
    assert WITHOUT in digest(*words, NOWHERE).err and "workers" not in digest(*words, "").err


def test_a_list_is_placed_by_workers_who_do_not_have_it(digest: Command, large: Path) -> None:
    rows = "\n".join(f"{kind} {kind} {n} on owls" for n in range(20) for kind in ("sparks", "moths", "clouds"))
    Path("birds.csv").write_text(f"title\n{rows}\n")
    settle(large, NOWHERE)
    ended = digest("map", "--from", "birds.csv")
    # Nobody else could read the archive of a list: workers are called by the map alone, were it a large one.
    assert ended.code == 0 and "workers" not in ended.err


def test_workers_of_a_scheduler_share_the_work(
    digest: Command,
    large: Path,
    alone: dict[str, bytes],
    cluster: list[Cluster],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[object] = []
    submit = scale.Workers._given
    monkeypatch.setattr(scale.Workers, "_given", lambda *told: given.append(told[1]) or submit(*told))  # type: ignore[func-returns-value]
    assert not any("workers" in err for err in worked(digest, "--scheduler", cluster[0].address))
    assert {parting.loaded, cells.settle_part} <= set(given)
    assert left(large) == alone


class Leaving(Here):
    """Workers who do some of the work, and then are gone."""

    apart = True

    def each(self, work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        source = iter(items)
        under_way = [next(source) for _ in range(4)]
        yield from map(work, under_way[:2])
        raise ScaleError("they are gone")

    def held(self, load: Callable[[Any], Any], items: Sequence[Any]) -> Held[Any]:
        return LeavingParts([load(item) for item in items])


class LeavingParts:
    def __init__(self, parts: list[Any]) -> None:
        self._parts, self._left = parts, 1

    def each(self, work: Callable[..., Any], told: Sequence[tuple[Any, ...]] | None = None) -> list[Any]:
        if not self._left:
            raise ScaleError("they are gone")
        self._left -= 1
        return [work(part) for part in self._parts]


@pytest.fixture
def leaving(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Who came, and who was let go."""
    told: list[str] = []

    @contextmanager
    def crew_at(address: str) -> Iterator[Leaving]:
        told.append(f"came from {address}")
        yield Leaving()
        told.append("let go")

    monkeypatch.setattr(room, "crew_at", crew_at)
    yield told


def settings(address: str) -> Config:
    return Config.model_validate({"scale": {"scheduler": address}})


def doubled(number: int) -> int:
    return 2 * number


def test_what_workers_leave_undone_is_done_here(leaving: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with crew_of(settings("tcp://a:1")) as crew:
        assert not leaving
        assert list(crew.each(doubled, range(9))) == [0, 2, 4, 6, 8, 10, 12, 14, 16]
        assert leaving == ["came from tcp://a:1", "let go"] and not crew.apart
        assert list(crew.each(doubled, range(3))) == [0, 2, 4]
    assert capsys.readouterr().err == "digest: going on without workers: they are gone\n"


def test_what_workers_held_is_held_here(leaving: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with crew_of(settings("tcp://a:1")) as crew:
        parts, others = crew.held(doubled, (1, 2)), crew.held(doubled, (3,))
        assert crew.apart
        assert [parts.each(doubled) for _ in range(3)] == [[4, 8]] * 3
        assert [others.each(doubled) for _ in range(2)] == [[12]] * 2
    assert len(leaving) == 2 and capsys.readouterr().err.count("without workers") == 1


def failing(number: int) -> int:
    if number == 5:
        raise ScaleError("this is wrong everywhere")
    return number


def test_what_is_wrong_here_as_well_is_told(leaving: list[str]) -> None:
    with crew_of(settings("tcp://a:1")) as crew:
        with pytest.raises(ScaleError, match="wrong everywhere"):
            list(crew.each(failing, range(9)))
        with pytest.raises(ScaleError, match="wrong everywhere"):
            crew.held(doubled, (5,)).each(failing, [()]) if crew.apart else crew.held(failing, (5,))


def test_who_is_needed_is_called_at_once(leaving: list[str]) -> None:
    with crew_of(settings("tcp://a:1"), needed=True):
        assert leaving == ["came from tcp://a:1"]
    with crew_of(settings("")) as crew:
        assert isinstance(crew, Here)
