"""The one polite client: spacing, retries, Retry-After, time and size limits, and no way to private addresses."""

from __future__ import annotations

import ipaddress
import logging
import random
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from digest import __version__
from digest.config import ARXIV_HOSTS, ARXIV_SPACING, Config
from digest.errors import SourceError

MAX_BYTES = 64 * 2**20
MAX_REDIRECTS = 5
LONGEST_WAIT = 600.0
LONGEST_BACKOFF = 120.0
# A host without a connection is asked again so often, and a wait is told from so many seconds on.
UNREACHED_RETRIES, WORTH_TELLING = 2, 5.0
# An answer that still arrives after this many times the timeout is given up.
SLOWEST = 10
RETRIED = {408, 425, 429, 500, 502, 503, 504}
REDIRECTS = {301, 302, 303, 307, 308}
NOT_MODIFIED = 304

log = logging.getLogger(__name__)


class Unusable(Exception):
    """An answer arrived, but is not what was asked for; the client asks again."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: its status, its body as bytes (decompressed), and its headers by lower-case name."""

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str]


class _Failure(Exception):
    """One failed attempt: why, how long the server asks us to wait, whether asking again can help, and whether the
    server could be reached at all.
    """

    def __init__(self, reason: str, wait: float | None = None, final: bool = False, reached: bool = True) -> None:
        super().__init__(reason)
        self.wait, self.final, self.reached = wait, final, reached


