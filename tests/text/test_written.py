import pytest

from digest.text import fault, in_language, tidy


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A <b>bold</b> claim <!-- note -->", "A bold claim"),
        ("See [the page](https://evil.example/x) and ![pic](http://a.b/c.png).", "See the page and pic."),
        ("Go to https://evil.example/?q=1 now, or www.evil.example", "Go to now, or"),
        ("javascript:alert(1) is gone", "is gone"),
        ("zero\u200bwidth \u202eand\u202c bidi\x07", "zerowidth and bidi"),
        ("<script>alert(1)</script>Done", "alert(1) Done"),
        ("p < 0.05 and a > b stay", "p < 0.05 and a > b stay"),
        ("<<b>script>x", "< script>x"),
    ],
)
def test_tidy_takes_away_links_and_markup(text: str, left: str) -> None:
    assert tidy(text) == left


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("A plain sentence on GPT-4 with α and 3.5 %.", "en", ""),
        ("새로운 RAG 방법을 제안하며 정확도를 3.5 % 높인다.", "ko", ""),
        ("새로운 方法을 제안한다.", "ko", "script"),
        ("새로운 метод을 제안한다.", "ko", "script"),
        ("It handles the word 语 and others in a long enough sentence.", "en", ""),
        ("这是一个完全不同的句子 in English", "en", "script"),
        ("この方法は新しい。", "ja", ""),
        ("Это русский текст.", "ru", ""),
        ("See https://evil.example.", "en", "address"),
        ("[a](b)", "en", "address"),
        ("<img src=x>", "en", "markup"),
        ("good good good good good good", "en", "repeats"),
        ("we show that it works. " * 4, "en", "repeats"),
        ("........................", "en", "repeats"),
        ("?!?!?!?!?!?!?!?!", "en", "repeats"),
        ("aaaaaaaaaaaaaaaaaaa", "en", "repeats"),
        ("10000000000 numbers are fine, and so is 3.14159265.", "en", ""),
    ],
)
def test_fault_names_what_is_unfit(text: str, language: str, reason: str) -> None:
    assert fault(text, language) == reason


def test_a_text_is_in_its_language_by_its_letters() -> None:
    assert in_language("RAG로 GPT-4를 개선한다", "ko") and in_language("2.5 %", "ko")
    assert not in_language("It stays English", "ko")
    assert in_language("It stays English", "en") and not in_language("한국어다", "en")
