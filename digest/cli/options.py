"""Options that several commands have."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

Workspace = Annotated[
    Path,
    typer.Option(
        "--workspace",
        envvar="DIGEST_WORKSPACE",
        help="The folder of digest.toml, reports/ and archive/.",
        file_okay=False,
    ),
]
Provider = Annotated[
    str | None, typer.Option("--provider", metavar="NAME", help="Who reads the papers, instead of the setting.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="A Dask scheduler whose workers share the work, as tcp://host:8786; instead of the setting.",
    ),
]
# Before arXiv there was nothing to announce.
EARLIEST = 1991


def day(text: str) -> datetime:
    """A day that can have an edition. Raises `typer.BadParameter`."""
    try:
        moment = datetime.combine(date.fromisoformat(text), time.min)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r:.80} is no day; write it like 2026-01-31") from error
    if moment.year < EARLIEST:
        raise typer.BadParameter(f"editions begin in {EARLIEST}, with arXiv")
    return moment


def flags(provider: str | None = None, scheduler: str | None = None) -> dict[str, Any]:
    """The settings that these options take the place of; none for those that were not given."""
    given = {"provider": provider, "scale.scheduler": scheduler}
    return {key: value for key, value in given.items() if value is not None}
