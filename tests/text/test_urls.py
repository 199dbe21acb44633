"""Links in paper text: which are safe, and which is the code."""

from __future__ import annotations

import pytest

from digest import text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://arxiv.org/abs/2606.28729", "https://arxiv.org/abs/2606.28729"),
        ("  HTTP://Example.ORG:80/A?b=1&c=2#d \n", "http://example.org/A?b=1&c=2#d"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        (
            "https://e.example/a (b)[c]<d>\"'`|\\$*{}",
            "https://e.example/a%20%28b%29%5Bc%5D%3Cd%3E%22%27%60%7C%5C%24%2A%7B%7D",
        ),
        ("https://e.example/100%/%41", "https://e.example/100%25/%41"),
        ("https://e.example/é", "https://e.example/%C3%A9"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://doi.org/10.1/x;y@z~w", "https://doi.org/10.1/x;y@z~w"),
        ("https://e.example/#a#b", "https://e.example/#a%23b"),
    ],
)
def test_safe_url(url: str, expected: str) -> None:
    assert text.safe_url(url) == expected
    assert text.safe_url(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//e.example/",
        "/path",
        "https:",
        "https://",
        "https:///x",
        "https://user:pw@e.example/",
        "https://user@e.example/",
        "https://good.example\\@evil.example/",
        "https://e.example\\x",
        "https://e.example:99999/",
        "https://e.example:x/",
        "https://[::1",
        "https://[::1]/",
        "https://e..example/",
        "https://-e.example/",
        "https://e .example/",
        "https://e.example/a\x00b",
        "java\nscript:alert(1)",
        "https://e.example/a\nb",
        "https://faß.example/",
        "https://e.example/" + "a" * 2000,
        "https://" + "a" * 64 + ".example/",
        "https://e.example/\ud800",
        "ftp://e.example/",
    ],
)
def test_unsafe_urls_are_refused(url: str) -> None:
    assert text.safe_url(url) is None
    with pytest.raises(ValueError, match="not a safe"):
        text.link("label", url)


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
        (
            "https://huggingface.co/datasets/owner/name",
            "https://huggingface.co/datasets/owner/name",
        ),
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
