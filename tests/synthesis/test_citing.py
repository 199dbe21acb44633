import pytest

from digest.providers.base import Citation, Grounded
from digest.synthesis.citing import cited

IDS = {"arxiv:1", "arxiv:2", "stat:vision"}


def answer(text: str, *quoted: tuple[str, tuple[str, ...]], shift: int = 0) -> Grounded:
    """A text with a citation for each quoted part of it, `shift` characters off."""
    places = [(text.index(part) + shift, part, ids) for part, ids in quoted]
    return Grounded(text, tuple(Citation(at, at + len(part), part, ids) for at, part, ids in places))


def test_sentences_without_a_citation_are_dropped_and_counted() -> None:
    text = "Two papers shrink models. This is of great importance. Counts e.g. of figures rose by 3.5 today."
    parts = (("shrink models", ("arxiv:1", "arxiv:2")), ("rose by 3.5", ("stat:vision",)))
    found = cited(answer(text, *parts), IDS, "en")
    assert [s.text for s in found.sentences] == [
        "Two papers shrink models.",
        "Counts e.g. of figures rose by 3.5 today.",
    ]
    assert [s.cites for s in found.sentences] == [("arxiv:1", "arxiv:2"), ("stat:vision",)]
    assert (found.written, found.fault) == (3, "")


@pytest.mark.parametrize("shift", [1, -1, 40, 10_000])
def test_a_citation_with_wrong_offsets_backs_nothing(shift: int) -> None:
    text = "One paper shrinks models. Another one grows."
    found = cited(answer(text, ("models", ("arxiv:1",)), shift=shift), IDS, "en")
    assert not found.sentences and found.fault


def test_unknown_ids_back_nothing_and_are_never_printed() -> None:
    text = "It cites a stranger here. It cites a friend and a stranger."
    parts = (("cites a stranger", ("arxiv:9",)), ("friend and", ("https://evil.example", "arxiv:2")))
    found = cited(answer(text, *parts), IDS, "en")
    assert [s.cites for s in found.sentences] == [("arxiv:2",)]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Read more at https://evil.example now.", "address"),
        ("It is [good](http://evil.example) work.", "address"),
        ("It is <b onclick=x>good</b> work.", "markup"),
        ("모델을 줄이는 새로운 方法이다.", "script"),
        ("Good good good good good good.", "repeats"),
    ],
)
def test_one_unfit_sentence_spoils_the_answer(sentence: str, reason: str) -> None:
    text = f"{sentence} Two papers shrink models."
    language = "ko" if reason == "script" else "en"
    found = cited(answer(text, (sentence, ("arxiv:1",)), ("shrink", ("arxiv:2",))), IDS, language)
    assert (found.sentences, found.fault) == ((), reason)


def test_marks_say_what_a_sentence_tells() -> None:
    text = (
        "THEMES: Both shrink models.\n**RESULTS:** One gains 3 points. It holds on two sets.\n"
        "- WATCH: Scale is open."
    )
    parts = [(part, ("arxiv:1",)) for part in ("Both shrink", "gains 3", "holds on", "is open")]
    found = cited(answer(text, *parts), IDS, "en")
    assert [(s.aspect, s.text) for s in found.sentences] == [
        ("themes", "Both shrink models."),
        ("results", "One gains 3 points."),
        ("results", "It holds on two sets."),
        ("watch", "Scale is open."),
    ]


@pytest.mark.parametrize("text", ["", "  \n ", "...", "No citation at all."])
def test_an_answer_that_backs_nothing_is_unusable(text: str) -> None:
    assert cited(Grounded(text, ()), IDS, "en").fault


def test_offsets_count_characters_of_any_script() -> None:
    text = "두 논문이 모델을 줄인다. 근거 없는 문장이다. 수치가 올랐다🤖."
    found = cited(answer(text, ("모델을 줄인다", ("arxiv:1",)), ("올랐다🤖", ("stat:vision",))), IDS, "ko")
    assert [s.text for s in found.sentences] == ["두 논문이 모델을 줄인다.", "수치가 올랐다🤖."]
