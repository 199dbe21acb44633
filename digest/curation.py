"""What people decided about topics: `topics.toml` beside `digest.toml`, read, checked, and amended entry by entry.

The file is written by people; a command changes the one entry that it is about and leaves every other byte alone.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError

from digest.errors import ConfigError
from digest.records import Category

FILE = "topics.toml"
LONGEST = 80
# What pages and maps call papers without a topic.
RESERVED = ("unsorted", "unlabelled")
_PART = re.compile(r"[^\W_]+")
_ID = re.compile(r"[tT]?([1-9][0-9]{0,8})")
_TABLE = r"^t[1-9][0-9]{0,8}$"

HEADER = """\
# Topics as people want them: names, locks and merges, by the topics' ids. `digest topics rename`, `merge` and
# `review` write here too, and change nothing but the entry that they are about. Every entry, for instance:
#
#     [t17]
#     name = "Gaussian splatting of moving scenes"    # stays for ever, and locks the topic
#     locked = true                                   # the program never merges, splits or retires it
#     merge_into = 12                                 # its papers go to the older t12 at the next rebalance
"""

SPLIT = "a split is done once, not kept: use `digest topics split {topic}`"
TABLES = 'name every table like [t17], and write its entries below it, such as name = "…"'


@dataclass(frozen=True, slots=True)
class Curation:
    """What people decided, by topic id.

    `names` hold for ever; `locked` are the named topics and those locked by hand; `merges` are pairs of a younger
    and an older topic, in an order in which they can be done one after another.
    """

    names: dict[int, str] = field(default_factory=dict)
    locked: frozenset[int] = frozenset()
    merges: tuple[tuple[int, int], ...] = ()

    @property
    def topics(self) -> frozenset[int]:
        """Every topic that is named, locked or merged."""
        return self.locked | {topic for pair in self.merges for topic in pair}


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=2, max_length=LONGEST)] | None = None
    locked: StrictBool | None = None
    merge_into: Annotated[StrictInt, Field(ge=1)] | None = None


class _File(BaseModel):
    topics: dict[Annotated[str, Field(pattern=_TABLE)], _Entry]


def topic_id(text: str) -> int | None:
    """The id in `t17` or `17`; None if it is none."""
    found = _ID.fullmatch(text.strip())
    return int(found[1]) if found else None


def load_curation(path: Path, categories: Sequence[Category], forbidden: re.Pattern[str]) -> Curation:
    """What the file says; nothing, if there is none. Names must be fit, and differ from those of `categories`.

    `forbidden` finds a character that no name may hold. Raises `ConfigError` that lists every mistake.
    """
    told = _parsed(path, read_text(path))
    mistakes: list[str] = []
    entries: dict[int, _Entry] = {}
    try:
        entries = _by_topic(_File.model_validate({"topics": told}))
    except ValidationError as error:
        mistakes = [_line(detail) for detail in error.errors()]
        entries = _by_topic(_File(topics=_sound(told)))
    mistakes += _mistakes(entries, categories, forbidden)
    if mistakes:
        raise ConfigError("\n".join([f"{path} has mistakes:", *(f"  {m}" for m in dict.fromkeys(mistakes))]))
    merges = [(topic, entry.merge_into) for topic, entry in entries.items() if entry.merge_into]
    return Curation(
        names={topic: entry.name for topic, entry in entries.items() if entry.name},
        locked=frozenset(topic for topic, entry in entries.items() if entry.name or entry.locked),
        merges=tuple(sorted(merges, reverse=True)),
    )


def read_text(path: Path) -> str:
    """The file's text, line ends as they are; empty if there is none. Raises `ConfigError`."""
    try:
        # Editors on Windows may begin a file with a mark that nobody sees.
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} cannot be read: it is not in UTF-8; save it in this encoding") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error


