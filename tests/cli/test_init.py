from pathlib import Path

from tests.cli.calling import Command


def test_a_new_repository_is_set_up_and_has_not_drifted(digest: Command, workspace: Path) -> None:
    ended = digest("init", "papers")
    assert ended.code == 0
    for line in ("written  .github/workflows/digest.yml", "written  digest.toml", "written  README.md"):
        assert line in ended.out.splitlines()
    assert "kept" not in ended.out and (workspace / "papers/.github/scripts/save").stat().st_mode & 0o100
    assert digest("init", "papers", "--check").code == 0
    assert digest("run", "--workspace", "papers").code == 0


def test_what_is_there_stays_and_is_told(digest: Command, workspace: Path) -> None:
    (workspace / "README.md").write_text("Mine.")
    (workspace / ".gitignore").write_text("*.pyc\n")
    script = workspace / ".github/scripts/save"
    script.parent.mkdir(parents=True)
    script.write_text("mine")
    ended = digest("init")
    assert ended.code == 0 and (workspace / "README.md").read_text() == "Mine." and script.read_text() == "mine"
    assert "kept     README.md (yours)" in ended.out
    assert "kept     .gitignore: it lacks the line /archive/" in ended.out
    assert "kept     .github/scripts/save differs from this version's; delete it" in ended.out


def test_drift_is_told_with_the_way_out(digest: Command, workspace: Path) -> None:
    digest("init")
    (workspace / ".github/scripts/save").unlink()
    (workspace / ".github/workflows/digest.yml").write_text("name: mine\n")
    (workspace / "digest.toml").write_text('title = "Mine"\n')
    ended = digest("init", "--check")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines() == [
        ".github/workflows/digest.yml differs from this version's; delete it and run `digest init` to have that",
        ".github/scripts/save is missing; `digest init` writes it",
    ]
    (workspace / ".github/workflows/digest.yml").unlink()
    digest("init")
    ended = digest("init", "--check")
    assert (ended.code, ended.out) == (0, "The set-up is as this version ships it.\n")


def test_a_file_is_no_repository(digest: Command, workspace: Path) -> None:
    (workspace / "papers").write_text("")
    ended = digest("init", "papers")
    assert ended.code == 2 and "is a file" in ended.err
