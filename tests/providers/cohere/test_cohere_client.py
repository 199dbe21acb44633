import logging
from pathlib import Path

import pytest

from digest.errors import BadAnswer, ConfigError, ProviderError
from digest.providers.base import Document
from digest.providers.cohere.client import CohereClient
from digest.providers.cohere.embedder import CohereEmbedder
from digest.records import Spending
from tests.cohere_service import KEY, Body, Says, Service, access, chat, config
from tests.invented import paper

SCHEMA = {"type": "object", "required": ["papers"], "properties": {"papers": {"type": "string"}}}


def client(cohere: Service, folder: Path, tries: int = 3, **settings: object) -> CohereClient:
    told = access(cohere.url, folder, tries)
    return CohereClient(told.key, told.url, config(**settings).cohere, told.caller)


def ask(cohere: Service, folder: Path, tries: int = 3, **settings: object) -> str:
    return client(cohere, folder, tries, **settings).chat_json("system", "user", SCHEMA, 100)


FATAL = [
    (Says({"message": f"invalid api token {KEY}"}, 401), "CO_API_KEY"),
    (Says({"message": "no access"}, 403), "CO_API_KEY"),
    (Says({"message": "limited to 1000 API calls / month"}, 429), "quota"),
    (Says({"message": "billing"}, 402), "quota"),
    (Says({"message": "model 'x' not found"}, 404), "model"),
]


@pytest.mark.parametrize(("says", "word"), FATAL)
def test_what_nothing_mends_fails_at_once_in_one_line_without_the_key(
    cohere: Service, tmp_path: Path, says: Says, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    cohere.say(says)
    with pytest.raises(ProviderError, match=word) as caught:
        ask(cohere, tmp_path)
    assert len(cohere.asked) == 1
    assert KEY not in str(caught.value) + caplog.text and "\n" not in str(caught.value)


PASSING = [
    Says({"message": "past the per minute request limit"}, 429, {"Retry-After": "2"}),
    Says({"message": "internal"}, 500),
    Says(b"<html><h1>502 Bad Gateway</h1></html>", 502),
    Says({"message": "unavailable"}, 503),
    Says(chat("half an answer"), cut=True),
    Says(b"<html>welcome to the proxy</html>", 200),
]


@pytest.mark.parametrize("says", PASSING)
def test_what_time_mends_is_asked_again(cohere: Service, tmp_path: Path, says: Says) -> None:
    cohere.say(says, chat("good"))
    assert ask(cohere, tmp_path) == "good"
    assert len(cohere.asked) == 2


def test_a_refused_request_is_the_questions_fault(cohere: Service, tmp_path: Path) -> None:
    for status in (400, 422, 498):
        cohere.say(Says({"message": "too many tokens"}, status))
        with pytest.raises(BadAnswer, match="too many tokens"):
            ask(cohere, tmp_path)


def test_no_network_is_one_clear_line(tmp_path: Path) -> None:
    nowhere = Service("http://127.0.0.1:9")
    with pytest.raises(ProviderError, match=r"cannot be reached at http://127.0.0.1:9.*network"):
        ask(nowhere, tmp_path)


@pytest.mark.parametrize("key", ["a b c", "", "k\u00e9y", "line\nline"])
def test_a_key_that_is_none_is_refused_and_not_shown(tmp_path: Path, key: str) -> None:
    told = access("http://127.0.0.1:9", tmp_path)
    with pytest.raises(ConfigError) as caught:
        CohereClient(key, told.url, config().cohere, told.caller)
    assert not key.strip() or key not in str(caught.value)


def test_requests_carry_what_the_settings_say(cohere: Service, tmp_path: Path) -> None:
    cohere.say(chat("x"))
    ask(cohere, tmp_path, model="command-a-plus-05-2026", temperature=0.5, seed=3, max_tokens=1234)
    [body] = cohere.asked
    assert body["response_format"] == {"type": "json_object", "json_schema": SCHEMA}
    assert (body["temperature"], body["seed"], body["max_tokens"]) == (0.5, 3, 1234)
    assert body["thinking"] == {"type": "disabled"} and "documents" not in body
    client(cohere, tmp_path).chat_grounded("s", "u", [Document("arxiv:1", "T", "text")], 10)
    assert "response_format" not in cohere.asked[1] and "thinking" not in cohere.asked[1]
    assert cohere.asked[1]["documents"] == [{"id": "arxiv:1", "data": {"title": "T", "text": "text"}}]


@pytest.mark.parametrize("content", [[], [{"type": "thinking", "thinking": "hm"}], None])
def test_an_answer_may_say_nothing(cohere: Service, tmp_path: Path, content: object) -> None:
    cohere.say({**chat("x"), "message": {"role": "assistant", "content": content}})
    assert ask(cohere, tmp_path) == ""


def test_bills_are_what_the_service_says(cohere: Service, tmp_path: Path) -> None:
    bills: list[Spending] = []
    told = access(cohere.url, tmp_path, bills=bills)
    cohere.say(chat("x"))
    CohereClient(told.key, told.url, config().cohere, told.caller).chat_json("s", "u", SCHEMA, 1)
    assert bills == [Spending("chat", "command-a-03-2025", 1, 100, 10, pytest.approx(0.00035))]


def vectors(path: str, body: Body) -> Body:
    rows = [[float(len(str(text))), 3.0] + [0.0] * 254 for text in body["texts"]]
    return {"id": "x", "embeddings": {"float": rows}, "response_type": "embeddings_by_type"}


def test_embedding_asks_for_96_texts_at_a_time_and_never_an_empty_one(cohere: Service, tmp_path: Path) -> None:
    cohere.answer = vectors
    embedder = CohereEmbedder.open(config(), access(cohere.url, tmp_path))
    papers = [paper(n) for n in range(1, 199)] + [paper(199, title="", abstract="\x00 ")]
    found = embedder.embed(papers)
    assert found.shape == (199, 256) and abs((found**2).sum(axis=1) - 1).max() < 1e-5
    assert [len(body["texts"]) for body in cohere.asked] == [96, 96, 7]
    assert all(text.strip() for body in cohere.asked for text in body["texts"])
    assert {(b["input_type"], b["output_dimension"], b["model"]) for b in cohere.asked} == {
        ("search_document", 256, "embed-v4.0")
    }
    embedder.embed_query("  ")
    assert cohere.asked[-1]["input_type"] == "search_query" and cohere.asked[-1]["texts"] == ["."]


def test_vectors_that_do_not_fit_are_no_vectors(cohere: Service, tmp_path: Path) -> None:
    cohere.say({"id": "x", "embeddings": {"float": [[1.0] * 3]}, "response_type": "embeddings_by_type"})
    embedder = CohereEmbedder.open(config(), access(cohere.url, tmp_path))
    with pytest.raises(ProviderError, match="256"):
        embedder.embed([paper(1)])


def test_without_a_key_nothing_is_opened(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="CO_API_KEY"):
        CohereEmbedder.open(config(), access("http://127.0.0.1:9", tmp_path, key=""))
