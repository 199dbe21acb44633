"""Opens a workspace for a command: settings, assets, taxonomy, archive, sources and provider; and the clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from digest.archive import Archive
from digest.archive.clustering import Clustering
from digest.assets import Assets, shipped
from digest.calls import Allowance, Caller, Meter, RateLimiter
from digest.cli.console import warn
from digest.config import AUTO, Config, load_config
from digest.curation import FILE as CURATION
from digest.curation import Curation, load_curation
from digest.errors import ArchiveError, ConfigError
from digest.http import Client
from digest.interests import Profile, open_interests
from digest.pipeline import Parts, begin_spending, curated
from digest.providers.base import Access
from digest.records import Category
from digest.registry import EMBEDDERS, READERS, SOURCES, load
from digest.scale import Crew, Here
from digest.taxonomy import FILE as TAXONOMY
from digest.taxonomy import FORBIDDEN, load_taxonomy

if TYPE_CHECKING:
    from digest.providers.base import Embedder
    from digest.sources.base import Source

EASTERN = ZoneInfo("America/New_York")
MARKER = ".digest.json"
SAMPLE = "sample"
LOCAL, COHERE = "local", "cohere"
# How the names of Cohere's embedding models begin.
COHERE_SPACES = "embed-"
KEY, URL = "CO_API_KEY", "CO_API_URL"
# GitHub's name of the repository, in its own runs.
REPOSITORY = "GITHUB_REPOSITORY"

Found = TypeVar("Found")


@dataclass(frozen=True)
class Setting:
    """An open workspace."""

    config: Config
    assets: Assets
    categories: tuple[Category, ...]
    archive: Archive
    curation: Curation

    def sources(self) -> tuple[Source, ...]:
        """The sources of the settings, ready to be asked."""
        client = Client(self.config)
        return tuple(load(SOURCES, name).open(self.config, client) for name in self.config.sources)

    @cached_property
    def access(self) -> Access:
        """The key at hand, perhaps none, and who makes the calls within the budget of the settings."""
        budget, settings = self.config.budget, self.config.cohere
        edition = Allowance(budget.calls, budget.tokens, budget.usd)
        month = Allowance(budget.month_calls, budget.month_tokens, budget.month_usd)
        meter = Meter(settings.prices, edition, month)
        limiters = {"chat": RateLimiter(settings.chat_per_minute), "embed": RateLimiter(settings.embed_per_minute)}
        caller = Caller(meter, limiters, settings.tries)
        return Access(os.environ.get(KEY, ""), os.environ.get(URL) or settings.url, self.assets, caller)

    def parts(self, crew: Crew | None = None) -> Parts:
        """All that an edition is made with. The embedder is the archive's, whoever reads; a `crew` may help."""
        config, local = self.config, self.config.provider == LOCAL
        embedder = self.embedder()
        forgiving = config.fallback == LOCAL
        spare = load(EMBEDDERS, LOCAL).open(config) if forgiving and embedder.pays else None
        return Parts(
            sources=self.sources(),
            reader=load(READERS, config.provider).open(config, self.categories, self.access),
            embedder=embedder,
            categories=self.categories,
            backup=None if local else load(READERS, LOCAL).open(config, self.categories),
            meter=None if local and not embedder.pays else self.access.caller.meter,
            spare=spare,
            fallback=forgiving,
            languages=config.languages,
            interests=self._interests(embedder),
            curation=self.curation,
            crew=crew or Here(),
        )

    def _interests(self, embedder: Embedder) -> Profile | None:
        """What the reader follows; a library that cannot be read is told, and no reason to go without a report."""
        try:
            return open_interests(self.config, self.archive, embedder)
        except ConfigError as error:
            warn(f'digest: {error}; "For you" goes without the libraries')
            kept = self.config.interests.model_copy(update={"bibliography": ()})
            return open_interests(self.config.model_copy(update={"interests": kept}), self.archive, embedder)

    @property
    def clustering(self) -> Clustering | None:
        """The topics as they are, under the names that people have given them."""
        found = self.archive.clustering
        return curated(found, self.curation, today(now())) if found else None

    def local_parts(self) -> Parts:
        """What sorts and quotes without any network."""
        reader = load(READERS, LOCAL).open(self.config, self.categories)
        return Parts((), reader, load(EMBEDDERS, LOCAL).open(self.config), self.categories)

    def embedder(self, name: str = "") -> Embedder:
        """The one that made the archive's vectors; for an archive without any, or by `name`, a provider's own.

        Raises `ConfigError` where it needs a key and there is none.
        """
        head, config = self.archive.head, self.config
        if name or not head.embedder:
            found: Embedder = load(EMBEDDERS, name or config.provider).open(config, self.access)
            return found
        if not head.embedder.startswith(COHERE_SPACES):
            found = load(EMBEDDERS, LOCAL).open(config)
            return found
        if not self.access.key:
            raise ConfigError(
                f"the archive's vectors are of {head.embedder}: set {KEY}, or move them: `digest reembed local`"
            )
        kept = {"embed_model": head.embedder, "embed_dimension": head.dimension}
        config = config.model_copy(update={"cohere": config.cohere.model_copy(update=kept)})
        found = load(EMBEDDERS, COHERE).open(config, self.access)
        return found


