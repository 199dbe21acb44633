"""Shortening a sentence without rewording it: what is left is the abstract's own text in its own order.

Only five things may go: a connective or list number at the head, a subordinate lead-in before "we …" or "this
paper …", a parenthesis, a clause or phrase at the tail, and the words "we propose" or "we show that" themselves;
single words are the matter of `spare`.
What goes from the tail must leave a sentence: see `clause`. The first letter is put in capitals; a text cut at its
cap ends in "…".
"""

from __future__ import annotations

import re
from itertools import islice

from digest.providers.local import clause

CAP = 360
TLDR_CAP = 280
_LEAST_WORDS = 7
_MARKS = " ,;:–—-"
# "1)" in a list that stands in the sentence.
_NUMBERED = re.compile(r"(?<![(\w])(?:\d|[ivx]{1,4}|[a-h])\)")
_STOP = re.compile(r"[.!?][\"'”’»)\]*]*$")

_THESE = r"(?:this|these|the|such|those|both|its|their|aforementioned|above)(?: (?!we\b|this\b|our\b|I\b)[\w-]+)"
_MEETING = (
    "address|tackle|overcome|solve|fill|bridge|mitigate|alleviate|remedy|handle|circumvent|resolve|combat|"
    "close|meet|remove|avoid|surmount"
)
_LINKS = (
    "However|Moreover|Furthermore|Additionally|In addition|Besides|Specifically|In particular|Particularly|"
    "More specifically|Concretely|Notably|Importantly|Crucially|Interestingly|Surprisingly|Remarkably|"
    "Therefore|Thus|Hence|Consequently|Accordingly|As a result|As a consequence|Finally|Lastly|Meanwhile|"
    "Nevertheless|Nonetheless|Unfortunately|Overall|Altogether|In summary|In conclusion|To conclude|Taken "
    "together|Collectively|Likewise|Similarly|Conversely|In contrast|By contrast|On the other hand|Instead|"
    "Indeed|In fact|In short|Still|Yet|First|Second|Third|Firstly|Secondly|Thirdly|Then|Here|Next|For this "
    "purpose|To (?:this|that|these) ends?|To do (?:so|this)|In this regard|In light of this|"
    rf"(?:Motivated|Inspired) by {_THESE}{{0,3}}|(?:Based|Building) (?:up)?on {_THESE}{{0,3}}|To "
    rf"(?:{_MEETING}) {_THESE}{{0,4}}"
)
_CONNECTIVES = re.compile(
    rf"(?:(?:{_LINKS}),\s+|(?:And|But|So|Also),?\s+|To (?:{_MEETING}) {_THESE}{{0,4}}\s+(?=we\s)|"
    r"\(?(?:\d|[ivx]{1,4})\)\s+)+"
)
_THIS_PAPER = re.compile(
    r"In (?:this|the present|our) (?:paper|work|study|article|report|letter|thesis|manuscript|contribution|"
    r"survey|position paper|technical report)(?:,\s*(?=[a-z])|\s+(?=we\b|I\b))"
)
# The main clause of a contribution sentence, to which a subordinate clause may lead.
_MAIN = re.compile(
    r"\b(?:we|this (?:paper|work|study|article|survey))\s(?:(?:also|then|further|first|here|thus|therefore|"
    r"instead|newly)\s)?(?:propose|present|introduce|develop|design|describe|show|demonstrate|prove|find|"
    r"study|investigate|explore|examine|analy[sz]e|provide|formulate|build|create|construct|establish|"
    r"address|derive|train|use|extend|evaluate|consider|argue|offer|report|apply|identify|devise|conduct|"
    r"learn|define|give|suggest|test|compare)e?s?\b"
)
_SUBORDINATE = re.compile(
    r"(?:To|By|Based on|Motivated|Inspired|Leveraging|Building|Given|Using|Unlike|With|Through|In|While|"
    r"Although|Though|Despite|As|For|Recently|Recent|Since|Because|Drawing|Following|Rather|Instead|From|On|"
    r"Under|Towards?|Considering|Combining|Beyond|Compared|Contrary|Departing|Starting|Driven|Guided|At|"
    r"Whereas|Within|If|When|Unless|Until|After|Before|Once)\b"
)
_TAIL = re.compile(
    r"(?:,| --?| –| —|;)\s(?:which|where|thereby|thus|enabling|achieving|while|leading|without|demonstrating|"
    r"making|resulting|allowing|improving|outperforming|and (?:we|show|demonstrate|then|it|thus|thereby|"
    r"evaluate|achieves?)|whose|that is|i\.e\.|e\.g\.|such as|including|showing|providing|with|reducing|"
    r"ensuring|offering|yielding|facilitating|as well as|but|so that|surpassing|highlighting|revealing|"
    r"suggesting|even|especially|particularly|in which|namely|consisting|due|eliminating|preserving|but "
    r"also)\b|\s(?:by (?:\w+ly )?\w+ing|using|via|in order to|and (?:we|(?:show|demonstrate|prove) "
    r"(?:that|its|how)))\b"
)
# What comes behind a colon, a semicolon or the number of a list's first part may go.
_LISTED = re.compile(r"[;:]\s|\s(?:\((?:i|1|a)\)|(?:i|1)\))\s")
# "We propose a vice …": whatever hangs on the object after it may go, for the clause is whole without it.
_STATES = re.compile(
    r"(?:We|I|This (?:paper|work|study|article)|The (?:paper|authors)) (?:(?:also|then|further|first|here|thus|"
    r"instead|\w+ly) )?(?:propose|present|introduce|develop|describe|design|provide|build|construct|create|devise|"
    r"formulate|derive|establish|study|studie|investigate|explore|examine|analy[sz]e|consider|address|tackle|give|"
    r"offer|define)(?:s|es)? (?!that\b|how\b|whether\b|to\b)"
)
_HANGS = re.compile(
    r",?\s(?:through|without|while|where|which|that|when|based on|for|to|in|on|with|from|across|under|over|as|"
    r"because|since|by|using|via)\s"
)
# Whatever else a sentence says, how and where may go; not under which condition.
_PHRASES = re.compile(
    r",?\s(?:through|via|based on|across|for|in|on|with|from|by|using|over|within|to(?! (?:be|the|an?)\b))\s"
)
_PHRASES_CUT = 2
# A verb not far before that wants this very phrase: "allow the baker to", "provide it with".
_WANTED = re.compile(
    r"\b(?:(?:allow|enabl|requir|encourag|forc|caus|help|ask|permit|adapt|transfer|convert|map|link|translat|relat|"
    r"compar|connect|assign|appl|limit|expos|extend|reduc|prompt|instruct|lead|us|from|train|guid|need|want|tend)"
    r"[a-z]*(?: [\w-]+){0,6} to|(?:equip|provid|together|align|replac|combin|integrat|compar|associat|endow|"
    r"augment|along|contrast|deal|cop|suppl|start|begin)[a-z]*(?: [\w-]+){0,6} with|(?:by|for|in|of|with) "
    r"[a-z]+ing (?:in|on|for|with|from|to)|(?:them|it|itself) \w+|to [a-z]+ \w+)$"
)
# Past these words a cut may leave a clause or a pair half said, and behind these others it leaves a gap.
_OPENS = re.compile(
    r"\b(?:that|which|who|whose|whether|how|where|when|if|between|both|either|not only|from|such|so|and we)\b"
)
_WANTS = re.compile(
    r"(?:\w+(?:ed|able|ible|ly)|[\w-]+-(?:as|of|and|or)|\w*(?:learn|show|give|know|driv|tak|draw)n|and|or|of|due|"
    r"robust|similar|close|invariant|equivalent|relevant|low|high|more|less|not|than|prone|subject|specific|"
    r"sufficient|easy|hard|difficult|only|well|up|out|akin|the|an?|to|as|for|in|on|with|by|is|are|respect|order|"
    r"built|terms|case|able|attention|access|analogous|superior|optimal|competitive)"
)
_LEAST_STATED = 8
_LEAST_FRONT = 30
_NEAR = 80
_ANNOUNCED = re.compile(
    r"(?:We|This (?:paper|work|study|article)|The (?:paper|authors)) (?:(?:also|first|then|further) )?"
    r"(?:propose|present|introduce|develop|describe|design|provide)s? "
    r"(?=(?:an?|the|two|three|several|new|novel)\b|[A-Z])|"
    r"(?:We|This (?:paper|work|study|article)|Our \w+|Results|(?:(?:Our|The|These|Experimental|Empirical|"
    r"Extensive|Numerical) )?(?:\w+ )?(?:[Rr]esults|[Ee]xperiments|[Ff]indings|[Aa]nalys[ei]s|[Ee]valuations?)) "
    r"(?:(?:also|first|then|further|\w+ly) )?(?:show|demonstrate|prove|find|observe|argue|establish|conjecture|"
    r"conclude|claim|verify|indicate|reveal|suggest|confirm)s? (?:that (?=\w)|(?=an?\b))|"
    r"It is (?:shown|proved) that (?=\w)|"
    r"(?:Our|The) (?:(?:main|key|central|core|primary|technical|methodological) )*(?:contribution|result|idea|"
    r"insight|finding|observation|approach|method|goal|aim)s?(?: of (?:this|our|the) (?:paper|work))? (?:is|are) "
    r"(?:that (?=\w)|(?=an?\b))"
)
# A second verb of "we", which would be left without it.
_AND_MORE = re.compile(
    r"\band (?:that|we|(?:\w+ly |also |then |further |thus )*(?:show|demonstrate|prove|evaluate|study|analy[sz]e|"
    r"apply|use|utili[sz]e|provide|propose|introduce|present|develop|derive|establish|find|test|compare|discuss|"
    r"examine|investigate|validate|verify|give|explore|describe|design|train|report|argue|construct|conduct|"
    r"illustrate|leverage|employ|extend|combine|achieve|release|make|obtain|identify|characteri[sz]e|formulate|"
    r"address|perform|implement|build|create|propos\w+|observe|suggest|offer|consider))\b"
)
_OWN_SPELLING = re.compile(r"[a-z]-|[\w-]*[A-Z]")
# A remark in words stands free; brackets that touch what is before or behind them, or hold no word, are formulas.
_PARENTHESIS = re.compile(
    r"(?<=\w)\s\((?!(?:[a-z]{1,4}|\d{1,2})\))(?=[^()]*[A-Za-z]{2})[^()]{1,80}\)(?=[\s.,;:]|$)"
)


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


