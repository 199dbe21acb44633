"""What other programs find in the workflows and their scripts: nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.jobs import ROOT, SCRIPTS

GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
ACTIONS = sorted(GITHUB.glob("actions/*/action.yml"))
PROGRAMS = Path(sys.executable).parent


def found(program: str, *words: object) -> str:
    path = PROGRAMS / program
    if not path.exists():
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([str(path), *map(str, words)], cwd=ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_zizmor_finds_nothing_unsafe() -> None:
    assert found("zizmor", "--offline", "--no-progress", GITHUB) == ""


def test_workflows_and_actions_have_the_right_shape() -> None:
    assert len(WORKFLOWS) == 2 and ACTIONS
    assert found("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS) == ""
    assert found("check-jsonschema", "--builtin-schema", "vendor.github-actions", *ACTIONS) == ""


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    assert found("shellcheck", "--external-sources", *sorted(SCRIPTS.iterdir())) == ""


def test_actions_are_pinned_and_scripts_are_there() -> None:
    for path in (*WORKFLOWS, *ACTIONS):
        text = path.read_text(encoding="utf-8")
        for used in re.findall(r"uses: (\S+)", text):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}|\$/\.github/actions/\w+", used), used
        for script in re.findall(r"bash \.github/scripts/(\S+)", text):
            assert (SCRIPTS / script).is_file(), script


def test_the_key_and_the_right_to_write_are_never_in_one_job() -> None:
    text = (GITHUB / "workflows/digest.yml").read_text(encoding="utf-8")
    assert "\npermissions: {}\n" in text
    jobs = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n|  #.*\n)+)", text.partition("\njobs:\n")[2], re.M))
    assert list(jobs) == ["publish", "save", "deploy", "deliver", "record", "tell"]
    writing = {name for name, job in jobs.items() if "contents: write" in job}
    secret = {name for name, job in jobs.items() if "secrets." in job}
    assert writing == {"save", "record"} and secret == {"publish", "deliver"}
    # What a job may write to runs no program but git, and what publishes has no token but for git's answers.
    assert not any("install" in jobs[name] for name in writing)
