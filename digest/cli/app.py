"""The command line: its commands in order, and how errors end it."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, NoReturn

import typer
from typer.main import get_command

from digest import __version__
from digest.cli import edition_commands, upkeep_commands, view_commands
from digest.cli.topics import topics
from digest.errors import DigestError

app = typer.Typer(
    name="digest",
    help="A daily digest of new papers: fetched, read, sorted, and written as dated Markdown reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.add_typer(topics)

INTERRUPTED = 130
FULL = (errno.ENOSPC, errno.EDQUOT)


def main() -> None:
    """Run the command line; a `DigestError` or a disk's becomes one line on standard error and exit code 1."""
    try:
        _command()()
    except DigestError as error:
        _fail(str(error), error)
    except OSError as error:
        _fail(_disk(error), error)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            print("digest: stopped; the same command goes on from here", file=sys.stderr)
        raise


@cache
def _command() -> Callable[[], Any]:
    # Typer would look at every option of every command anew each time the line is run.
    return get_command(app)


def _disk(error: OSError) -> str:
    """What a disk or the system said, with the file where it named one."""
    if error.errno in FULL:
        return f"{error.strerror}; make room, then the same command goes on from here"
    return f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error)


def _fail(reason: str, error: Exception) -> NoReturn:
    from digest.cli.console import warn

    warn(f"digest: {reason}")
    raise SystemExit(1) from error


def _version(wanted: bool) -> None:
    if wanted:
        print(f"digest {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """A daily digest of new papers: fetched, read, sorted, and written as dated Markdown reports."""


# In the order in which `--help` lists them.
app.command("run")(edition_commands.run)
app.command("backfill")(edition_commands.backfill)
app.command("render")(edition_commands.render)
app.command("send")(edition_commands.send)
app.command("schedule")(edition_commands.schedule)
app.command("map")(view_commands.map_)
app.command("site")(view_commands.site_)
app.command("search")(view_commands.search)
app.command("export")(view_commands.export)
app.command("like")(upkeep_commands.like)
app.command("dislike")(upkeep_commands.dislike)
app.command("init")(upkeep_commands.init)
app.command("doctor")(upkeep_commands.doctor)
app.command("costs")(upkeep_commands.costs)
app.command("reembed")(upkeep_commands.reembed)
