from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from digest.channels.base import Attempt
from digest.channels.mail import MailChannel
from digest.config import load_config
from digest.errors import ChannelError
from tests.channels.worlds import MOMENT, RECIPIENTS, message, press
from tests.invented import paper
from tests.mailing import PASSWORD, USER, Postbox, mailing, self_signed
from tests.rendered import HOSTILE, edition, plain_edition

ADA, BOB = RECIPIENTS


@pytest.fixture
def box() -> Iterator[Postbox]:
    with mailing() as box:
        yield box


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("certificate"))


def channel(box: Postbox, password: str = "", **flags: Any) -> MailChannel:
    told = {"host": "127.0.0.1", "port": box.port, "security": "none", "sender": "Digest <digest@example.org>"}
    told |= {"recipients": list(RECIPIENTS), **flags}
    config = load_config(Path(), {}, {f"mail.{name}": value for name, value in told.items()})
    return MailChannel.open(config, {"SMTP_PASSWORD": password} if password else {})


def send(found: MailChannel, reached: tuple[str, ...] = ()) -> list[Attempt]:
    return list(found.send(message(plain_edition()), reached))


def test_each_recipient_gets_a_mail_that_names_nobody_else(box: Postbox) -> None:
    assert not any(attempt.reason for attempt in send(channel(box)))
    assert set(box.mails) == {ADA, BOB} and box.count == 2 and box.sessions == 1
    for recipient, [mail] in box.mails.items():
        [other] = set(RECIPIENTS) - {recipient}
        assert mail["To"] == recipient and other not in mail.as_string()
        assert "Cc" not in mail and "Bcc" not in mail


def test_the_headers_are_those_of_a_list(box: Postbox) -> None:
    ways = ["mailto:leave@example.org", "https://example.org/leave?list=1"]
    send(channel(box, unsubscribe=ways))
    [mail] = box.mails[ADA]
    assert mail["From"] == "Digest <digest@example.org>"
    assert mail["Subject"] == "Daily Paper Digest, 2026-01-05: 5 papers"
    assert mail["List-Unsubscribe"].strip() == "<mailto:leave@example.org>, <https://example.org/leave?list=1>"
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Date"] == "Mon, 05 Jan 2026 20:30:00 +0000"
    send(channel(box))
    assert box.mails[ADA][1]["List-Unsubscribe"] == "<mailto:digest@example.org?subject=unsubscribe>"
    assert box.mails[ADA][1]["Message-ID"] == mail["Message-ID"] != box.mails[BOB][0]["Message-ID"]


def test_html_text_and_picture_are_where_programs_look_for_them(box: Postbox) -> None:
    config = load_config(Path(), {}, {"mail.sender": "digest@example.org"})
    list(channel(box).send(press(config).message(plain_edition(), MOMENT, picture=True), ()))
    [mail] = box.mails[ADA]
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert isinstance(text, EmailMessage) and isinstance(html, EmailMessage)
    way_out = "mailto:digest@example.org?subject=unsubscribe"
    assert (
        text.get_content().rstrip().endswith(f"Unsubscribe: {way_out}")
        and f'href="{way_out}"' in html.get_content()
    )
    assert mail.get_content_type() == "multipart/alternative"
    assert "An Invented Paper, Number 1" in text.get_content() and 'src="cid:chart"' in html.get_content()
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<chart>" and picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True).startswith(b"\x89PNG")  # type: ignore[union-attr]


def test_a_refused_recipient_does_not_keep_the_mail_from_others(box: Postbox) -> None:
    box.refused = {ADA}
    first, second = send(channel(box))
    assert "550" in first.reason and "nobody of this name" in first.reason and ADA not in first.reason
    assert not first.unsure and not second.reason and set(box.mails) == {BOB}


