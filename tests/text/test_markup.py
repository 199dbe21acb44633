"""Escaping, against GitHub's own Markdown parser: hostile and arbitrary text is only ever text."""

from __future__ import annotations

import importlib.util
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given

from digest import text
from tests.any_text import ANY_TEXT, FUZZ, HOSTILE

EXTENSIONS = ["table", "strikethrough", "autolink", "tagfilter", "tasklist"]
FLAGS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "standins"
STANDINS = Path(os.environ.get("STANDINS", _BESIDE))


class Page(HTMLParser):
    """The elements (with where links lead) and the text of rendered Markdown, by node."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.nodes = [""]
        self.feed(cmarkgfm.markdown_to_html_with_extensions(markdown, FLAGS, EXTENSIONS))
        self.close()
        self.text = "".join(self.nodes)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.nodes.append("")
        if tag == "span":  # around a dollar sign; allowed anywhere
            assert not attrs
            return
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        self.nodes.append("")

    def handle_comment(self, data: str) -> None:
        assert data == " "
        self.nodes.append("")

    def handle_data(self, data: str) -> None:
        self.nodes[-1] += data


# What GitHub links by itself in the text of a finished page, node by node.
_GITHUB_LINKS = re.compile(
    r"@\w|#\d|\b(?:GH-\d|CVE-\d|GHSA-\w{4}-)|\w://|\bwww\.|:[a-z0-9_+-]+:|\$[^$]+\$"
    r"|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b"
)

_PLACES = {
    "paragraph": ("{}", ["p"]),
    "after words": ("Words {} and words", ["p"]),
    "second line": ("Words\n{}", ["p"]),
    "behind a sign": ("_b {}", ["p"]),
    "before a sign": ("{} b_", ["p"]),
    "list item": ("- {}", ["ul", "li"]),
    "numbered item": ("1. {}", ["ol", "li"]),
    "heading": ("## {}", ["h2"]),
    "quote": ("> {}", ["blockquote", "p"]),
    "strong": ("**Label:** {}", ["p", "strong"]),
    "table cell": (
        "| a | b |\n|---|---|\n| {} | c |",
        ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"],
    ),
    "summary": (
        "<details><summary>{}</summary>\n\nx\n\n</details>",
        ["details", "summary", "p"],
    ),
}


def assert_only_text(source: str) -> None:
    escaped = text.markdown(source)
    visible = text.plain(source)
    assert "\n" not in escaped
    if not visible:
        assert escaped == ""
        return
    for name, (place, tags) in _PLACES.items():
        page = Page(place.format(escaped))
        assert page.tags == tags, name
        assert page.links == [], name
        around = Page(place.format("MIDDLE")).text
        assert page.text.split() == around.replace("MIDDLE", visible).split(), name
        assert not [node for node in page.nodes if _GITHUB_LINKS.search(node)], name
    page = Page(text.link(source, "https://example.org/a?b=1&copy;=2") + "[next](https://n.example)")
    assert page.tags == ["p", "a", "a"]
    assert page.links == ["https://example.org/a?b=1&copy;=2", "https://n.example"]
    assert page.text.strip() == visible + "next"
    page = Page(escaped + "[next](https://n.example)")
    assert page.tags == ["p", "a"]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_is_only_text_in_markdown(source: str) -> None:
    assert_only_text(source)
    assert_only_text(text.delatex(source))


@FUZZ
@given(ANY_TEXT)
@example("_a_\u0301")
@example("a\n===\n")
def test_any_text_is_only_text_in_markdown(source: str) -> None:
    assert_only_text(source)


def test_the_hostile_records_of_the_local_arxiv_are_only_text() -> None:
    path = STANDINS / "nasty_papers.py"
    if not path.is_file():
        pytest.skip("the hostile records are not here")
    spec = importlib.util.spec_from_file_location("nasty_papers", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    records = module.nasty_records("2026-03-02", None)
    assert len(records) >= 12
    for record in records:
        for value in (record["title"], record["abstract"], *record["authors"][:3]):
            assert_only_text(text.delatex(value)[:2000])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("snake_case and x_1", "snake_case and x_1"),
        ("plain words, (1998) - 3.5% = fine!?", "plain words, (1998) - 3.5% = fine!?"),
        ("3.5 points", "3.5 points"),
        ("1. point", "1&#46; point"),
        ("a*b", "a&#42;b"),
        ("@user", "@<!-- -->user"),
        ("#12", "#<!-- -->12"),
        ("high-quality, high-4 and a GH-index", "high-quality, high-4 and a GH-index"),
        ("GH-12 (gh-12)", "GH-<!-- -->12 (gh-<!-- -->12)"),
        ("CVE-2026-1234 and CVE-like", "CVE-<!-- -->2026-1234 and CVE-like"),
        ("GHSA-x2x3-y4y5-z6z7 and GHSA-ids", "GHSA-<!-- -->x2x3-y4y5-z6z7 and GHSA-ids"),
        ("C# code", "C&#35; code"),
        ("$5", "<span>&#36;</span>5"),
        ("ratio 1:2", "ratio 1:2"),
        ("<b> & co", "&lt;b&gt; &amp; co"),
        ("two\nlines", "two lines"),
        ("", ""),
    ],
)
def test_markdown_stays_readable(source: str, expected: str) -> None:
    assert text.markdown(source) == expected


@FUZZ
@given(ANY_TEXT)
def test_html_shows_the_plain_text(source: str) -> None:
    class Element(HTMLParser):
        seen = ""
        value: str | None = None

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag == "i"
            self.value = dict(attrs)["title"]

        def handle_data(self, data: str) -> None:
            self.seen += data

    element = Element()
    element.feed(f'<i title="{text.html(source)}">{text.html(source)}</i>')
    element.close()
    assert element.seen == text.plain(source) == element.value


@FUZZ
@given(ANY_TEXT, ANY_TEXT)
def test_a_safe_url_is_one_link_to_itself(label: str, rest: str) -> None:
    url = text.safe_url("https://e.example/" + rest)
    if url is None:
        return
    assert re.fullmatch(r"https://e\.example/[A-Za-z0-9/:@!,;=+~._%?&#-]*", url)
    assert text.safe_url(url) == url
    for place, tags in (("{}", ["p", "a"]), ("| a |\n|---|\n| {} |", None)):
        page = Page(place.format(text.link(label, url)))
        assert page.links == [url]
        assert tags is None or page.tags == tags
