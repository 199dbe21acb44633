"""`digest topics` and `digest topics show`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from digest.archive import Archive
from digest.archive.clustering import Clustering
from digest.cli.console import counted, encodable, say, warn
from digest.cli.setting import Setting, open_setting
from digest.curation import Curation, strangers
from digest.errors import ArchiveError
from digest.pipeline import heir_of
from digest.records import OTHER, Change, Event, Mention, Topic
from digest.report import why
from digest.text import delatex, plain, safe_url

WEEK, WEEKS = timedelta(days=7), 8
STEPS, PLAIN_STEPS = "▁▂▃▄▅▆▇█", "_.:-=+*#"
NONE_YET = "There are no topics yet; `digest run` makes them as soon as there are enough papers."
INDENT = " " * 7
# What an event means for the topic that it befell, and for the other one.
TOLD = {
    Event.BORN: ("born", "born beside {}"),
    Event.SPLIT: ("split from {}", "{} was split off"),
    Event.MERGED: ("merged into {}", "took in {}"),
    Event.RETIRED: ("retired", "{} was retired, most of it came here"),
    Event.RENAMED: ("renamed", "{} was renamed"),
}


def show_list(workspace: Path, everything: bool, as_json: bool) -> None:
    """Print the live topics by category and size, as lines or as one JSON list; if asked, the retired ones too."""
    setting = open_setting(workspace)
    curation, found = setting.curation, setting.clustering
    topics = found.topics if found else ()
    for line in strangers(curation, {topic.id for topic in topics}):
        warn(line)
    order = {category.slug: number for number, category in enumerate(setting.categories)}
    live = [topic for topic in topics if topic.retired is None]
    live.sort(key=lambda t: (order.get(t.category, len(order)), -t.size, t.id))
    gone = [topic for topic in topics if topic.retired is not None] if everything else []
    weeks = weekly(setting.archive)
    if as_json:
        fields = [_fields(topic, weeks[topic.id], curation) for topic in (*live, *gone)]
        say(encodable(json.dumps(fields, ensure_ascii=False, indent=1), json.dumps(fields, indent=1)))
        return
    if found is None or not topics:
        say(NONE_YET)
        return
    for topic in live:
        shown = f"{sparkline(weeks[topic.id]):<{WEEKS}}  {titled(topic)}"
        say(f"{f't{topic.id}':<6} {emoji(setting, topic)} {topic.size:>6}  {shown}{_marks(topic, curation)}")
    for topic in gone:
        to = heir(found, topic)
        leads = f"now t{to.id} {titled(to)}" if to else "leads nowhere"
        say(f"{f't{topic.id}':<6} retired {topic.retired}  {titled(topic)}: {leads}")
    hold = "topic holds" if len(live) == 1 else "topics hold"
    say(f"{len(live)} {hold} {counted(sum(topic.size for topic in live), 'paper')}.")


def show_topic(workspace: Path, topic_id: int) -> None:
    """Print all that is known of a topic, or of the one that a retired topic leads to. Raises `ArchiveError`."""
    setting = open_setting(workspace)
    found, topic = asked(setting.clustering, topic_id)
    to = heir(found, topic)
    if topic.retired is not None and to is not None:
        say(f"t{topic.id} {titled(topic)} was retired on {topic.retired} and leads to t{to.id}:")
        topic = to
    print_topic(setting, found, topic)


def print_topic(setting: Setting, found: Clustering, topic: Topic) -> None:
    """Print a topic: what it is about, its weeks, its lineage, its papers and its neighbours."""
    weeks = weekly(setting.archive)[topic.id]
    category = next((c.name("en") for c in setting.categories if c.slug == topic.category), topic.category)
    ended = f", retired {topic.retired}" if topic.retired else ""
    say(f"{f't{topic.id}':<6} {emoji(setting, topic)} {titled(topic)}{_marks(topic, setting.curation)}")
    say(f"{INDENT}{category}, {counted(topic.size, 'paper')}, born {topic.born}{ended}")
    for label, text in (("", topic.description), ("Includes: ", topic.includes), ("Excludes: ", topic.excludes)):
        if text:
            say(f"{INDENT}{label}{plain(text)}")
    if any(weeks):
        say(f"{INDENT}{sparkline(weeks)} {weeks[-1]} in the last week, {max(weeks)} in the best of {len(weeks)}")
    known = {other.id: other for other in found.topics}
    changes = [change for change in found.lineage if topic.id in ids_of(change)]
    phrases = setting.assets.strings("en")
    lines = [f"{change.day}  {_told(change, topic.id)}{because(change, phrases)}" for change in changes]
    _section("What became of it", lines)
    _section("Most central papers", _papers(topic.exemplars))
    _section("Newest papers", _papers(topic.newest))
    nearest = [known[other] for other in topic.neighbours if other in known]
    _section("Nearest topics", [f"{f't{other.id}':<6} {titled(other)}" for other in nearest])


def asked(found: Clustering | None, topic_id: int) -> tuple[Clustering, Topic]:
    """The topics, and the one with that id, live or retired. Raises `ArchiveError` if there is none."""
    topic = next((t for t in found.topics if t.id == topic_id), None) if found else None
    if found is None or topic is None:
        unknown = f"there is no topic t{topic_id}; `digest topics --all` lists them"
        raise ArchiveError(unknown if found else NONE_YET)
    return found, topic


def heir(found: Clustering, topic: Topic) -> Topic | None:
    """The live topic that one leads to, over however many heirs; itself if it is live; None if there is none."""
    return found.live.get(heir_of(found, topic.id))


def weekly(archive: Archive) -> dict[int, list[int]]:
    """Every topic's papers in each of the last `WEEKS` weeks up to the newest edition, oldest first.

    There are fewer weeks where the archive is younger.
    """
    if archive.clustering is None:
        return {}
    last = archive.history.editions[-1]
    counts = archive.topic_counts(last, WEEKS * WEEK)
    spans = (last - min(counts, default=last)) // WEEK + 1
    found = {topic.id: [0] * spans for topic in archive.clustering.topics}
    for day, topics in counts.items():
        for topic, count in topics.items():
            if topic in found:
                found[topic][-1 - (last - day) // WEEK] += count
    return found


def sparkline(counts: Sequence[int]) -> str:
    """One character a count, by its share of the greatest; the lowest one for none at all."""
    steps = encodable(STEPS, PLAIN_STEPS)
    most = max(*counts, 1)
    return "".join(steps[-(-count * (len(steps) - 1) // most)] for count in counts)


def titled(topic: Topic) -> str:
    """A topic's name as a line of text; what stands for it where it has none yet."""
    return plain(topic.name) or "(no name yet)"


