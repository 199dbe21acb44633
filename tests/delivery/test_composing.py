import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from digest import charts
from digest.assets import Assets
from digest.config import load_config
from digest.delivery import Place, Press
from digest.delivery.composing import CAPS, MAIL_BYTES, chart
from digest.errors import ConfigError
from tests.channels.worlds import MOMENT, message, press
from tests.delivery.test_brief import SITE, full_edition
from tests.invented import paper
from tests.rendered import HOSTILE, edition, language, plain_edition

TAGS = {
    "a", "b", "body", "br", "div", "h1", "h2", "head", "hr", "html", "i", "img", "meta", "p", "span", "style",
    "table", "td", "title", "tr",
}  # fmt: skip


class Mail(HTMLParser):
    """The tags, addresses and visible words of a mail."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        told = dict(attributes)
        assert not any(name.startswith("on") for name in told), told
        assert "url(" not in (told.get("style") or "")
        self.addresses += [told[name] or "" for name in ("href", "src", "background") if name in told]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("code", ["en", "ko"])
def test_hostile_texts_are_words_in_a_mail(code: str) -> None:
    papers = [paper(n, title=t, abstract=t, authors=(t,), comment=t) for n, t in enumerate(HOSTILE, start=1)]
    found = message(edition(papers, topic_names={1: HOSTILE[0]}), code=code)
    mail = Mail(found.html)
    assert mail.tags <= TAGS
    kinds = {re.sub(r"\d{5}$", "", address) for address in mail.addresses}
    assert kinds == {"https://arxiv.org/abs/2601.", "mailto:digest@example.org?subject=unsubscribe"}
    assert "<script>alert('x')</script>" in mail.text


def test_nothing_is_fetched_when_a_mail_is_opened() -> None:
    config = load_config(Path(), {}, {"mail.sender": "a@b.example"})
    found = press(config).message(full_edition(), MOMENT, picture=True)
    assert re.findall(r'src="([^"]*)"', found.html) == ["cid:chart"]
    assert "@import" not in found.html and "<link" not in found.html and "url(" not in found.html


def test_every_form_tells_what_there_is() -> None:
    found = message(full_edition(), place=SITE)
    for form in (Mail(found.html).text, found.text, found.short, found.markdown):
        for words in (
            "8 new papers",
            "Numbers are rising.",
            "For you",
            "Number 4",
            "Odd numbers",
            "t18",
            "Language",
        ):
            assert words.casefold() in form.casefold(), words
    for form in (found.html, found.text, found.short, found.markdown):
        assert "https://me.github.io/papers/2026/01/2026-01-05.html" in form
        assert "https://arxiv.org/abs/2601.90004" in form


def test_the_same_edition_gives_the_same_message() -> None:
    assert message(full_edition(), place=SITE) == message(full_edition(), place=SITE)


def test_a_mail_stays_below_what_gmail_shows() -> None:
    papers = [paper(n, title="Long & Wide " * 25, abstract="<We> write long. " * 30) for n in range(1, 500)]
    picks = ()
    found = message(edition(papers, picks=picks), place=SITE)
    assert len(found.html.encode()) <= MAIL_BYTES
    assert CAPS[-1] == 0


def test_paragraphs_of_text_stand_apart_by_one_line() -> None:
    found = message(full_edition(), place=SITE)
    for text in (found.text, found.short):
        assert "\n\n\n" not in text and not text.startswith("\n") and text.endswith("\n")
        paragraphs = text.split("\n\n")
        assert any("Number 4" in p and "https://arxiv.org/abs/2601.90004" in p for p in paragraphs)


def test_a_template_of_the_workspace_wins_and_its_mistake_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    config = load_config(tmp_path, {}, {"mail.sender": "a@b.example"})
    own = Press(config, Assets(tmp_path), language(), Place())
    (folder / "message.txt.j2").write_text("Only {{ brief.edition }}")
    assert own.message(plain_edition(), MOMENT, picture=False).text == "Only 2026-01-05\n"
    (folder / "message.txt.j2").write_text("Only {{ brief.nothing }}")
    with pytest.raises(ConfigError, match="mend the template"):
        own.message(plain_edition(), MOMENT, picture=False)


@pytest.mark.parametrize("code", ["en", "ko"])
def test_the_chart_is_a_sharp_picture_and_always_the_same(code: str) -> None:
    report = plain_edition().report
    drawn = chart(report, language(code))
    picture = Image.open(io.BytesIO(drawn))
    assert picture.format == "PNG" and picture.width == 2 * charts.PICTURE_WIDTH
    assert drawn == chart(report, language(code)) and len(drawn) < 60_000


def test_a_language_that_cannot_be_written_gives_way_to_english(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[str, ...]] = []
    monkeypatch.setattr("digest.delivery.composing.drawable", str.isascii)
    monkeypatch.setattr(
        "digest.delivery.composing.category_picture",
        lambda bars, title, legend: drawn.append((title, *(bar.label for bar in bars))) or b"",
    )
    chart(plain_edition().report, language("ko"))
    assert drawn == [("2026-01-05", "Language", "Vision")]
