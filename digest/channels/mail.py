"""E-mail by SMTP: HTML and text in one mail, and a mail of their own for every recipient."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr

from digest.channels.base import Attempt, Channel, Message, mark
from digest.config import Config
from digest.config.channels import PORTS
from digest.errors import ChannelError
from digest.text import truncate

PASSWORD = "SMTP_PASSWORD"  # noqa: S105 - the name of a variable, no password
TIMEOUT = 60.0
# What SMTP says when it waits for the mail itself, and when it has taken something.
START_INPUT, DONE = 354, 250
LONGEST_REPLY = 200
_ADDRESS = re.compile(r"\S*@\S*")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class MailChannel(Channel):
    """Sends each recipient a mail that names nobody else."""

    name = "mail"
    variables = secrets = (PASSWORD,)
    pictures = True

    def __init__(self, config: Config, variables: Mapping[str, str]) -> None:
        self._title, self._mail = config.title, config.mail
        self._password = variables.get(PASSWORD, "")
        self._address = parseaddr(config.mail.sender)[1]

    @classmethod
    def lacks(cls, config: Config, variables: Mapping[str, str]) -> str:
        """The server, or the password of who signs in there."""
        if not config.mail.usable:
            return "set host, sender and recipients under [mail] in digest.toml"
        if config.mail.user and not variables.get(PASSWORD):
            return f"set the environment variable {PASSWORD} to the password of {config.mail.user}"
        return ""

    @staticmethod
    def words(message: Message) -> str:
        """The mail's text."""
        return message.text

    def send(self, message: Message, reached: Collection[str]) -> Iterator[Attempt]:
        """One mail after the other, over one connection as long as it holds."""
        left = {self._mark(to): to for to in self._mail.recipients if self._mark(to) not in reached}
        server: smtplib.SMTP | None = None
        try:
            for key, to in left.items():
                # Some servers hang up after so many mails.
                if server is None or server.sock is None:
                    server = self._connected()
                yield self._hand_over(server, key, to, self.written(message, to).as_bytes())
        finally:
            if server is not None:
                # Whether it says good-bye changes nothing.
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
                server.close()

    def _mark(self, recipient: str) -> str:
        return mark(self._password, recipient.lower())

    def written(self, message: Message, recipient: str) -> EmailMessage:
        """The mail that a recipient gets; its Message-ID is the edition's, so that servers see doubles."""
        mail = EmailMessage(policy.SMTP)
        domain = self._address.rpartition("@")[2]
        name = parseaddr(self._mail.sender)[0]
        mail["From"] = formataddr((truncate(name or self._title, 100), self._address))
        mail["To"] = recipient
        mail["Subject"] = truncate(message.subject, 200)
        mail["Date"] = format_datetime(message.moment)
        mail["Message-ID"] = f"<{message.edition}.{mark(self._password, recipient.lower())}@{domain}>"
        mail["List-Id"] = f"<digest.{domain}>"
        # RFC 2369; one click (RFC 8058) would need a server that answers it.
        mail["List-Unsubscribe"] = ", ".join(f"<{place}>" for place in self._mail.ways_out)
        # RFC 3834: no holiday replies, please.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
        if message.picture:
            page = mail.get_body(("html",))
            assert isinstance(page, EmailMessage)
            page.add_related(
                message.picture, "image", "png", cid="<chart>", filename="chart.png", disposition="inline"
            )
        return mail

    def _connected(self) -> smtplib.SMTP:
        """A server that has let us in. Raises `ChannelError` with what it said instead."""
        settings = self._mail
        port = settings.port or PORTS[settings.security]
        context = ssl.create_default_context()
        server: smtplib.SMTP | None = None
        try:
            if settings.security == "tls":
                server = smtplib.SMTP_SSL(settings.host, port, timeout=TIMEOUT, context=context)
            else:
                server = smtplib.SMTP(settings.host, port, timeout=TIMEOUT)
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.user:
                server.login(settings.user, self._password)
            server.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            if server is not None:
                server.close()
            raise ChannelError(f"mail server {settings.host}:{port}: {_said(error)}") from error
        return server

    def _hand_over(self, server: smtplib.SMTP, key: str, recipient: str, mail: bytes) -> Attempt:
        """One mail, step by step: smtplib's own way does not tell in which step a connection was lost."""
        unsure = False
        try:
            steps = (
                (f"MAIL FROM:<{self._address}>", DONE),
                (f"RCPT TO:<{recipient}>", DONE),
                ("DATA", START_INPUT),
            )
            for step, wanted in steps:
                code, reply = server.docmd(step)
                if code // 10 != wanted // 10:
                    server.docmd("RSET")
                    return Attempt(key, _said(smtplib.SMTPResponseException(code, reply)))
            server.send(_LEADING_DOT.sub(b"..", mail) + b".\r\n")
            # From here on the mail is the server's, whether or not its answer arrives.
            unsure = True
            code, reply = server.getreply()
            unsure = False
            if code // 10 != DONE // 10:
                return Attempt(key, _said(smtplib.SMTPResponseException(code, reply)))
        except (OSError, smtplib.SMTPException) as error:
            # A lost connection ends here; for the next mail there is a new one.
            server.close()
            return Attempt(key, _said(error), unsure)
        return Attempt(key)


def _said(error: Exception) -> str:
    """What went wrong, without addresses: it is printed and kept where others may read it."""
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        words = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
        told = f"it answered {error.smtp_code} {words}"
    elif isinstance(error, smtplib.SMTPServerDisconnected):
        told = "the connection was lost"
    elif isinstance(error, TimeoutError):
        told = "no answer in time"
    elif isinstance(error, ssl.SSLError):
        told = f"no safe connection: {error.reason or error}"
    else:
        told = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
    return truncate(_ADDRESS.sub("…", told), LONGEST_REPLY)
