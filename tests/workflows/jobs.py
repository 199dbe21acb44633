"""The jobs of .github/workflows/digest.yml on this machine: fresh clones of a bare repository, and the scripts.

What the workflow does between its scripts is done here in the same order; that both agree is a matter of reading.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from digest.archive import Archive
from digest.doctor import archive_findings

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / ".github/scripts"
REPOSITORY = "me/papers"
MONDAY = date(2026, 1, 5)
MORNING = "T09:23Z"
# In front of git: at a push, whoever is told by AT_PUSH has the word before, and the run may die before or after.
GIT = """#!/usr/bin/env bash
for word in "$@"; do
  if [ "$word" = push ]; then
    if [ -f "${AT_PUSH:-/none}" ]; then mv "$AT_PUSH" "$AT_PUSH.once" && bash "$AT_PUSH.once"; fi
    [ "${DIE:-}" != before ] || kill -KILL 0
    REAL "$@"; code=$?
    [ "${DIE:-}" != after ] || kill -KILL 0
    exit "$code"
  fi
done
exec REAL "$@"
"""


@dataclass
class Ended:
    """How a script ended, what it printed, and its outputs."""

    code: int
    log: str
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass
class Hosted:
    """A repository at its host: `origin` is bare, `programs` are found first on the path."""

    folder: Path
    programs: Path
    origin: Path
    repository: str = REPOSITORY
    jobs: int = 0

    def git(self, *words: str, cwd: Path | None = None) -> str:
        """What git says."""
        done = subprocess.run(["git", *words], cwd=cwd or self.origin, capture_output=True, text=True, env=plain())
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def job(self, name: str, handover: Path | None = None) -> Job:
        """A new machine with a fresh checkout."""
        self.jobs += 1
        place = self.folder / f"{self.jobs}-{name}"
        checkout = place / "checkout"
        self.git("clone", "--quiet", "--depth=1", f"file://{self.origin}", str(checkout), cwd=self.folder)
        if handover is not None:
            shutil.copytree(handover, place / "handover")
        return Job(self, place, checkout)

    def run(
        self,
        day: date | str,
        between: Callable[[], None] | None = None,
        at_push: str = "",
        die: str = "",
        **variables: str,
    ) -> list[Ended]:
        """A whole run of the workflow, job by job; `between` publishing and saving somebody may do something."""
        now = day if isinstance(day, str) else f"{day}{MORNING}"
        told = {"DIGEST_NOW": now, "TOKEN": f"run-{self.jobs}", **variables}
        publish = self.job("publish")
        steps = [publish.script("restore", **told)]
        if steps[-1].code:
            return steps
        steps.append(publish.script("publish", **told))
        if between is not None:
            between()
        if steps[-1].outputs.get("handover") == "true":
            steps.append(self.job("save", publish.handover).save(at_push, die, **told))
            if steps[-1].code == 0 and steps[1].outputs.get("deliver") == "true":
                steps += self._deliver(told)
        return steps

    def _deliver(self, told: dict[str, str]) -> list[Ended]:
        deliver = self.job("deliver")
        steps = [deliver.script("restore", **told), deliver.script("deliver", **told)]
        if steps[-1].outputs.get("handover") == "true":
            steps.append(self.job("record", deliver.handover).save(**told))
        return steps

    def push(self, path: str, text: str, message: str = "By hand") -> None:
        """Somebody changes a file on the default branch."""
        job = self.job("person")
        (job.checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (job.checkout / path).write_text(text, encoding="utf-8")
        self.git("add", "--all", cwd=job.checkout)
        self.git("commit", "--quiet", "--message", message, cwd=job.checkout)
        self.git("push", "--quiet", "origin", "HEAD:main", cwd=job.checkout)

    def tips(self) -> tuple[str, str]:
        """The newest commits of the default branch and of the archive's; "" where there is none."""
        shown = self.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")
        found = dict(line.split() for line in shown.splitlines())
        return found.get("refs/heads/main", ""), found.get("refs/heads/archive", "")

    def files(self, ref: str = "main") -> set[str]:
        """The paths of all files at a ref."""
        return set(self.git("ls-tree", "-r", "--name-only", ref).splitlines())

    def restored(self, ref: str) -> Archive:
        """The archive of a commit, found sound."""
        place = self.folder / "restored" / self.git("rev-parse", ref)
        place.mkdir(parents=True, exist_ok=True)
        tar = subprocess.run(["git", "archive", ref], cwd=self.origin, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(place)], input=tar, check=True)
        archive = Archive(str(place))
        assert [finding.text for finding in archive_findings(archive) if not finding.well] == []
        return archive

    def editions(self, ref: str = "main") -> list[str]:
        """The editions that have a page at a ref."""
        pages = (re.fullmatch(r"reports/\d{4}/\d\d/(\d{4}-\d\d-\d\d)\.md", name) for name in self.files(ref))
        return sorted(page[1] for page in pages if page)


@dataclass
class Job:
    """A machine of one job."""

    host: Hosted
    place: Path
    checkout: Path

    @property
    def handover(self) -> Path:
        """What it hands over."""
        return self.place / "handover"

    def script(self, name: str, **variables: str) -> Ended:
        """Run one of the scripts to its end, however it ends."""
        outputs = self.place / f"{name}.outputs"
        programs = f"{self.host.programs}{os.pathsep}{os.environ['PATH']}"
        told = {"PATH": programs, "PAUSE": "0", "BRANCH": "main", "HANDOVER": str(self.handover)}
        told |= {"GITHUB_OUTPUT": str(outputs), "GITHUB_REPOSITORY": self.host.repository}
        told |= {"GITHUB_STEP_SUMMARY": str(self.place / "summary.md"), "HOME": str(self.host.folder)}
        command = ["bash", f".github/scripts/{name}"]
        environment = {**plain(), **told, **variables}
        done = subprocess.run(
            command,
            cwd=self.checkout,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            timeout=120,
        )
        return Ended(done.returncode, done.stdout, _outputs(outputs))

    def save(self, at_push: str = "", die: str = "", **variables: str) -> Ended:
        """Push what was handed over; `at_push` is done just before, and the machine may die then or after."""
        script = self.place / "at-push.sh"
        if at_push:
            script.write_text(at_push)
        return self.script("save", AT_PUSH=str(script), DIE=die, **variables)


def plain() -> dict[str, str]:
    """This machine's environment, without what steers git or the program."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "DIGEST_", "GITHUB_"))
    }
    kept |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = {"GIT_AUTHOR_NAME": "A Person", "GIT_AUTHOR_EMAIL": "person@example.org"}
    return {**kept, **names, "GIT_COMMITTER_NAME": "A Person", "GIT_COMMITTER_EMAIL": "person@example.org"}


def _outputs(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    found = re.findall(r"^(\w+)<<(end-\w+)\n(.*?)\n\2$", path.read_text(encoding="utf-8"), re.M | re.S)
    return {name: value for name, _, value in found}
