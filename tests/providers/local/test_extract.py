"""The extractive reading as a whole, on invented abstracts."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.providers.local.extract import Extract, Extractor
from digest.providers.local.trim import CAP, TLDR_CAP

TITLE = "A Walnut Vice: Cracking Nuts with Reinforcement Learning"
ABSTRACT = (
    "Cracking walnuts by robot has become increasingly important in food science. However, existing grippers "
    "fail on shells of uneven thickness, which remains an open challenge. To address this issue, we propose "
    "WalnutVice, a reinforcement learning method that learns the force of a vice from touch alone. "
    "Specifically, our method consists of a tactile encoder and a policy network trained in simulation. "
    "Extensive experiments on three varieties show that WalnutVice outperforms the best baseline by 12.5% in "
    "yield. These findings offer practical guidance for bakeries and pave the way for gentle automation. Our "
    "code is available at https://example.org/vice."
)


@cache
def extractor() -> Extractor:
    return Extractor.load()


def test_every_field_is_found_where_the_abstract_has_it() -> None:
    reading = extractor().extract(TITLE, ABSTRACT)
    assert reading.tldr.startswith("We propose WalnutVice")
    assert "uneven thickness" in reading.problem
    assert "tactile encoder" in reading.method
    assert "12.5%" in reading.result
    assert "bakeries" in reading.application
    assert "reinforcement learning" in reading.keyphrases


def test_connectives_are_trimmed() -> None:
    reading = extractor().extract(TITLE, ABSTRACT)
    assert not reading.problem.startswith("However")
    assert not reading.method.startswith("Specifically")


def test_fields_quote_the_abstract() -> None:
    reading = extractor().extract(TITLE, ABSTRACT)
    for text in (reading.problem, reading.method, reading.result, reading.application):
        assert text[1:].removesuffix("…") in ABSTRACT


def test_an_empty_abstract_gives_an_empty_reading() -> None:
    reading = extractor().extract("", "")
    assert reading == Extract()
    titled = extractor().extract(TITLE, "  ")
    assert (titled.tldr, titled.problem, titled.method, titled.result, titled.application) == ("",) * 5


def test_one_sentence_is_the_tldr() -> None:
    reading = extractor().extract("Vices", "We present a vice for cracking walnuts.")
    assert reading.tldr == "We present a vice for cracking walnuts."
    assert reading.problem == reading.result == reading.application == ""


def test_headings_of_a_structured_abstract_decide_the_fields() -> None:
    reading = extractor().extract(
        "Walnut yield",
        "Background: Walnuts are eaten widely. Objective: Whether a vice spares the kernel is unknown. "
        "Methods: A vice was turned by forty bakers over two weeks. Results: The kernel stayed whole in 91% "
        "of all nuts. Conclusion: Bakeries can use a vice to save labour.",
    )
    assert reading.problem == "Whether a vice spares the kernel is unknown."
    assert "forty bakers" in reading.method
    assert "91%" in reading.result
    assert "save labour" in reading.application
    assert "Methods:" not in reading.method


def test_a_language_it_never_learnt_is_only_quoted() -> None:
    for text in (
        "우리는 호두를 깨는 방법을 제안한다. 실험 결과 수율이 높아졌다.",
        "Мы предлагаем тиски для грецких орехов. Опыты показали рост выхода ядра.",
        "Nous proposons un étau pour casser les noix. Les essais montrent un meilleur rendement du cerneau.",
        "我们提出一种敲开核桃的方法。实验表明它更好。",
    ):
        reading = extractor().extract("", text)
        assert text.startswith(reading.tldr)
        assert reading.problem == reading.method == reading.result == reading.application == ""


def test_a_huge_abstract_is_read_within_bounds() -> None:
    reading = extractor().extract(TITLE, (ABSTRACT + " ") * (60_000 // len(ABSTRACT)))
    assert 0 < len(reading.tldr) <= TLDR_CAP
    endless = extractor().extract("(" * 500, "we propose, " * 5_000 + "((" * 5_000)
    assert len(endless.tldr) <= TLDR_CAP
    assert len(endless.method) <= CAP
    assert len(extractor().extract("x", "x" * 60_000).tldr) <= TLDR_CAP


def test_the_same_text_gives_the_same_reading() -> None:
    assert Extractor.load().extract(TITLE, ABSTRACT) == extractor().extract(TITLE, ABSTRACT)


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=600))
def test_no_text_breaks_it(title: str, abstract: str) -> None:
    reading = extractor().extract(title, abstract)
    assert len(reading.tldr) <= TLDR_CAP
    assert all(len(text) <= CAP for text in (reading.problem, reading.method, reading.result, reading.application))
    assert bool(reading.tldr) == any(character.isalnum() for character in abstract)


_WORDS = st.sampled_from([*ABSTRACT.replace(".", " .").split(), "(", ")", "e.g.", "Results:", "$", "“", "et al."])


@settings(deadline=None)
@given(st.lists(_WORDS, max_size=80))
def test_no_jumble_of_real_words_breaks_it(words: list[str]) -> None:
    extractor().extract(TITLE, " ".join(words))
