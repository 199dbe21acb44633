"""Count phrases over the corpora and fit the keyphrase ranking of the local provider; writes phrases-v1.npz.

    python benchmarks/train_phrases.py --data FOLDER [--out FILE]

The background is arxiv.jsonl.gz; the ranking is fitted to the authors' keywords of iclr2018.jsonl.gz, tuning papers
only. The same files give the same bytes.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import reading_corpora as corpora
from sklearn.linear_model import LogisticRegression

from digest.providers.local.keyphrases import WEIGHTS, Background, Phraser, collect, features
from digest.providers.local.terms import LONGEST, folded, runs

LEAST_PAPERS = 12
MOST_PHRASES = 30_000
_WORD = re.compile(r"[^\W_]+(?:[-'’.+&/][^\W_]+)*|[.!?,;:()]")
_BEFORE_VERB = frozenset("to we can will not they which that also it could may must would should cannot i".split())
_AFTER_VERB = frozenset("the a an that this our how whether both these its their it".split())
_BEFORE_NOUN = frozenset("a an the of our its".split())


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
        for before, word in zip(words, words[1:], strict=False):
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


def keys(text: str, breakers: frozenset[str]) -> Iterator[str]:
    """Every folded phrase of `text`."""
    for run in runs(text, breakers):
        words = [folded(word.lower) for word in run]
        for start in range(len(words)):
            for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
                yield " ".join(words[start:end])


def count(texts: list[corpora.Text], breakers: frozenset[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Phrases, 16 times the logarithm of the papers that have each, and 255 times the share with it in the title."""
    papers: Counter[str] = Counter()
    titles: Counter[str] = Counter()
    for text in texts:
        in_title = set(keys(text.title, breakers))
        papers.update(in_title | set(keys(text.abstract, breakers)))
        titles.update(in_title)
    kept = [phrase for phrase, number in papers.items() if number >= LEAST_PAPERS and len(phrase) > 1]
    kept = sorted(sorted(kept, key=lambda phrase: (-papers[phrase], phrase))[:MOST_PHRASES])
    logs = [min(255, round(16 * math.log(papers[phrase]))) for phrase in kept]
    shares = [round(255 * titles[phrase] / papers[phrase]) for phrase in kept]
    return kept, np.array(logs, np.uint8), np.array(shares, np.uint8)


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
    phrases, papers, titled = count(texts, breakers)
    arrays = {
        "phrases": packed(phrases),
        "breakers": packed(sorted(breakers)),
        "proper": packed(sorted(proper)),
        "papers": papers,
        "titled": titled,
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
