"""What runs tell: one issue on failures, whether there is a site, and deliveries that are sent once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.workflows.jobs import Ended, Hosted

# Stands for GitHub's own program: notes how it was called, and says what a test wants it to.
GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$GH_CALLS"
while [ $# -gt 0 ]; do [ "$1" != --body-file ] || cat "$2" >>"$GH_CALLS"; shift; done
[ -z "${GH_FAILS:-}" ] || exit 1
printf '%s' "${GH_SAYS:-}"
"""
RUN = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "7"}


@pytest.fixture
def gh(host: Hosted, tmp_path: Path) -> Path:
    """Where calls of `gh` are noted."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("git", "digest"):
        (programs / name).symlink_to(host.programs / name)
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    host.programs = programs
    return tmp_path / "calls"


def told(host: Hosted, gh: Path, **variables: str) -> tuple[Ended, list[str]]:
    ended = host.job("tell").script("issue", GH_CALLS=str(gh), **RUN, **variables)
    assert ended.code == 0, ended.log
    return ended, gh.read_text(encoding="utf-8").splitlines()


def test_the_first_failure_opens_an_issue_with_the_reason(host: Hosted, gh: Path) -> None:
    _, calls = told(host, gh, FAILED="true", REASONS="digest run ended with 1:\n@everyone <b>&\x1b[2J\n```")
    assert calls[1].startswith("issue create --repo me/papers --title The digest has failed")
    assert "[This run](https://github.com/me/papers/actions/runs/7) has failed:" in calls
    assert all(f"    {line}" in calls for line in ("digest run ended with 1:", "@everyone <b>&[2J", "```"))


def test_the_next_failure_adds_to_it_and_a_good_run_closes_it(host: Hosted, gh: Path) -> None:
    _, calls = told(host, gh, FAILED="true", GH_SAYS="12")
    assert calls[1].startswith("issue comment 12 --repo me/papers --body-file")
    assert "    it gave no reason; its log may tell more" in calls
    _, calls = told(host, gh, FAILED="false", GH_SAYS="12")
    assert calls[-1].startswith("issue close 12 --repo me/papers --comment A later run went well")


def test_a_good_run_without_an_issue_says_nothing_and_no_issues_are_no_failure(host: Hosted, gh: Path) -> None:
    assert len(told(host, gh, FAILED="false")[1]) == 1
    ended, calls = told(host, gh, FAILED="true", GH_FAILS="yes")
    assert "Issues are switched off here" in ended.log and len(calls) == 2


@pytest.mark.parametrize("fails", ["", "yes"])
def test_without_pages_there_is_a_notice_and_no_site(host: Hosted, gh: Path, fails: str) -> None:
    ended = host.job("publish").script("site-url", GH_CALLS=str(gh), GH_FAILS=fails)
    assert ended.code == 0 and "::notice::The site is not published" in ended.log and not ended.outputs


def test_with_pages_the_site_is_built_with_its_address(host: Hosted, gh: Path) -> None:
    says = {"GH_CALLS": str(gh), "GH_SAYS": "https://me.github.io/papers/"}
    assert host.job("publish").script("site-url", **says).outputs == {"url": "https://me.github.io/papers/"}
    steps = host.run("2026-01-06T09:23Z", SITE="https://me.github.io/papers/")
    assert steps[1].outputs["site"].startswith("site-run-"), steps[1].log
    (front,) = host.folder.glob("*-publish/checkout/archive/site/index.html")
    assert "https://me.github.io/papers/" in front.read_text(encoding="utf-8")
    assert not any(name.startswith("site") for name in host.files("archive"))


@pytest.fixture
def issues() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """GitHub's list of issues, and its address."""
    opened: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(opened)

        def do_POST(self) -> None:
            opened.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._say(opened[-1])

        def _say(self, told: object) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", opened
    finally:
        server.shutdown()
        server.server_close()


def test_deliveries_go_out_after_the_push_and_once(host: Hosted, issues: tuple[str, list[dict[str, str]]]) -> None:
    address, opened = issues
    host.push("digest.toml", 'channels = ["github"]\n')
    channel = {"GITHUB_API_URL": address, "GITHUB_TOKEN": "t"}
    steps = host.run("2026-01-06T09:23Z", **channel)
    assert [step.code for step in steps] == [0] * 6, "\n".join(step.log for step in steps)
    titles = [issue["title"] for issue in opened]
    assert titles and len(set(titles)) == len(titles)
    # Claimed in the archive that was pushed with the reports; sent in the one that was pushed afterwards.
    states = [host.git("show", f"{ref}:deliveries/2026/2026-01-06.json") for ref in ("archive^", "archive")]
    assert '"sending"' in states[0] and '"sent"' in states[1]
    assert host.git("log", "-1", "--format=%s", "archive") == "Archive"
    assert len(host.run("2026-01-06T13:41Z", **channel)) == 2 and len(opened) == len(titles)


def test_a_run_that_could_not_push_has_sent_nothing(
    host: Hosted, issues: tuple[str, list[dict[str, str]]]
) -> None:
    address, opened = issues
    host.push("digest.toml", 'channels = ["github"]\n')
    channel = {"GITHUB_API_URL": address, "GITHUB_TOKEN": "t"}
    assert host.run("2026-01-06T09:23Z", die="before", **channel)[-1].code == -9
    assert not opened
    assert host.run("2026-01-06T13:41Z", **channel)[-1].code == 0
    assert sum("6" in issue["title"] for issue in opened) == 1


def test_a_delivery_that_fails_is_told_and_kept(host: Hosted) -> None:
    host.push("digest.toml", 'channels = ["github"]\n')
    steps = host.run("2026-01-06T09:23Z", GITHUB_API_URL="http://127.0.0.1:9", GITHUB_TOKEN="t")
    assert steps[4].outputs["status"] == "1" and "not sent" in steps[4].outputs["reason"]
    assert '"failed"' in host.git("show", "archive:deliveries/2026/2026-01-06.json")
