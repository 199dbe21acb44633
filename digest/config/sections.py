"""Every setting with its default and what is allowed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from digest.config.base import URL, Section, Url, formed
from digest.config.channels import Github, Mail
from digest.config.ids import paper_id
from digest.config.schedule import Schedule
from digest.registry import CHANNELS, READERS, SOURCES

# The provider that the keys at hand decide.
AUTO = "auto"
ARXIV_HOSTS = ("arxiv.org",)
ARXIV_SPACING = 3.0
ARXIV_CATEGORY = r"[a-z-]+(?:\.[A-Za-z-]{2,12})?"
# What a library may be kept in: BibTeX, CSL JSON, Zotero's CSV.
LIBRARIES = (".bib", ".json", ".csv")

PaperId = Annotated[str, AfterValidator(paper_id)]
# One line with a letter or digit in it; what is empty would be in every paper.
Words = Annotated[str, Field(max_length=100), formed(r"[^\n]*\w[^\n]*", "one line with a word in it")]

Code = Annotated[str, formed(r"[a-z]{2}(?:-[A-Za-z]{2,4})?", "the code of a language, such as en")]


class Arxiv(Section):
    """Which arXiv categories to follow, and how to ask arXiv for them."""

    categories: tuple[Annotated[str, formed(ARXIV_CATEGORY, "a category of arXiv, such as cs.LG")], ...] = (
        "cs.AI",
        "cs.CL",
        "cs.CV",
        "cs.LG",
    )
    api_url: Url = "https://export.arxiv.org/api/query"
    feed_url: Url = "https://rss.arxiv.org/rss"
    oai_url: Url = "https://arxiv.org/oai"
    delay: Annotated[float, Field(ge=0, le=600)] = ARXIV_SPACING

    @field_validator("categories")
    @classmethod
    def _some_category(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("name at least one arXiv category, for instance cs.LG")
        return tuple(dict.fromkeys(value))

    @model_validator(mode="after")
    def _polite(self) -> Arxiv:
        host = re.compile(r"^https?://(?:[^/@]*@)?(?:[^/:]*\.)?arxiv\.org(?:[:/]|$)", re.I)
        if self.delay < ARXIV_SPACING and (host.match(self.api_url) or host.match(self.feed_url)):
            raise ValueError(f"delay must be at least {ARXIV_SPACING:g} seconds for arXiv's own hosts")
        return self


class Feed(Section):
    """RSS or Atom feeds to read beside arXiv."""

    urls: tuple[Url, ...] = ()


class Files(Section):
    """Lists of papers in files: JSON Lines, CSV or Parquet, relative to the workspace."""

    paths: tuple[str, ...] = ()


class Interests(Section):
    """What the reader follows, and what not; nothing set means no picks, and no cost."""

    queries: tuple[Annotated[str, Field(max_length=500), formed(r"(?s:.*\w.*)", "words")], ...] = ()
    papers: tuple[PaperId, ...] = ()
    disliked: tuple[PaperId, ...] = ()
    authors: tuple[Words, ...] = ()
    keywords: tuple[Words, ...] = ()
    mute: tuple[Words, ...] = ()
    bibliography: tuple[Annotated[str, Field(min_length=1)], ...] = ()

    @field_validator("queries", "papers", "disliked", "authors", "keywords", "mute", "bibliography")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value))

    @field_validator("bibliography")
    @classmethod
    def _known_kinds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for path in value:
            if not path.casefold().endswith(LIBRARIES):
                raise ValueError(f"{path!r} is of no known kind; it must end in {', '.join(LIBRARIES)}")
        return value

    @model_validator(mode="after")
    def _agree(self) -> Interests:
        for paper in self.papers:
            if paper in self.disliked:
                raise ValueError(f"{paper} is both in papers and in disliked; take it out of one")
        return self

    @property
    def any(self) -> bool:
        """True if there is anything by which a paper could be picked."""
        return bool(self.queries or self.papers or self.authors or self.keywords or self.bibliography)


class Site(Section):
    """Where the site is served, for links that must be whole: in feeds and mails, and from reports to the map."""

    url: Annotated[str, formed(rf"(?:{URL})?", "an address such as https://me.github.io/papers/, or empty")] = ""


class Scale(Section):
    """Which Dask scheduler shares out what one process would take long for; empty: this process does it all."""

    scheduler: Annotated[
        str, formed(r"(?:(?:tcp|tls|ws|wss)://[^\s/]+)?", "an address such as tcp://10.0.0.5:8786, or empty")
    ] = ""


class Http(Section):
    """How requests are made."""

    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    retries: Annotated[int, Field(ge=0, le=20)] = 6
    contact: Annotated[str, Field(max_length=200), formed(r"[\x21-\x7e ]*", "plain ASCII characters")] = ""


class Budget(Section):
    """What an edition and a calendar month may cost; 0 means without limit."""

    calls: Annotated[int, Field(ge=0)] = 0
    tokens: Annotated[int, Field(ge=0)] = 0
    usd: Annotated[float, Field(ge=0)] = 0.0
    month_calls: Annotated[int, Field(ge=0)] = 0
    month_tokens: Annotated[int, Field(ge=0)] = 0
    month_usd: Annotated[float, Field(ge=0)] = 0.0


class Cohere(Section):
    """How Cohere is asked. The defaults keep to what a trial key allows."""

    url: Url = "https://api.cohere.com"
    model: Annotated[str, Field(min_length=1, max_length=100)] = "command-a-03-2025"
    reasoning_model: Annotated[str, Field(max_length=100)] = ""
    embed_model: Annotated[str, formed(r"[\w.-]{1,100}", "the name of a model, such as embed-v4.0")] = "embed-v4.0"
    embed_dimension: Annotated[int, Field(ge=64, le=4096)] = 256
    temperature: Annotated[float, Field(ge=0, le=1)] = 0.2
    seed: Annotated[int, Field(ge=0, le=2**31)] = 7
    max_tokens: Annotated[int, Field(ge=1000, le=200_000)] = 8000
    pack: Annotated[int, Field(ge=1, le=60)] = 15
    translate_pack: Annotated[int, Field(ge=1, le=100)] = 25
    synthesis_calls: Annotated[int, Field(ge=2, le=100)] = 8
    parallel: Annotated[int, Field(ge=1, le=128)] = 8
    chat_per_minute: Annotated[int, Field(ge=1)] = 20
    embed_per_minute: Annotated[int, Field(ge=96)] = 2000
    timeout: Annotated[float, Field(gt=0, le=3600)] = 180.0
    tries: Annotated[int, Field(ge=1, le=20)] = 7
    prices: dict[str, tuple[float, float]] = Field(
        default={
            "command-a-03-2025": (2.5, 10.0),
            "command-r-08-2024": (0.15, 0.6),
            "command-r7b-12-2024": (0.0375, 0.15),
            "embed-v4.0": (0.12, 0.0),
        }
    )


class Config(Section):
    """Every setting, checked. `workspace` is the folder that the relative ones start from."""

    workspace: Path = Path()
    title: Annotated[str, Field(min_length=1, max_length=100)] = "Daily Paper Digest"
    languages: tuple[Code, ...] = ("en",)
    provider: str = AUTO
    fallback: Literal["none", "local"] = "none"
    sources: tuple[str, ...] = ("arxiv",)
    channels: tuple[str, ...] = ()
    archive: Annotated[str, Field(min_length=1)] = "archive"
    arxiv: Arxiv = Arxiv()
    feed: Feed = Field(default=Feed(), validate_default=True)
    file: Files = Field(default=Files(), validate_default=True)
    interests: Interests = Interests()
    site: Site = Site()
    schedule: Schedule = Schedule()
    mail: Mail = Field(default=Mail(), validate_default=True)
    github: Github = Github()
    http: Http = Http()
    scale: Scale = Scale()
    budget: Budget = Budget()
    cohere: Cohere = Cohere()

    @field_validator("languages", "sources")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("name at least one")
        return tuple(dict.fromkeys(value))

    @field_validator("sources")
    @classmethod
    def _known_sources(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in SOURCES:
                raise ValueError(f"unknown source {name!r}; known: {', '.join(SOURCES)}")
        return value

    @field_validator("channels")
    @classmethod
    def _known_channels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in CHANNELS:
                raise ValueError(f"unknown channel {name!r}; known: {', '.join(CHANNELS)}")
        return tuple(dict.fromkeys(value))

    @field_validator("feed", "file")
    @classmethod
    def _source_complete(cls, value: Feed | Files, info: ValidationInfo) -> Feed | Files:
        needed, listed = ("urls", value.urls) if isinstance(value, Feed) else ("paths", value.paths)
        if info.field_name in info.data.get("sources", ()) and not listed:
            raise ValueError(f'the source "{info.field_name}" needs {needed}')
        return value

    @field_validator("mail")
    @classmethod
    def _mail_complete(cls, value: Mail, info: ValidationInfo) -> Mail:
        if "mail" in info.data.get("channels", ()) and not value.usable:
            raise ValueError('the channel "mail" needs host, sender and recipients')
        return value

    @field_validator("provider")
    @classmethod
    def _known_provider(cls, value: str) -> str:
        if value not in (AUTO, *READERS):
            raise ValueError(f"unknown provider {value!r}; known: {AUTO}, {', '.join(READERS)}")
        return value

    @property
    def archive_url(self) -> str:
        """Where the archive is: an fsspec URL, or a folder in the workspace."""
        return self.archive if "://" in self.archive else str(self.workspace / self.archive)

    @property
    def reports(self) -> Path:
        """The folder of the reports."""
        return self.workspace / "reports"