def emoji(setting: Setting, topic: Topic) -> str:
    """The emoji of a topic's category, if the terminal can show it."""
    emojis = {category.slug: category.emoji for category in setting.categories}
    return encodable(emojis.get(topic.category, emojis[OTHER]), "-")


def ids_of(change: Change) -> tuple[int, int]:
    """The topics that a line of the lineage is about."""
    return change.topic, change.other


def because(change: Change, phrases: Mapping[str, str]) -> str:
    """Why something happened to a topic, to be put behind what did; nothing if it is not known."""
    reason = plain(why(change, phrases))
    return f": {reason}" if reason else ""


def _told(change: Change, topic_id: int) -> str:
    befell, other = TOLD[change.event]
    return befell.format(f"t{change.other}") if change.topic == topic_id else other.format(f"t{change.topic}")


def _marks(topic: Topic, curation: Curation) -> str:
    merges: Mapping[int, int] = dict(curation.merges)
    marks = ["locked"] if topic.id in curation.locked else []
    if topic.id in merges and topic.retired is None:
        marks.append(f"to be merged into t{merges[topic.id]}")
    return f"  ({', '.join(marks)})" if marks else ""


def _papers(mentions: Sequence[Mention]) -> list[str]:
    return [
        f"{mention.edition}  {delatex(mention.title)}  {safe_url(mention.url) or mention.paper_id}"
        for mention in mentions
    ]


def _section(title: str, lines: Sequence[str]) -> None:
    if lines:
        say(f"{INDENT}{title}:")
    for line in lines:
        say(f"{INDENT}  {line}")


def _fields(topic: Topic, weeks: Sequence[int], curation: Curation) -> dict[str, object]:
    return {
        "id": topic.id,
        "name": plain(topic.name),
        "description": plain(topic.description),
        "category": topic.category,
        "size": topic.size,
        "weeks": list(weeks),
        "born": str(topic.born),
        "locked": topic.id in curation.locked,
        "retired": str(topic.retired) if topic.retired else None,
        "heir": topic.heir or None,
    }
