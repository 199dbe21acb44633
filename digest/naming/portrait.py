"""A topic as its namer sees it: its record, and papers from its middle and its edge with their readings."""

from __future__ import annotations

from dataclasses import dataclass

from digest.records import Enrichment, Paper, Topic

# The namer of a name that people gave: it is locked for ever.
PERSON = "person"


@dataclass(frozen=True, slots=True)
class Portrait:
    """One live topic. `central` are its papers nearest to its centroid, `boundary` those farthest, both most
    central first, each with its reading; `due` says that it needs a name, being new or having moved.

    The topic's `neighbours` are the ids of those nearest to it, nearest first. A `broad` one stands for a group of
    topics, which a short name serves better than one that tells all.
    """

    topic: Topic
    central: tuple[tuple[Paper, Enrichment], ...]
    boundary: tuple[tuple[Paper, Enrichment], ...] = ()
    due: bool = False
    broad: bool = False

    @property
    def open(self) -> bool:
        """True if it may be named: a name that people gave stays, also where the topic has moved."""
        return self.due and self.topic.namer != PERSON
