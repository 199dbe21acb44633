"""The commands that make editions and send them; each hands over to its room."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.options import Provider, Scheduler, Workspace, day, flags


def run(
    edition: Annotated[
        datetime | None,
        typer.Option(parser=day, metavar="DATE", help="Publish this day only."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(parser=day, metavar="DATE", help="Publish every day from this one on."),
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Publish the three invented editions that come with the program.")
    ] = False,
    provider: Provider = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Only tell what calls, tokens and money it would take.")
    ] = False,
    send: Annotated[
        bool, typer.Option("--send/--no-send", help="Afterwards send what is due by the channels of the settings.")
    ] = True,
    scheduler: Scheduler = None,
    workspace: Workspace = Path(),
) -> None:
    """Publish every edition that is due.

    That is today's, and that of any announcement day missed since the first.
    """
    from digest.cli.publishing import publish_due

    if sum((edition is not None, since is not None, sample)) > 1:
        raise typer.BadParameter("use only one of --edition, --since and --sample")
    well = publish_due(
        workspace,
        flags(provider, scheduler),
        edition=edition.date() if edition else None,
        since=since.date() if since else None,
        sample=sample,
        estimate_only=estimate,
        send=send,
    )
    if not well:
        raise typer.Exit(1)


def backfill(
    since: Annotated[datetime, typer.Option(parser=day, metavar="DATE", help="The first day.")],
    until: Annotated[
        datetime | None,
        typer.Option(parser=day, metavar="DATE", help="The last day; else yesterday's."),
    ] = None,
    provider: Provider = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Only tell what calls, tokens and money it would take.")
    ] = False,
    scheduler: Scheduler = None,
    workspace: Workspace = Path(),
) -> None:
    """Publish past editions that are missing.

    Oldest first: months or years of arXiv in one go.
    """
    from digest.cli.backfilling import backfill as fill

    last = until.date() if until else None
    if not fill(workspace, flags(provider, scheduler), since.date(), last, estimate_only=estimate):
        raise typer.Exit(1)


def render(
    date: Annotated[datetime | None, typer.Argument(parser=day, metavar="DATE", help="The edition.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every edition of the archive.")] = False,
    recategorise: Annotated[
        bool,
        typer.Option("--recategorise", help="First sort the whole archive by the taxonomy as it is now."),
    ] = False,
    workspace: Workspace = Path(),
) -> None:
    """Rewrite reports from the archive, offline."""
    from digest.cli.publishing import render_again

    if (date is None) == (not everything and not recategorise):
        raise typer.BadParameter("name one DATE, or use --all (--recategorise always renders all)")
    render_again(workspace, date.date() if date else None, recategorise=recategorise)


def send(
    date: Annotated[datetime | None, typer.Argument(parser=day, metavar="DATE", help="The edition.")] = None,
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
    """Send what is due by mail and other channels.

    Or one edition; what was sent is not sent again.
    """
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


def schedule(
    status: Annotated[
        bool, typer.Option("--status", help="Only tell how the running one fares; exit code 1 if not well.")
    ] = False,
    workspace: Workspace = Path(),
) -> None:
    """Stay, and publish whenever something is due.

    That is every edition and the weekly map, until stopped.
    """
    from digest.cli import scheduling

    if not status:
        scheduling.schedule(workspace)
    elif not scheduling.show_status(workspace):
        raise typer.Exit(1)
