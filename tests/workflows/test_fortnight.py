"""Two weeks of runs through the scripts, with pushes by hand and kills among them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from tests.workflows.conftest import Hosting
from tests.workflows.jobs import Hosted
from tests.workflows.test_scripts import held, meanwhile

# The last quarter of 2025 ends in it.
FIRST = date(2025, 12, 22)
DAYS = [day for n in range(14) if (day := FIRST + timedelta(days=n)).weekday() < 5]
SLOTS = ("T09:23Z", "T13:41Z")
# What else happens, by the number of the run: two a day.
KILLED_BEFORE, KILLED_AFTER = {2, 5, 12, 13, 16}, {4, 9}
WHILE_AT_WORK, AT_THE_PUSH, LOST_HANDOVER = {1, 6, 12, 18}, {0, 8, 14}, {10}
NOTED = WHILE_AT_WORK | AT_THE_PUSH


def test_a_fortnight_has_every_edition_once_and_an_archive_at_every_commit(hosting: Hosting) -> None:
    host = hosting()
    runs = [f"{day}{slot}" for day in DAYS for slot in SLOTS]
    for number, moment in enumerate(runs):
        _run(host, number, moment)
        _consistent(host)
    # The last of the fortnight is whole whatever befell the runs before it.
    expected = [str(day) for day in DAYS]
    assert host.editions() == held(host) == expected
    _every_commit(host, expected)
    assert {name for name in host.files() if "notes" in name} == {f"notes/{n}.md" for n in NOTED}


def _run(host: Hosted, number: int, moment: str) -> None:
    if number in LOST_HANDOVER:
        # The machine that published is gone before anything was saved.
        job = host.job("publish")
        job.script("restore", DIGEST_NOW=moment)
        assert job.script("publish", DIGEST_NOW=moment, TOKEN="lost").outputs["handover"] == "true"
        return
    note = f"notes/{number}.md"
    between = (lambda: host.push(note, "mine\n")) if number in WHILE_AT_WORK else None
    at_push = meanwhile(note) if number in AT_THE_PUSH else ""
    die = "before" if number in KILLED_BEFORE else "after" if number in KILLED_AFTER else ""
    steps = host.run(moment, between, at_push, die)
    assert steps[-1].code == (-9 if die and len(steps) == 3 else 0), steps[-1].log
    if number in AT_THE_PUSH and len(steps) < 3:
        host.push(note, "mine\n")


def _consistent(host: Hosted) -> None:
    """Whatever happened: reports and archive tell of the same editions."""
    if host.tips()[1]:
        assert host.editions() == [str(day) for day in host.restored("archive").history.editions]


def _every_commit(host: Hosted, expected: list[str]) -> None:
    kept = host.git("for-each-ref", "--format=%(objectname)", "refs/archive").split()
    assert len(kept) == 1, "the fortnight spans two quarters"
    counts = [len(held(host, commit)) for tip in (kept[0], "archive") for commit in _line(host, tip)]
    assert counts == sorted(counts) and counts[-1] == len(expected)
    named = ["--diff-filter=A", "--name-only", "--format=", "main", "--", "reports"]
    added = Counter(host.git("log", *named).split())
    pages = {name: times for name, times in added.items() if name.removesuffix(".md")[-10:] in expected}
    assert len(pages) == len(expected) and set(pages.values()) == {1}


def _line(host: Hosted, tip: str) -> list[str]:
    return host.git("rev-list", "--reverse", tip).split()
