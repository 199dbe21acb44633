"""The command line in a workspace of its own, on a Tuesday morning, with fakes for weights and network."""

import shutil
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from digest import registry
from digest.cli import main
from digest.map import libraries
from tests.cli.calling import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    Command,
    Ended,
    Filling,
    Stage,
    StagedFeed,
    StagedSource,
    listed,
    renewed,
)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser's libraries: somebody else's scripts are not needed to see what a command does."""
    folder = tmp_path / "held"
    (folder / "licences").mkdir(parents=True)
    for name in libraries.SCRIPTS:
        (folder / name).write_text("// a library\n")
    monkeypatch.setattr(libraries, "fetch_libraries", lambda cache, client: folder)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    days: Stage = {
        MONDAY: listed(1, 2, 3),
        TUESDAY: [*listed(3, 4, 5), renewed(1)],
        WEDNESDAY: listed(6, 7),
    }
    monkeypatch.setattr(StagedSource, "stage", days)
    monkeypatch.setattr(StagedFeed, "stage", {})
    return days


@pytest.fixture
def digest(
    workspace: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """`digest("run", "--edition", "2026-01-05", at=FRIDAY)`; no command may end in a traceback."""
    monkeypatch.setitem(registry.READERS, "local", "tests.fakes:FakeReader")
    monkeypatch.setitem(registry.EMBEDDERS, "local", "tests.fakes:FakeEmbedder")
    monkeypatch.setitem(registry.SOURCES, "arxiv", "tests.cli.calling:StagedSource")
    monkeypatch.setitem(registry.SOURCES, "feed", "tests.cli.calling:StagedFeed")

    def call(*words: str, at: date | str = TUESDAY) -> Ended:
        monkeypatch.setenv("DIGEST_NOW", at if isinstance(at, str) else f"{at}T09:00-05:00")
        monkeypatch.setattr(sys, "argv", ["digest", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert "Traceback" not in shown.out + shown.err
        return Ended(int(ended.value.code or 0), shown.out, shown.err)

    return call


@pytest.fixture(scope="session")
def filled_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where workspaces are kept that a test had filled, so that the next need only copy them."""
    return tmp_path_factory.mktemp("filled")


@pytest.fixture
def filling(digest: Command, workspace: Path, filled_before: Path) -> Filling:
    """Fills the workspace with the staged editions; `name` tells the callers' stages apart."""

    def fill(name: str, days: Sequence[date]) -> None:
        kept = filled_before / name
        if not kept.exists():
            for day in days:
                assert digest("run", "--edition", str(day), at=day).code == 0
            shutil.copytree(workspace, kept)
        shutil.copytree(kept, workspace, dirs_exist_ok=True)

    return fill
