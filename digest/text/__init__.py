"""Cleaning and escaping for Markdown, HTML and prompts: the one place.

Everything that came from outside (paper text, feeds, model output) passes through here before it
is printed. `plain` and `delatex` clean, `truncate` shortens, `markdown`, `html`, `link`, `obsidian`
and `safe_url` escape, `unmarked` takes away what chats would read as markup, `hypertext` makes HTML
of Markdown, `repository_url` finds the code; `tidy` and `fault` look after what a model wrote;
`counted` puts a number before its noun.
"""

from digest.text.clean import plain, truncate
from digest.text.counting import counted
from digest.text.hypertext import hypertext
from digest.text.latex import delatex
from digest.text.markup import html, link, markdown, unmarked
from digest.text.notes import obsidian
from digest.text.urls import repository_url, safe_url
from digest.text.written import fault, in_language, tidy

__all__ = [
    "counted",
    "delatex",
    "fault",
    "html",
    "hypertext",
    "in_language",
    "link",
    "markdown",
    "obsidian",
    "plain",
    "repository_url",
    "safe_url",
    "tidy",
    "truncate",
    "unmarked",
]
