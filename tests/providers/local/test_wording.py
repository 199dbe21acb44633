"""Chances of words, and the likeness they promise."""

import math

import numpy as np
import pytest

from digest.providers.local.roles import ROLES, Judgement
from digest.providers.local.wording import COLUMNS, Spread, Wording, spread, words

SENTENCES = ("Walnuts are hard.", "We turn a vice: the WalnutVice cracks walnuts.")
VOCABULARY = {"a": 0, "we": 1, "walnuts": 2}


def laid_out() -> Spread:
    roles = np.full((2, len(ROLES)), 1 / len(ROLES))
    judgement = Judgement(roles, np.array([-1.0, 2.0]), 1.0)
    return spread("A vice for walnuts", SENTENCES, judgement, 1, VOCABULARY)


def test_every_distinct_word_has_a_row() -> None:
    layout = laid_out()
    assert layout.words == ("walnuts", "are", "hard", "we", "turn", "a", "vice", "the", "walnutvice", "cracks")
    assert layout.features.shape == (10, COLUMNS)
    assert [word for word, stop in zip(layout.words, layout.stop, strict=True) if stop] == [
        "are",
        "we",
        "a",
        "the",
    ]


def test_a_row_says_how_often_where_and_whether_titled() -> None:
    layout = laid_out()
    walnuts, hard = layout.features[0], layout.features[2]
    assert walnuts[:5].tolist() == [1.0, math.log(2), 1.0, 1.0, 1.0]
    assert hard[3:9].tolist() == [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    # Salience counts from the best sentence that has the word.
    salience = COLUMNS - 8
    assert walnuts[salience] == 0.0
    assert hard[salience] == -3.0


def test_a_row_says_what_the_word_follows_and_stands_next_to() -> None:
    sentences = ("Hard walnuts crack.", "We propose a gentle vice for nuts.")
    judgement = Judgement(np.full((2, len(ROLES)), 1 / len(ROLES)), np.zeros(2), 1.0)
    layout = spread("Gentle walnuts", sentences, judgement, 1, VOCABULARY)
    around = {word: row[-6:].tolist() for word, row in zip(layout.words, layout.features, strict=True)}
    assert around["hard"] == [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    assert around["crack"] == [0.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    assert around["propose"] == [0.0] * 6
    assert around["a"] == [1.0, 1.0, 1.0, 1.0, 0.0, 1.0]
    assert around["vice"] == pytest.approx([math.exp(-0.5), 1.0, 1 / 1.5, 1.0, 1.0, 0.0])


def test_chances_follow_kind_and_word() -> None:
    weights = np.zeros((2, COLUMNS))
    weights[1, 0] = -1.0
    chances = Wording(VOCABULARY, weights, np.array([0.0, 3.0, 1.0])).chances(laid_out())
    assert chances["hard"] == pytest.approx(0.5)
    assert chances["walnuts"] == pytest.approx(1 / (1 + math.exp(-1)))
    assert chances["the"] == pytest.approx(1 / (1 + math.exp(1)))
    assert chances["we"] == pytest.approx(1 / (1 + math.exp(-2)))


def test_a_word_is_the_same_alone_and_behind_others() -> None:
    forms = ("the", "Σⁿ", "and", "ΣΑΣ")
    assert words(" ".join(forms)) == [word for form in forms for word in words(form)]
