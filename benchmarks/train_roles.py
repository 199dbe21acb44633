"""Train the sentence roles and the choice of the TL;DR of the local provider; writes roles-v1.npz.

    python benchmarks/train_roles.py --data FOLDER [--out FILE]

FOLDER (or BENCH_DATA) holds arxiv.jsonl.gz, nips2018.jsonl.gz and iclr2018.jsonl.gz. The same files give the same
weights. Of the sentences labelled by hand and the authors' TL;DRs, only those that `reading_corpora` leaves for
tuning count, with TL;DRs that were written for the purpose; `tldr_fitting` fits the choice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import reading_corpora as corpora
import rouge
import tldr_fitting as fitting
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from digest.providers.local.roles import ROLES, WEIGHTS, RoleModel, context, ngrams
from digest.providers.local.sentences import Sentence, sections, split
from digest.providers.local.wording import Wording

VOCABULARY = 16_000
ABSTRACTS = 16_000
SALIENCE_ABSTRACTS = 22_000
LEAST_LIKENESS = 0.15
MIX_C = 0.3
CUES = {
    "other": r"github|https?:|\b(code|codes|dataset|data|models?|materials|demo|weights|website|project "
    r"page)\b.*\b(available|released?|open-?sourced?|found at)\b|^(code|project page|website)\b",
    "method": r"^(in this (paper|work|study|article|report|thesis),? |here,? |to (this|these) ends?,? |"
    r"therefore,? |thus,? |specifically,? |to \w+ (this|these|the|such) [^,]{3,60}, |motivated by [^,]+, |"
    r"inspired by [^,]+, )?(we|this (paper|work|study|article)|the authors|i) (also |then |further |first |"
    r"next |hereby )?(propose|present|introduce|develop|design|describe|formulate|build|construct|collect|"
    r"devise|create|employ|adopt|leverage|use|utilize|train|combine|apply|extend|adapt|implement|model)s?\b|"
    r"\b(is|are) (proposed|introduced|presented|developed|designed)\b|^(our|the proposed) (\w+ "
    r"){0,3}(consists|uses|leverages|combines|employs|integrates|builds|incorporates|utilizes|first|adopts|"
    r"decomposes|learns)\b|^specifically,",
    "result": r"\b(experiments?|evaluations?|experimental results|results|simulations?|"
    r"ablation\w*)\b.*\b(show|shows|demonstrate|demonstrates|indicate|reveal|confirm|validate|verify|"
    r"suggest)\b|^(we|our results|our experiments|our analysis|empirically, we|surprisingly, we) (also |"
    r"further |then )?(find|show|demonstrate|observe|prove|found|showed)\b|\boutperform|\bachiev\w+ (a |an |"
    r"the |new )?(state-of-the-art|superior|competitive|accuracy|up to|comparable|significant)|\d%.*\b(over|"
    r"compared|accuracy|improve\w*|gains?|reduc\w+)\b|^extensive (experiments|evaluations?)|^compared (to|"
    r"with)",
    "application": r"\b(pav(e|es|ing) the way|practical (implications|applications|guid\w+|solution|tool|"
    r"pathway)|(valuable|new|actionable|practical|useful) insights|offer(s|ing) (a |an |new |practical |"
    r"valuable )?(\w+ )?(path|pathway|foundation|solution|tool|guidance|alternative|direction|step)|"
    r"provid(es|ing) (a |an )?(\w+ )?(foundation|basis|guidance|guidelines|pathway|resource|roadmap|tool "
    r"for)|opens? (up )?(new|a|the)|(has|have|holds?) (the |significant |great )?(potential|promise) (to|for|"
    r"in)|can (help|support|inform|guide|serve as|facilitate)|underscor\w+ the|highlight(s|ing)? the (need|"
    r"importance|potential|value)|contribut(es|ing) to|real-world (deployment|applications)|clinical "
    r"(practice|use|deployment)|broader|future (research|work)|advanc(es|ing) the|important (step|"
    r"implications)|promising (direction|solution|tool|alternative|step))\b",
    "problem": r"^(however|yet|nevertheless|unfortunately|despite|but|nonetheless|still)\b|\bremain(s|ed)? "
    r"(\w+ )?(challeng\w+|unclear|open|under-?explored|unexplored|limited|difficult|poorly|an? (\w+ "
    r")?(challenge|problem|question))|\bsuffer(s)? from\b|^(existing|current|previous|prior|traditional|"
    r"conventional) .*\b(fail|fails|lack|lacks|neglect|overlook|ignore|struggle|limited|limiting|require|"
    r"rely|suffer|often)\b|\b(is|are) (\w+ )?(challenging|difficult|costly|expensive|scarce)\b|\b(we|this "
    r"(paper|work|study)) (study|studies|investigate|investigates|ask|consider|considers|address|addresses|"
    r"examine|examines|explore|explores|aims?) |\bchallenges?\b|\black of\b|\blittle (is known|attention)\b",
    "background": r"\b(has|have) (\w+ )?(emerged|become|shown|achieved|demonstrated|been|attracted|gained|"
    r"made|revolutionized|transformed|enabled)\b|\b(is|are) (an? |the )?(\w+ )?(important|essential|crucial|"
    r"fundamental|widely|critical|key|vital|central|popular|increasingly)\b|\bplays? an?\b|^recent(ly)?\b|"
    r"^with the\b|\brecent (advances|advancements|years|progress|work)\b",
}
_OURS = re.compile(r"\b(we|our|ours|this (paper|work|study|article)|the proposed)\b", re.IGNORECASE)
_PATTERNS = {role: re.compile(pattern, re.IGNORECASE) for role, pattern in CUES.items()}
_OF_SECTION = {
    "background": "background",
    "problem": "problem",
    "method": "method",
    "result": "result",
}


def cue_label(sentence: Sentence, place: int, count: int) -> str:
    """The weak label of a sentence, "" where cues are silent or at odds."""
    text = sentence.text
    if sentence.section in _OF_SECTION:
        return _OF_SECTION[sentence.section]
    found = {role for role, pattern in _PATTERNS.items() if pattern.search(text)}
    early, late = place < max(2, 0.4 * count), place >= 0.6 * count
    if "other" in found and late and len(text) < 220:
        return "other"
    found.discard("other")
    if _OURS.search(text) or not early:
        found.discard("background")
    if not late:
        found.discard("application")
    if not early and not _PATTERNS["problem"].match(text):
        found.discard("problem")
    if "application" in found and not re.search(r"\d%|outperform|experiments", text):
        return "application"
    if found == {"background", "problem"}:
        return "problem"
    return found.pop() if len(found) == 1 else ""


def matrix(grams: Iterable[Sequence[str]], vocabulary: dict[str, int]) -> csr_matrix:
    """Counts of known n-grams over the root of their number, as the model reads them."""
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for row in grams:
        known = [vocabulary[gram] for gram in row if gram in vocabulary]
        columns.extend(known)
        values.extend([(len(known) + 1) ** -0.5] * len(known))
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(ends) - 1, len(vocabulary)))


def first_stage(abstracts: Sequence[Sequence[Sentence]]) -> RoleModel:
    """Fit the n-gram stage to weak labels."""
    labelled = [
        (sentence, cue_label(sentence, place, len(abstract)))
        for abstract in abstracts
        for place, sentence in enumerate(abstract)
    ]
    grams = [ngrams(sentence.text) for sentence, _ in labelled]
    seen = Counter(gram for row in grams for gram in set(row))
    kept = sorted(seen, key=lambda gram: (-seen[gram], gram))[:VOCABULARY]
    vocabulary = {gram: row for row, gram in enumerate(kept)}
    features = matrix(grams, vocabulary)
    known = np.array([bool(role) for _, role in labelled])
    target = np.array([ROLES.index(role) if role else -1 for _, role in labelled])
    print("weak labels:", Counter(role for _, role in labelled))
    return fit_words(features[known], target[known], vocabulary)


def fit_words(features: csr_matrix, target: np.ndarray, vocabulary: dict[str, int]) -> RoleModel:
    """A logistic regression as a RoleModel without salience whose second stage passes everything through."""
    fitted = LogisticRegression(C=1.0, max_iter=200, tol=1e-3).fit(features, target)
    words = np.zeros((len(vocabulary) + 1, len(ROLES) + 1))
    words[:-1, :-1] = fitted.coef_.T
    mix = np.zeros((context(np.zeros((1, len(ROLES)))).shape[1], len(ROLES)))
    mix[: len(ROLES)] = np.eye(len(ROLES))
    return RoleModel(vocabulary, words, fitted.intercept_, mix, np.zeros(len(ROLES)))


def add_salience(model: RoleModel, texts: Iterable[corpora.Text]) -> None:
    """Fit the last column: which sentence shares most words with the title, by its n-grams alone."""
    grams, labels = [], []
    for text in texts:
        sentences = split(text.abstract)
        likeness = [rouge.rouge1(sentence, text.title) for sentence in sentences]
        if len(sentences) < 3 or max(likeness) < LEAST_LIKENESS:
            continue
        best = int(np.argmax(likeness))
        grams.extend(ngrams(sentence) for sentence in sentences)
        labels.extend(row == best for row in range(len(sentences)))
    features = matrix(grams, dict(model.vocabulary))
    fitted = LogisticRegression(C=0.3, max_iter=200, tol=1e-3, class_weight="balanced").fit(features, labels)
    model.words[:-1, -1] = fitted.coef_[0]


def second_stage(model: RoleModel, folder: Path) -> RoleModel:
    """Fit the weighing of neighbours, position and sections to the tuning half of the hand labels."""
    abstracts = corpora.labelled(folder, held_out=False)
    features = np.vstack([features_of(model, sentences) for sentences, _ in abstracts])
    target = np.concatenate([np.array(roles) for _, roles in abstracts])
    fitted = LogisticRegression(C=MIX_C, max_iter=2000).fit(features, target)
    return replace(model, mix=fitted.coef_.T, mix_bias=fitted.intercept_)


def features_of(model: RoleModel, sentences: Sequence[Sentence]) -> np.ndarray:
    """Second-stage features of one abstract."""
    return context(model.opinions(sentences)[0])


def main() -> None:
    """Train and write."""
    parser = corpora.parser(__doc__ or "")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    hidden = corpora.labelled_ids()
    texts = [text for text in corpora.read(options.folder, "arxiv") if text.id not in hidden]
    texts.sort(key=lambda text: corpora.digest_of(text.id))
    structured = [text for text in texts if any(sentence.section for sentence in sections(text.abstract))]
    model = first_stage([sections(text.abstract) for text in [*structured, *texts[:ABSTRACTS]]])
    add_salience(model, texts[:SALIENCE_ABSTRACTS])
    model = rounded(second_stage(model, options.folder))
    authors = corpora.tldrs(options.folder)
    read = fitting.abstracts(model, authors)
    chooser = fitting.fit_chooser(fitting.scored(fitting.with_chances(read, authors, model), authors))
    write(options.out, model, fitting.fit_wording(read, authors, model), chooser)
    print(f"{len(model.vocabulary)} n-grams, {options.out.stat().st_size / 1000:.0f} kB")


def rounded(model: RoleModel) -> RoleModel:
    """The model as `write` stores it, so that the choice is fitted to the opinions it will meet."""
    scale = np.abs(model.words[:-1]).max(axis=0) / 127
    return replace(model, words=np.round(model.words / scale) * scale)


def write(path: Path, model: RoleModel, wording: Wording, chooser: np.ndarray) -> None:
    """Store the weights; those of the n-grams in 8 bits, scaled by column."""
    scale = np.abs(model.words[:-1]).max(axis=0) / 127
    own_scale = np.abs(wording.own).max() / 127
    np.savez_compressed(
        path,
        vocabulary=np.frombuffer("\n".join(model.vocabulary).encode(), np.uint8),
        words=np.round(model.words[:-1] / scale).astype(np.int8),
        scale=scale,
        bias=model.bias,
        mix=model.mix,
        mix_bias=model.mix_bias,
        wording=wording.weights,
        own=np.round(wording.own / own_scale).astype(np.int8),
        own_scale=own_scale,
        tldr=chooser,
    )


if __name__ == "__main__":
    main()
