import pyarrow as pa
import pytest

from digest.search.folding import Folded, fold, folded_words


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


def test_places_are_of_fields_and_rows() -> None:
    folded = Folded.of([pa.array(["A moth", None, "Moths"]), pa.array(["", "moth moth", "é"])], tidy=True)
    assert folded.fields == 2 and len(folded.ends) == 6
    places = folded.places(b" moth", (b" ", b"s "))
    assert [int(folded.ends.searchsorted(at)) for at in places] == [0, 3, 3, 4]
    assert [folded.field(row, 1).strip() for row in range(3)] == [b"", b"moth moth", b"e"]


def test_a_mark_within_a_text_does_not_end_a_field() -> None:
    folded = Folded.of([pa.array(["a\x1eb", "c"])], tidy=False)
    assert len(folded.ends) == 2 and folded.field(0, 0).split() == [b"a", b"b"]
