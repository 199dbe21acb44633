"""Keyphrases: what they are, how they are spelt, and that they do not repeat each other."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.providers.local.acronyms import defined
from digest.providers.local.keyphrases import MOST, Phraser

TITLE = "NutSplat: Few-Shot 3D Gaussian Splatting for Walnut Orchards"
ABSTRACT = (
    "Few-shot novel view synthesis of orchards is hard for LLMs and for 3D Gaussian Splatting alike. We "
    "propose "
    "NutSplat, which uses large language models to place gaussians. Large language models know walnuts. On "
    "three "
    "datasets, few-shot novel view synthesis improves by 2.1 dB, and reinforcement learning is not needed."
)


@cache
def phraser() -> Phraser:
    return Phraser.load()


def test_terms_of_the_paper_are_found_as_they_are_spelt() -> None:
    phrases = phraser().phrases(TITLE, ABSTRACT)
    assert "3D Gaussian Splatting" in phrases
    assert any(phrase in ("large language models", "LLM") for phrase in phrases)
    assert len(phrases) <= MOST


def test_no_phrase_repeats_another() -> None:
    phrases = [phrase.lower() for phrase in phraser().phrases(TITLE, ABSTRACT)]
    assert len(set(phrases)) == len(phrases)
    assert not any(one != other and f" {one} " in f" {other} " for one in phrases for other in phrases)


def test_the_papers_own_name_is_no_keyphrase() -> None:
    assert "NutSplat" not in phraser().phrases(TITLE, ABSTRACT)


def test_an_acronym_and_what_it_stands_for_are_one() -> None:
    text = "Graph neural networks (GNNs) crack nuts. GNNs are small. A GNN is a graph neural network."
    phrases = phraser().phrases("", text)
    assert sum("graph neural network" in phrase.lower() or "GNN" in phrase for phrase in phrases) == 1


def test_acronyms_are_found_only_where_their_letters_fit() -> None:
    assert defined("a walnut vision-language model (WVLM) and more (ABC)") == {
        "wvlm": ("walnut vision language model", "walnut vision-language model")
    }


@pytest.mark.parametrize("text", ["", "the of and", "42 17.5 %", "?!"])
def test_nothing_to_name_gives_nothing(text: str) -> None:
    assert phraser().phrases(text, text) == ()


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_it(title: str, abstract: str) -> None:
    phrases = phraser().phrases(title, abstract)
    assert len(phrases) <= MOST
    assert all(phrase.strip() for phrase in phrases)
