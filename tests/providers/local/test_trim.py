"""Shortening a sentence leaves its own words in its own order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.providers.local import trim


@pytest.mark.parametrize(
    ("sentence", "headed"),
    [
        ("However, nuts of this size are hard to crack.", "Nuts of this size are hard to crack."),
        ("To this end, we design a vice for walnuts.", "We design a vice for walnuts."),
        ("To address these issues, we design a vice for nuts.", "We design a vice for nuts."),
        ("Specifically, t-SNE maps of nuts are compared.", "t-SNE maps of nuts are compared."),
        (
            "Interestingly, iNut beats the vice by a wide margin.",
            "iNut beats the vice by a wide margin.",
        ),
        ("In this paper, we propose a vice.", "In this paper, we propose a vice."),
        ("However, no.", "However, no."),
    ],
)
def test_connectives_go_from_the_head(sentence: str, headed: str) -> None:
    assert trim.head(sentence) == headed


def test_lead_in_bracket_and_tail_go_one_after_another() -> None:
    sentence = (
        "To crack hard nuts without a hammer, we propose a walnut vice (WV) that turns by hand, "
        "achieving a yield of 97% on three varieties."
    )
    found = trim.shorter(sentence)
    assert found[0] == sentence
    assert "We propose a walnut vice that turns by hand." in found
    assert all(len(text) <= len(sentence) for text in found)


def test_a_main_clause_is_never_left_without_its_verb() -> None:
    sentence = "In the kitchen of an old mill, walnuts which we crack are sold by the pound to bakers nearby."
    assert all("sold" in text for text in trim.shorter(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "Although bakers can crack walnuts by hand, particularly in winter, nobody has measured how they do so.",
        "The vice, with its handle made of old walnut wood and brass, is more gentle than any hammer.",
        "Bakers trained in the oldest mills of the land using hammers crack fewer walnuts.",
        "Can a gentle vice of brass crack every walnut of the mill, using touch alone?",
    ],
)
def test_a_clause_goes_only_where_the_sentence_ends_with_it(sentence: str) -> None:
    assert trim.shorter(sentence) == [sentence]


def test_what_stands_before_a_list_is_enough() -> None:
    sentence = "WalnutVice has two uses in every bakery: cracking nuts, and holding a door open."
    assert "WalnutVice has two uses in every bakery." in trim.shorter(sentence)


def test_a_sentence_too_long_to_show_is_cut_where_it_can_stand() -> None:
    sentence = f"The vice holds walnuts of every mill in the north {'and of every farm ' * 20}in winter."
    assert "The vice holds walnuts of every mill." in trim.shorter(sentence)


@pytest.mark.parametrize(
    ("text", "finished"),
    [
        ("The vice is quiet.", True),
        ('Bakers call it "a quiet vice."', True),
        ("Is the vice quiet (as bakers say)?", True),
        ("The vice is qui…", False),
        ("The vice has two uses:", False),
        ("The vice is quiet (as bakers say.", False),
        ("The vice is quiet", False),
    ],
)
def test_a_finished_text_ends_with_its_mark(text: str, finished: bool) -> None:
    assert trim.finished(text) is finished


def test_a_long_text_is_cut_between_words() -> None:
    text = trim.capped("walnut " * 100, 50)
    assert len(text) <= 50
    assert text.endswith("walnut…")
    assert trim.capped("short", 50) == "short"
    assert len(trim.capped("x" * 100, 50)) == 50


@given(st.text(max_size=300))
def test_what_is_left_is_text_of_the_sentence(sentence: str) -> None:
    for text in trim.shorter(sentence):
        words = iter(sentence.casefold().split())
        kept = text.casefold().removesuffix("…").removesuffix(".").split()
        assert all(any(word in other or other in word for other in words) for word in kept)


def test_the_means_go_from_the_tail() -> None:
    sentence = "We propose a gentle vice that cracks the hardest walnuts by learning its force from touch alone."
    assert "We propose a gentle vice that cracks the hardest walnuts." in trim.shorter(sentence)


def test_what_hangs_on_the_object_goes_piece_by_piece() -> None:
    found = trim.shorter(
        "We propose a gentle vice with brass handles for bakers in cold mills that crack nuts daily."
    )
    assert "We propose a gentle vice with brass handles for bakers in cold mills." in found
    assert "We propose a gentle vice with brass handles for bakers." in found
    assert "We propose a gentle vice with brass handles." in found


def test_the_last_phrases_go_of_any_sentence() -> None:
    sentence = "Bakers have cracked hundreds of walnuts by hand in the cold mills of the north."
    assert trim.shorter(sentence) == [sentence, "Bakers have cracked hundreds of walnuts by hand."]
    sentence = "We propose a vice that cracks the walnuts of mills in winter and peels them."
    assert trim.shorter(sentence) == [sentence, "We propose a vice that cracks the walnuts of mills."]


@pytest.mark.parametrize(
    "sentence",
    [
        "The gentle vice allows every baker of the north to crack walnuts.",
        "The gentle vice now provides every baker of the north with walnuts.",
        "The gentle vice of brass holds walnuts and provides them with oil.",
        "The gentle vice of the bakers cracks all walnuts if turned by hand, when it is used in mills.",
    ],
)
def test_a_phrase_that_is_wanted_stays(sentence: str) -> None:
    assert not [text for text in trim.shorter(sentence) if text.endswith(("north.", "them.", "if turned."))]


@pytest.mark.parametrize(
    "sentence",
    [
        "We propose one vice whose long brass handle is polished for bakers.",
        "We show that gentle walnut vices of brass in cold mills are loud.",
    ],
)
def test_nothing_goes_past_a_word_that_opens_a_clause(sentence: str) -> None:
    assert trim.shorter(sentence) == [sentence]


def test_a_cut_leaves_no_word_that_wants_another() -> None:
    sentence = "We propose a gentle vice of old brass that is turned, based on touch, by the hands of bakers."
    for text in trim.shorter(sentence):
        assert not text.endswith((" based.", " turned.", " of.", " and."))


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        (
            "We propose a gentle vice that cracks the hardest walnuts.",
            "A gentle vice that cracks the hardest walnuts.",
        ),
        ("We show that gentle vices crack more nuts than hammers.", "Gentle vices crack more nuts than hammers."),
        (
            "This paper presents WalnutVice, a tool for cracking old walnuts.",
            "WalnutVice, a tool for cracking old walnuts.",
        ),
        ("We propose a vice for walnuts and show that it is gentle.", ""),
        ("We introduce and study gentle vices for the hardest walnuts.", ""),
        ("We propose a gentle vice.", ""),
        ("Walnuts are cracked by vices in every mill of the land.", ""),
    ],
)
def test_an_announcement_is_left_without_its_verb(sentence: str, left: str) -> None:
    assert trim.announced(sentence) == left


@pytest.mark.parametrize(
    "sentence",
    [
        "We show that the error is at most p/(p+α(1-p)) plus a term that vanishes as O(1/n).",
        "The method is linear in duration, O(T), for any video that we tried so far.",
        "It restores coverage at rate O(T^(-1/2)) and needs log₂(1/ε) bits for each.",
    ],
)
def test_formulas_stay_whole(sentence: str) -> None:
    left = " | ".join(trim.shorter(sentence))
    assert "p/(p+α) " not in left and "O," not in left and "T^)" not in left and "log₂ bits" not in left
