from __future__ import annotations

import io
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from digest.errors import DigestError, SourceError
from digest.http import Client, Response
from digest.map import libraries
from digest.map.libraries import default_cache, fetch_libraries, held_libraries, integrity, locked_files

CODE, LICENCE = b"var code = 1;\n", b"Do what you like.\n"


@pytest.fixture(autouse=True)
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [("dist/code.js", "code.js", CODE), ("LICENSE", "licences/code.txt", LICENCE)]
    files = [
        {"package": "code", "version": "1.2.3", "path": path, "name": name, "integrity": integrity(content)}
        for path, name, content in told
    ]
    lock_file = tmp_path / "lock.json"
    lock_file.write_text(json.dumps({"files": files}))
    monkeypatch.setattr(libraries, "LOCK", lock_file)
    monkeypatch.setattr(libraries.shutil, "which", lambda name: None)


class Web(Client):
    """A client whose answers are told beforehand."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers, self.asked = answers, list[str]()

    def get(self, url: str, *_: Any, **__: Any) -> Response:
        self.asked.append(url)
        if url not in self.answers:
            raise SourceError(f"{url} could not be fetched: no connection; nothing is lost, try again later")
        return Response(url, 200, self.answers[url], {})


def cdn(code: bytes = CODE) -> Web:
    place = "https://cdn.jsdelivr.net/npm/code@1.2.3/"
    return Web({f"{place}dist/code.js": code, f"{place}LICENSE": LICENCE})


def npm(monkeypatch: pytest.MonkeyPatch, content: bytes = CODE, fails: bool = False) -> list[list[str]]:
    asked: list[list[str]] = []

    def run(command: list[str], cwd: str, **_: Any) -> None:
        asked.append(command)
        if fails:
            raise subprocess.CalledProcessError(1, command)
        with tarfile.open(Path(cwd) / "code-1.2.3.tgz", "w:gz") as archive:
            for name, told in (("package/dist/code.js", content), ("package/LICENSE", LICENCE)):
                entry = tarfile.TarInfo(name)
                entry.size = len(told)
                archive.addfile(entry, io.BytesIO(told))

    monkeypatch.setattr(libraries.shutil, "which", lambda name: "/usr/bin/npm")
    monkeypatch.setattr(libraries.subprocess, "run", run)
    return asked


def test_the_real_lock_pins_a_script_and_a_licence_for_each_package() -> None:
    lock = json.loads((Path(libraries.__file__).parent / "libraries.lock.json").read_text())["files"]
    names = {entry["name"] for entry in lock}
    assert set(libraries.SCRIPTS) <= names
    assert {entry["package"] for entry in lock} == {n[9:-4] for n in names if n.startswith("licences/")}
    assert all(entry["integrity"].startswith("sha384-") and len(entry["integrity"]) == 71 for entry in lock)


def test_without_npm_they_come_from_the_cdn_once(tmp_path: Path) -> None:
    web = cdn()
    assert held_libraries(tmp_path) is None
    folder = fetch_libraries(tmp_path, web)
    assert (folder / "code.js").read_bytes() == CODE and (folder / "licences/code.txt").read_bytes() == LICENCE
    assert len(web.asked) == 2
    assert fetch_libraries(tmp_path, web) == held_libraries(tmp_path) == folder
    assert len(web.asked) == 2


def test_npm_is_asked_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, web = npm(monkeypatch), Web({})
    folder = fetch_libraries(tmp_path, web)
    assert (folder / "code.js").read_bytes() == CODE and web.asked == []
    assert [command[1:3] for command in asked] == [["pack", "code@1.2.3"]] and "--ignore-scripts" in asked[0]


@pytest.mark.parametrize("how", [{"content": b"something else"}, {"fails": True}])
def test_where_npm_fails_or_brings_something_else_the_cdn_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
) -> None:
    npm(monkeypatch, **how)
    folder = fetch_libraries(tmp_path, cdn())
    assert (folder / "code.js").read_bytes() == CODE


def test_what_is_damaged_is_fetched_again(tmp_path: Path) -> None:
    folder = fetch_libraries(tmp_path, cdn())
    (folder / "code.js").write_bytes(b"damaged")
    assert held_libraries(tmp_path) is None
    web = cdn()
    fetch_libraries(tmp_path, web)
    assert len(web.asked) == 1 and held_libraries(tmp_path) == folder


def test_without_a_network_the_way_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(DigestError, match=r"code 1\.2\.3 is missing: .*; build the map once where npm") as told:
        fetch_libraries(tmp_path, Web({}))
    assert "\n" not in str(told.value)


def test_what_is_not_what_the_lock_pins_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DigestError, match="is not what the lock file pins"):
        fetch_libraries(tmp_path, cdn(b"var evil = 1;"))
    assert held_libraries(tmp_path) is None


def test_the_cache_is_where_the_system_keeps_caches() -> None:
    home = Path("/home/ada")
    assert default_cache({}, home) == home / ".cache/paper-digest/libraries"
    assert default_cache({"XDG_CACHE_HOME": "/var/c"}, home) == Path("/var/c/paper-digest/libraries")
    assert default_cache({"XDG_CACHE_HOME": "relative"}, home) == home / ".cache/paper-digest/libraries"


def test_the_lock_names_its_files() -> None:
    assert [file.name for file in locked_files()] == ["code.js", "licences/code.txt"]
