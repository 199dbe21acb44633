"""Shortening a sentence without rewording it: what is left is the abstract's own text in its own order.

Only four things may go: a connective at the head, a subordinate lead-in before "we …" or "this paper …", a
parenthesis, and a clause at the tail. The first letter is put in capitals; a text cut at its cap ends in "…".
"""

from __future__ import annotations

import re

CAP = 360
TLDR_CAP = 280
_LEAST_WORDS = 7

_THESE = r"(?:this|these|the|such|those|both|its|their|aforementioned|above)"
_CONNECTIVES = re.compile(
    r"(?:(?:However|Moreover|Furthermore|Additionally|In addition|Besides|Specifically|In particular|Particularly|"
    r"More specifically|Concretely|Notably|Importantly|Crucially|Interestingly|Surprisingly|Remarkably|Therefore|Thus|"
    r"Hence|Consequently|Accordingly|As a result|As a consequence|Finally|Lastly|Meanwhile|Nevertheless|Nonetheless|"
    r"Unfortunately|Overall|Altogether|In summary|In conclusion|To conclude|Taken together|Collectively|Likewise|"
    r"Similarly|Conversely|In contrast|By contrast|On the other hand|Instead|Indeed|In fact|In short|Still|Yet|"
    r"To (?:this|that|these) ends?|To do (?:so|this)|For this purpose|In this regard|In light of this|"
    rf"(?:Motivated|Inspired) by {_THESE}(?: [\w-]+){{0,3}}|(?:Based|Building) (?:up)?on {_THESE}(?: [\w-]+){{0,3}}|"
    r"To (?:address|tackle|overcome|solve|fill|bridge|mitigate|alleviate|remedy|handle|circumvent|resolve|combat|"
    rf"close|meet|remove|avoid) {_THESE}(?: [\w-]+){{0,4}}),\s+|(?:And|But|So|Also),?\s+|"
    r"(?:First|Second|Third|Firstly|Secondly|Thirdly|Then|Here|Next),\s+)+"
)
_THIS_PAPER = re.compile(
    r"In (?:this|the present|our) (?:paper|work|study|article|report|letter|thesis|manuscript|contribution|survey|"
    r"position paper|technical report)(?:,\s*(?=[a-z])|\s+(?=we\b|I\b))"
)
# The main clause of a contribution sentence, to which a subordinate clause may lead.
_MAIN = re.compile(
    r"(?P<before>(?:, (?:and )?|\b)(?:in this (?:paper|work|study|article),? )?)"
    r"(?P<main>(?:we|this (?:paper|work|study|article|survey))\s(?:also |then |further |first |here |thus |therefore |"
    r"therefore |instead |newly )?"
    r"(?:propose|present|introduce|develop|design|describe|show|demonstrate|prove|find|study|investigate|explore|"
    r"examine|analy[sz]e|provide|formulate|build|create|construct|establish|address|derive|train|use|extend|"
    r"evaluate|consider|argue|offer|report|apply|identify|devise|conduct|learn|define|give|suggest|test|compare)e?s?\b)"
)
_SUBORDINATE = re.compile(
    r"(?:To|By|Based on|Motivated|Inspired|Leveraging|Building|Given|Using|Unlike|With|Through|In|While|Although|"
    r"Though|Despite|As|For|Recently|Recent|Since|Because|Drawing|Following|Rather|Instead|From|On|Under|Towards?|"
    r"Considering|Combining|Beyond|Compared|Contrary|Departing|Starting|Driven|Guided|At|Whereas|Within)\b"
)
_TAIL = re.compile(
    r"(?:,| --?| –| —|;)\s(?:which|where|thereby|thus|enabling|achieving|while|leading|without|demonstrating|making|"
    r"resulting|allowing|improving|outperforming|and (?:we|show|demonstrate|then|it|thus|thereby|evaluate|achieves?)|"
    r"whose|that is|i\.e\.|e\.g\.|such as|including|showing|providing|with|reducing|ensuring|offering|yielding|"
    r"facilitating|as well as|but|so that|surpassing|highlighting|revealing|suggesting|even|especially|"
    r"particularly|in which|namely|consisting|due|eliminating|preserving|but also)\b"
)
_PARENTHESIS = re.compile(r"\s?\((?![a-z]{0,2}\))[^()]{1,80}\)")


def head(sentence: str) -> str:
    """Take connectives off the head, "However, " for one, and put the first letter in capitals."""
    found = _CONNECTIVES.match(sentence)
    if found and len(sentence) - found.end() > 20:
        sentence = sentence[found.end() :]
    return _capitalised(sentence)


def capped(text: str, cap: int = CAP) -> str:
    """Return `text` of at most `cap` characters, cut between words and marked "…" where it was longer."""
    if len(text) <= cap:
        return text
    cut = text[: cap - 1]
    space = cut.rfind(" ", cap // 2)
    return (cut[:space] if space > 0 else cut).rstrip(" ,;:–—-") + "…"


def shorter(sentence: str) -> list[str]:
    """The sentence with its head taken off, then ever shorter ones; each is text of the sentence, none is empty."""
    lead = _without_lead(head(sentence))
    plain = _PARENTHESIS.sub("", lead)
    found = [head(sentence), lead, plain]
    found += _without_tail(plain)
    return list(dict.fromkeys(capped(text, TLDR_CAP) for text in found))


def _without_lead(sentence: str) -> str:
    """Drop "In this paper," and a subordinate clause before the main one ("To …, we propose")."""
    found = _THIS_PAPER.match(sentence)
    if found:
        sentence = _capitalised(sentence[found.end() :])
    main = _MAIN.search(sentence)
    if main is None or not main.start() or not _SUBORDINATE.match(sentence):
        return sentence
    before = sentence[: main.start("main")].rstrip()
    if not before.endswith(",") or len(sentence) - main.start("main") < 40:
        return sentence
    return _capitalised(sentence[main.start("main") :])


def _without_tail(sentence: str) -> list[str]:
    """The sentence cut before each of its tail clauses that leaves enough words and no open bracket or quote."""
    cut = []
    for found in reversed(list(_TAIL.finditer(sentence))):
        text = sentence[: found.start()].rstrip(" ,;:")
        if len(text.split()) < _LEAST_WORDS or text.count("(") != text.count(")"):
            continue
        if text.count("“") == text.count("”") and text.count('"') % 2 == 0:
            cut.append(text + ".")
    return cut


def _capitalised(text: str) -> str:
    """Upper-case the first letter, unless the word is spelt in its own way ("iPhone", "t-SNE")."""
    word = re.match(r"[\w-]*", text)
    if not text or (word and any(character.isupper() for character in word[0])):
        return text
    if re.match(r"[a-z]-", text):
        return text
    return text[0].upper() + text[1:]
