"""What every section of the settings is made of."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def formed(pattern: str, words: str) -> AfterValidator:
    """All of a text must match the regular expression; whoever wrote another one is told in `words` what it is."""
    form = re.compile(pattern)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise ValueError(f"must be {words}")
        return text

    return AfterValidator(check)


URL = r"https?://[^\s/]+(?:/\S*)?"
Url = Annotated[str, formed(URL, "an http(s) address, such as https://example.org/papers")]


class Section(BaseModel):
    """A table of the settings: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
