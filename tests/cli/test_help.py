import os
import subprocess
import sys
from pathlib import Path

import pytest

import digest

ROOT = Path(digest.__file__).parents[1]
HEAVY = [
    "pandas",
    "pyarrow",
    "matplotlib",
    "sklearn",
    "scipy",
    "umap",
    "numba",
    "datamapplot",
    "cohere",
    "feedparser",
    "arxiv",
    "jinja2",
    "requests",
    "numpy",
]
LOOK = "import sys; print('\\n'.join(sorted({name.split('.')[0] for name in sys.modules})))"
RUN = "import sys; from digest.cli import main; sys.argv = ['digest', *{words!r}]\ntry: main()\nfinally: {look}"


def python(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "100"}
    return subprocess.run([sys.executable, *words], env=told, cwd=folder, capture_output=True, text=True)


def test_help_names_every_command(tmp_path: Path) -> None:
    done = python("-m", "digest", "--help", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for command in ("run", "render", "topics", "like", "dislike", "search", "doctor", "schedule", "export"):
        assert f"\n  {command} " in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [["-h"], ["topics", "-h"]])
def test_no_summary_is_cut_in_a_narrow_window(tmp_path: Path, words: list[str]) -> None:
    narrow = "import os; os.environ['COLUMNS'] = '80'; from digest.cli import main; main()"
    done = python("-c", narrow, *words, folder=tmp_path)
    listed = done.stdout.partition("Commands:")[2]
    assert done.returncode == 0 and "-h, --help" in done.stdout and listed and "..." not in listed


def test_no_words_show_the_help(tmp_path: Path) -> None:
    done = python("-m", "digest", folder=tmp_path)
    assert done.returncode == 2 and "Usage:" in done.stdout + done.stderr


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    done = python("-m", "digest", "--version", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"digest {digest.__version__}\n", "")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["search", "--help"]])
def test_help_loads_nothing_heavy(tmp_path: Path, words: list[str]) -> None:
    done = python("-c", RUN.format(words=words, look=LOOK.removeprefix("import sys; ")), folder=tmp_path)
    loaded = set(done.stdout.splitlines())
    assert done.returncode == 0 and {"typer", "digest"} <= loaded
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize("command", ["run", "render", "search", "doctor", "schedule", "export"])
def test_every_command_explains_each_option(tmp_path: Path, command: str) -> None:
    done = python("-m", "digest", command, "--help", folder=tmp_path)
    options = [line for line in done.stdout.splitlines() if line.startswith(("  --", "  -h,"))]
    assert done.returncode == 0 and len(options) >= 2
    assert all(len(line.split(None, 2)) > 2 for line in options), done.stdout


def test_an_unknown_command_is_wrong_usage(tmp_path: Path) -> None:
    done = python("-m", "digest", "fetch", folder=tmp_path)
    assert done.returncode == 2 and "No such command 'fetch'" in done.stderr
