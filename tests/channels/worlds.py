"""For each channel a world on this machine: where its messages arrive, and where they can be refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from digest.assets import Assets
from digest.channels.base import Message
from digest.config import Config, load_config
from digest.delivery import Place, Press
from digest.report import Edition, Language
from tests.mailing import mailing
from tests.serving import Asked, Says, serving

MOMENT = datetime(2026, 1, 5, 20, 30, tzinfo=UTC)
TOKEN = "T0KENthatNobodyMaySee"
RECIPIENTS = ("ada@example.org", "bob@example.org")


@dataclass
class World:
    """A channel's settings and variables, what arrived, and how many targets there are."""

    flags: dict[str, Any]
    variables: dict[str, str]
    targets: int
    secrets: tuple[str, ...]
    arrived: list[str] = field(default_factory=list)
    refusing: bool = False

    @property
    def config(self) -> Config:
        return load_config(Path(), {}, self.flags)


def press(config: Config, code: str = "en", place: Place | None = None) -> Press:
    assets = Assets(Path())
    return Press(config, assets, Language(code, assets.strings(code), first=True), place or Place())


def message(
    edition: Edition, config: Config | None = None, code: str = "en", place: Place | None = None
) -> Message:
    config = config or load_config(Path(), {}, {"mail.sender": "digest@example.org"})
    return press(config, code, place).message(edition, MOMENT, picture=False)


@contextmanager
def mail_world() -> Iterator[World]:
    with mailing() as box:
        flags = {
            "mail.host": "127.0.0.1",
            "mail.port": box.port,
            "mail.security": "none",
            "mail.sender": "Digest <digest@example.org>",
            "mail.recipients": list(RECIPIENTS),
        }

        class MailWorld(World):
            @property
            def refusing(self) -> bool:
                return bool(box.refused)

            @refusing.setter
            def refusing(self, value: bool) -> None:
                box.refused = set(RECIPIENTS) if value else set()

            @property
            def arrived(self) -> list[str]:
                return [str(mail) for mails in box.mails.values() for mail in mails]

            @arrived.setter
            def arrived(self, value: list[str]) -> None:
                box.mails.clear()

        yield MailWorld(flags, {}, len(RECIPIENTS), RECIPIENTS)


@contextmanager
def notify_world() -> Iterator[World]:
    with serving() as site:
        place = site.url.removeprefix("http://")
        addresses = f"json://{place}/one/{TOKEN}\njson://{place}/two/{TOKEN}"
        world = World({}, {"APPRISE_URLS": addresses}, 2, (TOKEN, place))

        def answer(asked: Asked) -> Says:
            if world.refusing:
                return Says(f"no {TOKEN}", 500)
            world.arrived.append(asked.body.decode())
            return Says()

        site.answer = answer
        yield world


@contextmanager
def github_world() -> Iterator[World]:
    with serving() as site:
        variables = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "octo/papers", "GITHUB_API_URL": site.url}
        world = World({}, variables, 1, (TOKEN,))

        def answer(asked: Asked) -> Says:
            assert (
                asked.path == "/repos/octo/papers/issues" and asked.headers["authorization"] == f"Bearer {TOKEN}"
            )
            if world.refusing:
                return Says(json.dumps({"message": f"no {TOKEN}"}), 500)
            if asked.method == "GET":
                return Says(json.dumps([json.loads(issue) for issue in world.arrived]))
            told = json.loads(asked.body) | {"created_at": f"{date(2026, 1, 6)}T00:00:00Z"}
            world.arrived.append(json.dumps(told))
            return Says(json.dumps(told), 201)

        site.answer = answer
        yield world


WORLDS = {"mail": mail_world, "notify": notify_world, "github": github_world}
