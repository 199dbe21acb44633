"""Escaping: plain text into GitHub Flavored Markdown and HTML, so that a reader sees just the text."""

from __future__ import annotations

import html as _html
import re

from digest.text.clean import plain
from digest.text.urls import safe_url

# Numeric references instead of backslashes, because they also hold inside raw HTML (`<summary>`),
# where Markdown is not parsed and a backslash would show.
_SPECIAL = re.compile(r"[&<>*\[\]`|~\\#@$]|(?<![^\W_])_|_(?![^\W_])")
_REFERENCE = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    # GitHub reads $…$ as mathematics, in the source and perhaps once more in the page. Its manual
    # ("Writing mathematical expressions") puts a span around a dollar sign that is money.
    "$": "<span>&#36;</span>",
}
# GitHub looks for mentions, issue and commit numbers, emoji names and bare addresses in the text of
# the finished page, where references are already resolved: nothing but a break in the text node
# stops it. An empty comment is one: it leaves no trace in the page, nor in what a reader copies
# (a zero-width space would).
_BREAK = "<!-- -->"
_SEAM = re.compile(
    r"(?<=@)"  # mentions, e-mail and xmpp: addresses
    r"|(?<=\#)(?=\d|\Z)"  # #123, owner/name#123
    r"|(?i:(?<=\bGH-)|(?<=\bCVE-)|(?<=\bGHSA-))(?=\w)"
    r"|(?<=:)(?=//)"  # scheme://…
    r"|(?i:(?<=www))(?=\.)"
    r"|(?<=:)(?=[a-z0-9_+-]+(?::|\Z))"  # :emoji:
    r"|(?<=\b[0-9a-f]{3})(?=[0-9a-f]{4,37}\b)(?<=(?!\d{3})...|(?=\d{3})...)"
)
# What only the beginning of a line can mean: lists, numbers, rules, underlines of headings, table
# rules; and a `!` at the end, which would make a picture of a link that follows.
_LEADING = re.compile(r"[-+=:]|(?<=\d)[.)]")
_NUMBER = re.compile(r"(\d+)([.)])")
