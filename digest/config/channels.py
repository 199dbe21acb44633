"""The settings of channels; what opens a door (passwords, tokens, addresses of chats) is in the environment."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from digest.config.base import Section, formed

# The usual port of each kind of connection (RFC 8314; 25 is that of relays).
PORTS = {"starttls": 587, "tls": 465, "none": 25}
# Where a password may travel in the clear: it does not leave the machine.
HERE = ("localhost", "127.0.0.1", "::1")

# An address alone: what has a space, a comma or a bracket could name more than one person.
Address = Annotated[
    str,
    Field(max_length=254),
    formed(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", "only the address, such as ada@example.org"),
]

WayOut = Annotated[
    str,
    Field(max_length=500),
    formed(r"(?:mailto:|https://)[!#-;=?-~]+", "one https address, or mailto: and an address"),
]


def _sender(text: str) -> str:
    name, address = parseaddr(text)
    if text and not (text.isprintable() and len(name) <= 100 and address.isascii() and address.count("@") == 1):
        raise ValueError('write it like "digest@example.org" or "Digest <digest@example.org>"')
    return text


class Mail(Section):
    """The server that takes mails, and who writes to whom."""

    host: Annotated[
        str, Field(max_length=253), formed(r"[A-Za-z0-9.:-]*", "the name of a server, such as smtp.example.org")
    ] = ""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Annotated[str, Field(max_length=254), formed(r"[^\x00-\x1f]*", "one line")] = ""
    sender: Annotated[str, AfterValidator(_sender)] = ""
    recipients: tuple[Address, ...] = ()
    unsubscribe: tuple[WayOut, ...] = ()

    @field_validator("recipients", "unsubscribe")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value))

    @model_validator(mode="after")
    def _password_kept(self) -> Mail:
        if self.user and self.security == "none" and self.host not in HERE:
            raise ValueError('security "none" would send the password in the clear; use "starttls" or "tls"')
        return self

    @property
    def ways_out(self) -> tuple[str, ...]:
        """Where one unsubscribes: by a mail to the sender, unless the settings say otherwise."""
        return self.unsubscribe or (f"mailto:{parseaddr(self.sender)[1]}?subject=unsubscribe",)

    @property
    def usable(self) -> bool:
        """True if there is a server, a sender and somebody to write to."""
        return bool(self.host and self.sender and self.recipients)


class Github(Section):
    """How the issues that editions are announced by are marked."""

    label: Annotated[
        str, Field(min_length=1, max_length=50), formed(r"[^,\x00-\x1f]+", "one label, without a comma")
    ] = "digest"
