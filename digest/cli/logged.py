"""What the daemon says, fit for systemd and containers: one line each on standard error, without bars."""

from __future__ import annotations

import io
import logging
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from digest.text import plain

# https://www.freedesktop.org/software/systemd/man/latest/sd-daemon.html
PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
# systemd sets this where its journal reads, which notes time and priority itself.
JOURNAL = "JOURNAL_STREAM"
# How commands say that something went wrong.
_COMPLAINT = re.compile(r"digest: |\S+ source \S+ failed: ")

log = logging.getLogger(__name__)


class Formatter(logging.Formatter):
    """A line for each message, and for each line of a traceback where these are wanted."""

    def __init__(self, journal: bool, tracebacks: bool) -> None:
        super().__init__()
        self._journal, self._tracebacks = journal, tracebacks

    def format(self, record: logging.LogRecord) -> str:
        """The lines of a record, each with its time and level, or for the journal its priority."""
        lines = [plain(record.getMessage())]
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            if self._tracebacks:
                lines += [line.rstrip() for line in self.formatException(record.exc_info).splitlines()]
            else:
                lines[0] += f" ({plain(f'{type(error).__name__}: {error}')})"
        return "\n".join(self._begun(record) + line for line in lines)

    def _begun(self, record: logging.LogRecord) -> str:
        if self._journal:
            return f"<{PRIORITIES.get(record.levelno, 6)}>"
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return f"{moment} {record.levelname.lower()} "


class Lines(io.TextIOBase):
    """Takes what commands print; each line goes to the log, and what is indented, being detail, only at debug."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self._rest = ""
        self._complaints: list[str] = []

    def write(self, text: str) -> int:
        """Log every line that is whole by now."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            complaint = _COMPLAINT.match(line)
            if complaint:
                self._complaints.append(line.removeprefix("digest: "))
            level = logging.WARNING if complaint else logging.DEBUG if line.startswith(" ") else logging.INFO
            if line.strip():
                log.log(level, "%s", line)
        return len(text)

    def complaints(self) -> str:
        """What went wrong since this was last asked."""
        told, self._complaints = "; ".join(self._complaints), []
        return told


@contextmanager
def logged(level: str, env: Mapping[str, str]) -> Iterator[Lines]:
    """Send messages of the program and all that commands print to standard error, as lines of a log."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter(JOURNAL in env, tracebacks=level == "debug"))
    root, own = logging.getLogger(), logging.getLogger("digest")
    before, own_before = root.level, own.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    own.setLevel(level.upper())
    logging.captureWarnings(True)
    lines = Lines()
    try:
        with redirect_stdout(lines), redirect_stderr(lines):
            yield lines
    finally:
        logging.captureWarnings(False)
        root.removeHandler(handler)
        root.setLevel(before)
        own.setLevel(own_before)
