"""Invented papers, the shipped weights, and taxonomies that users might write."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digest.providers.local import categories, static
from digest.providers.local.categories import Categoriser, Learned, mark
from digest.providers.local.embedder import LocalEmbedder
from digest.providers.local.evidence import Rarity, key, words
from digest.providers.local.static import StaticModel
from digest.records import OTHER, Category, Paper, Sorting
from digest.taxonomy import load_taxonomy

SHIPPED = load_taxonomy(Path(__file__).parents[3] / "prompts" / "taxonomy.toml")
QUANTUM = Category(
    "quantum",
    "🪐",
    {"en": "Quantum Computing"},
    "Quantum computers and what they may do for learning: circuits, qubits, annealing, error correction.",
    ("quantum", "qubit", "quantum circuit", "quantum annealing", "quantum machine learning"),
    ("quant-ph",),
)


def paper(title: str, abstract: str = "", *subjects: str) -> Paper:
    return Paper(id=f"x:{title}", title=title, source="file", abstract=abstract, subjects=subjects)


PLAIN = {
    "speech": paper(
        "Whisper Softly: Recognising Murmured Speech",
        "We study speech recognition for murmured and whispered voices. Our acoustic model learns from audio "
        "recordings of forty speakers and halves the word error rate of a common ASR system.",
        "cs.SD",
    ),
    "robotics": paper(
        "Stacking Teacups with a Two-Armed Robot",
        "A robot that stacks teacups must grasp gently. We train a manipulation policy for a two-armed robot from "
        "demonstrations and let it plan its motion around obstacles on a real kitchen table.",
        "cs.RO",
    ),
    "health": paper(
        "Finding Small Lesions in Kidney Scans",
        "Radiologists overlook small lesions in CT scans of the kidney. We present a clinical study of a "
        "segmentation network that marks tumours in medical images of 300 patients at two hospitals.",
        "eess.IV",
    ),
    "efficiency": paper(
        "Four Bits Are Plenty: Quantization of Key-Value Caches",
        "Serving large models costs memory. We quantize the KV cache to four bits, which doubles throughput and "
        "halves latency on a single GPU without loss of accuracy.",
        "cs.LG",
    ),
    "retrieval": paper(
        "Ranking Recipes: A Recommender System for Home Cooks",
        "Recommender systems rank items for users. We propose collaborative filtering for recipes and improve the "
        "click-through rate of recommendation and search in an online shop.",
        "cs.IR",
    ),
}
QUANTA = [
    paper(
        "Training Variational Quantum Circuits without Barren Plateaus",
        "Variational quantum circuits with many qubits are hard to train. We initialise a quantum neural network "
        "layer by layer and keep its gradients alive on a simulator of twenty qubits.",
        "cs.LG",
    ),
    paper(
        "Quantum Annealing for Choosing Features",
        "We write the choice of features as a quadratic problem and solve it by quantum annealing on hardware "
        "with two thousand qubits. Classification improves a little over classical search.",
        "cs.LG",
    ),
    paper(
        "Reading Out Qubits with Small Neural Networks",
        "The readout of superconducting qubits limits quantum error correction. A small neural network on an FPGA "
        "discriminates qubit states faster than matched filters.",
        "quant-ph",
    ),
]


@pytest.fixture(scope="module")
def embedder() -> LocalEmbedder:
    return LocalEmbedder(StaticModel.load())


@pytest.fixture(scope="module")
def learned() -> Learned:
    return Learned.load()


def sort(embedder: LocalEmbedder, taxonomy: list[Category], *papers: Paper) -> list[Sorting]:
    return Categoriser(taxonomy, embedder.static).sort(papers, embedder.embed(papers))


def test_plain_cases_with_the_shipped_taxonomy(embedder: LocalEmbedder) -> None:
    found = sort(embedder, list(SHIPPED), *PLAIN.values())
    assert [sorting.primary for sorting in found] == list(PLAIN)
    assert all(0.3 < sorting.confidence <= 1 for sorting in found)


def test_they_need_no_arxiv_subjects(embedder: LocalEmbedder) -> None:
    bare = [replace(one, subjects=()) for one in PLAIN.values()]
    assert [sorting.primary for sorting in sort(embedder, list(SHIPPED), *bare)] == list(PLAIN)


def test_the_weights_were_trained_with_the_shipped_embedding() -> None:
    """If not, run benchmarks/train_categories.py again."""
    with np.load(categories.WEIGHTS) as stored:
        assert bytes(stored["embedding"]).decode() == hashlib.sha256(static.WEIGHTS.read_bytes()).hexdigest()


def test_every_shipped_category_was_learned(learned: Learned) -> None:
    assert [mark(category) in learned.rows for category in SHIPPED] == [c.slug != OTHER for c in SHIPPED]


def test_a_category_that_a_user_adds_gets_its_papers_and_no_others(embedder: LocalEmbedder) -> None:
    before = sort(embedder, list(SHIPPED), *QUANTA)
    assert all(sorting.primary != "quantum" for sorting in before)
    after = sort(embedder, [*SHIPPED, QUANTUM], *QUANTA, *PLAIN.values())
    assert [sorting.primary for sorting in after] == ["quantum"] * len(QUANTA) + list(PLAIN)


def test_a_taxonomy_of_ones_own(embedder: LocalEmbedder) -> None:
    cups = Category("tea", "🍵", {"en": "Teacups"}, "Cups and what is done with them.", ("teacup", "teapot"))
    sound = Category("sound", "🔔", {"en": "Sound"}, "Voices, noises and music.", ("speech", "voice", "audio"))
    found = sort(embedder, [cups, sound, QUANTUM], PLAIN["robotics"], PLAIN["speech"], *QUANTA, PLAIN["health"])
    assert [sorting.primary for sorting in found] == ["tea", "sound", *["quantum"] * 3, OTHER]


def test_a_removed_category_leaves_its_papers_to_others(embedder: LocalEmbedder) -> None:
    rest = [category for category in SHIPPED if category.slug != "health"]
    (found,) = sort(embedder, rest, PLAIN["health"])
    assert found.primary in {"vision", OTHER}
    assert "health" not in found.secondary


def test_an_edited_description_falls_back_to_general_evidence(embedder: LocalEmbedder, learned: Learned) -> None:
    health = next(category for category in SHIPPED if category.slug == "health")
    mine = replace(health, description="Doctors, hospitals, patients and their pictures.")
    assert mark(mine) not in learned.rows
    assert mark(replace(health, seeds=("scan",))) in learned.rows
    assert mark(replace(health, description=health.description.replace(" ", "\n  "))) in learned.rows
    taxonomy = [mine if category is health else category for category in SHIPPED]
    found = sort(embedder, taxonomy, *PLAIN.values())
    assert [sorting.primary for sorting in found] == list(PLAIN)
    assert found[2].confidence != sort(embedder, list(SHIPPED), PLAIN["health"])[0].confidence


def test_other_when_nothing_fits(embedder: LocalEmbedder) -> None:
    strange = [
        paper("", ""),
        paper("제목", "영어가 한 마디도 없는 초록."),
        paper("Qwxzt", "Blorf snikkle wugga."),
    ]
    for found in sort(embedder, list(SHIPPED), *strange):
        assert (found.primary, found.secondary) == (OTHER, ())
        assert 0 <= found.confidence <= 1


def test_an_empty_abstract_is_sorted_by_its_title(embedder: LocalEmbedder) -> None:
    (found,) = sort(embedder, list(SHIPPED), paper("Speech Recognition and Voice Conversion for Singing"))
    assert found.primary == "speech"


def test_nothing_to_sort_and_nothing_to_sort_into(embedder: LocalEmbedder) -> None:
    assert sort(embedder, list(SHIPPED)) == []
    assert sort(embedder, [], PLAIN["speech"]) == [Sorting(OTHER, (), 1.0)]
    assert sort(embedder, [SHIPPED[-1]], PLAIN["speech"]) == [Sorting(OTHER, (), 1.0)]


def test_secondaries_are_others_and_at_most_two(embedder: LocalEmbedder) -> None:
    mixed = paper(
        "Safe Speech Agents: Retrieval for Robots that Reason about Patients",
        "Speech, audio, robots, retrieval, reasoning, agents, safety, attack, privacy, patients, fairness.",
        "cs.CL",
    )
    found = sort(embedder, list(SHIPPED), mixed, *PLAIN.values(), *QUANTA)
    for sorting in found:
        assert sorting.primary not in sorting.secondary
        assert OTHER not in sorting.secondary
        assert len(set(sorting.secondary)) == len(sorting.secondary) <= 2


def test_each_paper_by_itself_and_always_the_same(embedder: LocalEmbedder) -> None:
    papers = [*PLAIN.values(), *QUANTA]
    together = sort(embedder, list(SHIPPED), *papers)
    assert together == sort(embedder, list(SHIPPED), *papers)
    for one, sorting in zip(papers, together, strict=True):
        (alone,) = sort(embedder, list(SHIPPED), one)
        assert (alone.primary, alone.secondary) == (sorting.primary, sorting.secondary)
        assert alone.confidence == pytest.approx(sorting.confidence, abs=1e-4)


def test_the_order_of_the_categories_does_not_matter(embedder: LocalEmbedder) -> None:
    papers = [*PLAIN.values(), *QUANTA]
    for one, two in zip(
        sort(embedder, list(SHIPPED), *papers), sort(embedder, list(SHIPPED)[::-1], *papers), strict=True
    ):
        assert one.primary == two.primary
        assert one.confidence == pytest.approx(two.confidence, abs=1e-4)


def test_hostile_text_is_only_text(embedder: LocalEmbedder) -> None:
    papers = [
        paper("(?:a+)+$ [[" * 50, "\x00\u202e" * 1000 + "a-" * 50_000),
        paper("speech " * 20_000, "speech " * 100_000),
    ]
    found = sort(embedder, list(SHIPPED), *papers)
    assert found[1].primary == "speech"
    assert all(np.isfinite(sorting.confidence) for sorting in found)


def test_terms_are_found_as_whole_words_in_any_spelling() -> None:
    assert words("Chain-of-Thought, C++ & GNNs!") == ["chain", "of", "thought", "c++", "gnn"]
    assert key("large language models") == key("Large Language-Model")
    assert key("policies") == key("policy")
    assert key("bias") != key("bi")
    assert key("…") == ""


def test_rare_terms_weigh_more() -> None:
    rarity = Rarity({"model": 0.5, "language": 1.5, "language model": 1.6}, 4.6)
    assert rarity.of("model") < rarity.of("language model") < rarity.of("language model zoo") <= 5.6
    assert rarity.of("qubit") == 4.6
