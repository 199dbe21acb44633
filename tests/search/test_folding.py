import re

import pyarrow as pa
import pytest

from digest.search.folding import Folded, Spelling, fold, folded_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('Don’t (GNNs), $k$-means & M\\"uller', "dont gnns k means muller"),
        ("ﬁne–tuned ＧＰＴ ﬂow", "fine tuned gpt flow"),
        ("Erdős Ångström Straße ĳ", "erdos angstrom strasse ij"),
        ("대규모 언어", "대규모 언어"),
        ("ガ が ÷ 🦋 x", "ガ が x"),
        ("\x1e a \x1f b \x00", "a b"),
    ],
)
def test_words_are_folded(text: str, words: str) -> None:
    assert " ".join(folded_words(text)) == words


def test_folding_is_the_same_for_a_part_and_for_the_whole() -> None:
    texts = ["Müller’s “x”", "plain", "ﬁ", "日本語 text – more", ""]
    assert fold(" ".join(texts).encode()) == b" ".join(fold(text.encode()) for text in texts)


MOTH = Spelling(b" moth", (b" ", b"s "))


def test_words_are_counted_by_field_and_paper() -> None:
    folded = Folded.of([pa.array(["A moth", None, "Moths"]), pa.array(["", "moth (moth)", "é"])])
    assert folded.counts([MOTH]).tolist() == [[1, 0], [0, 2], [1, 0]]
    assert folded.counts([MOTH, Spelling(b" e", (b" ",))]).tolist() == [[1, 0], [0, 2], [1, 1]]
    assert folded.counts([Spelling(b" owl", (b" ",))]).tolist() == [[0, 0]] * 3
    assert [folded.field(row, 1).split() for row in range(3)] == [[], [b"moth", b"moth"], [b"e"]]
    assert folded.field(1, 0, 1).split() == [b"\x1e", b"moth", b"moth"]


def test_rows_of_words_end_with_their_field() -> None:
    row = Spelling(b" moth", (b" ",), re.compile(b" +owl "))
    folded = Folded.of([pa.array(["moth * owl", "moth"]), pa.array(["moth owls", "owl"])])
    assert folded.counts([row]).tolist() == [[1, 0], [0, 0]]


def test_a_mark_within_a_text_does_not_end_a_field() -> None:
    folded = Folded.of([pa.array(["a\x1eb", "c"])])
    assert len(folded.ends) == 2 and folded.field(0, 0).split() == [b"a", b"b"]
