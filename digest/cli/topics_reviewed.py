"""`digest topics review`: the doubtful topics one by one, worst first, and what is to become of each."""

from __future__ import annotations

import sys
from pathlib import Path

from digest.cli.console import counted, say, warn
from digest.cli.setting import Setting, open_setting
from digest.cli.topics_changed import DONE, ask, lock, merge, rename, split
from digest.cli.topics_shown import NONE_YET, print_topic, titled
from digest.errors import DigestError
from digest.pipeline import doubted
from digest.records import Topic
from digest.text import plain


def review_topics(workspace: Path) -> None:
    """Show every doubtful topic that nobody has locked; on a terminal, ask about each. Raises `DigestError`."""
    setting = open_setting(workspace)
    live = _live(setting)
    if not live:
        say(NONE_YET)
        return
    queue = [doubt for doubt in doubted(setting.archive) if doubt.topic not in setting.curation.locked]
    if not queue:
        say(f"Of {counted(len(live), 'topic')} none is in doubt.")
    for number, doubt in enumerate(queue, start=1):
        # What was decided on one topic may have changed or ended another.
        setting = open_setting(workspace)
        topic = _live(setting).get(doubt.topic)
        if topic is None:
            continue
        say(f"{number}/{len(queue)}  {doubt.score:.2f}  t{topic.id} {titled(topic)}: {plain(doubt.reason)}")
        if sys.stdin.isatty() and not _decided(workspace, setting, topic):
            return


def _live(setting: Setting) -> dict[int, Topic]:
    found = setting.archive.clustering
    return found.live if found else {}


def _decided(workspace: Path, setting: Setting, topic: Topic) -> bool:
    """Show a topic and ask until something is done, or it is left; False to quit.

    What cannot be done is told, and asked again.
    """
    found = setting.archive.clustering
    if found is not None:
        print_topic(setting, found, topic)
    nearest = next((near for near in topic.neighbours if near in _live(setting)), None)
    into = f" [m]erge with t{nearest}," if nearest else ""
    while True:
        answer = ask(f"[k]eep and lock, [r]ename,{into} [s]plit, [n]ext, [q]uit?").lower()
        if answer in ("", "q"):
            return False
        try:
            if answer == "n" or _done(workspace, topic, nearest, answer):
                return True
        except DigestError as error:
            warn(f"digest: {error}")


def _done(workspace: Path, topic: Topic, nearest: int | None, answer: str) -> bool:
    if answer == "k":
        lock(workspace, topic.id)
        return True
    if answer == "r":
        rename(workspace, topic.id, ask("Its name from now on:"))
        return True
    if answer == "m" and nearest is not None:
        return merge(workspace, topic.id, nearest, yes=False) == DONE
    if answer == "s":
        return split(workspace, topic.id, yes=False) == DONE
    return False
