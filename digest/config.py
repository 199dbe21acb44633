"""The settings: `digest.toml`, then `DIGEST_*` variables, then command-line flags, checked all at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from digest.errors import ConfigError
from digest.registry import READERS, SOURCES

FILE = "digest.toml"
ENV_PREFIX = "DIGEST_"
# Variables that steer the command line itself and are no settings.
ENV_OTHER = {"DIGEST_NOW", "DIGEST_WORKSPACE"}
# The provider that the keys at hand decide.
AUTO = "auto"
ARXIV_HOSTS = ("arxiv.org",)
ARXIV_SPACING = 3.0
ARXIV_CATEGORY = r"^[a-z-]+(\.[A-Za-z-]{2,12})?$"

Url = Annotated[str, Field(pattern=r"^https?://[^\s/]+(/\S*)?$")]


class Section(BaseModel):
    """A table of the settings: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Arxiv(Section):
    """Which arXiv categories to follow, and how to ask arXiv for them."""

    categories: tuple[Annotated[str, Field(pattern=ARXIV_CATEGORY)], ...] = (
        "cs.AI",
        "cs.CL",
        "cs.CV",
        "cs.LG",
    )
    api_url: Url = "https://export.arxiv.org/api/query"
    feed_url: Url = "https://rss.arxiv.org/rss"
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


class Http(Section):
    """How requests are made."""

    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    retries: Annotated[int, Field(ge=0, le=20)] = 6
    contact: Annotated[str, Field(max_length=200, pattern=r"^[\x21-\x7e ]*$")] = ""


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
    embed_model: Annotated[str, Field(pattern=r"^[\w.-]{1,100}$")] = "embed-v4.0"
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
    prices: dict[str, tuple[float, float]] = {
        "command-a-03-2025": (2.5, 10.0),
        "command-r-08-2024": (0.15, 0.6),
        "command-r7b-12-2024": (0.0375, 0.15),
        "embed-v4.0": (0.12, 0.0),
    }


class Config(Section):
    """Every setting, checked. `workspace` is the folder that the relative ones start from."""

    workspace: Path = Path()
    title: Annotated[str, Field(min_length=1, max_length=100)] = "Daily Paper Digest"
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Za-z]{2,4})?$")], ...] = ("en",)
    provider: str = AUTO
    fallback: Literal["none", "local"] = "none"
    interests: tuple[Annotated[str, Field(min_length=2, max_length=100)], ...] = ()
    sources: tuple[str, ...] = ("arxiv",)
    archive: Annotated[str, Field(min_length=1)] = "archive"
    arxiv: Arxiv = Arxiv()
    feed: Feed = Feed()
    file: Files = Files()
    http: Http = Http()
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


def load_config(
    workspace: Path,
    env: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Config:
    """Read the workspace's `digest.toml` (none: all defaults), then apply `env` and `flags`, weakest first.

    `flags` are keyed like `"provider"` or `"arxiv.delay"`. Raises `ConfigError` that lists every mistake.
    """
    settings, origins = _read(workspace / FILE), {}
    mistakes: list[str] = []
    for name, text in sorted((env or {}).items()):
        if not name.startswith(ENV_PREFIX) or name in ENV_OTHER:
            continue
        path = _env_path(name)
        if path is None:
            mistakes.append(f"{name}: no such setting; known: {', '.join(_env_names())}")
        else:
            _put(settings, path, _env_value(text))
            origins[path] = name
    for key, value in (flags or {}).items():
        _put(settings, tuple(key.split(".")), value)
        origins[tuple(key.split("."))] = f"--{key.replace('.', '-')}"
    try:
        config = Config.model_validate({**settings, "workspace": workspace})
    except ValidationError as error:
        mistakes += [_line(detail, origins) for detail in error.errors()]
    if mistakes:
        raise ConfigError("\n".join(["the settings have mistakes:", *(f"  {m}" for m in mistakes)]))
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    if "workspace" in settings:
        raise ConfigError(f"{path}: workspace is no setting; use --workspace")
    return settings


def _sections() -> dict[str, type[Section]]:
    found = {}
    for name, entry in Config.model_fields.items():
        if isinstance(entry.annotation, type) and issubclass(entry.annotation, Section):
            found[name] = entry.annotation
    return found


def _env_paths() -> dict[str, tuple[str, ...]]:
    sections = _sections()
    paths: dict[str, tuple[str, ...]] = {}
    for name in Config.model_fields:
        if name in sections:
            for key in sections[name].model_fields:
                paths[f"{ENV_PREFIX}{name}_{key}".upper()] = (name, key)
        elif name != "workspace":
            paths[f"{ENV_PREFIX}{name}".upper()] = (name,)
    return paths


def _env_names() -> list[str]:
    return sorted(_env_paths())


def _env_path(name: str) -> tuple[str, ...] | None:
    return _env_paths().get(name.upper())


def _env_value(text: str) -> Any:
    """A variable's text as a TOML value where it is one (`3`, `["en", "ko"]`), else as it stands."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _put(settings: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        inner = settings.get(name)
        # A scalar where a table belongs is a mistake of its own; it must not hide this one.
        if not isinstance(inner, dict):
            inner = settings[name] = {}
        settings = inner
    settings[path[-1]] = value


def _line(detail: Any, origins: Mapping[tuple[str, ...], str]) -> str:
    """One mistake as `key (where it was set): what is allowed, not VALUE`."""
    path = tuple(str(part) for part in detail["loc"])
    key = ".".join(path) or "settings"
    origin = next((origins[path[:n]] for n in range(len(path), 0, -1) if path[:n] in origins), FILE)
    if detail["type"] == "extra_forbidden":
        section = _sections().get(path[0]) if len(path) > 1 else Config
        known = [k for k in (section or Config).model_fields if k != "workspace"]
        return f"{key} (in {origin}): no such setting; known: {', '.join(known)}"
    reason = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "tuple_type":
        reason = 'write it as a list, such as ["one", "two"]'
    return f"{key} (in {origin}): {reason}; got {detail['input']!r:.80}"
