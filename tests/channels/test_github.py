import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from digest.channels.github import GithubChannel
from digest.errors import ChannelError
from tests.channels.worlds import TOKEN, World, github_world, message
from tests.invented import paper
from tests.rendered import HOSTILE, Outline, edition, plain_edition
from tests.serving import Asked, Says, serving


def issue(edition: str, created: str = "2026-01-06T00:00:00Z", **more: object) -> dict[str, object]:
    return {"body": f"<!-- digest edition {edition} -->\n\nText", "created_at": created, **more}


def issues_of(world: World) -> list[dict[str, object]]:
    return [json.loads(text) for text in world.arrived]


def send(world: World) -> list[str]:
    found = GithubChannel.open(world.config, world.variables)
    return [attempt.reason for attempt in found.send(message(plain_edition()), ())]


def test_an_edition_is_one_labelled_issue_however_often_it_is_sent() -> None:
    with github_world() as world:
        world.flags = {"github.label": "papers"}
        assert send(world) == send(world) == [""]
        [made] = issues_of(world)
        assert made["title"] == "Daily Paper Digest, 2026-01-05: 5 papers" and made["labels"] == ["papers"]
        assert str(made["body"]).startswith("<!-- digest edition 2026-01-05 -->\n\n**5 new papers")


def test_another_edition_s_issue_or_a_pull_request_is_none() -> None:
    with github_world() as world:
        world.arrived = [json.dumps(issue("2026-01-06")), json.dumps(issue("2026-01-05", pull_request={}))]
        send(world)
        assert len(world.arrived) == 3


@pytest.mark.parametrize(("pages", "asked"), [(1, 2), (3, 4)])
def test_the_issue_is_sought_page_by_page_back_to_the_edition(pages: int, asked: int) -> None:
    with serving() as site:

        def answer(request: Asked) -> Says:
            page = int(request.query["page"])
            created = "2026-01-09T00:00:00Z" if page <= pages else "2026-01-04T00:00:00Z"
            return Says(json.dumps([issue("2026-01-09", created)] * 100))

        site.answer = lambda request: answer(request) if request.method == "GET" else Says("{}", 201)
        variables = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "o/r", "GITHUB_API_URL": site.url}
        assert send(World({}, variables, 1, ())) == [""]
        assert [request.method for request in site.asked] == ["GET"] * asked + ["POST"]


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, "permissions, issues: write"), (410, "has it issues"), (302, "answered 302"), (500, "answered 500")],
)
def test_a_refusal_is_told_with_the_way_out(status: int, said: str) -> None:
    with serving() as site:
        site.say(Says(json.dumps({"message": TOKEN}), status, {"Location": f"{site.url}/elsewhere"}))
        variables = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "o/r", "GITHUB_API_URL": site.url}
        with pytest.raises(ChannelError, match=said) as caught:
            send(World({}, variables, 1, ()))
        assert TOKEN not in str(caught.value) and len(site.asked) == 1


@pytest.mark.parametrize("name", ["", "papers", "octo/papers/more", "octo/pa pers", "octo/p?x=1", "../x/y"])
def test_a_repository_is_owner_and_name(name: str) -> None:
    with github_world() as world:
        lack = GithubChannel.lacks(world.config, {**world.variables, "GITHUB_REPOSITORY": name})
        assert lack == "set the environment variable GITHUB_REPOSITORY to owner/name"


def test_the_body_stays_below_github_s_limit_whatever_the_papers() -> None:
    papers = [paper(n, title="@" * 300, abstract="#1 " * 200 + ".", authors=("*_~" * 20,) * 9) for n in range(400)]
    found = message(edition(papers))
    assert len(GithubChannel.words(found)) < 65_536
    long = replace(found, markdown=("Word " * 100 + "\n\n") * 500, link="https://example.org/r")
    words = GithubChannel.words(long)
    assert len(words) < 65_536 and words.endswith("[There is more in the report.](https://example.org/r)")


@pytest.mark.parametrize("made", [lambda text: {"title": text}, lambda text: {"abstract": text + "."}])
def test_hostile_texts_are_words_on_github(made: Callable[[str], dict[str, str]]) -> None:
    papers = [paper(n, **made(text)) for n, text in enumerate(HOSTILE, start=1)]
    outline = Outline(GithubChannel.words(message(edition(papers))))
    assert set(outline.tags) <= {"p", "strong", "a", "h2", "ul", "li", "br", "sub", "blockquote", "span"}
    assert {address.partition("/2601")[0] for address in outline.addresses} == {"https://arxiv.org/abs"}
