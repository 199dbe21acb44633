"""Splitting into sentences, and section headings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.providers.local.sentences import MAX_SENTENCES, sections, split


@pytest.mark.parametrize(
    "sentence",
    [
        "We use symmetric losses, e.g. the Huber loss, i.e., a smooth one.",
        "Following Nakamura et al. (2024), we prune the buffer.",
        "As Fig. 3 and Eq. (2) show, a gain of 4.5 points is kept.",
        "Our code is at https://example.org/walnut/v1.2 and stays there.",
        "The corpora cover the U.S. Senate and J. Q. Adams alone.",
        "We compare against Dr. Moss vs. Prof. Lindqvist on No. 5.",
        "Depth helps (Trans. Mach. Vision, 2019) and width does not.",
        "Is v2.0 of WALNUT! 2023 better",
    ],
)
def test_one_sentence_stays_one(sentence: str) -> None:
    assert split(sentence) == [sentence]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Walnuts are hard. We crack them! Do they mind? No.", 4),
        ("We build on Nakamura et al. We then prune.", 2),
        ("Accuracy rises to 91.5%. In contrast, cost falls.", 2),
        ("The buffer (see above). 3D scenes follow.", 2),
        ("It ends in a quote.” Then we go on.", 2),
        ("We fit the model.However, it overfits.", 2),
        ("First block\n\nSecond block", 2),
        ("我们提出一种方法。它很快！", 2),
        ("Let n grow up to K. We prove it.", 2),
    ],
)
def test_sentences_are_told_apart(text: str, count: int) -> None:
    assert len(split(text)) == count


def test_headings_are_taken_off_and_stay_in_force() -> None:
    text = (
        "Objective: Nuts are hard to crack. They roll away. Methods. We designed a vice. "
        "Results: It cracked 40 of 41 nuts. Conclusion: A vice suits small kitchens."
    )
    assert [(one.section, one.text) for one in sections(text)] == [
        ("problem", "Nuts are hard to crack."),
        ("problem", "They roll away."),
        ("method", "We designed a vice."),
        ("result", "It cracked 40 of 41 nuts."),
        ("conclusion", "A vice suits small kitchens."),
    ]


def test_a_single_heading_is_left_where_it_is() -> None:
    assert sections("Results: good. We stop here.")[0] == ("Results: good.", "")


def test_nothing_gives_nothing() -> None:
    assert split("") == split(" \n\t ") == split("… --- !?") == []


def test_a_huge_text_is_capped() -> None:
    assert len(split("We count nuts again. " * 30_000)) == MAX_SENTENCES


@given(st.text(max_size=400))
def test_no_text_breaks_it_and_letters_survive(text: str) -> None:
    joined = "".join("".join(split(text)).split())
    assert joined == "".join(text.split()) or not any(character.isalnum() for character in text[: len(text)])
