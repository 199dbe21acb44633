"""The scripts for real, against bare repositories on this machine."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.workflows.conftest import Hosting
from tests.workflows.jobs import MONDAY, Hosted

FRIDAY, TUESDAY, WEDNESDAY = (date(2026, 1, day) for day in (2, 6, 7))
# Somebody else pushes at the very moment.
MEANWHILE = """
export GIT_AUTHOR_NAME="A Person"
git clone --quiet "$(git remote get-url origin)" "$HANDOVER/person"
cd "$HANDOVER/person" && mkdir -p "$(dirname {path})" && echo {text} >{path}
git add --all && git commit --quiet --message "Meanwhile" && git push --quiet origin HEAD:main
"""


def meanwhile(path: str, text: str = "mine") -> str:
    return MEANWHILE.format(path=path, text=text)


def held(host: Hosted, ref: str = "archive") -> list[str]:
    """The editions of the archive of a commit, which is sound."""
    return [str(day) for day in host.restored(ref).history.editions]


def test_a_first_run_begins_both_branches(hosting: Hosting) -> None:
    host = hosting()
    restore, publish, save = host.run(MONDAY)
    assert (restore.code, publish.code, save.code) == (0, 0, 0)
    assert "A fresh start: there is no archive yet." in publish.log
    assert host.editions() == held(host) == ["2026-01-05"]
    marker = json.loads(host.git("show", "main:reports/.digest.json"))
    assert marker == {"generation": 1, "repository": "me/papers"}
    assert host.git("log", "-1", "--format=%an, %s", "main") == "github-actions[bot], Edition 2026-01-05"
    assert not {name for name in host.files("archive") if name.startswith(("site", "lock"))}
    summary = next(host.folder.glob("*-save/summary.md")).read_text(encoding="utf-8")
    assert "An Invented Paper" in summary and "](/me/papers/raw/main/reports/2026/01/2026-01-05.svg)" in summary


def test_a_second_run_has_nothing_to_do_and_commits_nothing(host: Hosted) -> None:
    before = host.tips()
    steps = host.run(f"{MONDAY}T13:41Z")
    assert [step.code for step in steps] == [0, 0] and "handover" not in steps[1].outputs
    assert "Nothing is due" in steps[1].log and host.tips() == before


def test_pages_that_changed_without_any_edition_are_pushed_too(host: Hosted) -> None:
    host.push("reports/README.md", "# Papers\n")
    steps = host.run(f"{MONDAY}T13:41Z")
    assert [step.code for step in steps] == [0, 0, 0]
    assert host.git("diff", "--name-only", "main^", "main") == "reports/README.md"


def test_the_next_day_goes_on_from_the_archive(host: Hosted) -> None:
    first = host.tips()
    steps = host.run(TUESDAY)
    assert "4 announced = 3 new + 0 updated + 1 already reported" in steps[1].log
    assert host.editions() == held(host) == ["2026-01-05", "2026-01-06"]
    assert (host.git("rev-parse", "main^"), host.git("rev-parse", "archive^")) == first


@pytest.mark.parametrize(
    ("moment", "path"),
    [
        ("while the run was at work", "notes.md"),
        ("while the run was at work", "reports/2026/01/2026-01-06.md"),
        ("between the fetch and the push", "reports/README.md"),
    ],
)
def test_a_concurrent_push_is_kept_and_so_are_the_reports(host: Hosted, path: str, moment: str) -> None:
    if moment.startswith("while"):
        steps = host.run(TUESDAY, between=lambda: host.push(path, "mine\n"))
    else:
        steps = host.run(TUESDAY, at_push=meanwhile(path))
    assert [step.code for step in steps] == [0, 0, 0], steps[-1].log
    assert host.editions() == held(host) == ["2026-01-05", "2026-01-06"]
    assert host.git("log", "-2", "--format=%an", "main").splitlines() == ["github-actions[bot]", "A Person"]
    # Of the program's own pages, the program's version stays.
    assert (host.git("show", f"main:{path}") == "mine") == (path == "notes.md")
    assert [step.outputs.get("handover") for step in host.run(TUESDAY)] == [None, None]


def test_a_lost_archive_stops_the_run_which_says_the_way_out(host: Hosted) -> None:
    host.git("update-ref", "-d", "refs/heads/archive")
    before = host.tips()
    steps = host.run(TUESDAY)
    assert host.tips() == before and len(steps) == 2
    assert steps[1].outputs["status"] == "1" and "handover" not in steps[1].outputs
    reason = steps[1].outputs["reason"]
    assert "there are reports but no archive" in reason and "delete reports/.digest.json to start afresh" in reason


def test_a_fork_without_an_archive_starts_afresh_and_says_so(hosting: Hosting) -> None:
    host = hosting()
    host.run(FRIDAY)
    host.run(MONDAY)
    fork = hosting("you/papers", upstream=host)
    steps = fork.run(TUESDAY)
    assert [step.code for step in steps] == [0, 0, 0]
    assert "The reports here were another repository's" in steps[0].log and "A fresh start" in steps[1].log
    assert "4 announced = 4 new" in steps[1].log
    assert fork.editions() == held(fork) == ["2026-01-06"]
    assert "2026-01-05" not in fork.git("show", "main:reports/README.md")
    assert fork.git("rev-list", "--count", "main") == "4"
    fork.run(WEDNESDAY)
    assert fork.editions() == held(fork) == ["2026-01-06", "2026-01-07"]
    assert host.editions() == ["2026-01-02", "2026-01-05"]


def test_a_fork_with_the_archive_goes_on_with_it(host: Hosted, hosting: Hosting) -> None:
    fork = hosting("you/papers", upstream=host, branches="*")
    steps = fork.run(TUESDAY)
    assert "4 announced = 3 new" in steps[1].log and "fresh start" not in steps[1].log
    assert fork.editions() == held(fork) == ["2026-01-05", "2026-01-06"]
    assert json.loads(fork.git("show", "main:reports/.digest.json"))["repository"] == "you/papers"


def test_a_fork_that_was_reset_to_its_upstream_has_its_own_reports_again(hosting: Hosting) -> None:
    host = hosting()
    host.run(FRIDAY)
    fork = hosting("you/papers", upstream=host)
    fork.run(MONDAY)
    fork.git("fetch", "--quiet", str(host.origin), "+refs/heads/main:refs/heads/main")
    assert fork.editions() == ["2026-01-02"]
    fork.run(TUESDAY)
    assert fork.editions() == held(fork) == ["2026-01-05", "2026-01-06"]


@pytest.mark.parametrize("die", ["before", "after"])
def test_a_run_that_is_killed_at_the_push_is_made_good_by_the_next(host: Hosted, die: str) -> None:
    before = host.tips()
    assert host.run(TUESDAY, die=die)[-1].code == -9
    moved = [now != then for now, then in zip(host.tips(), before, strict=True)]
    assert moved == ([False, False] if die == "before" else [True, True])
    steps = host.run(TUESDAY)
    assert len(steps) == (3 if die == "before" else 2)
    assert host.editions() == held(host) == ["2026-01-05", "2026-01-06"]
    added = host.git(
        "log", "--format=", "--diff-filter=A", "--name-only", "main", "--", "reports/2026/01/2026-01-06.md"
    )
    assert added == "reports/2026/01/2026-01-06.md"


def test_saving_once_more_what_was_pushed_changes_nothing(hosting: Hosting) -> None:
    host = hosting()
    told = {"DIGEST_NOW": f"{MONDAY}T09:00Z", "TOKEN": "t"}
    publish = host.job("publish")
    publish.script("restore", **told)
    publish.script("publish", **told)
    assert host.job("save", publish.handover).save(**told).code == 0
    before = host.tips()
    again = host.job("save", publish.handover).save(**told)
    assert again.code == 0 and "pushed already" in again.log and host.tips() == before


def test_of_two_runs_at_once_the_second_stops_and_nothing_is_lost(host: Hosted) -> None:
    steps = host.run(WEDNESDAY, between=lambda: host.run(TUESDAY) and None)
    assert steps[-1].code == 1 and "has moved since this run began" in steps[-1].outputs["reason"]
    assert host.editions() == held(host) == ["2026-01-05", "2026-01-06"]
    host.run(WEDNESDAY)
    assert host.editions() == held(host) == ["2026-01-05", "2026-01-06", "2026-01-07"]


def test_a_new_quarter_begins_the_archive_anew_and_keeps_the_old_one(hosting: Hosting) -> None:
    host = hosting()
    host.run("2026-03-30T09:23Z")
    host.run("2026-03-31T09:23Z")
    old = host.tips()[1]
    assert host.git("rev-list", "--count", "archive") == "2"
    steps = host.run("2026-04-01T09:23Z", at_push=meanwhile("notes.md"))
    assert steps[-1].code == 0, steps[-1].log
    assert host.git("rev-parse", "refs/archive/2026-q1") == old
    assert host.git("rev-list", "--count", "archive") == "1"
    assert "refs/archive/2026-q1" in host.git("log", "--format=%b", "archive")
    assert held(host) == ["2026-03-30", "2026-03-31", "2026-04-01"] and held(host, old) == held(host)[:2]
    host.run("2026-04-02T09:23Z")
    assert host.git("rev-list", "--count", "archive") == "2"
    assert host.editions() == held(host) and len(held(host)) == 4


def test_a_source_that_fails_is_told_and_the_next_run_catches_up(host: Hosted) -> None:
    steps = host.run(TUESDAY, STAGE_DOWN="yes")
    assert steps[1].outputs["status"] == "1" and "the source is down" in steps[1].outputs["reason"]
    host.run(WEDNESDAY)
    assert host.editions() == held(host) == ["2026-01-05", "2026-01-06", "2026-01-07"]


def test_options_reach_the_command_and_are_never_run(hosting: Hosting) -> None:
    host = hosting()
    host.run(MONDAY, EDITION="2026-01-02")
    assert host.editions() == ["2026-01-02"]
    steps = host.run(MONDAY, SINCE="$(touch owned); 2026-01-02")
    assert "is no day; write it like 2026-01-31" in steps[1].outputs["reason"]
    assert not list(host.folder.rglob("owned"))


def test_the_map_is_kept_when_it_was_drawn_anew_and_not_when_it_was_added_to(hosting: Hosting) -> None:
    host = hosting()
    kept = []
    for day in (5, 6, 7, 12):
        host.run(date(2026, 1, day))
        archive = host.restored("archive")
        assert archive.layout is not None
        kept.append((archive.layout.told["built"], len(archive.layout.ids)))
    assert kept == [("2026-01-05", 4)] * 3 + [("2026-01-12", 20)]
    assert "Rebuilt with 20 papers" in host.git("show", "main:reports/map/observations.md")
    host.run(date(2026, 1, 12), REBUILD="true")
    assert host.git("log", "-1", "--format=%s", "archive") == "Archive"


@pytest.mark.parametrize(
    ("branch", "path", "said"),
    [
        ("reports", ".github/scripts/save", "more than reports"),
        ("reports", "reports/link", "links among their files"),
        ("archive", "editions/link", "links among their files"),
    ],
)
def test_what_is_handed_over_may_change_reports_and_archive_and_nothing_else(
    host: Hosted, branch: str, path: str, said: str
) -> None:
    told = {"DIGEST_NOW": f"{TUESDAY}T09:00Z", "TOKEN": "t"}
    publish = host.job("publish")
    publish.script("restore", **told)
    publish.script("publish", **told)
    there, known = publish.checkout, [f"^{tip}" for tip in host.tips()]
    host.git("checkout", "--quiet", "--force", f"refs/handover/{branch}", cwd=there)
    (there / path).unlink(missing_ok=True)
    (there / path).symlink_to("/etc/passwd")
    host.git("add", "--force", path, cwd=there)
    host.git("commit", "--quiet", "--amend", "--no-edit", cwd=there)
    host.git("update-ref", f"refs/handover/{branch}", "HEAD", cwd=there)
    bundle = ["refs/handover/reports", "refs/handover/archive", *known]
    host.git("bundle", "create", "--quiet", str(publish.handover / "bundle"), *bundle, cwd=there)
    before = host.tips()
    ended = host.job("save", publish.handover).save(**told)
    assert ended.code == 1 and said in ended.outputs["reason"] and host.tips() == before


def test_an_origin_that_does_not_answer_is_no_first_run(host: Hosted) -> None:
    job = host.job("publish")
    away = host.origin.rename(host.folder / "away.git")
    ended = job.script("restore", DIGEST_NOW=f"{TUESDAY}T09:00Z")
    away.rename(host.origin)
    assert ended.code == 1 and "cannot be asked for" in ended.outputs["reason"]
