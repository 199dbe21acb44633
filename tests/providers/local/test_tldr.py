"""Candidates for the TL;DR and the choice among them, on invented sentences."""

from dataclasses import replace

import numpy as np
import pytest

from digest.providers.local import tldr
from digest.providers.local.roles import ROLES, Judgement
from digest.providers.local.sentences import Sentence
from digest.providers.local.trim import TLDR_CAP
from digest.providers.local.wording import COLUMNS, Wording

SENTENCES = (
    "Walnuts are hard to crack without breaking the kernel.",
    "We propose a gentle vice that turns by hand.",
    "It cracks nine walnuts of ten.",
    "Bakers found the vice easier than a hammer.",
)


SILENT = Wording({}, np.zeros((2, COLUMNS)), np.zeros(1))


def abstract(*sentences: str, title: str = "A vice") -> tldr.Abstract:
    count = len(sentences)
    judgement = Judgement(np.full((count, len(ROLES)), 1 / len(ROLES)), np.zeros(count), 1.0)
    return tldr.Abstract.of(title, [Sentence(one) for one in sentences], judgement, SILENT)


def rows(found: list[tldr.Candidate]) -> set[tuple[int, ...]]:
    return {tuple(row for row, _ in one.parts) for one in found}


def test_sentences_are_candidates_alone_and_in_pairs() -> None:
    found = tldr.candidates(abstract(*SENTENCES))
    assert {(0,), (1,), (2,), (3,), (0, 1), (1, 2), (1, 3)} <= rows(found)
    texts = {one.text for one in found}
    assert "A gentle vice that turns by hand. It cracks nine walnuts of ten." in texts


def test_a_sentence_that_points_back_stands_only_behind_its_neighbour() -> None:
    found = rows(tldr.candidates(abstract(*SENTENCES)))
    assert (0, 2) not in found


def test_only_the_rows_asked_for_are_candidates() -> None:
    assert rows(tldr.candidates(abstract(*SENTENCES), [3, 1])) == {(1,), (3,), (1, 3)}


def test_long_sentences_make_no_pair() -> None:
    long = (
        "We propose a vice for walnuts, hazelnuts, almonds, pecans, chestnuts, acorns and cobnuts of every mill."
    )
    found = tldr.candidates(abstract(*[f"{long[:-1]}, {name}." for name in ("one", "two")] * 2))
    assert all(len(one.text.split()) <= 38 or len(one.parts) == 1 for one in found)
    assert all(len(one.text) <= TLDR_CAP for one in found)


def test_a_text_cut_in_its_midst_is_a_candidate_only_where_no_sentence_is_whole() -> None:
    cut = "Walnut after walnut after walnut " * 20
    assert rows(tldr.candidates(abstract(cut, SENTENCES[1]))) == {(1,)}
    assert rows(tldr.candidates(abstract(cut))) == {(0,)}
    read = abstract(*[cut] * 5, SENTENCES[1])
    width = read.table(tldr.candidates(read)).shape[1]
    assert tldr.choose(read, np.zeros(width)).rows == {5}


def test_every_candidate_has_a_row_of_the_same_width() -> None:
    read = abstract(*SENTENCES)
    found = tldr.candidates(read)
    table = read.table(found)
    assert table.shape[0] == len(found)
    # The last but three says that there is a second sentence.
    assert table[:, -4].tolist() == [float(len(one.parts) == 2) for one in found]
    follows = [len(one.parts) == 2 and one.parts[1][0] == one.parts[0][0] + 1 for one in found]
    assert table[:, -3].tolist() == [float(one) for one in follows]


def test_a_pair_counts_like_its_text_in_one() -> None:
    read = abstract("We propose a gentle vice.", "The gentle vice cracks nuts.", "Bakers like the vice.")
    words = ("we", "propose", "a", "gentle", "vice", "the", "cracks", "nuts", "bakers", "like")
    assert read.chances == dict.fromkeys(words, 0.5)
    first, second = read.sentences[:2]
    pair, whole = read.table(
        [tldr.Candidate(((0, first), (1, second))), tldr.Candidate(((0, f"{first} {second}"),))]
    )
    # What stands behind is of the second sentence.
    width = len(pair) - len(read.standing[0]) - 4
    assert pair[:width].tolist() == whole[:width].tolist()
    # Eight of its ten words are different, each half likely; a repeated one is shared once.
    assert pair[0] == pytest.approx(2 * 8 * 0.5 / (10 + 20))


def test_words_are_the_titles_by_their_stems() -> None:
    read = abstract("We crack walnuts gently.", "Vices turn.", title="Walnut vices")
    alike = [row[7] for row in read.table([tldr.Candidate(((0, text),)) for text in read.sentences])]
    assert alike == pytest.approx([2 * 1 / (3 + 2), 2 * 1 / (2 + 2)])


def test_the_weights_decide() -> None:
    read = abstract(*SENTENCES)
    width = read.table(tldr.candidates(read)).shape[1]
    pairs, singles = np.zeros(width), np.zeros(width)
    pairs[-4], singles[-4] = 1.0, -1.0
    assert len(tldr.choose(read, pairs).rows) == 2
    assert len(tldr.choose(read, singles).rows) == 1


def test_the_chosen_one_loses_what_it_can_spare() -> None:
    read = abstract("We propose a novel and gentle vice that also turns by hand at every mill.")
    read = replace(read, chances=dict.fromkeys(read.chances, 0.1))
    longest = np.zeros(read.table(tldr.candidates(read)).shape[1])
    longest[1] = 1.0
    assert (
        tldr.choose(read, longest).text == "We propose a novel and gentle vice that turns by hand at every mill."
    )
