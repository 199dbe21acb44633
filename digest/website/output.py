"""The site's folder: what was made from what, so that a build makes only what has changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from digest.archive.store import write_together

# Hidden, since it is no part of what is served.
MANIFEST = ".pages.json"
# So many bytes wait to be written together.
_FULL = 32_000_000


class Output:
    """Files of the site and the keys of what they were made from.

    A file whose key is still the same is left as it is; what a former build made and this one does not is removed
    at `close`. Whatever else is in the folder, the map for instance, is left alone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written = self.size = 0
        self._before = self._read()
        self._now: dict[str, str] = {}
        self._waiting: dict[Path, bytes] = {}
        self._held = 0

    def __len__(self) -> int:
        return len(self._now)

    def has(self, path: str, key: str) -> bool:
        """True if the file is there and was made from the same; it is then kept."""
        if self._before.get(path) != key or not (self.folder / path).is_file():
            return False
        self._now[path] = key
        return True

    def add(self, path: str, content: bytes, key: str = "") -> None:
        """Take a file in, to be written if its bytes are new."""
        target = self.folder / path
        self._now[path] = key or hashlib.blake2b(content, digest_size=12).hexdigest()
        if target.is_file() and target.read_bytes() == content:
            return
        self.written += 1
        self._waiting[target] = content
        self._held += len(content)
        if self._held > _FULL:
            self._flush()

    def close(self) -> None:
        """Write what waits, remove what is no more, and note what was made from what."""
        self._flush()
        self.size = sum((self.folder / path).stat().st_size for path in self._now)
        for path in self._before.keys() - self._now.keys():
            (self.folder / path).unlink(missing_ok=True)
        text = json.dumps(self._now, indent=0, sort_keys=True).encode() + b"\n"
        target = self.folder / MANIFEST
        if not target.is_file() or target.read_bytes() != text:
            write_together({target: text})

    def _flush(self) -> None:
        write_together(self._waiting)
        self._waiting, self._held = {}, 0

    def _read(self) -> dict[str, str]:
        """What the last build noted; nothing where that cannot be read, which makes all pages anew."""
        try:
            told = json.loads((self.folder / MANIFEST).read_bytes())
        except (OSError, ValueError):
            return {}
        # Only what lies in the folder may ever be removed from it.
        return {path: str(key) for path, key in told.items() if _inside(path)} if isinstance(told, dict) else {}


def _inside(path: str) -> bool:
    return not path.startswith("/") and ".." not in path.split("/")


def key_of(*parts: object) -> str:
    """A key that changes with any of the parts (texts, bytes and records of them)."""
    told = hashlib.blake2b(digest_size=12)
    for part in parts:
        told.update(hashlib.blake2b(part if isinstance(part, bytes) else repr(part).encode()).digest())
    return told.hexdigest()
