"""Past editions, oldest first, from a harvest: the same story as that of every day, but no feed is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from digest.archive import Archive
from digest.calls import total
from digest.config import Config
from digest.enrich import Progress
from digest.pipeline import Parts, estimate, prepared_ahead, publish
from digest.records import EditionReport, Spending
from digest.sources.arxiv_harvested import HarvestedSource


def estimated(
    editions: Sequence[date], source: HarvestedSource, archive: Archive, parts: Parts
) -> tuple[int, list[tuple[str, Spending]]]:
    """How many papers of the editions are new, and what reading them will cost, step by step over all editions."""
    count, steps = 0, dict[str, list[Spending]]()
    for edition in editions:
        papers = source.papers(edition)
        known = archive.seen(key for paper in papers.values() for key in paper.keys)
        new = [paper for paper in papers.values() if not any(key in known for key in paper.keys)]
        count += len(new)
        for step, spending in estimate(parts, new):
            steps.setdefault(step, []).append(spending)
    return count, [(step, total(found)) for step, found in steps.items()]


def fill(
    editions: Sequence[date],
    source: HarvestedSource,
    today: date,
    now: str,
    archive: Archive,
    parts: Parts,
    progress: Progress,
    config: Config,
) -> Iterator[EditionReport]:
    """Publish the editions in their order, each committed when it is yielded; its pages are left to the caller.

    Topics are redrawn weekly with the last of them only: over years that would take longer than all else. A crew
    of other processes reads and embeds ahead; commits are made by this process alone, one after the other, so that
    nothing depends on who did what. Raises what `publish` does, and `ScaleError`; the editions before stay, and
    those after are left for another run.
    """
    parts = replace(parts, sources=(source,))
    ahead = prepared_ahead(editions, today, archive, parts, config)
    for edition, prepared in zip(editions, ahead, strict=True):
        if prepared is not None:
            prepared.keep(parts.embedder, archive.journal(edition), progress)
        made = replace(parts, weekly=edition == editions[-1])
        yield publish(edition, today, now, archive, made, progress)
