"""The words and signs of a LaTeX source, and the place in them that is being read."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\\(?:[A-Za-z]+|.|\Z)"
    r"|https?://(?:[^\s\\{}\[\]$^<>\"`|]|\\[_%#&~])+"
    r"|\s+|[{}\[\]$^_~]"
    r"|(?:(?!https?://)[^\\{}\[\]$^_~\s])+",
    re.DOTALL,
)


class Tokens:
    """The tokens of a source; `at` is the next one, `closing` where each closed `{` ends."""

    def __init__(self, source: str) -> None:
        self.tokens: list[str] = _TOKEN.findall(source)
        self.closing = _pairs(self.tokens)
        self.at = 0

    def peek(self, offset: int = 0) -> str:
        """The token at that distance from the next one, or nothing."""
        place = self.at + offset
        return self.tokens[place] if 0 <= place < len(self.tokens) else ""

    def character(self) -> str:
        """Read one character off the next token."""
        part = self.tokens[self.at]
        self.tokens[self.at] = part[1:]
        self.at += len(part) == 1
        return part[0]

    def option(self, end: int) -> None:
        """Skip a star and one `[…]`."""
        if self.at < end and self.peek().startswith("*"):
            self.character()
        if self.at < end and self.peek() == "[":
            for place in range(self.at, min(end, self.at + 40)):
                if self.tokens[place] == "]":
                    self.at = place + 1
                    return


def _pairs(tokens: list[str]) -> dict[int, int]:
    """Place of each `{` that is closed -> place of its `}`."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for place, part in enumerate(tokens):
        if part == "{":
            waiting.append(place)
        elif part == "}" and waiting:
            pairs[waiting.pop()] = place
    return pairs