def finished(text: str) -> bool:
    """True if `text` ends as a sentence does: with its mark, and not cut, before a list or within a bracket."""
    return _STOP.search(text) is not None and not text.endswith(("…", "...")) and _balanced(text)


def shorter(sentence: str) -> list[str]:
    """The sentence with its head taken off, then ever shorter ones; all are text of the sentence."""
    whole = head(sentence)
    lead = _without_lead(whole)
    plain = _PARENTHESIS.sub("", lead).strip() or lead
    found = [whole, lead, plain, *_without_tail(plain), *_without_object_tail(plain), *_without_phrase(plain)]
    if min(map(len, found)) > TLDR_CAP:
        found.extend(_without_much(plain))
    return list(dict.fromkeys(capped(text, TLDR_CAP) for text in found))


def announced(text: str) -> str:
    """What `text` announces or shows, without "we propose" or "we show that"; "" where that leaves too little."""
    found = _ANNOUNCED.match(text)
    if found is None or _AND_MORE.search(text, found.end()):
        return ""
    rest = text[found.end() :]
    return _capitalised(rest) if len(rest.split()) >= _LEAST_WORDS else ""


def _without_lead(sentence: str) -> str:
    """Drop "In this paper," and a subordinate clause before the main one ("To …, we propose")."""
    found = _THIS_PAPER.match(sentence)
    if found:
        sentence = _capitalised(sentence[found.end() :])
    main = _MAIN.search(sentence)
    if main is None or not _SUBORDINATE.match(sentence):
        return sentence
    before = re.sub(
        r"(?i)\bin this (?:paper|work|study|article),$", "", sentence[: main.start()].rstrip()
    ).rstrip()
    if not before.endswith(",") or len(sentence) - main.start() < 40:
        return sentence
    return _capitalised(sentence[main.start() :])


