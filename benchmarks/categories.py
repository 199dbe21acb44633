"""How well the local provider sorts papers into categories, against the gold set.

    python benchmarks/categories.py --data FILE [--final]

FILE (or BENCH_DATA) is arxiv.jsonl.gz. Without --final, the half of the gold set that may be looked at; with it,
the half that is opened once, for the last figures.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import category_corpus as corpus
import numpy as np

from digest.providers.local.categories import WEIGHTS, Categoriser, Learned
from digest.providers.local.embedder import LocalEmbedder
from digest.providers.local.static import WEIGHTS as EMBEDDING
from digest.providers.local.static import StaticModel
from digest.records import OTHER, Category, Paper, Sorting

Verdicts = Sequence[bool]
# Categories that a user might add, each with a pattern of titles that should then be found in it.
ADDED = (
    (("quantum", "Quantum computers, learning with them.", "quantum", "qubit", "quantum circuit"), r"\bquantum"),
    (
        ("federated", "Learning across clients that keep their data.", "federated learning", "federated"),
        r"\bfederated",
    ),
    (
        ("driving", "Cars that drive themselves.", "autonomous driving", "self-driving", "driving scenes"),
        r"autonomous driving|self-driving",
    ),
    (
        ("farming", "Crops, fields, livestock and food.", "crop", "agriculture", "plant disease", "livestock"),
        r"\bagricultur|\bcrop (yield|disease)|plant disease|livestock",
    ),
)


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95% score interval of a share (Wilson 1927)."""
    z, share = 1.96, right / total
    middle = share + z * z / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (middle - half) / (1 + z * z / total), (middle + half) / (1 + z * z / total)


def line(name: str, verdicts: Verdicts) -> str:
    """A share with its interval."""
    low, high = wilson(sum(verdicts), len(verdicts))
    return f"{name:<52}{np.mean(verdicts):.3f}  [{low:.3f}, {high:.3f}]  {sum(verdicts)}/{len(verdicts)}"


def agreement(labels: Sequence[corpus.Label]) -> list[str]:
    """How far the two blind passes of labelling agree."""
    pairs = [label.passes for label in labels]
    same = [a[0] == b[0] for a, b in pairs]
    chance = sum(
        np.mean([a[0] == slug for a, _ in pairs]) * np.mean([b[0] == slug for _, b in pairs])
        for slug in {label for pair in pairs for passed in pair for label in passed}
    )
    return [
        line("the two passes name the same primary", same),
        f"{'  Cohen kappa':<52}{(np.mean(same) - chance) / (1 - chance):.3f}",
        line("first pass's primary among the second's", [a[0] in b for a, b in pairs]),
        line("the same set of categories", [set(a) == set(b) for a, b in pairs]),
    ]


def figures(labels: Sequence[corpus.Label], sortings: Sequence[Sorting]) -> list[str]:
    """The figures over all categories."""
    pairs = list(zip(labels, sortings, strict=True))
    given = [{s.primary, *s.secondary} - {OTHER} for s in sortings]
    shared = sum(len(chosen & set(label.all)) for label, chosen in zip(labels, given, strict=True))
    precision, recall = shared / sum(map(len, given)), shared / sum(len(label.all) for label in labels)
    return [
        line("primary right", [s.primary == label.primary for label, s in pairs]),
        line("primary among the paper's categories", [s.primary in label.all for label, s in pairs]),
        line(
            "the paper's primary among those given",
            [label.primary in (s.primary, *s.secondary) for label, s in pairs],
        ),
        f"{'all categories: precision, recall, F1':<52}{precision:.3f}  {recall:.3f}  "
        f"{2 * precision * recall / (precision + recall):.3f}",
        line('sent to "other"', [s.primary == OTHER for s in sortings]),
    ]


def calibration(labels: Sequence[corpus.Label], sortings: Sequence[Sorting]) -> list[str]:
    """How often the primary is right, by the confidence told."""
    lines = ["confidence        papers   mean   right"]
    for low, high in ((0.0, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 1.01)):
        inside = [
            (s.confidence, s.primary == label.primary)
            for label, s in zip(labels, sortings, strict=True)
            if low <= s.confidence < high and s.primary != OTHER
        ]
        if inside:
            told, right = np.mean(inside, axis=0)
            lines.append(f"{low:.1f} to {min(high, 1.0):.1f}        {len(inside):>6}  {told:.3f}   {right:.3f}")
    return lines


def table(slugs: Sequence[str], labels: Sequence[corpus.Label], sortings: Sequence[Sorting]) -> list[str]:
    """Precision and recall of each category as primary, and as any of a paper's."""
    lines = [f"{'':<14}{'papers':>8}{'precision':>11}{'recall':>8}   {'any':>6}{'precision':>11}{'recall':>8}"]
    for slug in slugs:
        cells = []
        for wanted, given in (
            ([label.primary == slug for label in labels], [s.primary == slug for s in sortings]),
            ([slug in label.all for label in labels], [slug in (s.primary, *s.secondary) for s in sortings]),
        ):
            both = sum(a and b for a, b in zip(wanted, given, strict=True))
            cells += [sum(wanted), *(f"{both / n:.2f}" if n else "-" for n in (sum(given), sum(wanted)))]
        lines.append("{:<14}{:>8}{:>11}{:>8}   {:>6}{:>11}{:>8}".format(slug, *cells))
    return lines


