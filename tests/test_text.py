"""Cleaning and escaping: tables of cases, and arbitrary text against GitHub's own Markdown parser."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest import text

FUZZ = settings(max_examples=400, derandomize=True, deadline=None)
EXTENSIONS = ["table", "strikethrough", "autolink", "tagfilter", "tasklist"]
FLAGS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES

HOSTILE = [
    "<script>alert('x')</script><img src=x onerror=alert(1)> </summary></details> </td> <!-- open",
    "[Read me](javascript:alert(1)) ![pixel](https://evil.example/p.png) | a | b | `tick` **bold**",
    "# Heading\n\n| col | col |\n|---|---|\n| x | y |\n\n```sh\nrm -rf ~\n```\n> quote\n\n- [ ] item",
    "[x]: https://evil.example 'title'\n\n[x] [^1]\n\n[^1]: note",
    "@octocat mailto:a@b.example xmpp:a@b.example/c www.evil.example http://e.example ftp://e.example",
    "#123 GH-123 owner/name#5 CVE-2024-12345 da39a3ee5e6b4b0d3255bfef95601890afd80709 da39a3e :smile:",
    "costs $5 and $6, $`x`$ $$y$$ ~~gone~~ ~gone~ __init__ *_both_* **a*b** snake_case _x_y_",
    "&lt;b&gt; &amp;amp; &#35; &copy; &nosuch; &",
    "1. one", "2) two", "- x", "+ x", "* x", "= x", "===", "---", "***", "___", ":-", ":--|", "-", "1.",
    "> x", "~~~", "```", "    code", "\tcode", "a\\", "\\", "a!", "!", "!!!", "|", "a | b", "-- | --",
    "trailing #", "##", "[ ] task", "[x] task", "<", "<a", "</", "<!", "<?", "`", "``a`", "``", "$", "$$",
    "{{ 7*7 }} {% x %} ${{ secrets.T }} $(id) %s", "=HYPERLINK(\"https://e.example\",\"x\")",
    "Right\u202e\u2066 zero\u200bwidth\ufeff \x00\x07\x1b[31mred\x1b[0m\u2028\u2029\x85 soft\xadhyphen",
    "@", "a@", "@a", "a@b", "www.", "http://", "://", "WWW.E.example", "HTTPS://E.example", ":a:", ":a",
    "Emoji 🤖👩‍🔬🏳️‍🌈 1️⃣ ❤️ Ẑ̵̛a̸l̷g̶o̴ 🇰🇷 대규모 语言 تقييم",
]  # fmt: skip

# Letters that mean something to a parser come up often; anything else comes up too.
_TRICKY = st.text(st.sampled_from(list("ab1 _*`~|<>[]()!#$&;:@.-+=\\/\"'\n\twh{}^%,é\u200d\u0301")))
_PIECES = st.sampled_from([
    "http://", "https://a.b", "www.", "a@b.co", "mailto:", "xmpp:", "&lt;", "&#35;", "<b>", "</b>",
    "<!--", "-->", "](", "![", "[^1]", "[ ]", "]: ", "**", "__", "~~", "```", "$$", "#1", "@me", ":x:",
    "1. ", "- ", "---", "|", "\n\n", "    ", "\\", "\\[", "GH-1", "abcdef12", "\ufe0f", "❤", "क\u200dष",
])  # fmt: skip
ANY_TEXT = st.one_of(
    st.text(), _TRICKY, st.lists(st.one_of(_PIECES, _TRICKY), max_size=6).map("".join)
)


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
    r"@\w|#\d|\b(?:GH|CVE|GHSA)-\w|\w://|\bwww\.|:[a-z0-9_+-]+:|\$[^$]+\$"
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
    beside = Path(__file__).resolve().parents[2] / "shared" / "standins"
    path = Path(os.environ.get("DIGEST_STANDINS", beside)) / "nasty_papers.py"
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


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("  two\n\t lines\u2028and\u2029more\x85\xa0end\u3000", "two lines and more end"),
        ("e\u0301", "é"),
        ("zero\u200bwidth\ufeff soft\xadhyphen \u202ebidi\u202c\u2066\u2069", "zerowidth softhyphen bidi"),
        ("\x1b[31mred\x1b[0m \x1b]0;t", "red ]0;t"),
        ("\x00\x07\x7f\x9f\ue000\ud800\ufdd0\uffff\U0010fffe\U000e0041x", "x"),
        ("👩‍🔬 🏳️‍🌈 ❤️ 1️⃣ 🇰🇷 👍🏽", "👩‍🔬 🏳️‍🌈 ❤️ 1️⃣ 🇰🇷 👍🏽"),
        ("a\u200db a\ufe0f 🤖\u200d x", "ab a 🤖 x"),
        ("می\u200cشود", "می\u200cشود"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("a" + "\u0335\u0301" * 20 + "b", "á" + "\u0335\u0335\u0335\u0335" + "b"),
        (" \u0301\u0301x", "x"),
        ("대규모 语言 تقييم", "대규모 语言 تقييم"),
        ("\u3164\u2800 \u115f", ""),
    ],
)
def test_plain(source: str, expected: str) -> None:
    if "\u0335" in source:
        assert len(text.plain(source)) <= 6  # the letter, four marks, the next letter
    else:
        assert text.plain(source) == expected


def test_plain_leaves_no_invisible_character() -> None:
    blank = "\u115f\u1160\u3164\uffa0\ufffc"  # fillers, and the place of a picture
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        kept = text.plain(f"a{character}b")[1:-1]
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            assert kept in ("", " "), hex(code)
        elif unicodedata.category(character)[0] in "LNPS" and character not in blank:
            assert kept, hex(code)


@FUZZ
@given(ANY_TEXT)
@example("\u0301\u200c\u0628")
def test_plain_is_one_stripped_line_and_stable(source: str) -> None:
    line = text.plain(source)
    assert line == " ".join(line.split())
    assert unicodedata.is_normalized("NFC", line)
    assert text.plain(line) == line


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # accents and letters
        (r"Erd\H{o}s--R\'enyi", "Erdős–Rényi"),
        (r"\v{S}imi\'c, \AA ngstr\"om, \L{}ukasz, na\"{\i}ve, Fran\c cois, {\o}re", "Šimić, Ångström, Łukasz, naïve, François, øre"),
        (r"it\'s \"quoted\" here", "it's \"quoted\" here"),
        # fonts
        (r"\emph{x} \textbf{y \textit{z}} {\em w} {\bf v}", "x y z w v"),
        (r"\textcolor{red}{warm} \href{https://e.example}{text} \url{https://e.example/a\_b}", "warm text https://e.example/a_b"),
        (r"{\color{blue}{https://e.example/x}}", "https://e.example/x"),
        # mathematics
        (r"$\mathcal{O}(n \log n)$ bounds for $\ell_0$", "O(n log n) bounds for ℓ₀"),
        (r"$f\colon \mathbb{R}^d \to \mathbb{R}$, $\|x\|_2 \leq \epsilon$", "f: ℝᵈ → ℝ, ‖x‖₂ ≤ ε"),
        (r"a\leq b, $2\times$, $x \in X$", "a ≤ b, 2×, x ∈ X"),
        (r"$x^2$ $x_{ij}$ $10^{-4}$ $x^{1/2}$ $x_{i<j}$ $x_{max}$ $90^\circ$ CO$_2$", "x² xᵢⱼ 10⁻⁴ x^(1/2) x_(i<j) x_max 90° CO₂"),
        (r"$\tilde{O}(\sqrt{d/n})$ $\frac{1}{2}$ $\frac{a+b}{c}$ $\binom{n}{k}$", "Õ(√(d/n)) 1/2 (a+b)/c (n choose k)"),
        (r"\(x\) \[y\] $$\nabla_\theta < 0 \& > 1$$", "x y ∇_θ < 0 & > 1"),
        (r"$\Delta t = \alpha x$, $\left( a \right.$", "Δt = αx, ( a"),
        ("$a<b$ holds, p < 0.05 and c > d", "a<b holds, p < 0.05 and c > d"),
        # money, sets and templates are not mathematics
        ("a lone $5", "a lone $5"),
        ("US$ 5 and $6 million", "US$ 5 and $6 million"),
        ("$5-$6, $7/$8 and from $50,000 to $500 a year", "$5-$6, $7/$8 and from $50,000 to $500 a year"),
        (r"100\% of \$5 \& \#1 a\_b \{x\}", "100% of $5 & #1 a_b {x}"),
        ("{-1, 0, 1} and {{ 7*7 }}", "{-1, 0, 1} and {{ 7*7 }}"),
        ("in 5 steps ($>$5 is more), 1{,}890 times", "in 5 steps (>5 is more), 1,890 times"),
        # typography
        ("``quoted'' `single' it's", "“quoted” ‘single’ it's"),
        ("a---b, c--d, e -- f, --flag, ----", "a—b, c–d, e – f, --flag, ----"),
        ("Fig.~3, ~5 ms, 5~10 and http://x.example/~me/a--b", "Fig. 3, ~5 ms, 5~10 and http://x.example/~me/a--b"),
        (r"\unicode{x2014}", "—"),
        # what has no meaning here
        (r"as in~\cite{a,b}. And (\citep[p.~5]{x}), see \ref{f}.", "as in. And, see."),
        (r"\begin{equation} a \end{equation} \input{/etc/passwd} b", "a b"),
        # unknown commands leave their words
        (r"\ourmodel is \mycmd{good}, \ie better", "ourmodel is good, i.e. better"),
        # unbalanced
        (r"\textbf{bold without end", "{bold without end"),
        ("$x without end", "$x without end"),
        ("a } b { c", "a } b { c"),
        ("end\\", "end"),
        ("C:\nx", "C: x"),
        ("", ""),
    ],
)  # fmt: skip
def test_delatex(source: str, expected: str) -> None:
    assert text.delatex(source) == expected


_LATEX = st.lists(
    st.sampled_from(
        r"\ { } [ ] $ $$ ^ _ ~ \( \) \[ \] \textbf \emph \frac \sqrt \cite \href \begin \alpha \leq"
        r" \' \" \^ \~ \c \v \H \hat \mathbb \unicode \left \left. \foo \\ - -- ` `` ' '' . , x ab 1 %"
        r" \deg \log https://e.example/a_b \pmod \binom \footnote x10ffff xd800".split()
        + [" ", "\n", "\x00"]
    ),
    max_size=25,
).map("".join)


@FUZZ
@given(st.one_of(_LATEX, ANY_TEXT))
def test_delatex_takes_anything(source: str) -> None:
    line = text.delatex(source)
    assert line == text.plain(line)


@FUZZ
@given(st.lists(st.one_of(st.just("word"), _LATEX), max_size=8))
def test_delatex_keeps_plain_words(pieces: list[str]) -> None:
    """Words between spaces survive, whatever brackets and signs stand around them."""
    source = " ".join(
        piece if piece == "word" else re.sub(r"\\[A-Za-z]+|\\.", "", piece) for piece in pieces
    )
    assert text.delatex(source).count("word") >= source.split().count("word")


@pytest.mark.parametrize(
    "source",
    ["{" * 50_000 + "}" * 50_000, "$ a" * 20_000, "$$ a" * 20_000, "\\(" * 30_000, "\\frac" * 20_000,
     "\\'" * 30_000, "^{" * 30_000, "\\ " * 30_000, "`" * 60_000, "-" * 60_000, "(" * 60_000,
     "\\textbf{" * 20_000, "[" * 60_000, "\\cite[" * 20_000, " " * 60_000 + "\\cite{x}"],
    ids=range(15),
)  # fmt: skip
def test_long_hostile_sources_end(source: str) -> None:
    line = text.delatex(source)
    assert text.markdown(line) == "" or text.markdown(line)


@pytest.mark.parametrize(
    ("source", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("one two three four", 12, "one two…"),
        ("one two, three four", 10, "one two…"),
        ("internationalisation", 8, "interna…"),
        ("评估大型语言模型的推理能力", 6, "评估大型语…"),
        ("x\u0335\u0301y", 3, "…"),
        ("  a   b  ", 3, "a b"),
    ],
)
def test_truncate(source: str, limit: int, expected: str) -> None:
    assert text.truncate(source, limit) == expected


@FUZZ
@given(ANY_TEXT, st.integers(1, 40))
def test_truncate_keeps_the_limit(source: str, limit: int) -> None:
    line = text.truncate(source, limit)
    assert len(line) <= limit
    assert line == text.plain(source) or text.plain(source).startswith(line.removesuffix("…"))


def test_truncate_refuses_an_ellipsis_without_room() -> None:
    with pytest.raises(ValueError, match="no room"):
        text.truncate("words", 2, "...")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://arxiv.org/abs/2606.28729", "https://arxiv.org/abs/2606.28729"),
        ("  HTTP://Example.ORG:80/A?b=1&c=2#d ", "http://example.org/A?b=1&c=2#d"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://e.example/a (b)[c]<d>\"'`|\\$*{}", "https://e.example/a%20%28b%29%5Bc%5D%3Cd%3E%22%27%60%7C%5C%24%2A%7B%7D"),
        ("https://e.example/100%/%41", "https://e.example/100%25/%41"),
        ("https://e.example/é", "https://e.example/%C3%A9"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://doi.org/10.1/x;y@z~w", "https://doi.org/10.1/x;y@z~w"),
        ("https://e.example/#a#b", "https://e.example/#a%23b"),
    ],
)  # fmt: skip
def test_safe_url(url: str, expected: str) -> None:
    assert text.safe_url(url) == expected
    assert text.safe_url(expected) == expected


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//e.example/",
     "/path", "https:", "https://", "https:///x", "https://user:pw@e.example/", "https://user@e.example/",
     "https://good.example\\@evil.example/", "https://e.example\\x", "https://e.example:99999/",
     "https://e.example:x/", "https://[::1", "https://[::1]/", "https://e..example/", "https://-e.example/",
     "https://e .example/", "https://e.example/\n", "https://e.example/a\x00b", "java\nscript:alert(1)",
     "https://e.example/a\nb", "https://faß.example/", "https://e.example/" + "a" * 2000,
     "https://" + "a" * 64 + ".example/", "https://e.example/\ud800", "ftp://e.example/"],
)  # fmt: skip
def test_unsafe_urls_are_refused(url: str) -> None:
    if url == "https://e.example/\n":
        assert text.safe_url(url) == "https://e.example/"  # white space around it is no harm
        return
    assert text.safe_url(url) is None
    with pytest.raises(ValueError, match="not a safe"):
        text.link("label", url)


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


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Code: https://github.com/owner/name.", "https://github.com/owner/name"),
        ("(github.com/owner/name)", "https://github.com/owner/name"),
        (r"\url{http://www.GitHub.com/owner/na\_me.git}.", "https://github.com/owner/na_me"),
        ("athttps://github.com/owner/name.git. More", "https://github.com/owner/name"),
        ("https: //github.com/owner/name", "https://github.com/owner/name"),
        (r"{\href{https://github.com/owner/name}{here}}", "https://github.com/owner/name"),
        ("https://github.com/owner/name/tree/main/x?y#z", "https://github.com/owner/name"),
        ("https://huggingface.co/owner/name-7B", "https://huggingface.co/owner/name-7B"),
        ("https://huggingface.co/datasets/owner/name", "https://huggingface.co/datasets/owner/name"),
        ("gitlab.com/owner/name, or github.com/a/b", "https://gitlab.com/owner/name"),
        ("https://bitbucket.org/a/b https://codeberg.org/c/d", "https://bitbucket.org/a/b"),
        ("https://github.com/topics/ai then https://github.com/a/b", "https://github.com/a/b"),
        ("https://github.com/owner", None),
        ("https://github.com/owner/..", None),
        ("https://huggingface.co/papers/2606.28729", None),
        ("https://gist.github.com/a/b https://github.com.evil.example/a/b", None),
        ("https://evil.example/github.com/a/b and user@github.com/a/b", None),
        ("https://github.com/<script>/x https://github.com/%2e/x", None),
        ("no code", None),
    ],
)
def test_repository_url(source: str, expected: str | None) -> None:
    assert text.repository_url(source) == expected
    if expected:
        assert text.safe_url(expected) == expected


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
