"""Words that a sentence can spare: praise, emphasis, asides. What is left is a sentence, word for word the same.

Each goes only where a TL;DR is unlikely to have it, which `wording` estimates word by word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from digest.providers.local.wording import words

# From this mean chance on, words stay.
_LIKELY = 0.25
_LEAST_WORDS = 6
_PRAISE = "novel|new|simple|innovative|effective|powerful|principled|versatile|straightforward"
_ALSO_PRAISE = f"{_PRAISE}|efficient|general|flexible|practical|scalable|robust|intuitive"
_VERY = r"(?:(?:conceptually|very|surprisingly|remarkably|highly|extremely) )?"
_ANNOUNCES = (
    r"(?:propos|introduc|present|develop|design|describ|provid|build|construct|creat|devis|formulat|deriv|"
    r"establish|releas|use|offer)(?:e|es|ed|ing|s)?"
)
# Each has the words to drop in a group of its own, behind what must come before them.
_SPARE = (
    # "propose a novel vice", ", a simple yet effective vice"; a list of adjectives is left alone.
    re.compile(
        rf"((?:(?:\b{_ANNOUNCES}|[,:]|\bis|\bas)\s+(?:an?|the|two|three)|^An?|\b{_ANNOUNCES})\s)"
        rf"({_VERY}(?:{_PRAISE})(?:,? (?:yet|but|and) {_VERY}(?:{_ALSO_PRAISE}))?,? )"
        r"(?!(?:and|or|but|yet|to|for|of|in|that|state)\b|,)"
    ),
    re.compile(
        r"((?<!\bnot )(?<!\bmore )(?<!\bmost )(?<!\bless )(?<!\bas )(?<!\bso )(?<!\bhow )(?<!\bonly )(?<!\band )"
        r"(?<!\bor )(?<!\byet )(?<!\bbut )(?<!, )(?<=\w )\b)"
        r"((?:also|further|significantly|substantially|effectively|greatly|drastically|dramatically|considerably|"
        r"remarkably|seamlessly|notably|highly|extremely|essentially|easily|readily|carefully|successfully|"
        r"consistently|specifically|specially|explicitly|naturally|empirically|experimentally|theoretically|then|"
        r"thus|here|thereby|therefore|hence|inherently|actually|efficiently) )"
        r"(?=\w)(?!(?:and|or|but|yet|by|than|as|when|because|to)\b)"
    ),
    re.compile(r"(\b[Ww]e )(first )(?=\w)"),
    re.compile(r"(^)(Here,? )(?=we\b)"),
    re.compile(
        r"((?<=\w))(,? (?:to (?:the best of )?our knowledge|for the first time|in this (?:paper|work|article|"
        r"study)),?)(?=[ .])"
    ),
    # "a vice designed to hold nuts"
    re.compile(
        r"((?<=\w))((?: (?:that|which) (?:is|are))?(?: (?:specifically|specially|explicitly|carefully))? "
        r"(?:designed|tailored|intended|aimed|meant|dedicated|geared|devised|developed)"
        r"(?: specifically| explicitly)?)(?= (?:to (?!(?:the|an?|this|these|our)\b)[a-z]+|for)\b)"
    ),
    re.compile(r"(,)( (?:called|termed|named|dubbed|coined|namely))(?= [^,.]{1,60},)"),
    re.compile(r"(\b)(both )(?=[\w-]+(?: [\w-]+){0,4} and )"),
    re.compile(
        r"((?<!\bno )(?<!\bnot )(?<!\bany )(?<!\bas )(?<!\bmore )(?<!\bmost )(?<!\bless )(?<!ly )(?<!\band )"
        r"(?<!\bor )(?<!, )\b)((?:corresponding|respective|overall|inherent|crucial|important|significant|compre"
        r"hensive|extensive|promising|remarkable|considerable|sophisticated|notable|substantial|elegant) )"
        r"(?=[a-z])(?!(?:and|or|but|yet|for|to|in|of|when|because|is|are)\b)"
    ),
    re.compile(
        r"((?<=\w))(,? (?:in practice|in general|at the same time|to this end|in addition|as a result|in particu"
        r"lar|for example|for instance|in turn|in the literature|in recent years|in this (?:setting|context|way)|"
        r"in fact|as a consequence|in theory),?)(?=[ .])"
    ),
    # A reference, by number or by name.
    re.compile(
        r"((?<=\w))( (?:\[\d[\d, –-]*\]|\((?:[A-Z][\w'’-]+[^()]{0,40} )?(?:19|20)\d\d[a-z]?\)))(?=[ .,;:])"
    ),
)
_ARTICLE = re.compile(r"\b([Aa]n?)\s$")
_VOWEL = re.compile(r"(?!(?:uni(?!n)|use|usu|uti|eu|one\b|once))[aeiou]|(?:hour|honest|heir)", re.IGNORECASE)
# How these are said cannot be told from their letters.
_SPELT = re.compile(r"[A-Z\d]*[A-Z\d-](?![a-z])|[A-Z]+[a-z]*[A-Z]")


def without(text: str, chances: Mapping[str, float]) -> str:
    """The sentence `text` without what it can spare; `chances` are those of a TL;DR to have each word."""
    for pattern in _SPARE:
        at = 0
        while found := pattern.search(text, at):
            start, end = found.span(2)
            shorter = text[:start] + text[end:]
            if _unlikely(found[2], chances) and _agrees(text[:start], text[end:]) and _long(shorter):
                text = shorter if start else shorter[:1].upper() + shorter[1:]
                at = start
            else:
                at = end
    return text


def _unlikely(span: str, chances: Mapping[str, float]) -> bool:
    found = words(span)
    return sum(chances.get(word, 0.0) for word in found) < _LIKELY * len(found)


def _agrees(before: str, after: str) -> bool:
    """True if an article at the end of `before` suits what now comes after it."""
    article = _ARTICLE.search(before)
    if article is None:
        return True
    return _SPELT.match(after) is None and (len(article[1]) == 2) == (_VOWEL.match(after) is not None)


def _long(text: str) -> bool:
    return text.count(" ") + 1 >= _LEAST_WORDS
