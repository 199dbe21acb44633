"""Looks at everything a digest needs and says what is wrong, each finding with its way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from digest.archive import Archive
from digest.assets import Assets, mistakes_told
from digest.config import FILE, Config
from digest.curation import Curation, strangers
from digest.delivery import MESSAGE_FILTERS, waiting
from digest.errors import ArchiveError, ConfigError, DigestError
from digest.interests.library import read_library
from digest.pipeline import Parts
from digest.records import UNSORTED, EditionReport, Outcome
from digest.registry import CHANNELS, load
from digest.report import FILTERS
from digest.sources.base import Source
from digest.text import counted

PROMPTS = (
    "taxonomy.toml",
    "read.v1.j2",
    "synthesis.v1.j2",
    "day.v1.j2",
    "translate.v1.j2",
    "name.v1.j2",
    "names.v1.j2",
)
TEMPLATES = (
    "report.md.j2",
    "category.md.j2",
    "card.md.j2",
    "parts.md.j2",
    "index.md.j2",
    "topic.md.j2",
    "topics.md.j2",
    "map-observations.md.j2",
    "map-quality.md.j2",
    "message.html.j2",
    "message.md.j2",
    "message.txt.j2",
)


# A file that is in an archive on an object store while this is looked at, and never otherwise.
PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what was seen or what to do."""

    well: bool
    text: str


def told(mistakes: Sequence[str]) -> Iterator[Finding]:
    """What kept a file from being read, the rest being looked at without it."""
    return (Finding(False, mistake) for mistake in mistakes)


def settings(config: Config, assets: Assets) -> Iterator[Finding]:
    """What is configured, and which file won."""
    path = config.workspace / FILE
    yield Finding(True, f"settings: {path if path.exists() else 'defaults (no digest.toml)'}")
    names = [*(("prompts", name) for name in PROMPTS), *(("templates", name) for name in TEMPLATES)]
    names += [("templates", f"strings/{language}.toml") for language in config.languages]
    own = [assets.find(kind, name) for kind, name in names if (assets.workspace / kind / name).is_file()]
    yield Finding(True, f"own templates and prompts: {', '.join(map(str, own)) or 'none, the shipped ones hold'}")
    for name in TEMPLATES:
        try:
            with mistakes_told():
                assets.environment({**FILTERS, **MESSAGE_FILTERS}).get_template(name)
        except ConfigError as error:
            yield Finding(False, str(error))
    yield Finding(True, f"sources: {', '.join(config.sources)}; reports in: {', '.join(config.languages)}")


def libraries(config: Config) -> Iterator[Finding]:
    """Whether the bibliographies that the reader follows can be read."""
    if not config.interests.bibliography:
        return
    try:
        works = read_library(config.interests.bibliography, config.workspace)
    except ConfigError as error:
        yield Finding(False, f"interests: {error}")
    else:
        yield Finding(True, f"interests: {counted(len(works), 'work')} in the libraries")


def provider(name: str, parts: Callable[[], Parts], archive: Archive) -> Iterator[Finding]:
    """Whether the provider can be opened, and makes vectors of the archive's space."""
    try:
        made = parts()
    except (DigestError, OSError) as error:
        yield Finding(False, f"provider {name}: {error}")
        return
    embedder = made.embedder
    dimensions = f"{embedder.model} in {embedder.dimension} dimensions"
    yield Finding(True, f"provider {name}: read by {made.reader.model}, vectors by {dimensions}")
    try:
        archive.check_embedder(embedder.model, embedder.dimension)
    except ArchiveError as error:
        yield Finding(False, f"provider {name}: {error}")


def channels(config: Config, archive: Archive, variables: Mapping[str, str], today: date) -> Iterator[Finding]:
    """Whether each channel has what it needs, and whether a delivery waits for somebody to decide."""
    for name in config.channels:
        lack = load(CHANNELS, name).lacks(config, variables)
        yield Finding(not lack, f"channel {name}: {lack or 'configured; not tried'}")
    try:
        left = waiting(archive, config.channels, today)
    except DigestError as error:
        yield Finding(False, f"channels: {error}")
        return
    for one in left:
        out = f"`digest send {one.edition} --to {one.channel} --force` sends it"
        yield Finding(False, f"channel {one.channel}: edition {one.edition} may have arrived; {out}")


def reachable(sources: Sequence[Source]) -> Iterator[Finding]:
    """Whether each source answers."""
    for source in sources:
        try:
            yield Finding(True, f"source {source.name}: {source.check()}")
        except DigestError as error:
            yield Finding(False, f"source {source.name}: {error}")


def archive_findings(archive: Archive) -> Iterator[Finding]:
    """Whether the archive is sound: every file readable, the ledger complete, no id twice."""
    try:
        editions = archive.history.editions
    except DigestError as error:
        yield Finding(False, f"archive: {error}")
        return
    try:
        if not archive.store.keeps_apart(PROBE):
            told = "the store ignores conditions on what is written, so two runs at once would lose an edition"
            yield Finding(False, f"archive {archive.store.url}: {told}; never run two")
    except DigestError as error:
        yield Finding(False, f"archive: {error}")
    if editions:
        yield from _held(archive, editions)
        yield from _gaps(archive)
    else:
        yield Finding(True, f"archive {archive.store.url}: empty; `digest run` makes the first edition")
    yield from _unfinished(archive)


