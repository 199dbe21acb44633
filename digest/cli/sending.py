"""`digest send`, and what `digest run` sends at its end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from digest.archive.deliveries import State
from digest.cli.console import say, warn
from digest.cli.setting import REPOSITORY, Setting, now, open_setting, today
from digest.config import FILE
from digest.delivery import LOOK_BACK, Due, Outbox, Place, Press, claim, claimed, due, too_old, waiting
from digest.errors import ConfigError
from digest.pages import languages
from digest.registry import CHANNELS, load

# Where the repository is, as every step of a workflow of GitHub Actions knows.
SERVER, PUBLIC_SERVER = "GITHUB_SERVER_URL", "https://github.com"

NONE_YET = "Nothing is due: the archive holds no edition yet; `digest run` makes the first."
_UNCERTAIN = (
    "was begun and never ended, so it may have arrived; "
    "`digest send {one.edition} --to {one.channel} --force` sends it"
)


def variables() -> Mapping[str, str]:
    """The environment variables that channels read, as far as they are set."""
    names = {name for channel in CHANNELS for name in load(CHANNELS, channel).variables}
    return {name: os.environ[name].strip() for name in sorted(names) if os.environ.get(name, "").strip()}


def outbox(setting: Setting, moment: datetime) -> Outbox:
    """Where messages leave; they speak the first language of the reports."""
    repository, server = os.environ.get(REPOSITORY, ""), os.environ.get(SERVER) or PUBLIC_SERVER
    folder = f"{server}/{repository}/blob/HEAD/reports" if repository else ""
    place = Place(setting.config.site.url, folder)
    press = Press(setting.config, setting.assets, languages(setting.config, setting.assets)[0], place)
    return Outbox(setting.archive, press, variables(), moment, secrets.token_hex(8))


def deliver_due(setting: Setting, moment: datetime) -> bool:
    """Send all that is due by the settings' channels; True unless something failed. The archive is held."""
    channels = setting.config.channels
    return _send_due(setting, channels, moment) if channels else True


def send(workspace: Path, edition: date | None, channel: str, dry_run: bool = False, force: bool = False) -> bool:
    """Send what is due, or one edition; True unless something failed. Dry, it is only printed.

    Raises `ConfigError` for an unknown channel, or if there is none at all.
    """
    setting, moment = open_setting(workspace), now()
    channels = _channels(setting, channel)
    if edition is not None and not setting.archive.report(edition).ledger.new:
        say(f"{edition} has no new papers, so there is nothing to send.")
        return True
    if not setting.archive.history.editions:
        say(NONE_YET)
        return True
    if dry_run:
        wanted = [Due(edition, n) for n in channels] if edition else due(setting.archive, channels, today(moment))
        for one in wanted:
            say(f"{one}:\n\n{outbox(setting, moment).words(one)}")
        if not wanted:
            _say_nothing_due(setting, channels, today(moment))
        return True
    with setting.archive.writing():
        if edition is None:
            return _send_due(setting, channels, moment, tell=True)
        return _send_named(setting, [Due(edition, name) for name in channels], moment, force)


def _send_due(setting: Setting, channels: Sequence[str], moment: datetime, tell: bool = False) -> bool:
    day = today(moment)
    left, wanted = waiting(setting.archive, channels, day), due(setting.archive, channels, day)
    for one in left:
        warn(f"{one}: {_UNCERTAIN.format(one=one)}")
    if tell and not wanted:
        _say_nothing_due(setting, channels, day)
    return _send(outbox(setting, moment), wanted)


def _say_nothing_due(setting: Setting, channels: Sequence[str], day: date) -> None:
    latest = too_old(setting.archive, channels, day)
    if latest is None:
        say("Nothing is due.")
    else:
        say(f"Nothing is due: the latest edition, {latest}, is more than {LOOK_BACK.days} days old.")


def _send_named(setting: Setting, wanted: Sequence[Due], moment: datetime, force: bool) -> bool:
    """Send an edition by name; what was sent before, or may have been, by `force` only."""
    well, ready = True, []
    for one in wanted:
        known = setting.archive.deliveries.of(one.edition).get(one.channel)
        if known is None or known.state is State.FAILED or force:
            ready.append(one)
        elif known.state is State.SENT:
            say(f"{one}: is sent already; --force sends it again")
        else:
            warn(f"{one}: {_UNCERTAIN.format(one=one)}")
            well = False
    return _send(outbox(setting, moment), ready, force) and well


def claim_due(workspace: Path, token: str) -> None:
    """Note everything due as being sent by who has the token, without sending it."""
    setting, moment = open_setting(workspace), now()
    if not setting.archive.history.editions:
        say(NONE_YET)
        return
    with setting.archive.writing():
        wanted = due(setting.archive, setting.config.channels, today(moment))
        claim(setting.archive, wanted, token, moment.isoformat(timespec="seconds"))
    for one in wanted:
        say(f"{one}: claimed")
    if not wanted:
        say("Nothing is due.")


def send_claimed(workspace: Path, token: str) -> bool:
    """Send what was claimed with the token; True unless something failed."""
    setting, moment = open_setting(workspace), now()
    if not setting.archive.history.editions:
        say(NONE_YET)
        return True
    with setting.archive.writing():
        wanted = claimed(setting.archive, setting.config.channels, today(moment), token)
        if not wanted:
            say("Nothing is claimed with this token.")
        return _send(outbox(setting, moment), wanted)


def _channels(setting: Setting, channel: str) -> Sequence[str]:
    if channel and channel not in CHANNELS:
        raise ConfigError(f"unknown channel {channel!r}; known: {', '.join(CHANNELS)}")
    if not channel and not setting.config.channels:
        raise ConfigError(f"no channel is set; name some in {FILE}: channels = [{', '.join(map(repr, CHANNELS))}]")
    return (channel,) if channel else setting.config.channels


def _next_try(leaving: Outbox, one: Due) -> str:
    """Who tries again what has failed: runs have the channels of the settings and no old editions."""
    if one in due(leaving.archive, leaving.press.config.channels, today(leaving.moment)):
        return "the next run tries again"
    return f"`digest send {one.edition} --to {one.channel}` tries again"


def _send(leaving: Outbox, wanted: Sequence[Due], force: bool = False) -> bool:
    """Send one after the other and tell how each ended; True unless one failed."""
    well = True
    for one in wanted:
        ended = leaving.send(one, force)
        if ended.state is State.SENT:
            say(f"{one}: sent")
        elif ended.state is State.FAILED:
            warn(f"digest: {one}: not sent: {ended.reason}; {_next_try(leaving, one)}")
        else:
            warn(f"digest: {one}: {ended.reason}; {_UNCERTAIN.format(one=one)}")
        well = well and ended.state is State.SENT
    return well
