"""Object stores: puts that succeed only if nobody else was first, which is what keeps two writers apart there.

S3 compares on its own side (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html); what
fsspec offers for other stores can only refuse to write over something, so a replacement is compared just before.
"""

from __future__ import annotations

import hashlib
from typing import Any

S3 = "s3"
# What S3 answers where the condition does not hold, or where two conditional puts met.
REFUSED = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}
# How often a file is read again that changes while it is read.
READS = 5


def is_s3(fs: Any) -> bool:
    """True if the file system speaks S3's protocol."""
    return S3 in ((fs.protocol,) if isinstance(fs.protocol, str) else fs.protocol)


def failures(fs: Any) -> tuple[type[Exception], ...]:
    """The errors by which the file system says that it cannot do something."""
    if not is_s3(fs):
        return (OSError,)
    from botocore.exceptions import BotoCoreError

    # A missing key or an unreachable host is none of Python's own errors there.
    return (OSError, BotoCoreError)


def read(fs: Any, path: str) -> tuple[bytes, str]:
    """The file's bytes, and the version that they are of. Raises FileNotFoundError."""
    if not is_s3(fs):
        found: bytes = fs.cat_file(path)
        return found, _digest(found)
    for left in reversed(range(READS)):
        try:
            with fs.open(path, "rb") as file:
                return file.read(), str(file.details["ETag"])
        except OSError as error:
            if isinstance(error, FileNotFoundError) or not left:
                raise
    raise AssertionError("the last attempt returns or raises")


def create(fs: Any, path: str, content: bytes) -> bool:
    """Write the file unless there is one; True if it now holds `content`, which must be this writer's alone."""
    try:
        fs.pipe_file(path, content, mode="create")
        return True
    except OSError as error:
        if not _refused(error):
            raise
    # An answer that got lost on its way makes the client put again, and find what it had put.
    return bool(fs.cat_file(path) == content)


def replace(fs: Any, path: str, content: bytes, version: str) -> str:
    """Write over the `version` of the file that is known, or where there is none (empty); returns the new version.

    The answer is empty if there is another one by now, which is left as it is.
    """
    if not version:
        return read(fs, path)[1] if create(fs, path, content) else ""
    if not is_s3(fs):
        now = read(fs, path)[1] if fs.exists(path) else ""
        if now == version:
            fs.pipe_file(path, content)
        return _digest(content) if now in (version, _digest(content)) else ""
    try:
        return str(fs.pipe_file(path, content, IfMatch=version)["ETag"])
    except FileNotFoundError:
        return ""
    except OSError as error:
        if not _refused(error):
            raise
    found, now = read(fs, path)
    return now if found == content else ""


def keeps_apart(fs: Any, path: str) -> bool:
    """True if conditions hold there; tried out on a file of this `path`, which is there for a moment."""
    fs.pipe_file(path, b"1")
    try:
        return not create(fs, path, b"2") and (not is_s3(fs) or not replace(fs, path, b"3", f'"{"0" * 32}"'))
    finally:
        fs.rm_file(path)


def _refused(error: OSError) -> bool:
    if isinstance(error, FileExistsError):
        return True
    told = getattr(error.__cause__, "response", {})
    return told.get("Error", {}).get("Code") in REFUSED


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
