import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import apprise
import pytest

from digest.channels.notify import NotifyChannel, fitted
from digest.config import load_config
from digest.delivery import Place
from tests.channels.worlds import TOKEN, message
from tests.invented import paper
from tests.rendered import edition, plain_edition
from tests.serving import Asked, Says, Site, serving

SERVICES = [
    "discord://111111111111111111/abcdefghijklmnopqrstuvwxyz",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#papers",
    "tgram://123456789:abcdefg_hijklmnop/12315544/",
    "ntfy://papers",
    "json://localhost",
    "mmost://localhost/abcdefghijklmnopqrstuvwxyz",
]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def channel(*addresses: str) -> NotifyChannel:
    return NotifyChannel.open(load_config(Path()), {"APPRISE_URLS": " ".join(addresses)})


def address(site: Site, path: str = "") -> str:
    return f"json://{site.url.removeprefix('http://')}/{path}{TOKEN}"


def test_a_webhook_gets_title_and_text(site: Site) -> None:
    [attempt] = channel(address(site)).send(message(plain_edition()), ())
    assert not attempt.reason
    [asked] = site.asked
    told = json.loads(asked.body)
    assert told["title"] == "Daily Paper Digest, 2026-01-05: 5 papers"
    assert "An Invented Paper, Number 1" in told["message"] and "5 new papers in 2 categories" in told["message"]


def test_one_service_that_fails_stops_no_other(site: Site) -> None:
    site.answer = lambda asked: Says(status=403 if "/one" in asked.path else 200)
    first, second = channel(address(site, "one"), address(site, "two")).send(message(plain_edition()), ())
    assert first.reason == "JSON answered 403" and not first.unsure and not second.reason


def test_an_answer_that_breaks_off_leaves_it_unsure(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang_up(asked: Asked) -> Says:
        raise ConnectionAbortedError

    site.answer = hang_up
    # The server's own complaint about its dropped connection is of no interest.
    monkeypatch.setattr("socketserver.BaseServer.handle_error", lambda *_: None)
    [attempt] = channel(address(site)).send(message(plain_edition()), ())
    assert attempt.unsure and TOKEN not in attempt.reason
    [attempt] = channel(f"json://127.0.0.1:1/{TOKEN}").send(message(plain_edition()), ())
    assert not attempt.unsure and attempt.reason == "JSON did not take the message, or could not be reached"


def test_a_redirect_is_not_followed(site: Site) -> None:
    site.answer = lambda asked: Says(status=307, headers={"Location": f"{site.url}/elsewhere"})
    [attempt] = channel(address(site)).send(message(plain_edition()), ())
    assert attempt.reason == "JSON answered 307" and len(site.asked) == 1


def test_an_address_of_no_service_is_told_by_its_number_only() -> None:
    lack = NotifyChannel.lacks(
        load_config(Path()), {"APPRISE_URLS": f"json://localhost nonsense://{TOKEN} {TOKEN}"}
    )
    assert lack == "APPRISE_URLS: Apprise does not know the kind of address number 2, 3"


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("code", ["en", "ko"])
def test_what_does_not_fit_ends_at_a_paragraph_with_the_way_to_the_rest(service: str, code: str) -> None:
    place = Place(site="https://me.github.io/papers/")
    papers = [paper(n, abstract=f"<We & they> invent {n}. " + "And so on. " * 40) for n in range(1, 300)]
    told = message(edition(papers), code=code, place=place)
    told = replace(told, short="\n\n".join([told.short.strip()] * 400))
    opened = apprise.Apprise.instantiate(service)
    assert isinstance(opened, apprise.NotifyBase)
    text = fitted(told, opened)
    assert len(text) + len(told.subject) < opened.body_maxlen
    assert text.endswith(f"{told.cut} https://me.github.io/papers/2026/01/2026-01-05.html")
    kept = text.removesuffix(f"\n\n{told.cut} {told.link}")
    assert told.short.startswith(kept) and told.short[len(kept) :].startswith("\n\n")


@pytest.mark.parametrize("service", SERVICES)
def test_one_message_is_one_call_to_the_service(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []

    def send(self: apprise.NotifyBase, body: str, title: str = "", **_: object) -> bool:
        sent.append((body, title))
        return True

    opened = apprise.Apprise.instantiate(service)
    assert isinstance(opened, apprise.NotifyBase)
    monkeypatch.setattr(type(opened), "send", send)
    told = message(edition([paper(n, abstract="<b> & so on. " * 30) for n in range(1, 400)]))
    [attempt] = channel(service).send(replace(told, short="\n\n".join([told.short] * 400)), ())
    assert not attempt.reason and len(sent) == 1
    assert len(sent[0][0]) <= opened.body_maxlen


def test_a_short_message_is_whole() -> None:
    told = message(plain_edition())
    opened = apprise.Apprise.instantiate(SERVICES[1])
    assert isinstance(opened, apprise.NotifyBase) and fitted(told, opened) == told.short
