"""Arbitrary text for property tests, and hostile text that a parser may take for something else."""

from hypothesis import settings
from hypothesis import strategies as st

FUZZ = settings(max_examples=400, derandomize=True, deadline=None)

HOSTILE = [
    "<script>alert('x')</script><img src=x onerror=alert(1)> </summary></details> </td> <!-- open",
    "[Read me](javascript:alert(1)) ![pixel](https://evil.example/p) | a | b | `tick` **bold**",
    "# Heading\n\n| col | col |\n|---|---|\n| x | y |\n\n```sh\nrm\n```\n> quote\n\n- [ ] item",
    "[x]: https://evil.example 'title'\n\n[x] [^1]\n\n[^1]: note",
    "@octocat mailto:a@b.example xmpp:a@b.example/c www.evil.example http://e.example ftp://e.example",
    "#123 GH-123 own/name#5 CVE-2024-1 da39a3ee5e6b4b0d3255bfef95601890afd80709 da39a3e :tada:",
    "costs $5 and $6, $`x`$ $$y$$ ~~gone~~ ~gone~ __init__ *_both_* **a*b** snake_case _x_y_",
    "&lt;b&gt; &amp;amp; &#35; &copy; &nosuch; &", "1. one", "2) two", "- x", "+ x", "* x", "= x",
    "===", "---", "***", "___", ":-", ":--|", "-", "1.", "> x", "~~~", "```", "    code", "\tcode",
    "a\\", "\\", "a!", "!", "!!!", "|", "a | b", "-- | --", "trailing #", "##", "[ ] task",
    "[x] task", "<", "<a", "</", "<!", "<?", "`", "``a`", "``", "$", "$$",
    "{{ 7*7 }} {% x %} ${{ secrets.T }} $(id) %s", "=HYPERLINK(\"https://e.example\",\"x\")",
    "R\u202e\u2066 zero\u200bwidth\ufeff \x00\x07\x1b[31mred\x1b[0m\u2028\u2029\x85 soft\xadhyphen",
    "@", "a@", "@a", "a@b", "www.", "http://", "://", "WWW.E.example", "HTTPS://E.example", ":a:",
    ":a", "Emoji 🤖👩‍🔬🏳️‍🌈 1️⃣ ❤️ Ẑ̵̛a̸l̷g̶o̴ 🇰🇷 대규모 语言 تقييم",
]  # fmt: skip

# Letters that mean something to a parser come up often; anything else comes up too.
_TRICKY = st.text(st.sampled_from(list("ab1 _*`~|<>[]()!#$&;:@.-+=\\/\"'\n\twh{}^%,é\u200d\u0301")))
_PIECES = st.sampled_from([
    "http://", "https://a.b", "www.", "a@b.co", "mailto:", "xmpp:", "&lt;", "&#35;", "<b>", "</b>",
    "<!--", "-->", "](", "![", "[^1]", "[ ]", "]: ", "**", "__", "~~", "```", "$$", "#1", "@me",
    ":x:", "1. ", "- ", "---", "|", "\n\n", "    ", "\\", "\\[", "GH-1", "abcdef12", "\ufe0f", "❤",
    "क\u200dष",
])  # fmt: skip
ANY_TEXT = st.one_of(st.text(), _TRICKY, st.lists(st.one_of(_PIECES, _TRICKY), max_size=6).map("".join))
