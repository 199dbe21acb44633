"""Opens a workspace for a command: settings, assets, taxonomy, archive, sources and provider; and the clock."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from digest.archive import Archive
from digest.assets import Assets
from digest.config import Config, load_config
from digest.errors import ConfigError
from digest.http import Client
from digest.pipeline import Parts
from digest.records import Category
from digest.registry import EMBEDDERS, READERS, SOURCES, load
from digest.taxonomy import FILE as TAXONOMY
from digest.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from digest.sources.base import Source

EASTERN = ZoneInfo("America/New_York")
MARKER = ".digest.json"
SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Setting:
    """An open workspace."""

    config: Config
    assets: Assets
    categories: tuple[Category, ...]
    archive: Archive

    def sources(self) -> tuple[Source, ...]:
        """The sources of the settings, ready to be asked."""
        client = Client(self.config)
        return tuple(load(SOURCES, name).open(self.config, client) for name in self.config.sources)

    def parts(self) -> Parts:
        """All that an edition is made with. The embedder is the archive's, whoever reads."""
        return Parts(
            sources=self.sources(),
            reader=load(READERS, self.config.provider).open(self.config, self.categories),
            embedder=load(EMBEDDERS, "local").open(self.config),
            categories=self.categories,
        )


def open_setting(workspace: Path, flags: Mapping[str, Any] | None = None, sample: bool = False) -> Setting:
    """Open the workspace; the sample's reports and archive live in a folder of their own within it.

    Raises `ConfigError` for a missing folder and for every mistake in the settings or the taxonomy.
    """
    if not workspace.is_dir():
        raise ConfigError(f"the workspace {workspace} is no folder; create it, or name another")
    chosen = {**(flags or {}), **({"sources": [SAMPLE], "archive": "archive"} if sample else {})}
    config = load_config(workspace, os.environ, chosen)
    if sample:
        config = config.model_copy(update={"workspace": workspace / SAMPLE})
    assets = Assets(workspace)
    for language in config.languages:
        assets.strings(language)
    return Setting(
        config=config,
        assets=assets,
        categories=load_taxonomy(assets.prompt(TAXONOMY)),
        archive=Archive(config.archive_url, marker=config.reports / MARKER),
    )


def now() -> datetime:
    """The time: `DIGEST_NOW` (ISO; UTC without a zone) where it is set, else the clock's. Raises `ConfigError`."""
    text = os.environ.get("DIGEST_NOW")
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"DIGEST_NOW must be an ISO time such as 2026-11-20T09:00Z, not {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def today(moment: datetime) -> date:
    """The date of a moment where arXiv announces."""
    return moment.astimezone(EASTERN).date()
