import json
import logging
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digest import registry
from digest.channels.base import Attempt
from digest.errors import ChannelError
from tests.cli.calling import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, Command, Stage, listed
from tests.cli.stage_door import SecondDoor, StageDoor

BOTH = [(str(TUESDAY), "ada"), (str(TUESDAY), "bob")]


@pytest.fixture(autouse=True)
def door(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> type[StageDoor]:
    monkeypatch.setitem(registry.CHANNELS, "mail", "tests.cli.stage_door:StageDoor")
    monkeypatch.setitem(registry.CHANNELS, "github", "tests.cli.stage_door:SecondDoor")
    for name, value in {"arrived": [], "troubles": {}, "breaks": None, "lack": ""}.items():
        monkeypatch.setattr(StageDoor, name, value)
    monkeypatch.setattr(SecondDoor, "arrived", [])
    settings(workspace)
    return StageDoor


def settings(workspace: Path, channels: str = '"mail"') -> None:
    (workspace / "digest.toml").write_text(
        f'channels = [{channels}]\n[mail]\nhost = "h"\nsender = "d@example.org"\nrecipients = ["a@example.org"]\n'
    )


def kept(workspace: Path, day: object = TUESDAY) -> dict[str, Any]:
    path = workspace / f"archive/deliveries/2026/{day}.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def test_a_run_delivers_what_it_published_once(digest: Command, workspace: Path) -> None:
    ended = digest("run")
    assert ended.code == 0 and "2026-01-06 by mail: sent" in ended.out and StageDoor.arrived == BOTH
    assert (kept(workspace)["mail"]["state"], kept(workspace)["mail"]["reached"]) == ("sent", [])
    assert digest("run").code == 0 and digest("send").out == "Nothing is due.\n"
    assert StageDoor.arrived == BOTH


def test_no_send_leaves_it_to_send(digest: Command, workspace: Path) -> None:
    assert digest("run", "--no-send").code == 0 and not StageDoor.arrived and not kept(workspace)
    assert digest("send").code == 0 and StageDoor.arrived == BOTH


def test_without_channels_nothing_is_said_of_them(digest: Command, workspace: Path) -> None:
    settings(workspace, "")
    assert "mail" not in digest("run").out
    ended = digest("send")
    assert ended.code == 1 and ended.err.startswith("digest: no channel is set; name some in digest.toml")


def test_a_new_channel_begins_with_the_latest_edition(digest: Command, workspace: Path) -> None:
    settings(workspace, "")
    for day in (MONDAY, TUESDAY):
        digest("run", "--edition", str(day), at=day)
    settings(workspace)
    digest("run", at=WEDNESDAY)
    assert {day for day, _ in StageDoor.arrived} == {str(WEDNESDAY)}
    settings(workspace, '"mail", "github"')
    digest("run", at=WEDNESDAY)
    assert {day for day, _ in StageDoor.arrived} == {day for day, _ in SecondDoor.arrived} == {str(WEDNESDAY)}


def test_later_every_edition_is_sent_the_oldest_first(digest: Command, stage: Stage) -> None:
    digest("run", at=MONDAY)
    assert digest("run", at=WEDNESDAY).code == 0
    assert [day for day, who in StageDoor.arrived if who == "ada"] == [
        str(d) for d in (MONDAY, TUESDAY, WEDNESDAY)
    ]


def test_what_is_older_than_a_week_is_no_news(digest: Command, workspace: Path) -> None:
    digest("run", "--no-send", at=TUESDAY)
    told = "Nothing is due: the latest edition, 2026-01-06, is more than 7 days old.\n"
    assert digest("send", at="2026-01-14T09:00Z").out == told
    assert digest("send", "--dry-run", at="2026-01-14T09:00Z").out == told
    assert digest("send", at="2026-01-13T09:00Z").code == 0 and StageDoor.arrived == BOTH
    for when in ("2026-01-13T09:00Z", "2026-01-14T09:00Z"):
        assert digest("send", "--dry-run", at=when).out == "Nothing is due.\n"


def test_editions_that_come_late_are_sent_to_nobody(digest: Command, workspace: Path, stage: Stage) -> None:
    digest("run", at=TUESDAY)
    StageDoor.arrived.clear()
    recent, today = date(2026, 1, 12), date(2026, 1, 15)
    stage[recent] = listed(8)
    assert digest("run", "--since", str(WEDNESDAY), at=today).code == 0
    assert (workspace / f"reports/2026/01/{WEDNESDAY}.md").exists()
    assert {day for day, _ in StageDoor.arrived} == {str(recent)}
    assert digest("send", at=today).out == "Nothing is due.\n" and not kept(workspace, WEDNESDAY)


def test_a_day_without_papers_sends_nothing(digest: Command, stage: Stage, workspace: Path) -> None:
    stage[THURSDAY] = []
    digest("run", at=TUESDAY)
    StageDoor.arrived.clear()
    assert digest("run", "--edition", str(THURSDAY), at=THURSDAY).code == 0
    assert not StageDoor.arrived and not kept(workspace, THURSDAY)
    ended = digest("send", str(THURSDAY), at=FRIDAY)
    assert ended.code == 0 and ended.out == "2026-01-08 has no new papers, so there is nothing to send.\n"


def test_the_sample_is_sent_to_nobody(digest: Command) -> None:
    assert digest("run", "--sample").code == 0 and not StageDoor.arrived


def test_what_failed_is_tried_again_for_those_who_lack_it(digest: Command, workspace: Path) -> None:
    StageDoor.troubles["bob"] = Attempt("bob", "it answered 550")
    ended = digest("run")
    assert ended.code == 1
    assert ended.err.splitlines()[-1] == (
        "digest: 2026-01-06 by mail: not sent: it answered 550; the next run tries again"
    )
    assert kept(workspace)["mail"] | {"run": ""} == {
        "state": "failed",
        "at": "2026-01-06T09:00:00-05:00",
        "reason": "it answered 550",
        "claim": "",
        "run": "",
        "reached": ["ada"],
        "unsure": [],
    }
    StageDoor.troubles.clear()
    assert digest("run").code == 0 and StageDoor.arrived == BOTH


def test_what_no_run_sends_is_not_said_to_be_tried_by_the_next(
    digest: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert digest("run", "--no-send").code == 0
    for channel in (StageDoor, SecondDoor):
        monkeypatch.setattr(channel, "troubles", {"bob": Attempt("bob", "it answered 550")})
    other = digest("send", str(TUESDAY), "--to", "github")
    assert other.code == 1 and other.err == (
        "digest: 2026-01-06 by github: not sent: it answered 550; "
        "`digest send 2026-01-06 --to github` tries again\n"
    )
    assert digest("send", str(TUESDAY)).err.endswith("; the next run tries again\n")
    old = digest("send", str(TUESDAY), at="2026-01-20T09:00Z")
    assert old.err.endswith("; `digest send 2026-01-06 --to mail` tries again\n")


def test_one_channel_that_fails_stops_no_other(digest: Command, workspace: Path) -> None:
    settings(workspace, '"mail", "github"')
    StageDoor.lack = "set the environment variable X to something"
    ended = digest("run")
    assert ended.code == 1 and "not sent: set the environment variable X" in ended.err
    assert "2026-01-06 by github: sent" in ended.out and SecondDoor.arrived == BOTH


@pytest.mark.parametrize(
    "error", [RuntimeError("hunter2-and-more"), ChannelError("no, hunter2-and-more"), OSError(5)]
)
def test_a_channel_that_breaks_is_logged_without_its_secrets(
    digest: Command,
    workspace: Path,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("STAGE_SECRET", "https://x/hunter2-and-more?y")
    settings(workspace, '"mail", "github"')
    StageDoor.breaks = error
    caplog.set_level(logging.ERROR, "digest")
    ended = digest("run")
    assert ended.code == 1 and SecondDoor.arrived == BOTH and StageDoor.arrived == BOTH[:1]
    if not isinstance(error, ChannelError):
        assert "Traceback" in caplog.text and "stage_door.py" in caplog.text
        assert f"the channel broke ({type(error).__name__}); the log tells where" in ended.err
    everything = caplog.text + ended.err + ended.out + str(kept(workspace))
    assert "hunter2" not in everything and kept(workspace)["mail"]["reached"] == ["ada"]


def test_what_may_have_arrived_waits_for_force(digest: Command, workspace: Path) -> None:
    StageDoor.troubles["bob"] = Attempt("bob", "the connection was lost", unsure=True)
    ended = digest("run")
    assert ended.code == 1 and "digest send 2026-01-06 --to mail --force" in ended.err
    assert kept(workspace)["mail"]["state"] == "sending" and kept(workspace)["mail"]["unsure"] == ["bob"]
    StageDoor.troubles.clear()
    again = digest("run")
    assert again.code == 0 and "may have arrived" in again.err and StageDoor.arrived == BOTH[:1]
    named = digest("send", str(TUESDAY), "--to", "mail")
    assert named.code == 1 and "--force" in named.err and StageDoor.arrived == BOTH[:1]
    assert digest("send", str(TUESDAY), "--to", "mail", "--force").code == 0 and StageDoor.arrived == BOTH
    assert "may have arrived" not in digest("run").err


def test_a_failure_beside_what_may_have_arrived_is_tried_again_alone(digest: Command, workspace: Path) -> None:
    StageDoor.troubles |= {"ada": Attempt("ada", "lost", unsure=True), "bob": Attempt("bob", "it answered 451")}
    assert digest("run").code == 1 and kept(workspace)["mail"]["state"] == "failed"
    StageDoor.troubles.clear()
    ended = digest("run")
    assert ended.code == 1 and StageDoor.arrived == BOTH[1:] and kept(workspace)["mail"]["state"] == "sending"


def test_an_edition_by_name_and_again_by_force(digest: Command, workspace: Path) -> None:
    settings(workspace, "")
    for day in (MONDAY, TUESDAY):
        digest("run", "--edition", str(day), at=day)
    assert digest("send", str(MONDAY), "--to", "mail").code == 0
    assert [day for day, _ in StageDoor.arrived] == [str(MONDAY)] * 2
    again = digest("send", str(MONDAY), "--to", "mail")
    assert (again.code, again.out) == (0, "2026-01-05 by mail: is sent already; --force sends it again\n")
    assert digest("send", str(MONDAY), "--to", "mail", "--force").code == 0 and len(StageDoor.arrived) == 4
    settings(workspace)
    digest("run", at=TUESDAY)
    assert [day for day, _ in StageDoor.arrived[4:]] == [str(TUESDAY)] * 2, (
        "it begins with the latest all the same"
    )


def test_a_dry_run_prints_and_changes_nothing(digest: Command, workspace: Path) -> None:
    digest("run", "--no-send")
    StageDoor.lack = "set the environment variable X to something"
    ended = digest("send", "--dry-run")
    assert ended.code == 0 and not StageDoor.arrived and not (workspace / "archive/deliveries").exists()
    assert ended.out.startswith("2026-01-06 by mail:\n\nDaily Paper Digest, 2026-01-06: 3 papers\n\n3 new papers")
    named = digest("send", str(TUESDAY), "--to", "github", "--dry-run")
    assert named.out.startswith("2026-01-06 by github:") and not SecondDoor.arrived


def test_claims_are_sent_by_who_made_them_only(digest: Command, workspace: Path) -> None:
    digest("run", "--no-send")
    assert digest("send", "--claim", "run-1").out == "2026-01-06 by mail: claimed\n"
    assert (kept(workspace)["mail"]["state"], kept(workspace)["mail"]["claim"]) == ("sending", "run-1")
    assert digest("send", "--claim", "run-2").out == "Nothing is due.\n"
    other = digest("send", "--claimed", "run-2")
    assert (other.code, other.out) == (0, "Nothing is claimed with this token.\n") and not StageDoor.arrived
    assert "may have arrived" in digest("send").err and not StageDoor.arrived
    assert digest("send", "--claimed", "run-1").code == 0 and StageDoor.arrived == BOTH
    assert digest("send", "--claimed", "run-1").out == "Nothing is claimed with this token.\n"
    assert digest("send", "--claim", "run-3").out == "Nothing is due.\n"


def test_a_claim_that_fails_is_due_again(digest: Command, workspace: Path) -> None:
    StageDoor.troubles["bob"] = Attempt("bob", "it answered 451")
    digest("run", "--no-send")
    digest("send", "--claim", "run-1")
    assert digest("send", "--claimed", "run-1").code == 1
    StageDoor.troubles.clear()
    digest("send", "--claim", "run-2")
    assert kept(workspace)["mail"]["reached"] == ["ada"]
    assert digest("send", "--claimed", "run-2").code == 0 and StageDoor.arrived == BOTH


def test_a_claim_that_was_begun_is_not_sent_again(digest: Command, workspace: Path) -> None:
    digest("run", "--no-send")
    digest("send", "--claim", "run-1")
    StageDoor.breaks = KeyboardInterrupt()
    assert digest("send", "--claimed", "run-1").code == 130
    StageDoor.breaks = None
    assert (kept(workspace)["mail"]["claim"], kept(workspace)["mail"]["reached"]) == ("", ["ada"])
    assert digest("send", "--claimed", "run-1").out == "Nothing is claimed with this token.\n"
    assert digest("send", str(TUESDAY), "--force").code == 0 and StageDoor.arrived == BOTH


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--claim", "a", "--claimed", "b"], "stand alone"),
        (["2026-01-06", "--claim", "a"], "stand alone"),
        (["--force"], "goes with the DATE"),
        (["yesterday"], "is no day; write it like"),
    ],
)
def test_wrong_usage_exits_2(digest: Command, words: list[str], said: str) -> None:
    ended = digest("send", *words)
    assert ended.code == 2 and said in " ".join(ended.err.split())


def test_what_is_unknown_is_told_with_what_is_known(digest: Command, workspace: Path) -> None:
    digest("run", "--no-send")
    ended = digest("send", "--to", "pigeon")
    assert ended.code == 1 and ended.err == "digest: unknown channel 'pigeon'; known: mail, notify, github\n"
    missing = digest("send", str(FRIDAY), at=FRIDAY)
    assert missing.code == 1 and "the archive has no edition 2026-01-09" in missing.err


def test_a_damaged_record_stops_before_anything_is_sent(digest: Command, workspace: Path) -> None:
    digest("run", "--no-send")
    (workspace / "archive/deliveries/2026").mkdir(parents=True)
    (workspace / f"archive/deliveries/2026/{TUESDAY}.json").write_text("{")
    ended = digest("send")
    assert ended.code == 1 and "is damaged" in ended.err and not StageDoor.arrived


def test_the_doctor_tells_what_is_missing_and_what_waits(digest: Command, workspace: Path) -> None:
    settings(workspace, '"mail", "github"')
    StageDoor.lack = "set the environment variable X to something"
    assert "BAD  channel mail: set the environment variable X to something" in digest("doctor").out
    StageDoor.lack = ""
    out = digest("doctor").out
    assert "ok   channel mail: configured; not tried" in out
    assert "ok   channel github: configured; not tried" in out
    StageDoor.troubles["bob"] = Attempt("bob", "the connection was lost", unsure=True)
    digest("run")
    ended = digest("doctor")
    assert ended.code == 1
    assert (
        "BAD  channel mail: edition 2026-01-06 may have arrived; `digest send 2026-01-06 --to mail --force`"
        in ended.out
    )


def test_links_lead_to_the_site_else_to_the_repository(
    digest: Command, workspace: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage[TUESDAY] = listed(1)
    digest("run", "--no-send")
    assert "Read the whole report" not in digest("send", "--dry-run").out
    monkeypatch.setenv("GITHUB_REPOSITORY", "octo/papers")
    (workspace / "reports/.digest.json").unlink(missing_ok=True)
    report = "Read the whole report: "
    assert (
        f"{report}https://github.com/octo/papers/blob/HEAD/reports/2026/01/2026-01-06.md"
        in digest("send", "--dry-run").out
    )
    monkeypatch.setenv("DIGEST_SITE_URL", "https://octo.github.io/papers/")
    assert f"{report}https://octo.github.io/papers/2026/01/2026-01-06.html" in digest("send", "--dry-run").out


def test_a_broken_template_is_a_failure_with_its_place(digest: Command, workspace: Path) -> None:
    (workspace / "templates").mkdir()
    (workspace / "templates/message.md.j2").write_text("{{ brief.nothing }}")
    ended = digest("run")
    assert ended.code == 1 and "message.md.j2, line 1" in ended.err and "the next run tries again" in ended.err
    assert kept(workspace)["mail"]["state"] == "failed" and not StageDoor.arrived
    (workspace / "templates/message.md.j2").unlink()
    assert digest("run").code == 0 and StageDoor.arrived == BOTH
