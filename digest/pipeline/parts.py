"""What an edition is made with, and what was made of its papers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digest.calls import Meter
from digest.curation import Curation
from digest.interests import Profile
from digest.records import Category, Enrichment, Synthesis
from digest.scale import Crew, Here
from digest.translation import Translated

if TYPE_CHECKING:
    from digest.providers.base import Embedder, Reader
    from digest.sources.base import Source


@dataclass(frozen=True, slots=True)
class Parts:
    """What an edition is made with: the sources, who reads, who embeds, and the taxonomy.

    A paid reader has a `backup` that reads what it does not, with `fallback` also where it fails altogether, and
    a `meter` for what it spends. `spare` embeds in its place as long as the archive has no vectors at all.
    `curation` is what people decided about topics, `interests` what the reader follows, if anything. Where many
    editions are made at once, topics are not redrawn `weekly`, but only where they have grown too far, and a
    `crew` of other processes may share the work: it never decides what comes of it.
    """

    sources: tuple[Source, ...]
    reader: Reader
    embedder: Embedder
    categories: tuple[Category, ...]
    backup: Reader | None = None
    meter: Meter | None = None
    spare: Embedder | None = None
    fallback: bool = False
    languages: tuple[str, ...] = ("en",)
    interests: Profile | None = None
    curation: Curation = field(default_factory=Curation)
    weekly: bool = True
    crew: Crew = field(default_factory=Here)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of an edition's new papers."""

    enrichments: tuple[Enrichment, ...] = ()
    syntheses: tuple[Synthesis, ...] = ()
    translated: dict[str, Translated] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    prompts: tuple[str, ...] = ()