def need_folder(folder: Path) -> None:
    """Raise `ConfigError` if there is no such folder and none can be made; leaves the disk as it was."""
    try:
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for made in missing:
            made.rmdir()
    except OSError as error:
        file = next((place for place in (folder, *folder.parents) if place.is_file()), None)
        why = f"{file} is a file, not a folder" if file else str(error.strerror)
        raise ConfigError(f"{folder} cannot be written to ({why}); name another --workspace") from error


def need_editions(archive: Archive) -> None:
    """Raise `ArchiveError` if no edition was ever taken in, before anything is written: holding it begins one."""
    if not archive.history.editions:
        raise ArchiveError("the archive holds no edition yet; `digest run` makes the first")


def open_setting(
    workspace: Path,
    flags: Mapping[str, Any] | None = None,
    sample: bool = False,
    mistakes: list[str] | None = None,
) -> Setting:
    """Open the workspace; the sample's reports and archive live in a folder of their own within it.

    Raises `ConfigError` for a missing folder and for every mistake in the settings, the taxonomy or what people
    wrote about topics. Given a list for `mistakes`, those of the latter two are put there, and the shipped
    taxonomy, or no word of anybody, stands in.
    """
    if not workspace.is_dir():
        raise ConfigError(f"the workspace {workspace} is no folder; create it, or name another")
    chosen = {**(flags or {}), **({"sources": [SAMPLE], "archive": "archive"} if sample else {})}
    config = load_config(workspace, os.environ, chosen)
    if sample:
        # The reader's library starts from the workspace, and has nothing to do with invented papers, which in turn
        # are nothing to send.
        interests = config.interests.model_copy(update={"bibliography": ()})
        config = config.model_copy(
            update={"workspace": workspace / SAMPLE, "interests": interests, "channels": ()}
        )
    if config.provider == AUTO:
        # The sample needs no key and no network.
        paid = bool(os.environ.get(KEY, "").strip()) and not sample
        config = config.model_copy(update={"provider": COHERE if paid else LOCAL})
    assets = Assets(workspace)
    for language in config.languages:
        assets.strings(language)
    taxonomy, decided = assets.prompt(TAXONOMY), config.workspace / CURATION
    spare = shipped("prompts") / TAXONOMY
    categories = _or_else(lambda: load_taxonomy(taxonomy), lambda: load_taxonomy(spare), mistakes)
    return Setting(
        config=config,
        assets=assets,
        categories=categories,
        archive=Archive(config.archive_url, config.reports / MARKER, os.environ.get(REPOSITORY, "")),
        curation=_or_else(lambda: load_curation(decided, categories, FORBIDDEN), Curation, mistakes),
    )


def _or_else(wanted: Callable[[], Found], spare: Callable[[], Found], mistakes: list[str] | None) -> Found:
    """What is wanted; where it has mistakes and these are asked for, they are noted and the spare counts."""
    try:
        return wanted()
    except ConfigError as error:
        if mistakes is None:
            raise
        mistakes.append(str(error))
        return spare()


def keep_bills(setting: Setting, day: date) -> None:
    """Count what is spent outside of editions against the month, and keep the bills."""
    begin_spending(None, day, setting.archive, setting.access.caller.meter)


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