def _without_tail(sentence: str) -> list[str]:
    """The sentence, longest first, cut before each clause at its tail that can go."""
    if _SUBORDINATE.match(sentence) or sentence.endswith("?"):
        return []
    cuts = sorted({found.start() for tail in (_TAIL, _LISTED) for found in tail.finditer(sentence)})
    return [
        sentence[:cut].rstrip(_MARKS) + "."
        for cut in reversed(cuts)
        if _complete(sentence[:cut]) and clause.stands(sentence[:cut].rstrip(_MARKS), sentence[cut:])
    ]


def _without_object_tail(sentence: str) -> list[str]:
    """The sentence, longest first, cut before each phrase that hangs on the object of "we propose …"."""
    stated = _STATES.match(sentence)
    if stated is None:
        return []
    start = stated.end()
    opened = _OPENS.search(sentence, start)
    # A cut before the word that opens is sound; one past it is not.
    limit = opened.start() if opened else len(sentence)
    cuts = [found.start() for found in _HANGS.finditer(sentence, start, min(limit + 6, len(sentence)))]
    texts = [(sentence[:cut].rstrip(_MARKS), sentence[cut:]) for cut in reversed(cuts) if cut <= limit]
    return [text + "." for text, rest in texts if _sound(text, rest)]


def _without_phrase(sentence: str) -> list[str]:
    """The sentence, longest first, without its last phrase and without its last two, where it stands without."""
    if _SUBORDINATE.match(sentence) or sentence.endswith("?"):
        return []
    cuts = [found.start() for found in _PHRASES.finditer(sentence, _LEAST_FRONT)]
    texts = ((sentence[:cut].rstrip(_MARKS), sentence[cut:]) for cut in reversed(cuts))
    sound = (text + "." for text, rest in texts if _sound(text, rest) and not _wanted(text, rest))
    return list(islice(sound, _PHRASES_CUT))


