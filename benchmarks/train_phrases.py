"""Count phrases over the corpora and fit the keyphrase ranking of the local provider; writes phrases-v1.npz.

    python benchmarks/train_phrases.py --data FOLDER [--out FILE]

The background is arxiv.jsonl.gz; the ranking is fitted to the authors' keywords of iclr2018.jsonl.gz, tuning
papers only. The same files give the same weights.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import reading_corpora as corpora
from sklearn.linear_model import LogisticRegression

from digest.providers.local.acronyms import defined
from digest.providers.local.keyphrases import WEIGHTS, Phraser, features
from digest.providers.local.phrases import Background, collect, spans
from digest.providers.local.terms import Word, folded, listed, runs

LEAST_PAPERS = 12
MOST_PHRASES = 30_000
WEAK_SHARE = 0.3
LOOSE_PAPERS = 300
_WORD = re.compile(r"[^\W_]+(?:[-'’.+&/][^\W_]+)*|[.!?,;:()]")
_BEFORE_VERB = listed("to we can will not they which that also it could may must would should cannot i")
_AFTER_VERB = listed("the a an that this our how whether both these its their it")
_BEFORE_NOUN = listed("a an the of our its")


def spelling(texts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Words that stand like verbs (they break a phrase), and words with a capital inside sentences."""
    total: Counter[str] = Counter()
    verb: Counter[str] = Counter()
    taking: Counter[str] = Counter()
    noun: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        words = _WORD.findall(text)
        lower = [word.lower() for word in words]
        for before, word, after in zip(["", *lower], lower, [*lower[1:], ""], strict=False):
            total[word] += 1
            verb[word] += before in _BEFORE_VERB
            noun[word] += before in _BEFORE_NOUN
            taking[word] += after in _AFTER_VERB
        for before, word in pairwise(words):
            if before not in ".!?:":
                inside[word.lower()] += 1
                capital[word.lower()] += word[0].isupper()
    breakers = frozenset(
        word
        for word, count in total.items()
        if count >= 15
        and word[0].isalpha()
        and (verb[word] > 0.25 * count or taking[word] > 0.22 * count)
        and (noun[word] < 0.1 * count or verb[word] > 0.5 * count)
    )
    proper = frozenset(word for word, count in inside.items() if count >= 15 and capital[word] > 0.7 * count)
    return breakers, proper


class Counts:
    """Running counts of phrases: papers, titles, mentions, closed ones, ones in capitals."""

    def __init__(self, breakers: frozenset[str]) -> None:
        self.breakers = breakers
        self.papers: Counter[str] = Counter()
        self.titles: Counter[str] = Counter()
        self.mentions: Counter[str] = Counter()
        self.closed: Counter[str] = Counter()
        self.capital: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.weak: set[str] = set()
        self.loose: set[str] = set()

    def add(self, text: corpora.Text) -> None:
        """Count one paper."""
        in_title = {key for key, _, _ in self.phrases(text.title)}
        in_abstract = set()
        for key, words, closed in self.phrases(text.abstract):
            in_abstract.add(key)
            self.mentions[key] += 1
            self.closed[key] += closed
            if not words[0].opens:
                self.inside[key] += 1
                self.capital[key] += all(word.spelt[0].isupper() or not word.spelt[0].isalpha() for word in words)
            if words[0].weak or words[-1].weak:
                (self.weak if not (words[0].weak and words[-1].weak) else self.loose).add(key)
        self.papers.update(in_title | in_abstract)
        self.titles.update(in_title)

    def phrases(self, text: str) -> Iterator[tuple[str, list[Word], bool]]:
        """Every folded phrase of `text`, its words, and whether nothing longer surrounds it."""
        for run in runs(text, self.breakers):
            for start, end, key, closed in spans(run):
                yield key, run[start:end], closed

    def cohesive(self, phrase: str) -> bool:
        """False where a weak word merely happens to stand at an end.

        "different agent" is out, "multiple instance learning" in; with weak words at both ends a phrase must be
        the more common ("large language model").
        """
        if phrase in self.loose and self.papers[phrase] < LOOSE_PAPERS:
            return False
        if phrase not in self.weak and phrase not in self.loose:
            return True
        words = phrase.split(" ")
        rest = min(self.papers[" ".join(words[1:])], self.papers[" ".join(words[:-1])])
        apart = self.closed[phrase] > WEAK_SHARE * self.mentions[phrase]
        return len(words) > 1 and apart and self.papers[phrase] > WEAK_SHARE * max(1, rest)

    def table(self) -> tuple[list[str], np.ndarray]:
        """The phrases to ship and, in 8 bits, their columns of `Known`, shape (n, 4)."""
        kept = [
            phrase
            for phrase, number in self.papers.items()
            if number >= LEAST_PAPERS and len(phrase) > 1 and self.cohesive(phrase)
        ]
        kept = sorted(sorted(kept, key=lambda phrase: (-self.papers[phrase], phrase))[:MOST_PHRASES])
        rows = [
            [
                min(255, round(16 * math.log(self.papers[phrase]))),
                round(255 * self.titles[phrase] / self.papers[phrase]),
                round(255 * self.closed[phrase] / max(1, self.mentions[phrase])),
                round(255 * self.capital[phrase] / max(1, self.inside[phrase])),
            ]
            for phrase in kept
        ]
        return kept, np.array(rows, np.uint8)


def expansions(texts: Iterable[corpora.Text]) -> list[str]:
    """Acronyms that nearly always stand for one thing: lines of folded acronym, tab, folded expansion."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for acronym, (expansion, _) in defined(text.abstract).items():
            found[acronym][expansion] += 1
    return [
        f"{acronym}\t{counts.most_common(1)[0][0]}"
        for acronym, counts in sorted(found.items())
        if counts.most_common(1)[0][1] >= max(10, 0.7 * counts.total())
    ]


def fit(texts: Iterable[tuple[corpora.Text, list[str]]], background: Background) -> np.ndarray:
    """Weights of the features, fitted to the authors' keywords."""
    blocks, labels = [], []
    for text, keywords in texts:
        wanted = {" ".join(folded(word) for word in keyword.lower().split()) for keyword in keywords}
        found = collect(text.title, text.abstract, background)
        if found:
            blocks.append(features(found, background))
            labels.extend(candidate.key in wanted for candidate in found)
    fitted = LogisticRegression(C=0.3, max_iter=3000, fit_intercept=False).fit(np.vstack(blocks), labels)
    return np.asarray(fitted.coef_[0])


def main() -> None:
    """Train and write."""
    parser = corpora.parser(__doc__ or "")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    texts = list(corpora.read(options.folder, "arxiv"))
    breakers, proper = spelling(text.abstract for text in texts)
    counts = Counts(breakers)
    for text in texts:
        counts.add(text)
    phrases, table = counts.table()
    arrays = {
        "phrases": packed(phrases),
        "table": table,
        "breakers": packed(sorted(breakers)),
        "proper": packed(sorted(proper)),
        "acronyms": packed(expansions(texts)),
        "weights": np.zeros(1),
    }
    np.savez_compressed(options.out, **arrays)
    background = Phraser.load(options.out).background
    keywords = [one for one in corpora.keywords(options.folder) if corpora.tuning(one[0])]
    arrays["weights"] = fit(keywords, background).astype(np.float32)
    np.savez_compressed(options.out, **arrays)
    print(f"{len(phrases)} phrases, {len(breakers)} breakers, {options.out.stat().st_size / 1000:.0f} kB")


def packed(words: list[str]) -> np.ndarray:
    """Words as one array of UTF-8 bytes, a line each."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


if __name__ == "__main__":
    main()