@pytest.mark.parametrize(
    ("drop", "unsure"),
    [("at the recipient", False), ("before it has the mail", True), ("before it answers", True)],
)
def test_a_lost_connection_is_a_failure_unless_the_mail_may_be_there(
    box: Postbox, drop: str, unsure: bool
) -> None:
    box.drop = drop
    first, second = send(channel(box))
    assert first.reason == second.reason == "the connection was lost"
    assert first.unsure == second.unsure == unsure and box.sessions == 2


def test_a_refused_mail_is_a_failure(box: Postbox) -> None:
    box.drop = "with a refusal"
    first, _ = send(channel(box))
    assert "554 5.7.1 this is spam" in first.reason and ADA not in first.reason and not first.unsure


def test_no_server_is_told_with_its_place(box: Postbox) -> None:
    with pytest.raises(ChannelError, match=r"^mail server 127.0.0.1:1: Connection refused$"):
        send(channel(box, port=1))


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_secured_and_signed_in(security: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mailing(certificate, security, auth=True) as box:
        assert not any(a.reason for a in send(channel(box, PASSWORD, security=security, user=USER)))
        assert set(box.mails) == {ADA, BOB} and box.users == [USER]
        with pytest.raises(ChannelError, match="535") as caught:
            send(channel(box, "wrong password", security=security, user=USER))
        assert "wrong password" not in str(caught.value)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_stranger_s_certificate_is_refused(security: str, certificate: Path) -> None:
    with mailing(certificate, security) as box:
        with pytest.raises(ChannelError, match="no safe connection"):
            send(channel(box, security=security))
        assert not box.count


def test_nothing_is_sent_in_the_clear_where_the_server_has_no_tls(box: Postbox) -> None:
    with pytest.raises(ChannelError, match="STARTTLS"):
        send(channel(box, security="starttls"))
    assert not box.count


def test_a_user_needs_a_password() -> None:
    config = load_config(
        Path(),
        {},
        {"mail.host": "h", "mail.sender": "a@b.example", "mail.recipients": [ADA], "mail.user": USER},
    )
    assert MailChannel.lacks(config, {}) == f"set the environment variable SMTP_PASSWORD to the password of {USER}"
    assert MailChannel.lacks(config, {"SMTP_PASSWORD": "x"}) == ""


def test_the_mark_needs_the_password(box: Postbox) -> None:
    one, two = channel(box, "one", user=USER), channel(box, "two", user=USER)
    assert one._mark(ADA) != two._mark(ADA) and one._mark(ADA) == one._mark(ADA.upper())


def test_no_text_reaches_the_headers(box: Postbox) -> None:
    hostile = "Digest\r\nBcc: eve@evil.example\r\n\r\n<script>"
    config = load_config(Path(), {}, {"mail.sender": "digest@example.org", "title": hostile})
    papers = [paper(n, title=f"{text}\r\nBcc: eve@evil.example") for n, text in enumerate(HOSTILE, start=1)]
    list(channel(box).send(message(edition(papers), config), ()))
    [mail] = box.mails[ADA]
    assert "Bcc" not in mail and mail["Subject"].startswith("Digest Bcc: eve@evil.example <script>, 2026-01-05")
    expected = {"From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "Auto-Submitted"}
    assert set(mail.keys()) - {"MIME-Version", "Content-Type", "X-Peer", "X-MailFrom", "X-RcptTo"} == expected


def test_a_line_that_begins_with_a_dot_does_not_end_the_mail(box: Postbox) -> None:
    papers = [paper(1, abstract=".\r\n.\r\nQUIT\r\n"), paper(2, title=".", abstract="..")]
    list(channel(box).send(message(edition(papers)), ()))
    [mail] = box.mails[ADA]
    text = mail.get_body(("plain",))
    assert isinstance(text, EmailMessage) and "Number 1" in text.get_content()
    sent = channel(box).written(message(edition(papers)), ADA).as_bytes()
    assert message_from_bytes(sent, policy=policy.default).get_body(("plain",)).get_content() == text.get_content()  # type: ignore[union-attr]
