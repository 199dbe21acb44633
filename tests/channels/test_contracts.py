"""What holds for every channel in the registry."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digest import registry
from digest.channels.base import Attempt, Channel
from digest.config import load_config
from digest.errors import ChannelError
from tests.channels.worlds import WORLDS, World, message
from tests.invented import paper
from tests.rendered import HOSTILE, edition, plain_edition

NAMES = sorted(registry.CHANNELS)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(name: str) -> Iterator[World]:
    with WORLDS[name]() as world:
        yield world


def opened(name: str, world: World) -> Channel:
    found: Channel = registry.load(registry.CHANNELS, name).open(world.config, world.variables)
    return found


def sent(name: str, world: World, reached: tuple[str, ...] = ()) -> list[Attempt]:
    return list(opened(name, world).send(message(plain_edition()), reached))


def test_the_registry_and_the_class_agree_on_the_name(name: str) -> None:
    found = registry.load(registry.CHANNELS, name)
    assert issubclass(found, Channel) and found.name == name
    assert found.secrets and set(found.secrets) <= set(found.variables)


def test_what_it_lacks_is_one_line_with_the_way_out(name: str) -> None:
    found = registry.load(registry.CHANNELS, name)
    lack = found.lacks(load_config(Path(), {}), {})
    assert lack.startswith("set ") and "\n" not in lack
    with pytest.raises(ChannelError) as caught:
        found.open(load_config(Path(), {}), {})
    assert str(caught.value) == lack


def test_with_what_it_needs_it_lacks_nothing_and_opening_sends_nothing(name: str, world: World) -> None:
    assert registry.load(registry.CHANNELS, name).lacks(world.config, world.variables) == ""
    opened(name, world)
    assert not world.arrived


def test_every_target_gets_the_message_once(name: str, world: World) -> None:
    attempts = sent(name, world)
    assert len(attempts) == len(world.arrived) == world.targets
    assert not any(attempt.reason or attempt.unsure for attempt in attempts)
    assert all("2026-01-05" in text for text in world.arrived)


def test_marks_are_the_targets_own_lasting_and_tell_nothing(name: str, world: World) -> None:
    marks = [attempt.mark for attempt in sent(name, world)]
    world.arrived = []
    assert [attempt.mark for attempt in sent(name, world)] == marks
    assert len(set(marks)) == len(marks)
    assert not any(secret in mark for secret in world.secrets for mark in marks)


def test_targets_that_have_it_are_left_out_one_by_one(name: str, world: World) -> None:
    marks = [attempt.mark for attempt in sent(name, world)]
    for mark in marks:
        world.arrived = []
        assert mark not in [attempt.mark for attempt in sent(name, world, (mark,))]
    world.arrived = []
    assert sent(name, world, tuple(marks)) == [] and not world.arrived


def test_a_refusal_is_told_without_any_secret(name: str, world: World) -> None:
    world.refusing = True
    try:
        attempts = sent(name, world)
        reasons = [attempt.reason for attempt in attempts]
        assert len(attempts) == world.targets and all(reasons)
        assert not any(attempt.unsure for attempt in attempts)
    except ChannelError as error:
        reasons = [str(error)]
    assert not any(secret in reason for secret in world.secrets for reason in reasons), reasons


def test_hostile_papers_arrive_without_steering_characters(name: str, world: World) -> None:
    papers = [
        paper(n, title=text, abstract=text, authors=(text,), url=text) for n, text in enumerate(HOSTILE, start=1)
    ]
    found = message(edition(papers))
    attempts = list(opened(name, world).send(found, ()))
    assert all(not attempt.reason for attempt in attempts) and len(world.arrived) == world.targets
    for text in world.arrived:
        assert not any(sign in text for sign in ("\u202e", "\\u202e", "=E2=80=AE", "\x1b", "\u200b", "\x00"))


def test_the_words_are_all_there(name: str) -> None:
    found = message(plain_edition())
    words = registry.load(registry.CHANNELS, name).words(found)
    assert "5 new papers" in words and "An Invented Paper, Number 1" in words and "2601.90001" in words


def test_korean_reports_arrive_in_korean(name: str, world: World) -> None:
    found = message(plain_edition(), code="ko")
    assert list(opened(name, world).send(found, ()))
    words = registry.load(registry.CHANNELS, name).words(found)
    assert "새 논문 5편" in words and "언어" in words
