"""The commands and their options; each hands over to its room."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from digest import __version__
from digest.cli.topics import parsed_topic, topics
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
    send: Annotated[
        bool, typer.Option("--send/--no-send", help="Afterwards send what is due by the channels of the settings.")
    ] = True,
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
        send=send,
    )
    if not well:
        raise typer.Exit(1)


@app.command()
def send(
    date: Annotated[
        datetime | None, typer.Argument(formats=FORMATS, callback=_day, metavar="DATE", help="The edition.")
    ] = None,
    to: Annotated[str, typer.Option(metavar="CHANNEL", help="Only by this channel: mail, notify or github.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would be sent.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="With DATE: also what was sent, or may have been, before.")
    ] = False,
    claim: Annotated[
        str, typer.Option(metavar="TOKEN", help="Only note what is due as yours to send, for --claimed.")
    ] = "",
    claimed: Annotated[str, typer.Option(metavar="TOKEN", help="Send what was claimed with this token.")] = "",
    workspace: Workspace = Path(),
) -> None:
    """Send by mail and other channels what is due, or one edition; what was sent is not sent again."""
    from digest.cli import sending

    if (claim or claimed) and (date or to or dry_run or force or (claim and claimed)):
        raise typer.BadParameter("--claim and --claimed stand alone")
    if force and date is None:
        raise typer.BadParameter("--force goes with the DATE of an edition")
    if claim:
        sending.claim_due(workspace, claim)
    elif claimed:
        if not sending.send_claimed(workspace, claimed):
            raise typer.Exit(1)
    elif not sending.send(workspace, date.date() if date else None, to, dry_run, force):
        raise typer.Exit(1)


@app.command()
def backfill(
    since: Annotated[
        datetime, typer.Option(formats=FORMATS, callback=_day, metavar="DATE", help="The first day.")
    ],
    until: Annotated[
        datetime | None,
        typer.Option(formats=FORMATS, callback=_day, metavar="DATE", help="The last day; else yesterday's."),
    ] = None,
    provider: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who reads the papers, instead of the setting.")
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Only tell what calls, tokens and money it would take.")
    ] = False,
    workspace: Workspace = Path(),
) -> None:
    """Publish past editions that are missing, oldest first: months or years of arXiv in one go."""
    from digest.cli.backfilling import backfill as fill

    flags: dict[str, Any] = {"provider": provider} if provider else {}
    if not fill(workspace, flags, since.date(), until.date() if until else None, estimate_only=estimate):
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
    title: Annotated[
        str, typer.Option(metavar="TEXT", help="With --from: what the map is called; else as the file is.")
    ] = "",
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Let all papers find better places, although it is not yet time.")
    ] = False,
    workspace: Workspace = Path(),
) -> None:
    """Draw the interactive map of the archive, or of any list of papers."""
    from digest.cli.mapping import draw_map, map_of

    if source is not None and rebuild:
        raise typer.BadParameter("use only one of --from and --rebuild")
    if title and source is None:
        raise typer.BadParameter("--title goes with --from; the archive's map has the title of the settings")
    if source is not None:
        map_of(workspace, source, title)
    else:
        draw_map(workspace, rebuild)


@app.command()
def schedule(
    status: Annotated[
        bool, typer.Option("--status", help="Only tell how the running one fares; exit code 1 if not well.")
    ] = False,
    workspace: Workspace = Path(),
) -> None:
    """Stay, and make every edition and the weekly map when they are due, until stopped."""
    from digest.cli import scheduling

    if not status:
        scheduling.schedule(workspace)
    elif not scheduling.show_status(workspace):
        raise typer.Exit(1)


@app.command("site")
def site_(workspace: Workspace = Path()) -> None:
    """Build the website of reports and archive: pages, search and feeds, in archive/site."""
    from digest.cli.website import write_site

    write_site(workspace)


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
def export(
    query: Annotated[str, typer.Option(metavar="WORDS", help="Only what a search for these finds.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many papers a query may find.")] = 100,
    since: Annotated[
        datetime | None,
        typer.Option(formats=FORMATS, callback=_day, metavar="DATE", help="Only editions from this day on."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=FORMATS, callback=_day, metavar="DATE", help="Only editions up to this day."),
    ] = None,
    category: Annotated[str, typer.Option(metavar="SLUG", help="Only papers of this main category.")] = "",
    topic: Annotated[
        int | None,
        typer.Option(parser=parsed_topic, metavar="ID", help="Only papers of this main topic, such as t17."),
    ] = None,
    form: Annotated[
        str,
        typer.Option("--format", metavar="NAME", help="csv, jsonl, parquet, bibtex, ris or obsidian."),
    ] = "",
    to: Annotated[
        str, typer.Option(metavar="PATH", help="The file, whose ending says the format, or the folder of notes.")
    ] = "-",
    workspace: Workspace = Path(),
) -> None:
    """Write the archive, or papers of it, as a table, as references or as notes."""
    from digest.cli import exporting

    wish = exporting.Wish(
        query=query,
        limit=limit,
        since=since.date() if since else None,
        until=until.date() if until else None,
        category=category,
        topic=topic,
    )
    if not exporting.export(workspace, wish, form, to):
        raise typer.Exit(1)


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
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The repository; it is made if there is none.", file_okay=False)
    ] = Path(),
    check: Annotated[
        bool, typer.Option("--check", help="Only tell what is not as this version ships it; exit code 1 if so.")
    ] = False,
) -> None:
    """Write what a repository needs to publish by itself on GitHub: settings, workflow and scripts."""
    from digest.cli import starting

    if not check:
        starting.start(folder)
    elif starting.drifted(folder):
        raise typer.Exit(1)


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