def amended(path: Path, text: str, topic: int, entry: str, value: str | bool | int) -> str:
    """The `text` of the file at `path` with one entry of one topic set; comments and layout stay.

    Raises `ConfigError` if it is no TOML, or is laid out so that the entry cannot be set without changing more.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError
    from tomlkit.items import Table

    before, table = _parsed(path, text), f"t{topic}"
    try:
        wanted = {**before, table: {**before.get(table, {}), entry: value}}
        document = tomlkit.parse(text or HEADER)
        if table not in document:
            document.append(table, tomlkit.table())
        entries = document[table]
        # What follows a table's last entry, blank lines and comments, belongs to the next one.
        body, rest = entries.value.body if isinstance(entries, Table) else [], []
        while body and body[-1][0] is None:
            rest.append(body.pop())
        entries[entry] = value
        body.extend(reversed(rest))
        changed = tomlkit.dumps(document)
    except (TOMLKitError, TypeError) as error:
        raise ConfigError(f"{path}: {entry} of {table} cannot be set: {error}; write it by hand") from error
    if _parsed(path, changed) != wanted:
        raise ConfigError(f"{path}: {entry} of {table} cannot be set without changing more; write it by hand")
    return changed


def name_fault(name: str, taken: Mapping[str, str], forbidden: re.Pattern[str]) -> str:
    """Why a topic may not have this name; empty if it may.

    `taken` says by `folded` name who has it: a category, or another topic.
    """
    if not 2 <= len(name) <= LONGEST:
        return f"a name has 2 to {LONGEST} characters"
    # What is not printable may turn text around or hide in it.
    if found := forbidden.search(name) or next((c for c in name if not c.isprintable()), None):
        shown = found if isinstance(found, str) else found[0]
        return f"a name cannot hold {shown!r}, which is markup or invisible"
    if name != " ".join(name.split()) or not any(c.isalnum() for c in name):
        return "a name has letters, and one space between words"
    if folded(name) in RESERVED:
        return "papers without a topic go by this name"
    owner = taken.get(folded(name))
    return f"this is already the name of {owner}" if owner else ""


def folded(name: str) -> str:
    """A name as it is compared with others: case, width, marks and blanks are no difference."""
    return " ".join(_PART.findall(unicodedata.normalize("NFKC", name).casefold()))


def category_names(categories: Sequence[Category]) -> dict[str, str]:
    """Who has each category's `folded` name, in any language."""
    return {folded(name): f"the category {c.slug}" for c in categories for name in c.names.values()}


def strangers(curation: Curation, known: Collection[int]) -> Iterator[str]:
    """What the file says on topics that are not `known`: a slip of the pen, or a file from another archive."""
    for topic in sorted(curation.topics - set(known)):
        yield f"{FILE}: there is no topic t{topic}; `digest topics --all` lists them"


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error


def _by_topic(file: _File) -> dict[int, _Entry]:
    return {int(key[1:]): entry for key, entry in sorted(file.topics.items(), key=lambda pair: int(pair[0][1:]))}


def _sound(told: Mapping[str, Any]) -> dict[str, _Entry]:
    """The entries without mistakes of their own, so that those of all together are found in the same reading."""
    found = {}
    for key, value in told.items():
        try:
            found.update(_File.model_validate({"topics": {key: value}}).topics)
        except ValidationError:
            continue
    return found


def _mistakes(
    entries: Mapping[int, _Entry], categories: Sequence[Category], forbidden: re.Pattern[str]
) -> Iterator[str]:
    taken = category_names(categories)
    for topic, entry in entries.items():
        if entry.name is not None:
            # A topic that is merged away leaves its name to others.
            others = taken if entry.merge_into is None else {}
            if fault := name_fault(entry.name, others, forbidden):
                yield f"t{topic}.name: {fault}; got {entry.name!r}"
            if entry.locked is False:
                yield f"t{topic}.locked: a name locks its topic for ever; take the entry away, or write true"
            if entry.merge_into is None:
                taken.setdefault(folded(entry.name), f"t{topic}")
        if entry.merge_into == topic:
            yield f"t{topic}.merge_into: name another topic; got {topic}"
        elif entry.merge_into is not None and entry.merge_into > topic:
            out = f"[t{entry.merge_into}] with merge_into = {topic}"
            yield f"t{topic}.merge_into: the older topic survives, so write {out}; got {entry.merge_into}"


def _line(detail: Any) -> str:
    """One mistake as `key: what is allowed; got VALUE`."""
    path = [str(part) for part in detail["loc"][1:] if part != "[key]"]
    key = ".".join(path)
    if len(path) == 1:
        return f"{key}: {TABLES}"
    if path[1] == "split":
        return f"{key}: {SPLIT.format(topic=path[0])}"
    if detail["type"] == "extra_forbidden":
        return f"{key}: no such entry; known: {', '.join(_Entry.model_fields)}"
    return f"{key}: {detail['msg']}; got {detail['input']!r:.80}"
