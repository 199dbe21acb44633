"""Escaping for Obsidian, against a parser of the Markdown that it has, and by what it has of its own."""

import re

import pytest
from hypothesis import given

from digest.text import obsidian, plain
from tests.any_text import ANY_TEXT, FUZZ, HOSTILE
from tests.rendered import Outline

# Tags, links, mathematics, highlights, block ids, and what GitHub needs.
OWN = re.compile(r"#\w|\[\[|\$|==|\s\^[\w-]+$|<!--|&(?:#\d+|amp|lt|gt);")
ESCAPE, CODE = re.compile(r"\\[^\w\s]"), re.compile(r"`[^`]*`")
PLACES = {
    "{}": ["p"],
    "# {}": ["h1"],
    "**Label** {}": ["p", "strong"],
    "Before\n\n{}\n\nAfter": ["p", "p", "p"],
    "Before · {} · after": ["p"],
}


def assert_only_text(source: str) -> None:
    escaped, visible = obsidian(source), plain(source)
    if not visible:
        assert escaped == ""
        return
    bare = ESCAPE.sub(".", escaped)
    assert not OWN.search(CODE.sub(".", bare)), escaped
    # Comments and templates are sought in the file as it is; code that begins so is run by a plug-in.
    assert not re.search("%%|<%", escaped) and not re.search(r"`\$?=", bare), escaped
    for place, tags in PLACES.items():
        page = Outline(place.format(escaped))
        assert [tag for tag in page.tags if tag != "code"] == tags, place
        assert page.addresses == [], place
        around = Outline(place.format("MIDDLE")).text
        assert page.text.split() == around.replace("MIDDLE", visible).split(), place


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_is_only_text(source: str) -> None:
    assert_only_text(source)


@FUZZ
@given(ANY_TEXT)
def test_and_so_is_any_text(source: str) -> None:
    assert_only_text(source)


@pytest.mark.parametrize(
    ("source", "escaped"),
    [
        ("R&D: Recall@10 by @ada, commit da39a3ee5e6b in GH-12, snake_case and 3 > 2", None),
        ("mAP@0.5 rose by 10% and 5^2 = 25; C. elegans (p = 0.05)!", None),
        ("*a* and [b](c) cost $5", r"\*a\* and \[b\](c) cost \$5"),
        ("#tag, ==this==, %%that%%, &lt; ^id", r"\#tag, \=\=this\=\=, %\%that%\%, \&lt; \^id"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("See https://a.example/x_y?z=1#b.", "See `https://a.example/x_y?z=1#b.`"),
        ("Ask ada@b.example!", "Ask `ada@b.example`!"),
        ("<% tp.x %>", r"\<\% tp.x %>"),
        ("> quoted", r"\> quoted"),
    ],
)
def test_only_what_would_mean_something_is_escaped(source: str, escaped: str | None) -> None:
    assert obsidian(source) == (source if escaped is None else escaped)
