"""Reads `digest.toml`, then `DIGEST_*` variables, then command-line flags, and checks them all at once."""

from __future__ import annotations

import difflib
import logging
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digest.config.base import Section
from digest.config.sections import Config
from digest.errors import ConfigError

FILE = "digest.toml"
ENV_PREFIX = "DIGEST_"
# Variables that steer the command line itself and are no settings.
ENV_OTHER = {"DIGEST_NOW", "DIGEST_WORKSPACE"}

log = logging.getLogger(__name__)


def load_config(
    workspace: Path,
    env: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Config:
    """Read the workspace's `digest.toml` (none: all defaults), then apply `env` and `flags`, weakest first.

    `flags` are keyed like `"provider"` or `"scale.scheduler"`; people know them by the last part.
    Raises `ConfigError` that lists every mistake.
    A variable that is like no setting is another program's: it is left alone, with a warning in the log.
    """
    settings, origins = _read(workspace / FILE), {}
    mistakes: list[str] = []
    for name, text in sorted((env or {}).items()):
        if not name.startswith(ENV_PREFIX) or name in ENV_OTHER:
            continue
        path = _env_path(name)
        if path is None and (nearest := _env_nearest(name)):
            mistakes.append(f"{name}: no such setting; did you mean {nearest}?")
        elif path is None:
            log.warning("%s: no such setting; it is left alone", name)
        else:
            _put(settings, path, _env_value(text))
            origins[path] = name
    for key, value in (flags or {}).items():
        _put(settings, tuple(key.split(".")), value)
        origins[tuple(key.split("."))] = f"--{key.rpartition('.')[2]}"
    try:
        config = Config.model_validate({**settings, "workspace": workspace})
    except ValidationError as error:
        mistakes += [_line(detail, origins) for detail in error.errors()]
    if mistakes:
        raise ConfigError("\n".join(["the settings have mistakes:", *(f"  {m}" for m in mistakes)]))
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        # Editors on Windows may begin a file with a mark that nobody sees.
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} cannot be read: it is not in UTF-8; save it in this encoding") from error
    except (tomllib.TOMLDecodeError, OSError) as error:
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


def _env_path(name: str) -> tuple[str, ...] | None:
    return _env_paths().get(name.upper())


def _env_nearest(name: str) -> str:
    """The variable of a setting that somebody may have meant, if there is one."""
    known = [each.removeprefix(ENV_PREFIX) for each in _env_paths()]
    found = difflib.get_close_matches(name.upper().removeprefix(ENV_PREFIX), known, n=1)
    return f"{ENV_PREFIX}{found[0]}" if found else ""


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
    if detail["type"] == "model_type":
        reason = f"write it as a section, [{key}]"
    # Of a whole section the reason says what is wrong in it.
    whole = key in _sections() and isinstance(detail["input"], (Section, dict))
    got = "" if whole else f"; got {detail['input']!r:.80}"
    return f"{key} (in {origin}): {reason}{got}"
