"""Options that several commands have."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

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
FORMATS = ["%Y-%m-%d"]
# Before arXiv there was nothing to announce.
EARLIEST = 1991


def day(moment: datetime | None) -> datetime | None:
    """A day that can have an edition. Raises `typer.BadParameter`."""
    if moment is not None and moment.year < EARLIEST:
        raise typer.BadParameter(f"editions begin in {EARLIEST}, with arXiv")
    return moment
