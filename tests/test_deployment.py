"""What the README says for servers: its systemd unit and its Dockerfile, seen by the tools that know them."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def block(kind: str) -> str:
    """The README's one fenced block of a kind."""
    found = re.findall(rf"^```{kind}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.M | re.S)
    assert len(found) == 1, f"the README has {len(found)} blocks of {kind}"
    return str(found[0])


def test_the_dockerfile_is_clean(tmp_path: Path) -> None:
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    assert linter, "hadolint is missing: pip install -e '.[dev]'"
    file = tmp_path / "Dockerfile"
    file.write_text(block("dockerfile"), encoding="utf-8")
    done = subprocess.run([linter, "--no-color", str(file)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_dockerfile_copies_all_that_the_package_is_built_from() -> None:
    copied = {
        word for line in block("dockerfile").splitlines() if line.startswith("COPY") for word in line.split()[1:-1]
    }
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = built["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", built["project"]["readme"], *built["project"]["license-files"]}
    needed |= {*wheel["packages"], *wheel["force-include"]}
    assert all(any(Path(name).is_relative_to(folder) for folder in copied) for name in needed), needed
    assert all((ROOT / name).exists() for name in copied)


def test_the_unit_is_one_that_systemd_knows(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("there is no systemd here")
    unit, program = tmp_path / "digest.service", tmp_path / "digest"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text, count = re.subn(r"^ExecStart=\S+/digest ", f"ExecStart={program} ", block("ini"), flags=re.M)
    assert count == 1
    unit.write_text(text, encoding="utf-8")
    done = subprocess.run([verify, "verify", "--man=no", str(unit)], capture_output=True, text=True)
    assert done.returncode == 0 and "digest.service" not in done.stderr, done.stderr


def test_a_wrong_unit_would_be_noticed(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("there is no systemd here")
    unit = tmp_path / "digest.service"
    unit.write_text("[Service]\nExecStart=/bin/true\nRestartt=no\n", encoding="utf-8")
    done = subprocess.run([verify, "verify", "--man=no", str(unit)], capture_output=True, text=True)
    assert "digest.service" in done.stderr
