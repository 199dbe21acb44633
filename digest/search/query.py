"""What a search asks for: words, "quoted phrases" that must stand as they are, or papers by their ids."""

from __future__ import annotations

import re
from dataclasses import dataclass

from digest.search.folding import Spelling, folded_words
from digest.sources.fields import arxiv_id, arxiv_id_in, doi_in

# A pasted abstract is searched for by its first words; its vector is of all of it.
MOST_TERMS = 32
_QUOTED = re.compile('["“”„«»]([^"“”„«»]*)["“”„«»]')
_ID_OF = re.compile(r"\b(arxiv|doi):\s+", re.IGNORECASE)
# Scripts that put no blanks between words, or put endings to them: a word is found within others.
_UNPARTED = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_STOP = frozenset(
    re.findall(
        r"\w+",
        "a about all an and any are as at be been by can do does for from has have how in into is it its no "
        "not of on or our over such than that the their these they this those to under using via was we were "
        "what when where which who why will with within without you your",
    )
)


@dataclass(frozen=True, slots=True)
class Term:
    """Something to be found, in one of its spellings; a `required` one stands in every hit."""

    spellings: tuple[Spelling, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked: in plain words (`meaning`), all folded words in their order, and what to look for."""

    meaning: str
    words: tuple[str, ...]
    terms: tuple[Term, ...]


def parse(text: str) -> Query:
    """Understand a query. One without a single letter or digit has no terms."""
    meaning = " ".join(re.sub('["“”„«»]', " ", text).split())
    quoted = [" ".join(folded_words(phrase)) for phrase in _QUOTED.findall(text)]
    terms = [_exactly((phrase,), required=True) for phrase in quoted if phrase]
    tokens = [words for token in _QUOTED.sub(" ", text).split() if (words := folded_words(token))]
    telling = [words for words in tokens if len(words) > 1 or words[0] not in _STOP]
    for words in telling or ([] if terms else tokens):
        # Single letters tell something only beside their fellows: "t-SNE", "GPT-4".
        terms += [_exactly(_forms(word)) for word in words if len(words) == 1 or len(word) > 1]
        if len(words) > 1:
            terms.append(_exactly((" ".join(words), "".join(words))))
    return Query(meaning, tuple(folded_words(meaning)), tuple(dict.fromkeys(terms))[:MOST_TERMS])


def keys_in(text: str) -> list[str]:
    """The ids of papers (`arxiv:2603.01234`, `doi:10.1/x`), if the query is nothing but ids, in any usual form."""
    tokens = [token.strip(",;") for token in _ID_OF.sub(r"\1:", text).split()]
    found = [_key(token) for token in tokens if token]
    return list(dict.fromkeys(found)) if all(found) else []


def _key(token: str) -> str:
    bare = re.sub(r"^arxiv:", "", token, flags=re.IGNORECASE).removesuffix(".pdf")
    if (paper := arxiv_id(bare) or arxiv_id_in(token)) is not None:
        return f"arxiv:{paper[0]}"
    doi = doi_in(token)
    return f"doi:{doi}" if doi else ""


def _exactly(words: tuple[str, ...], required: bool = False) -> Term:
    """The term for words, or rows of words, of one meaning."""
    if _UNPARTED.search(words[0]):
        return Term(tuple(Spelling(word.encode(), (b"",)) for word in words), required)
    if any(" " in word for word in words):
        return Term(tuple(_row(word.split()) for word in words), required)
    shared = _beginning(words)
    endings = tuple(f"{word[len(shared) :]} ".encode() for word in words)
    return Term((Spelling(f" {shared}".encode(), endings),), required)


def _row(words: list[str]) -> Spelling:
    """Words one after the other; what was taken away between them may have left more blanks than one."""
    following = "".join(f" +{re.escape(word)}" for word in words[1:]).encode()
    return Spelling(f" {words[0]}".encode(), (b" ",), re.compile(following + b" ") if words[1:] else None)


def _beginning(words: tuple[str, ...]) -> str:
    """What all the words begin with."""
    first, last = min(words), max(words)
    size = next((n for n, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return first[:size]


def _forms(word: str) -> tuple[str, ...]:
    """A word in the singular and in the plural, as far as its ending tells."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return (word,)
    base = word
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        base = word[:-2]
    elif word.endswith("ies"):
        base = f"{word[:-3]}y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")):
        base = word[:-1]
    if base.endswith("y") and base[-2] not in "aeiou":
        plural = f"{base[:-1]}ies"
    else:
        plural = f"{base}es" if base.endswith(("s", "x", "z", "ch", "sh")) else f"{base}s"
    return tuple(sorted({word, base, plural}))
