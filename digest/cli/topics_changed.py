"""`digest topics rename`, `merge`, `split` and `rebalance`: what will change first, then, if agreed, the work."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from digest.archive.clustering import Clustering, Fold
from digest.archive.store import write_atomically
from digest.cli.console import Steps, counted, say, warn
from digest.cli.crew import crew_of
from digest.cli.publishing import write_topics
from digest.cli.setting import Setting, keep_bills, now, open_setting, today
from digest.cli.topics_shown import NONE_YET, asked, because, heir, titled
from digest.curation import FILE, amended, category_names, folded, load_curation, name_fault, read_text
from digest.errors import ArchiveError, ConfigError
from digest.pipeline import Redrawn, Wishes, curated, named, redraw
from digest.records import UNSORTED, Change, Event, Topic
from digest.taxonomy import FORBIDDEN
from digest.text import delatex, plain

# How a change ends: done, refused by the one who was asked, nobody there to ask.
DONE, REFUSED, NOBODY = 0, 1, 2
# Papers that a topic needs to be split.
FEWEST = 2
TOLD = {
    Event.BORN: "is born",
    Event.SPLIT: "is split from t{other}",
    Event.MERGED: "is merged into t{other}",
    Event.RETIRED: "is retired",
    Event.RENAMED: "is renamed",
}


def rename(workspace: Path, topic_id: int, name: str) -> None:
    """Write a live topic's name to `topics.toml`, and to the topic and its page.

    Raises `ConfigError` if the name is unfit or taken, and `ArchiveError` if there is no such topic.
    """
    name = " ".join(name.split())
    setting = open_setting(workspace)
    _refuse_empty(setting)
    with setting.archive.writing():
        found, topic = _live(setting, topic_id)
        if fault := name_fault(name, _taken(setting, found, topic_id), FORBIDDEN):
            raise ConfigError(f"t{topic_id} cannot be named {name!r:.80}: {fault}")
        if setting.curation.names.get(topic_id) == topic.name == name:
            say(f"t{topic_id} has this name already, for ever.")
            return
        say(f"t{topic_id}: {titled(topic)} -> {name}")
        setting = amend(setting, topic_id, "name", name)
        setting.archive.recluster(Fold(curated(found, setting.curation, today(now())), {}))
        write_topics(setting)


def lock(workspace: Path, topic_id: int) -> None:
    """Note in `topics.toml` that a live topic stays as it is. Raises `DigestError`."""
    setting = open_setting(workspace)
    _refuse_empty(setting)
    with setting.archive.writing():
        topic = _live(setting, topic_id)[1]
        amend(setting, topic_id, "locked", True)
    say(f"t{topic_id} {titled(topic)} is locked.")


def merge(workspace: Path, first: int, second: int, yes: bool) -> int:
    """Merge two live topics, and note it in `topics.toml`; returns how it ended. Raises `DigestError`."""
    setting = open_setting(workspace)
    old, young = sorted((first, second))
    if old == young:
        raise ConfigError(f"t{old} cannot be merged into itself; name two topics")
    into, gone = _live(setting, old)[1], _live(setting, young)[1]
    say(f"t{old} {titled(into)}, the older, takes in t{young} {titled(gone)}.")
    return _redraw(setting, Wishes(merges=((young, old),)), yes)


def split(workspace: Path, topic_id: int, yes: bool) -> int:
    """Split a live topic in two, of which one keeps the id; returns how it ended.

    Raises `ArchiveError` if it has too few papers.
    """
    setting = open_setting(workspace)
    topic = _live(setting, topic_id)[1]
    if topic.size < FEWEST:
        raise ArchiveError(f"t{topic_id} {titled(topic)} has too few papers to be split: {topic.size}")
    say(f"t{topic_id} {titled(topic)} is split: some of its {topic.size} papers get an id of their own.")
    return _redraw(setting, Wishes(splits=(topic_id,)), yes)


def rebalance(workspace: Path, yes: bool, flags: Mapping[str, Any]) -> int:
    """Redraw all topics over all papers; returns how it ended. Raises `DigestError`."""
    setting = open_setting(workspace, flags)
    _refuse_empty(setting)
    return _redraw(setting, None, yes)


def ask(question: str) -> str:
    """What is answered on the terminal; nothing at its end."""
    try:
        return input(f"{question} ").strip()
    except EOFError:
        return ""


def amend(setting: Setting, topic_id: int, entry: str, value: str | bool | int) -> Setting:
    """Set one entry of `topics.toml`, which is made if there is none; returns the setting with it.

    Raises `ConfigError`.
    """
    path = setting.config.workspace / FILE
    write_atomically(path, amended(path, read_text(path), topic_id, entry, value).encode())
    return replace(setting, curation=load_curation(path, setting.categories, FORBIDDEN))


def _redraw(setting: Setting, wishes: Wishes | None, yes: bool) -> int:
    archive, day = setting.archive, today(now())
    generation = archive.head.generation
    with Steps("topics") as steps, crew_of(setting.config) as crew:
        parts = setting.parts(crew)
        steps("redrawing", 0, 1)
        drawn = redraw(archive, parts, day, wishes)
        steps("redrawing", 1, 1)
    _tell(setting, drawn)
    if ended := _agreed(yes):
        return ended
    # The lock is not held while somebody makes up their mind.
    with archive.writing():
        if archive.head.generation != generation:
            raise ArchiveError("the archive has changed since this was computed; do it again")
        journal = archive.topics_journal
        if parts.meter is not None:
            keep_bills(setting, day)
        fold = named(drawn, day, parts, journal)
        for young, old in wishes.merges if wishes else ():
            setting = amend(setting, young, "merge_into", old)
        archive.recluster(fold)
        journal.discard()
        write_topics(setting)
    return DONE


def _tell(setting: Setting, drawn: Redrawn) -> None:
    before, phrases = setting.archive.clustering, setting.assets.strings("en")
    known = {t.id: t for t in (*(before.topics if before else ()), *drawn.fold.clustering.topics)}
    for change in drawn.changes:
        say(f"{_line(change, known)}{because(change, phrases)}")
    counts = [len(clustering.live) if clustering else 0 for clustering in (before, drawn.fold.clustering)]
    unnamed = sum(portrait.open for portrait in drawn.portraits)
    topics = f"topics before and after: {counts[0]}, {counts[1]}; to be named: {unnamed}"
    say(f"Papers that change their topic: {drawn.moved}; {topics}.")


def _line(change: Change, known: Mapping[int, Topic]) -> str:
    topic = known.get(change.topic)
    line = f"  t{change.topic}"
    if topic is not None and topic.name:
        line += f" {titled(topic)}"
    line += f" {TOLD[change.event].format(other=change.other)}"
    if change.event is Event.RETIRED and change.other != UNSORTED:
        line += f" and leads to t{change.other}"
    if topic is not None and topic.retired is None:
        line += f", {counted(topic.size, 'paper')}"
        # It is named only when this is agreed to.
        if not topic.name and topic.exemplars:
            line += f", for example “{plain(delatex(topic.exemplars[0].title))}”"
    return line


def _agreed(yes: bool) -> int:
    if yes:
        return DONE
    if not sys.stdin.isatty():
        warn("digest: nothing is changed, for there is no terminal to ask on; `--yes` does it")
        return NOBODY
    if ask("Do it? [y/N]").lower() in ("y", "yes"):
        return DONE
    say("Nothing is changed.")
    return REFUSED


def _refuse_empty(setting: Setting) -> None:
    """Raises `ArchiveError` where there are no topics, before anything is written: holding one begins it."""
    if setting.archive.clustering is None:
        raise ArchiveError(NONE_YET)


def _live(setting: Setting, topic_id: int) -> tuple[Clustering, Topic]:
    found, topic = asked(setting.archive.clustering, topic_id)
    if topic.retired is not None:
        to = heir(found, topic)
        leads = f" and leads to t{to.id} {titled(to)}" if to else ""
        raise ArchiveError(f"t{topic_id} was retired on {topic.retired}{leads}; name a live topic")
    return found, topic


def _taken(setting: Setting, found: Clustering, topic_id: int) -> dict[str, str]:
    """Who has each name that a topic may therefore not have."""
    curation = setting.curation
    merged = {young for young, _ in curation.merges}
    by_hand = {folded(name): f"t{i}" for i, name in curation.names.items() if i != topic_id and i not in merged}
    live = {folded(t.name): f"t{t.id}" for t in found.live.values() if t.name and t.id != topic_id}
    return {**live, **by_hand, **category_names(setting.categories)}