class Client:
    """Asks one question at a time; arXiv's hosts, taken together, are left alone for `arxiv.delay` s after each.

    Another run may have asked a moment before this one began, so the first question waits as well.
    """

    def __init__(
        self,
        config: Config,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeout = config.http.timeout
        self._retries = config.http.retries
        self._delay = config.arxiv.delay
        urls = (config.arxiv.api_url, config.arxiv.feed_url, config.arxiv.oai_url)
        self._arxiv = {*map(_host, urls), *ARXIV_HOSTS}
        self._trusted = self._arxiv | {_host(url) for url in config.feed.urls}
        self._sleep, self._clock = sleep, clock
        self._last_answer = clock()
        self._random = random.Random(0)  # noqa: S311 - jitter is no secret
        contact = f"; {config.http.contact}" if config.http.contact else ""
        agent = f"paper-digest/{__version__} (daily paper digest{contact})"
        self._session, self._outside = requests.Session(), requests.Session()
        for session in (self._session, self._outside):
            session.headers["User-Agent"] = agent
        for scheme in ("http://", "https://"):
            self._outside.mount(scheme, _PublicAdapter())

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        check: Callable[[bytes], None] | None = None,
    ) -> Response:
        """The answer to a GET, after redirects and retries; a 304 counts as an answer.

        `check` looks at the body (but for a 304's) and raises `Unusable` if it is not what was asked for. Raises
        `SourceError` once no retry is left, or at once where asking again cannot help.
        """
        attempt, place = 0, url.partition("?")[0]
        while True:
            try:
                response = self._follow(url, headers or {})
                if check is not None and response.status != NOT_MODIFIED:
                    check(response.body)
                return response
            except Unusable as error:
                failure = _Failure(str(error))
            except _Failure as error:
                failure = error
            if failure.final:
                raise SourceError(f"{place} cannot be fetched: {failure}; check the address")
            tries = self._retries if failure.reached else min(self._retries, UNREACHED_RETRIES)
            if attempt >= tries or (failure.wait or 0) > LONGEST_WAIT:
                raise SourceError(f"{place} could not be fetched: {failure}; nothing is lost, try again later")
            wait = self._backoff(attempt) if failure.wait is None else failure.wait
            attempt += 1
            # Half a minute of silence looks like a program that hangs.
            told = log.warning if wait >= WORTH_TELLING else log.info
            told("%s: %s; asking again in %.0f s (%d of %d)", _host(url), failure, wait, attempt, tries)
            self._sleep(wait)

    def _backoff(self, attempt: int) -> float:
        longest: float = min(LONGEST_BACKOFF, max(self._delay, 0.05) * 2**attempt)
        return longest * self._random.uniform(0.8, 1.2)

    def _follow(self, url: str, headers: Mapping[str, str]) -> Response:
        session = self._session
        for _ in range(MAX_REDIRECTS + 1):
            response = self._once(session, url, headers)
            if response.status not in REDIRECTS:
                return response
            try:
                url = urljoin(url, response.headers.get("location", ""))
            except ValueError as error:
                raise _Failure("redirected to what is no web address", final=True) from error
            session = self._session_to(url)
        raise _Failure("too many redirects", final=True)

    def _once(self, session: requests.Session, url: str, headers: Mapping[str, str]) -> Response:
        spaced = self._is_arxiv(_host(url))
        if spaced:
            self._sleep(max(0.0, self._last_answer + self._spacing(_host(url)) - self._clock()))
        try:
            with session.get(
                url, headers=dict(headers), timeout=self._timeout, stream=True, allow_redirects=False
            ) as answer:
                status = answer.status_code
                found = {name.lower(): value for name, value in answer.headers.items()}
                body = b"" if status in REDIRECTS else self._body(answer)
        except (requests.RequestException, ValueError) as error:
            if isinstance(error, ValueError):  # as are the errors of requests that concern addresses
                raise _Failure(f"it is no valid address ({error})", final=True) from error
            raise _Failure(_reason(error), reached=not _unreached(error)) from error
        finally:
            if spaced:
                self._last_answer = self._clock()
        if status in RETRIED:
            wait = _retry_after(found)
            asks = f" and asks to wait {wait:.0f} s" if wait else ""
            raise _Failure(f"the server answered {status}{asks}", wait)
        if status >= requests.codes.bad_request:
            raise _Failure(f"the server answered {status}", final=True)
        return Response(url, status, body, found)

    def _spacing(self, host: str) -> float:
        """Seconds to leave before a question: arXiv's own hosts get what they ask for, whatever is set."""
        own = host in ARXIV_HOSTS or host.endswith(tuple(f".{name}" for name in ARXIV_HOSTS))
        return max(self._delay, ARXIV_SPACING) if own else self._delay

    def _is_arxiv(self, host: str) -> bool:
        return host in self._arxiv or host.endswith(tuple(f".{name}" for name in ARXIV_HOSTS))

    def _body(self, answer: requests.Response) -> bytes:
        # The timeout of requests is per read: a server that drips bytes would hold us for ever without this.
        end = self._clock() + SLOWEST * self._timeout
        parts, size = [], 0
        for part in answer.iter_content(65536):
            size += len(part)
            if size > MAX_BYTES:
                raise _Failure(f"the answer is larger than {MAX_BYTES >> 20} MiB", final=True)
            if self._clock() > end:
                raise _Failure("the answer takes too long")
            parts.append(part)
        return b"".join(parts)

    def _session_to(self, url: str) -> requests.Session:
        """The session for a redirect, which may lead to a host from the settings or to a public address only."""
        host = _host(url)
        if urlsplit(url).scheme not in ("http", "https") or not host:
            raise _Failure(f"redirected to {url!r:.100}, which is no web address", final=True)
        if host in self._trusted:
            return self._session
        try:
            found = socket.getaddrinfo(urlsplit(url).hostname, None)
        except (OSError, UnicodeError) as error:
            raise _Failure(f"redirected to {host:.100}, which cannot be resolved") from error
        if not all(_is_public(str(entry[4][0])) for entry in found):
            raise _Failure(f"redirected to the private address {host:.100}", final=True)
        return self._outside


# A name may resolve to another address when it is connected to than when it was looked up, so these look again.
class _PublicConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _public_only(super()._new_conn())


class _PublicTlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _public_only(super()._new_conn())


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTlsConnection


class _PublicAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PublicPool, "https": _PublicTlsPool}


def _public_only(connected: socket.socket) -> socket.socket:
    address = str(connected.getpeername()[0])
    if not _is_public(address):
        connected.close()
        raise _Failure(f"redirected to the private address {address}", final=True)
    return connected


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address.split("%")[0]).is_global


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _unreached(error: Exception) -> bool:
    """True if no connection came about, which a minute of patience seldom mends."""
    cause = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(cause, NewConnectionError)


def _reason(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the answer broke off"
    if isinstance(error, requests.ConnectionError):
        return "no connection, or it broke off"
    return f"the answer makes no sense ({type(error).__name__})"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that Retry-After asks for, as a number or as a date beside the answer's own; None if it does not."""
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, wait.total_seconds())
    except (ValueError, TypeError):
        return None
