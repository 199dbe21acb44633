"""The static embedding: what a vector depends on, what it means, and that version 1 never moves."""

from __future__ import annotations

import numpy as np
import pytest

from digest.providers.local.static import MAX_CHARACTERS, WEIGHTS, StaticModel, Vocabulary, words

ROBOTS = "Teaching a kitchen robot to fold towels from a handful of human demonstrations"
SPEECH = "Streaming speech recognition for low-resource languages with a shared phoneme encoder"
INVENTED = [
    ROBOTS,
    SPEECH,
    "Imitation learning lets a robot arm manipulate soft cloth after watching people do it.",
    "Graph neural networks predict the toxicity of small molecules.",
]


@pytest.fixture(scope="module")
def model() -> StaticModel:
    return StaticModel.load()


def test_weights_fit_their_budget(model: StaticModel) -> None:
    assert WEIGHTS.stat().st_size <= 8_000_000
    assert model.version == 1
    assert model.dimension == 256
    assert model.vocabulary.size == len(model.table)
    assert np.isfinite(model.table).all()


def test_rows_are_unit_float32(model: StaticModel) -> None:
    rows = model.embed(INVENTED)
    assert rows.shape == (len(INVENTED), 256)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_same_text_gives_the_same_bytes(model: StaticModel) -> None:
    assert model.embed(INVENTED).tobytes() == StaticModel.load().embed(INVENTED).tobytes()


def test_a_row_does_not_depend_on_its_neighbours(model: StaticModel) -> None:
    together = model.embed(["", *INVENTED, "x " * 500, *reversed(INVENTED)])
    for place, text in enumerate(INVENTED):
        alone = model.embed([text])[0].tobytes()
        assert together[1 + place].tobytes() == alone
        assert together[-1 - place].tobytes() == alone


@pytest.mark.parametrize(
    "text", ["", "  \n", "42 3.14 $\\alpha$", "機械学習", "🤖", "a b c", "https://example.org/paper"]
)
def test_a_text_without_words_is_a_zero_row(model: StaticModel, text: str) -> None:
    assert not model.embed([text]).any()


def test_nothing_asked_nothing_given(model: StaticModel) -> None:
    assert model.embed([]).shape == (0, 256)


def test_meaning_orders_neighbours(model: StaticModel) -> None:
    rows = model.embed(INVENTED)
    similar = rows @ rows[0]
    assert similar[2] > 0.3
    assert similar[2] > similar[3] + 0.2
    assert similar[2] > similar[1] + 0.2


def test_a_name_never_seen_still_finds_itself(model: StaticModel) -> None:
    assert "zorblifuse" not in model.vocabulary.rows
    named, other = model.embed(["Zorblifuse", "Quexalith"])
    about = model.embed(["We present Zorblifuse, a compiler for tensor programs."])[0]
    assert named @ about > other @ about + 0.2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Self-Supervised GPT-4o, 3D and 2024!", ["self", "supervised", "gpt", "4o", "3d", "and"]),
        ("Schrödinger's ﬁlter", ["schrodinger", "filter"]),
        ("Schro\u0308dinger", ["schrodinger"]),
        ("Ｆｕｌｌ width", ["full", "width"]),
        ("\\emph{robust} $\\mathcal{O}(n)$ see https://example.org/x_y now", ["robust", "see", "now"]),
        ("한국어 NLP \ud800\x00", ["nlp"]),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_long_texts_are_cut(model: StaticModel) -> None:
    cut = "word " * (MAX_CHARACTERS // 5)
    assert words(cut + "more") == words(cut)
    assert model.embed([cut + ROBOTS]).tobytes() == model.embed([cut]).tobytes()


def test_bags_count_words_pairs_and_strangers() -> None:
    known = Vocabulary({"deep": 0, "learning": 1, "deep learning": 2}, buckets=1)
    bag = known.bags(["deep learning, deep learning", "", "unheard"]).toarray()
    twice = 1 + np.log(2)
    np.testing.assert_allclose(bag, [[twice, twice, twice, 0], [0, 0, 0, 0], [0, 0, 0, 1]], rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "fingerprint"),
    [
        (ROBOTS, [-0.111609, -0.137063, 0.029094, -0.004545, 0.032785, 0.018001, -0.035223, -0.068353]),
        (SPEECH, [-0.106689, -0.074306, -0.102280, 0.013048, -0.029312, -0.043029, -0.027486, 0.005199]),
    ],
)
def test_version_1_never_moves(model: StaticModel, text: str, fingerprint: list[float]) -> None:
    np.testing.assert_allclose(model.embed([text])[0, ::32], fingerprint, atol=1e-5)
