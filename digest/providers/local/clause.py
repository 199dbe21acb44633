"""Whether the front of a sentence can stand without the rest: each clause has its verb, no word waits for more.

There is no parser, only forms that are verbs wherever they stand, places where any word must be one, and words
that do not end a sentence. What is not recognised counts as unfinished, so that a cut is missed rather than wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from digest.providers.local.terms import listed

_TOKEN = re.compile(r"\d+(?:,\d{3})+|[^\W_]+(?:['’.-][^\W_]+)*|[,;:–—]")
_AUXILIARIES = listed(
    "is are was were has have had can cannot could will would may might must should does do did becomes became"
)
# Verbs whose forms are hardly ever nouns: without the ending, with -s, and with -ing if that is no noun either.
_BASES = listed(
    "accelerate accommodate achieve acquire adapt address adjust admit adopt aggregate align alleviate "
    "allocate allow analyse analyze apply argue arise ask assess assign assume attain attend automate avoid "
    "beat become behave bind bring build capitalize capture categorize characterize choose classify coexist "
    "collect combine come compare comprise compute conclude conduct confirm conform confuse connect consider "
    "consist constrain construct consume contain contribute converge convert correspond create curate decide "
    "decompose decouple decrease define degrade delegate deliver demonstrate depend deploy derive describe "
    "detach detect deteriorate determine develop differ disagree discover discriminate discuss disentangle "
    "disrupt distinguish do dominate elicit eliminate embed emerge emphasize employ enable encode encompass "
    "encourage enforce enhance enrich ensure entail entangle establish evaluate evolve examine exceed excel "
    "exhibit exist expand explain exploit explore extend facilitate fail fall find focus follow formalize "
    "formulate foster fuse generalise generalize generate give go grow guarantee happen harness help "
    "highlight hinder hinge hold identify ignore illustrate imply improve include incorporate incur indicate "
    "induce infer inherit initialize inject inspire integrate intensify interact interpret introduce "
    "investigate invoke involve isolate justify keep know lack lead learn leave leverage lie localize locate "
    "lose maintain make maximize mean meet merge minimize mitigate modify motivate necessitate neglect "
    "observe obtain occur offer operate operationalize optimise optimize organize originate outline "
    "outperform overcome overfit overlook pass perceive perform permit persist pinpoint pose postulate "
    "predict prefer preserve presume prevent prioritize proceed produce propagate propose prove provide "
    "pursue quantify raise reach receive recognize recommend reconstruct recover reduce refine reflect "
    "reformulate regularize reinforce rely remain remove render repeat replace replicate represent reproduce "
    "require resemble resolve respond restore retain retrieve reveal satisfy saturate seek seem select serve "
    "show simplify simulate solve specialize stabilize strengthen struggle succeed suffer suggest summarize "
    "suppress surpass sustain synthesize tackle take teach tell tend transcend translate transmit treat "
    "trigger uncover undergo undermine underpin underscore understand unify unlock utilise utilize validate "
    "vary verify visualize weaken widen write yield"
)
_ALONE = listed(
    "arise behave come converge degrade deteriorate differ emerge evolve exist fail generalise generalize go "
    "grow occur perform struggle suffer vary help lack coexist excel interact overfit persist proceed respond "
    "saturate succeed work focus trigger fall attend"
)
_NOT_S = listed("yields lacks beats lies treats focuses triggers means falls")
_NOUN_ING = listed(
    "learning understanding encoding computing meaning reasoning fusing finding embedding writing teaching "
    "training interacting knowing"
)
_SAYS = re.compile(
    r"(?:show|demonstrat|prove|find|found|observ|argu|suggest|indicat|reveal|confirm|establish|assum|ensur|guarantee|"
    r"hypothes|conclu|report|claim|posit|not(?:e|ing)|know|believ|fact|eviden|finding|impl|verif|conjectur|insight|"
    r"idea|view|notion|mean|result|theor|intuit|so$|such$|require|propose|illustrat|highlight|emphasi|reali[sz]|"
    r"discover|learn|see|stat|postulat|likely|possible|clear|true|recogni|determin|certif|valid|given)"
)
_OPENING = listed(
    "that which who whose whether how where when while if because although though whereas unless until"
)
_WITHOUT_VERB = re.compile(r"\w+(?:ing|ed)|to|possible|necessary|needed|given|only|not|no|and|or|in|on|at|for|of")
_SUBJECTS = listed("we they it i")
_RELATIVE = listed("that which who")
_NOT_VERBS = listed(
    "the a an we it they our this these its their each any all no such many most some both there one two those i"
)
_STUDIES = listed("paper work study article survey thesis")
_ADVERBS = listed("also then further first here thus not only even often always still now never instead both just")
_OBJECTS = listed(
    "a an the its their our significant substantial superior competitive comparable better higher lower"
)
_BEFORE_WHICH = listed("in on at of for to by with from under through over during within upon into among")
_PLURAL = listed("data people we they which who that you")
_LINKS = listed(
    "a an the and or but nor of to in for with by from as at on into onto upon via than that this these those "
    "which who whose whom how whether while where when if because since although though such so not no very "
    "both between among either neither our its their his her my your we they i be being been about against "
    "across under over toward towards per each every any some more most less least rather without within "
    "through throughout during using based due novel new called named versus vs e.g i.e etc. other another "
    "various several many much few different respect order terms case instead according owing prior prone "
    "unlike like including namely even particularly especially there what why then comprising consisting "
    "focusing building ensuring following follows"
)
# These say little until something says of what.
_WANTING = listed(
    "ability abilities capability capabilities capacity effect effects effectiveness impact influence extent "
    "tendency failure need lack number role relationship relation connection connections gap difference "
    "differences attempt potential possibility way ways set class family series use existence presence "
    "importance means variety range kind type aspect aspects notion part amount degree form level process "
    "access attention alternative approach challenge challenges problem task question questions issue suite"
)
_PAIRS = (("between", "and"), ("both", "and"), ("either", "or"), ("neither", "nor"), ("only", "but"))
# A list's first part is nothing without its second.
_FIRST, _SECOND = re.compile(r"(?:^|[\s(])(?:i|1|a)\)\s"), re.compile(r"(?:^|[\s(])(?:ii|2|b)\)\s?")
_NUMBER = re.compile(r"[\s(](?:\d|[ivx]{1,4}|[a-h])\)$")
_LIST_GOES_ON = re.compile(r", (?:and|or)\b")


def _with_s(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeo":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "ch", "sh", "o")) else "s")


_WITH_S = frozenset(map(_with_s, _BASES)) - _NOT_S
_WITH_ING = frozenset(base.removesuffix("e") + "ing" for base in _BASES) - _NOUN_ING
# After these a sentence goes on: they link words, or are verbs that want an object or a complement.
_UNDONE = _LINKS | _AUXILIARIES | _WITH_ING | (_BASES - _ALONE) | (_WITH_S - frozenset(map(_with_s, _ALONE)))


def stands(front: str, rest: str) -> bool:
    """True if `front`, cut off before `rest`, is a sentence by itself as far as can be told without a parser."""
    words = [word.lower() for word in _TOKEN.findall(front)]
    numbered = _NUMBER.search(front) or (_FIRST.search(front) and not _SECOND.search(front))
    if numbered or not words or not _ends(words) or _half_said(words, rest):
        return False
    openings, verbs = list(_openings(words)), list(_verbs(words))
    if len(verbs) <= len(openings):
        return False
    # Each clause needs a verb behind its opening word, those within it included.
    return all(sum(verb >= at for verb in verbs) >= len(openings) - row for row, at in enumerate(openings))


def wanting(front: str) -> bool:
    """True if the last word of `front` says little without what follows: "the effect", "a way"."""
    return front[front.rfind(" ") + 1 :].lower() in _WANTING


def _ends(words: Sequence[str]) -> bool:
    """True if the last word may end a sentence."""
    last = words[-1]
    if last.endswith("ed") and len(last) > 4:
        # "models trained" is no clause; "models are trained" is one.
        return any(word in _AUXILIARIES or word in ("be", "been") for word in words[-5:-1])
    return last not in _UNDONE and last[-1].isalnum()


def _half_said(words: Sequence[str], rest: str) -> bool:
    """True if one half of a pair is left without the other, or a list without its last part."""
    for one, other in _PAIRS:
        behind = words[_last(words, one) + 1 :] if one in words else ()
        # "between nuts", "both nuts"
        if behind and other not in behind and not (other == "and" and any(word[-1] == "s" for word in behind)):
            return True
    if not _LIST_GOES_ON.search(rest, 1) or "," not in words:
        return False
    behind = words[_last(words, ",") + 1 :]
    if words.count(",") == 1 and behind[0] in ("a", "an", "the", "our"):
        # "…, a vice" says what the thing before is.
        return False
    return not (behind[0].endswith("ing") or behind[0] in _OPENING or "and" in behind or "or" in behind)


def _last(words: Sequence[str], word: str) -> int:
    return len(words) - 1 - list(reversed(words)).index(word)


def _openings(words: Sequence[str]) -> Iterator[int]:
    """Where clauses begin that need a verb of their own."""
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else ""
        before = words[at - 1] if at else ""
        if word in _OPENING:
            if word == "that" and after == "of":
                continue
            if (
                word not in _RELATIVE
                and word != "whose"
                and (before in _OPENING or _WITHOUT_VERB.fullmatch(after))
            ):
                continue
            yield at
        elif (
            word in _SUBJECTS
            and word != "one"
            and before.isalpha()
            and before not in _OPENING
            and _is_noun(before)
        ):
            # "the vice we turn": the word that would open the clause is left out.
            yield at


def _is_noun(word: str) -> bool:
    return not (_links(word) or _is_adverb(word) or _SAYS.match(word))


def _verbs(words: Sequence[str]) -> Iterator[int]:
    """Where finite verbs stand, one for a clause as near as can be told."""
    for at, word in enumerate(words):
        back = at - 1
        while back > 0 and _is_adverb(words[back]):
            back -= 1
        before = words[back] if back >= 0 else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        if word in _AUXILIARIES or word in _WITH_S or _has_object(before, word, after):
            yield at
        elif not word[0].isalpha() or _is_adverb(word):
            continue
        elif before in _SUBJECTS or (before in _STUDIES and _announces(words, back)):
            yield at
        elif before in _RELATIVE and _is_subject(words, back):
            # "that bakers use": the verb comes after.
            if word not in _NOT_VERBS and not (word.endswith("s") and after in _BASES | _AUXILIARIES):
                yield at
        elif word in _BASES and (before.endswith("s") or before in _PLURAL) and not _links(before):
            yield at


def _has_object(before: str, word: str, after: str) -> bool:
    """True for "achieved a …", "learns the …" behind a noun: neither a participle nor a plural has an object."""
    if not before.isalpha() or _links(before):
        return False
    if word.endswith("ed"):
        return after in _OBJECTS or after[:1].isdigit()
    plural = before.endswith("s") or word.endswith("ss") or _links(word)
    return word.endswith("s") and not plural and after in _OBJECTS


def _links(word: str) -> bool:
    return word in _LINKS or word in _AUXILIARIES


def _is_adverb(word: str) -> bool:
    return word in _ADVERBS or (word.endswith("ly") and word not in _BASES)


def _announces(words: Sequence[str], at: int) -> bool:
    """True if the noun at `at` is "this paper" or the like."""
    return at > 0 and words[at - 1] in ("this", "our", "the", "present")


def _is_subject(words: Sequence[str], at: int) -> bool:
    """True if the relative word at `at` is the subject of its clause: a verb must follow it."""
    before = words[at - 1] if at else ""
    if words[at] != "that":
        return before not in _BEFORE_WHICH
    return not any(_SAYS.match(word) for word in words[max(0, at - 2) : at])
