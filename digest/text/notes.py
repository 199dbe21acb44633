"""Escaping plain text for notes in Obsidian: a reader sees just the text, also while a note is being edited.

Obsidian hides the backslash of an escape in both of its views (its help, "Basic formatting syntax"); character
references and comments, which GitHub needs, it shows as they are written to whoever edits. What it knows beyond
GitHub are tags, links in double brackets, highlights (==), comments (%%) and block ids (^id, at an end).
"""

from __future__ import annotations

import re

from digest.text.clean import plain

_SPECIAL = re.compile(
    r"[\\`*\[\]<|~$#]"
    r"|_(?![^\W_])|_(?<![^\W_]_)"
    r"|=(?==)|(?<==)="
    # Comments, and what template plug-ins run.
    r"|(?<=[%<])%"
    r"|&(?=#?\w+;)"
    r"|(?<!\S)\^(?=[\w-]+\Z)"
)
# What only the beginning of a line can mean: lists, numbers, rules, underlines of headings, quotes.
_LEADING = re.compile(r"^(\d{1,9}(?=[.)](?:\s|\Z))|(?=[-+=:>]))(.)")
# An address, which would become a link by itself: set as code it is text, and nothing in it needs an escape. It
# never begins as what plug-ins run in code (`= …`, `$= …`).
_ADDRESS = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]{0,20}://|(?<![A-Za-z0-9])[Ww]{3}\.)(?:[\w./?=&#~+:@,;!()'-]|%(?!%))*"
    r"|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[\w-]*[A-Za-z]"
)


def obsidian(text: str) -> str:
    """Escape for inline use in a note: the reader sees `plain(text)`; no link, tag or structure comes of it."""
    text, done, at = plain(text), "", 0
    for found in _ADDRESS.finditer(text):
        done += f"{_escaped(text[at : found.start()])}`{found[0]}`"
        at = found.end()
    return _LEADING.sub(r"\1\\\2", done + _escaped(text[at:]))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)
