"""A mail server on this machine that keeps what it is given, or refuses it as a test tells it to."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socket import socket
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USER, PASSWORD = "digest", "correct horse"


@dataclass
class Postbox:
    """`mails` by recipient; `refused` recipients are answered 550, and `drop` says when to hang up.

    A mail to who is named by `pause` is never answered; `paused` tells that it has come to that.
    """

    port: int = 0
    mails: dict[str, list[EmailMessage]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    drop: str = ""
    sessions: int = 0
    tls: list[bool] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    pause: str = ""
    paused: Event = field(default_factory=Event)

    @property
    def count(self) -> int:
        return sum(map(len, self.mails.values()))


class _Keeper:
    def __init__(self, box: Postbox) -> None:
        self.box = box

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.box.sessions += 1
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.box.refused:
            return f"550 5.1.1 <{address}> nobody of this name"
        if self.box.drop == "at the recipient":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.box.pause in envelope.rcpt_tos:
            self.box.paused.set()
            # Whoever sends waits for an answer, until it is no more.
            await asyncio.sleep(3600)
        if self.box.drop == "before it has the mail":
            server.transport.abort()
            return "250 OK"
        mail = message_from_bytes(envelope.content or b"", policy=policy.default)
        assert isinstance(mail, EmailMessage) and isinstance(envelope.rcpt_tos, list)
        for recipient in envelope.rcpt_tos:
            self.box.mails.setdefault(recipient, []).append(mail)
        self.box.tls.append(
            session.ssl is not None or isinstance(server.transport.get_extra_info("sslcontext"), ssl.SSLContext)
        )
        if self.box.drop == "before it answers":
            server.transport.abort()
        return "250 OK" if self.box.drop != "with a refusal" else "554 5.7.1 this is spam, ada@example.org"


@contextmanager
def mailing(certificate: Path | None = None, security: str = "none", auth: bool = False) -> Iterator[Postbox]:
    """A server; with a `certificate` (PEM, with its key) it speaks STARTTLS, or TLS from the beginning."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box = Postbox(port=probe.getsockname()[1])
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

    def signed_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: Any) -> AuthResult:
        well = (told.login, told.password) == (USER.encode(), PASSWORD.encode())
        if well:
            box.users.append(told.login.decode())
        return AuthResult(success=well, handled=well)

    told: dict[str, Any] = {"authenticator": signed_in, "auth_required": True} if auth else {}
    if security == "starttls":
        told |= {"tls_context": context, "require_starttls": True}
    if auth and security == "tls":
        told["auth_require_tls"] = False
    controller = Controller(
        _Keeper(box),
        hostname="127.0.0.1",
        port=box.port,
        ssl_context=context if security == "tls" else None,
        **told,
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def self_signed(folder: Path) -> Path:
    """A certificate of 127.0.0.1 with its key in one file, made by openssl."""
    path = folder / "server.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    )
    wanted = [
        *command.split(),
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(path),
        "-out",
        str(folder / "c"),
    ]
    subprocess.run(wanted, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + (folder / "c").read_bytes())
    return path
