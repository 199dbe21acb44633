import pytest

from digest.interests.words import named_in, same_person, spaced
from tests.invented import paper


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Lovelace", "ada  LOVELACE"),
        ("Ada Lovelace", "Lovelace, Ada"),
        ("Ada Lovelace", "Ada K. Lovelace"),
        ("Ada K. Lovelace", "Ada King Lovelace"),
        ("José Müller", "Jose Muller"),
        ("Jos{\\'e} M{\\\"u}ller", "José Müller"),
        ("Jean-Pierre Serre", "Jean Pierre Serre"),
        ("Bo Madeup Jr.", "Bo Madeup"),
        ("Bo Madeup (University of Nowhere)", "Bo Madeup"),
        ("J. Smith", "J Smith"),
        ("J. Q. Smith", "J. Smith"),
        ("김철수", "김철수"),
        ("Plato", "Plato"),
    ],
)
def test_the_same_person(one: str, other: str) -> None:
    assert same_person(one, other) and same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J. Smith", "John Smith"),
        ("John Smith", "Jane Smith"),
        ("Smith", "John Smith"),
        ("John Q. Smith", "John R. Smith"),
        ("John Quincy Smith", "John Quentin Smith"),
        ("John Smith", "John Smithson"),
        ("Ada Lovelace", "Lovelace Ada"),
        ("", ""),
        ("...", "John Smith"),
    ],
)
def test_somebody_else(one: str, other: str) -> None:
    assert not same_person(one, other) and not same_person(other, one)


def test_keywords_are_whole_words_and_phrases_in_any_case() -> None:
    found = paper(1, title="Low-Resource {S}peech with GPT-4", abstract="We use diffusion\nmodels and C++.")
    words = [
        "low resource speech",
        "gpt-4",
        "GPT",
        "diffusion models",
        "c++",
        "diffusion model",
        "fusion",
        "C",
        "?",
    ]
    assert named_in(words, found) == [
        ("low resource speech", True),
        ("gpt-4", True),
        ("GPT", True),
        ("diffusion models", False),
        ("c++", False),
    ]
    assert named_in([], found) == []


def test_a_keyword_may_have_regular_expressions_and_other_scripts_in_it() -> None:
    assert named_in([".*", "(a+)+$", "언어 모델"], paper(1, title="언어 모델", abstract="a" * 50)) == [
        ("언어 모델", True)
    ]


def test_words_are_spaced() -> None:
    assert spaced("A-b\tC++: \\textbf{d} $x$") == " a b c++ d x "
    assert spaced("") == "  "
