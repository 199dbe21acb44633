from dataclasses import replace

import pytest

from digest.naming import Portrait
from digest.naming.terms import Terms
from digest.records import Topic
from tests.invented import DAY
from tests.naming.subjects import EACH, SUBJECTS, portrait, portraits


def keys(terms: Terms, topic: int, most: int = 6) -> list[str]:
    return [term.key for term in terms.of(topic)[:most]]


def test_what_only_one_topic_has_comes_before_what_all_have() -> None:
    terms = Terms(portraits())
    found = {term.key: term for term in terms.of(1)}
    own, shared = found["event camera"], found["large language model"]
    assert (
        own.weight > shared.weight and own.lift == pytest.approx(len(SUBJECTS)) and shared.lift == pytest.approx(1)
    )
    assert shared.count == EACH > own.count
    assert not {"protein folding", "speech recognition"} & found.keys()


def test_a_term_is_written_as_texts_write_it() -> None:
    terms = Terms(portraits())
    assert terms.written("low resource language") == "low-resource languages"
    assert terms.written("large language model") == "large language models"


def with_abstract(text: str, *phrases: str) -> Terms:
    paper, reading = portrait(1).central[0]
    seen = (replace(paper, abstract=text, title="A title"), replace(reading, keyphrases=phrases))
    return Terms([Portrait(Topic(1, DAY), (seen, seen), due=True), portrait(2)])


@pytest.mark.parametrize(
    ("text", "phrase", "written"),
    [
        (
            "We use a Graph Network. The graph networks are large. Our graph network is.",
            "graph network",
            "graph networks",
        ),
        ("We study CLIP. All clips are seen by CLIP and CLIP.", "CLIP", "CLIP"),
        ("We find Alzheimer's disease early.", "Alzheimer's disease", "Alzheimer's disease"),
        ("Here is a graph neural network (GNN) for us.", "graph neural network (GNN)", "graph neural network"),
    ],
)
def test_spellings(text: str, phrase: str, written: str) -> None:
    terms = with_abstract(text, phrase)
    assert written.replace("'", "’") in [term.text for term in terms.of(1)]


@pytest.mark.parametrize(
    "phrase", ["<b>bold</b>", "see www.evil.example now", "a [link](x)", "six words are too many here", "#1"]
)
def test_hostile_keyphrases_are_no_terms(phrase: str) -> None:
    terms = with_abstract(f"We find {phrase} good.", phrase)
    assert not any(terms.is_phrase(term.key) for term in terms.of(1))


def test_a_paper_counts_once_and_endless_texts_are_cut() -> None:
    terms = with_abstract("blurred motion. " * 20_000, "blurred motion")
    [found] = [term for term in terms.of(1) if term.key == "blurred motion"]
    assert found.count == 2
