"""The commands and their options; each hands over to its room."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from digest import __version__
from digest.cli.topics import topics
from digest.errors import DigestError

app = typer.Typer(
    name="digest",
    help="A daily digest of new papers: fetched, read, sorted, and written as dated Markdown reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(topics)

Workspace = Annotated[
    Path,
    typer.Option(
        "--workspace",
        envvar="DIGEST_WORKSPACE",
        help="The folder of digest.toml, reports/ and archive/.",
        file_okay=False,
    ),
]
FORMATS = ["%Y-%m-%d"]
# Before arXiv there was nothing to announce.
EARLIEST = 1991
INTERRUPTED = 130


def main() -> None:
    """Run the command line; a `DigestError` or a disk's becomes one line on standard error and exit code 1."""
    try:
        app()
    except DigestError as error:
        _fail(str(error), error)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), error)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            print("digest: stopped; the same command goes on from here", file=sys.stderr)
        raise


def _fail(reason: str, error: Exception) -> NoReturn:
    from digest.cli.console import warn

    warn(f"digest: {reason}")
    raise SystemExit(1) from error


def _day(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.year < EARLIEST:
        raise typer.BadParameter(f"editions begin in {EARLIEST}, with arXiv")
    return moment


def _paper(text: str) -> str:
    from digest.cli.liking import canonical

    return canonical(text)


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


@app.command()
def run(
    edition: Annotated[
        datetime | None,
        typer.Option(formats=FORMATS, callback=_day, metavar="DATE", help="Publish this day only."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=FORMATS, callback=_day, metavar="DATE", help="Publish every day from this one on."),
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Publish the three invented editions that come with the program.")
    ] = False,
    provider: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who reads the papers, instead of the setting.")
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Only tell what calls, tokens and money it would take.")
    ] = False,
    workspace: Workspace = Path(),
) -> None:
    """Publish every edition that is due: today's, and any announcement day missed since the first."""
    from digest.cli.publishing import publish_due

    if sum((edition is not None, since is not None, sample)) > 1:
        raise typer.BadParameter("use only one of --edition, --since and --sample")
    flags: dict[str, Any] = {"provider": provider} if provider else {}
    well = publish_due(
        workspace,
        flags,
        edition=edition.date() if edition else None,
        since=since.date() if since else None,
        sample=sample,
        estimate_only=estimate,
    )
    if not well:
        raise typer.Exit(1)


@app.command()
def render(
    date: Annotated[
        datetime | None, typer.Argument(formats=FORMATS, callback=_day, metavar="DATE", help="The edition.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every edition of the archive.")] = False,
    recategorise: Annotated[
        bool,
        typer.Option("--recategorise", help="First sort the whole archive by the taxonomy as it is now."),
    ] = False,
    workspace: Workspace = Path(),
) -> None:
    """Rewrite reports from the archive, without any network."""
    from digest.cli.publishing import render_again

    if (date is None) == (not everything and not recategorise):
        raise typer.BadParameter("name one DATE, or use --all (--recategorise always renders all)")
    render_again(workspace, date.date() if date else None, recategorise=recategorise)


@app.command("map")
def map_(
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Map this list of papers, not the archive.")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Let all papers find better places, although it is not yet time.")
    ] = False,
    workspace: Workspace = Path(),
) -> None:
    """Draw the interactive map of the archive, or of any list of papers."""
    from digest.cli.mapping import draw_map, map_of

    if source is not None and rebuild:
        raise typer.BadParameter("use only one of --from and --rebuild")
    if source is not None:
        map_of(workspace, source)
    else:
        draw_map(workspace, rebuild)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many papers to show.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list instead of lines.")] = False,
    workspace: Workspace = Path(),
) -> None:
    """Find papers of the archive by meaning and by words, newest first among equals."""
    from digest.cli.finding import find_papers

    find_papers(workspace, " ".join(words), limit, as_json=as_json)


@app.command()
def like(
    paper: Annotated[
        str, typer.Argument(metavar="ID", callback=_paper, help="The paper: its id or arXiv address.")
    ],
    workspace: Workspace = Path(),
) -> None:
    """Look for papers like this one: note it under [interests] in digest.toml."""
    from digest.cli.liking import note_opinion

    note_opinion(workspace, paper, liked=True)


@app.command()
def dislike(
    paper: Annotated[
        str, typer.Argument(metavar="ID", callback=_paper, help="The paper: its id or arXiv address.")
    ],
    workspace: Workspace = Path(),
) -> None:
    """Keep papers like this one out of "For you": note it under [interests] in digest.toml."""
    from digest.cli.liking import note_opinion

    note_opinion(workspace, paper, liked=False)


@app.command()
def doctor(workspace: Workspace = Path()) -> None:
    """Tell what is configured, what is reachable and whether the archive is sound, with the way out."""
    from digest.cli.finding import examine

    if not examine(workspace):
        raise typer.Exit(1)


@app.command()
def costs(workspace: Workspace = Path()) -> None:
    """Show what paid calls have cost, by day and by month."""
    from digest.cli.spending import show_costs

    show_costs(workspace)


@app.command()
def reembed(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="Whose vectors the archive shall have.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, only tell what it would cost.")] = False,
    workspace: Workspace = Path(),
) -> None:
    """Move the archive to another provider's vectors: the estimate first, then, with --yes, the work."""
    from digest.cli.spending import move_vectors

    move_vectors(workspace, provider, yes)
