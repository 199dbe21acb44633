"""Words that a sentence can spare, on invented sentences."""

import pytest

from digest.providers.local import spare


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("We propose a novel vice for walnuts of all sizes.", "We propose a vice for walnuts of all sizes."),
        ("We present Gripper, a simple yet effective vice for nuts.", "We present Gripper, a vice for nuts."),
        ("A new vice that cracks walnuts without a hammer.", "A vice that cracks walnuts without a hammer."),
        ("We also show that the vice holds walnuts.", "We show that the vice holds walnuts."),
        ("The vice significantly reduces the waste of the mill.", "The vice reduces the waste of the mill."),
        ("Here we show how bakers crack walnuts by hand.", "We show how bakers crack walnuts by hand."),
        ("We first turn the vice, which holds the nut.", "We turn the vice, which holds the nut."),
        ("We introduce in this paper a vice for walnuts.", "We introduce a vice for walnuts."),
        ("We build a vice specifically designed to hold two walnuts.", "We build a vice to hold two walnuts."),
        (
            "We build a vice, called Gripper, which holds two walnuts.",
            "We build a vice, Gripper, which holds two walnuts.",
        ),
        ("We study vices for both walnuts and hazel nuts.", "We study vices for walnuts and hazel nuts."),
        ("We extend the vice of bakers [12, 13] to pecans.", "We extend the vice of bakers to pecans."),
        ("We extend vices (Baker et al., 2017) to pecan nuts.", "We extend vices to pecan nuts."),
    ],
)
def test_what_says_little_goes(text: str, shorter: str) -> None:
    assert spare.without(text, {}) == shorter


@pytest.mark.parametrize(
    "text",
    [
        # An article would no longer suit.
        "We propose a novel iron vice for all walnuts.",
        "We propose a novel LSTM vice for all walnuts.",
        # A list of adjectives, a comparison, a denial, a pair of adverbs.
        "We propose a novel and cheap vice for walnuts.",
        "The vice holds walnuts more effectively than the hammer.",
        "The vice does not significantly change the taste of walnuts.",
        "We theoretically and empirically study the vice for walnuts.",
        "The hammer makes no significant difference to the taste.",
        # What is new here is not said of the paper's own work.
        "We crack walnuts of new kinds by a vice.",
        # Too little would be left.
        "We propose a novel vice.",
    ],
)
def test_what_the_sentence_needs_stays(text: str) -> None:
    assert spare.without(text, {}) == text


def test_what_a_tldr_is_likely_to_have_stays() -> None:
    text = "We propose a simple vice for walnuts of all sizes."
    assert spare.without(text, {"simple": 0.6}) == text
    assert spare.without(text, {"simple": 0.1}) == text.replace("simple ", "")
