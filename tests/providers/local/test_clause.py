"""Which fronts of a sentence can stand without the rest."""

import pytest

from digest.providers.local import clause


@pytest.mark.parametrize(
    ("front", "rest"),
    [
        ("We propose a vice that cracks hard walnuts", " using touch alone."),
        ("We show that gentle vices of old brass are loud", ", which bakers dislike."),
        ("Our vice outperforms every hammer", ", achieving a yield of 97%."),
        ("The shells we collect are thin", ", with one exception."),
        ("Bakers can be trained", " by watching millers."),
        ("We ask how well a vice performs", ", and show that it does well."),
        ("We compare both hammers and vices", ", which are heavy."),
        ("We study vices in which the handle moves the jaws", " without noise."),
        ("The results show that bakers prefer brass", ", with few exceptions."),
        ("The old vices rely on brass", ", which is heavy."),
        ("The bakers achieved a yield of 97%", ", with few exceptions."),
        ("We present a vice, a tool for mills", ", cheap and quiet, and for homes."),
    ],
)
def test_a_clause_with_its_verb_stands(front: str, rest: str) -> None:
    assert clause.stands(front, rest)


@pytest.mark.parametrize(
    ("front", "rest"),
    [
        ("Bakers trained in old mills", " using hammers crack fewer walnuts."),
        ("We show that walnuts cracked", " by learning the force stay whole."),
        ("The vices we use", ", with their brass handles, are loud."),
        ("We propose a vice that achieves", ", without any hammer, a yield of 97%."),
        ("We study the difference between a hammer", " without noise and a vice."),
        ("We compare nuts, hammers", ", including old ones, and vices."),
        ("We crack walnuts with vices such as", " using brass."),
        ("We propose a vice that", ", using brass, is quiet."),
        ("The force that bakers apply to nuts", ", which is great, breaks them."),
        ("We propose a vice that not only cracks walnuts", ", but also peels them."),
        ("We make a vice that (i) cracks walnuts", " using touch, and (ii) peels them."),
        ("We make a vice that (i) cracks walnuts and (ii)", " using touch, peels them."),
        ("We know of no way of peeling that allows", " by touch."),
    ],
)
def test_a_front_that_waits_for_more_does_not(front: str, rest: str) -> None:
    assert not clause.stands(front, rest)


def test_a_noun_may_say_little_by_itself() -> None:
    assert clause.wanting("We carefully measure the effect")
    assert not clause.wanting("We carefully measure the vice")
