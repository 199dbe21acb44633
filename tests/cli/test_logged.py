import io
import logging
import sys
import warnings

import pytest

from digest.cli.logged import Lines, logged

log = logging.getLogger("digest.invented")


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    shown = capsys.readouterr()
    assert not shown.out
    return shown.err.splitlines()


def test_what_commands_print_becomes_lines_with_time_and_level(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("info", {}):
        assert not sys.stderr.isatty()
        print("one\ntwo\n  detail ███")
        print("digest: it is away", file=sys.stderr)
        log.error("red \x1b[31mlight\nnew line\u2028and one more")
    lines = said(capsys)
    assert [line.split(" ", 1)[1] for line in lines] == [
        "info one",
        "info two",
        "warning digest: it is away",
        "error red light new line and one more",
    ]
    assert all(line[:19].count("-") == 2 and line[19] == "Z" for line in lines)


def test_the_journal_has_priorities_instead(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("info", {"JOURNAL_STREAM": "8:1"}):
        log.info("well")
        log.error("bad")
    assert said(capsys) == ["<6>well", "<3>bad"]


@pytest.mark.parametrize(("level", "count"), [("info", 1), ("debug", 6)])
def test_tracebacks_are_for_debugging_each_line_a_line(
    level: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with logged(level, {"JOURNAL_STREAM": "8:1"}):
        try:
            raise ValueError("two\nlines")
        except ValueError:
            log.warning("it failed", exc_info=True)
        log.debug("detail")
    lines = said(capsys)
    assert len([line for line in lines if line.startswith("<4>")]) == count == len(lines) - (level == "debug")
    assert lines[0] == ("<4>it failed (ValueError: two lines)" if level == "info" else "<4>it failed")


def test_warnings_of_libraries_are_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    with logged("info", {}), warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("so\nold", DeprecationWarning, stacklevel=1)
    assert len(said(capsys)) == 1


def test_afterwards_all_is_as_it_was() -> None:
    before = (sys.stdout, sys.stderr, list(logging.getLogger().handlers), logging.getLogger().level)
    with pytest.raises(KeyError), logged("debug", {}):
        raise KeyError
    assert before == (sys.stdout, sys.stderr, list(logging.getLogger().handlers), logging.getLogger().level)


def test_complaints_are_told_once() -> None:
    lines = Lines()
    print("digest: 2026-01-05 is not published: away\n2026-01-05: source feed failed: gone", file=lines)
    print("2026-01-05: reading done (4)", file=lines)
    assert lines.complaints() == "2026-01-05 is not published: away; 2026-01-05: source feed failed: gone"
    assert lines.complaints() == "" and isinstance(lines, io.TextIOBase)
