"""A repository at its host, on this machine, with the scripts in it and a `digest` that invents its papers."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.workflows.jobs import GIT, MONDAY, REPOSITORY, ROOT, SCRIPTS, Hosted, plain
from tests.workflows.staged import CALLER

Hosting = Callable[..., Hosted]


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of programs that come first: `digest`, served by one process, and git with a door in it."""
    folder = tmp_path_factory.mktemp("programs")
    place = tmp_path_factory.mktemp("s") / "digest"
    command = [sys.executable, "-m", "tests.workflows.staged", str(place)]
    server = subprocess.Popen(command, cwd=ROOT, env=plain(), stdout=subprocess.PIPE, text=True)
    real = shutil.which("git")
    for name, text in {
        "digest": CALLER.format(python=sys.executable, place=str(place)),
        "git": GIT.replace("REAL", str(real)),
    }.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    try:
        assert server.stdout is not None and server.stdout.readline() == "READY\n"
        yield folder
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> Path:
    """A repository whose first run was on Monday: many tests begin with one, so it is made once and copied."""
    host = _made(tmp_path_factory.mktemp("begun"), programs)
    assert [step.code for step in host.run(MONDAY)] == [0, 0, 0]
    return host.origin


@pytest.fixture
def host(tmp_path: Path, programs: Path, begun: Path) -> Hosted:
    """A repository with the edition of Monday."""
    folder = tmp_path / "host"
    shutil.copytree(begun, folder / "origin.git")
    return Hosted(folder, programs, folder / "origin.git")


@pytest.fixture
def hosting(tmp_path: Path, programs: Path) -> Hosting:
    """Makes a repository with the scripts, settings and nothing else, or from another one: a fork."""

    def make(repository: str = REPOSITORY, upstream: Hosted | None = None, branches: str = "main") -> Hosted:
        return _made(tmp_path / repository.replace("/", "-"), programs, repository, upstream, branches)

    return make


def _made(
    folder: Path,
    programs: Path,
    repository: str = REPOSITORY,
    upstream: Hosted | None = None,
    branches: str = "main",
) -> Hosted:
    folder.mkdir(exist_ok=True)
    made = Hosted(folder, programs, folder / "origin.git", repository)
    made.git("init", "--quiet", "--bare", "--initial-branch=main", str(made.origin), cwd=folder)
    if upstream is not None:
        made.git("fetch", "--quiet", str(upstream.origin), f"refs/heads/{branches}:refs/heads/{branches}")
        return made
    first = folder / "first"
    made.git("init", "--quiet", "--initial-branch=main", str(first), cwd=folder)
    shutil.copytree(SCRIPTS, first / ".github/scripts")
    (first / ".gitignore").write_text("/archive/\n")
    (first / "digest.toml").write_text('title = "Papers"\n')
    made.git("add", "--all", cwd=first)
    made.git("commit", "--quiet", "--message", "The set-up", cwd=first)
    made.git("push", "--quiet", str(made.origin), "main", cwd=first)
    return made
