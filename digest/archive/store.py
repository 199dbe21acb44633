"""Files of the archive on any fsspec file system: atomic writes, and errors that name the file."""

from __future__ import annotations

import io
import os
import platform
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from digest.archive import objects
from digest.errors import ArchiveError

if TYPE_CHECKING:
    from pandas import DataFrame


class Store:
    """A folder, local or remote, whose files appear whole or not at all."""

    def __init__(self, url: str) -> None:
        try:
            # A listing that is remembered hides what another run has written since.
            self.fs, root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise ArchiveError(f"the archive {url} cannot be opened: {error}{_extra(error)}") from error
        self.root = str(root).rstrip("/")
        self.url = url
        self._failures = objects.failures(self.fs)
        # Of files that are written over on a condition: the version that this store has read or written last.
        self._versions: dict[str, str] = {}

    @property
    def local(self) -> Path | None:
        """The folder as a path, if it is on this machine's disk."""
        return Path(self.root) if isinstance(self.fs, LocalFileSystem) else None

    def path(self, name: str) -> str:
        """The full path of a file of the store."""
        return f"{self.root}/{name}"

    def exists(self, name: str) -> bool:
        """True if the file is there."""
        with self._told(name, "looked for"):
            return bool(self.fs.exists(self.path(name)))

    def names(self, folder: str) -> list[str]:
        """Every file below `folder`, relative to the store, sorted; none if there is no such folder."""
        with self._told(folder, "listed"):
            found = self.fs.find(self.path(folder))
        return sorted(str(name)[len(self.root) + 1 :] for name in found if not str(name).endswith(".tmp"))

    def read(self, name: str) -> bytes:
        """The file's bytes. Raises `ArchiveError` if it is missing or unreadable."""
        with self._told(name, "read"):
            found: bytes = self.fs.cat_file(self.path(name))
        return found

    def read_all(self, names: Collection[str]) -> list[bytes]:
        """The bytes of some files, in their order; fetched at once where the store is remote."""
        if not names:
            return []
        with self._told(next(iter(names)), "read"):
            found = self.fs.cat([self.path(name) for name in names])
        return [found[self.path(name)] for name in names]

    def read_guarded(self, name: str) -> bytes:
        """The same, noting the version for `replace`."""
        if self.local is not None:
            return self.read(name)
        with self._told(name, "read"):
            found, self._versions[name] = objects.read(self.fs, self.path(name))
        return found

    def write(self, name: str, data: bytes) -> None:
        """Write the file whole: on a disk by renaming a synced temporary file, elsewhere by one put."""
        with self._told(name, "written"):
            if self.local is None:
                self.fs.pipe_file(self.path(name), data)
            else:
                write_atomically(self.local / name, data)

    def create(self, name: str, data: bytes) -> bool:
        """Write the file unless there is one; False if there is another one. On a disk the lock sees to that.

        Two writers must not write the same bytes: that is how a writer knows its own.
        """
        if self.local is not None:
            self.write(name, data)
            return True
        with self._told(name, "written"):
            return objects.create(self.fs, self.path(name), data)

    def replace(self, name: str, data: bytes) -> None:
        """Write over the version that `read_guarded` or `replace` last saw here; without one, where there is none.

        Raises `ArchiveError` if another writer was there in between. On a disk the lock keeps writers apart.
        """
        if self.local is not None:
            self.write(name, data)
            return
        with self._told(name, "written"):
            version = objects.replace(self.fs, self.path(name), data, self._versions.get(name, ""))
        if not version:
            raise self._overtaken()
        self._versions[name] = version

    def check(self, name: str) -> None:
        """Raises `ArchiveError` if another writer has replaced the file that `read_guarded` or `replace` saw."""
        if self.local is None and self._is_overtaken([name]):
            raise self._overtaken()

    def keeps_apart(self, name: str) -> bool:
        """True if two writers at once cannot both replace a file; tried out under a `name`, except on a disk."""
        if self.local is not None:
            return True
        with self._told(name, "written"):
            return objects.keeps_apart(self.fs, self.path(name))

    def remove(self, name: str) -> None:
        """Remove the file if it is there."""
        if self.exists(name):
            self.remove_all([name])

    def remove_all(self, names: Collection[str]) -> None:
        """Remove files."""
        for name in names if self.local is not None else ():
            self.fs.rm_file(self.path(name))
        if names and self.local is None:
            with self._told(next(iter(names)), "removed"):
                self.fs.rm([self.path(name) for name in names])

    @contextmanager
    def _told(self, name: str, what: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if what != "read":
                raise ArchiveError(f"{self.url} cannot be {what}: there is no such place; create it") from error
            if self._is_overtaken(self._versions):
                raise self._overtaken() from error
            raise ArchiveError(
                f"the archive lacks {self.path(name)}; restore it from a backup, `digest doctor` tells more"
            ) from error
        except self._failures as error:
            raise ArchiveError(f"{self.path(name)} cannot be {what}: {error}") from error

    def _overtaken(self) -> ArchiveError:
        return ArchiveError(
            f"another run has changed the archive {self.url} meanwhile; what it did stands, nothing is lost: "
            "run the same command again"
        )

    def _is_overtaken(self, names: Iterable[str]) -> bool:
        """True if one of these files, which are written over on a condition, is another one by now."""
        return any(self._version(name) != self._versions.get(name) for name in names)

    def _version(self, name: str) -> str | None:
        """The version that a file has by now; None if there is none yet, empty if that cannot be told."""
        try:
            return objects.read(self.fs, self.path(name))[1]
        except FileNotFoundError:
            return None
        except self._failures:
            return ""

    def read_table(self, name: str, columns: list[str] | None = None) -> DataFrame:
        """The Parquet file as a frame. Raises `ArchiveError` if it is missing or no Parquet."""
        frame: DataFrame = self.read_arrow(name, columns).to_pandas(use_threads=False)
        return frame

    def read_arrow(self, name: str, columns: list[str] | None = None) -> Any:
        """The Parquet file as an Arrow table of these columns, or of all; raises as `read_table` does.

        In this thread alone: one of Arrow's own may still let go of what it has read while Python is exiting,
        and ends the process with an abort (https://github.com/apache/arrow/issues/34314).
        """
        from pyarrow import ArrowException, BufferReader
        from pyarrow.parquet import ParquetFile

        data = self.read(name)
        try:
            with ParquetFile(BufferReader(data), pre_buffer=False) as file:
                table = file.read(columns, use_threads=False)
            return table if columns is None else table.select(columns)
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

        The lock is the operating system's own, so it goes with its process however that ends. Elsewhere there is
        none: whoever replaces a file second is turned away.
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


def _extra(error: Exception) -> str:
    """What to install for S3, of which fsspec only names the package."""
    return "; pip install s3fs" if "s3fs" in str(error).lower() else ""


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