def confusion(slugs: Sequence[str], labels: Sequence[corpus.Label], sortings: Sequence[Sorting]) -> list[str]:
    """People's primary downwards, ours across."""
    counts = np.zeros((len(slugs), len(slugs)), dtype=int)
    for label, s in zip(labels, sortings, strict=True):
        counts[slugs.index(label.primary), slugs.index(s.primary)] += 1
    lines = [f"{'':<14}" + "".join(f"{slug[:4]:>5}" for slug in slugs)]
    lines.extend(
        f"{slug:<14}" + "".join(f"{count or '.':>5}" for count in row)
        for slug, row in zip(slugs, counts, strict=True)
        if row.any()
    )
    return lines


def main() -> None:
    """Print the figures."""
    parser = corpus.parser(__doc__ or "")
    parser.add_argument("--final", action="store_true", help="open the final half")
    parser.add_argument("--embedding", type=Path, default=EMBEDDING)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    everything = corpus.papers(options.data)
    labels = corpus.gold("final" if options.final else "tune")
    papers = corpus.of(labels, everything)
    categories = corpus.taxonomy()
    slugs = [*(category.slug for category in categories), OTHER]
    embedder = LocalEmbedder(StaticModel.load(options.embedding))
    learned = Learned.load(options.weights)

    def sort(known: Learned, taxonomy: Sequence[Category], of: Sequence[Paper]) -> list[Sorting]:
        return Categoriser(taxonomy, embedder.static, known).sort(of, embedder.embed(of))

    sortings = sort(learned, categories, papers)
    bare = [replace(paper, subjects=()) for paper in papers]
    half = "final" if options.final else "tuning"
    print(f"\nThe {half} half of the gold set, {len(labels)} papers; 95% intervals\n")
    print(*agreement(labels), "", *figures(labels, sortings), "", sep="\n")
    print("Without the papers' arXiv subjects")
    print(*figures(labels, sort(learned, categories, bare))[:2], "", sep="\n")
    unlearned = replace(learned, rows={})
    print("By general evidence alone (a user's own taxonomy)")
    print(*figures(labels, sort(unlearned, categories, papers)), "", sep="\n")
    print(*strangers(labels, papers, categories, learned, sort), "", sep="\n")
    hidden = corpus.gold_ids()
    others = [paper for identity, paper in everything.items() if identity not in hidden]
    print(*added(others[::3], categories, embedder, learned), "", sep="\n")
    print(*calibration(labels, sortings), "", sep="\n")
    print(*table(slugs, labels, sortings), "", sep="\n")
    print(*confusion(slugs, labels, sortings), "", sep="\n")
    print(speed(list(everything.values())[:500], categories, embedder, learned))


def strangers(
    labels: Sequence[corpus.Label],
    papers: Sequence[Paper],
    categories: Sequence[Category],
    learned: Learned,
    sort: Callable[[Learned, Sequence[Category], Sequence[Paper]], list[Sorting]],
) -> list[str]:
    """Each category in turn edited, so a stranger among the learned others: do its papers still reach it?"""
    reached, held = [], []
    for place, category in enumerate(categories):
        taxonomy = list(categories)
        taxonomy[place] = replace(category, description=f"{category.description} Edited.")
        for label, s in zip(labels, sort(learned, taxonomy, papers), strict=True):
            if label.primary == category.slug:
                reached.append(s.primary == category.slug)
            if s.primary == category.slug:
                held.append(category.slug in label.all)
    return [
        line("one edited category among learned ones: recall", reached),
        line("  of the papers it takes, those that belong to it", held),
    ]


def added(
    papers: Sequence[Paper], categories: Sequence[Category], embedder: LocalEmbedder, learned: Learned
) -> list[str]:
    """What reaches a category that a user adds to the shipped ones, judged by words of titles and abstracts."""
    lines = []
    vectors = embedder.embed(papers)
    for (slug, description, *seeds), pattern in ADDED:
        category = Category(slug, "+", {"en": slug.title()}, description, tuple(seeds))
        named = [bool(re.search(pattern, paper.title.lower())) for paper in papers]
        spoken = [bool(re.search(pattern, f"{paper.title} {paper.abstract}".lower())) for paper in papers]
        sortings = Categoriser([*categories, category], embedder.static, learned).sort(papers, vectors)
        given = [slug in (s.primary, *s.secondary) for s in sortings]
        taken = [s.primary == slug for s in sortings]
        lines += [
            line(f"{slug}: titles that name it, as primary", [t for t, n in zip(taken, named, strict=True) if n]),
            line("  the same, as any", [g for g, n in zip(given, named, strict=True) if n]),
            line("  primary papers that speak of it", [m for m, t in zip(spoken, taken, strict=True) if t]),
        ]
    return lines


def speed(
    papers: Sequence[Paper], categories: Sequence[Category], embedder: LocalEmbedder, learned: Learned
) -> str:
    """The time to sort papers that are embedded already."""
    vectors = embedder.embed(papers)
    began = time.perf_counter()
    Categoriser(categories, embedder.static, learned).sort(papers, vectors)
    return f"{len(papers)} papers sorted in {time.perf_counter() - began:.2f} s, readying the taxonomy included"


if __name__ == "__main__":
    main()