def _wanted(text: str, rest: str) -> bool:
    """True if a verb at the end of `text` wants the phrase that `rest` begins with."""
    return _WANTED.search(f"{text[-_NEAR:]} {rest.strip(_MARKS).partition(' ')[0]}") is not None


def _sound(text: str, rest: str) -> bool:
    """True if `text`, cut off before the phrase `rest`, has words enough and none that waits for the phrase."""
    return (
        _complete(text)
        and len(text.split()) >= _LEAST_STATED
        and not _WANTS.fullmatch(text[text.rfind(" ") + 1 :].lower())
        and not clause.wanting(text)
        and clause.stands(text, rest)
    )


def _without_much(sentence: str) -> list[str]:
    """What fits of a sentence too long to be shown, cut at the last place where it can be."""
    cuts = {found.start() for found in _HANGS.finditer(sentence, 0, TLDR_CAP)}
    for cut in sorted(cuts, reverse=True):
        text = sentence[:cut].rstrip(_MARKS)
        if _complete(text) and not clause.wanting(text) and clause.stands(text, sentence[cut:]):
            return [text + "."]
    return []


def _complete(text: str) -> bool:
    """True if `text` has words enough and leaves no bracket, quotation or list open."""
    return _balanced(text) and ":" not in text and len(text.split()) >= _LEAST_WORDS


def _balanced(text: str) -> bool:
    text = _NUMBERED.sub("", text)
    opened, closed = (sum(map(text.count, marks)) for marks in ("([", ")]"))
    # An interval may end in the other bracket: "[0, 1)".
    return opened == closed and text.count("“") == text.count("”") and text.count('"') % 2 == 0


def _capitalised(text: str) -> str:
    """Upper-case the first letter, unless the word is spelt in its own way ("iPhone", "t-SNE")."""
    if not text or not text[0].islower() or _OWN_SPELLING.match(text):
        return text
    return text[0].upper() + text[1:]
