"""Files of the archive on any fsspec file system: atomic writes, and errors that name the file."""

from __future__ import annotations

import io
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
from fsspec.implementations.local import LocalFileSystem

from digest.errors import ArchiveError

if TYPE_CHECKING:
    from pandas import DataFrame


class Store:
    """A folder, local or remote, whose files appear whole or not at all."""

    def __init__(self, url: str) -> None:
        try:
            self.fs, root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise ArchiveError(f"the archive {url} cannot be opened: {error}") from error
        self.root = str(root).rstrip("/")
        self.url = url

    @property
    def local(self) -> Path | None:
        """The folder as a path, if it is on this machine's disk."""
        return Path(self.root) if isinstance(self.fs, LocalFileSystem) else None

    def path(self, name: str) -> str:
        """The full path of a file of the store."""
        return f"{self.root}/{name}"

    def exists(self, name: str) -> bool:
        """True if the file is there."""
        return bool(self.fs.exists(self.path(name)))

    def names(self, folder: str) -> list[str]:
        """Every file below `folder`, relative to the store, sorted; none if there is no such folder."""
        found = self.fs.find(self.path(folder))
        return sorted(str(name)[len(self.root) + 1 :] for name in found if not str(name).endswith(".tmp"))

    def read(self, name: str) -> bytes:
        """The file's bytes. Raises `ArchiveError` if it is missing or unreadable."""
        try:
            data: bytes = self.fs.cat_file(self.path(name))
        except FileNotFoundError as error:
            raise ArchiveError(
                f"the archive lacks {self.path(name)}; restore it from a backup, `digest doctor` tells more"
            ) from error
        except OSError as error:
            raise ArchiveError(f"{self.path(name)} cannot be read: {error}") from error
        return data

    def write(self, name: str, data: bytes) -> None:
        """Write the file whole: on a disk by renaming a synced temporary file, elsewhere by one put."""
        try:
            if self.local is None:
                self.fs.pipe_file(self.path(name), data)
            else:
                write_atomically(self.local / name, data)
        except OSError as error:
            raise ArchiveError(f"{self.path(name)} cannot be written: {error}") from error

    def remove(self, name: str) -> None:
        """Remove the file if it is there."""
        if self.exists(name):
            self.fs.rm_file(self.path(name))

    def read_table(self, name: str, columns: list[str] | None = None) -> DataFrame:
        """The Parquet file as a frame. Raises `ArchiveError` if it is missing or no Parquet."""
        import pandas as pd
        from pyarrow import ArrowException

        data = self.read(name)
        try:
            return pd.read_parquet(io.BytesIO(data), columns=columns, engine="pyarrow")
        except (ArrowException, OSError, ValueError, KeyError) as error:
            raise ArchiveError(
                f"{self.path(name)} is damaged ({type(error).__name__}); restore it from a backup"
            ) from error

    def write_table(self, name: str, frame: DataFrame) -> None:
        """Write the frame as Parquet; the same frame gives the same bytes."""
        buffer = io.BytesIO()
        frame.to_parquet(buffer, engine="pyarrow", index=False, compression="zstd")
        self.write(name, buffer.getvalue())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the store's lock; a second holder on this machine's disk is refused, and told who holds it.

        The lock is the operating system's own, so it goes with its process however that ends.
        """
        if self.local is None:
            yield
            return
        from filelock import FileLock, Timeout

        self.local.mkdir(parents=True, exist_ok=True)
        holder = self.local / "lock.holder"
        lock = FileLock(self.local / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            who = holder.read_text(encoding="utf-8").strip() if holder.exists() else "another run"
            raise ArchiveError(
                f"the archive {self.root} is in use by {who}; wait for it to end, or stop it"
            ) from error
        try:
            holder.write_text(f"process {os.getpid()} on {platform.node()}\n", encoding="utf-8")
            yield
        finally:
            holder.unlink(missing_ok=True)
            lock.release()


def write_atomically(path: Path, data: bytes) -> None:
    """Replace `path` by `data` in one step that survives a crash: old bytes or new ones, never a part."""
    _replace(path, data, synced=True)


def write_together(files: Mapping[Path, bytes]) -> None:
    """Replace many files, each whole, and sync them all at the end: for what can be made again after a crash."""
    for path, data in files.items():
        _replace(path, data, synced=False)
    if files and hasattr(os, "sync"):
        os.sync()


def _replace(path: Path, data: bytes, synced: bool) -> None:
    if path.is_symlink():
        # Whoever keeps a file elsewhere wants it changed there.
        path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        if synced:
            file.flush()
            os.fsync(file.fileno())
    temporary.replace(path)
    if synced:
        _sync_folder(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Append a line and see it on the disk before returning."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
