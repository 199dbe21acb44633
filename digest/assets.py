"""Finds templates and prompts: the workspace's own file first, then the shipped one; and loads strings."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import ConfigError

if TYPE_CHECKING:
    from jinja2 import Environment, Template

PACKAGE = Path(__file__).resolve().parent


def shipped(kind: str) -> Path:
    """The shipped folder `templates` or `prompts`: inside an installed wheel, or beside the package."""
    packed = PACKAGE / "_assets" / kind
    return packed if packed.is_dir() else PACKAGE.parent / kind


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
        """The phrases of a language. Raises `ConfigError` if it has none, or lacks one that English has."""
        english = self._read_strings("en")
        if language == "en":
            return english
        try:
            phrases = self._read_strings(language)
        except ConfigError as error:
            known = ", ".join(self.languages())
            raise ConfigError(f"no report language {language!r}; known: {known}") from error
        missing = sorted(set(english) - set(phrases))
        if missing:
            raise ConfigError(f"templates/strings/{language}.toml lacks: {', '.join(missing)}")
        return phrases

    def languages(self) -> list[str]:
        """Every language that has a strings file."""
        found = {path.stem for folder in self.folders("templates") for path in folder.glob("strings/*.toml")}
        return sorted(found)

    def _read_strings(self, language: str) -> dict[str, str]:
        path = self.find("templates", f"strings/{language}.toml")
        try:
            return {k: str(v) for k, v in tomllib.loads(path.read_text(encoding="utf-8")).items()}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} cannot be read: {error}") from error

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
        )
        environment.filters.update(filters)
        return environment
