"""`digest export`: the archive, or what a query finds in it, for other programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from digest.cli.console import counted, say, warn
from digest.cli.setting import Setting, keep_bills, now, open_setting, today
from digest.errors import ArchiveError, ConfigError
from digest.export import FORMATS, NOTES, Row, Selection, Shelves, format_of, rows, whole_file, write_notes
from digest.pipeline import heir_of
from digest.records import UNSORTED
from digest.search import search

STDOUT = "-"
# How many papers a query finds unless told.
FOUND = 100
# Notes left alone that are named one by one.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    query: str = ""
    limit: int = FOUND
    since: date | None = None
    until: date | None = None
    category: str = ""
    topic: int | None = None


def export(workspace: Path, wish: Wish, form: str, to: str) -> bool:
    """Write the wished papers in a format, to a file, a folder of notes or standard output; True if all went well.

    Raises `typer.BadParameter` for what cannot be combined and `DigestError` for what cannot be had.
    """
    form = form or (format_of(Path(to)) if to != STDOUT else "jsonl")
    if form not in (*FORMATS, NOTES):
        raise typer.BadParameter(f"no format {form!r}; known: {', '.join((*FORMATS, NOTES))}")
    if to == STDOUT and (form == NOTES or (form == "parquet" and sys.stdout.isatty())):
        raise typer.BadParameter(f"{form} needs a place: --to {'FOLDER' if form == NOTES else 'FILE'}")
    setting = open_setting(workspace)
    found = _wished(setting, wish)
    if form == NOTES:
        return _notes(found, Path(to))
    if to == STDOUT:
        _print(found, form)
    else:
        passed = _Counted(found)
        with whole_file(Path(to)) as file:
            FORMATS[form](passed, file)
        say(f"{counted(passed.count, 'paper')}: {to}")
    return True


def _wished(setting: Setting, wish: Wish) -> Iterator[Row]:
    clustering = setting.clustering
    shelves = Shelves(setting.archive, clustering, setting.categories, setting.config.languages[0])
    slugs = [category.slug for category in setting.categories]
    if wish.category and wish.category not in slugs:
        raise ConfigError(f"no category {wish.category!r}; known: {', '.join(slugs)}")
    topic = wish.topic
    if topic is not None:
        topic = heir_of(clustering, topic) if clustering else UNSORTED
        if topic == UNSORTED:
            raise ArchiveError(f"there is no topic t{wish.topic}; `digest topics` lists them")
    wanted = Selection(wish.since, wish.until, wish.category, topic)
    return _found(setting, shelves, wish, wanted) if wish.query else rows(setting.archive, shelves, wanted)


def _found(setting: Setting, shelves: Shelves, wish: Wish, wanted: Selection) -> Iterator[Row]:
    """What a query finds among the wanted papers, best first."""

    def keeps(edition: date) -> Callable[[str, str], bool] | None:
        if not wanted.covers(edition):
            return None
        topics = shelves.topics(edition)
        return lambda paper_id, category: wanted.keeps(category, topics.get(paper_id, ()))

    embedder = setting.embedder()
    if embedder.pays:
        keep_bills(setting, today(now()))
    for hit in search(setting.archive, embedder, wish.query, wish.limit, keeps):
        yield shelves.row(hit.edition, hit.paper, hit.reading)


class _Counted(Iterator[Row]):
    """The rows, counted as they go by."""

    def __init__(self, found: Iterator[Row]) -> None:
        self._found, self.count = found, 0

    def __next__(self) -> Row:
        row = next(self._found)
        self.count += 1
        return row


def _print(found: Iterator[Row], form: str) -> None:
    try:
        FORMATS[form](found, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever was reading has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _notes(found: Iterator[Row], folder: Path) -> bool:
    count, left = write_notes(found, folder)
    say(f"{counted(count, 'note')}: {folder}")
    for path in left[:NAMED]:
        warn(f"digest: {path} was left alone: somebody has written it, or in it")
    if len(left) > NAMED:
        warn(f"digest: and {counted(len(left) - NAMED, 'more note')}")
    return not left
