import pytest

from digest.text import hypertext, markdown

PAGE = """# A day

| a | b |
|---|:-:|
| 1 | 2 |

<a id="vision"></a>

1. **[One](https://example.org/1)**<br>
   <sub>[Card](2026-01-07/vision.md#x) · ![chart](2026-01-07.svg)</sub>

<details><summary>More</summary>

Text.

</details>
"""


def test_a_page_keeps_its_structure_and_its_links_are_led_elsewhere() -> None:
    html = hypertext(PAGE, lambda at: at.replace(".md", ".html"))
    assert '<a id="vision"' in html
    assert '<a href="2026-01-07/vision.html#x" rel="noopener">Card</a>' in html
    assert '<img src="2026-01-07.svg" alt="chart">' in html
    assert '<td style="text-align:center">2</td>' in html
    assert "<details><summary>More</summary>" in html
    assert "<h1>A day</h1>" in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<svg onload=alert(1)>",
        "<iframe src=https://example.org></iframe>",
        '<a href="jav&#x09;ascript:alert(1)">x</a>',
        "<style>body{display:none}</style>",
        "<form action=https://example.org><input name=a></form>",
        '<p style="position:fixed">x</p>',
    ],
)
def test_nothing_hostile_survives(hostile: str) -> None:
    html = hypertext(hostile).casefold()
    assert not any(f"<{tag}" in html for tag in ("script", "svg", "iframe", "style", "form", "input"))
    assert not any(word in html for word in ("onerror=", "onload=", 'href="j', 'href="d', "style="))


@pytest.mark.parametrize("text", ["<b>bold</b> & [link](x) *no* $x_1$", "@name #12 | a ~ b", "1. not a list"])
def test_escaped_text_reads_as_it_was(text: str) -> None:
    import html as escapes
    import re

    shown = escapes.unescape(re.sub(r"<[^>]*>", "", hypertext(markdown(text))))
    assert shown.strip() == text


def test_an_address_that_leads_nowhere_is_taken_away() -> None:
    assert hypertext("[x](gone.md)", lambda _: "") == '<p><a rel="noopener">x</a></p>\n'


def test_a_row_of_bars_keeps_its_numbers() -> None:
    assert '<span title="1, 2">▁▂</span>' in hypertext('| a |\n|---|\n| <span title="1, 2">▁▂</span> |\n')
