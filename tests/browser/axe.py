"""axe-core, which looks for what keeps people out of a page: fetched once into the cache, never committed."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from digest.map.libraries import default_cache, integrity

VERSION = "4.14.1"
INTEGRITY = "sha384-xt1SFg49QaDwsyt0Xfs2XAyBtYPClXl3X2q5OOLeGAUmq9jZTYIMdztpF99WdhiH"
SECONDS = 120


def held_axe(environment: Mapping[str, str], home: Path) -> str:
    """The script, if the cache holds it as it should be; else nothing."""
    path = _place(environment, home)
    content = path.read_bytes() if path.is_file() else b""
    return content.decode() if integrity(content) == INTEGRITY else ""


def fetch_axe(environment: Mapping[str, str], home: Path) -> bool:
    """Have npm fetch the script; True if it is there now and was not before."""
    if held_axe(environment, home) or shutil.which("npm") is None:
        return False
    with tempfile.TemporaryDirectory() as place:
        command = ["npm", "pack", f"axe-core@{VERSION}", "--ignore-scripts", "--silent"]
        try:
            subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=SECONDS)
            with tarfile.open(next(Path(place).glob("*.tgz"))) as package:
                read = package.extractfile("package/axe.min.js")
                content = read.read() if read else b""
        except (OSError, subprocess.SubprocessError, StopIteration, tarfile.TarError, KeyError):
            return False
    if integrity(content) != INTEGRITY:
        return False
    path = _place(environment, home)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def _place(environment: Mapping[str, str], home: Path) -> Path:
    return default_cache(environment, home).parent / "tests" / f"axe-{VERSION}.js"
