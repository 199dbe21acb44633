"""How near terms lie to what a topic's papers are about."""

from dataclasses import replace

import pytest

from digest.naming.meaning import LEAST, nearness
from digest.naming.terms import Term
from tests.invented import paper, reading
from tests.naming.subjects import portrait


def terms(*texts: str) -> list[Term]:
    return [Term(text, text, 1.0, 1, 8.0, 1.0, 1.0, 1.0) for text in texts]


def test_a_topics_own_words_lie_nearer_than_strange_ones() -> None:
    own, akin, strange = nearness(portrait(2), terms("machine translation", "text corpora", "garden furniture"))
    assert 1 >= own > akin > strange >= LEAST


def test_terms_of_unknown_direction_count_as_the_others_do() -> None:
    own, strange, korean = nearness(portrait(2), terms("machine translation", "garden furniture", "기계 번역"))
    assert korean == pytest.approx((own + strange) / 2, abs=1e-3)
    assert nearness(portrait(2), terms("기계 번역", "말뭉치")) == [1.0, 1.0]
    assert nearness(portrait(2), []) == []


def test_papers_without_a_known_word_prefer_no_term() -> None:
    one = paper(1, title="기계 번역", abstract="말뭉치")
    blank = replace(portrait(2), central=((one, replace(reading(one), tldr="번역")),), boundary=())
    assert nearness(blank, terms("machine translation", "garden furniture")) == [1.0, 1.0]
