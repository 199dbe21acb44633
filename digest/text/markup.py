"""Escaping plain text for GitHub Flavored Markdown and HTML: a reader sees just the text."""

from __future__ import annotations

import html as _html
import re

from digest.text.clean import plain
from digest.text.urls import safe_url

# Numeric references instead of backslashes, because they also hold inside raw HTML (`<summary>`),
# where Markdown is not parsed and a backslash would show.
_SPECIAL = re.compile(r"[&<>*\[\]`|~\\$]|#(?!\0)|_(?![^\W_])|_(?<![^\W_]_)")
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
    r"@"  # mentions, e-mail and xmpp: addresses
    r"|\#(?=\d|\Z)"  # #123, owner/name#123
    # GH-123, CVE-2026-1234 and GHSA-xxxx-xxxx-xxxx, but no "high-quality" and no "GH-index"
    r"|(?<![^\W_])(?:[Gg][Hh]-(?=\d)|[Cc][Vv][Ee]-(?=\d)|[Gg][Hh][Ss][Aa]-(?=\w{4}-))"
    r"|:(?=//|[a-z0-9_+-]+:|[a-z_+][a-z0-9_+-]*\Z)"  # scheme:// and :emoji:
    r"|[Ww]{3}(?=\.)"
)
# Commit numbers have 7 to 40 hexadecimal digits: shorter pieces are none.
_COMMIT = re.compile(r"(?<!\w)(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}(?!\w)", re.IGNORECASE)
_COMMIT_PIECE = re.compile(r"(.{6})(?=.)")
# What only the beginning of a line can mean: lists, numbers, rules, underlines of headings and
# table rules. And a `!` at the end would make a picture of a link that follows.
_LEADING = re.compile(r"^(\d{1,9}(?=[.)](?:\s|\Z))|(?=[-+=:]))(.)")
_TRAILING = re.compile(r"!$")

# What chat services (Discord, Slack, Telegram, Mattermost) take for the beginning or the end of something.
_CHAT = re.compile(
    r"@|[*~|](?=\S)|(?<=\S)[*~|]|_(?![^\W_])|(?<![^\W_])_|`|<(?=\S)|(?<=\S)>|\](?=\()|:(?=//)|^[#>-]"
)
_ALIKE = {
    "@": "＠", "*": "∗", "~": "∼", "|": "∣", "_": "＿", "`": "'", "<": "‹", ">": "›", "]": "］", ":": "∶",
    "#": "＃", "-": "–",
}  # fmt: skip


def markdown(text: str) -> str:
    """Escape for inline use anywhere in GitHub Flavored Markdown, raw HTML elements included.

    Paragraph, list item, heading, table cell, link label, `<summary>`: the reader sees exactly
    `plain(text)`, and no link, picture, emphasis, mention or structure comes of it. One line.
    Source: the GFM specification 0.29 and, for what GitHub adds, cmark-gfm issue 181.
    """
    text = _COMMIT.sub(_in_pieces, _SEAM.sub("\\g<0>\0", plain(text)))
    text = _SPECIAL.sub(_reference, text)
    text = _LEADING.sub(lambda found: f"{found[1]}&#{ord(found[2])};", text)
    return _TRAILING.sub("&#33;", text).replace("\0", _BREAK)


def _in_pieces(found: re.Match[str]) -> str:
    return _COMMIT_PIECE.sub("\\1\0", found[0])


def _reference(found: re.Match[str]) -> str:
    return _REFERENCE.get(found[0]) or f"&#{ord(found[0])};"


def link(label: str, url: str) -> str:
    """A Markdown link. An empty label shows the URL. Raises `ValueError` if the URL is not safe."""
    target = safe_url(url)
    if target is None:
        raise ValueError(f"not a safe http(s) URL: {url[:200]!r}")
    return f"[{markdown(label) or markdown(target)}]({target.replace('&', '&amp;')})"


def unmarked(text: str) -> str:
    """The plain text, in one line, as chat services show it: none finds markup, a mention or an address in it.

    They agree on no way to escape, and some read markup in every text: what begins any of it gives way to a
    character that looks much the same (a full-width at sign, an asterisk operator).
    """
    return _CHAT.sub(lambda found: _ALIKE[found[0]], plain(text))


def html(text: str) -> str:
    """Escape for the content of an HTML element or a quoted attribute: `plain(text)`, one line."""
    return _html.escape(plain(text), quote=True)
