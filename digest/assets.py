"""Finds templates and prompts: the workspace's own file first, then the shipped one; and loads strings."""

from __future__ import annotations

import string
import tomllib
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

from digest.errors import ConfigError

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment, Template
    from jinja2.bccache import Bucket

# Phrases that are lists of words, and how many.
LISTS = {"weekdays": 7, "months": 12}

PACKAGE = Path(__file__).resolve().parent


def shipped(kind: str) -> Path:
    """What is shipped as `templates`, `prompts` or otherwise: inside an installed wheel, or beside the package."""
    packed = PACKAGE / "_assets" / kind
    return packed if packed.exists() else PACKAGE.parent / kind


class Assets:
    """The templates, prompts and strings that hold for one workspace."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace

    def folders(self, kind: str) -> list[Path]:
        """The folders searched for `templates` or `prompts`, strongest first."""
        return [self.workspace / kind, shipped(kind)]

    def find(self, kind: str, name: str) -> Path:
        """The file that wins. Raises `ConfigError` if there is none."""
        for folder in self.folders(kind):
            if (folder / name).is_file():
                return folder / name
        raise ConfigError(f"{kind}/{name} is missing; reinstall the program, or add it to the workspace")

    def prompt(self, name: str) -> Path:
        """The prompt file of that name."""
        return self.find("prompts", name)

    def prompt_template(self, name: str) -> Template:
        """The prompt as a Jinja template. Raises `ConfigError` if there is none, or if it is no template."""
        from jinja2 import Environment, StrictUndefined, TemplateError

        # Prompts are plain text: what stands in them is cleaned before, and set apart by delimiters.
        environment = Environment(
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701
            trim_blocks=True,
            lstrip_blocks=True,
        )
        path = self.prompt(name)
        try:
            return environment.from_string(path.read_text(encoding="utf-8"))
        except (TemplateError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is no usable prompt: {error}") from error

    def strings(self, language: str) -> dict[str, str]:
        """The phrases of a language.

        Raises `ConfigError` if there are none, or if they lack one of the shipped English ones or a place in it.
        """
        if language not in self.languages():
            raise ConfigError(f"no report language {language!r}; known: {', '.join(self.languages())}")
        path = self.find("templates", f"strings/{language}.toml")
        text = _read(path)
        mistakes = _mistakes(text, _read(shipped("templates") / "strings/en.toml"))
        if mistakes:
            raise ConfigError("\n".join([f"{path} has mistakes:", *(f"  {m}" for m in mistakes)]))
        return dict(_phrases(text))

    def languages(self) -> list[str]:
        """Every language that has a strings file."""
        found = {path.stem for folder in self.folders("templates") for path in folder.glob("strings/*.toml")}
        return sorted(found)

    def environment(self, filters: Mapping[str, Callable[..., str]]) -> Environment:
        """The Jinja environment of Markdown pages; `filters` bring the escapes that templates apply."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader([str(folder) for folder in self.folders("templates")]),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701 - Markdown: the filters escape
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=compiled_templates(),
        )
        environment.filters.update(filters)
        return environment


@cache
def compiled_templates() -> BytecodeCache:
    """What templates have been compiled to, for the time of this process: a day's pages are made in many turns."""
    from jinja2 import BytecodeCache

    kept: dict[tuple[object, ...], CodeType] = {}

    class Kept(BytecodeCache):
        """Code by the template's text and by all of its environment that the compiler looks at."""

        def load_bytecode(self, bucket: Bucket) -> None:
            bucket.code = kept.get(key(bucket))

        def dump_bytecode(self, bucket: Bucket) -> None:
            assert bucket.code is not None
            kept[key(bucket)] = bucket.code

    def key(bucket: Bucket) -> tuple[object, ...]:
        made = bucket.environment
        # Filters of constants are applied while a template is compiled.
        filters = frozenset(made.filters.items())
        return bucket.key, bucket.checksum, made.autoescape, made.keep_trailing_newline, filters

    return Kept()


def _read(path: Path) -> str:
    """The text of a strings file that is TOML."""
    try:
        text = path.read_text(encoding="utf-8")
        _phrases(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    return text


@lru_cache(maxsize=16)
def _phrases(text: str) -> Mapping[str, str]:
    return {k: str(v) for k, v in tomllib.loads(text).items()}


@lru_cache(maxsize=16)
def _mistakes(text: str, shipped_english: str) -> tuple[str, ...]:
    phrases, english = _phrases(text), _phrases(shipped_english)
    missing = sorted(set(english) - set(phrases))
    found = [f"missing: {', '.join(missing)}"] if missing else []
    for key in sorted(set(english) & set(phrases)):
        places, allowed = _places(phrases[key]), _places(english[key])
        if places is None or allowed is None:
            found.append(f"{key}: a brace without its other half in {phrases[key]!r}")
        elif not places <= allowed:
            wrong = ", ".join(f"{{{name}}}" for name in sorted(places - allowed))
            right = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
            found.append(f"{key}: no such place: {wrong}; there are: {right}")
        elif key in LISTS and len(phrases[key].split()) != LISTS[key]:
            found.append(f"{key}: {LISTS[key]} words are needed, not {len(phrases[key].split())}")
    return tuple(found)


def _places(phrase: str) -> set[str] | None:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}
    except ValueError:
        return None


@contextmanager
def mistakes_told() -> Iterator[None]:
    """Turn a mistake in a template, which may be the workspace's own, into a `ConfigError` with its place."""
    from jinja2 import TemplateError, TemplateSyntaxError

    out = "mend the template, or delete it to have the shipped one"
    try:
        yield
    except TemplateSyntaxError as error:
        raise ConfigError(f"{error.filename}, line {error.lineno}: {error.message}; {out}") from error
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        frames = traceback.extract_tb(error.__traceback__)
        # What goes wrong below a template, in the program itself, is not the template's mistake.
        if not isinstance(error, TemplateError) and not frames[-1].filename.endswith(".j2"):
            raise
        lines = [f"{f.filename}, line {f.lineno}" for f in frames if f.filename.endswith(".j2")]
        raise ConfigError(f"{lines[-1] if lines else 'a template'}: {error}; {out}") from error
