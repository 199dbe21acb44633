"""A brief to the forms in which channels send it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest import text
from digest.assets import Assets, mistakes_told
from digest.channels.base import Message
from digest.charts import Bar, category_picture, drawable
from digest.config import Config
from digest.delivery.brief import Place, brief
from digest.records import OTHER, EditionReport
from digest.report import FILTERS, Edition, Language

# How many papers of each category are shown, the most that leaves the whole short enough.
CAPS = (5, 3, 2, 1, 0)
MAIL_CAPS, SHORT_CAP = CAPS[1:], 1
# Gmail hides what comes after 102 kB, and GitHub takes no issue of more than 65,536 characters.
MAIL_BYTES, ISSUE_CHARACTERS = 95_000, 62_000


def _link(label: str, url: str) -> str:
    return text.link(label, url) if url else text.markdown(label)


# What the templates of messages may do to a text besides what those of reports may: `said` makes it fit for the
# plain text at hand.
MESSAGE_FILTERS: dict[str, Callable[..., str]] = {
    **FILTERS,
    "link": _link,
    "clip": text.truncate,
    "said": text.plain,
}


@dataclass(frozen=True, slots=True)
class Press:
    """What messages are made with: the settings, the templates, the language, and where reports can be read."""

    config: Config
    assets: Assets
    language: Language
    place: Place

    def message(self, edition: Edition, moment: datetime, picture: bool) -> Message:
        """An edition's message; with its picture if that is wanted. Raises `ConfigError` for a broken template."""
        report = edition.report
        found = brief(edition, self.language, self.config.title, self.place)
        t = self.language.phrases
        papers = t["count_one"] if report.ledger.new == 1 else t["count_many"].format(count=report.ledger.new)
        subject = t["message_subject"].format(title=found.title, date=found.edition, papers=papers)
        frame = {"brief": found, "t": t, "language": self.language.code, "subject": subject, "picture": picture}
        frame["unsubscribe"] = self.config.mail.ways_out[0]
        with mistakes_told():
            return Message(
                edition=report.edition,
                subject=text.plain(subject),
                html=self._html(frame),
                text=self._plain(frame, MAIL_CAPS[0], whole=True, said=text.plain),
                short=self._plain(frame, SHORT_CAP, whole=False, said=text.unmarked),
                markdown=self._markdown(frame),
                moment=moment,
                link=found.page,
                cut=t["message_cut"],
                picture=chart(report, self.language) if picture else b"",
            )

    def _html(self, frame: Mapping[str, Any]) -> str:
        # Autoescape sees to every text of papers; addresses went through `safe_url` before.
        environment = self.assets.environment(MESSAGE_FILTERS).overlay(autoescape=True)
        template = environment.get_template("message.html.j2")
        for cap in MAIL_CAPS:
            page = template.render(frame, cap=cap)
            if len(page.encode()) <= MAIL_BYTES:
                break
        return page

    def _markdown(self, frame: Mapping[str, Any]) -> str:
        template = self.assets.environment(MESSAGE_FILTERS).get_template("message.md.j2")
        for cap in CAPS:
            page = _paragraphs(template.render(frame, cap=cap))
            if len(page) <= ISSUE_CHARACTERS:
                break
        return page

    def _plain(self, frame: Mapping[str, Any], cap: int, whole: bool, said: Callable[[str], str]) -> str:
        environment = self.assets.environment({**MESSAGE_FILTERS, "said": said})
        return _paragraphs(environment.get_template("message.txt.j2").render(frame, cap=cap, whole=whole))


def _paragraphs(page: str) -> str:
    """The page with one empty line between paragraphs, and none around."""
    lines = (line.rstrip() for line in page.splitlines())
    blocks = "\n".join(lines).split("\n\n")
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip()) + "\n"


def chart(report: EditionReport, language: Language) -> bytes:
    """The edition's categories as a PNG picture; in English where this machine cannot write the language."""
    t = language.phrases
    names = {c.slug: c.name(language.code) for c in report.categories}
    title, legend = t["chart_title"].format(date=report.edition), (t["chart_today"], t["chart_mean"])
    shares = sorted((s for s in report.shares if s.count), key=lambda s: (s.category == OTHER, -s.count))
    if not all(map(drawable, (*names.values(), title, *legend))):
        names = {c.slug: c.name("en") for c in report.categories}
        title, legend = str(report.edition), ("", "")
    bars = [Bar(names[s.category], s.count, s.mean, s.change) for s in shares]
    return category_picture(bars, title, legend)
