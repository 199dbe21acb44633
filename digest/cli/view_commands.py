"""The commands that show the archive: map, site, search and export; each hands over to its room."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.options import Scheduler, Workspace, day, flags
from digest.cli.topics import parsed_topic


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
    scheduler: Scheduler = None,
    workspace: Workspace = Path(),
) -> None:
    """Draw the map of the archive or a list of papers.

    It is a page to look around in, and pictures.
    """
    from digest.cli.mapping import draw_map, map_of

    if source is not None and rebuild:
        raise typer.BadParameter("use only one of --from and --rebuild")
    if title and source is None:
        raise typer.BadParameter("--title goes with --from; the archive's map has the title of the settings")
    if source is not None:
        map_of(workspace, source, title, flags(scheduler=scheduler))
    else:
        draw_map(workspace, rebuild, flags(scheduler=scheduler))


def site_(workspace: Workspace = Path()) -> None:
    """Build the website of reports and archive.

    Pages, search and feeds, in archive/site.
    """
    from digest.cli.website import write_site

    write_site(workspace)


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many papers to show.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list instead of lines.")] = False,
    workspace: Workspace = Path(),
) -> None:
    """Find papers of the archive by meaning and words.

    The newest first among equals. "Quoted words" must stand as they are; an arXiv id or a DOI finds its paper.
    """
    from digest.cli.finding import find_papers

    find_papers(workspace, " ".join(words), limit, as_json=as_json)


def export(
    query: Annotated[str, typer.Option(metavar="WORDS", help="Only what a search for these finds.")] = "",
    limit: Annotated[
        int | None, typer.Option(min=1, help="How many papers the query may find; 100 unless told.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(parser=day, metavar="DATE", help="Only editions from this day on."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=day, metavar="DATE", help="Only editions up to this day."),
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
    """Write papers as a table, references or notes.

    All of the archive, or those that the options name.
    """
    from digest.cli import exporting

    if limit is not None and not query:
        raise typer.BadParameter("--limit goes with --query")
    wish = exporting.Wish(
        query=query,
        limit=limit or exporting.FOUND,
        since=since.date() if since else None,
        until=until.date() if until else None,
        category=category,
        topic=topic,
    )
    if not exporting.export(workspace, wish, form, to):
        raise typer.Exit(1)
