"""Invented topics for the tests of naming: papers on a subject, with the keyphrases that a reader found."""

from digest.naming import Portrait
from digest.records import Enrichment, Paper, Topic
from tests.invented import DAY, paper, reading

SUBJECTS = {
    1: ("event cameras", "optical flow", "motion blur"),
    2: ("machine translation", "low-resource languages", "parallel corpora"),
    3: ("federated learning", "differential privacy", "client drift"),
    4: ("protein folding", "molecular docking", "drug discovery"),
    5: ("speech recognition", "speaker diarization", "word error rates"),
    6: ("graph neural networks", "link prediction", "node embeddings"),
}
EACH = 8


def member(number: int, phrases: tuple[str, ...], **fields: object) -> tuple[Paper, Enrichment]:
    """A paper that speaks of the phrases, and its reading."""
    one, other = phrases[number % len(phrases)], phrases[(number + 1) % len(phrases)]
    text = f"We improve {one} of every kind. A method for {other} is shown to work with large language models."
    told = {"title": f"On {one}, once more", "abstract": text, **fields}
    made = paper(number, **told)
    return made, reading(made, keyphrases=(one, other, "large language models"))


def portrait(topic: int, papers: int = EACH, due: bool = True, **fields: object) -> Portrait:
    """A topic of SUBJECTS as a rebalance shows it; its neighbours are all others."""
    seen = [member(100 * topic + n, SUBJECTS[topic]) for n in range(papers)]
    others = tuple(other for other in SUBJECTS if other != topic)
    told = {"category": ("language", "vision")[topic % 2], "size": papers, "neighbours": others, **fields}
    return Portrait(Topic(topic, DAY, **told), tuple(seen[:-2]), tuple(seen[-2:]), due)  # type: ignore[arg-type]


def portraits(**fields: object) -> list[Portrait]:
    """All topics, all due."""
    return [portrait(topic, **fields) for topic in SUBJECTS]  # type: ignore[arg-type]
