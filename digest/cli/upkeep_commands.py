"""The commands for likes, for a new repository, and for looking after an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digest.cli.options import Workspace


def _paper(text: str) -> str:
    from digest.cli.liking import canonical

    return canonical(text)


def like(
    paper: Annotated[
        str, typer.Argument(metavar="ID", callback=_paper, help="The paper: its id or arXiv address.")
    ],
    workspace: Workspace = Path(),
) -> None:
    """Look for papers like this one.

    It is noted under [interests] in digest.toml.
    """
    from digest.cli.liking import note_opinion

    note_opinion(workspace, paper, liked=True)


def dislike(
    paper: Annotated[
        str, typer.Argument(metavar="ID", callback=_paper, help="The paper: its id or arXiv address.")
    ],
    workspace: Workspace = Path(),
) -> None:
    """Keep papers like this one out of "For you".

    It is noted under [interests] in digest.toml.
    """
    from digest.cli.liking import note_opinion

    note_opinion(workspace, paper, liked=False)


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The repository; it is made if there is none.", file_okay=False)
    ] = Path(),
    check: Annotated[
        bool, typer.Option("--check", help="Only tell what is not as this version ships it; exit code 1 if so.")
    ] = False,
) -> None:
    """Write what a repository needs to publish itself.

    Settings, and the workflow and scripts for GitHub.
    """
    from digest.cli import starting

    if not check:
        starting.start(folder)
    elif starting.drifted(folder):
        raise typer.Exit(1)


def doctor(workspace: Workspace = Path()) -> None:
    """Tell what is set, reachable and sound.

    With the way out where something is not.
    """
    from digest.cli.finding import examine

    if not examine(workspace):
        raise typer.Exit(1)


def costs(workspace: Workspace = Path()) -> None:
    """Show what paid calls cost, by day and by month."""
    from digest.cli.spending import show_costs

    show_costs(workspace)


def reembed(
    provider: Annotated[str, typer.Argument(metavar="PROVIDER", help="Whose vectors the archive shall have.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, only tell what it would cost.")] = False,
    workspace: Workspace = Path(),
) -> None:
    """Move the archive to another provider's vectors.

    First the estimate, then, with --yes, the work.
    """
    from digest.cli.spending import move_vectors

    move_vectors(workspace, provider, yes)
