import pytest

from digest.search.query import MOST_TERMS, Term, keys_in, parse


def needles(term: Term) -> set[str]:
    return {
        (spelling.needle + (spelling.further.pattern if spelling.further else ending)).decode().replace("+", "")
        for spelling in term.spellings
        for ending in spelling.endings
    }


def found(text: str) -> list[set[str]]:
    return [needles(term) for term in parse(text).terms]


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("networks", {"network", "networks"}),
        ("study", {"study", "studies"}),
        ("surveys", {"survey", "surveys"}),
        ("classes", {"class", "classes"}),
        ("boxes", {"box", "boxes"}),
        ("analysis", {"analysis", "analysises"}),
        ("physics", {"physics", "physicses"}),
        ("gan", {"gan", "gans"}),
        ("bus", {"bus", "buses"}),
        ("gas", {"gas", "gases"}),
        ("LLMs", {"llm", "llms"}),
        ("rl", {"rl"}),
        ("gpt4", {"gpt4"}),
    ],
)
def test_a_word_is_looked_for_in_both_numbers(word: str, forms: set[str]) -> None:
    assert {needle.strip() for needle in found(word)[0]} >= forms


def test_words_without_weight_count_only_where_there_are_no_others() -> None:
    assert found("the moth") == found("moth")
    assert found("to be or not to be") == [{" to "}, {" be "}, {" or "}, {" not ", " nots "}]


def test_what_is_written_as_one_word_is_looked_for_whole_and_in_parts() -> None:
    assert found("GPT-4") == [{" gpt ", " gpts "}, {" gpt 4 ", " gpt4 "}]
    assert {" fine tuning ", " finetuning "} in found("fine-tuning")


def test_quoted_words_are_required_in_any_usual_quotes() -> None:
    for query in ('"graph neural" x1', "“graph neural” x1", '«graph  Neural» "" x1'):
        terms = parse(query).terms
        assert [(needles(term), term.required) for term in terms] == [
            ({" graph neural "}, True),
            ({" x1 "}, False),
        ]
        assert parse(query).meaning.casefold() == "graph neural x1"


def test_a_pasted_abstract_is_searched_by_its_first_words() -> None:
    assert len(parse(" ".join(f"word{n}" for n in range(1000))).terms) == MOST_TERMS
    assert len(parse("moth " * 100).terms) == 1


def test_nothing_but_marks_asks_for_nothing() -> None:
    assert parse("!? … \x1e").terms == parse('""').terms == parse("").terms == ()


def test_scripts_without_blanks_are_found_within_words() -> None:
    assert found("언어") == [{"언어"}] and found("言語モデル") == [{"言語モデル"}]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("2603.01234v2", ["arxiv:2603.01234"]),
        ("ArXiv:2603.01234, 2603.01235", ["arxiv:2603.01234", "arxiv:2603.01235"]),
        ("https://arxiv.org/pdf/2603.01234v2.pdf", ["arxiv:2603.01234"]),
        ("cs/0112017", ["arxiv:cs/0112017"]),
        ("DOI: 10.1145/3292500.3330701", ["doi:10.1145/3292500.3330701"]),
        ("2603.01234 moths", []),
        ("moths", []),
        ("", []),
        ("3.14", []),
    ],
)
def test_ids_are_known_in_their_usual_forms(text: str, keys: list[str]) -> None:
    assert keys_in(text) == keys
