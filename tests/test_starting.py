import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import digest
from digest.starting import REQUIREMENTS, State, files, requirement, write

ROOT = Path(digest.__file__).parents[1]
WANTED = "digest-of-papers @ git+https://example.org/digest.git@a1b2"


def names() -> list[str]:
    return [file.name for file in files(WANTED)]


def test_the_set_up_is_the_workflow_with_all_that_it_calls_and_the_owners_files() -> None:
    found = names()
    assert len(set(found)) == len(found)
    assert {".github/workflows/digest.yml", ".github/scripts/save", ".github/actions/install/action.yml"} <= set(
        found
    )
    assert {REQUIREMENTS, "digest.toml", ".gitignore", "README.md"} <= set(found)
    assert not any("ci.yml" in name or "pictures" in name for name in found)
    scripts = {path.name for path in (ROOT / ".github/scripts").iterdir()}
    assert {Path(name).name for name in found if "/scripts/" in name} == scripts


def test_files_are_found_as_they_are(tmp_path: Path) -> None:
    workflow, wanted, *_, ignored, readme = (
        next(file for file in files(WANTED) if file.name == name)
        for name in (".github/workflows/digest.yml", REQUIREMENTS, "digest.toml", ".gitignore", "README.md")
    )
    assert workflow.state(tmp_path) is State.MISSING
    for file in (workflow, wanted, ignored, readme):
        write(file, tmp_path)
        assert file.state(tmp_path) is State.SAME and not file.lacks(tmp_path)
    assert WANTED in (tmp_path / REQUIREMENTS).read_text()
    for file in (workflow, readme):
        path = tmp_path / file.name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert file.state(tmp_path) is State.SAME
        path.write_bytes(path.read_bytes() + b"# mine\n")
    assert (workflow.state(tmp_path), readme.state(tmp_path)) == (State.DIFFERS, State.OWN)
    (tmp_path / ".gitignore").write_text("*.pyc\n")
    assert ignored.state(tmp_path) is State.OWN and ignored.lacks(tmp_path) == "/archive/"
    (tmp_path / ".gitignore").write_text("*.pyc\narchive\n")
    assert not ignored.lacks(tmp_path)


def test_scripts_can_be_run(tmp_path: Path) -> None:
    for file in files(WANTED):
        write(file, tmp_path)
        assert bool((tmp_path / file.name).stat().st_mode & 0o111) == file.shipped.startswith(b"#!")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (None, ""),
        ({"url": "file:///home/me/digest", "dir_info": {}}, ""),
        (
            {"url": "https://example.org/digest.git", "vcs_info": {"vcs": "git", "commit_id": "a1b2"}},
            WANTED,
        ),
        ({"url": "git@example.org:digest.git", "vcs_info": {"vcs": "git", "commit_id": "a1b2"}}, WANTED),
        ({"url": "ssh://git@example.org/digest.git", "vcs_info": {"vcs": "git", "commit_id": "a1b2"}}, WANTED),
        ({"url": "https://ada:secret@example.org/x", "vcs_info": {"vcs": "git", "commit_id": "a1"}}, ""),
        ({"url": "https://example.org/x.whl", "archive_info": {}}, ""),
    ],
)
def test_runs_install_what_is_installed_here_where_it_can_be_had(told: object, expected: str) -> None:
    assert requirement(json.dumps(told) if told else None) == expected


def test_a_checkout_that_is_installed_here_is_had_from_where_it_came(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        return subprocess.check_output(["git", "-C", str(tmp_path), *who, *words], text=True).strip()

    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "--message=One")
    told = json.dumps({"url": tmp_path.as_uri(), "dir_info": {"editable": True}})
    assert requirement(told) == ""
    git("remote", "add", "origin", "git@example.org:digest.git")
    assert requirement(told) == WANTED.replace("a1b2", git("rev-parse", "HEAD"))


def test_where_the_program_can_be_had_is_left_to_its_owner_if_it_is_not_known(tmp_path: Path) -> None:
    (wanted,) = (file for file in files("") if file.name == REQUIREMENTS)
    assert all(line.startswith("#") for line in wanted.shipped.decode().splitlines())


def test_a_wheel_and_what_is_built_from_the_sources_have_all_files(tmp_path: Path) -> None:
    build = "from hatchling.build import build_wheel, build_sdist; import sys; print(build_sdist(sys.argv[1]))"
    pytest.importorskip("hatchling")
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (sources,) = tmp_path.glob("*.tar.gz")
    subprocess.run(["tar", "-xf", str(sources), "-C", str(tmp_path)], check=True)
    (unpacked,) = (path for path in tmp_path.iterdir() if path.is_dir())
    build = build.replace("print(build_sdist", "print(build_wheel")
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=unpacked, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    shipped = {name for name in names() if name not in (REQUIREMENTS, ".gitignore", "README.md")}
    assert {f"digest/_assets/{name}" for name in shipped} <= packed
    assert {"digest/_assets/templates/init/README.md", "digest/_assets/templates/init/gitignore"} <= packed
