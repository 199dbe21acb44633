"""Cleaning and escaping for Markdown, HTML and prompts: the one place.

Everything that came from outside (paper text, feeds, model output) passes through here before it
is printed. `plain` and `delatex` clean, `truncate` shortens, `markdown`, `html`, `link` and
`safe_url` escape, `repository_url` finds the code.
"""

from digest.text.clean import plain, truncate
from digest.text.latex import delatex
from digest.text.markup import html, link, markdown
from digest.text.urls import repository_url, safe_url

__all__ = [
    "delatex",
    "html",
    "link",
    "markdown",
    "plain",
    "repository_url",
    "safe_url",
    "truncate",
]