def _held(archive: Archive, editions: Sequence[date]) -> Iterator[Finding]:
    held: dict[str, date] = {}
    faults = [fault for edition in editions for fault in _edition_faults(archive, edition, held)]
    days = archive.history.days.values()
    total = sum(day.total for day in days)
    yield Finding(
        not faults,
        f"archive {archive.store.url}: {counted(len(editions), 'edition')} from {editions[0]} to {editions[-1]}, "
        f"{counted(total, 'paper')}, vectors of {archive.head.embedder} in {archive.head.dimension} dimensions",
    )
    yield from (Finding(False, fault) for fault in faults)


def topic_findings(archive: Archive, curation: Curation) -> Iterator[Finding]:
    """Whether the topics are sound, agree with the editions, and are those that people wrote about."""
    try:
        clustering, everyone = archive.clustering, archive.all_assigned()
        faults = [
            f"edition {edition}: topics and vectors are of different papers"
            for edition, (ids, _) in everyone.items()
            if ids != archive.vectors(edition)[0]
        ]
        if everyone:
            # What pages and trends are made of: it must be there, whole.
            archive.topic_counts(max(everyone), max(everyone) - min(everyone))
    except DigestError as error:
        yield Finding(False, f"topics: {error}")
        return
    live = clustering.live if clustering is not None else {}
    if clustering is None or not live:
        yield Finding(not faults, "topics: none yet; the first few dozen papers found them")
        return
    members = Counter(int(topic) for _, found in everyone.values() for topic in found.topics[:, 0])
    faults += [
        f"topic t{topic} counts {counted(count, 'paper')}, its editions {members[topic]}"
        for topic, count in zip(clustering.state.ids, clustering.state.counts.tolist(), strict=True)
        if count != members[topic]
    ]
    faults += [
        f"papers are in t{topic}, which is no live topic" for topic in members.keys() - live.keys() - {UNSORTED}
    ]
    unsorted = members[UNSORTED] / max(members.total(), 1)
    last = clustering.state.rebalanced or "never"
    yield Finding(
        not faults, f"topics: {len(live)} live, {unsorted:.0%} of the papers unsorted, last rebalanced: {last}"
    )
    yield from (Finding(False, f"{fault}; restore the archive from a backup") for fault in faults)
    yield from (Finding(False, line) for line in strangers(curation, {topic.id for topic in clustering.topics}))


def _unfinished(archive: Archive) -> Iterator[Finding]:
    for edition in archive.pending:
        yield Finding(False, f"edition {edition} is committed but not rendered; `digest run` finishes it")
    if archive.head.pages:
        yield Finding(False, "the topics' pages are not written as the topics are; `digest run` finishes them")
    for edition in archive.begun:
        # A journal that its edition no longer needs is swept by the next run.
        if not archive.published(edition):
            out = f"`digest run --edition {edition}` goes on"
            yield Finding(False, f"edition {edition} was begun, not finished; {out}")


def _gaps(archive: Archive) -> Iterator[Finding]:
    editions = archive.history.editions
    missed = [str(day) for day in archive.history.missing(editions[0], editions[-1])]
    if missed:
        shown = ", ".join(missed[:5]) + (f" and {len(missed) - 5} more" if len(missed) > 5 else "")
        yield Finding(False, f"no edition for {shown}; `digest run --edition DATE` makes one")


def _edition_faults(archive: Archive, edition: date, held: dict[str, date]) -> Iterator[str]:
    out = "restore the archive from a backup"
    try:
        report = archive.report(edition)
        if not report.ledger.balanced:
            yield f"edition {edition}: its accounting does not add up; {out}"
        if report.outcome is Outcome.QUIET or not report.ledger.new:
            return
        papers = archive.papers(edition)
        readings = [e.paper_id for e in archive.enrichments(edition)]
        vectors = archive.vectors(edition)[0]
        known = archive.seen(key for paper in papers for key in paper.keys)
    except DigestError as error:
        yield f"edition {edition}: {error}"
        return
    ids = [paper.id for paper in papers]
    checks: list[tuple[bool, Callable[[], str]]] = [
        (ids == readings == vectors, lambda: "papers, readings and vectors do not agree"),
        (
            len(ids) == report.ledger.new,
            lambda: f"it holds {counted(len(ids), 'paper')}, its ledger says {report.ledger.new}",
        ),
        (_counts(report) == archive.history.days[edition].counts, lambda: "its counts are not the history's"),
        (all(i in known for i in ids), lambda: f"papers not in the ledger: {sum(i not in known for i in ids)}"),
    ]
    yield from (f"edition {edition}: {say()}; {out}" for well, say in checks if not well)
    for paper_id in ids:
        if paper_id in held:
            yield f"{paper_id} is new in {held[paper_id]} and again in {edition}; {out}"
        held[paper_id] = edition


def _counts(report: EditionReport) -> dict[str, int]:
    return {share.category: share.count for share in report.shares}
