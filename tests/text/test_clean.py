"""`plain` and `truncate`: one visible line, whatever comes in."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest import text
from tests.any_text import ANY_TEXT, FUZZ


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("  two\n\t lines\u2028and\u2029more\x85\xa0end\u3000", "two lines and more end"),
        ("e\u0301", "é"),
        (
            "zero\u200bwidth\ufeff soft\xadhyphen \u202ebidi\u202c\u2066\u2069",
            "zerowidth softhyphen bidi",
        ),
        ("\x1b[31mred\x1b[0m \x1b]0;t", "red ]0;t"),
        ("\x00\x07\x7f\x9f\ue000\ud800\ufdd0\uffff\U0010fffe\U000e0041x", "x"),
        ("👩‍🔬 🏳️‍🌈 ❤️ 1️⃣ 🇰🇷 👍🏽", "👩‍🔬 🏳️‍🌈 ❤️ 1️⃣ 🇰🇷 👍🏽"),
        ("a\u200db a\ufe0f 🤖\u200d x", "ab a 🤖 x"),
        ("می\u200cشود", "می\u200cشود"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        (" \u0301\u0301x", "x"),
        ("대규모 语言 تقييم", "대규모 语言 تقييم"),
        ("\u3164\u2800 \u115f", ""),
    ],
)
def test_plain(source: str, expected: str) -> None:
    assert text.plain(source) == expected


def test_a_flood_of_marks_becomes_a_few() -> None:
    assert text.plain("a" + "\u0335" * 20 + "b") == "a" + "\u0335" * 4 + "b"
    assert len(text.plain("a\u0301" + "\u0335\u0301\u0e49\u200d" * 20 + "b")) <= 6


def test_plain_knows_every_invisible_character() -> None:
    blank = "\u115f\u1160\u2800\u3164\uffa0\ufffc"  # fillers, and the place of a picture
    gone, kept = [*blank], []
    for code in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        if category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            gone.append(chr(code))
        elif category[0] in "LNPS" and chr(code) not in blank:
            kept.append(chr(code))
    assert set(text.plain("a".join(gone))) == {"a", " "}
    assert text.plain(" ".join(kept)) == unicodedata.normalize("NFC", " ".join(kept))


@FUZZ
@given(ANY_TEXT)
@example("\u0301\u200c\u0628")
def test_plain_is_one_stripped_line_and_stable(source: str) -> None:
    line = text.plain(source)
    assert line == " ".join(line.split())
    assert unicodedata.is_normalized("NFC", line)
    assert text.plain(line) == line


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
