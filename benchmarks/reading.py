"""How well the local provider reads: TL;DR, sentence roles, keyphrases, speed.

    python benchmarks/reading.py --data FOLDER

TL;DR: ROUGE-1 F against the TL;DRs that authors wrote, on the 70% of papers that nothing was tuned on, with 95%
bootstrap intervals over papers: by the package rouge-score (`pip install rouge-score`), plain and with its Porter
stemmer, as figures are usually given. These 70% have been opened eight times.
Roles: precision, recall and F1 on the held-out half of the sentences labelled by hand. Keyphrases: exact matches
(singular and plural are one) with the keywords that authors gave, on the same 70%.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import numpy as np
import reading_corpora as corpora
from rouge_score.rouge_scorer import RougeScorer

from digest.providers.local.extract import Extractor
from digest.providers.local.roles import ROLES
from digest.providers.local.sentences import split
from digest.providers.local.terms import folded

RESAMPLES = 2000
SCORERS = {stemmed: RougeScorer(["rouge1"], use_stemmer=stemmed) for stemmed in (False, True)}
TIMED = 500
CUED = 'first "we propose/show"'
_CUE = re.compile(
    r"\b(?:we|this paper|this work)\b.*\b(?:propos|introduc|present|show|demonstrat|develop)",
    re.IGNORECASE,
)


def likeness(text: str, reference: str, stemmed: bool) -> float:
    """ROUGE-1 F of a text against what the authors wrote."""
    score: float = SCORERS[stemmed].score(reference, text)["rouge1"].fmeasure
    return score


def cued(text: corpora.Text) -> str:
    """The first sentence in which the authors propose or show something, else the first of all."""
    sentences = split(text.abstract)
    return next((sentence for sentence in sentences if _CUE.search(sentence)), sentences[0])


def best(text: corpora.Text) -> str:
    """The sentence closest to the author's TL;DR: the most that any choice of one whole sentence could reach."""
    return max(split(text.abstract), key=lambda sentence: likeness(sentence, text.tldr, True))


def interval(values: np.ndarray) -> str:
    """The mean and its 95% bootstrap interval over papers."""
    draws = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


def tldrs(texts: list[corpora.Text], extractor: Extractor) -> None:
    """Print the table of TL;DRs."""
    ways: dict[str, Callable[[corpora.Text], str]] = {
        "lead sentence": lambda text: split(text.abstract)[0],
        "title": lambda text: text.title,
        CUED: cued,
        "ours": lambda text: extractor.extract(text.title, text.abstract).tldr,
        "best single sentence": best,
    }
    print(f"\nTL;DR, ROUGE-1 F, {len(texts)} papers{'':12}plain{'':20}stemmed")
    written = {name: [way(text) for text in texts] for name, way in ways.items()}
    scores = {
        (name, stemmed): np.array(
            [likeness(one, text.tldr, stemmed) for one, text in zip(ones, texts, strict=True)]
        )
        for name, ones in written.items()
        for stemmed in (False, True)
    }
    for name in ways:
        print(f"  {name:26}{interval(scores[name, False])}   {interval(scores[name, True])}")
    gains = [scores["ours", stemmed] - scores[CUED, stemmed] for stemmed in (False, True)]
    print(f"  {'ours - first cue':26}{interval(gains[0])}   {interval(gains[1])}")
    lengths = [len(one.split()) for one in written["ours"]]
    print(
        f"  words: ours {np.mean(lengths):.1f}, authors {np.mean([len(text.tldr.split()) for text in texts]):.1f}"
    )


def roles(abstracts: list[tuple[list[corpora.Sentence], list[int]]], extractor: Extractor) -> None:
    """Print precision, recall and F1 of every role."""
    truth = np.concatenate([labels for _, labels in abstracts])
    guess = np.concatenate([extractor.roles.judge(sentences).roles.argmax(axis=1) for sentences, _ in abstracts])
    print(f"\nsentence roles, {len(truth)} sentences of {len(abstracts)} papers")
    scores = []
    for row, role in enumerate(ROLES):
        hits = int(((guess == row) & (truth == row)).sum())
        found, there = int((guess == row).sum()), int((truth == row).sum())
        scores.append(2 * hits / max(1, found + there))
        precision, recall = hits / max(1, found), hits / max(1, there)
        print(f"  {role:12} P {precision:.2f}  R {recall:.2f}  F1 {scores[-1]:.2f}  n {there}")
    print(f"  accuracy {(guess == truth).mean():.3f}, macro F1 {np.mean(scores):.3f}")


def keyphrases(papers: list[tuple[corpora.Text, list[str]]], extractor: Extractor) -> None:
    """Print exact matches with the authors' keywords, also among those that stand in the text at all."""
    hits = found = given = there = 0
    for text, keywords in papers:
        wanted = {_folded(keyword) for keyword in keywords}
        words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", f"{text.title} {text.abstract}")
        said = f" {_folded(' '.join(words))} "
        ours = {
            _folded(re.sub(r" \(.*", "", phrase))
            for phrase in extractor.phraser.phrases(text.title, text.abstract)
        }
        hits += len(wanted & ours)
        found += len(ours)
        given += len(wanted)
        there += sum(f" {keyword} " in said for keyword in wanted)
    print(
        f"\nkeyphrases, {len(papers)} papers: precision {hits / found:.3f}, recall {hits / given:.3f}, ",
        end="",
    )
    print(f"recall among the {there / given:.0%} that stand in the text {hits / there:.3f}")


def _folded(phrase: str) -> str:
    return " ".join(folded(word) for word in phrase.lower().split())


def speed(texts: list[corpora.Text], extractor: Extractor) -> None:
    """Print wall and processor time for reading papers, one by one on one core."""
    wall, processor = time.perf_counter(), time.process_time()
    for text in texts:
        extractor.extract(text.title, text.abstract)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"\nspeed: {len(texts)} papers in {wall:.2f} s ({processor:.2f} s of processor time)")


def main() -> None:
    """Print every table."""
    folder = corpora.parser(__doc__ or "").parse_args().folder
    extractor = Extractor.load()
    authored = [text for text in corpora.read(folder, "iclr2018") if text.tldr and not corpora.tuning(text)]
    tldrs(authored, extractor)
    roles(corpora.labelled(folder, held_out=True), extractor)
    keyphrases([one for one in corpora.keywords(folder) if not corpora.tuning(one[0])], extractor)
    speed(list(corpora.read(folder, "nips2018"))[:TIMED], extractor)


if __name__ == "__main__":
    main()
