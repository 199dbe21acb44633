"""Invented records in the shape in which arXiv's OAI-PMH sends them, and a server of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from digest.sources.arxiv_days import window
from tests.serving import Asked

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'


@dataclass(frozen=True)
class Recorded:
    """A record; by default it was submitted in the window of `day`, announced then and never changed."""

    id: str
    day: date = date(2026, 6, 24)
    created: date | None = None
    stamp: date | None = None
    title: str = "An Invented Paper"
    abstract: str = "We invent things."
    subjects: tuple[str, ...] = ("cs.LG",)
    deleted: bool = False
    extra: str = ""

    @property
    def changed(self) -> date:
        return self.stamp or self.day

    @property
    def xml(self) -> str:
        first, last = window(self.day)
        created = self.created or (first + (last - first) / 2).date()
        status = ' status="deleted"' if self.deleted else ""
        header = f"<identifier>oai:arXiv.org:{self.id}</identifier><datestamp>{self.changed}</datestamp>"
        told = (
            '<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/">'
            f"<id>{self.id}</id><created>{created}</created><authors><author><keyname>Invented</keyname>"
            "<forenames>Ada</forenames></author><author><keyname>Group</keyname></author></authors>"
            f"<title>{escape(self.title)}</title><categories>{' '.join(self.subjects)}</categories>{self.extra}"
            f"<abstract>{escape(self.abstract)}</abstract></arXiv></metadata>"
        )
        return f"<record><header{status}>{header}</header>{'' if self.deleted else told}</record>"


def answer(records: Sequence[Recorded | str], token: str = "", whole: int | None = None) -> bytes:
    """A page of records; a string among them is a record as it stands."""
    size = f' completeListSize="{whole}"' if whole is not None else ""
    more = f"<resumptionToken{size}>{token}</resumptionToken>" if token or size else ""
    inner = "".join(record if isinstance(record, str) else record.xml for record in records)
    return f"{HEAD}<ListRecords>{inner}{more}</ListRecords></OAI-PMH>".encode()


def error(code: str, text: str = "") -> bytes:
    return f'{HEAD}<error code="{code}">{escape(text)}</error></OAI-PMH>'.encode()


def repository(*records: Recorded, size: int = 2) -> Callable[[Asked], bytes]:
    """Answers as arXiv does: by set and datestamp, page by page; a token says where the next page begins."""

    def say(asked: Asked) -> bytes:
        query = asked.query
        if "resumptionToken" in query:
            group, first, last, start = query["resumptionToken"].split(" ")
        else:
            group, first, last, start = query["set"], query["from"], query.get("until", "9999-12-31"), "0"
        subject = ".".join(group.split(":")[1:])
        found = [r for r in records if first <= str(r.changed) <= last and subject in r.subjects]
        if not found:
            return error("noRecordsMatch")
        end = int(start) + size
        token = f"{group} {first} {last} {end}" if end < len(found) else ""
        return answer(found[int(start) : end], token, len(found))

    return say
