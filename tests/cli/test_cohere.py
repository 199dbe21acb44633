"""The command line with Cohere, against a server that answers like it, where one is at hand."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import TUESDAY, WEDNESDAY, Command
from tests.replay import SERVER

COHERE = SERVER.with_name("cohere_standin.py")
KEY = "trial-Key-0123456789"
pytestmark = pytest.mark.skipif(not COHERE.exists(), reason="there is no server that answers like Cohere")


class Running:
    """The server, and what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def stats(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/_stats", timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found


@pytest.fixture(params=["none"])
def cohere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    flags = ["--faults", request.param, "--latency-ms", "5", "--latency-jitter-ms", "0", "--retry-after", "0"]
    command = [sys.executable, str(COHERE), *flags, "--stall-seconds", "1", "--obey-injection"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[1]
        monkeypatch.setenv("CO_API_KEY", KEY)
        monkeypatch.setenv("CO_API_URL", url)
        monkeypatch.setenv("DIGEST_COHERE_CHAT_PER_MINUTE", "400")
        yield Running(url)
    finally:
        server.terminate()
        server.wait()


def tree(folder: Path) -> str:
    files = [p for p in folder.rglob("*") if p.is_file() and p.suffix in (".md", ".json", ".jsonl", ".svg")]
    return "\n".join(p.read_text(encoding="utf-8") for p in files)


def test_a_key_makes_cohere_read_and_its_bill_is_printed(
    digest: Command, workspace: Path, cohere: Running
) -> None:
    (workspace / "digest.toml").write_text('languages = ["en", "ko"]')
    foreseen = digest("run", "--estimate")
    assert foreseen.code == 0 and "in all" in foreseen.out and not cohere.stats["calls"]
    ended = digest("run")
    assert ended.code == 0 and cohere.stats["errors"] == {}
    page = next((workspace / "reports").rglob(f"{TUESDAY}.md")).read_text(encoding="utf-8")
    assert "Read by the `cohere` provider (command-a-03-2025)" in page and "Calls: " in page
    calls = cohere.stats["calls"]
    assert digest("run").code == 0 and cohere.stats["calls"] == calls
    spent = digest("costs")
    assert f"{sum(calls.values())} calls" in spent.out and str(TUESDAY) in spent.out
    assert KEY not in tree(workspace) + ended.out + ended.err


WRONG = [
    ({"CO_API_KEY": "invalid"}, "CO_API_KEY"),
    ({"DIGEST_COHERE_MODEL": "command-unknown"}, "check model and url under [cohere]"),
    ({"CO_API_URL": "http://127.0.0.1:9"}, "cannot be reached"),
    ({"CO_API_KEY": "", "DIGEST_PROVIDER": "cohere"}, "set CO_API_KEY"),
]


@pytest.mark.parametrize(("told", "line"), WRONG)
def test_what_is_wrong_is_one_line_and_nothing_is_lost(
    digest: Command, cohere: Running, monkeypatch: pytest.MonkeyPatch, told: dict[str, str], line: str
) -> None:
    with monkeypatch.context() as changed:
        for name, value in told.items():
            changed.setenv(name, value)
        ended = digest("run")
    assert ended.code == 1 and len([x for x in ended.err.splitlines() if line in x]) == 1
    assert digest("run").code == 0


def test_with_a_fallback_a_wrong_key_still_gives_a_report(
    digest: Command, workspace: Path, cohere: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "digest.toml").write_text('fallback = "local"')
    monkeypatch.setenv("CO_API_KEY", "invalid")
    assert digest("run").code == 0
    page = next((workspace / "reports").rglob(f"{TUESDAY}.md")).read_text(encoding="utf-8")
    assert "because the service failed" in page


@pytest.mark.parametrize("cohere", ["storm"], indirect=True)
def test_a_storm_of_failures_loses_no_paper_and_pays_for_none_twice(digest: Command, cohere: Running) -> None:
    assert digest("run").code == 0 and digest("run", at=WEDNESDAY).code == 0
    stats = cohere.stats
    assert stats["chat_answered_again"] == stats["texts_embedded_again"] == 0
    assert not [error for error in stats["errors"] if error.startswith("400")]


def test_the_space_of_an_archive_stays_until_it_is_moved(
    digest: Command, cohere: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert digest("run").code == 0
    with monkeypatch.context() as changed:
        changed.setenv("CO_API_KEY", "")
        refused = digest("run", at=WEDNESDAY)
        assert refused.code == 1 and "digest reembed local" in refused.err
        told = digest("reembed", "local")
        assert told.code == 0 and "--yes" in told.out
        assert digest("reembed", "local", "--yes").code == 0
        assert digest("search", "invented").code == 0
        assert digest("run", at=WEDNESDAY).code == 0
    before = cohere.stats["texts_embedded"]
    assert "1 call  " in digest("reembed", "cohere").out
    assert digest("reembed", "cohere", "--yes").code == 0
    # The first edition's vectors of that space are still there.
    assert before < cohere.stats["texts_embedded"] < 2 * before + 3
    assert "already" in digest("reembed", "cohere", "--yes").out
    assert digest("search", "invented").code == 0
